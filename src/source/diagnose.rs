//! Why a source could not be opened, in plain words: what the file system and one TCP connection tell.
//!
//! Opens nothing for reading pictures. What a camera answered is known to those who asked it, and is not
//! found out here.

use std::{
    fs, io,
    os::unix::fs::FileTypeExt,
    path::Path,
    time::{Duration, Instant},
};

use url::Url;

use super::{
    address::Address,
    guard,
    reach::{self, listens},
};
use crate::nouns::reason::{Reason, ReasonCode};

/// Longest wait for a server to answer the probe, its name's resolution included.
pub const PROBE_TIMEOUT: Duration = Duration::from_secs(3);

/// Folder in which Linux lists the cameras.
const DEVICES: &str = "/dev";

/// The most likely reason why `address` gave no video.
pub fn why(address: &Address) -> Reason {
    match address {
        Address::Synthetic(_) => Reason::new(ReasonCode::Internal, "the scene always opens"),
        Address::Webcam(index) => webcam(*index),
        Address::Stream(url) | Address::Snapshot(url) => match connect(address, url) {
            Line::Alive(server) => Reason::new(
                ReasonCode::ServerError,
                format!("{server} answers but gives no video; check the path, the user and the password"),
            ),
            Line::Dead(why) => why,
            Line::Unknown => nothing_comes(address, url),
        },
        Address::File(path) | Address::Media { file: path, .. } => file(address, path),
        Address::Upload(path) if !path.exists() => {
            Reason::new(ReasonCode::Missing, "there is no such upload any more; /api/uploads lists them")
        }
        Address::Upload(path) => file(address, path),
    }
}

/// Why nothing can come from the server of a stream; `None` where it takes connections.
pub fn why_unreachable(address: &Address, url: &Url) -> Option<Reason> {
    match connect(address, url) {
        Line::Alive(_) => None,
        Line::Dead(why) => Some(why),
        Line::Unknown => Some(nothing_comes(address, url)),
    }
}

/// What a connection to a stream's server tells.
enum Line {
    /// No server is there, for this reason.
    Dead(Reason),
    /// A server answers, which is called this.
    Alive(String),
    /// The protocol makes no connection, or waits for one.
    Unknown,
}

/// Connects to a stream's server, and hangs up.
fn connect(address: &Address, url: &Url) -> Line {
    let Some(port) = port_of(url) else { return Line::Unknown };
    // Where it may be a part of a password the host has no name here.
    let host = address.shown_host().unwrap_or("the host");
    let dead = |code, text: String| Line::Dead(Reason::new(code, text));
    let deadline = Instant::now() + PROBE_TIMEOUT;
    let found = match reach::resolve(url, port, deadline) {
        Ok(found) => found,
        Err(error) => return Line::Dead(unresolved(&error)),
    };
    if found.is_empty() {
        return Line::Dead(host_unknown(address));
    }
    match reach::connect(&found, deadline) {
        Ok(_) if address.shown_host().is_none() => Line::Alive(host.to_owned()),
        Ok(_) => Line::Alive(format!("{host} port {port}")),
        Err(_) if address.shown_host().is_none() => {
            dead(ReasonCode::Unreachable, format!("{host} does not answer"))
        }
        Err(error) => match error.kind() {
            io::ErrorKind::ConnectionRefused => dead(
                ReasonCode::Refused,
                format!("nothing listens on {host} port {port}; is the server running?"),
            ),
            io::ErrorKind::TimedOut => {
                dead(ReasonCode::Unreachable, format!("{host} port {port} does not answer"))
            }
            _ => dead(ReasonCode::Unreachable, format!("{host} port {port}: {error}")),
        },
    }
}

/// Why a host could not be looked up, or none of its addresses is taken.
pub(super) fn unresolved(error: &io::Error) -> Reason {
    if reach::is_refusal(error) {
        return guard::reason();
    }
    Reason::new(ReasonCode::Internal, format!("no thread to look its host up from: {error}"))
}

/// The reason of a host that has no address.
pub(super) fn host_unknown(address: &Address) -> Reason {
    let text = match address.shown_host() {
        Some(host) => format!("the host {host} is not known"),
        None => "its host is not known".to_owned(),
    };
    Reason::new(ReasonCode::HostUnknown, text)
}

/// Port of a stream's server; `None` where its protocol makes no connection, or waits for one.
fn port_of(url: &Url) -> Option<u16> {
    let usual = match url.scheme() {
        "udp" | "srt" => return None,
        "tcp" if listens(url) => return None,
        "rtsp" => 554,
        "rtsps" => 322,
        "rtmp" => 1935,
        "https" | "rtmps" => 443,
        _ => 80,
    };
    Some(url.port().unwrap_or(usual))
}

/// Why nothing comes of a stream that is waited for, or that nobody can be asked about.
fn nothing_comes(address: &Address, url: &Url) -> Reason {
    let port = url.port().map(|port| format!(" {port}")).unwrap_or_default();
    let text = match url.scheme() {
        "udp" => {
            format!(
                "nothing that is video comes to UDP port{port}; does the sender send here, and does no \
                 firewall stop it?"
            )
        }
        scheme if listens(url) => {
            format!(
                "nobody sends video to port{port} over {}; does the sender call this machine?",
                scheme.to_uppercase()
            )
        }
        _ => {
            let host = address.shown_host().unwrap_or("the host");
            format!("no video comes from {host} port{port} over SRT; check its mode, streamid and passphrase")
        }
    };
    Reason::new(ReasonCode::Silent, text)
}

/// Why a webcam gives no video.
fn webcam(index: u32) -> Reason {
    let device = format!("{DEVICES}/video{index}");
    let (code, text) = match fs::OpenOptions::new().read(true).write(true).open(&device) {
        Ok(_) => (
            ReasonCode::NotVideo,
            format!("{device} exists but gives no video; is another program using it?"),
        ),
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

/// Names of the webcams that exist.
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

/// Why a file gives no video.
fn file(address: &Address, path: &Path) -> Reason {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && address.may_lack_scheme() => Reason::new(
            ReasonCode::Missing,
            "there is no such file; if it is a stream, its address begins with rtsp://, http:// or the like",
        ),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Reason::new(ReasonCode::Missing, "there is no such file")
        }
        Err(error) => Reason::new(ReasonCode::Forbidden, error.to_string()),
        Ok(metadata) if metadata.is_dir() => {
            Reason::new(ReasonCode::NotVideo, "it is a folder, not a video file")
        }
        Ok(metadata) if metadata.file_type().is_char_device() => Reason::new(
            ReasonCode::NotVideo,
            "it is a device, not a file; give a webcam by its number, such as 0",
        ),
        Ok(metadata) if metadata.len() == 0 => Reason::new(ReasonCode::Empty, "the file is empty"),
        Ok(_) => file_that_is_there(address, path),
    }
}

/// Why a file that is there, and not empty, gives no video.
fn file_that_is_there(address: &Address, path: &Path) -> Reason {
    if let Err(error) = fs::File::open(path) {
        return Reason::new(ReasonCode::Forbidden, error.to_string());
    }
    if matches!(address, Address::Media { .. }) {
        let text = "no video or photo can be read from this file; is it complete? Lists of other files and \
                    .sdp are not opened in the folder STEADYCAST_MEDIA_DIR";
        return Reason::new(ReasonCode::NotVideo, text);
    }
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("sdp")) {
        let text = "nothing of the stream that the file describes comes here; \
                    does the sender send to the ports in it?";
        return Reason::new(ReasonCode::Silent, text);
    }
    let text = "no video can be read from this file; is it complete, and is it a video?";
    Reason::new(ReasonCode::NotVideo, text)
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
    fn a_missing_file_that_may_be_a_stream_is_told_what_its_address_lacks() {
        let reason = |text: &str| why(&text.parse().expect(text)).text;
        assert!(reason("cam.example/live").contains("begins with rtsp://"));
        assert!(!reason("/nowhere/clip.mp4").contains("rtsp://"));
    }

    #[test]
    fn a_session_description_and_a_device_are_told_from_videos() {
        let folder = tempfile::tempdir().expect("a folder");
        let session = folder.path().join("drone.SDP");
        fs::write(&session, "v=0").expect("writes");
        assert!(why(&Address::File(session)).text.contains("describes"));
        assert!(why(&Address::File("/dev/null".into())).text.contains("number"));
    }

    #[test]
    fn a_server_that_is_down_differs_from_one_without_the_path() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("binds");
        let port = listener.local_addr().expect("bound").port();
        let address: Address = format!("rtsp://user:hunter2@localhost:{port}/live").parse().expect("valid");
        let up = why(&address);
        assert!(up.code == ReasonCode::ServerError && up.text.contains("check the path"), "{up}");
        let unreachable = |address: &Address| match address {
            Address::Stream(url) => why_unreachable(address, url).map(|why| why.code),
            _ => panic!("it is a stream"),
        };
        assert_eq!(unreachable(&address), None);
        drop(listener);
        assert_eq!(unreachable(&address), Some(ReasonCode::Refused));
        let down = why(&address);
        assert!(down.code == ReasonCode::Refused && down.text.contains("nothing listens"), "{down}");
        assert!(!format!("{up}{down}").contains("hunter2"));
    }

    #[test]
    fn an_address_that_no_source_may_be_at_is_not_connected_to() {
        let reason = why(&"http://169.254.169.254/latest".parse().expect("an address"));
        assert_eq!(reason.code, ReasonCode::ForbiddenAddress);
        assert!(reason.text.contains("STEADYCAST_ALLOW_SOURCES"), "{reason}");
    }

    #[test]
    fn nobody_is_connected_to_where_there_are_no_connections() {
        for (text, says) in [
            ("udp://:5000", "UDP port 5000"),
            ("srt://:9000?mode=listener&passphrase=hunter2", "nobody sends video to port 9000 over SRT"),
            ("srt://127.0.0.1:9000?passphrase=hunter2", "127.0.0.1 port 9000 over SRT; check its mode"),
            ("tcp://:9001?listen", "nobody sends video to port 9001 over TCP"),
        ] {
            let reason = why(&text.parse().expect(text));
            assert!(reason.code == ReasonCode::Silent && reason.text.contains(says), "{reason}");
            assert!(!reason.text.contains("hunter2"));
        }
    }

    #[test]
    fn a_host_that_may_be_part_of_a_password_is_not_named() {
        let address: Address = "rtsp://hunter2.invalid/x@y".parse().expect("can be read in one way");
        let reason = why(&address);
        assert!(reason.code == ReasonCode::HostUnknown && !reason.text.contains("hunter2"), "{reason}");
    }
}
