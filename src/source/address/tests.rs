//! Tests of addresses: each form that people type, and some hundred odd ones whose credentials nobody may
//! see.

use super::*;

/// Where `~/` leads in these tests.
const HOME: &str = "/home/eve";

fn parsed(text: &str) -> Result<Address, AddressError> {
    parse::address(text, Some(Path::new(HOME)))
}

fn shown(text: &str) -> String {
    parsed(text).unwrap_or_else(|error| panic!("{text}: {error}")).to_string()
}

fn refusal(text: &str) -> String {
    parsed(text).expect_err(text).to_string()
}

fn path_of(text: &str) -> PathBuf {
    match parsed(text) {
        Ok(Address::File(path)) => path,
        other => panic!("{text} is no file: {other:?}"),
    }
}

#[test]
fn each_kind_is_told_by_its_form() {
    assert_eq!(shown("2"), "webcam 2");
    assert_eq!(shown("/dev/video3"), "webcam 3");
    assert_eq!(shown("clips/plaza.bin"), "clips/plaza.bin");
    assert_eq!(shown("synthetic"), shown("synthetic:people=40,vehicles=6,seed=1"));
    assert_eq!(shown("synthetics.avi"), "synthetics.avi");
    assert_eq!(shown("rtsp://cam.example:8554/live"), "rtsp://cam.example:8554/live");
    assert_eq!(shown("  HTTPS://cam.example/a.mjpg\n"), "https://cam.example/a.mjpg");
    assert_eq!(shown("snapshot:http://eve:pw@cam/jpg?x=1"), "snapshot:http://cam/jpg…");
    assert_eq!(shown("tcp://10.0.0.9:5000"), "tcp://10.0.0.9:5000");
}

#[test]
fn files_are_named_in_the_ways_that_people_name_them() {
    assert_eq!(path_of("file:///srv/a%20b.mp4"), Path::new("/srv/a b.mp4"));
    assert_eq!(path_of("FILE://localhost/srv/100%.mp4"), Path::new("/srv/100%.mp4"));
    assert_eq!(path_of("file:clip.mp4"), Path::new("clip.mp4"));
    assert_eq!(path_of("~/clip.mp4"), Path::new("/home/eve/clip.mp4"));
    assert_eq!(path_of("./192.168.1.5/clip.mp4"), Path::new("./192.168.1.5/clip.mp4"));
    assert_eq!(path_of("drone.sdp"), Path::new("drone.sdp"));
    assert_eq!(path_of("rec_10:30:59.mp4"), Path::new("rec_10:30:59.mp4"));
    assert_eq!(path_of("cam@home.mp4"), Path::new("cam@home.mp4"));
    assert!(refusal("file://srv/clip.mp4").contains("file:///") && refusal("file:").contains("file:///"));
}

#[test]
fn files_are_kept_in_a_folder_whose_path_theirs_begins_with() {
    let kept = |text: &str| parsed(text).expect(text).kept_in(Path::new("/srv/clips"));
    let clip = kept("/srv/clips/yard/a.mp4");
    assert!(matches!(&clip, Address::Media { folder, .. } if folder == Path::new("/srv/clips")), "{clip:?}");
    assert_eq!((clip.to_string(), clip.public()), ("/srv/clips/yard/a.mp4".to_owned(), "a.mp4".to_owned()));
    assert_eq!(clip.file(), Some(Path::new("/srv/clips/yard/a.mp4")));
    for text in ["/srv/clips2/a.mp4", "/srv/a.mp4", "a.mp4", "0", "rtsp://cam/srv/clips/a.mp4"] {
        assert_eq!(kept(text), parsed(text).expect(text));
    }
}

#[test]
fn whoever_watches_sees_of_a_file_its_name_and_never_nothing() {
    let public = |text: &str| parsed(text).expect(text).public();
    for (text, name) in [
        ("/srv/clip.mp4", "clip.mp4"),
        ("clip.mp4", "clip.mp4"),
        ("/srv/clips/", "clips"),
        ("file:///srv/clips//", "clips"),
        ("/", "/"),
        ("cam.example/live/", "live"),
    ] {
        assert_eq!(public(text), name, "{text}");
    }
}

#[test]
fn whoever_watches_sees_of_a_stream_where_it_is_and_no_key_in_its_path() {
    let public = |text: &str| parsed(text).expect(text).public();
    for (text, seen) in [
        ("rtmp://live.example/app/STREAMKEY", "rtmp://live.example/…"),
        ("rtsps://nvr.local:7441/TOKEN", "rtsps://nvr.local:7441/…"),
        ("rtsp://me:hunter2@10.0.0.9:8554/live", "rtsp://10.0.0.9:8554/…"),
        ("rtsp://10.0.0.9", "rtsp://10.0.0.9"),
        ("http://10.0.0.9/", "http://10.0.0.9/"),
        ("http://10.0.0.9/?token=TOKEN", "http://10.0.0.9/…"),
        ("srt://10.0.0.9:9000?passphrase=TOKENTOKEN", "srt://10.0.0.9:9000/…"),
        ("snapshot:https://cam.local/TOKEN.jpg", "snapshot:https://cam.local/…"),
        ("udp://:5000", "udp://0.0.0.0:5000"),
    ] {
        assert_eq!(public(text), seen, "{text}");
    }
    let unclear = parsed("rtsp://cam/a%40b/TOKEN").expect("an address").public();
    assert!(!unclear.contains("TOKEN"), "{unclear}");
}

#[test]
fn a_login_that_rtmp_cannot_say_is_refused_without_showing_it() {
    for text in [
        "rtmp://eve:hunter%2F2@10.0.0.1/app/x",
        "rtmps://eve:hunter?2@10.0.0.1/app/x",
        "RTMP://eve:hunter%232@10.0.0.1/app/x",
        "rtmp://hun%3Ater2:pw@10.0.0.1/app/x",
        "rtmp://hun%2Fter2@10.0.0.1/app/x",
        "rtmp://eve:hunter2%FF@10.0.0.1/app/x",
    ] {
        let error = refusal(text);
        assert!(error.contains("RTMP cannot say") && error.contains("choose another"), "{text}: {error}");
        assert!(!["eve", "hun", "pw"].iter().any(|secret| error.contains(secret)), "{error}");
    }
    assert!(parsed("rtmp://eve:p:w%20%@10.0.0.1/app/x").is_ok());
}

#[test]
fn streams_that_wait_at_a_port_need_no_host() {
    for (text, location) in [
        ("udp://:5000", "udp://0.0.0.0:5000"),
        ("udp://@:5000", "udp://0.0.0.0:5000"),
        ("udp://@239.0.0.1:5000", "udp://239.0.0.1:5000"),
        ("srt://:9000?mode=listener", "srt://0.0.0.0:9000?mode=listener"),
        ("tcp://:5000?listen", "tcp://0.0.0.0:5000?listen"),
    ] {
        assert_eq!(parsed(text).expect(text).location().as_deref(), Some(location));
    }
    assert!(
        parsed("rtsp://:554/live").is_err()
            && parsed("rtsp://u:p@/live").is_err()
            && parsed("http:///x").is_err()
    );
}

#[test]
fn a_stream_without_its_scheme_is_told_so() {
    for text in [
        "192.168.1.5/live",
        "192.168.1.5",
        "cam:8554/live",
        "[fd00::5]/live",
        "localhost/video_feed",
        "admin:hunter2@cam/live",
        "admin:hun/ter2@cam/live",
        "rtsp:cam/live",
        "http:/cam/live",
    ] {
        let error = refusal(text);
        assert!(error.contains("has no scheme: write rtsp://") && error.contains("./"), "{text}: {error}");
    }
    assert!(parsed("cam.example/live").expect("may be a folder").may_lack_scheme());
    assert!(!parsed("./cam.example/live").expect("a path").may_lack_scheme());
    assert!(!parsed("clip.mp4").expect("a file").may_lack_scheme());
}

#[test]
fn what_cannot_be_opened_is_refused_with_what_to_do() {
    for (text, says) in [
        ("", "empty"),
        ("ftp://u:hunter2@x/", "not among rtsp"),
        ("hunter2://x/", "not among rtsp"),
        ("rtsp://u:hunter2@:port:/", "address"),
        ("snapshot:rtsp://u:hunter2@x/", "http"),
        ("snapshot:hunter2", "http"),
        ("synthetic:hunter2@x", "people"),
        ("rtsp://u:hunter2\u{7}@x/", "control"),
        ("rtsp://cam:8554/hunter2@stream", "%40"),
    ] {
        let error = refusal(text);
        assert!(error.contains(says) && !error.contains("hunter2"), "{text}: {error}");
    }
    assert!(parsed("synthetic:people=many").is_err());
    let few = refusal("synthetic:people=-3");
    assert!(few.starts_with("is no scene: ") && few.contains("from 0 to 300"), "{few}");
}

#[test]
fn files_that_may_be_addresses_show_no_more_than_a_name() {
    for (text, expected) in [
        ("hunter2@cam/live", "…@cam/live"),
        ("cam.example/admin/hunter2@x?y=hunter2", "…@…"),
        ("cam.example/video?user=admin&pwd=hunter2", "cam.example/…"),
        ("cam/user=admin_password=hunter2", "cam/…"),
        ("/srv/day=1/clip.mp4", "/srv/day=1/clip.mp4"),
    ] {
        assert_eq!(shown(text), expected);
    }
}

#[test]
fn ffmpeg_gets_credentials_as_each_protocol_wants_them() {
    let location = |text: &str| parsed(text).expect(text).location().unwrap_or_default();
    assert_eq!(
        location("rtsp://eve:p%@a/b:c@10.0.0.1/live?x=1"),
        "rtsp://eve:p%25%40a%2Fb%3Ac@10.0.0.1/live?x=1"
    );
    assert_eq!(location("rtmp://eve:p%@a:b@10.0.0.1/app/x@y"), "rtmp://eve:p%@a:b@10.0.0.1/app/x@y");
    assert_eq!(location("rtmp://10.0.0.1/app/x@y"), "rtmp://10.0.0.1/app/x@y");
    assert_eq!(location("clip.mp4"), "");
}

/// An address in an odd form, and what is in it.
struct Odd {
    text: String,
    /// Pieces of the password, none of which may be shown.
    secrets: Vec<String>,
    /// Password and host, where user and password stand before the host.
    meant: Option<(String, String)>,
    /// Whether no other reading is possible.
    is_clear: bool,
}

const SCHEMES: [&str; 8] =
    ["rtsp://", "RTSP://", "rtsps://", "rtmp://", "http://", "HttpS://", "srt://", "snapshot:http://"];

const HOSTS: [&str; 7] = [
    "192.168.1.5",
    "192.168.1.5:8554",
    "[fd00::5]:8554",
    "localhost:81",
    "cam.example",
    "cam.example:8554",
    "cam",
];

/// What stands between the pieces of a password.
const BETWEEN: [&str; 29] = [
    "", "/", "?", "#", "@", ":", "%", "%z", "%2", "%2F", "%252F", "%40", "%2540", " ", "[", "]", "\\", "&",
    "=", ";", "+", "!", "\"", "<", "|", "ü", "中", "//", "@/",
];

fn secret(between: &str, first: &str) -> (String, Vec<String>) {
    (format!("{first}{between}zwei"), vec![first.to_owned(), "zwei".to_owned()])
}

fn odd_addresses() -> Vec<Odd> {
    let mut odd = Vec::new();
    for (n, between) in BETWEEN.iter().enumerate() {
        // A password that begins with digits looks like a port.
        for first in ["eins", "7391"] {
            let (password, secrets) = secret(between, first);
            let mut push = |text: String, meant: Option<(String, String)>, is_clear| {
                odd.push(Odd { text, secrets: secrets.clone(), meant, is_clear });
            };
            for (m, host) in HOSTS.iter().enumerate() {
                let scheme = SCHEMES[(n + m) % SCHEMES.len()];
                let meant = percent_decode_str(&password).decode_utf8_lossy().into_owned();
                let is_clear = m < 4 || first == "eins" && *between != "@/";
                push(
                    format!("{scheme}admin:{password}@{host}/live?x=1"),
                    Some((meant.clone(), (*host).to_owned())),
                    is_clear,
                );
                push(
                    format!(" {scheme}admin:{password}@{host} "),
                    Some((meant, (*host).to_owned())),
                    is_clear,
                );
                for tail in [
                    format!("/user=admin&password={password}&channel=1"),
                    format!("/live/admin:{password}@{host}/x"),
                    format!("/cgi?user=admin&pwd={password}"),
                    format!("/cgi?url=rtsp://admin:{password}@{host}"),
                    format!("/%75ser%3Dadmin%26pwd%3D{password}"),
                    format!("/live#admin:{password}"),
                ] {
                    push(format!("{scheme}{host}{tail}"), None, false);
                    push(format!("{scheme}admin:{password}@{host}{tail}"), None, false);
                }
                push(format!("admin:{password}@{host}/live"), None, false);
                push(format!("admin:{password}@{host}"), None, false);
                push(format!("rtps://admin:{password}@{host}/"), None, false);
                push(format!("file://admin:{password}@{host}/"), None, false);
                push(format!("synthetic:{scheme}admin:{password}@{host}/"), None, false);
                push(format!("{scheme}admin:{password}@{host}:x/"), None, false);
                push(format!("{scheme}admin:{password}%40{host}/live"), None, false);
            }
        }
    }
    odd
}

#[test]
fn credentials_of_odd_addresses_are_never_shown() {
    let odd = odd_addresses();
    assert!(odd.len() >= 200, "{} addresses", odd.len());
    let mut shown_in = Vec::new();
    for Odd { text, secrets, .. } in &odd {
        let said = match parsed(text) {
            Ok(address) => format!("{address} {address:?} {:?}", address.shown_host()),
            Err(error) => format!("{error} {error:?}"),
        };
        if secrets.iter().any(|secret| said.contains(secret.as_str())) || said.contains("admin") {
            shown_in.push(format!("{text} as {said}"));
        }
    }
    assert!(
        shown_in.is_empty(),
        "{} of {}: {:#?}",
        shown_in.len(),
        odd.len(),
        &shown_in[..shown_in.len().min(20)]
    );
}

#[test]
fn passwords_with_odd_characters_are_understood_or_refused() {
    let (mut understood, mut wrong) = (0, Vec::new());
    for Odd { text, meant, is_clear, .. } in odd_addresses() {
        let Some((password, host)) = meant else { continue };
        match parsed(&text) {
            Ok(address) => {
                let found = address.credentials();
                let credentials = Credentials { user: b"admin".to_vec(), password: password.into_bytes() };
                let (Address::Stream(url) | Address::Snapshot(url)) = address else {
                    panic!("{text} is a stream")
                };
                let found_host = url[url::Position::BeforeHost..url::Position::AfterPort].to_owned();
                if found == Some(credentials) && found_host == host {
                    understood += 1;
                } else {
                    wrong.push(format!("{text} as {url}"));
                }
            }
            Err(AddressError::Unclear) if !is_clear => {}
            Err(AddressError::Rtmp) if password.contains(['/', '?', '#']) => {}
            Err(error) => wrong.push(format!("{text}: {error}")),
        }
    }
    assert!(
        wrong.is_empty() && understood >= 200,
        "{understood} understood, not {}: {wrong:#?}",
        wrong.len()
    );
}
