//! Whether an uploaded file is a video: what a child process says that has decoded some of it.
//!
//! What was sent may be made to break a decoder; then it breaks the child's. What the child does is
//! `confined`'s.

use std::{
    io::{self, Read},
    os::unix::process::{CommandExt, ExitStatusExt},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
    process::{Pid, PidfdFlags, Signal, pidfd_open},
};
use serde_json::Value;

use super::{entry::Seen, error::UploadError};

/// Name of the command by which this program looks at an upload.
pub const COMMAND: &str = "look-at-upload";

/// Path by which Linux finds the running program, also where its file was deleted or exchanged meanwhile.
pub const THIS_PROGRAM: &str = "/proc/self/exe";

/// Most bytes that are believed of what a child says.
const LONGEST_ANSWER: u64 = 64 * 1024;

/// Fewest pictures of a video.
const FEWEST_PICTURES: u64 = 2;

/// Longest time that a child may take: more than it allows itself.
const WITHIN: Duration = Duration::from_secs(60);

/// Looks at a file by the program's own child.
///
/// # Errors
/// What is no video, or a child that cannot be started.
pub(super) fn look(program: &Path, file: &Path) -> Result<Seen, UploadError> {
    look_within(WITHIN, program, file)
}

fn look_within(limit: Duration, program: &Path, file: &Path) -> Result<Seen, UploadError> {
    let mut child = start(program, file).map_err(UploadError::Look)?;
    let outcome = ended(&mut child, limit);
    // One that has ended takes no harm; any other must not go on.
    let _ = child.kill();
    let status = child.wait().map_err(UploadError::Look)?;
    if !outcome.map_err(UploadError::Look)? {
        return Err(UploadError::NoVideo("it takes too long to decode".to_owned()));
    }
    let mut answer = Vec::new();
    if let Some(out) = child.stdout.take() {
        out.take(LONGEST_ANSWER).read_to_end(&mut answer).map_err(UploadError::Look)?;
    }
    seen(&answer, status)
}

/// Starts a child. Nothing of our settings is its business, and what libraries map for each core is not what
/// its memory is for.
fn start(program: &Path, file: &Path) -> io::Result<Child> {
    let few = [("OPENBLAS_NUM_THREADS", "1"), ("MALLOC_ARENA_MAX", "2")];
    Command::new(program)
        .arg0(env!("CARGO_PKG_NAME"))
        .arg(COMMAND)
        .arg(file.canonicalize()?)
        .env_clear()
        .envs(few)
        .envs(std::env::var_os("LD_LIBRARY_PATH").map(|path| ("LD_LIBRARY_PATH", path)))
        // No file of settings is there.
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
}

/// Waits for a child's end; false where it does not come in time. What it says fits into the pipe.
fn ended(child: &mut Child, limit: Duration) -> io::Result<bool> {
    let end = pidfd_open(Pid::from_child(child), PidfdFlags::empty())?;
    let deadline = Instant::now() + limit;
    loop {
        let left = Timespec::try_from(deadline.saturating_duration_since(Instant::now()));
        let left = left.map_err(io::Error::other)?;
        match poll(&mut [PollFd::new(&end, PollFlags::IN)], Some(&left)) {
            Err(Errno::INTR) => {}
            waited => return Ok(waited? > 0),
        }
    }
}

/// What a child's answer says.
fn seen(answer: &[u8], status: ExitStatus) -> Result<Seen, UploadError> {
    let no_video = |text: &str| UploadError::NoVideo(text.to_owned());
    // One that was broken may have said anything before it died.
    let told = serde_json::from_slice(answer).ok().filter(|_| status.success());
    let told: Value = told.ok_or_else(|| died(status))?;
    if told["opened"] != true {
        return Err(no_video(told["reason"].as_str().unwrap_or("no picture of it can be decoded")));
    }
    if told["pictures"].as_u64().is_none_or(|pictures| pictures < FEWEST_PICTURES) {
        return Err(no_video("it holds one picture, and a video has several"));
    }
    let size = |name: &str| told[name].as_u64().ok_or_else(|| no_video("its pictures have no size"));
    Ok(Seen {
        width: size("width")?,
        height: size("height")?,
        seconds: told["seconds"].as_f64(),
        fps: told["fps"].as_f64(),
        codec: told["codec"].as_str().map(str::to_owned),
    })
}

/// What a child's end says that has given no answer.
fn died(status: ExitStatus) -> UploadError {
    let no_video = |text: &str| UploadError::NoVideo(text.to_owned());
    match status.signal().and_then(Signal::from_named_raw) {
        Some(Signal::XCPU) => no_video("it takes too long to decode"),
        Some(_) => no_video("it breaks the decoder, or needs too much memory"),
        None => UploadError::Look(io::Error::other("it says nothing")),
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::PathBuf};

    use serde_json::json;

    use super::*;

    /// A program of these lines of shell. Another process writes it: one of ours that was just forked would
    /// hold it open, and what is open for writing is not started.
    fn program(folder: &Path, lines: &str) -> PathBuf {
        let [text, program] = ["text", "program"].map(|name| folder.join(name));
        fs::write(&text, format!("#!/bin/sh\n{lines}\n")).expect("writes");
        let installed = Command::new("install").args(["-m", "755"]).args([&text, &program]).status();
        assert!(installed.expect("install is there").success());
        program
    }

    #[test]
    fn a_child_is_ended_that_takes_too_much_and_its_end_says_why() {
        let folder = tempfile::tempdir().expect("a folder");
        let soon = Duration::from_millis(200);
        for (lines, limit, words) in [
            ("ulimit -S -t 1; while :; do :; done", WITHIN, "too long"),
            ("exec sleep 600", soon, "too long"),
            // More than the pipe takes, as nobody reads it meanwhile.
            ("while :; do echo '{\"opened\": true}'; done", soon, "too long"),
            ("kill -SEGV $$", WITHIN, "breaks the decoder"),
            ("echo '{\"opened\": true'", WITHIN, "says nothing"),
        ] {
            let began = Instant::now();
            let program = program(folder.path(), lines);
            let why = look_within(limit, &program, folder.path()).expect_err("is no video").to_string();
            assert!(why.contains(words), "{lines}: {why}");
            assert!(began.elapsed() < WITHIN, "{lines}");
        }
        let missing = look(&folder.path().join("missing"), folder.path()).expect_err("there is none");
        assert!(matches!(missing, UploadError::Look(_)), "{missing}");
    }

    fn why(answer: &[u8], status: i32) -> String {
        seen(answer, ExitStatus::from_raw(status)).expect_err("is no video").to_string()
    }

    #[test]
    fn a_video_has_pictures_of_a_size() {
        let told = json!({ "opened": true, "pictures": 50, "width": 640, "height": 360, "seconds": 2.0,
                           "fps": 25.0, "codec": "h264" });
        let seen = seen(told.to_string().as_bytes(), ExitStatus::from_raw(0)).expect("is a video");
        assert_eq!((seen.width, seen.height, seen.seconds), (640, 360, Some(2.0)));
        let one = json!({ "opened": true, "pictures": 1, "width": 640, "height": 360 });
        assert!(why(one.to_string().as_bytes(), 0).contains("one picture"));
        let none = json!({ "opened": false, "reason": "it is empty" });
        assert_eq!(why(none.to_string().as_bytes(), 0), "it is empty");
        assert!(why(told.to_string().as_bytes(), Signal::SEGV.as_raw()).contains("breaks the decoder"));
    }

    #[test]
    fn a_child_that_dies_says_by_its_signal_why() {
        assert!(why(b"", Signal::XCPU.as_raw()).contains("too long"));
        assert!(why(b"{", Signal::SEGV.as_raw()).contains("breaks the decoder"));
        assert!(why(b"", 256).contains("says nothing"));
    }
}
