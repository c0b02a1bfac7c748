//! The environment that settings come from: the file `.env`, and the names of variables.

use std::{collections::HashSet, env, fs, os::unix::fs::MetadataExt, path::Path};

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
    // What cannot be read at all is told below.
    let text = fs::read_to_string(ENV_FILE).unwrap_or_default();
    if let Some(problem) = misleading_line(&text, |name| env::var_os(name).is_some()) {
        return Err(format!(".env: {problem}"));
    }
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

/// Returns what is wrong with the first line that would be read as something else than it looks like: a
/// setting that an earlier line has, which would count, or a value with a `$`, behind which letters are taken
/// for the name of a variable and left out where there is none. `is_set` tells which variables there are.
fn misleading_line(text: &str, is_set: impl Fn(&str) -> bool) -> Option<String> {
    let mut seen = HashSet::new();
    for line in text.lines() {
        let line = line.trim_start();
        let Some((name, value)) = line.strip_prefix("export ").unwrap_or(line).split_once('=') else {
            continue;
        };
        let name = name.trim();
        if name.starts_with(PREFIX) {
            if seen.contains(name) {
                return Some(format!("{name} is set in two lines; leave the one that is meant"));
            }
            if !dollars_are_meant(value.trim(), |name| seen.contains(name) || is_set(name)) {
                let way = "put the value into single quotes, or write ${NAME} of a variable that is set";
                return Some(format!("the value of {name} has a $ that is lost; {way}"));
            }
        }
        seen.insert(name);
    }
    None
}

/// Whether each `$` in a value as it is written stands for itself or before a `{NAME}` that `is_set`.
fn dollars_are_meant(value: &str, is_set: impl Fn(&str) -> bool) -> bool {
    let (mut strong, mut weak, mut before) = (false, false, ' ');
    let mut letters = value.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\'' if !weak => strong = !strong,
            '"' if !strong => weak = !weak,
            '\\' if !strong => drop(letters.next()),
            '#' if !strong && !weak && before.is_whitespace() => return true,
            '$' if !strong => {
                let name = value[at + 1..].strip_prefix('{').and_then(|rest| rest.split_once('}'));
                if !name.is_some_and(|(name, _)| is_set(name)) {
                    return false;
                }
            }
            _ => {}
        }
        before = letter;
    }
    true
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
    let is_meant = |name: &str| name.to_ascii_uppercase().starts_with(PREFIX.trim_end_matches('_'));
    names.filter(|name| is_meant(name) && !is_known(name)).collect()
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
        let wrong = ["STEADYCAST_PROT", "steadycast_port", "STEADYCASTE_ADMIN_TOKEN"];
        let names = ["STEADYCAST_PORT", "PATH", "CAST_PORT"].into_iter().chain(wrong).map(str::to_owned);
        assert_eq!(unknown_settings(names), wrong);
    }

    #[test]
    fn a_line_that_would_be_read_as_something_else_is_refused() {
        let problem = |text: &str| misleading_line(text, |name| name == "HOME");
        for (text, word) in [
            ("STEADYCAST_ADMIN_TOKEN=$ecret\n", "single quotes"),
            ("export STEADYCAST_ADMIN_TOKEN=abc$ecret # mine\n", "single quotes"),
            ("STEADYCAST_ADMIN_TOKEN=\"ab $ecret\"\n", "single quotes"),
            ("STEADYCAST_ADMIN_TOKEN=${NOWHERE}x\n", "single quotes"),
            ("STEADYCAST_DATABASE=$HOME/a.db\n", "single quotes"),
            ("STEADYCAST_ADMIN_TOKEN=old\n#\nSTEADYCAST_ADMIN_TOKEN=new\n", "two lines"),
        ] {
            let said = problem(text).unwrap_or_else(|| panic!("{text} is taken"));
            assert!(said.contains(word) && said.contains("STEADYCAST_"), "{said}");
            assert!(!said.contains("ecret") && !said.contains("old") && !said.contains("new"), "{said}");
        }
        for text in [
            "STEADYCAST_ADMIN_TOKEN='$ecret'\nSTEADYCAST_VIEWER_TOKEN=\\$ecret\n",
            "STEADYCAST_DATABASE=${HOME}/a.db\nSTEADYCAST_PORT=1 # $5\n",
            "FOLDER=/data\nSTEADYCAST_DATABASE=\"${FOLDER}/it's.db\"\n",
            "OTHER=$x\nOTHER=y\n# STEADYCAST_PORT=$x\n",
        ] {
            assert_eq!(problem(text), None, "{text}");
        }
    }
}
