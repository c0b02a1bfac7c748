//! The environment that settings come from: the file `.env`, and the names of variables.

use crate::config::{PREFIX, settings};

/// Puts the lines of `.env` into the environment, where it has nothing of that name; no file is no error.
///
/// # Errors
/// What is wrong with the file, without the values in it.
pub(super) fn read_env_file() -> Result<(), String> {
    // Only this folder: the one that a service runs in, rather than whatever lies above it.
    match dotenvy::from_path(".env") {
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
    fn typing_errors_in_names_are_found() {
        let names = ["STEADYCAST_PORT", "STEADYCAST_PROT", "PATH"].map(str::to_owned);
        assert_eq!(unknown_settings(names.into_iter()), ["STEADYCAST_PROT"]);
    }
}
