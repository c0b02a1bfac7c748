//! Webcams of this machine, and whether they may be opened.

use std::{
    fs::{self, OpenOptions},
    io::ErrorKind,
    path::Path,
    process::Command,
};

use super::{
    finding::{Finding, Grade},
    formats::formats,
};

/// Longest time that a webcam may take to say what it gives, seconds, as `timeout` wants it.
const ANSWERS_WITHIN: &str = "5";

/// What there is of webcams; nothing where there are none.
pub fn webcams() -> Vec<Finding> {
    let Ok(devices) = fs::read_dir("/sys/class/video4linux") else { return Vec::new() };
    let mut names: Vec<String> =
        devices.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names.iter().map(|name| webcam(name)).collect()
}

fn webcam(name: &str) -> Finding {
    let (what, device) = (format!("webcam {name}"), Path::new("/dev").join(name));
    let title = fs::read_to_string(Path::new("/sys/class/video4linux").join(name).join("name"));
    let title = title.map_or_else(|_| name.to_owned(), |title| title.trim().to_owned());
    let number = name.trim_start_matches("video");
    let looked = OpenOptions::new().read(true).write(true).open(&device);
    match looked.map_err(|error| error.kind()) {
        Ok(_) => Finding::good(what, format!("{title}: {}", gives(&device, number))),
        Err(ErrorKind::PermissionDenied) => Finding::of(
            Grade::Doubtful,
            what,
            format!("{title} may not be opened"),
            "sudo usermod -aG video \"$(id -un)\", then log in again",
        ),
        Err(ErrorKind::ResourceBusy) => Finding::of(
            Grade::Doubtful,
            what,
            format!("{title} is in use by another program"),
            format!("fuser -v {}", device.display()),
        ),
        Err(kind) => Finding::of(
            Grade::Doubtful,
            what,
            format!("{title} cannot be opened: {kind}"),
            format!("ls -l {}", device.display()),
        ),
    }
}

/// What `timeout` ends with where the program took too long, and where there is no such program (timeout(1)).
const TOO_LONG: i32 = 124;
const NO_PROGRAM: i32 = 127;

/// What a webcam gives, in words, or what keeps that from being known.
fn gives(device: &Path, number: &str) -> String {
    let mut asks = Command::new("timeout");
    asks.args([ANSWERS_WITHIN, "v4l2-ctl", "--list-formats-ext", "--device"]).arg(device);
    let told = asks.output().ok();
    let text = |stdout: &[u8]| String::from_utf8_lossy(stdout).into_owned();
    match told.as_ref().map_or(Some(NO_PROGRAM), |told| told.status.code()) {
        // A webcam often has a second device, for what belongs to its pictures.
        Some(0) => told
            .and_then(|told| formats(&text(&told.stdout)))
            .unwrap_or_else(|| "gives no pictures".to_owned()),
        Some(NO_PROGRAM) => {
            format!("steadycast probe {number} tries it; with v4l-utils installed, what it gives stands here")
        }
        Some(TOO_LONG) => format!("does not say within {ANSWERS_WITHIN} s what it gives"),
        _ => format!("does not say what it gives; steadycast probe {number} tries it"),
    }
}
