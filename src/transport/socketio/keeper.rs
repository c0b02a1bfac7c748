//! The task of one session: has time pass for it, and forgets it when it is over.

use std::{
    convert::Infallible,
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::{
    rt::{
        spawn,
        time::{Interval, interval},
    },
    web,
};
use tokio::time::MissedTickBehavior;

use super::{client::Client, session::Session, sessions::Sessions};
use crate::{
    tools::fence::Place,
    transport::{history, shared::Shared},
};

/// Time between two looks for news, and at whether a client is still there.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Looks of which one is at whether the client may still watch: one a second.
const LOOKS_A_RIGHT: u32 = 4;

/// Keeps a session until it is over.
pub fn keep(client: Arc<Client>, sessions: web::Data<Sessions>, shared: web::Data<Shared>) {
    let kept = Kept { client, sessions };
    spawn(async move {
        // A panic is counted and said; the session ends with it.
        let _ = shared.metrics.fences.poll(Place::Viewer, kept.watch(&shared)).await;
    });
}

/// A session that is forgotten with the task that keeps it.
struct Kept {
    client: Arc<Client>,
    sessions: web::Data<Sessions>,
}

impl Kept {
    async fn watch(&self, shared: &Shared) {
        tokio::select! {
            () = self.look(shared) => {}
            // Beside it, since the disk may take its time.
            never = self.renew(shared) => match never {},
        }
    }

    /// Has today's counts of the camera renewed, for as long as that is wanted.
    async fn renew(&self, shared: &Shared) -> Infallible {
        let mut looks = looks();
        loop {
            looks.tick().await;
            if let Some(camera) = self.client.camera(shared) {
                history::renew(shared, camera.name()).await;
            }
        }
    }

    /// Has time pass for the session until it is over.
    async fn look(&self, shared: &Shared) {
        let mut looks = looks();
        for look in (0..LOOKS_A_RIGHT).cycle() {
            looks.tick().await;
            if shared.door.stopping() {
                self.client.change(Session::close);
            }
            if look == 0 {
                self.client.end_unless(|grant| grant.holds(shared));
            }
            if !self.client.change(|session| session.step(Instant::now())) {
                return;
            }
        }
    }
}

fn looks() -> Interval {
    let mut looks = interval(LOOK_EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    looks
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.sessions.end(&self.client);
        self.client.change(Session::close);
    }
}
