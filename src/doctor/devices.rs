//! Webcams of this machine, and whether they may be opened.

use std::{
    fs::{self, OpenOptions},
    io::ErrorKind,
    path::Path,
};

use super::finding::{Finding, Grade};

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
        Ok(_) => Finding::good(what, format!("{title}; steadycast probe {number} says what it gives")),
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
