//! Settings of the source and of capture: where pictures come from, how often, how large.

use std::time::Duration;

use super::values::{FileFps, SourceSetting, number_in, whole_in};
use crate::{
    roster::bounds,
    source::{Address, Wish},
};

/// What a source is asked for where nothing else is said: by the server, and by the other commands.
pub(crate) const DEFAULT_WISH: Wish =
    Wish { fps: 34.0, size: (1280, 720), file_fps: None, snapshot_fps: 1.0 };

/// Where pictures come from, and what is asked of the source.
#[derive(Clone, Debug, clap::Args)]
pub struct Capture {
    /// Where pictures come from: synthetic[:people=40,vehicles=6,seed=1], a webcam's number, rtsp(s)://…,
    /// rtmp(s)://…, http(s)://…, snapshot:http(s)://… for a page that gives one picture each time, udp://…,
    /// srt://…, tcp://…, or a file
    #[arg(long, env = "STEADYCAST_SOURCE", default_value = "synthetic", hide_env_values = true)]
    source: SourceSetting,

    /// Play files at this rate instead of by their timestamps, frames a second (1 to 240)
    #[arg(long, env = "STEADYCAST_FILE_FPS", default_value = "", hide_default_value = true)]
    file_fps: FileFps,

    /// Frames a second at most (1 to 34)
    #[arg(long, env = "STEADYCAST_CAPTURE_FPS", default_value_t = DEFAULT_WISH.fps,
          value_parser = |text: &str| number_in(text, bounds::FPS))]
    capture_fps: f64,

    /// Pictures a second that are asked of a page that gives one each time (0.05 to 10)
    #[arg(long, env = "STEADYCAST_SNAPSHOT_FPS", default_value_t = DEFAULT_WISH.snapshot_fps,
          value_parser = |text: &str| number_in(text, bounds::SNAPSHOT_FPS))]
    snapshot_fps: f64,

    /// A live picture that has not changed at all for this long counts as frozen, seconds (1 to 86400); 0:
    /// never
    #[arg(long, env = "STEADYCAST_FROZEN_AFTER", default_value_t = 60,
          value_parser = |text: &str| whole_in(text, bounds::FROZEN_AFTER))]
    frozen_after: u32,

    /// Picture width asked of a webcam or the scene, pixels (160 to 3840)
    #[arg(long, env = "STEADYCAST_CAPTURE_WIDTH", default_value_t = DEFAULT_WISH.size.0 as u32,
          value_parser = |text: &str| whole_in(text, bounds::WIDTH))]
    capture_width: u32,

    /// Picture height asked of a webcam or the scene, pixels (90 to 2160)
    #[arg(long, env = "STEADYCAST_CAPTURE_HEIGHT", default_value_t = DEFAULT_WISH.size.1 as u32,
          value_parser = |text: &str| whole_in(text, bounds::HEIGHT))]
    capture_height: u32,
}

impl Capture {
    /// Refuses a source that cannot be understood.
    pub(super) fn check(&self) -> Result<(), String> {
        match self.source.address() {
            Ok(_) => Ok(()),
            Err(error) => Err(format!("the address given to '--source <SOURCE>' {error}")),
        }
    }

    /// Returns where pictures come from.
    pub fn source(&self) -> Address {
        self.source.address().expect("`check` refuses what is no source")
    }

    /// Returns what the source is asked for.
    pub fn wish(&self) -> Wish {
        Wish {
            fps: self.capture_fps,
            size: (self.capture_width as usize, self.capture_height as usize),
            file_fps: self.file_fps.0,
            snapshot_fps: self.snapshot_fps,
        }
    }

    /// Returns how long a picture may stay unchanged before it counts as frozen; `None` for ever.
    pub fn frozen_after(&self) -> Option<Duration> {
        (self.frozen_after > 0).then(|| Duration::from_secs(self.frozen_after.into()))
    }
}
