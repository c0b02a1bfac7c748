//! The second place of the scene: a road that passes close by the camera.
//!
//! A camera on a mast at the kerb looks along two lanes. Vehicles drive at 20 to 60 km/h both ways, some stop
//! for a moment; near the camera they fill a third of the picture's height and more, and its borders cut
//! them. People come in from the borders, some of them near; some push a pram or pull a suitcase, some ride a
//! bicycle: rider and bicycle are two things. From time to time, if asked for, the picture cuts to another
//! moment.
//!
//! `site` has the place, `lanes` the vehicles, `walkers` the people on foot, `riders` those on bicycles;
//! `world` moves them all and cuts; `actors` and `things` draw them; `surface` is the empty road.

mod actors;
mod lanes;
mod riders;
mod site;
mod surface;
mod things;
mod walkers;
mod world;

pub use actors::actors;
pub use site::{LAMPS, LINE, MAST};
pub use surface::surface_colour;
pub use world::RoadWorld;
