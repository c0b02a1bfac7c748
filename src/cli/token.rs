//! The command that makes a signed token: flags in, the token out.
//!
//! The server need not run; one that does takes the token at once.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use super::{noted::note, unknown_cameras::unknown_cameras};
use crate::{
    access::{
        Role, Scope,
        key::Key,
        token::{Claims, LONGEST_NAME, TTL_SECONDS, is_name, sign},
    },
    accounts::{AccountsError, Store, Wish, make_key, minted},
    config::{Access, values::path},
    frame::now_s,
    history::Calendar,
    nouns::secret::Secret,
};

/// Units of a time on the command line, and the seconds of each.
const UNITS: [(char, u64); 4] = [('s', 1), ('m', 60), ('h', 3600), ('d', 86_400)];

/// A token; see [`TokenTask`].
#[derive(Clone, Debug, clap::Args)]
pub(super) struct TokenArgs {
    /// What the token lets do: viewer or admin
    #[arg(long, default_value = "viewer")]
    role: Role,
    /// Cameras that may be watched, separated by commas; all cameras unless they are named
    #[arg(long, value_parser = Scope::parse)]
    cameras: Option<Scope>,
    /// Cameras file, by which the names of cameras are looked up
    #[arg(long, env = "STEADYCAST_CAMERAS", value_parser = path)]
    cameras_file: Option<PathBuf>,
    /// For how long: a number with s, m, h or d (1m to 366d)
    #[arg(long, default_value = "24h", value_parser = ttl)]
    ttl: Duration,
    /// For whom, as the audit names them
    #[arg(long, value_parser = name)]
    name: Option<String>,
    #[command(flatten)]
    access: Access,
}

impl TokenArgs {
    /// Returns what is to be done.
    pub(super) fn task(self) -> TokenTask {
        let key_file = self.access.key_file().map(Path::to_path_buf);
        let database = self.access.database().map(Path::to_path_buf);
        let scope = self.cameras.unwrap_or(Scope::All);
        let wish = Wish { role: self.role, scope, name: self.name, ttl: self.ttl, share: false };
        // An empty line in .env means not set.
        let secret = self.access.jwt_secret.filter(|secret| !secret.is(""));
        TokenTask { wish, secret, key_file, database, cameras_file: self.cameras_file }
    }
}

/// Makes a signed token, and the key where there is none.
#[derive(Clone, Debug)]
pub struct TokenTask {
    wish: Wish,
    secret: Option<Secret>,
    key_file: Option<PathBuf>,
    database: Option<PathBuf>,
    cameras_file: Option<PathBuf>,
}

impl TokenTask {
    /// Returns the token, which goes to standard output alone; its id and its end are said on standard error,
    /// and so are cameras that there are not yet. Where there is a database, the audit in it has id and end.
    ///
    /// # Errors
    /// What is missing or wrong: the key, cameras of an admin, or a database that cannot be written.
    pub fn run(self) -> Result<String, String> {
        if self.wish.role == Role::Admin && self.wish.scope != Scope::All {
            return Err("an admin is one of all cameras: leave --cameras out".to_owned());
        }
        let key = match (&self.secret, &self.key_file) {
            (Some(secret), _) => Key::new(secret.bytes()).map_err(|error| error.to_string())?,
            (None, Some(file)) => make_key(file).map_err(|error| error.to_string())?,
            (None, None) => return Err("there is no key: set --jwt-secret or --jwt-key-file".to_owned()),
        };
        let unknown = unknown_cameras(&self.wish.scope, self.cameras_file.as_deref());
        let claims = minted(self.wish, now_s());
        let until = Calendar::system().rfc3339(i64::try_from(claims.until_s).unwrap_or(i64::MAX));
        // No token is handed out that the audit does not know of.
        if let Some(database) = self.database.filter(|database| database.exists()) {
            noted(&database, &claims, &until).map_err(|error| error.to_string())?;
        }
        eprintln!("steadycast: token {} until {until}", claims.id);
        if let Some(unknown) = unknown {
            eprintln!("steadycast: {unknown}; the token is valid, and shows them once they are added");
        }
        Ok(sign(&key, &claims))
    }
}

/// Writes down that a token was made, as the server does for one that is asked of it.
fn noted(database: &Path, claims: &Claims, until: &str) -> Result<(), AccountsError> {
    let Claims { id, role, scope, name, .. } = claims;
    let cameras = scope.names().map_or("all cameras".to_owned(), |names| names.join(", "));
    let whom = name.as_ref().map_or(String::new(), |name| format!(" for {name}"));
    let detail = format!("{} of {cameras}, token {id}{whom} until {until}", role.name());
    note(&mut Store::open(database)?, "made a token", detail)
}

/// Reads for whom a token is.
fn name(text: &str) -> Result<String, String> {
    match is_name(text) {
        true => Ok(text.to_owned()),
        false => Err(format!("is not 1 to {LONGEST_NAME} characters in one line")),
    }
}

/// Reads a time with its unit.
fn ttl(text: &str) -> Result<Duration, String> {
    let unit = UNITS.iter().find_map(|(unit, seconds)| Some((text.strip_suffix(*unit)?, *seconds)));
    let seconds = unit.and_then(|(number, seconds)| number.parse::<u64>().ok()?.checked_mul(seconds));
    let odd = || "is no time such as 30m, 24h or 7d, from 1m to 366d".to_owned();
    seconds.filter(|seconds| TTL_SECONDS.contains(seconds)).map(Duration::from_secs).ok_or_else(odd)
}

#[cfg(test)]
mod tests {
    use clap::{Args, Command, FromArgMatches};

    use super::*;
    use crate::access::token::read;

    fn task(flags: &[&str]) -> Result<TokenTask, String> {
        let matches = TokenArgs::augment_args(Command::new("token"))
            .try_get_matches_from([&["token", "--access-database", "none"][..], flags].concat())
            .map_err(|error| error.to_string())?;
        TokenArgs::from_arg_matches(&matches).map(TokenArgs::task).map_err(|error| error.to_string())
    }

    #[test]
    fn a_time_has_a_unit_and_bounds() {
        for (text, seconds) in [("60s", 60), ("30m", 1800), ("24h", 86_400), ("366d", 31_622_400)] {
            assert_eq!(ttl(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for odd in ["", "h", "24", "59s", "367d", "-1h", "1.5h", "1w", "99999999999999999999d", "1 h"] {
            assert!(ttl(odd).is_err(), "{odd:?}");
        }
    }

    #[test]
    fn a_token_is_what_its_flags_say_and_its_key_is_its_owners_alone() {
        use std::os::unix::fs::MetadataExt;
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("keys/token.key").display().to_string();
        let flags = ["--jwt-key-file", &file, "--cameras", "yard,gate", "--ttl", "7d", "--name", "guard"];
        let token = task(&flags).and_then(TokenTask::run).expect("is made");
        assert_eq!(std::fs::metadata(&file).expect("is there").mode() & 0o777, 0o600);
        let key = crate::accounts::key_of(file.as_ref()).expect("is read").expect("is there");
        let claims = read(&key, &token, now_s()).expect("is valid");
        assert_eq!((claims.role, claims.name.as_deref()), (Role::Viewer, Some("guard")));
        assert!(claims.scope.allows("yard") && !claims.scope.allows("hall"));
        assert_eq!(claims.until_s - claims.issued_s, 7 * 86_400);
        // Another one is signed by the key that is there now.
        let other = task(&["--jwt-key-file", &file, "--role", "admin"]).and_then(TokenTask::run);
        assert!(read(&key, &other.expect("is made"), now_s()).is_ok());
    }

    #[test]
    fn what_makes_no_token_says_why() {
        let run = |flags: &[&str]| task(flags).and_then(TokenTask::run).expect_err("none");
        assert!(run(&["--role", "boss"]).contains("viewer nor admin"));
        assert!(run(&["--jwt-secret", "short", "--role", "admin"]).contains("32 bytes"));
        assert!(run(&["--jwt-key-file", "none"]).contains("--jwt-key-file"));
        assert!(run(&["--role", "admin", "--cameras", "yard"]).contains("--cameras"));
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("shown.key");
        std::fs::write(&file, "an old secret that everybody knows of").expect("writes");
        assert!(run(&["--jwt-key-file", &file.display().to_string()]).contains("chmod 600"));
    }
}
