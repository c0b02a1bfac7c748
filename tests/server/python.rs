//! An independent client in another language.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use crate::support::{metrics::Metrics, server::Server, skip};

#[test]
fn a_python_client_reads_two_levels_at_once_and_only_those_are_encoded() {
    let name = "a_python_client_reads_two_levels_at_once_and_only_those_are_encoded";
    let python = std::env::var("STEADYCAST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let found =
        Command::new(&python).args(["-c", "import websockets, PIL.Image"]).stderr(Stdio::null()).status();
    if !found.is_ok_and(|status| status.success()) {
        return skip(
            name,
            &format!("{python} lacks the modules websockets and pillow; STEADYCAST_PYTHON names another"),
        );
    }
    let server = Server::scene_at("34", &[]);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/ws_client.py");
    let arguments = [server.address.to_string(), "45".to_owned(), "90".to_owned(), "60".to_owned()];
    let output = Command::new(&python).arg(script).args(arguments).output().expect("python starts");
    let (said, wrong) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}{wrong}");
    for level in [45, 90] {
        assert!(said.contains(&format!("\"level\": {level}, \"frames\": 60")), "{said}");
    }
    assert_eq!(Metrics::of(server.address).encoded_levels(), [45, 90]);
}
