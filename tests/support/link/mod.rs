//! Links to test on: a server's and a viewer's network namespace, and between them a bottleneck whose rate,
//! queue, delay and loss are known.
//!
//! ```text
//! tbf:    server =veth= router (tc tbf towards the viewer) =veth= viewer
//! relay:  server =tun=  this process: queue -> rate -> loss -> delay  =tun= viewer
//! ```
//!
//! In go a [`Kind`] and a [`Shape`], out come commands, sockets and threads on either side. Everything is
//! removed when the [`Link`] is dropped, after a panic as well. Not here: what is measured on a link, and the
//! product.
//!
//! The bottleneck of `tbf` has a namespace of its own, as a router between the two has a kernel of its own: a
//! kernel that shapes what it sends itself also keeps its senders from filling that queue (TCP small queues),
//! so that nothing would ever wait in it.
//!
//! Whoever needs a link takes this folder: `#[path = "../tests/support/link/mod.rs"] mod link;`.

// Every program uses its own part, and a bench without a harness compiles the test modules without their
// tests.
#![allow(dead_code, unused_imports)]

mod command;
mod namespace;
mod path;
mod relay;
mod sys;
mod tbf;

use std::{fmt, net::Ipv4Addr, process::Command, sync::OnceLock, time::Duration};

use namespace::Namespace;
use relay::Relay;
use tbf::Router;

/// Address of the server's end. RFC 2544 keeps 198.18.0.0/15 for measuring networks; the two ends are in
/// networks of their own.
pub const SERVER: Ipv4Addr = Ipv4Addr::new(198, 18, 0, 1);

/// Address of the viewer's end.
pub const VIEWER: Ipv4Addr = Ipv4Addr::new(198, 18, 1, 1);

/// Name of the device of each end, in its own namespace.
const DEVICE: &str = "link0";

/// How the two ends are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The ends are joined by the kernel's own shaper: rate and queue, no delay, no loss.
    Tbf,
    /// The ends are joined by this process: delay and loss as well.
    Relay,
}

/// What the link does to packets on their way to the viewer. The way back has the same delay and loss, and a
/// rate that nobody notices.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// Rate, bits a second, IP headers included (and Ethernet's 14 bytes a packet with tbf).
    pub rate_bps: f64,
    /// Longest queue, in the time that sending it takes; a packet that finds it full is dropped.
    pub queue: Duration,
    /// Round trip with an empty queue; half of it each way.
    pub round_trip: Duration,
    /// Share of the packets that vanish on the way, 0 to 1.
    pub loss: f64,
}

impl Shape {
    /// Returns a link of `rate` Mbit/s with a queue of 200 ms, without delay and loss.
    pub fn mbit(rate: f64) -> Shape {
        Shape {
            rate_bps: rate * 1e6,
            queue: Duration::from_millis(200),
            round_trip: Duration::ZERO,
            loss: 0.0,
        }
    }

    /// Refuses what no link of that kind can do.
    fn check(&self, kind: Kind) -> Result<(), String> {
        let delays = self.round_trip > Duration::ZERO || self.loss > 0.0;
        match kind {
            _ if self.rate_bps < 1e4 || !self.rate_bps.is_finite() => {
                Err(format!("{} bit/s: 10 kbit/s is the least", self.rate_bps))
            }
            _ if !(0.0..1.0).contains(&self.loss) => Err(format!("a loss of {}", self.loss)),
            Kind::Tbf if delays => Err("tbf neither delays nor loses packets: take the relay".to_owned()),
            Kind::Tbf | Kind::Relay => Ok(()),
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (rate, queue, round_trip) =
            (self.rate_bps / 1e6, self.queue.as_millis(), self.round_trip.as_millis());
        write!(f, "{rate} Mbit/s, queue {queue} ms, round trip {round_trip} ms, loss {} %", self.loss * 100.0)
    }
}

/// What stands between the two ends.
enum Middle {
    Tbf(Router),
    Relay(Relay),
}

/// Two ends and what joins them.
pub struct Link {
    // Dropped in this order: what joins them first.
    middle: Middle,
    server: Namespace,
    viewer: Namespace,
    /// Route of the server's packets, as `ip route` wants it.
    route: String,
}

impl Link {
    /// Tells whether this user, on this machine, can make links, by trying once.
    ///
    /// # Errors
    /// The first thing that did not work, in the system's words.
    pub fn allowed() -> Result<(), String> {
        static ALLOWED: OnceLock<Result<(), String>> = OnceLock::new();
        let one_of_each = || {
            [Kind::Tbf, Kind::Relay]
                .into_iter()
                .try_for_each(|kind| Link::new(kind, &Shape::mbit(1.0)).map(|_| ()))
        };
        ALLOWED.get_or_init(one_of_each).clone()
    }

    /// Makes both ends and joins them.
    ///
    /// # Errors
    /// What the system refused, or what such a link cannot do.
    pub fn new(kind: Kind, shape: &Shape) -> Result<Link, String> {
        shape.check(kind)?;
        let (server, viewer) = (Namespace::new("server")?, Namespace::new("viewer")?);
        let (middle, hops) = match kind {
            Kind::Tbf => {
                let router = Router::between(&server, &viewer)?;
                router.shape(shape)?;
                (Middle::Tbf(router), tbf::HOPS.map(|hop| format!("via {hop} dev {DEVICE}")))
            }
            Kind::Relay => (
                Middle::Relay(Relay::between(&server, &viewer, shape)?),
                [(); 2].map(|()| format!("dev {DEVICE}")),
            ),
        };
        for (end, own, other, hop) in
            [(&server, SERVER, VIEWER, &hops[0]), (&viewer, VIEWER, SERVER, &hops[1])]
        {
            end.ip(&format!("address add {own}/24 dev {DEVICE}"))?;
            end.ip(&format!("link set {DEVICE} up"))?;
            end.ip(&format!("route add {other}/32 {hop}"))?;
        }
        let [route, _] = hops;
        Ok(Link { middle, server, viewer, route })
    }

    /// Changes the shape from now on. What waits already still waits, and leaves at the new rate.
    ///
    /// # Errors
    /// What such a link cannot do.
    pub fn set(&self, shape: &Shape) -> Result<(), String> {
        match &self.middle {
            Middle::Tbf(router) => shape.check(Kind::Tbf).and_then(|()| router.shape(shape)),
            Middle::Relay(relay) => shape.check(Kind::Relay).map(|()| relay.shape(shape)),
        }
    }

    /// Has the server's connections controlled by `name` (such as `bbr` or `cubic`) if they begin from now
    /// on. The control is a property of the route: the namespace's own setting knows only what the machine
    /// allows everybody.
    ///
    /// A `name` with `lock` before it, such as `lock bbr`, keeps programs from choosing another one.
    ///
    /// # Errors
    /// What the system said: this kernel has no such control.
    pub fn use_congestion_control(&self, name: &str) -> Result<(), String> {
        self.server.ip(&format!("route change {VIEWER}/32 {} congctl {name}", self.route))
    }

    /// Returns a command that runs `program` on the server's side; its process id is the program's.
    pub fn server_command(&self, program: &str) -> Command {
        self.server.command(program)
    }

    /// Returns a command that runs `program` on the viewer's side.
    pub fn viewer_command(&self, program: &str) -> Command {
        self.viewer.command(program)
    }

    /// Runs `work` on a thread on the server's side. Sockets that it opens, and programs that it starts, stay
    /// on that side.
    pub fn in_server<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        self.server.enter(work)
    }

    /// Runs `work` on a thread on the viewer's side.
    pub fn in_viewer<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        self.viewer.enter(work)
    }

    /// Returns the namespaces that exist for this link, by the names that `ip netns` shows.
    pub fn namespaces(&self) -> Vec<String> {
        let router = match &self.middle {
            Middle::Tbf(router) => Some(router.namespace()),
            Middle::Relay(_) => None,
        };
        [&self.server, &self.viewer]
            .into_iter()
            .chain(router)
            .map(|namespace| namespace.name().to_owned())
            .collect()
    }
}
