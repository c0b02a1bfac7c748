//! Rows that `steadycast probe` looks at: its report and its picture beside what the row expects.

use std::path::Path;

use serde_json::Value;

use crate::{
    check_rows,
    daemon::{self, Stage},
    faults::Faults,
    planes::{Planes, colours},
    probe::{Probe, Probed},
    row::Row,
    turns,
    workshop::Workshop,
};

/// How long a probe looks at a file unless the row says, seconds.
const LOOKS: f64 = 0.6;

/// By how much a rate may be off unless the row says.
const RATE_OFF: f64 = 1.0 / 50.0;

/// By how much colours may be off unless the row says, in grey values.
const COLOURS_OFF: f64 = 3.0;

/// A sentence that viewers can read on a slate.
const LONGEST_REASON: usize = 240;

/// Files that are made and probed at once. Each takes a core.
const AT_ONCE: usize = 3;

#[test]
fn files_and_addresses_are_what_a_probe_says() {
    let _alone = turns::needs_the_machine();
    check_rows("files and addresses", false, AT_ONCE, check);
}

/// Checks a row.
pub fn check(row: &Row, key: &str, workshop: &Workshop) -> Faults {
    workshop.provide(row);
    let port = daemon::port();
    let address = row.address_in(workshop.folder(), port);
    let _stage = Stage::set(row, workshop.folder(), port);
    let seconds = row.seconds.unwrap_or(LOOKS);
    let probed = Probe { address: &address, seconds, folder: workshop.folder(), key }.run();
    let mut faults = Faults::default();
    faults.add(probed.fault());
    let Some(report) = &probed.report else { return faults };
    if let Some(secret) = &row.secret {
        faults.unless(!probed.said.contains(secret), || format!("shows {secret:?}: {}", probed.said));
    }
    if row.must_fail() {
        check_reason(row, report, &mut faults);
        return faults;
    }
    if report["opened"] == false && row.may_refuse {
        return faults;
    }
    faults.unless(report["opened"] == true, || {
        format!("is not opened: {} {}", report["reason_code"], report["reason"])
    });
    if report["opened"] == true {
        check_report(row, report, &mut faults);
        check_picture(row, &probed, &workshop.folder().join(&row.file), &mut faults);
    }
    faults
}

/// Checks the reason for which there is no picture.
pub fn check_reason(row: &Row, report: &Value, faults: &mut Faults) {
    let wanted = row.reason_code.as_deref().unwrap_or_default();
    let code = report["reason_code"].as_str().unwrap_or("none");
    let reason = report["reason"].as_str().unwrap_or_default();
    faults.unless(wanted.split(' ').any(|word| word == code), || {
        format!("reason is {code} ({reason}) instead of {wanted}")
    });
    faults.unless((10..LONGEST_REASON).contains(&reason.len()), || {
        format!("reason is no sentence: {reason:?}")
    });
    let says = row.reason_says.as_deref().unwrap_or_default();
    faults.unless(reason.contains(says), || format!("reason does not say {says:?}: {reason}"));
}

fn check_report(row: &Row, report: &Value, faults: &mut Faults) {
    let size = |width: &str, height: &str| format!("{}x{}", report[width], report[height]);
    let texts = [
        ("size", row.shown.clone(), size("width", "height")),
        ("coded size", row.coded.clone(), size("coded_width", "coded_height")),
        ("codec", row.codec.clone(), word(&report["codec"])),
        ("rotation", row.rotation.map(|degrees| degrees.to_string()), word(&report["rotation"])),
        ("pixel aspect", row.aspect.clone(), word(&report["pixel_aspect"])),
        ("interlaced", row.interlaced.map(|yes| yes.to_string()), word(&report["interlaced"])),
        ("matrix", row.matrix.clone(), word(&report["matrix"])),
        ("range", row.range.clone(), word(&report["range"])),
        ("transfer", row.transfer.clone(), word(&report["transfer"])),
        ("recording", row.recording.map(|yes| yes.to_string()), word(&report["recording"])),
    ];
    for (what, wanted, is) in texts {
        faults.unless(wanted.as_ref().is_none_or(|wanted| *wanted == is), || {
            format!("{what} is {is}, not {wanted:?}")
        });
    }
    let number = |name: &str| report[name].as_f64().unwrap_or(f64::NAN);
    if let Some(fps) = row.fps.as_ref().map(|fps| fps.value()) {
        let off = row.fps_within.unwrap_or(fps * RATE_OFF);
        faults.unless((number("fps") - fps).abs() <= off, || format!("fps is {}, not {fps}", report["fps"]));
    }
    if let Some(interval) = row.key_interval {
        let is = number("key_interval_s");
        faults
            .unless((is - interval).abs() <= 0.1, || format!("key frames are {is} s apart, not {interval}"));
    }
    if let Some(least) = row.least_pictures {
        faults
            .unless(number("pictures") >= least, || format!("{} pictures, not {least}", report["pictures"]));
    }
    if let Some(limit) = row.first_within {
        let is = number("first_picture_ms") / 1000.0;
        faults.in_time(is <= limit, || format!("the first picture takes {is} s, more than {limit}"));
    }
    let broken = number("broken");
    faults.unless(broken <= row.most_broken.unwrap_or(0.0), || format!("{broken} pictures are broken"));
}

fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn check_picture(row: &Row, probed: &Probed, file: &Path, faults: &mut Faults) {
    let Some(jpeg) = &probed.picture else { return faults.add(Some("there is no picture".to_owned())) };
    let picture = match Planes::of_jpeg(jpeg) {
        Ok(picture) => picture,
        Err(error) => return faults.add(Some(format!("the picture does not decode: {error}"))),
    };
    let shown = row.shown.as_deref().unwrap_or_default();
    faults.unless(shown.is_empty() || picture.size() == shown, || {
        format!("the picture is {}, not {shown}", picture.size())
    });
    judge(row, &picture, faults);
    if row.reference.unwrap_or(file.is_file()) {
        match Planes::reference(file) {
            Ok(reference) => {
                let (off, place) = picture.worst_part(&reference);
                let limit = row.reference_within.unwrap_or(COLOURS_OFF);
                faults.unless(off <= limit, || format!("differs from ffmpeg's picture by {off:.1}: {place}"));
            }
            Err(error) => faults.add(Some(error)),
        }
    }
}

/// Checks what can be seen in a picture.
pub fn judge(row: &Row, picture: &Planes, faults: &mut Faults) {
    if let Some(corners) = &row.corners {
        let (off, corner) = picture.worst_corner(&colours(corners));
        faults.unless(off <= row.within.unwrap_or(COLOURS_OFF), || {
            format!("a corner is off by {off:.1}: {corner}")
        });
    }
    if row.round {
        let shape = picture.bright_shape();
        faults.unless((shape - 1.0).abs() < 0.02, || format!("a circle is {shape:.2} times as wide as high"));
    }
    if row.combs == Some(false) {
        let combs = picture.combs();
        faults.unless(combs < 0.3, || format!("two fields are seen in one picture: {combs:.2}"));
    }
}
