//! Videos that are sent over HTTP, through the whole server: kept and played, or refused and gone.

use std::{
    fs,
    io::Write,
    net::{SocketAddr, TcpStream},
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

use rustix::process::Signal;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    SCENE,
    http::{self, Reply},
    media::{self, data},
    program::Program,
    server::Server,
    skip,
    viewer::Viewer,
    wait::{self, PATIENCE},
};

/// Boundary of the forms that are sent here.
const BOUNDARY: &str = "a-line-that-no-video-holds";

/// A server whose uploads are in a folder of the test's own.
fn taking(flags: &[&str]) -> (Server, TempDir) {
    let folder = media::folder();
    let uploads = folder.path().join("uploads").display().to_string();
    (Server::scene(&[&["--uploads-dir", &uploads], flags].concat()), folder)
}

/// Files that there are in the folder of uploads.
fn files(folder: &TempDir) -> Vec<String> {
    // The first upload makes it.
    let Ok(entries) = fs::read_dir(folder.path().join("uploads")) else { return Vec::new() };
    entries.map(|entry| entry.expect("is read").file_name().to_string_lossy().into_owned()).collect()
}

fn put(server: &Server, name: &str, body: &[u8]) -> Reply {
    http::send_bytes(server.address, ("PUT", &format!("/api/uploads/{name}")), &[], body)
}

/// The clip as a form in which a front end sends it.
fn form(field: &str, name: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"camera\"\r\n\r\nmain\r\n\
         --{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
         Content-Type: video/mp4\r\n\r\n"
    );
    [head.as_bytes(), body, format!("\r\n--{BOUNDARY}--\r\n").as_bytes()].concat()
}

fn send_form(server: &Server, body: &[u8]) -> Reply {
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    http::send_bytes(server.address, ("POST", "/upload_video"), &[("Content-Type", &kind)], body)
}

/// Sends some chunks of a megabyte each, without their number.
fn send_chunks(server: &Server, chunks: usize) -> Reply {
    let chunk = [b"100000\r\n".as_slice(), &[7; 0x10_0000], b"\r\n"].concat();
    let head = format!(
        "PUT /api/uploads/a.mp4 HTTP/1.1\r\nHost: {}\r\nX-Steadycast: 1\r\nTransfer-Encoding: chunked\r\n\
         Connection: close\r\n\r\n",
        server.address
    );
    let mut socket = TcpStream::connect(server.address).expect("listens");
    socket.write_all(head.as_bytes()).expect("takes it");
    for _ in 0..chunks {
        // It may have answered by now.
        let _ = socket.write_all(&chunk);
    }
    let _ = socket.write_all(b"0\r\n\r\n");
    http::answer(socket)
}

/// A second of moving pictures of 320x240 by ffmpeg's program, in a file of that name.
pub fn made(folder: &Path, name: &str, output: &[&str]) -> PathBuf {
    let path = folder.join(name);
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=320x240:r=25:d=1"]).args(output).arg(&path);
    let status = ffmpeg.stdin(Stdio::null()).status().expect("ffmpeg is there");
    assert!(status.success(), "ffmpeg makes {name}");
    path
}

fn list(address: SocketAddr) -> Reply {
    http::get(address, "/api/uploads")
}

/// The uploads as the server lists them.
fn listed(server: &Server) -> Vec<Value> {
    list(server.address).json()["uploads"].as_array().expect("a list").clone()
}

#[test]
fn a_video_that_is_sent_becomes_a_source_and_is_deleted_once_nobody_plays_it() {
    let (server, folder) = taking(&[]);
    assert!(listed(&server).is_empty());
    let clip = fs::read(made(folder.path(), "walk.mp4", &["-pix_fmt", "yuv420p"])).expect("is there");
    let sent = put(&server, "walk%20home.mp4", &clip);
    assert_eq!(sent.status, 201, "{}", sent.text());
    let upload = sent.json();
    assert_eq!((&upload["original"], &upload["bytes"]), (&json!("walk home.mp4"), &json!(clip.len())));
    assert_eq!(
        (&upload["width"], &upload["height"], &upload["fps"]),
        (&json!(320), &json!(240), &json!(25.0))
    );
    assert!(upload["seconds"].as_f64().is_some_and(|seconds| (seconds - 1.0).abs() < 0.1), "{upload}");
    assert!(upload["at"].as_str().is_some_and(|at| at.ends_with('Z')), "{upload}");
    assert_eq!(listed(&server), std::slice::from_ref(&upload));

    let mut viewer = Viewer::open(server.address, "/websocket/60");
    let source = json!({ "source": upload["source"] });
    let set = http::change(server.address, "POST", "/set_source", &source);
    assert_eq!((set.status, &set.json()["settings"]["source"]), (200, &upload["source"]));
    viewer.text_where("hello", PATIENCE, |hello| hello["width"] == 320 && hello["height"] == 240);

    let name = upload["name"].as_str().expect("a name").to_owned();
    let path = format!("/api/uploads/{name}");
    let refused = http::change(server.address, "DELETE", &path, &json!({}));
    assert_eq!((refused.status, &*refused.error_code()), (409, "upload_in_use"));
    assert!(refused.text().contains("main") && refused.text().contains("force=1"), "{}", refused.text());
    assert_eq!(http::change(server.address, "POST", "/set_source", &json!({ "source": SCENE })).status, 200);
    assert_eq!(http::change(server.address, "DELETE", &path, &json!({})).status, 204);
    let gone = http::change(server.address, "DELETE", &path, &json!({}));
    assert_eq!((gone.status, &*gone.error_code()), (404, "no_upload"));
    assert!(files(&folder).is_empty());
    let unknown = http::change(server.address, "POST", "/set_source", &source);
    assert_eq!((unknown.status, &*unknown.error_code()), (400, "bad_camera"));
}

#[test]
fn an_upload_is_in_use_by_whatever_path_a_camera_has_it_and_however_shortly() {
    let folder = media::folder();
    let (uploads, cameras) = (folder.path().join("uploads"), folder.path().join("cameras.toml"));
    let text = |source: &str| format!("[yard]\nsource = {source:?}\nenabled = false\n");
    fs::write(&cameras, text(SCENE)).expect("writes");
    let [uploads_dir, media, file] =
        [&*uploads, folder.path(), &*cameras].map(|path| path.display().to_string());
    let folders = ["--uploads-dir", &uploads_dir, "--media-dir", &media];
    let server = Server::start(&[&["--analytics", "off", "--cameras", &file], &folders[..]].concat());
    let clip = fs::read(made(folder.path(), "walk.mkv", &[])).expect("is there");
    let name = put(&server, "walk.mkv", &clip).json()["name"].as_str().expect("a name").to_owned();
    let in_use = |how: &str| {
        let path = format!("/api/uploads/{name}");
        let refused = http::change(server.address, "DELETE", &path, &json!({}));
        assert_eq!((refused.status, &*refused.error_code()), (409, "upload_in_use"), "{how}");
        assert!(refused.text().contains("camera yard"), "{how}: {}", refused.text());
    };
    // As a file of the folder of media, though it is switched off.
    let source = json!({ "source": format!("uploads/{name}") });
    assert_eq!(http::change(server.address, "PATCH", "/api/cameras/yard", &source).status, 200);
    in_use("a path");
    // By hand, a moment ago: nobody has looked at the file since.
    let link = folder.path().join("link.mkv");
    symlink(uploads.join(&name), &link).expect("links");
    let scene = json!({ "source": SCENE });
    for source in [&link.display().to_string(), &format!("upload:{name}")] {
        assert_eq!(http::change(server.address, "PATCH", "/api/cameras/yard", &scene).status, 200);
        fs::write(&cameras, text(source)).expect("writes");
        in_use(source);
    }
    assert_eq!(http::change(server.address, "PATCH", "/api/cameras/yard", &scene).status, 200);
    let deleted = http::change(server.address, "DELETE", &format!("/api/uploads/{name}"), &json!({}));
    assert_eq!(deleted.status, 204, "{}", deleted.text());
    assert!(files(&folder).is_empty());
}

#[test]
fn an_upload_that_plays_is_deleted_by_force_and_its_camera_says_so() {
    let (server, folder) = taking(&[]);
    let clip = fs::read(made(folder.path(), "short.avi", &["-c:v", "mjpeg", "-t", "0.4"])).expect("is there");
    let upload = put(&server, "short.avi", &clip).json();
    let source = json!({ "source": upload["source"] });
    assert_eq!(http::change(server.address, "POST", "/set_source", &source).status, 200);
    let mut viewer = Viewer::open(server.address, "/websocket/60");
    wait::until("it plays", PATIENCE, || !viewer.frame().comment.slate);
    let path = format!("/api/uploads/{}?force=1", upload["name"].as_str().expect("a name"));
    assert_eq!(http::change(server.address, "DELETE", &path, &json!({})).status, 204);
    let camera = http::get(server.address, "/api/cameras/main").json();
    assert_eq!(camera["reason_code"], "missing", "{camera}");
    assert!(files(&folder).is_empty() && listed(&server).is_empty());
    // It is opened again, and that tells why there is nothing.
    viewer.text_where("status", PATIENCE, |status| {
        status["reason"].as_str().is_some_and(|why| why.contains("no such upload any more"))
    });
}

#[test]
fn a_form_is_taken_as_existing_front_ends_send_it() {
    let (server, folder) = taking(&[]);
    let clip = fs::read(made(folder.path(), "walk.mkv", &[])).expect("is there");
    let sent = send_form(&server, &form("file", "walk.mkv", &clip));
    assert_eq!(sent.status, 201, "{}", sent.text());
    assert_eq!((&sent.json()["original"], &sent.json()["bytes"]), (&json!("walk.mkv"), &json!(clip.len())));
    for (body, why) in
        [(form("video", "walk.mkv", &clip), "field named file"), (b"--x".to_vec(), "broken off")]
    {
        let refused = send_form(&server, &body);
        assert_eq!((refused.status, &*refused.error_code()), (400, "bad_body"), "{}", refused.text());
        assert!(refused.text().contains(why), "{}", refused.text());
    }
    // Forms that are none.
    for kind in ["application/json", "multipart/form-data", "text/plain"] {
        let refused =
            http::send_bytes(server.address, ("POST", "/upload_video"), &[("Content-Type", kind)], b"{}");
        assert_eq!((refused.status, &*refused.error_code()), (400, "bad_body"), "{kind}");
    }
    let cut = form("file", "walk.mkv", &clip);
    let refused = send_form(&server, &cut[..cut.len() - 20]);
    assert_eq!((refused.status, &*refused.error_code()), (400, "bad_body"), "{}", refused.text());
    let unmeant = format!("multipart/form-data; boundary={BOUNDARY}");
    let unmeant =
        http::change_with(server.address, ("POST", "/upload_video"), &[("Content-Type", &unmeant)], "");
    assert_eq!((unmeant.status, &*unmeant.error_code()), (403, "unclear_intent"));
    assert_eq!(listed(&server).len(), 1);
}

#[test]
fn what_is_kept_is_what_was_sent_to_the_last_byte() {
    let (server, folder) = taking(&[]);
    // Several pieces, whose last one is not whole.
    let clip = fs::read(made(folder.path(), "raw.avi", &["-c:v", "rawvideo", "-pix_fmt", "yuv420p"]));
    let clip = clip.expect("is there");
    assert!(clip.len() > 2_500_000);
    let kept = |sent: Reply| {
        assert_eq!(sent.status, 201, "{}", sent.text());
        let name = sent.json()["name"].as_str().expect("a name").to_owned();
        fs::read(folder.path().join("uploads").join(name)).expect("is there")
    };
    assert!(kept(put(&server, "raw.avi", &clip)) == clip, "as a body");
    assert!(kept(send_form(&server, &form("file", "raw.avi", &clip))) == clip, "in a form");
    // The last piece is a whole one.
    let end = 2 << 20;
    assert!(kept(put(&server, "raw.avi", &clip[..end])) == clip[..end], "cut off");
    assert_eq!(listed(&server).len(), 3);
}

#[test]
fn programs_that_people_have_send_videos() {
    let (server, folder) = taking(&["--max-upload-mb", "5"]);
    let clip = made(folder.path(), "walk home.mkv", &[]);
    let large = folder.path().join("large.mp4");
    fs::write(&large, vec![7; 40_000_000]).expect("writes");
    let curl = |arguments: &[&str], path: &str| {
        let mut curl = Command::new("curl");
        curl.args(["-s", "-H", "X-Steadycast: 1", "-w", " %{http_code}"]).args(arguments);
        let output = curl.arg(format!("http://{}{path}", server.address)).output().expect("curl is there");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let file = clip.display().to_string();
    let sent = curl(&["-T", &file], "/api/uploads/");
    assert!(sent.ends_with(" 201") && sent.contains("walk home.mkv"), "{sent}");
    let sent = curl(&["-F", &format!("file=@{file}")], "/upload_video");
    assert!(sent.ends_with(" 201") && sent.contains("walk home.mkv"), "{sent}");
    // Refused while it is still sent, and understood all the same.
    let large = large.display().to_string();
    for refused in [
        curl(&["-T", &large], "/api/uploads/"),
        curl(&["-T", &large, "-H", "Transfer-Encoding: chunked"], "/api/uploads/"),
        curl(&["-F", &format!("file=@{large}")], "/upload_video"),
    ] {
        assert!(refused.ends_with(" 413") && refused.contains("too_large"), "{refused}");
    }
    assert_eq!(listed(&server).len(), 2);
}

#[test]
fn what_is_no_video_is_refused_with_its_reason_and_leaves_nothing() {
    let (server, folder) = taking(&[]);
    let read = |name: &str, output: &[&str]| fs::read(made(folder.path(), name, output)).expect("is there");
    let picture = read("one.png", &["-frames:v", "1"]);
    let photo = read("one.jpg", &["-frames:v", "1"]);
    let whole = read("whole.mp4", &["-pix_fmt", "yuv420p"]);
    let secret = folder.path().join("secret.mkv");
    fs::copy(made(folder.path(), "other.mkv", &[]), &secret).expect("copies");
    let secret = secret.display();
    let playlist = format!(
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1.0,\n{secret}\n#EXTINF:1.0,\n\
         file:///etc/passwd\n#EXT-X-ENDLIST\n"
    );
    let list = format!("ffconcat version 1.0\nfile '{secret}'\n");
    let zip = [b"PK\x03\x04\x14\0\0\0\x08\0".as_slice(), &[7; 4000]].concat();
    for (name, body, why) in [
        ("empty.mp4", &b""[..], "empty"),
        ("text.mp4", b"This is no video, it is a text, and it goes on for a while.\n", "video"),
        ("picture.mp4", &picture, "kinds of video"),
        ("photo.mp4", &photo, "video"),
        ("archive.mp4", &zip, "video"),
        ("begun.mp4", &whole[..whole.len() / 2], "complete"),
        ("list.m3u8", playlist.as_bytes(), "kinds of video"),
        ("list.mp4", list.as_bytes(), "kinds of video"),
    ] {
        let refused = put(&server, name, body);
        assert_eq!((refused.status, &*refused.error_code()), (422, "no_video"), "{name}: {}", refused.text());
        assert!(refused.text().contains(why), "{name}: {}", refused.text());
        assert!(!refused.text().contains(&secret.to_string()), "no path of ours: {}", refused.text());
        wait::until("nothing is left", PATIENCE, || files(&folder).is_empty());
    }
    // What is cut off and plays all the same is a video.
    let cut = read("cut.mkv", &[]);
    assert_eq!(put(&server, "cut.mkv", &cut[..cut.len() * 2 / 3]).status, 201);
}

#[test]
fn the_clip_is_kept_whole_and_cut_off() {
    let test = "uploads::the_clip_is_kept_whole_and_cut_off";
    let clip = match data("plaza.avi") {
        Ok(clip) => fs::read(clip).expect("is there"),
        Err(missing) => return skip(test, &missing),
    };
    let (server, _folder) = taking(&[]);
    for (bytes, name) in [(clip.len(), "plaza.avi"), (clip.len() / 2, "half.avi")] {
        let sent = put(&server, name, &clip[..bytes]);
        assert_eq!((sent.status, &sent.json()["bytes"]), (201, &json!(bytes)), "{}", sent.text());
        assert_eq!(sent.json()["width"], 1280);
    }
}

#[test]
fn a_file_that_is_too_large_is_refused_before_it_comes_and_while_it_comes() {
    let (server, folder) = taking(&["--max-upload-mb", "1"]);
    let announced = http::begin(server.address, ("PUT", "/api/uploads/a.mp4"), &[], 2_000_000_000);
    let refused = http::answer(announced);
    assert_eq!((refused.status, &*refused.error_code()), (413, "too_large"));
    assert!(refused.text().contains("1 MB") && refused.text().contains("STEADYCAST_MAX_UPLOAD_MB"));
    // Whoever announces nothing is stopped at the bound.
    let refused = send_chunks(&server, 3);
    assert_eq!((refused.status, &*refused.error_code()), (413, "too_large"));
    wait::until("nothing is left", PATIENCE, || files(&folder).is_empty());
}

/// A small file system that is gone with the test.
struct SmallDisk(PathBuf);

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: what is still open does not keep it.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// A server whose uploads are on a disk of two megabytes in a folder; `None`, told, where none can be made
/// for that test. Each stands on those before it.
fn on_a_small_disk(test: &str) -> Option<(TempDir, SmallDisk, Server)> {
    let folder = media::folder();
    let uploads = folder.path().join("uploads");
    fs::create_dir(&uploads).expect("writes");
    let mut mount = Command::new("mount");
    mount.args(["-t", "tmpfs", "-o", "size=2m", "tmpfs"]).arg(&uploads);
    if !mount.stderr(Stdio::null()).status().is_ok_and(|status| status.success()) {
        skip(test, "file systems cannot be mounted here");
        return None;
    }
    let disk = SmallDisk(uploads.clone());
    let flags = ["--uploads-dir", &uploads.display().to_string(), "--upload-reserve-mb", "0"];
    let server = Server::scene(&flags);
    Some((folder, disk, server))
}

#[test]
fn room_is_promised_to_one_upload_alone() {
    let small = on_a_small_disk("uploads::room_is_promised_to_one_upload_alone");
    let Some((folder, _disk, server)) = small else { return };
    let begin = |bytes| http::begin(server.address, ("PUT", "/api/uploads/a.mkv"), &[], bytes);
    let first = begin(1_500_000);
    wait::until("the first is on its way", PATIENCE, || files(&folder).len() == 1);
    // Nothing of the first has come, and yet its room is taken.
    let refused = http::answer(begin(1_000_000));
    assert_eq!((refused.status, &*refused.error_code()), (507, "disk_full"));
    let _second = begin(300_000);
    wait::until("a smaller one fits beside it", PATIENCE, || files(&folder).len() == 2);
    drop(first);
    wait::until("the first is given up", PATIENCE, || files(&folder).len() == 1);
    let _third = begin(1_500_000);
    wait::until("its room is free again", PATIENCE, || files(&folder).len() == 2);
}

#[test]
fn a_full_disk_refuses_what_it_cannot_take() {
    let small = on_a_small_disk("uploads::a_full_disk_refuses_what_it_cannot_take");
    let Some((folder, _disk, server)) = small else { return };
    let mut viewer = Viewer::open(server.address, "/websocket/60");
    // Without its length, so that it is found out while it comes.
    let refused = send_chunks(&server, 4);
    assert_eq!((refused.status, &*refused.error_code()), (507, "disk_full"));
    wait::until("nothing is left", PATIENCE, || files(&folder).is_empty());
    viewer.frame();
}

#[test]
fn a_client_that_stalls_or_goes_leaves_nothing() {
    let (server, folder) = taking(&["--viewer-timeout", "1"]);
    let put = ("PUT", "/api/uploads/a.mp4");
    let mut stalls = http::begin(server.address, put, &[], 5_000_000);
    stalls.write_all(&[7; 100_000]).expect("takes it");
    let refused = http::answer(stalls);
    assert_eq!((refused.status, &*refused.error_code()), (408, "stalled"));
    wait::until("nothing is left", PATIENCE, || files(&folder).is_empty());
    let mut goes = http::begin(server.address, put, &[], 5_000_000);
    goes.write_all(&[7; 2_000_000]).expect("takes it");
    wait::until("it is on its way", PATIENCE, || !files(&folder).is_empty());
    drop(goes);
    wait::until("nothing is left", PATIENCE, || files(&folder).is_empty());
}

#[test]
fn several_come_at_once_and_more_than_that_are_asked_to_wait() {
    let (server, folder) = taking(&[]);
    let clip = fs::read(made(folder.path(), "walk.mkv", &[])).expect("is there");
    let (address, half) = (server.address, clip.len() / 2);
    let begin = |n: usize| {
        let mut socket = http::begin(address, ("PUT", &format!("/api/uploads/{n}.mkv")), &[], clip.len());
        socket.write_all(&clip[..half]).expect("takes it");
        socket
    };
    let begun: Vec<_> = (0..4).map(begin).collect();
    wait::until("all are on their way", PATIENCE, || files(&folder).len() == 4);
    let refused = put(&server, "fifth.mkv", &clip);
    assert_eq!((refused.status, &*refused.error_code()), (503, "busy"));
    let ends = begun.into_iter().map(|mut socket| {
        let rest = clip[half..].to_vec();
        thread::spawn(move || {
            socket.write_all(&rest).expect("takes it");
            http::answer(socket).status
        })
    });
    let ends: Vec<_> = ends.collect();
    assert!(ends.into_iter().all(|end| end.join().expect("answers") == 201));
    assert_eq!(listed(&server).len(), 4);
}

#[test]
fn what_a_killed_program_was_taking_is_gone_after_its_next_start() {
    let folder = media::folder();
    let uploads = folder.path().join("uploads").display().to_string();
    let flags = ["--source", SCENE, "--port", "0", "--uploads-dir", &uploads];
    let clip = fs::read(made(folder.path(), "walk.mkv", &[])).expect("is there");
    let mut program = Program::start_with(&flags, &[], "");
    let whole = http::send_bytes(program.address, ("PUT", "/api/uploads/whole.mkv"), &[], &clip);
    assert_eq!(whole.status, 201, "{}", whole.text());
    let mut socket = http::begin(program.address, ("PUT", "/api/uploads/a.mkv"), &[], clip.len());
    socket.write_all(&clip[..clip.len() / 2]).expect("takes it");
    // The video, what describes it, and what is on its way.
    wait::until("it is on its way", PATIENCE, || files(&folder).len() == 3);
    program.signal(Signal::KILL);
    program.ended();
    assert_eq!(files(&folder).len(), 3);
    let program = Program::start_with(&flags, &[], "");
    let after = list(program.address).json()["uploads"].clone();
    assert_eq!((after[0]["name"].clone(), files(&folder).len()), (whole.json()["name"].clone(), 2));
}

#[test]
fn where_there_is_no_folder_nothing_is_uploaded() {
    let server = Server::scene(&["--uploads-dir", "none"]);
    for refused in [put(&server, "a.mp4", b"x"), list(server.address)] {
        assert_eq!((refused.status, &*refused.error_code()), (403, "uploads_off"));
    }
    let set = http::change(
        server.address,
        "POST",
        "/set_source",
        &json!({ "source": "upload:20260101-000000-abcd" }),
    );
    assert_eq!((set.status, &*set.error_code()), (400, "bad_camera"));
}
