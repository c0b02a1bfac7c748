//! Secrets of the settings at the start: what is refused, and what is warned of, without their values.

use std::{
    fs::{self, Permissions},
    net::TcpListener,
    os::unix::fs::PermissionsExt,
};

use crate::support::{
    SCENE,
    program::{Program, run, run_in},
};

/// A token that is long enough.
const LONG: &str = "0123456789abcdef";

#[test]
fn one_token_for_viewers_and_admin_ends_with_2_and_is_not_repeated() {
    let environment = [("STEADYCAST_VIEWER_TOKEN", LONG), ("STEADYCAST_ADMIN_TOKEN", LONG)];
    let output = run(&["--port", "0", "--source", SCENE], &environment);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    for word in ["--viewer-token", "--admin-token", "the same", "give each its own"] {
        assert!(said.contains(word), "{word} in {said}");
    }
    assert!(!said.contains(LONG), "{said}");
}

#[test]
fn short_tokens_are_warned_of_once_by_their_settings() {
    let short = Program::start(&["--source", SCENE, "--viewer-token", "sesame", "--admin-token", LONG]);
    let log = short.log();
    let warnings: Vec<&str> = log.lines().filter(|line| line.contains("fewer than 16")).collect();
    assert_eq!(warnings.len(), 1, "{log}");
    assert!(warnings[0].contains("WARN") && warnings[0].contains("STEADYCAST_VIEWER_TOKEN"), "{log}");
    assert!(!warnings[0].contains("ADMIN") && !log.contains("sesame"), "{log}");
    let long = Program::start(&["--source", SCENE, "--viewer-token", LONG]);
    assert!(!long.log().contains("fewer than 16"), "{}", long.log());
}

#[test]
fn a_dotenv_in_which_a_secret_would_be_lost_ends_with_2_and_is_not_repeated() {
    let folder = tempfile::tempdir().expect("a folder");
    for (text, word) in [
        ("STEADYCAST_ADMIN_TOKEN=$ecretSecretSecret\n".to_owned(), "has a $ that is lost"),
        (format!("STEADYCAST_ADMIN_TOKEN={LONG}\nSTEADYCAST_ADMIN_TOKEN=Secret\n"), "is set in two lines"),
    ] {
        fs::write(folder.path().join(".env"), text).expect("is written");
        let output = run_in(folder.path(), &["--port", "0", "--source", SCENE], &[]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("STEADYCAST_ADMIN_TOKEN") && said.contains(word), "{said}");
        assert!(!said.contains("Secret") && !said.contains(LONG), "{said}");
    }
}

#[test]
fn a_dotenv_with_a_secret_that_others_may_read_is_warned_of() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(".env");
    fs::write(&file, format!("STEADYCAST_VIEWER_TOKEN={LONG}\n")).expect("is written");
    // What has no port ends by itself.
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = taken.local_addr().expect("is bound").port().to_string();
    let said = |mode: u32, arguments: &[&str]| {
        fs::set_permissions(&file, Permissions::from_mode(mode)).expect("is its owner's");
        let output = run_in(folder.path(), arguments, &[]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        said.lines().filter(|line| line.contains("chmod 600 .env")).map(str::to_owned).collect::<Vec<_>>()
    };
    let serve = ["--port", &port, "--host", "127.0.0.1", "--source", SCENE];
    let shown = said(0o644, &serve);
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert!(shown[0].contains("mode 644") && shown[0].contains("STEADYCAST_VIEWER_TOKEN"), "{shown:?}");
    assert!(!shown[0].contains(LONG), "{shown:?}");
    assert_eq!(said(0o600, &serve).len(), 0);
    assert_eq!(said(0o644, &["licences"]).len(), 0, "that is for who serves");
}
