//! What looking at a source came to, as JSON for machines and as lines for people. Pure.

use std::{path::PathBuf, time::Duration};

use serde_json::{Value, json};

use crate::source::{Facts, Reason};

/// What a source is.
#[derive(Clone, Debug)]
pub struct Report {
    source: String,
    /// The last facts.
    facts: Facts,
    /// Width and height as shown.
    size: (usize, usize),
    /// Times of the first and the last picture.
    span: Option<(Duration, Duration)>,
    /// Times of the last key frame, and the longest time between two.
    last_key: Option<Duration>,
    key_interval: Option<Duration>,
    /// Time from asking to the first picture.
    pub(super) first_picture: Duration,
    /// Pictures that came.
    pub(super) pictures: u64,
    /// Pictures that could not be used.
    pub(super) broken: u64,
    /// Where the first picture was written.
    pub(super) picture: Option<PathBuf>,
    /// Why the source ended before it had been looked at for long enough.
    pub(super) ended: Option<Reason>,
}

impl Report {
    pub(super) fn new(source: String) -> Self {
        Report {
            source,
            facts: Facts::default(),
            size: (0, 0),
            span: None,
            last_key: None,
            key_interval: None,
            first_picture: Duration::ZERO,
            pictures: 0,
            broken: 0,
            picture: None,
            ended: None,
        }
    }

    pub(super) fn picture_came(&mut self, size: (usize, usize), at: Duration, facts: Facts) {
        self.pictures += 1;
        self.size = size;
        let first = self.span.map_or(at, |(first, _)| first);
        self.span = Some((first, at));
        if facts.key {
            let interval = self.last_key.replace(at).map(|last| at.saturating_sub(last));
            self.key_interval = self.key_interval.max(interval);
        }
        self.facts = facts;
    }

    /// Frames a second: as measured, else as the header says.
    fn fps(&self) -> Option<f64> {
        let (first, last) = self.span?;
        let seconds = last.saturating_sub(first).as_secs_f64();
        if self.pictures > 1 && seconds > 0.0 { Some((self.pictures - 1) as f64 / seconds) } else { self.facts.header_fps }
    }

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
            "range": if facts.full_range { "full" } else { "limited" },
            "transfer": facts.transfer,
            "recording": facts.recording,
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
        let mut lines = vec![format!("{} gives pictures", self.source)];
        let mut say = |name: &str, value: String| lines.push(format!("  {:<18}{value}", format!("{name}:")));
        say("codec", [facts.codec.as_deref(), facts.format].into_iter().flatten().collect::<Vec<_>>().join(", "));
        let (width, height) = self.size;
        let changed: Vec<String> = [
            facts.coded.filter(|(w, h)| (*w as usize, *h as usize) != self.size).map(|(w, h)| format!("coded {w}x{h}")),
            (facts.rotation > 0).then(|| format!("turned by {} degrees", facts.rotation)),
            facts.pixel_aspect.map(|(across, down)| format!("pixels are {across}:{down}")),
            facts.interlaced.then(|| "interlaced".to_owned()),
        ]
        .into_iter()
        .flatten()
        .collect();
        let changed = if changed.is_empty() { String::new() } else { format!(" ({})", changed.join(", ")) };
        say("picture", format!("{width}x{height}{changed}"));
        say("rate", self.fps().map_or("not known".to_owned(), |fps| format!("{fps:.2} FPS")));
        let between = match self.key_interval_s() {
            Some(interval) if interval < 1.5 / self.fps().unwrap_or(f64::INFINITY) => "every picture".to_owned(),
            Some(interval) => format!("{interval:.1} s apart"),
            None => "fewer than two seen".to_owned(),
        };
        say("key frames", between);
        let range = if facts.full_range { "full" } else { "limited" };
        say("colours", format!("{}, {range} range, {}", facts.matrix.unwrap_or("unknown"), facts.transfer.unwrap_or("unknown")));
        say("first picture", format!("after {} ms", self.first_picture.as_millis()));
        if let Some(delay) = facts.delay_ms {
            say("decoder's delay", format!("{delay:.0} ms"));
        }
        say("kind", if facts.recording { "a recording, played over and over" } else { "live" }.to_owned());
        say("pictures", format!("{} in order, {} broken", self.pictures, self.broken));
        if let Some(path) = &self.picture {
            say("written to", path.display().to_string());
        }
        if let Some(reason) = &self.ended {
            say("ended", reason.text.clone());
        }
        lines.join("\n")
    }
}

/// Why a source gives no picture, as one JSON object.
pub fn failure_json(source: &str, reason: &Reason) -> Value {
    json!({ "source": source, "opened": false, "reason_code": reason.code, "reason": reason.text })
}

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
        assert_eq!((json["fps"].as_f64(), json["key_interval_s"].as_f64()), (Some(25.0), Some(1.0)), "{json}");
        assert_eq!((json["width"].as_u64(), json["pixel_aspect"].as_str()), (Some(1024), Some("16:11")));
        let text = report().text();
        assert!(text.contains("1024x576 (coded 704x576, pixels are 16:11)") && text.contains("25.00 FPS"), "{text}");
    }

    #[test]
    fn of_a_single_picture_the_header_tells_the_rate() {
        let mut report = Report::new("still.png".to_owned());
        let facts = Facts { header_fps: Some(25.0), ..Facts::default() };
        report.picture_came((4, 4), Duration::ZERO, facts);
        assert_eq!(report.json()["fps"], 25.0);
        assert!(report.json()["key_interval_s"].is_null());
    }

    #[test]
    fn a_failure_has_a_code_and_a_sentence() {
        let json = failure_json("rtsp://cam/", &Reason::new(ReasonCode::LoginWrong, "the camera refuses this user and password"));
        assert_eq!((json["opened"].as_bool(), json["reason_code"].as_str()), (Some(false), Some("login_wrong")));
    }
}
