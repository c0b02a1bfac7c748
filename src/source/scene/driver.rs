//! How a driver follows another: the Intelligent Driver Model. Speeds and a gap in, an acceleration out.
//!
//! Who drives where is in `convoy`.

// Parameters of the model (Treiber, Hennecke, Helbing 2000, table 1, city values).
const ACCELERATION: f32 = 1.4;
const COMFORTABLE_BRAKING: f32 = 2.0;
/// Gap to a leader who stands, metres.
pub const STANDING_GAP: f32 = 2.0;
/// Time in which a driver reaches where the leader is now, seconds.
pub const TIME_GAP: f32 = 1.1;

/// A vehicle that is followed.
#[derive(Clone, Copy, Debug)]
pub struct Leader {
    /// Free road up to it, metres.
    pub gap: f32,
    /// Speed of the leader, metres a second.
    pub speed: f32,
}

/// The acceleration of a driver who goes at `speed`, would like to go at `liked`, and may have a leader;
/// metres and seconds.
pub fn acceleration(speed: f32, liked: f32, leader: Option<Leader>) -> f32 {
    let free = 1.0 - (speed / liked).powi(4);
    let Some(leader) = leader else { return ACCELERATION * free };
    let gap = leader.gap.max(0.1);
    let closing = speed * (speed - leader.speed) / (2.0 * (ACCELERATION * COMFORTABLE_BRAKING).sqrt());
    let wanted = STANDING_GAP + (speed * TIME_GAP + closing).max(0.0);
    ACCELERATION * (free - (wanted / gap).powi(2))
}
