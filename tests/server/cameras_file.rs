//! The cameras file through the whole server: who changes it, by hand and over HTTP, and who sees what of it.

use std::{
    fs,
    io::Write,
    os::{fd::AsRawFd, unix::fs::PermissionsExt},
    path::Path,
};

use serde_json::{Value, json};
use steadycast::frame::now_us;

use super::roster::{FEW, add, names, small};
use crate::support::{
    day, http,
    media::{self, free_port},
    metrics::Metrics,
    program::Program,
    server::Server,
    viewer::Viewer,
    wait::{self, PATIENCE},
};

/// A file with comments, in an order of its own.
pub(super) const FILE: &str = "# Our cameras.\n[yard] # behind the house\n\
                    source = \"synthetic:people=2,vehicles=0,seed=2\"\nwidth = 320\nheight = 180\n\
                    fps = 20 # enough\n\n[gate]\n\
                    source = \"synthetic:people=2,vehicles=0,seed=3\"\nwidth = 320\nheight = 180\nfps = 20\n";

/// A server whose cameras are those of a file with this text.
pub(super) fn with_file(folder: &Path, text: &str, flags: &[&str]) -> Server {
    let file = folder.join("cameras.toml");
    fs::write(&file, text).expect("writes");
    Server::start(&[&["--analytics", "off", "--cameras", &file.to_string_lossy()], flags].concat())
}

#[test]
fn the_file_is_taken_over_when_it_changes_and_refused_as_a_whole_where_it_is_wrong() {
    let folder = media::folder();
    let file = folder.path().join("cameras.toml");
    let server = with_file(folder.path(), FILE, &[]);
    assert_eq!(names(server.address), ["gate", "yard"]);
    let mut viewer = Viewer::open(server.address, "/websocket/yard/60");
    let first = viewer.frame().comment.frame;
    // The first by name where there is no main.
    assert_eq!(Viewer::open(server.address, "/websocket/60").text("hello")["camera"], "gate");

    fs::write(&file, FILE.replace("[gate]", "[door]")).expect("writes");
    wait::until("the change is taken over", PATIENCE, || names(server.address) == ["door", "yard"]);

    fs::write(&file, FILE.replace("fps = 20\n", "fps = 99\n")).expect("writes");
    let refused = wait::until_some("the mistake is told", PATIENCE, || {
        let status = http::get(server.address, "/api/status").json();
        status["cameras_file_refused"].as_str().map(str::to_owned)
    });
    for word in ["cameras.toml", "line 12", "camera gate", "fps is 99", "1 to 34"] {
        assert!(refused.contains(word), "{refused}");
    }
    assert!(Metrics::of(server.address).sum("cameras_file_refused", &[]) > 0.0);
    assert_eq!(names(server.address), ["door", "yard"], "the old state goes on");
    let by_api = add(server.address, "roof", small(FEW));
    assert_eq!((by_api.status, &*by_api.error_code()), (409, "cameras_file"));
    assert!(by_api.text().contains("line 12"), "{}", by_api.text());

    fs::write(&file, FILE).expect("writes");
    wait::until("it is right again", PATIENCE, || names(server.address) == ["gate", "yard"]);
    assert_eq!(Metrics::of(server.address).sum("cameras_file_refused", &[]), 0.0);
    assert!(viewer.frame().comment.frame > first, "who watched an unchanged camera goes on");
}

#[test]
fn a_camera_that_the_file_leaves_as_it_is_keeps_its_tracks_and_counts() {
    day::within_one(tracks_and_counts_of_an_unchanged_camera_go_on);
}

fn tracks_and_counts_of_an_unchanged_camera_go_on() {
    let folder = media::folder();
    let plaza = "[plaza]\nsource = \"synthetic:people=40,vehicles=6,seed=3\"\nfps = 15\n\
                 analytics = true\ncrowd_model = \"none\"\n\n";
    let text = format!("{plaza}{FILE}");
    let database = folder.path().join("history.db").display().to_string();
    let server = with_file(folder.path(), &text, &["--database", &database]);
    let mut viewer = Viewer::open(server.address, "/websocket/plaza/50");
    let crossed = |result: &Value| {
        let way = |way: &str| result["lines"][0][way].as_u64().unwrap_or(0);
        way("inbound") + way("outbound")
    };
    let tracks = |result: &Value| -> Vec<u64> {
        let objects = result["objects"].as_array().cloned().unwrap_or_default();
        objects.iter().filter_map(|object| object["track_id"].as_u64()).collect()
    };
    let stats = || http::get(server.address, "/api/stats?camera=plaza").json();
    let is_counted = |result: &Value| crossed(result) > 0 && tracks(result).len() >= 5;
    viewer.text_where("analytics", 6 * PATIENCE, is_counted);
    let since = wait::until_some("history answers", PATIENCE, || {
        Some(stats()["since"].clone()).filter(Value::is_string)
    });
    let before = viewer.text_where("analytics", PATIENCE, |result| tracks(result).len() >= 5);

    let gate = || http::get(server.address, "/api/cameras/gate").json()["settings"]["fps"].clone();
    assert_eq!(gate(), 20.0);
    let changed = format!("{plaza}{}", FILE.replace("fps = 20\n", "fps = 9\n"));
    fs::write(folder.path().join("cameras.toml"), changed).expect("writes");
    // Read meanwhile, so that what comes next is of after the change.
    wait::until("the change is taken over", PATIENCE, || {
        viewer.text("analytics");
        gate() == 9.0
    });
    let changed_us = now_us();
    let after = viewer.text_where("analytics", PATIENCE, |result| {
        result["captured_us"].as_u64() > Some(changed_us) && tracks(result).len() >= 5
    });
    assert!(crossed(&after) >= crossed(&before), "{before}, then {after}");
    assert!(tracks(&after).iter().any(|id| tracks(&before).contains(id)), "{before}, then {after}");
    assert_eq!(stats()["since"], since);
}

#[test]
fn changes_over_http_are_written_into_the_file_with_comments_kept() {
    let folder = media::folder();
    let file = folder.path().join("cameras.toml");
    let text = || fs::read_to_string(&file).expect("reads");
    {
        let server = with_file(folder.path(), FILE, &[]);
        assert_eq!(add(server.address, "roof", small(FEW)).status, 201);
        let slower = http::change(server.address, "PATCH", "/api/cameras/yard", &json!({ "fps": 10 }));
        assert_eq!(slower.status, 200);
        assert!(text().starts_with(&FILE.replace("fps = 20 # enough", "fps = 10 # enough")), "{}", text());
        assert_eq!(http::change(server.address, "POST", "/api/cameras/roof/stop", &json!({})).status, 200);
        assert_eq!(http::change(server.address, "DELETE", "/api/cameras/gate", &json!({})).status, 204);
        // By hand, while it is changed over HTTP.
        fs::write(&file, text().replace("[roof]", "[attic]")).expect("writes");
        assert_eq!(
            http::change(server.address, "PATCH", "/api/cameras/yard", &json!({ "fps": 11 })).status,
            200
        );
        wait::until("both are taken over", PATIENCE, || names(server.address) == ["attic", "yard"]);
    }
    let server = Server::start(&["--analytics", "off", "--cameras", &file.to_string_lossy()]);
    assert_eq!(names(server.address), ["attic", "yard"]);
    let attic = || http::get(server.address, "/api/cameras/attic").json();
    assert_eq!(attic()["settings"]["enabled"], false);
    wait::until("the camera is said to be stopped", PATIENCE, || attic()["state"] == "stopped");
}

#[test]
fn a_file_that_cannot_be_written_is_said_and_nothing_is_changed() {
    let folder = media::folder();
    let server = with_file(folder.path(), FILE, &[]);
    fs::remove_file(folder.path().join("cameras.toml")).expect("is there");
    let reply = add(server.address, "roof", small(FEW));
    assert_eq!(reply.error_code(), "cameras_file");
    assert!(reply.status == 409 && reply.text().contains("cameras.toml"), "{}", reply.text());
    assert_eq!(names(server.address), ["gate", "yard"]);
}

#[test]
fn a_file_that_can_be_read_and_not_exchanged_costs_the_change_with_a_code_of_its_own() {
    let mut file = tempfile::tempfile().expect("a file without a name");
    file.write_all(FILE.as_bytes()).expect("writes");
    let path = format!("/proc/self/fd/{}", file.as_raw_fd());
    let server = Server::start(&["--analytics", "off", "--cameras", &path]);
    let reply = add(server.address, "roof", small(FEW));
    assert_eq!((reply.status, &*reply.error_code()), (500, "cameras_file_unwritable"));
    assert!(reply.text().contains("nothing was changed"), "{}", reply.text());
    assert_eq!(names(server.address), ["gate", "yard"]);
}

#[test]
fn viewers_see_no_folders_of_this_machine() {
    let folder = media::folder();
    let clips = folder.path().join("clips");
    let (clip, model) = (clips.join("yard.mp4"), clips.join("nano.onnx"));
    let text = format!(
        "[yard]\nsource = {clip:?}\ndetect_model = {model:?}\ncrowd_model = \"none\"\nanalytics = true\n"
    );
    // A file is no folder, so there is no place for the history.
    let blocked = folder.path().join("blocked");
    fs::write(&blocked, "").expect("writes");
    let database = blocked.join("history.db").display().to_string();
    let flags = ["--admin-token", "sesame", "--viewer-token", "look", "--database", &database];
    let server = with_file(folder.path(), &text, &flags);
    let ask = |path: &str, token: &str| {
        let bearer = format!("Bearer {token}");
        http::get_with(server.address, path, &[("Authorization", &bearer)])
    };
    wait::until("the model has failed, and the source", PATIENCE, || {
        let camera = ask("/api/cameras/yard", "look").json();
        camera["analytics"]["detect"]["state"] == "failed" && camera["reason_code"] == "missing"
    });
    // A mistake, which is told with the file's name.
    fs::write(folder.path().join("cameras.toml"), "[yard]\nfps = 99\n").expect("writes");
    wait::until("the mistake is told", PATIENCE, || {
        ask("/api/status", "look").json()["cameras_file_refused"].is_string()
    });
    let whole = folder.path().display().to_string();
    wait::until("the history is told", PATIENCE, || ask("/api/ready", "look").text().contains("history: "));
    for path in ["/api/cameras", "/api/cameras/yard", "/api/status", "/api/ready", "/api/stats"] {
        let told = ask(path, "look").text();
        assert!(!told.contains(&whole), "{path}: {told}");
    }
    let seen = ask("/api/cameras/yard", "look").json();
    assert_eq!(
        (&seen["source"], &seen["settings"]["source"], &seen["settings"]["detect_model"]),
        (&json!("yard.mp4"), &json!("yard.mp4"), &json!("nano.onnx"))
    );
    let list = |token: &str| ask("/api/cameras", token).json();
    assert!(list("look")["file"].is_null() && list("sesame")["file"].is_string());
    let (clip, model) = (clip.display().to_string(), model.display().to_string());
    let settings = ask("/api/cameras/yard", "sesame").json()["settings"].clone();
    assert_eq!((&settings["source"], &settings["detect_model"]), (&json!(clip), &json!(model)));
}

#[test]
fn passwords_that_everybody_may_read_are_warned_of_with_each_change_and_not_shown() {
    let folder = media::folder();
    let file = folder.path().join("cameras.toml");
    let secret = format!("\n[door]\nsource = \"rtsp://me:hunter2@127.0.0.1:{}/live\"\n", free_port());
    let may = |mode: u32| fs::set_permissions(&file, fs::Permissions::from_mode(mode)).expect("is ours");
    fs::write(&file, FILE).expect("writes");
    may(0o644);
    let program = Program::start(&["--analytics", "off", "--cameras", &file.to_string_lossy()]);
    let times = |line: &str| program.log().matches(line).count();
    let warned = || times("every user of this machine may read cameras file");
    assert_eq!(warned(), 0, "there is no password in it");

    fs::write(&file, format!("{FILE}{secret}")).expect("writes");
    wait::until("it is taken over", PATIENCE, || times("taken over") == 1);
    assert_eq!(warned(), 1);
    let patch = json!({ "fps": 9 });
    assert_eq!(http::change(program.address, "PATCH", "/api/cameras/door", &patch).status, 200);
    wait::until("the change is warned of", PATIENCE, || warned() == 2);

    may(0o600);
    fs::write(&file, format!("{FILE}{secret}fps = 8\n")).expect("writes");
    wait::until("it is taken over", PATIENCE, || times("taken over") == 2);
    assert_eq!(warned(), 2, "nobody else may read it");
    assert!(program.log().contains("WARN") && !program.log().contains("hunter2"), "{}", program.log());
}

#[test]
fn a_source_that_is_given_back_as_it_was_shown_stays_what_it_is() {
    let folder = media::folder();
    let server = with_file(folder.path(), FILE, &[]);
    let source = format!("rtsp://me:hunter2@127.0.0.1:{}/live", free_port());
    let shown = add(server.address, "roof", small(&source)).json()["settings"]["source"].clone();
    assert!(shown.as_str().is_some_and(|shown| !shown.contains("hunter2")), "{shown}");
    let written = |patch: Value| {
        assert_eq!(http::change(server.address, "PATCH", "/api/cameras/roof", &patch).status, 200);
        fs::read_to_string(folder.path().join("cameras.toml")).expect("reads")
    };
    let text = written(json!({ "source": shown, "fps": 5 }));
    assert!(text.contains("fps = 5") && text.contains(&source), "{text}");
    let elsewhere = shown.as_str().expect("an address").replace("/live", "/other");
    let text = written(json!({ "source": elsewhere }));
    assert!(text.contains("/other") && !text.contains("hunter2"), "{text}");
}
