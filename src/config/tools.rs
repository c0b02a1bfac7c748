//! The flags of the commands beside serving, checked: `steadycast probe` and `steadycast scene`.
//!
//! Settings of the server are `config`'s.

use std::{ops::RangeInclusive, path::PathBuf, time::Duration};

use super::{
    ReportAs, SourceSetting, Task,
    values::{level, number_in},
};
use crate::{
    nouns::quality::Level,
    probe::Probe,
    scene_files::SceneFiles,
    source::{
        Reason, ReasonCode, Wish,
        scene::{self, SceneParams},
    },
};

/// What is looked at; see [`crate::probe`].
#[derive(Clone, Debug, clap::Args)]
pub(super) struct ProbeArgs {
    /// The source, as for --source
    source: SourceSetting,
    /// How long to look, seconds (0.1 to 3600)
    #[arg(long, default_value = "5", value_parser = |text: &str| number_in(text, 0.1..=3600.0))]
    seconds: f64,
    /// File that the first picture is written to, as a JPEG
    #[arg(long)]
    picture: Option<PathBuf>,
    /// Say it as JSON
    #[arg(long)]
    json: bool,
}

impl ProbeArgs {
    /// What is to be looked at, and how it is to be told.
    pub(super) fn task(self) -> Task {
        let report_as = if self.json { ReportAs::Json } else { ReportAs::Text };
        let address = match self.source.0 {
            Ok(address) => address,
            Err(message) => {
                return Task::Unclear(
                    Reason::new(ReasonCode::BadAddress, format!("the address {message}")),
                    report_as,
                );
            }
        };
        let wish = Wish { fps: 34.0, size: (1280, 720), file_fps: None, snapshot_fps: 1.0 };
        let look_for = Duration::from_secs_f64(self.seconds);
        Task::Probe(Probe { address, wish, look_for, picture: self.picture }, report_as)
    }
}

/// The scene as files; see [`crate::scene_files`].
#[derive(Clone, Debug, clap::Args)]
pub(super) struct SceneArgs {
    /// Seed of everything random
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Number of pictures (1 to 999999)
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=999_999))]
    frames: u32,
    /// Folder to write to; made where it is missing
    #[arg(long)]
    out: PathBuf,
    /// People on the site (0 to 300)
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u32).range(within(scene::PEOPLE)))]
    people: u32,
    /// Vehicles on the road (0 to 12)
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u32).range(within(scene::VEHICLES)))]
    vehicles: u32,
    /// Pictures per second of the scene's time (0.01 to 240)
    #[arg(long, default_value = "10", value_parser = |text: &str| number_in(text, 0.01..=240.0))]
    fps: f64,
    /// Picture width, pixels (160 to 3840)
    #[arg(long, default_value_t = 1280, value_parser = clap::value_parser!(u32).range(160..=3840))]
    width: u32,
    /// Picture height, pixels (90 to 2160)
    #[arg(long, default_value_t = 720, value_parser = clap::value_parser!(u32).range(90..=2160))]
    height: u32,
    /// JPEG quality (30 to 95, a multiple of 5)
    #[arg(long, default_value_t = Level::MAX, value_parser = level)]
    level: Level,
}

impl SceneArgs {
    /// What is to be written.
    pub(super) fn files(self) -> SceneFiles {
        let SceneArgs { seed, frames, out, people, vehicles, fps, width, height, level } = self;
        let params = SceneParams { people, vehicles, seed };
        SceneFiles { params, frames, fps, size: (width as usize, height as usize), level, out }
    }
}

/// A range as clap wants it.
fn within(range: RangeInclusive<u64>) -> RangeInclusive<i64> {
    let bound = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    bound(*range.start())..=bound(*range.end())
}
