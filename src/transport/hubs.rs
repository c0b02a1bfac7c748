//! Servers beside this one: where a drone publishes, and where WebRTC is watched.

/// Servers beside this one that take pictures in, or hand them on: addresses with `{host}` in the place of
/// the name by which a client reaches this machine.
#[derive(Clone, Debug, Default)]
pub struct Hubs {
    /// Where a drone publishes by RTMP; `None` where there is no such server.
    pub rtmp: Option<String>,
    /// Where WebRTC is watched; `None` where there is no such server.
    pub webrtc: Option<String>,
}
