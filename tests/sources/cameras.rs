//! Rows that a running server looks at: what a viewer gets, and what the server says of it, beside what the
//! row expects.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use serde_json::Value;
use steadycast::{
    probe::FirstPicture,
    source::{ReasonCode, Wish},
    tools::threads::Role,
};

use crate::{
    WORKSHOP, check_rows,
    daemon::{self, Stage},
    faults::Faults,
    files::{check_reason, judge},
    planes::Planes,
    probe::Probe,
    row::Row,
    support::{
        http,
        metrics::Metrics,
        program::Program,
        skip,
        viewer::{Frame, Heard, Viewer},
    },
    turns,
    workshop::{Workshop, lacking_for_all},
};

/// How long a source is watched unless the row says, seconds.
const LOOKS: f64 = 4.0;

/// Longest time without a picture unless the row says, seconds: a picture that stays the same comes once a
/// second.
const LONGEST_GAP: f64 = 1.5;

/// Time between two looks at the status.
const ASK_EVERY: Duration = Duration::from_millis(150);

/// Of pictures larger than this, in bytes of JPEG, one in five is looked at: decoding them would take the
/// machine's time.
const LARGE: usize = 200_000;

/// What a viewer saw.
#[derive(Default)]
struct Seen {
    /// Seconds from the server's start at which pictures came.
    pictures: Vec<f64>,
    slates_after: usize,
    last_slate: Option<Vec<u8>>,
    /// Each size once for each time that it began.
    sizes: Vec<String>,
    /// Seconds at which the newest size began.
    size_since: f64,
    colourful: usize,
    grey: usize,
    /// Size that the newest `hello` told.
    told: String,
    /// Reasons while there was no picture yet, or all the time where the row wants to know them.
    codes: BTreeSet<String>,
    status: Value,
}

/// Sources that are watched at once. They mostly wait.
const AT_ONCE: usize = 12;

#[test]
fn sources_are_shown_as_they_are_or_said_why_not() {
    let _others = turns::mostly_waits();
    check_rows("sources", true, AT_ONCE, check);
}

/// Checks a row.
pub fn check(row: &Row, key: &str, workshop: &Workshop) -> Faults {
    workshop.provide(row);
    let (folder, port) = (workshop.folder(), daemon::port());
    let address = row.address_in(folder, port);
    let mut faults = Faults::default();
    if row.may_refuse && is_refused(row, &address, key, workshop, &mut faults) {
        return faults;
    }
    let mut stage = Stage::set(row, folder, port);
    let flags: Vec<&str> = row.flags.iter().map(String::as_str).collect();
    let program = Program::start(&[&["--source", &address, "--capture-fps", "34"], &flags[..]].concat());
    let seen = watch(row, &program, &mut stage, &mut faults);
    compare(row, &seen, &mut faults);
    if let Some(most) = row.most_broken {
        let broken = Metrics::of(program.address).sum("frames_skipped_total", &["reason=\"broken\""]);
        faults.unless(broken <= most, || format!("{broken} pictures count as broken"));
    }
    if let Some(secret) = &row.secret {
        let said = [program.log(), seen.status.to_string()].concat();
        faults.unless(!said.contains(secret), || format!("shows {secret:?}: {said}"));
    }
    if let (Some(words), Some(camera)) = (&row.never_hears, &stage.camera) {
        faults.unless(!camera.said().contains(words), || {
            format!("the camera hears {words:?}: {}", camera.said())
        });
    }
    faults
}

/// Whether the address is refused, in a sentence that shows no password.
fn is_refused(row: &Row, address: &str, key: &str, workshop: &Workshop, faults: &mut Faults) -> bool {
    let probed = Probe { address, seconds: 0.5, folder: workshop.folder(), key }.run();
    faults.add(probed.fault());
    let secret = row.secret.as_deref().unwrap_or("\0");
    faults.unless(!probed.said.contains(secret), || format!("shows {secret:?}: {}", probed.said));
    probed.report.is_some_and(|report| report["reason_code"] == "bad_address")
}

fn watch(row: &Row, program: &Program, stage: &mut Stage, faults: &mut Faults) -> Seen {
    let began = Instant::now();
    let end = began + Duration::from_secs_f64(row.seconds.unwrap_or(LOOKS));
    let dies = row.dies_after.map(|after| began + Duration::from_secs_f64(after));
    let mut viewer = Viewer::open(program.address, "/websocket/95?analytics=off");
    let (mut seen, mut asked) = (Seen::default(), began - ASK_EVERY);
    while Instant::now() < end {
        if dies.is_some_and(|dies| Instant::now() > dies) {
            stage.camera = None;
        }
        match viewer.next_within(Duration::from_millis(50)) {
            Some(Heard::Frame(frame)) => seen.take(row, &frame, began, faults),
            Some(Heard::Text(text)) if text["type"] == "hello" => {
                seen.told = format!("{}x{}", text["width"], text["height"])
            }
            Some(Heard::Close(code, reason)) => {
                return seen.broken_off(format!("closed with {code} {reason}"), faults);
            }
            Some(Heard::Gone) => {
                return seen.broken_off(format!("the server is gone: {}", program.log()), faults);
            }
            _ => {}
        }
        let all_along = row.must_fail() || row.may_show || row.reason_heard.is_some();
        if asked.elapsed() >= ASK_EVERY && (seen.pictures.is_empty() || all_along) {
            asked = Instant::now();
            seen.status = status(program);
            seen.codes.extend(seen.status["reason_code"].as_str().map(str::to_owned));
            if row.must_fail() && row.reason_code.as_deref().is_some_and(|codes| seen.has_heard(codes)) {
                break;
            }
        }
    }
    if !(row.must_fail() || row.may_show) {
        seen.status = status(program);
    }
    let quiet = seen.pictures.last().map_or(0.0, |last| began.elapsed().as_secs_f64() - last);
    let limit = row.longest_gap.unwrap_or(LONGEST_GAP);
    faults.in_time(quiet <= limit || row.may_show, || format!("no picture in the last {quiet:.1} s"));
    seen
}

fn status(program: &Program) -> Value {
    http::get(program.address, "/api/status").json()["cameras"][0].clone()
}

impl Seen {
    fn take(&mut self, row: &Row, frame: &Frame, began: Instant, faults: &mut Faults) {
        if frame.comment.slate {
            self.slates_after += usize::from(!self.pictures.is_empty());
            self.last_slate = Some(frame.jpeg.clone());
            return;
        }
        self.pictures.push((frame.at - began).as_secs_f64());
        let header = match turbojpeg::read_header(&frame.jpeg) {
            Ok(header) => header,
            Err(error) => return faults.add(Some(format!("a JPEG cannot be read: {error}"))),
        };
        let size = format!("{}x{}", header.width, header.height);
        if self.sizes.last() != Some(&size) {
            self.sizes.push(size);
            self.size_since = (frame.at - began).as_secs_f64();
        }
        let looked_at = frame.jpeg.len() < LARGE || self.pictures.len() % 5 == 1;
        if !looked_at || faults.text().is_some() {
            return;
        }
        match Planes::of_jpeg(&frame.jpeg) {
            Ok(picture) => {
                let is_grey = picture.is_grey();
                *(if is_grey { &mut self.grey } else { &mut self.colourful }) += 1;
                let mut found = Faults::default();
                judge(row, &picture, &mut found);
                let at = self.pictures.len();
                faults.add(found.text().map(|text| format!("picture {at} ({}): {text}", picture.size())));
            }
            Err(error) => faults.add(Some(format!("a JPEG does not decode: {error}"))),
        }
    }

    fn broken_off(self, fault: String, faults: &mut Faults) -> Seen {
        faults.add(Some(fault));
        self
    }

    fn has_heard(&self, codes: &str) -> bool {
        codes.split(' ').any(|code| self.codes.contains(code))
    }

    fn longest_gap(&self) -> f64 {
        self.pictures.windows(2).map(|pair| pair[1] - pair[0]).fold(0.0, f64::max)
    }

    fn rate(&self) -> f64 {
        match (self.pictures.first(), self.pictures.last()) {
            (Some(first), Some(last)) if last > first => (self.pictures.len() - 1) as f64 / (last - first),
            _ => 0.0,
        }
    }
}

fn compare(row: &Row, seen: &Seen, faults: &mut Faults) {
    if row.must_fail() {
        faults.unless(seen.pictures.is_empty(), || format!("{} pictures come of it", seen.pictures.len()));
        return check_reason(row, &seen.status, faults);
    }
    if row.reason_code.is_some() {
        let status = &seen.status;
        let heard = row.reason_code.as_deref().is_some_and(|codes| seen.has_heard(codes));
        if !(row.may_show && heard) {
            check_reason(row, status, faults);
        }
    }
    if row.may_show {
        return;
    }
    let Some(first) = seen.pictures.first() else {
        let (code, reason) = (&seen.status["reason_code"], &seen.status["reason"]);
        return faults.add(Some(format!("no picture comes: {} {code} {reason}", seen.status["state"])));
    };
    let limit = row.first_within.unwrap_or(f64::INFINITY);
    faults.in_time(*first <= limit, || format!("the first picture takes {first:.2} s, more than {limit}"));
    compare_flow(row, seen, faults);
    compare_sizes(row, seen, faults);
    if row.greys {
        let (grey, colourful) = (seen.grey, seen.colourful);
        faults.unless(grey > 10 && colourful > 10, || {
            format!("{grey} pictures are grey and {colourful} are not")
        });
    }
    if row.slate_fits {
        let slate = seen.last_slate.as_ref().map(|jpeg| Planes::of_jpeg(jpeg));
        let fits = matches!(&slate, Some(Ok(slate)) if slate.has_margins());
        faults.unless(fits, || "the slate's words are cut off".to_owned());
    }
    let state = row.state.as_deref().unwrap_or("streaming");
    let is = &seen.status["state"];
    faults.unless(state.split(' ').any(|word| is == word) || row.slates > 0 && row.state.is_none(), || {
        format!("state is {is}, not {state}: {} {}", seen.status["reason_code"], seen.status["reason"])
    });
    if let Some(codes) = &row.reason_heard {
        faults.unless(seen.has_heard(codes), || format!("reasons were {:?}, never {codes}", seen.codes));
    }
    if let Some(code) = &row.waits_for {
        faults.in_time(seen.codes.contains(code), || format!("waits for {:?}, not {code}", seen.codes));
    }
}

fn compare_flow(row: &Row, seen: &Seen, faults: &mut Faults) {
    let (gap, limit) = (seen.longest_gap(), row.longest_gap.unwrap_or(LONGEST_GAP));
    faults.in_time(gap <= limit, || format!("{gap:.2} s without a picture"));
    faults.in_time(seen.slates_after <= row.slates, || {
        format!("{} slates after the first picture", seen.slates_after)
    });
    if let Some(fps) = row.fps.as_ref().map(|fps| fps.value()) {
        let (is, off) = (seen.rate(), row.fps_within.unwrap_or(2.0));
        faults.in_time((is - fps).abs() <= off, || format!("{is:.1} pictures a second, not {fps}"));
    }
}

fn compare_sizes(row: &Row, seen: &Seen, faults: &mut Faults) {
    let wanted = row.sizes.as_deref().or(row.shown.as_deref()).unwrap_or_default();
    let wanted: Vec<&str> = wanted.split(' ').filter(|size| !size.is_empty()).collect();
    let (last, sizes) = (seen.sizes.last().cloned().unwrap_or_default(), seen.sizes.join(" "));
    let fits =
        seen.sizes.len() >= wanted.len() && seen.sizes.iter().zip(&wanted).all(|(is, wanted)| is == wanted);
    let alone = row.sizes.is_some() || seen.sizes.len() <= 1;
    faults.unless(wanted.is_empty() || fits && alone, || {
        format!("pictures are {sizes} instead of {}", wanted.join(" "))
    });
    // What has changed just now may not have been told yet.
    let settled = seen.pictures.last().is_some_and(|last| last - seen.size_since > 1.0);
    faults
        .unless(!settled || seen.told == last, || format!("hello tells {}, pictures are {last}", seen.told));
}

#[test]
fn a_probe_whose_time_is_up_says_what_it_waits_for() {
    let name = "a_probe_whose_time_is_up_says_what_it_waits_for";
    if let Some(reason) = lacking_for_all() {
        return skip(name, &reason);
    }
    let _others = turns::mostly_waits();
    // The next key frame comes nine seconds later.
    let row = Row {
        camera: "rtsp_camera.py {port} rarer-keys.h264 --join behind".to_owned(),
        settle: 1.0,
        ..Row::default()
    };
    WORKSHOP.make("rarer-keys.h264");
    let port = daemon::port();
    let _stage = Stage::set(&row, WORKSHOP.folder(), port);
    let probe = steadycast::probe::Probe {
        address: format!("rtsp://127.0.0.1:{port}/live").parse().expect("an address"),
        wish: Wish { fps: 34.0, size: (320, 180), file_fps: None, snapshot_fps: 1.0 },
        look_for: Duration::ZERO,
        within: Duration::from_secs(5),
        picture: FirstPicture::Dropped,
    };
    let why = probe.run(Role::Capture, ()).expect_err("no picture is there yet");
    assert_eq!(why.code, ReasonCode::NoKeyFrame, "{why}");
}
