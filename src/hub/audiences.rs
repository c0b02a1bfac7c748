//! The viewers of all cameras: who gets a finished frame.
//!
//! In come encoded frames from whatever supplies them; nothing of who may watch, which is `door`'s.

use std::sync::Arc;

use dashmap::DashMap;

use super::channel::{Channel, Over};
use crate::{cameras::Survey, delta::Advance, encode::Stream, frame::EncodedFrame};

/// Each camera's channel, by its name.
#[derive(Default)]
pub struct Audiences {
    channels: DashMap<Arc<str>, Arc<Channel>>,
}

impl Audiences {
    /// Adds a camera and what is known of its place; its picture is expected to have `size` pixels until the
    /// first frame tells.
    pub fn add(&self, camera: &str, size: (usize, usize), survey: Survey) -> Arc<Channel> {
        let name: Arc<str> = Arc::from(camera);
        let channel = Arc::new(Channel::new(Arc::clone(&name), size, survey));
        self.channels.insert(name, Arc::clone(&channel));
        channel
    }

    /// Takes a camera away; its viewers are told that it is gone, and leave.
    pub fn remove(&self, camera: &str) {
        if let Some((_, channel)) = self.channels.remove(camera) {
            channel.end(Over::Removed);
        }
    }

    /// A camera by its name.
    pub fn channel(&self, camera: &str) -> Option<Arc<Channel>> {
        self.channels.get(camera).map(|channel| Arc::clone(&channel))
    }

    /// Every camera, by name.
    pub fn channels(&self) -> Vec<Arc<Channel>> {
        let mut channels: Vec<_> = self.channels.iter().map(|entry| Arc::clone(&entry)).collect();
        channels.sort_by(|a, b| a.camera().cmp(b.camera()));
        channels
    }

    /// A finished frame for its viewers.
    pub fn publish(&self, stream: &Stream, frame: &Arc<EncodedFrame>) {
        if let Some(channel) = self.channel(&stream.camera) {
            channel.publish(stream.view(), frame);
        }
    }

    /// The next frame of a stream of deltas for its viewers.
    pub fn publish_advance(&self, stream: &Stream, advance: &Arc<Advance>) {
        if let Some(channel) = self.channel(&stream.camera) {
            channel.publish_advance(stream.view(), advance);
        }
    }
}
