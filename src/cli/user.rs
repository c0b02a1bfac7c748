//! The command that adds, changes, lists and removes users.
//!
//! Names and flags in, one line out, and where something follows that may not be meant, a hint beside it. The
//! password comes by `password`. A server that runs sees the change within two seconds.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Subcommand;

use super::{noted::note, password::password, unknown_cameras::unknown_cameras};
use crate::{
    access::{Role, Scope},
    accounts::{AccountsError, Store, User, check_name, check_password, hash_password},
    config::{AccessDatabase, values::path},
    frame::now_s,
};

/// What follows when the last user is removed.
const NO_USERS: &str = "that was the last user, so nobody logs in by name any more. A server that runs stays \
    closed, and lets in who has a token. Before the next start add a user or set STEADYCAST_ADMIN_TOKEN: \
    without any credential a server that only this machine reaches lets in whoever sits at it, and one that \
    others reach does not start, or lets everybody watch (STEADYCAST_INSECURE_OPEN)";

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
        /// Cameras file, by which the names of cameras are looked up
        #[arg(long, env = "STEADYCAST_CAMERAS", value_parser = path)]
        cameras_file: Option<PathBuf>,
        #[command(flatten)]
        database: AccessDatabase,
    },
    /// Set another password, which is the first line of standard input; the user's sessions end
    Passwd {
        /// Name of the user
        name: String,
        #[command(flatten)]
        database: AccessDatabase,
    },
    /// List all users
    List {
        #[command(flatten)]
        database: AccessDatabase,
    },
    /// Remove a user, whose sessions end
    Remove {
        /// Name of the user
        name: String,
        #[command(flatten)]
        database: AccessDatabase,
    },
}

impl UserArgs {
    /// Returns what is to be done.
    pub(super) fn task(self) -> UserTask {
        let (database, what) = match self.command {
            UserCommand::Add { name, role, cameras, cameras_file, database } => {
                let scope = cameras.unwrap_or(Scope::All);
                (database, What::Add { name, role, scope, cameras_file })
            }
            UserCommand::Passwd { name, database } => (database, What::Passwd { name }),
            UserCommand::List { database } => (database, What::List),
            UserCommand::Remove { name, database } => (database, What::Remove { name }),
        };
        UserTask { database: database.path().map(Path::to_path_buf), what }
    }
}

/// What is to be done with users.
#[derive(Clone, Debug)]
enum What {
    Add { name: String, role: Role, scope: Scope, cameras_file: Option<PathBuf> },
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

/// What is said of something that was done.
#[derive(Debug, PartialEq, Eq)]
struct Done {
    /// The answer.
    said: String,
    /// What follows and may not be meant.
    hint: Option<String>,
}

impl UserTask {
    /// Does it, and returns what is to be said of it; what may not be meant is said on standard error.
    ///
    /// # Errors
    /// What is wrong: the name, the password, or the database.
    pub fn run(self) -> Result<String, String> {
        let Done { said, hint } = self.run_with(password).map_err(|error| error.to_string())?;
        if let Some(hint) = hint {
            eprintln!("steadycast: {hint}");
        }
        Ok(said)
    }

    /// Does it, with the way to a password.
    fn run_with(self, password: impl Fn() -> io::Result<String>) -> Result<Done, AccountsError> {
        let database = self.database.ok_or(AccountsError::Off)?;
        // Told whole: a database of another folder than the server's is seen as such.
        let database = std::path::absolute(&database).unwrap_or(database);
        let is_missing = database.try_exists().is_ok_and(|exists| !exists);
        let open = || Store::open(&database);
        let password = || {
            let given = password()
                .map_err(|why| AccountsError::Io { what: "no password was read".to_owned(), why })?;
            check_password(&given).map(|()| given)
        };
        let now_s = now_s();
        let mut hint = None;
        let said = match self.what {
            // Only adding a user makes a database.
            What::Add { name, role, scope, cameras_file } => {
                let (hash, made_s, changed_s) = (String::new(), now_s, now_s);
                let user = User { name: Arc::from(&*name), role, scope, hash, made_s, changed_s };
                let user = add(&mut open()?, user, password)?;
                hint = missing(&user, cameras_file.as_deref());
                format!("user {name} is added to {}: {}", database.display(), told(&user))
            }
            What::Passwd { name } | What::Remove { name } if is_missing => {
                return Err(AccountsError::Unknown(name));
            }
            What::List if is_missing => format!("there are no users: there is no {}", database.display()),
            What::Passwd { name } => {
                hint = change(&mut open()?, &name, password, &database)?;
                format!("user {name} has another password")
            }
            What::List => {
                let users = open()?.users()?;
                let lines: Vec<String> =
                    users.iter().map(|user| format!("{}: {}", user.name, told(user))).collect();
                if lines.is_empty() {
                    format!("there are no users in {}", database.display())
                } else {
                    lines.join("\n")
                }
            }
            What::Remove { name } => {
                hint = remove(&mut open()?, &name, &database)?;
                format!("user {name} is removed")
            }
        };
        Ok(Done { said, hint })
    }
}

/// Adds a user with a password, which is read once all else is right, and returns it with its hash.
fn add(
    store: &mut Store,
    user: User,
    password: impl Fn() -> Result<String, AccountsError>,
) -> Result<User, AccountsError> {
    check_name(&user.name)?;
    if user.role == Role::Admin && user.scope != Scope::All {
        return Err(AccountsError::LimitedAdmin);
    }
    if store.user(&user.name)?.is_some() {
        return Err(AccountsError::Known(user.name.to_string()));
    }
    let user = User { hash: hash_password(&password()?), ..user };
    store.add_user(&user)?;
    note(store, "added", format!("user {}", user.name))?;
    Ok(user)
}

/// Sets another password, which is read once all else is right, and returns what follows.
fn change(
    store: &mut Store,
    name: &str,
    password: impl Fn() -> Result<String, AccountsError>,
    database: &Path,
) -> Result<Option<String>, AccountsError> {
    if store.user(name)?.is_none() {
        return Err(AccountsError::Unknown(name.to_owned()));
    }
    let is_gone = store.set_password(name, &hash_password(&password()?), now_s())?;
    note(store, "set the password of", format!("user {name}"))?;
    Ok(left_over(is_gone, database))
}

/// Removes a user, and returns what follows.
fn remove(store: &mut Store, name: &str, database: &Path) -> Result<Option<String>, AccountsError> {
    let is_gone = store.remove_user(name)?;
    note(store, "removed", format!("user {name}"))?;
    let last = store.users()?.is_empty().then(|| NO_USERS.to_owned());
    let hints: Vec<String> = left_over(is_gone, database).into_iter().chain(last).collect();
    Ok((!hints.is_empty()).then(|| hints.join(". Also, ")))
}

/// Says where a hash may be left that should be gone; nothing where it is gone.
fn left_over(is_gone: bool, database: &Path) -> Option<String> {
    (!is_gone).then(|| {
        let file = database.display();
        format!(
            "others use the database of users: the old hash may stay in {file} and {file}-wal until another \
             password is set or a user removed while nobody reads it, or the last program that has it open \
             has ended; delete neither file"
        )
    })
}

/// Says which cameras of a user the cameras file does not have; nothing where it has all, or cannot tell.
fn missing(user: &User, cameras_file: Option<&Path>) -> Option<String> {
    let unknown = unknown_cameras(&user.scope, cameras_file)?;
    Some(format!("{unknown}; {} may watch them once they are added", user.name))
}

/// What a user may do, in words.
fn told(user: &User) -> String {
    let cameras = user.scope.names().map_or("all cameras".to_owned(), |names| names.join(", "));
    format!("{} of {cameras}", user.role.name())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use clap::{Args, Command, FromArgMatches};

    use super::*;

    /// Runs the command with a password on its way.
    fn run(database: &Path, flags: &[&str], password: &str) -> Result<String, String> {
        done(database, flags, password).map(|done| done.said)
    }

    fn done(database: &Path, flags: &[&str], password: &str) -> Result<Done, String> {
        let database = database.display().to_string();
        let line = [&["user"], flags, &["--access-database", &database]].concat();
        let matches = UserArgs::augment_args(Command::new("user"))
            .try_get_matches_from(line)
            .map_err(|error| error.to_string())?;
        let task = UserArgs::from_arg_matches(&matches).map_err(|error| error.to_string())?.task();
        task.run_with(|| Ok(password.to_owned())).map_err(|error| error.to_string())
    }

    #[test]
    fn cameras_that_the_cameras_file_does_not_have_are_hinted_at() {
        let folder = tempfile::tempdir().expect("a folder");
        let (database, file) = (folder.path().join("access.db"), folder.path().join("cameras.toml"));
        fs::write(&file, "[yard]\nsource = \"0\"\n").expect("is written");
        let file = file.display().to_string();
        let hint = |name: &str, cameras: &str, file: &str| {
            let flags = ["add", name, "--cameras", cameras, "--cameras-file", file];
            done(&database, &flags, "correct horse").expect("is added all the same").hint
        };
        let said = hint("anna", "gate,hall,yard", &file).expect("two are not there");
        assert!(said.contains("lacks the cameras gate, hall") && said.contains(&file), "{said}");
        assert_eq!(hint("berta", "yard", &file), None);
        assert_eq!(hint("carla", "gate", ""), None, "nobody can say");
        assert!(hint("dora", "gate", "/nowhere/cameras.toml").is_some_and(|hint| hint.contains("/nowhere")));
    }

    #[test]
    fn who_removes_the_last_user_is_told_what_follows() {
        let folder = tempfile::tempdir().expect("a folder");
        let database = folder.path().join("access.db");
        for name in ["anna", "berta"] {
            run(&database, &["add", name], "correct horse").expect("is added");
        }
        let hint = |name: &str| done(&database, &["remove", name], "").expect("is removed").hint;
        assert_eq!(hint("anna"), None);
        let told = hint("berta").expect("that was the last one");
        for word in ["nobody logs in", "stays closed", "STEADYCAST_ADMIN_TOKEN"] {
            assert!(told.contains(word), "{word}: {told}");
        }
    }

    #[test]
    fn where_a_hash_is_left_is_told() {
        let database = Path::new("data/access.db");
        let told = left_over(false, database).expect("it is left");
        assert!(told.contains("data/access.db-wal") && told.contains("delete neither"), "{told}");
        assert_eq!(left_over(true, database), None);
    }

    #[test]
    fn the_help_of_a_command_has_what_the_command_takes_and_no_other_setting() {
        let mut command = UserArgs::augment_args(Command::new("user"));
        let add = command.find_subcommand_mut("add").expect("there is one");
        let help = add.render_long_help().to_string();
        assert!(help.contains("--role") && help.contains("--access-database"), "{help}");
        assert!(!help.contains("--viewer-token") && !help.contains("--metrics"), "{help}");
    }

    #[test]
    fn users_come_are_listed_change_and_go() {
        let folder = tempfile::tempdir().expect("a folder");
        let database = folder.path().join("data/access.db");
        let ask = |flags: &[&str], password: &str| run(&database, flags, password);
        let file = database.display();
        assert_eq!(ask(&["list"], ""), Ok(format!("there are no users: there is no {file}")));
        assert!(ask(&["remove", "anna"], "").is_err() && ask(&["passwd", "anna"], "correct horse").is_err());
        assert!(!folder.path().join("data").exists(), "a typing error makes no database");
        let added = ask(&["add", "anna", "--role", "admin"], "correct horse");
        assert_eq!(added, Ok(format!("user anna is added to {file}: admin of all cameras")));
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
}
