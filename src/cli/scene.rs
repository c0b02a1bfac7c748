//! The flags of `steadycast scene`, checked.

use std::{ops::RangeInclusive, path::PathBuf};

use crate::{
    config::{
        DEFAULT_WISH,
        values::{level, number_in, whole_in},
    },
    nouns::quality::Level,
    scene_files::SceneFiles,
    source::scene::{self, Kind, SceneParams},
};

/// The scene as files; see [`crate::scene_files`].
#[derive(Clone, Debug, clap::Args)]
pub(super) struct SceneArgs {
    /// Seed of everything random
    #[arg(long, default_value_t = SceneParams::default().seed)]
    seed: u64,
    /// Number of pictures (1 to 999999)
    #[arg(long, default_value_t = 100, value_parser = |text: &str| whole_in(text, 1..=999_999))]
    frames: u32,
    /// Folder to write to; made where it is missing
    #[arg(long)]
    out: PathBuf,
    /// Place that is shown: plaza or road
    #[arg(long, default_value_t = Kind::Plaza)]
    kind: Kind,
    /// Seconds of the scene's time after which the road cuts to another moment (0 to 3600; 0: never)
    #[arg(long, default_value_t = 0, value_parser = |text: &str| whole_in(text, within(scene::CUTS)))]
    cut: u32,
    /// People on the site (0 to 300) [default: 40 on the plaza, 14 at the road]
    #[arg(long, value_parser = |text: &str| whole_in(text, within(scene::PEOPLE)))]
    people: Option<u32>,
    /// Vehicles on the road (0 to 12)
    #[arg(long, default_value_t = SceneParams::default().vehicles,
          value_parser = |text: &str| whole_in(text, within(scene::VEHICLES)))]
    vehicles: u32,
    /// Pictures per second of the scene's time (0.01 to 240)
    #[arg(long, default_value = "10", value_parser = |text: &str| number_in(text, 0.01..=240.0))]
    fps: f64,
    /// Picture width, pixels (160 to 3840)
    #[arg(long, default_value_t = DEFAULT_WISH.size.0 as u32,
          value_parser = |text: &str| whole_in(text, 160..=3840))]
    width: u32,
    /// Picture height, pixels (90 to 2160)
    #[arg(long, default_value_t = DEFAULT_WISH.size.1 as u32,
          value_parser = |text: &str| whole_in(text, 90..=2160))]
    height: u32,
    /// JPEG quality (30 to 95, a multiple of 5)
    #[arg(long, default_value_t = Level::MAX, value_parser = level)]
    level: Level,
}

impl SceneArgs {
    /// Returns what is to be written.
    pub(super) fn files(self) -> SceneFiles {
        let SceneArgs { seed, frames, out, kind, cut, people, vehicles, fps, width, height, level } = self;
        let people = people.unwrap_or(SceneParams::of(kind).people);
        let params = SceneParams { kind, people, vehicles, seed, cut_s: cut };
        SceneFiles { params, frames, fps, size: (width as usize, height as usize), level, out }
    }
}

/// Returns a range of the scene's as clap wants it.
fn within(range: RangeInclusive<u64>) -> RangeInclusive<i64> {
    let bound = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    bound(*range.start())..=bound(*range.end())
}
