//! What looking at a source came to, as JSON for machines and as lines for people. Pure.

use std::{
    ops::Range,
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::{Value, json};

use crate::source::{Facts, Reason};

/// Time after a live source's first picture from which its pictures count for the rate.
const SETTLED_AFTER: Duration = Duration::from_secs(1);

/// What looking at a source came to.
#[derive(Clone, Debug)]
pub struct Report {
    source: String,
    /// What the source said of itself with the last picture.
    facts: Facts,
    /// Width and height as shown.
    size: (usize, usize),
    /// Time of the first picture.
    first: Option<Duration>,
    /// Times of the first and of the last picture that counts for the rate.
    span: Option<Range<Duration>>,
    /// Pictures that count for the rate.
    counted: u64,
    /// Time of the last key frame.
    last_key: Option<Duration>,
    /// Longest time between two key frames.
    key_interval: Option<Duration>,
    /// Time from asking to the first picture.
    pub(super) first_picture: Duration,
    /// Pictures that came.
    pub(super) pictures: u64,
    /// Pictures that could not be used.
    pub(super) broken: u64,
    /// The first picture.
    pub(super) jpeg: Option<Vec<u8>>,
    /// File that the first picture was written to.
    picture: Option<PathBuf>,
    /// Why the first picture was not written.
    not_written: Option<String>,
    /// Why the source ended before it had been looked at for long enough.
    pub(super) ended: Option<Reason>,
}

impl Report {
    /// The report of a source of which nothing is known yet.
    pub(super) fn new(source: String) -> Self {
        Report {
            source,
            facts: Facts::default(),
            size: (0, 0),
            first: None,
            span: None,
            counted: 0,
            last_key: None,
            key_interval: None,
            first_picture: Duration::ZERO,
            pictures: 0,
            broken: 0,
            jpeg: None,
            picture: None,
            not_written: None,
            ended: None,
        }
    }

    /// Notes a picture of that size, with its time and what the source said of itself.
    pub(super) fn picture_came(&mut self, size: (usize, usize), at: Duration, facts: Facts) {
        self.pictures += 1;
        self.size = size;
        let first = *self.first.get_or_insert(at);
        // What a live source had ready comes all at once, and says nothing of its rate.
        let counts = facts.recording || at.saturating_sub(first) >= SETTLED_AFTER;
        if counts {
            self.counted += 1;
            self.span = Some(self.span.as_ref().map_or(at, |span| span.start)..at);
        }
        if facts.key && counts {
            let interval = self.last_key.replace(at).map(|last| at.saturating_sub(last));
            self.key_interval = self.key_interval.max(interval);
        }
        self.facts = facts;
    }

    /// Notes what came of writing the first picture.
    pub(super) fn written(&mut self, path: &Path, result: Result<(), String>) {
        match result {
            Ok(()) => self.picture = Some(path.to_owned()),
            Err(why) => {
                self.not_written = Some(format!("the picture cannot be written to {}: {why}", path.display()))
            }
        }
    }

    /// The first picture as a JPEG; `None` where it was not to be reported, or cannot be made one.
    pub fn jpeg(&self) -> Option<&[u8]> {
        self.jpeg.as_deref()
    }

    /// Why the first picture was not written; `None` where it was, or was not to be.
    pub fn not_written(&self) -> Option<&str> {
        self.not_written.as_deref()
    }

    /// Whether the source is a single picture.
    fn is_still(&self) -> bool {
        self.facts.recording && self.pictures == 1
    }

    /// Frames a second: as measured, else as the header says; `None` where neither means anything.
    fn fps(&self) -> Option<f64> {
        if self.is_still() || self.facts.on_demand {
            return None;
        }
        let seconds =
            self.span.as_ref().map_or(0.0, |span| span.end.saturating_sub(span.start).as_secs_f64());
        if self.counted > 1 && seconds > 0.0 {
            Some((self.counted - 1) as f64 / seconds)
        } else {
            self.facts.header_fps
        }
    }

    /// Longest time between two key frames, seconds.
    fn key_interval_s(&self) -> Option<f64> {
        self.key_interval.map(|interval| rounded(interval.as_secs_f64(), 100.0))
    }

    /// The report as one JSON object.
    pub fn json(&self) -> Value {
        let facts = &self.facts;
        json!({
            "source": self.source,
            "opened": true,
            "codec": facts.codec,
            "width": self.size.0,
            "height": self.size.1,
            "coded_width": facts.coded.map(|coded| coded.0),
            "coded_height": facts.coded.map(|coded| coded.1),
            "fps": self.fps().map(|fps| rounded(fps, 100.0)),
            "key_interval_s": self.key_interval_s(),
            "rotation": facts.rotation,
            "pixel_aspect": facts.pixel_aspect.map(|(across, down)| format!("{across}:{down}")),
            "interlaced": facts.interlaced,
            "format": facts.format,
            "matrix": facts.matrix,
            "range": self.range(),
            "transfer": facts.transfer,
            "recording": facts.recording,
            "seconds": facts.seconds.map(|seconds| rounded(seconds, 100.0)),
            "first_picture_ms": self.first_picture.as_millis() as u64,
            "pictures": self.pictures,
            "broken": self.broken,
            "delay_ms": facts.delay_ms.map(|delay| rounded(delay, 1.0)),
            "picture": self.picture.as_ref().map(|path| path.display().to_string()),
            "ended": self.ended.as_ref().map(|reason| &reason.text),
            "ended_code": self.ended.as_ref().map(|reason| reason.code),
        })
    }

    /// The report as lines.
    pub fn text(&self) -> String {
        let facts = &self.facts;
        let codec: Vec<&str> = [facts.codec.as_deref(), facts.format].into_iter().flatten().collect();
        let known = [
            ("codec", Some(codec.join(", "))),
            ("picture", Some(self.shown_size())),
            ("rate", self.fps().map(|fps| format!("{fps:.2} FPS"))),
            ("key frames", Some(self.between_key_frames())),
            ("colours", Some(self.colours())),
            ("first picture", Some(format!("after {} ms", self.first_picture.as_millis()))),
            ("decoder's delay", facts.delay_ms.map(|delay| format!("{delay:.0} ms"))),
            ("kind", Some(self.kind().to_owned())),
            ("length", facts.seconds.filter(|_| !self.is_still()).map(|seconds| format!("{seconds:.1} s"))),
            ("pictures", Some(format!("{} in order, {} broken", self.pictures, self.broken))),
            ("written to", self.picture.as_ref().map(|path| path.display().to_string())),
            ("ended", self.ended.as_ref().map(|reason| reason.text.clone())),
        ];
        let lines = known.into_iter().filter_map(|(name, value)| value.map(|value| (name, value)));
        let lines = lines.map(|(name, value)| format!("  {:<18}{value}", format!("{name}:")));
        let title = format!("{} gives pictures", self.source);
        std::iter::once(title).chain(lines).collect::<Vec<_>>().join("\n")
    }

    /// Width and height as shown, and what has changed on the way there.
    fn shown_size(&self) -> String {
        let changed = self.changes();
        let changed = if changed.is_empty() { String::new() } else { format!(" ({})", changed.join(", ")) };
        let (width, height) = self.size;
        format!("{width}x{height}{changed}")
    }

    /// What has changed from a coded picture to a shown one, in words.
    fn changes(&self) -> Vec<String> {
        let facts = &self.facts;
        let coded = facts.coded.filter(|(w, h)| (*w as usize, *h as usize) != self.size);
        let changes = [
            coded.map(|(w, h)| format!("coded {w}x{h}")),
            (facts.rotation > 0).then(|| format!("turned by {} degrees", facts.rotation)),
            facts.pixel_aspect.map(|(across, down)| format!("pixels are {across}:{down}")),
            facts.interlaced.then(|| "interlaced".to_owned()),
        ];
        changes.into_iter().flatten().collect()
    }

    /// How far key frames are apart, in words.
    fn between_key_frames(&self) -> String {
        let a_picture_and_a_half = 1.5 / self.fps().unwrap_or(f64::INFINITY);
        match self.key_interval_s() {
            _ if self.is_still() => "every picture".to_owned(),
            Some(interval) if interval < a_picture_and_a_half => "every picture".to_owned(),
            Some(interval) => format!("{interval:.1} s apart"),
            None => "fewer than two seen".to_owned(),
        }
    }

    /// Matrix, range and transfer characteristics, in words.
    fn colours(&self) -> String {
        let facts = &self.facts;
        let (matrix, transfer) = (facts.matrix.unwrap_or("unknown"), facts.transfer.unwrap_or("unknown"));
        format!("{matrix}, {} range, {transfer}", self.range())
    }

    /// The sample values that are used, in a word.
    fn range(&self) -> &'static str {
        if self.facts.full_range { "full" } else { "limited" }
    }

    /// What kind of source it is, in words.
    fn kind(&self) -> &'static str {
        match (self.is_still(), self.facts.recording, self.facts.on_demand) {
            (true, ..) => "a picture, shown once a second, and anew when its file changes",
            (_, true, _) => "a recording, played over and over",
            (_, _, true) => "drawn when it is asked for",
            _ => "live",
        }
    }
}

/// Why a source gives no picture, as one JSON object.
pub fn failure_json(source: &str, reason: &Reason) -> Value {
    json!({ "source": source, "opened": false, "reason_code": reason.code, "reason": reason.text })
}

/// A value in whole parts of one.
fn rounded(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::ReasonCode;

    fn report() -> Report {
        let mut report = Report::new("clip.mp4".to_owned());
        for n in 0..51_u32 {
            let facts = Facts {
                codec: Some("h264".to_owned()),
                coded: Some((704, 576)),
                pixel_aspect: Some((16, 11)),
                key: n % 25 == 0,
                recording: true,
                ..Facts::default()
            };
            report.picture_came((1024, 576), Duration::from_millis(40) * n, facts);
        }
        report
    }

    #[test]
    fn rate_and_key_frames_are_measured() {
        let json = report().json();
        assert_eq!(
            (json["fps"].as_f64(), json["key_interval_s"].as_f64()),
            (Some(25.0), Some(1.0)),
            "{json}"
        );
        assert_eq!((json["width"].as_u64(), json["pixel_aspect"].as_str()), (Some(1024), Some("16:11")));
        let text = report().text();
        assert!(
            text.contains("1024x576 (coded 704x576, pixels are 16:11)") && text.contains("25.00 FPS"),
            "{text}"
        );
    }

    #[test]
    fn a_single_picture_has_no_rate_and_a_live_source_of_one_the_headers() {
        for (recording, fps) in [(true, None), (false, Some(25.0))] {
            let mut report = Report::new("still.png".to_owned());
            report.picture_came(
                (4, 4),
                Duration::ZERO,
                Facts { header_fps: Some(25.0), recording, ..Facts::default() },
            );
            assert_eq!(report.json()["fps"].as_f64(), fps);
            assert!(report.json()["key_interval_s"].is_null());
        }
    }

    #[test]
    fn what_a_live_source_had_ready_does_not_count_for_its_rate() {
        let mut report = Report::new("rtsp://cam/".to_owned());
        (0..20).for_each(|_| report.picture_came((4, 4), Duration::ZERO, Facts::default()));
        (1..=75).for_each(|n| report.picture_came((4, 4), Duration::from_millis(40) * n, Facts::default()));
        assert_eq!(report.json()["fps"].as_f64(), Some(25.0));
    }

    #[test]
    fn a_failure_has_a_code_and_a_sentence() {
        let json = failure_json(
            "rtsp://cam/",
            &Reason::new(ReasonCode::LoginWrong, "the camera refuses this user and password"),
        );
        assert_eq!(
            (json["opened"].as_bool(), json["reason_code"].as_str()),
            (Some(false), Some("login_wrong"))
        );
    }
}
