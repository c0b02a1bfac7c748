//! A row of the table of routes, and how rows are made.

use actix_web::Resource;

use crate::transport::{about::About, access::Role};

/// Some methods of a path; the routes of a path stand beside each other.
pub struct Route {
    /// Path, with `{names}` of what stands in it.
    pub path: &'static str,
    /// Methods that are answered.
    pub methods: &'static [&'static str],
    /// What the one who asks must be allowed to.
    pub role: Role,
    /// Whether it concerns the whole server, and so is for those alone who may see every camera.
    pub whole: bool,
    /// What it takes and gives.
    pub about: &'static About,
    /// What it costs the server.
    pub cost: Cost,
    /// Who sees to the role.
    pub(super) refusal: Refusal,
    /// Adds the handler.
    pub(super) add: fn(Resource) -> Resource,
}

/// What a request costs the server, by which it is bounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// Hardly anything.
    Cheap,
    /// An encoder's or a disk's time: an address may ask so often a second.
    Dear,
    /// A password's hash; who fails waits longer and longer.
    Login,
}

impl Cost {
    /// Returns the word by which the description tells it.
    pub fn name(self) -> &'static str {
        match self {
            Cost::Cheap => "cheap",
            Cost::Dear => "dear",
            Cost::Login => "login",
        }
    }
}

/// How somebody without the role learns of it.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Refusal {
    /// By an error instead of an answer.
    Answer,
    /// By a close frame behind the upgrade, which is all that a browser can read: the handler sees to it.
    CloseFrame,
    /// By a packet of Socket.IO, which may itself bring the token: the handler sees to it.
    Packet,
}

/// What goes on sending.
pub(super) const STREAM: &[&str] = &["GET"];

/// What ends: HEAD gets its head.
const DOCUMENT: &[&str] = &["GET", "HEAD"];

/// What changes something.
pub(super) const POST: &[&str] = &["POST"];

/// The path of the metrics, which a setting may open.
pub(super) const METRICS: &str = "/metrics";

/// Path of the viewer's page.
pub(super) const PAGE: &str = "/";

/// A WebSocket.
pub(super) const fn socket(
    path: &'static str,
    about: &'static About,
    add: fn(Resource) -> Resource,
) -> Route {
    Route { refusal: Refusal::CloseFrame, ..stream(path, about, add) }
}

/// What Socket.IO's clients send changes nothing, by whatever method.
pub(super) const fn packets(
    path: &'static str,
    methods: &'static [&'static str],
    about: &'static About,
    add: fn(Resource) -> Resource,
) -> Route {
    Route { methods, refusal: Refusal::Packet, ..stream(path, about, add) }
}

/// What goes on sending.
pub(super) const fn stream(
    path: &'static str,
    about: &'static About,
    add: fn(Resource) -> Resource,
) -> Route {
    let (cost, refusal) = (Cost::Cheap, Refusal::Answer);
    Route { path, methods: STREAM, role: Role::Viewer, whole: false, about, cost, refusal, add }
}

/// What ends, and is read.
pub(super) const fn document(
    path: &'static str,
    about: &'static About,
    add: fn(Resource) -> Resource,
) -> Route {
    Route { methods: DOCUMENT, ..stream(path, about, add) }
}

/// What changes something.
pub(super) const fn change(
    path: &'static str,
    methods: &'static [&'static str],
    about: &'static About,
    add: fn(Resource) -> Resource,
) -> Route {
    Route { methods, role: Role::Admin, ..stream(path, about, add) }
}

impl Route {
    /// A route for everybody.
    pub(super) const fn open(self) -> Route {
        Route { role: Role::Open, ..self }
    }

    /// A route for admins.
    pub(super) const fn admin(self) -> Route {
        Route { role: Role::Admin, ..self }
    }

    /// A route for those who may see every camera.
    pub(super) const fn whole(self) -> Route {
        Route { whole: true, ..self }
    }

    /// A route that costs an encoder or a disk time.
    pub(super) const fn dear(self) -> Route {
        Route { cost: Cost::Dear, ..self }
    }

    /// A route by which somebody logs in.
    pub(super) const fn login(self) -> Route {
        Route { cost: Cost::Login, ..self }
    }
}
