//! The commands `user` and `token` beside a server that runs: what they change is seen without a restart.

use std::{
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
    time::Instant,
};

use serde_json::json;

use super::{
    login::{CLOSED_WITHIN, login},
    socketio::Session,
};
use crate::support::{
    http,
    program::FILE,
    server::Server,
    viewer::Viewer,
    wait::{self, PATIENCE},
};

/// Runs the program with a line on its standard input.
fn command(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let (database, key) = (folder.join("access.db"), folder.join("token.key"));
    let mut child = Command::new(FILE)
        .args(arguments)
        .env("STEADYCAST_ACCESS_DATABASE", database)
        .env("STEADYCAST_JWT_KEY_FILE", key)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A command that wants no password may have ended.
    let _ = child.stdin.take().expect("is piped").write_all(format!("{input}\n").as_bytes());
    child.wait_with_output().expect("the program ends")
}

/// Runs the program, which is to succeed; returns what it said on standard output.
fn told(folder: &Path, arguments: &[&str], input: &str) -> String {
    let output = command(folder, arguments, input);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

fn server(folder: &Path) -> Server {
    let path = |name: &str| folder.join(name).display().to_string();
    Server::scene(&["--access-database", &path("access.db"), "--jwt-key-file", &path("token.key")])
}

#[test]
fn the_first_token_lets_in_at_once() {
    for way in ["header", "address", "login", "Socket.IO"] {
        let folder = tempfile::tempdir().expect("a folder");
        let key = folder.path().join("token.key").display().to_string();
        let server = Server::scene(&["--viewer-token", "open sesame", "--jwt-key-file", &key]);
        let token = told(folder.path(), &["token", "--role", "viewer", "--ttl", "10m"], "");
        let (by_address, bearer) = (format!("/api/status?token={token}"), format!("Bearer {token}"));
        let status = match way {
            "header" => http::get_with(server.address, "/api/status", &[("Authorization", &bearer)]).status,
            "address" => http::get(server.address, &by_address).status,
            "login" => login(server.address, &json!({ "token": token })).0.status,
            _ => {
                let shown = format!("40{}", json!({ "token": token }));
                let answer = Session::begin(server.address, "", &shown).poll();
                assert!(answer.text().starts_with("40"), "{}", answer.text());
                answer.status
            }
        };
        assert_eq!(status, 200, "by its {way}");
    }
}

#[test]
fn users_come_and_go_while_the_server_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let server = server(folder);
    let status = |headers: &[(&str, &str)]| http::get_with(server.address, "/api/status", headers).status;
    assert_eq!(status(&[]), 200, "everything is open here while there is no credential");
    told(folder, &["user", "add", "anna", "--cameras", "main"], "correct horse");
    wait::until("the first user closes the server", PATIENCE, || status(&[]) == 401);
    assert_eq!(http::get(server.address, "/api/session").json()["can_login_by_name"], true);
    let (reply, cookie) = login(server.address, &json!({ "name": "anna", "password": "correct horse" }));
    assert_eq!(reply.json()["cameras"], json!(["main"]));
    let shown = [("Cookie", &*cookie)];
    let mut viewer = Viewer::try_open(server.address, "/websocket/30", &shown).expect("upgrades");
    viewer.frame();
    told(folder, &["user", "passwd", "anna"], "staple battery");
    let began = Instant::now();
    assert_eq!(viewer.closing().0, 1008);
    assert!(began.elapsed() < CLOSED_WITHIN, "{:?}", began.elapsed());
    assert_eq!(status(&shown), 401);
    login(server.address, &json!({ "name": "anna", "password": "staple battery" }));
    assert_eq!(told(folder, &["user", "list"], ""), "anna: viewer of main");
    told(folder, &["user", "remove", "anna"], "");
    let database = folder.join("access.db");
    assert_eq!(told(folder, &["user", "list"], ""), format!("there are no users in {}", database.display()));
    wait::until("nobody is let in by the old password", PATIENCE, || {
        let shown = json!({ "name": "anna", "password": "staple battery" });
        http::change(server.address, "POST", "/api/login", &shown).status != 200
    });
    assert_eq!(status(&[]), 401, "what was closed stays closed");
}

#[test]
fn a_token_of_the_command_line_is_taken_by_a_server_that_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let server = server(folder);
    let output = command(folder, &["token", "--cameras", "main", "--ttl", "1h", "--name", "guard"], "");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let token = String::from_utf8(output.stdout).expect("a text").trim().to_owned();
    assert!(!token.contains(char::is_whitespace) && token.split('.').count() == 3, "{token}");
    assert!(!String::from_utf8_lossy(&output.stderr).contains(&token), "to standard output alone");
    let bearer = format!("Bearer {token}");
    let shown = [("Authorization", &*bearer)];
    wait::until("the server takes the key over", PATIENCE, || {
        let told = http::get_with(server.address, "/api/session", &shown).json();
        told["role"] == "viewer" && told["cameras"] == json!(["main"])
    });
    assert_eq!(http::get(server.address, "/api/status").status, 401);
    let admin = told(folder, &["token", "--role", "admin"], "");
    let bearer = format!("Bearer {admin}");
    let audit = http::get_with(server.address, "/api/audit", &[("Authorization", &bearer)]).json();
    let made = &audit["entries"][1];
    assert_eq!((&made["who"], &made["action"]), (&json!("the command line"), &json!("made a token")));
    let detail = made["detail"].as_str().unwrap_or_default();
    assert!(detail.starts_with("viewer of main, token ") && detail.contains("for guard"), "{audit}");
    assert!(!audit.to_string().contains(&token), "{audit}");
}

#[test]
fn commands_that_fail_say_why_and_show_no_password() {
    let folder = tempfile::tempdir().expect("a folder");
    for (arguments, input, said) in [
        (&["user", "add", "Anna"][..], "hunter2hunter2", "a-z"),
        (&["user", "add", "anna"], "hunter2", "8 to 256"),
        (&["user", "add", "anna"], "", "8 to 256"),
        (&["user", "passwd", "anna"], "hunter2hunter2", "no user"),
        (&["user", "add", "anna", "--access-database", "none"], "hunter2hunter2", "ACCESS_DATABASE"),
        (&["token", "--ttl", "1y"], "", "7d"),
        (&["token", "--role", "admin", "--cameras", "main"], "", "all cameras"),
    ] {
        let output = command(folder.path(), arguments, input);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && error.contains(said), "{arguments:?}: {error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
}
