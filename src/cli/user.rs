//! The command that adds, changes, lists and removes users.
//!
//! Names and flags in, one line out; the password comes by standard input, never by the command line, which
//! everybody on the machine may read. A server that runs sees the change within a second.

use std::{
    io::{self, BufRead, IsTerminal, Read, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Subcommand;
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};

use super::noted::note;
use crate::{
    access::{Role, Scope},
    accounts::{AccountsError, Store, User, check_name, check_password, hash_password},
    config::Access,
    frame::now_s,
};

/// Longest line that is read as a password, bytes.
const LONGEST_LINE: u64 = 4096;

/// Keys of a terminal that hands on each as it is: those that end the program or the line, or change it.
const INTERRUPT: u8 = 0x03;
const END: u8 = 0x04;
const BACKSPACES: [u8; 2] = [0x08, 0x7f];
const BEGIN_ANEW: u8 = 0x15;

/// Users; see [`UserTask`].
#[derive(Clone, Debug, clap::Args)]
pub(super) struct UserArgs {
    #[command(subcommand)]
    command: UserCommand,
}

/// What can be done with users.
#[derive(Clone, Debug, Subcommand)]
enum UserCommand {
    /// Add a user, whose password is the first line of standard input
    Add {
        /// Name of the user: 1 to 32 of a-z, 0-9, ., - and _
        name: String,
        /// What the user may do: viewer or admin
        #[arg(long, default_value = "viewer")]
        role: Role,
        /// Cameras that may be watched, separated by commas; all cameras unless they are named
        #[arg(long, value_parser = Scope::parse)]
        cameras: Option<Scope>,
        #[command(flatten)]
        access: Access,
    },
    /// Set another password, which is the first line of standard input; the user's sessions end
    Passwd {
        /// Name of the user
        name: String,
        #[command(flatten)]
        access: Access,
    },
    /// List all users
    List {
        #[command(flatten)]
        access: Access,
    },
    /// Remove a user, whose sessions end
    Remove {
        /// Name of the user
        name: String,
        #[command(flatten)]
        access: Access,
    },
}

impl UserArgs {
    /// Returns what is to be done.
    pub(super) fn task(self) -> UserTask {
        let (access, what) = match self.command {
            UserCommand::Add { name, role, cameras, access } => {
                (access, What::Add { name, role, scope: cameras.unwrap_or(Scope::All) })
            }
            UserCommand::Passwd { name, access } => (access, What::Passwd { name }),
            UserCommand::List { access } => (access, What::List),
            UserCommand::Remove { name, access } => (access, What::Remove { name }),
        };
        UserTask { database: access.database().map(Path::to_path_buf), what }
    }
}

/// What is to be done with users.
#[derive(Clone, Debug)]
enum What {
    Add { name: String, role: Role, scope: Scope },
    Passwd { name: String },
    List,
    Remove { name: String },
}

/// Changes or lists the users of a database.
#[derive(Clone, Debug)]
pub struct UserTask {
    database: Option<PathBuf>,
    what: What,
}

impl UserTask {
    /// Does it, and returns what is to be said of it.
    ///
    /// # Errors
    /// What is wrong: the name, the password, or the database.
    pub fn run(self) -> Result<String, String> {
        self.run_with(password).map_err(|error| error.to_string())
    }

    /// Does it, with the way to a password.
    fn run_with(self, password: impl Fn() -> io::Result<String>) -> Result<String, AccountsError> {
        let mut store = Store::open(&self.database.ok_or(AccountsError::Off)?)?;
        let password = || {
            let given = password()
                .map_err(|why| AccountsError::Io { what: "no password was read".to_owned(), why })?;
            check_password(&given).map(|()| given)
        };
        let now_s = now_s();
        match self.what {
            What::Add { name, role, scope } => {
                check_name(&name)?;
                if role == Role::Admin && scope != Scope::All {
                    return Err(AccountsError::LimitedAdmin);
                }
                if store.user(&name)?.is_some() {
                    return Err(AccountsError::Known(name));
                }
                let hash = hash_password(&password()?);
                let user =
                    User { name: Arc::from(&*name), role, scope, hash, made_s: now_s, changed_s: now_s };
                store.add_user(&user)?;
                note(&mut store, "added", format!("user {name}"))?;
                Ok(format!("user {name} is added: {}", told(&user)))
            }
            What::Passwd { name } => {
                if store.user(&name)?.is_none() {
                    return Err(AccountsError::Unknown(name));
                }
                store.set_password(&name, &hash_password(&password()?), now_s)?;
                note(&mut store, "set the password of", format!("user {name}"))?;
                Ok(format!("user {name} has another password"))
            }
            What::List => {
                let users = store.users()?;
                let lines: Vec<String> =
                    users.iter().map(|user| format!("{}: {}", user.name, told(user))).collect();
                Ok(if lines.is_empty() { "there are no users".to_owned() } else { lines.join("\n") })
            }
            What::Remove { name } => {
                store.remove_user(&name)?;
                note(&mut store, "removed", format!("user {name}"))?;
                Ok(format!("user {name} is removed"))
            }
        }
    }
}

/// What a user may do, in words.
fn told(user: &User) -> String {
    let cameras = user.scope.names().map_or("all cameras".to_owned(), |names| names.join(", "));
    format!("{} of {cameras}", user.role.name())
}

/// Reads a password from standard input: at a terminal twice and unseen, else the first line.
fn password() -> io::Result<String> {
    let stdin = io::stdin();
    if !stdin.is_terminal() {
        return line(&mut stdin.lock());
    }
    let _unseen = Unseen::begin()?;
    let ask = |words: &str| {
        eprint!("{words}: ");
        io::stderr().flush()?;
        let given = typed(&mut stdin.lock());
        // The key that ended the line is not seen either.
        eprintln!();
        given
    };
    let given = ask("Password")?;
    if ask("Again")? == given { Ok(given) } else { Err(io::Error::other("the two are not the same")) }
}

/// The first line of some input, without its end.
fn line(input: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    input.take(LONGEST_LINE).read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// What is typed at a terminal that hands on each key, up to the end of the line.
///
/// # Errors
/// The key that interrupts programs: as a signal it would leave the terminal as it is for others.
fn typed(input: &mut impl BufRead) -> io::Result<String> {
    let mut typed = Vec::new();
    for key in input.take(LONGEST_LINE).bytes() {
        match key? {
            b'\r' | b'\n' | END => break,
            INTERRUPT => return Err(io::ErrorKind::Interrupted.into()),
            BEGIN_ANEW => typed.clear(),
            // A letter may have several bytes, of which the first is unlike the others.
            key if BACKSPACES.contains(&key) => {
                while typed.pop().is_some_and(|byte: u8| byte & 0xc0 == 0x80) {}
            }
            key if key.is_ascii_control() => {}
            key => typed.push(key),
        }
    }
    String::from_utf8(typed).map_err(io::Error::other)
}

/// A terminal that neither shows what is typed nor makes signals of it, until this is dropped.
struct Unseen(Termios);

impl Unseen {
    fn begin() -> io::Result<Unseen> {
        let before = tcgetattr(io::stdin())?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG);
        // A read ends with the first key, however long that takes.
        silent.special_codes[SpecialCodeIndex::VMIN] = 1;
        silent.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(io::stdin(), OptionalActions::Flush, &silent)?;
        Ok(Unseen(before))
    }
}

impl Drop for Unseen {
    fn drop(&mut self) {
        if let Err(error) = tcsetattr(io::stdin(), OptionalActions::Now, &self.0) {
            eprintln!("steadycast: the terminal does not show what is typed ({error}); stty echo helps");
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::{Args, Command, FromArgMatches};

    use super::*;

    /// Runs the command with a password on its way.
    fn run(database: &Path, flags: &[&str], password: &str) -> Result<String, String> {
        let database = database.display().to_string();
        let line = [&["user"], flags, &["--access-database", &database]].concat();
        let matches = UserArgs::augment_args(Command::new("user"))
            .try_get_matches_from(line)
            .map_err(|error| error.to_string())?;
        let task = UserArgs::from_arg_matches(&matches).map_err(|error| error.to_string())?.task();
        task.run_with(|| Ok(password.to_owned())).map_err(|error| error.to_string())
    }

    #[test]
    fn users_come_are_listed_change_and_go() {
        let folder = tempfile::tempdir().expect("a folder");
        let database = folder.path().join("data/access.db");
        let ask = |flags: &[&str], password: &str| run(&database, flags, password);
        assert_eq!(ask(&["list"], "").as_deref(), Ok("there are no users"));
        assert!(ask(&["add", "anna", "--role", "admin"], "correct horse").is_ok());
        assert!(ask(&["add", "berta", "--cameras", "yard"], "battery staple").is_ok());
        assert_eq!(ask(&["list"], "").as_deref(), Ok("anna: admin of all cameras\nberta: viewer of yard"));
        let hash_of = |name: &str| {
            let user = Store::open(&database).and_then(|store| store.user(name)).expect("reads");
            user.map(|user| (user.hash, user.changed_s))
        };
        let before = hash_of("berta").expect("is there");
        assert!(ask(&["passwd", "berta"], "staple battery").is_ok());
        let after = hash_of("berta").expect("is there");
        assert!(after.0 != before.0 && after.1 > before.1, "also within a second");
        assert!(ask(&["remove", "anna"], "").is_ok() && hash_of("anna").is_none());
    }

    #[test]
    fn what_is_no_user_is_refused_and_changes_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let database = folder.path().join("access.db");
        let ask = |flags: &[&str], password: &str| run(&database, flags, password);
        assert!(ask(&["add", "anna"], "correct horse").is_ok());
        for (flags, password, said) in [
            (&["add", "anna"][..], "correct horse", "already"),
            (&["add", "Berta"], "correct horse", "a-z"),
            (&["add", "berta"], "short", "8 to 256"),
            (&["add", "berta", "--role", "boss"], "correct horse", "viewer nor admin"),
            (&["add", "berta", "--role", "admin", "--cameras", "yard"], "correct horse", "all cameras"),
            (&["passwd", "berta"], "correct horse", "no user berta"),
            (&["remove", "berta"], "", "no user berta"),
        ] {
            let error = ask(flags, password).expect_err("is refused");
            assert!(error.contains(said), "{flags:?}: {error}");
        }
        assert_eq!(ask(&["list"], "").as_deref(), Ok("anna: viewer of all cameras"));
        let none = UserTask { database: None, what: What::List };
        assert!(
            none.run_with(|| Ok(String::new())).expect_err("none").to_string().contains("ACCESS_DATABASE")
        );
    }

    #[test]
    fn keys_of_a_terminal_make_a_password_or_end_the_program() {
        let of = |keys: &str| typed(&mut keys.as_bytes());
        assert_eq!(of(" corrä\u{7f}ect\u{1b} horse\rmore").expect("reads"), " correct horse");
        assert_eq!(of("wrong\u{15}right\u{8}\u{8}\n").expect("reads"), "rig");
        assert_eq!(of("\u{7f}\u{4}more").expect("reads"), "");
        assert_eq!(of("correct\u{3}").expect_err("is interrupted").kind(), io::ErrorKind::Interrupted);
    }

    #[test]
    fn a_password_is_the_first_line_and_keeps_its_spaces() {
        let read = |text: &str| line(&mut text.as_bytes()).expect("reads");
        assert_eq!(read(" correct horse \r\nmore\n"), " correct horse ");
        assert_eq!((read("x"), read("")), ("x".to_owned(), String::new()));
    }
}
