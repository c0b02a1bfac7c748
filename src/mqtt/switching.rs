//! Orders that are carried out, one after another, each on a thread that may wait: of each camera and switch
//! the newest counts.

use std::{collections::BTreeMap, future::pending, panic::resume_unwind, sync::Arc, time::Instant};

use tokio::task::{JoinHandle, spawn_blocking};

use super::{gather::Cameras, orders::Order};
use crate::tools::log_limit::LogLimit;

/// Most cameras' switches for which orders wait.
const MOST: usize = 64;

/// What became of an order.
type Done = (Order, Result<(), String>);

/// Orders on their way.
pub struct Switching {
    cameras: Arc<dyn Cameras>,
    /// Newest order of each camera and switch.
    waiting: BTreeMap<(String, &'static str), Order>,
    doing: Option<JoinHandle<Done>>,
    said: LogLimit,
}

impl Switching {
    /// No orders yet.
    pub fn new(cameras: Arc<dyn Cameras>) -> Self {
        Switching { cameras, waiting: BTreeMap::new(), doing: None, said: LogLimit::new() }
    }

    /// Adds an order, in the place of the last one of that switch; or says what is wrong with it.
    pub fn add(&mut self, order: Result<Order, String>) {
        let refused = match order {
            Ok(order) => {
                let of = (order.camera.clone(), order.switch.field());
                if self.waiting.len() < MOST || self.waiting.contains_key(&of) {
                    self.waiting.insert(of, order);
                    self.begin();
                    return;
                }
                "more orders come than can be carried out".to_owned()
            }
            Err(why) => why,
        };
        if self.said.is_due(Instant::now()) {
            log::warn!("mqtt: an order is refused: {refused}");
        }
    }

    /// Begins with the next order, where none is under way.
    fn begin(&mut self) {
        if self.doing.is_none()
            && let Some((_, order)) = self.waiting.pop_first()
        {
            let cameras = Arc::clone(&self.cameras);
            self.doing = Some(spawn_blocking(move || {
                let done = cameras.switch(&order);
                (order, done)
            }));
        }
    }

    /// Waits until an order was carried out, and begins with the next; for ever where there is none.
    pub async fn done(&mut self) {
        let Some(doing) = &mut self.doing else { return pending().await };
        let done = doing.await;
        self.doing = None;
        match done {
            Ok((Order { camera, switch, on }, Ok(()))) => {
                let state = if on { "on" } else { "off" };
                log::info!("mqtt: camera {camera}: {} switched {state}", switch.field());
            }
            Ok((order, Err(why))) => log::warn!("mqtt: camera {}: {why}", order.camera),
            Err(error) if error.is_panic() => resume_unwind(error.into_panic()),
            // The runtime ends.
            Err(_) => {}
        }
        self.begin();
    }
}
