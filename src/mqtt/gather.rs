//! What is asked of cameras, again and again: figures, pictures, and to be switched.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use serde_json::Value;
use tokio::sync::mpsc;

use super::orders::Order;

/// Time between two looks at the cameras.
const EVERY: Duration = Duration::from_secs(1);

/// A camera's figures at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// What `/api/stats` tells of the camera.
    pub stats: Value,
    /// What `/api/status` tells of the camera.
    pub status: Value,
    /// Whether the camera is on.
    pub enabled: bool,
    /// Whether its models look at it.
    pub analytics: bool,
    /// Names of its lines.
    pub lines: Vec<String>,
    /// Names of its zones.
    pub zones: Vec<String>,
    /// Address at which it can be watched; `None` where nobody has said where that is.
    pub page: Option<String>,
}

/// Figures that are on their way.
pub type Asked<'a> = Pin<Box<dyn Future<Output = Option<Figures>> + 'a>>;

/// What other stages know of cameras, which are asked for by their names.
pub trait Cameras: Send + Sync {
    /// Returns the names of all cameras.
    fn names(&self) -> Vec<Arc<str>>;

    /// Returns a camera's figures; `None` where there is no such camera.
    fn figures<'a>(&'a self, camera: &'a Arc<str>) -> Asked<'a>;

    /// Returns a small JPEG of what a camera sees, with what was found painted into it; `None` where there is
    /// no picture.
    fn picture(&self, camera: &str) -> Option<Vec<u8>>;

    /// Switches a camera or its models. May take seconds.
    ///
    /// # Errors
    /// Why that was not done.
    fn switch(&self, order: &Order) -> Result<(), String>;
}

/// What was gathered.
#[derive(Debug)]
pub enum Gathered {
    /// The figures of a camera.
    Of(Arc<str>, Figures),
    /// All cameras that there are, once each was asked.
    All(Vec<Arc<str>>),
}

/// Asks all cameras for their figures each second, until nobody wants them any more. A disk that hangs makes
/// this late, and nothing else.
pub async fn gather(cameras: Arc<dyn Cameras>, way: mpsc::Sender<Gathered>) {
    loop {
        let names = cameras.names();
        for camera in &names {
            let Some(figures) = cameras.figures(camera).await else { continue };
            if way.send(Gathered::Of(Arc::clone(camera), figures)).await.is_err() {
                return;
            }
        }
        if way.send(Gathered::All(names)).await.is_err() {
            return;
        }
        tokio::time::sleep(EVERY).await;
    }
}
