//! The program's other commands: whether a server answers, what a machine lacks, the terminal, and what
//! shells read.

use std::{
    io,
    process::{Command, Output, Stdio},
};

use tempfile::TempDir;

use crate::support::{
    SCENE,
    media::{self, free_port},
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
    let port = free_port().to_string();
    let (is_well, found, why) = told(&["doctor", "--port", &port]);
    assert!(is_well, "{found}{why}");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("cameras.toml").display().to_string();
    std::fs::write(&file, "[yard]\nsource = \"0\"\nfsp = 3\n").expect("can be written");
    let (is_well, found, _) = told(&["doctor", "--port", &port, "--cameras", &file]);
    assert!(!is_well && found.contains("line 3") && found.contains("fsp"), "{found}");
    let (is_well, found, _) = told(&["doctor", "--port", &port, "--detect-model", "/nowhere/nano.onnx"]);
    assert!(!is_well && found.contains("there is no model /nowhere/nano.onnx"), "{found}");
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
    let Some(pane) = Pane::of(name) else { return };
    let program = Program::start(&["--source", SCENE, "--analytics", "off"]);
    let top = format!("{FILE} top --url http://{}; echo has-ended; sleep 60", program.address);
    pane.begin(&top);
    pane.wait_for("+ streaming");
    pane.wait_for("1 camera ");
    pane.press("Enter");
    pane.wait_for("\u{2580}");
    pane.press("?");
    pane.wait_for("this help");
    pane.press("Escape");
    drop(program);
    pane.wait_for("! no answer");
    pane.press("q");
    pane.wait_for("has-ended");
}

#[test]
fn a_server_shows_its_own_cameras_until_somebody_ends_both() {
    let Some(pane) = Pane::of("a_server_shows_its_own_cameras") else { return };
    let token = "--viewer-token a-token-of-more-than-32-letters-that-nobody-guesses";
    let _folder = pane.serve(&format!("{token}; echo has-ended-with-$?; sleep 60"));
    assert!(!pane.shown().contains("INFO"), "no line of the log is on it: {}", pane.shown());
    pane.press("q");
    pane.wait_for("has-ended-with-0");
}

#[test]
fn a_server_that_is_told_to_end_gives_its_terminal_back() {
    let Some(pane) = Pane::of("a_server_that_is_told_to_end") else { return };
    let folder = pane.serve("& echo $! > pid; wait $!; stty -a; echo has-ended; sleep 60");
    let pid = std::fs::read_to_string(folder.path().join("pid")).expect("is written");
    assert!(Command::new("kill").arg(pid.trim()).status().expect("kill runs").success());
    pane.wait_for("has-ended");
    assert!(pane.shown().contains(" icanon "), "lines are read again: {}", pane.shown());
}

/// A terminal of 80 by 24, by tmux.
struct Pane(&'static str);

impl Pane {
    /// A terminal of that name; `None` where there is no tmux.
    fn of(name: &'static str) -> Option<Pane> {
        let pane = Pane(name);
        let missing = pane.tmux(&["-V"]).err().map(|error| format!("tmux is missing: {error}"));
        missing.iter().for_each(|why| skip(name, why));
        missing.is_none().then_some(pane)
    }

    fn tmux(&self, flags: &[&str]) -> io::Result<Output> {
        Command::new("tmux").args(["-L", self.0]).args(flags).stdin(Stdio::null()).output()
    }

    fn begin(&self, command: &str) {
        let begun = self.tmux(&["new-session", "-d", "-x", "80", "-y", "24", command]).expect("tmux starts");
        assert!(begun.status.success(), "{}", String::from_utf8_lossy(&begun.stderr));
    }

    /// Has a server show its own cameras in a folder of its own, with this behind its flags; waits until it
    /// does.
    fn serve(&self, rest: &str) -> TempDir {
        let folder = media::folder();
        let data = folder.path().display();
        self.begin(&format!(
            "cd {data} || exit; {FILE} --tui --port 0 --source {SCENE} --analytics off {rest}"
        ));
        self.wait_for("+ streaming");
        folder
    }

    fn shown(&self) -> String {
        let pane = self.tmux(&["capture-pane", "-p"]).expect("tmux answers");
        String::from_utf8_lossy(&pane.stdout).into_owned()
    }

    fn wait_for(&self, what: &str) {
        wait::until(what, PATIENCE * 2, || self.shown().contains(what));
    }

    fn press(&self, key: &str) {
        drop(self.tmux(&["send-keys", key]).expect("tmux answers"));
    }
}

impl Drop for Pane {
    fn drop(&mut self) {
        // Nobody needs it any more.
        let _ = self.tmux(&["kill-server"]);
    }
}

#[test]
fn without_a_terminal_top_says_what_programs_read() {
    let (is_well, _, why) = told(&["top"]);
    assert!(!is_well && why.contains("/api/status"), "{why}");
}
