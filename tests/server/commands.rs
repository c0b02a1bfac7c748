//! The program's other commands: whether a server answers, what a machine lacks, the terminal, and what
//! shells read.

use std::process::{Command, Stdio};

use crate::support::{
    media::free_port,
    program::{FILE, Program, run},
    server::Server,
    skip,
    wait::{self, PATIENCE},
};

fn told(flags: &[&str]) -> (bool, String, String) {
    let output = run(flags, &[]);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.success(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn health_says_by_its_status_whether_a_server_answers() {
    let server = Server::scene(&["--viewer-token", "sesame"]);
    let port = server.address.port().to_string();
    assert_eq!(told(&["health", "--port", &port]), (true, String::new(), String::new()));
    assert!(told(&["health", "--url", &format!("http://{}/", server.address)]).0);
    let (is_well, _, why) = told(&["health", "--port", &free_port().to_string()]);
    assert!(!is_well && why.contains("nothing listens there"), "{why}");
    let secret = Server::scene(&["--tls", "self-signed"]);
    assert!(told(&["health", "--tls", "self-signed", "--port", &secret.address.port().to_string()]).0);
}

#[test]
fn doctor_names_what_is_in_the_way_and_what_mends_it() {
    let server = Server::scene(&[]);
    let port = server.address.port().to_string();
    let (is_well, found, why) = told(&["doctor", "--port", &port, "--cameras", "nowhere.toml"]);
    assert!(!is_well && why.contains("in the way"), "{why}");
    for part in
        ["BAD   port", "ss -ltnp", "nowhere.toml", "libavcodec", "steadycast models get", "ok    clock"]
    {
        assert!(found.contains(part), "{part} in {found}");
    }
    let (is_well, found, why) = told(&["doctor", "--port", &free_port().to_string()]);
    assert!(is_well, "{found}{why}");
}

#[test]
fn shells_and_man_know_the_commands() {
    for shell in ["bash", "zsh", "fish"] {
        let (is_well, script, why) = told(&["completions", shell]);
        assert!(is_well && script.contains("notify-test"), "{shell}: {why}");
    }
    let (is_well, page, why) = told(&["man"]);
    assert!(is_well && page.contains(".TH steadycast") && page.contains("doctor"), "{why}");
}

#[test]
fn the_terminal_shows_cameras_and_gives_itself_back() {
    let name = "the_terminal_shows_cameras";
    let tmux =
        |flags: &[&str]| Command::new("tmux").args(["-L", name]).args(flags).stdin(Stdio::null()).output();
    if let Err(error) = tmux(&["-V"]) {
        return skip(name, &format!("tmux is missing: {error}"));
    }
    let program = Program::start(&["--source", "synthetic:people=5,vehicles=1,seed=1", "--analytics", "off"]);
    let top = format!("{FILE} top --url http://{}; echo has-ended; sleep 60", program.address);
    let begun = tmux(&["new-session", "-d", "-x", "80", "-y", "24", &top]).expect("tmux starts");
    assert!(begun.status.success(), "{}", String::from_utf8_lossy(&begun.stderr));
    let shown = || {
        let pane = tmux(&["capture-pane", "-p"]).expect("tmux answers");
        String::from_utf8_lossy(&pane.stdout).into_owned()
    };
    let wait_for = |what: &str| wait::until(what, PATIENCE * 2, || shown().contains(what));
    let press = |key: &str| drop(tmux(&["send-keys", key]).expect("tmux answers"));
    wait_for("+ streaming");
    wait_for("1 cameras");
    press("Enter");
    wait_for("\u{2580}");
    press("?");
    wait_for("this help");
    press("Escape");
    drop(program);
    wait_for("! no answer");
    press("q");
    wait_for("has-ended");
    // Nobody needs it any more.
    let _ = tmux(&["kill-server"]);
}

#[test]
fn without_a_terminal_top_says_what_programs_read() {
    let (is_well, _, why) = told(&["top"]);
    assert!(!is_well && why.contains("/api/status"), "{why}");
}
