//! Why a source could not be opened, in plain words: OpenCV only says that it could not.
//!
//! Looks at the file system and tries one TCP connection; opens nothing for reading pictures.

use std::{
    fs, io,
    net::{TcpStream, ToSocketAddrs},
    path::Path,
    time::Duration,
};

use url::Url;

use super::{Address, Reason, ReasonCode};

/// How long a server gets to answer the probe.
pub const PROBE_TIMEOUT: Duration = Duration::from_secs(3);

/// Where Linux lists the cameras.
const DEVICES: &str = "/dev";

/// The most likely reason why `address` gave no video.
pub fn why(address: &Address) -> Reason {
    match address {
        Address::Synthetic(_) => Reason::new(ReasonCode::Internal, "the scene always opens"),
        Address::Webcam(index) => webcam(*index),
        Address::Stream(url) => stream(url),
        Address::File(path) => file(path),
    }
}

fn webcam(index: u32) -> Reason {
    let device = format!("{DEVICES}/video{index}");
    let (code, text) = match fs::OpenOptions::new().read(true).write(true).open(&device) {
        Ok(_) => (ReasonCode::NotVideo, format!("{device} exists but gives no video; is another program using it?")),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => (
            ReasonCode::Forbidden,
            format!("no permission to use {device}; add this user to the group that owns it, usually video"),
        ),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let found = webcams();
            let found = if found.is_empty() { "none".to_owned() } else { found.join(", ") };
            (ReasonCode::Missing, format!("there is no {device}; cameras found: {found}"))
        }
        Err(error) if error.raw_os_error() == Some(rustix::io::Errno::BUSY.raw_os_error()) => {
            (ReasonCode::Busy, format!("{device} is used by another program"))
        }
        Err(error) => (ReasonCode::NotVideo, format!("{device}: {error}")),
    };
    Reason::new(code, text)
}

fn webcams() -> Vec<String> {
    let Ok(entries) = fs::read_dir(DEVICES) else { return Vec::new() };
    let mut names: Vec<String> = entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.strip_prefix("video").is_some_and(|index| index.parse::<u32>().is_ok()))
        .collect();
    names.sort();
    names
}

fn file(path: &Path) -> Reason {
    let (code, text) = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => (ReasonCode::Missing, "there is no such file".to_owned()),
        Err(error) => (ReasonCode::Forbidden, error.to_string()),
        Ok(metadata) if metadata.is_dir() => (ReasonCode::NotVideo, "it is a folder, not a video file".to_owned()),
        Ok(metadata) if metadata.len() == 0 => (ReasonCode::Empty, "the file is empty".to_owned()),
        Ok(_) => match fs::File::open(path) {
            Err(error) => (ReasonCode::Forbidden, error.to_string()),
            Ok(_) => (ReasonCode::NotVideo, "no video can be read from this file; is it complete, and is it a video?".to_owned()),
        },
    };
    Reason::new(code, text)
}

fn stream(url: &Url) -> Reason {
    let host = url.host_str().unwrap_or_default();
    let default_port = match url.scheme() {
        "rtsp" => 554,
        "rtsps" => 322,
        "rtmp" => 1935,
        "https" | "rtmps" => 443,
        _ => 80,
    };
    let port = url.port().unwrap_or(default_port);
    // An IPv6 host comes in brackets, which the resolver does not want.
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let Some(found) = (bare, port).to_socket_addrs().ok().and_then(|mut found| found.next()) else {
        return Reason::new(ReasonCode::HostUnknown, format!("the host {host} is not known"));
    };
    let (code, text) = match TcpStream::connect_timeout(&found, PROBE_TIMEOUT) {
        Ok(_) => (
            ReasonCode::NoPicture,
            format!("{host} answers on port {port} but gives no video; check the path, the user and the password"),
        ),
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            (ReasonCode::Refused, format!("nothing listens on {host} port {port}; is the server running?"))
        }
        Err(error) if error.kind() == io::ErrorKind::TimedOut => {
            (ReasonCode::Unreachable, format!("{host} port {port} does not answer"))
        }
        Err(error) => (ReasonCode::Unreachable, format!("{host} port {port}: {error}")),
    };
    Reason::new(code, text)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn a_missing_webcam_is_named_with_those_that_exist() {
        let reason = why(&Address::Webcam(4_000)).text;
        assert!(reason.contains("there is no /dev/video4000; cameras found: "), "{reason}");
    }

    #[test]
    fn files_say_what_is_wrong_with_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let text = folder.path().join("letter.txt");
        fs::write(&text, "no video").expect("writes");
        let empty = folder.path().join("empty.mp4");
        fs::write(&empty, "").expect("writes");
        let cases = [
            (folder.path(), "folder"),
            (&folder.path().join("gone.mp4"), "no such file"),
            (&text, "no video"),
            (&empty, "empty"),
        ];
        for (path, says) in cases {
            let reason = why(&Address::File(path.to_owned())).text;
            assert!(reason.contains(says), "{reason}");
        }
    }

    #[test]
    fn a_server_that_is_down_differs_from_one_without_the_path() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("binds");
        let port = listener.local_addr().expect("bound").port();
        let url = Url::parse(&format!("rtsp://user:hunter2@127.0.0.1:{port}/live")).expect("valid");
        let up = why(&Address::Stream(url.clone())).text;
        assert!(up.contains("check the path"), "{up}");
        drop(listener);
        let down = why(&Address::Stream(url)).text;
        assert!(down.contains("nothing listens"), "{down}");
        assert!(!format!("{up}{down}").contains("hunter2"));
    }
}
