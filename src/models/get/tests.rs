//! Getting models from a server on this machine: whole, cut, wrong, absent, and onto a full disk.

use std::{
    io::{BufRead, BufReader},
    net::{TcpListener, TcpStream},
    os::unix::fs::symlink,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use super::*;
use crate::models::catalogue::Published;

/// Bytes of the model that these tests get.
const BYTES: usize = 200_000;

/// SHA-256 of [`model`], by `sha256sum`.
const SHA256: &str = "e24bc62381f1224fbbb74688663f8f9743b9680b193edd666835e97b06e730eb";

/// A second file that is accepted.
const OTHER: &[u8] = b"abc";

/// SHA-256 of [`OTHER`]: FIPS 180-2, appendix B.1.
const OTHER_SHA256: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

/// Both files.
const FILES: [Published; 2] = [
    Published { bytes: BYTES as u64, sha256: SHA256 },
    Published { bytes: OTHER.len() as u64, sha256: OTHER_SHA256 },
];

fn model() -> Vec<u8> {
    (0..BYTES).map(|n| (n % 251) as u8).collect()
}

fn entry() -> Entry {
    Entry {
        name: "tested",
        address: "https://models.example/tested.onnx",
        files: &FILES,
        licence: "CC0-1.0",
        input: (1, 1),
        good_at: "tests",
    }
}

/// How a server of these tests behaves.
#[derive(Clone, Copy, PartialEq)]
enum Manner {
    /// Gives what is asked for.
    Good,
    /// Gives everything, whatever range is asked for.
    IgnoresRanges,
    /// Hangs up after so many bytes of a body.
    Cuts(usize),
    /// Gives other bytes of the same number.
    Wrong,
    /// Gives a page of the network's, as hotels do.
    Page,
    /// Has no such file.
    Absent,
    /// Sends the client to `/tested.onnx` first.
    Redirects,
    /// Never says how many bytes come, and sends too many.
    Endless,
    /// Sends another range than what is asked for.
    Shifted,
    /// Gives a page of the network's without saying how long it is.
    Portal,
    /// Sends a part without saying which.
    Unranged,
    /// Gives the second file that is accepted.
    Other,
}

/// A server on this machine, which ends with the test program.
struct Server {
    address: String,
    asked: Arc<AtomicUsize>,
}

impl Server {
    fn start(manner: Manner) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("bound").port();
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                count.fetch_add(1, Ordering::Relaxed);
                // A client that has seen enough hangs up.
                let _ = answer(socket, manner);
            }
        });
        let path = if manner == Manner::Redirects { "elsewhere" } else { "tested.onnx" };
        Server { address: format!("http://127.0.0.1:{port}/{path}"), asked }
    }
}

/// Reads a request; gives its path and the first byte of its range.
fn request(socket: &TcpStream) -> (String, usize) {
    let (mut path, mut from) = (String::new(), 0);
    for line in BufReader::new(socket).lines().map_while(Result::ok) {
        if let Some(rest) = line.strip_prefix("GET ") {
            path = rest.split(' ').next().unwrap_or_default().to_owned();
        }
        if let Some(range) = line.to_ascii_lowercase().strip_prefix("range: bytes=") {
            from = range.trim_end_matches('-').parse().unwrap_or(0);
        }
        if line.is_empty() {
            break;
        }
    }
    (path, from)
}

fn answer(mut socket: TcpStream, manner: Manner) -> std::io::Result<()> {
    let (path, from) = request(&socket);
    let body = match manner {
        Manner::Wrong => vec![7; BYTES],
        Manner::Other => OTHER.to_vec(),
        Manner::Page | Manner::Portal => b"<html>Please pay for the network</html>".to_vec(),
        Manner::Endless => vec![7; BYTES + 100_000],
        _ => model(),
    };
    if manner == Manner::Absent {
        return socket.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }
    if manner == Manner::Redirects && path == "/elsewhere" {
        let head =
            "HTTP/1.1 302 Found\r\nLocation: /tested.onnx\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        return socket.write_all(head.as_bytes());
    }
    let from = match manner {
        Manner::IgnoresRanges | Manner::Portal => 0,
        Manner::Shifted => from + 1,
        _ => from,
    };
    if from >= body.len() {
        return socket.write_all(
            b"HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        );
    }
    let rest = &body[from..];
    let head = match (manner, from) {
        (Manner::Unranged, _) => {
            format!("HTTP/1.1 206 Partial Content\r\nContent-Length: {}\r\n", rest.len())
        }
        (Manner::Endless | Manner::Portal, _) => "HTTP/1.1 200 OK\r\n".to_owned(),
        (_, 0) => format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n", rest.len()),
        _ => format!(
            "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {from}-{}/{}\r\nContent-Length: {}\r\n",
            body.len() - 1,
            body.len(),
            rest.len()
        ),
    };
    socket.write_all(format!("{head}Connection: close\r\n\r\n").as_bytes())?;
    match manner {
        Manner::Cuts(after) => socket.write_all(&rest[..after.min(rest.len())]),
        _ => socket.write_all(rest),
    }
}

fn gets(server: &Server, folder: &Path) -> Result<Got, ModelsError> {
    get(&entry(), &server.address, folder, &mut |_| {})
}

fn said(server: &Server, folder: &Path) -> String {
    gets(server, folder).expect_err("nothing is got").to_string()
}

#[test]
fn a_model_is_fetched_once_and_told_as_there_from_then_on() {
    let (folder, server) = (tempfile::tempdir().expect("a folder"), Server::start(Manner::Good));
    let place = folder.path().join("models/tested.onnx");
    let models = folder.path().join("models");
    let mut told = Vec::new();
    let got = get(&entry(), &server.address, &models, &mut |have| told.push(have)).expect("is got");
    assert_eq!(got, Got::Fetched(place.clone()));
    assert_eq!(fs::read(&place).expect("is there"), model());
    assert!(told.is_sorted() && told.last() == Some(&(BYTES as u64)), "{told:?}");
    assert_eq!(gets(&server, &models).expect("is there"), Got::There(place));
    assert_eq!(server.asked.load(Ordering::Relaxed), 1, "what is there is not fetched");
    assert_eq!(fs::read_dir(&models).expect("is there").count(), 1, "no part is left");
}

#[test]
fn a_redirection_is_followed() {
    let (folder, server) = (tempfile::tempdir().expect("a folder"), Server::start(Manner::Redirects));
    assert!(matches!(gets(&server, folder.path()), Ok(Got::Fetched(_))));
}

#[test]
fn what_came_before_a_cut_is_gone_on_with() {
    let (folder, cuts) = (tempfile::tempdir().expect("a folder"), Server::start(Manner::Cuts(70_000)));
    let part = folder.path().join("tested.onnx.part");
    for have in [70_000, 140_000] {
        let said = said(&cuts, folder.path());
        assert!(
            said.contains(&format!("after {have} of 200000 bytes")) && said.contains("goes on"),
            "{said}"
        );
        assert_eq!(fs::metadata(&part).expect("is kept").len(), have);
    }
    let mut told = Vec::new();
    let good = Server::start(Manner::Good);
    get(&entry(), &good.address, folder.path(), &mut |have| told.push(have)).expect("is got");
    assert_eq!(told.first(), Some(&140_000), "only the rest is fetched");
    assert_eq!(fs::read(folder.path().join("tested.onnx")).expect("is there"), model());
}

#[test]
fn a_server_that_ignores_ranges_sends_everything_again() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("tested.onnx.part"), &model()[..50_000]).expect("writes");
    gets(&Server::start(Manner::IgnoresRanges), folder.path()).expect("is got");
    assert_eq!(fs::read(folder.path().join("tested.onnx")).expect("is there"), model());
}

#[test]
fn a_whole_or_too_long_part_of_an_earlier_try_is_no_trouble() {
    let (folder, server) = (tempfile::tempdir().expect("a folder"), Server::start(Manner::Good));
    let (part, place) = (folder.path().join("tested.onnx.part"), folder.path().join("tested.onnx"));
    fs::write(&part, model()).expect("writes");
    gets(&server, folder.path()).expect("is whole already");
    assert_eq!(server.asked.load(Ordering::Relaxed), 0);
    fs::remove_file(&place).expect("is there");
    fs::write(&part, vec![1; BYTES + 1]).expect("writes");
    gets(&server, folder.path()).expect("begins anew");
    assert_eq!(fs::read(&place).expect("is there"), model());
}

#[test]
fn what_is_not_the_published_file_is_deleted_and_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let said_of = |manner| said(&Server::start(manner), folder.path());
    let wrong = said_of(Manner::Wrong);
    assert!(wrong.contains("was deleted") && wrong.contains(SHA256), "{wrong}");
    let page = said_of(Manner::Page);
    assert!(page.contains("39 bytes instead of 200000"), "{page}");
    let absent = said_of(Manner::Absent);
    assert!(absent.contains("no such file (404)"), "{absent}");
    assert_eq!(fs::read_dir(folder.path()).expect("is there").count(), 0, "nothing is left");
    let endless = said_of(Manner::Endless);
    assert!(endless.contains("instead of 200000"), "{endless}");
    assert_eq!(fs::read_dir(folder.path()).expect("is there").count(), 0, "nothing is left");
    fs::write(folder.path().join("tested.onnx.part"), &model()[..10]).expect("writes");
    let portal = said_of(Manner::Portal);
    assert!(portal.contains("39 bytes instead of 200000"), "{portal}");
    assert_eq!(fs::read_dir(folder.path()).expect("is there").count(), 0, "nothing is left");
    gets(&Server::start(Manner::Good), folder.path()).expect("is got");
}

#[test]
fn either_published_file_is_accepted_and_none_is_taken_for_a_part_of_the_other() {
    let (folder, other) = (tempfile::tempdir().expect("a folder"), Server::start(Manner::Other));
    let (part, place) = (folder.path().join("tested.onnx.part"), folder.path().join("tested.onnx"));
    assert_eq!(gets(&other, folder.path()).expect("is got"), Got::Fetched(place.clone()));
    assert_eq!(gets(&other, folder.path()).expect("is there"), Got::There(place.clone()));
    fs::remove_file(&place).expect("is there");
    // As long as the shorter file, and the beginning of the longer one.
    fs::write(&part, &model()[..OTHER.len()]).expect("writes");
    gets(&Server::start(Manner::Good), folder.path()).expect("goes on");
    assert_eq!(fs::read(&place).expect("is there"), model());
}

#[test]
fn a_part_of_which_nobody_says_where_it_belongs_is_refused() {
    let (folder, server) = (tempfile::tempdir().expect("a folder"), Server::start(Manner::Unranged));
    let part = folder.path().join("tested.onnx.part");
    fs::write(&part, &model()[..50_000]).expect("writes");
    let said = said(&server, folder.path());
    assert!(said.contains("without Content-Range"), "{said}");
    assert_eq!(fs::read(&part).expect("is kept"), &model()[..50_000]);
}

#[test]
fn no_error_shows_a_password_or_a_token() {
    let folder = tempfile::tempdir().expect("a folder");
    let said_of = |manner| {
        let Server { address, asked } = Server::start(manner);
        let address = address.replace("http://", "http://me:secret@") + "?token=secret#secret";
        said(&Server { address, asked }, folder.path())
    };
    let cases = [
        (Manner::Absent, "/tested.onnx gives nothing: there is no such file"),
        (Manner::Page, "/tested.onnx is not the published file"),
        (Manner::Endless, "/tested.onnx is not the published file"),
        (Manner::Wrong, "/tested.onnx is not the published file and was deleted"),
        (Manner::Cuts(70_000), "broke off after"),
        (Manner::Shifted, "/tested.onnx gives nothing: the server sends the bytes from 70001 on"),
    ];
    for (manner, words) in cases {
        if manner != Manner::Shifted {
            let _ = fs::remove_file(folder.path().join("tested.onnx.part"));
        }
        let said = said_of(manner);
        assert!(said.contains(words) && !said.contains("secret"), "{said}");
        assert!(!said.contains("me:") && !said.contains("token"), "{said}");
    }
}

#[test]
fn a_file_of_ones_own_is_not_replaced() {
    let (folder, server) = (tempfile::tempdir().expect("a folder"), Server::start(Manner::Good));
    fs::write(folder.path().join("tested.onnx"), "mine").expect("writes");
    assert!(said(&server, folder.path()).contains("move it away"));
    assert_eq!(fs::read(folder.path().join("tested.onnx")).expect("is there"), b"mine");
}

#[test]
fn a_full_disk_is_said_in_words() {
    let (folder, server) = (tempfile::tempdir().expect("a folder"), Server::start(Manner::Good));
    // Linux refuses whatever is written there as a full disk does.
    symlink("/dev/full", folder.path().join("tested.onnx.part")).expect("links");
    let said = said(&server, folder.path());
    assert!(said.contains("tested.onnx.part: there is no space left on the disk"), "{said}");
}

#[test]
fn a_folder_that_is_none_is_said_in_words() {
    let (folder, server) = (tempfile::tempdir().expect("a folder"), Server::start(Manner::Good));
    let file = folder.path().join("file");
    fs::write(&file, "").expect("writes");
    let said = said(&server, &file.join("models"));
    assert!(said.contains("is a file, not a folder"), "{said}");
}
