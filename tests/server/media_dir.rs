//! Files of the folder of media through the whole server: nothing that lies in the folder leads out of it.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::uploads::made;
use crate::support::{
    SCENE, http, media,
    program::Program,
    server::Server,
    wait::{self, PATIENCE},
};

/// A folder that has the folder of media in it, which is `clips`.
fn with_clips() -> (TempDir, PathBuf) {
    let folder = media::folder();
    let clips = folder.path().join("clips");
    fs::create_dir(&clips).expect("is new");
    (folder, clips)
}

/// A server whose cameras are those of `cameras.toml` in that folder.
fn server(folder: &Path) -> Server {
    let [cameras, clips] = ["cameras.toml", "clips"].map(|name| folder.join(name).display().to_string());
    Server::start(&["--analytics", "off", "--cameras", &cameras, "--media-dir", &clips])
}

/// Waits until a camera has a field of that value; returns the camera.
fn until_it_says(server: &Server, name: &str, field: &str, value: &str) -> Value {
    let path = format!("/api/cameras/{name}");
    wait::until_some(&format!("{name} has the {field} {value}"), PATIENCE, || {
        Some(http::get(server.address, &path).json()).filter(|camera| camera[field] == value)
    })
}

/// Writes a playlist that names one video.
fn playlist(path: PathBuf, video: &Path) -> PathBuf {
    let video = video.display();
    let text = format!("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1.0,\n{video}\n#EXT-X-ENDLIST\n");
    fs::write(&path, text).expect("writes");
    path
}

#[test]
fn a_playlist_of_the_folder_that_names_a_video_elsewhere_is_refused_with_its_reason() {
    let (folder, clips) = with_clips();
    let private = made(folder.path(), "private.ts", &[]);
    let outer = playlist(folder.path().join("outer.m3u8"), &private);
    let inner = playlist(clips.join("inner.m3u8"), &private);
    let text = format!(
        "[outer]\nsource = {outer:?}\n[inner]\nsource = {inner:?}\n[gate]\nsource = \"synthetic:people=2\"\n"
    );
    fs::write(folder.path().join("cameras.toml"), text).expect("writes");
    let server = server(folder.path());
    until_it_says(&server, "outer", "state", "streaming");
    let set = json!({ "camera": "gate", "source": "inner.m3u8" });
    assert_eq!(http::change(server.address, "POST", "/set_source", &set).status, 200);
    for name in ["inner", "gate"] {
        let refused = until_it_says(&server, name, "reason_code", "not_video");
        let why = refused["reason"].as_str().unwrap_or_default();
        assert!(why.contains("Lists of other files"), "{name}: {refused}");
    }
    let source = json!({ "source": "inner.m3u8" });
    let tried = http::change(server.address, "POST", "/api/cameras/test", &source);
    assert_eq!((tried.status, &*tried.error_code()), (422, "no_picture"));
    assert!(tried.text().contains("Lists of other files"), "{}", tried.text());
    let flags = ["--media-dir", &clips.display().to_string()];
    until_it_says(&Server::of(&inner.display().to_string(), &flags), "main", "state", "streaming");
}

#[test]
fn a_folder_of_media_that_is_not_there_is_warned_of_at_the_start() {
    let folder = media::folder();
    let nowhere = folder.path().join("clips").display().to_string();
    let program = Program::start(&["--source", SCENE, "--analytics", "off", "--media-dir", &nowhere]);
    let says = |line: &str| {
        line.contains("WARN") && line.contains("STEADYCAST_MEDIA_DIR") && line.contains(&nowhere)
    };
    assert!(program.log().lines().any(says), "{}", program.log());
    fs::create_dir(&nowhere).expect("makes");
    let program = Program::start(&["--source", SCENE, "--analytics", "off", "--media-dir", &nowhere]);
    assert!(!program.log().contains("STEADYCAST_MEDIA_DIR"), "{}", program.log());
}

#[test]
fn a_clip_that_is_deleted_while_it_plays_ends_and_comes_back_with_its_file() {
    let (folder, clips) = with_clips();
    fs::write(folder.path().join("cameras.toml"), "[gate]\nsource = \"synthetic:people=2\"\n")
        .expect("writes");
    let (clip, spare) = (made(&clips, "walk.mkv", &[]), folder.path().join("spare.mkv"));
    fs::copy(&clip, &spare).expect("copies");
    let server = server(folder.path());
    let set = json!({ "camera": "gate", "source": "walk.mkv" });
    assert_eq!(http::change(server.address, "POST", "/set_source", &set).status, 200);
    until_it_says(&server, "gate", "state", "streaming");
    fs::remove_file(&clip).expect("is there");
    let gone = until_it_says(&server, "gate", "reason_code", "missing");
    assert_eq!(gone["state"], "reconnecting", "{gone}");
    fs::rename(&spare, &clip).expect("moves");
    until_it_says(&server, "gate", "state", "streaming");
}

#[test]
fn a_link_that_takes_the_place_of_a_file_is_not_followed_also_behind_a_restart() {
    let (folder, clips) = with_clips();
    let cameras = folder.path().join("cameras.toml");
    fs::write(&cameras, "[gate]\nsource = \"synthetic:people=2\"\n").expect("writes");
    let (clip, private) = (made(&clips, "walk.mkv", &[]), made(folder.path(), "private.mkv", &[]));
    {
        let server = server(folder.path());
        let change = |method: &str, path: &str, fields: Value| {
            let reply = http::change(server.address, method, path, &fields);
            assert_eq!(reply.status, 200, "{}", reply.text());
        };
        change("PATCH", "/api/cameras/gate", json!({ "source": "walk.mkv" }));
        assert!(fs::read_to_string(&cameras).expect("reads").contains(&clip.display().to_string()));
        wait::until("the clip is played", PATIENCE, || {
            let camera = http::get(server.address, "/api/cameras/gate").json();
            camera["settings"]["source"] == json!(clip) && camera["state"] == "streaming"
        });
        change("POST", "/api/cameras/gate/stop", json!({}));
        fs::remove_file(&clip).expect("is there");
        symlink(&private, &clip).expect("links");
        change("POST", "/api/cameras/gate/start", json!({}));
        until_it_says(&server, "gate", "reason_code", "forbidden");
    }
    let again = server(folder.path());
    let refused = until_it_says(&again, "gate", "reason_code", "forbidden");
    assert!(refused["reason"].as_str().is_some_and(|why| why.contains("MEDIA_DIR")), "{refused}");
}
