//! Independent clients in another language.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;

use crate::support::{media::folder, metrics::Metrics, server::Server, skip};

/// Fewest live pictures that the client of deltas compares with key frames, of which another viewer gets six.
const LEAST_COMPARED: u64 = 4;

/// The Python that has what clients need; says for which test there is none.
fn python(test: &str) -> Option<String> {
    let python = std::env::var("STEADYCAST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let found =
        Command::new(&python).args(["-c", "import websockets, PIL.Image"]).stderr(Stdio::null()).status();
    if found.is_ok_and(|status| status.success()) {
        return Some(python);
    }
    skip(test, &format!("{python} lacks the modules websockets and pillow; STEADYCAST_PYTHON names another"));
    None
}

/// A path of the repository.
fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Runs a script to its end, which must be a good one; what it said.
fn run(python: &str, script: &str, arguments: &[&str]) -> String {
    let output = Command::new(python).arg(path(script)).args(arguments).output();
    let Output { status, stdout, stderr } = output.expect("python starts");
    let (said, wrong) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(status.success(), "{said}{wrong}");
    said.into_owned()
}

#[test]
fn a_python_client_reads_two_levels_at_once_and_only_those_are_encoded() {
    let Some(python) = python("a_python_client_reads_two_levels_at_once_and_only_those_are_encoded") else {
        return;
    };
    let server = Server::scene_at("34", &[]);
    let address = server.address.to_string();
    let said = run(&python, "tests/support/ws_client.py", &[&address, "45", "90", "60"]);
    for level in [45, 90] {
        assert!(said.contains(&format!("\"level\": {level}, \"frames\": 60")), "{said}");
    }
    assert_eq!(Metrics::of(server.address).encoded_levels(), [45, 90]);
}

#[test]
fn the_example_client_composes_recorded_and_live_deltas_block_for_block() {
    let test = "the_example_client_composes_recorded_and_live_deltas_block_for_block";
    let Some(python) = python(test) else { return };
    if !super::deltas::are_made(test) {
        return;
    }
    let server = Server::scene_at("34", &[]);
    let address = server.address.to_string();
    let [clients, golden] = ["clients", "tests/golden/deltas"].map(|name| path(name).display().to_string());
    let said = run(&python, "tests/support/delta_client.py", &[&address, &clients, &golden]);
    let said: Value = serde_json::from_str(&said).expect("it prints JSON");
    assert_eq!(said["recorded"], 6, "{said}");
    assert!(said["compared"].as_u64().is_some_and(|count| count >= LEAST_COMPARED), "{said}");
}

#[test]
fn the_example_client_of_the_manual_runs_as_it_stands_there() {
    let example = std::fs::read_to_string(path("clients/delta.py")).expect("there is an example");
    let manual = std::fs::read_to_string(path("docs/protocol.md")).expect("there is a manual");
    let code = example.split_once("import asyncio").map(|(_, code)| code).expect("it imports");
    assert!(manual.contains(code), "docs/protocol.md shows another text than clients/delta.py");
    let test = "the_example_client_of_the_manual_runs_as_it_stands_there";
    let Some(python) = python(test) else { return };
    let (server, folder) = (Server::scene(&[]), folder());
    let (address, file) = (format!("ws://{}/websocket/60", server.address), folder.path().join("last.png"));
    run(&python, "clients/delta.py", &[&address, "40", &file.display().to_string()]);
    let size = std::fs::read(&file).expect("the picture is saved")[16..24].to_vec();
    // Width and height of a PNG (its first chunk).
    assert_eq!(size, [320_u32.to_be_bytes(), 180_u32.to_be_bytes()].concat());
}
