//! The environment that settings come from: the file `.env`, and the names of variables.

use std::{fs, os::unix::fs::MetadataExt, path::Path};

use crate::{
    config::{PREFIX, secrets, settings},
    source::Address,
};

/// File of settings, in the current folder.
pub(super) const ENV_FILE: &str = ".env";

/// What others may do with a file, of its mode.
const OTHERS: u32 = 0o077;

/// Setting that holds a secret only where a login is in it.
const SOURCE: &str = "STEADYCAST_SOURCE";

/// Puts the lines of `.env` into the environment, where it has nothing of that name; no file is no error.
///
/// # Errors
/// What is wrong with the file, without the values in it.
pub(super) fn read_env_file() -> Result<(), String> {
    // Only this folder: the one that a service runs in, rather than whatever lies above it.
    match dotenvy::from_path(ENV_FILE) {
        Ok(()) => Ok(()),
        Err(error) if error.not_found() => Ok(()),
        Err(error) => Err(format!(".env cannot be read: {}", env_file_problem(&error))),
    }
}

/// Returns what is wrong with `.env`, without the values in it.
fn env_file_problem(error: &dotenvy::Error) -> String {
    match error {
        dotenvy::Error::LineParse(line, _) => {
            // What stands there may be a value, or part of one, and that may be a password.
            let name = line.split_once('=').map(|(name, _)| name.trim());
            let is_name =
                |name: &&str| name.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_');
            let line = name.filter(is_name).map_or("a line".to_owned(), |name| format!("the line of {name}"));
            format!("{line} is not NAME=value; put values with spaces, $ or quotes into single quotes")
        }
        other => other.to_string(),
    }
}

/// Says that a file of settings may be read or changed by others although a secret is in it; `None` where it
/// may not be, or holds none.
pub(super) fn shown_secret(file: &Path) -> Option<String> {
    let mode = fs::metadata(file).ok()?.mode() & 0o777;
    if mode & OTHERS == 0 {
        return None;
    }
    let secrets = secrets();
    let holds_one = |name: &str, value: &str| match name {
        SOURCE => value.parse::<Address>().is_ok_and(|source| source.holds_secret()),
        _ => !value.trim().is_empty() && secrets.iter().any(|secret| secret == name),
    };
    // One with a line that cannot be read has been refused before.
    let mut lines = dotenvy::from_path_iter(file).ok()?.map_while(Result::ok);
    let (name, _) = lines.find(|(name, value)| holds_one(name, value))?;
    let file = file.display();
    Some(format!("others may read or change {file} (mode {mode:o}), where {name} is: chmod 600 {file}"))
}

/// Set for tests and benches, which run the program with them.
const FOR_TESTS: [&str; 2] = ["STEADYCAST_TEST_DATA", "STEADYCAST_TEST_CASES"];

/// Returns the names that look like settings and are none: typing errors, mostly.
pub(super) fn unknown_settings(names: impl Iterator<Item = String>) -> Vec<String> {
    let known = settings();
    let is_known = |name: &str| FOR_TESTS.contains(&name) || known.iter().any(|(setting, _)| setting == name);
    names.filter(|name| name.starts_with(PREFIX) && !is_known(name)).collect()
}

#[cfg(test)]
mod tests {
    use std::{fs::Permissions, os::unix::fs::PermissionsExt};

    use super::*;

    #[test]
    fn a_broken_env_file_does_not_show_what_is_in_it() {
        let line = "STEADYCAST_VIEWER_TOKEN=open hunter2".to_owned();
        let problem = env_file_problem(&dotenvy::Error::LineParse(line, 30));
        assert!(problem.contains("STEADYCAST_VIEWER_TOKEN") && !problem.contains("hunter2"), "{problem}");
        // A value with a space ends the line where it is read, and the rest is taken for another one.
        for rest in ["http://bob:hunter2@h ost/", "hunter2", "hunter2=x y"] {
            let problem = env_file_problem(&dotenvy::Error::LineParse(rest.to_owned(), 0));
            assert!(problem.contains("a line is not") && !problem.contains("hunter2"), "{problem}");
        }
    }

    #[test]
    fn a_secret_in_a_file_that_others_may_read_is_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join(ENV_FILE);
        let said = |mode: u32, text: &str| {
            fs::write(&file, text).expect("is written");
            fs::set_permissions(&file, Permissions::from_mode(mode)).expect("is its owner's");
            shown_secret(&file)
        };
        let secret = "STEADYCAST_PORT=7000\nSTEADYCAST_JWT_SECRET='hunter2'\n";
        for (mode, word) in [(0o644, "(mode 644)"), (0o640, "(mode 640)"), (0o602, "(mode 602)")] {
            let said = said(mode, secret).expect("others may read it");
            assert!(said.contains(word) && said.contains("STEADYCAST_JWT_SECRET"), "{said}");
            assert!(said.contains("chmod 600") && !said.contains("hunter2"), "{said}");
        }
        assert_eq!(said(0o600, secret), None);
        for harmless in [
            "STEADYCAST_PORT=7000\n",
            "# STEADYCAST_JWT_SECRET=hunter2\n",
            "STEADYCAST_VIEWER_TOKEN=\nSTEADYCAST_ADMIN_TOKEN= \n",
            "STEADYCAST_SOURCE=rtsp://cam/live\n",
            "STEADYCAST_SOURCE=./file@home.mp4\n",
        ] {
            assert_eq!(said(0o644, harmless), None, "{harmless}");
        }
        for login in ["rtsp://me:hunter2@cam/", "rtsp://cam/live?user=me&password=hunter2"] {
            let said = said(0o644, &format!("STEADYCAST_SOURCE={login}\n")).expect(login);
            assert!(said.contains("read or change") && !said.contains("hunter2"), "{said}");
        }
        assert_eq!(shown_secret(&folder.path().join("missing")), None);
    }

    #[test]
    fn typing_errors_in_names_are_found() {
        let names = ["STEADYCAST_PORT", "STEADYCAST_PROT", "PATH"].map(str::to_owned);
        assert_eq!(unknown_settings(names.into_iter()), ["STEADYCAST_PROT"]);
    }
}
