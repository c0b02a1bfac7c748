//! The kernel's token bucket filter as the bottleneck, in a router's namespace between the two ends.
//!
//! In goes a shape without delay and loss. Towards the server nothing is shaped.

use std::net::Ipv4Addr;

use super::{DEVICE, Shape, command::run, namespace::Namespace};

/// The router's addresses, towards the server and towards the viewer.
pub const HOPS: [Ipv4Addr; 2] = [Ipv4Addr::new(198, 18, 0, 254), Ipv4Addr::new(198, 18, 1, 254)];

/// Bytes that may leave at once after a pause: three Ethernet frames, the fewest with which tbf keeps its
/// rate when it wakes late. That is 2 ms at 20 Mbit/s and 73 ms at 0.5.
const BURST_BYTES: u32 = 3 * 1514;

/// The router's devices, towards the server and towards the viewer.
const SIDES: [&str; 2] = ["server0", "viewer0"];

/// A namespace that forwards between two others.
pub struct Router(Namespace);

impl Router {
    /// Joins both to a new router; addresses and routes of the two ends are the caller's.
    ///
    /// # Errors
    /// What the system refused.
    pub fn between(server: &Namespace, viewer: &Namespace) -> Result<Router, String> {
        let router = Namespace::new("router")?;
        for ((end, device), address) in [server, viewer].into_iter().zip(SIDES).zip(HOPS) {
            let (end_name, router_name) = (end.name(), router.name());
            run(&format!(
                "ip link add {DEVICE} netns {end_name} type veth peer name {device} netns {router_name}"
            ))?;
            router.ip(&format!("address add {address}/24 dev {device}"))?;
            // Single packets, as on a real link, and not the bundles that kernels hand each other.
            end.ip(&format!("link set {DEVICE} gso_max_segs 1"))?;
            router.ip(&format!("link set {device} up gso_max_segs 1"))?;
        }
        router.setting("ipv4/ip_forward", "1")?;
        Ok(Router(router))
    }

    /// Sets rate and queue; packets that wait already stay.
    ///
    /// # Errors
    /// What the system said: this kernel has no tbf.
    pub fn shape(&self, shape: &Shape) -> Result<(), String> {
        let (name, rate, queue) = (self.0.name(), shape.rate_bps.round(), shape.queue.as_micros());
        let tbf = format!("tbf rate {rate}bit burst {BURST_BYTES} latency {queue}us");
        run(&format!("tc -n {name} qdisc replace dev {} root {tbf}", SIDES[1]))
    }

    /// Where it stands.
    pub fn namespace(&self) -> &Namespace {
        &self.0
    }
}
