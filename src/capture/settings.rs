//! What capture has to know of a camera's source.

use std::time::Duration;

use super::life::Traits;
use crate::source::{Address, Wish};

/// What capture has to know of a camera's source.
#[derive(Clone, Debug, PartialEq)]
pub struct CaptureSettings {
    /// Where its pictures come from.
    pub address: Address,
    /// What is asked of the source.
    pub wish: Wish,
    /// Time without a change, byte for byte, after which a live picture counts as frozen; `None` where that
    /// is no matter.
    pub frozen_after: Option<Duration>,
}

impl CaptureSettings {
    /// Whether the source has to be opened anew for `other` settings: for what was asked of it when it was
    /// opened, and for another one.
    pub fn is_reopened_for(&self, other: &CaptureSettings) -> bool {
        let (was, is) = (self.wish, other.wish);
        let asked = match &self.address {
            Address::Synthetic(_) => was.size != is.size,
            // It picks its picture by both.
            Address::Webcam(_) => (was.size, was.fps) != (is.size, is.fps),
            Address::Snapshot(_) => was.snapshot_fps != is.snapshot_fps,
            Address::File(_) | Address::Media { .. } | Address::Upload(_) => was.file_fps != is.file_fps,
            // Whether it is a recording, or gives pictures when it is asked, is found out by opening it.
            Address::Stream(_) => (was.file_fps, was.snapshot_fps) != (is.file_fps, is.snapshot_fps),
        };
        self.address != other.address || asked
    }

    pub(super) fn traits(&self) -> Traits {
        // Whether an address of HTTP gives pictures by itself is found out when it is asked.
        let may_be_asked = match &self.address {
            Address::Snapshot(_) => true,
            Address::Stream(url) => url.scheme().starts_with("http"),
            _ => false,
        };
        let asked =
            if may_be_asked { Duration::from_secs_f64(1.0 / self.wish.snapshot_fps) } else { Duration::ZERO };
        Traits { frozen_after: self.frozen_after, asked }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_opened_anew_for_what_is_asked_of_it_alone() {
        let wish = Wish { fps: 34.0, size: (1280, 720), file_fps: None, snapshot_fps: 1.0 };
        let others = [
            ("fps", Wish { fps: 10.0, ..wish }),
            ("size", Wish { size: (640, 360), ..wish }),
            ("file_fps", Wish { file_fps: Some(10.0), ..wish }),
            ("snapshot_fps", Wish { snapshot_fps: 2.0, ..wish }),
        ];
        for (address, anew) in [
            ("synthetic", &["size"][..]),
            ("0", &["fps", "size"]),
            ("clip.mp4", &["file_fps"]),
            ("snapshot:http://cam/a.jpg", &["snapshot_fps"]),
            ("rtsp://cam/live", &["file_fps", "snapshot_fps"]),
        ] {
            let address: Address = address.parse().expect("an address");
            let settings = CaptureSettings { address, wish, frozen_after: None };
            let frozen = CaptureSettings { frozen_after: Some(Duration::from_secs(1)), ..settings.clone() };
            assert!(!settings.is_reopened_for(&frozen));
            let is_anew = |wish| settings.is_reopened_for(&CaptureSettings { wish, ..settings.clone() });
            let found: Vec<&str> =
                others.iter().filter(|(_, wish)| is_anew(*wish)).map(|(name, _)| *name).collect();
            assert_eq!(found, anew, "{}", settings.address);
        }
        let here = CaptureSettings { address: "0".parse().expect("a webcam"), wish, frozen_after: None };
        let there = CaptureSettings { address: "1".parse().expect("a webcam"), ..here.clone() };
        assert!(here.is_reopened_for(&there));
    }
}
