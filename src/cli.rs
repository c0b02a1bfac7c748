//! The command line: arguments in, a checked [`Task`] out.
//!
//! What can be set, and within what bounds, is `config`'s; what the other commands take stands in `cli/`.

mod doctor;
mod environment;
mod health;
mod hidden;
mod licences;
mod models;
mod noted;
mod notify_test;
mod password;
mod probe;
mod scene;
mod shell;
mod task;
mod token;
mod top;
mod unknown_cameras;
mod user;

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, error::ErrorKind};

pub use self::{
    doctor::DoctorTask,
    health::HealthTask,
    licences::LICENCES,
    notify_test::{NotifyTestArgs, NotifyTestTask},
    shell::ShellTask,
    task::{ReportAs, Task},
    top::{TopTask, own_target},
};
use self::{
    environment::{ENV_FILE, read_env_file, shown_secret, unknown_settings},
    health::HealthArgs,
    hidden::without_addresses,
    models::ModelsArgs,
    probe::ProbeArgs,
    scene::SceneArgs,
    shell::CompletionsArgs,
    token::TokenArgs,
    top::TopArgs,
    user::UserArgs,
};
use crate::{
    config::{Config, PREFIX},
    uploads::COMMAND,
};

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "steadycast",
    version,
    about = "Turns a camera into live video that stays steady on any link.",
    after_help = "Each setting is a flag, an environment variable (shown in brackets), or a line in a file \
                  named .env in the current folder; flags win over the environment, which wins over .env.",
    args_conflicts_with_subcommands = true
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    config: Config,
}

/// What the program can be told to do.
#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the camera; what happens without a command, too
    Serve(Box<Config>),
    /// Say what a source is, or why it gives no picture
    Probe(ProbeArgs),
    /// Get, add or try models for real cameras
    Models(ModelsArgs),
    /// Make a signed token, which is printed alone; its id is told beside it
    Token(TokenArgs),
    /// Add, change, list or remove users, who log in with a password
    User(UserArgs),
    /// Tell a message by each service that is set, and say what became of it
    NotifyTest(Box<NotifyTestArgs>),
    /// Show how cameras fare, in a terminal
    Top(Box<TopArgs>),
    /// Say whether the server answers, by the exit status
    Health(Box<HealthArgs>),
    /// Say what this machine lacks of what the settings want, and how that is mended
    Doctor(Box<Config>),
    /// Print completions for a shell
    #[command(hide = true)]
    Completions(CompletionsArgs),
    /// Print the manual page
    #[command(hide = true)]
    Man,
    /// Print the description of the interface, as OpenAPI
    #[command(name = "openapi", hide = true)]
    OpenApi,
    /// Print the licences of the program and of the font inside it
    Licences,
    /// Look at an upload in a process of its own, as the server has it done
    #[command(name = COMMAND, hide = true)]
    LookAtUpload {
        /// The file
        file: PathBuf,
    },
    /// Write pictures of the synthetic scene and their ground truth to a folder, to train and measure models
    /// with
    Scene(SceneArgs),
}

impl Task {
    /// Reads `.env`, the environment and the command line. Where something is wrong it says what, and ends
    /// the program with status 2; where help was asked for, it prints it and ends with 0.
    pub fn from_process() -> Task {
        if let Err(message) = read_env_file() {
            Cli::command().error(ErrorKind::Io, message).exit();
        }
        let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        for name in unknown_settings(names) {
            eprintln!("steadycast: there is no setting {name}; see --help");
        }
        let task = Task::parse(std::env::args_os()).unwrap_or_else(|error| refuse(&error));
        // Once, and not by each of the programs that the server starts.
        if matches!(task, Task::Serve(_))
            && let Some(warning) = shown_secret(Path::new(ENV_FILE))
        {
            eprintln!("steadycast: {warning}");
        }
        task
    }

    /// Reads a command line and, where it is silent, the environment.
    ///
    /// # Errors
    /// What is wrong: the setting, its value and what is allowed; or the help, where that was asked for.
    pub fn parse<I, T>(arguments: I) -> Result<Task, clap::Error>
    where
        I: IntoIterator<Item = T>,
        T: Into<OsString> + Clone,
    {
        let matches = Cli::command().try_get_matches_from(arguments)?;
        let cli = Cli::from_arg_matches(&matches)?;
        let own = matches.subcommand().map_or(&matches, |(_, own)| own);
        let serve = |config: Config| match config.checked(own) {
            Ok(config) => Ok(Task::Serve(Box::new(config))),
            Err(message) => Err(Cli::command().error(ErrorKind::ValueValidation, message)),
        };
        match cli.command {
            Some(Command::Serve(config)) => serve(*config),
            None => serve(cli.config),
            Some(Command::Doctor(config)) => match config.checked(own) {
                Ok(config) => Ok(Task::Doctor(Box::new(DoctorTask::of(config)))),
                Err(message) => Err(Cli::command().error(ErrorKind::ValueValidation, message)),
            },
            Some(other) => other.task(),
        }
    }
}

impl Command {
    /// Returns what a command is to do that wants nothing of the server's settings as a whole.
    fn task(self) -> Result<Task, clap::Error> {
        let wrong = |message: String| Cli::command().error(ErrorKind::ValueValidation, message);
        Ok(match self {
            Command::Serve(_) | Command::Doctor(_) => {
                return Err(wrong("this command wants all settings".to_owned()));
            }
            Command::Scene(scene) => Task::Scene(scene.files()),
            Command::Probe(probe) => probe.task(),
            Command::Token(token) => Task::Token(token.task()),
            Command::User(user) => Task::User(user.task()),
            Command::NotifyTest(services) => Task::NotifyTest(NotifyTestTask::of(*services).map_err(wrong)?),
            Command::Top(top) => Task::Top(top.task()),
            Command::Health(health) => Task::Health(health.task()),
            Command::Completions(shell) => Task::Shell(shell.task(Cli::command())),
            Command::Man => Task::Shell(ShellTask::Man(Box::new(Cli::command()))),
            Command::OpenApi => Task::OpenApi,
            Command::Licences => Task::Licences,
            Command::LookAtUpload { file } => Task::LookAtUpload(file),
            Command::Models(models) => Task::Models(models.task()),
        })
    }
}

/// Says what is wrong with the command line, without what may be a password, and ends the program.
#[expect(clippy::exit, reason = "as clap's own errors do, before anything runs")]
fn refuse(error: &clap::Error) -> ! {
    let ours = std::env::vars_os()
        .filter(|(name, _)| name.to_string_lossy().starts_with(PREFIX))
        .map(|(_, value)| value);
    let given = std::env::args_os().skip(1).chain(ours);
    let given: Vec<String> = given.map(|text| text.to_string_lossy().into_owned()).collect();
    match without_addresses(&error.to_string(), &given) {
        Some(text) if error.use_stderr() => {
            eprint!("{text}");
            std::process::exit(2)
        }
        // Unchanged, in colour.
        _ => error.exit(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::{ModelsTask, What};

    fn parse(flags: &[&str]) -> Result<Config, String> {
        match Task::parse([&["steadycast"], flags].concat()).map_err(|error| error.to_string())? {
            Task::Serve(config) => Ok(*config),
            other => panic!("not to be served: {other:?}"),
        }
    }

    #[test]
    fn serve_is_what_happens_without_a_command() {
        let config = parse(&["serve", "--port", "7000"]).expect("valid");
        assert_eq!(config.listen.port, 7000);
    }

    #[test]
    fn what_a_number_may_be_is_said() {
        for (flags, meant) in [
            (["--port", "abc"], "no port, which is a whole number from 0 to 65535"),
            (["--port", "65536"], "no port"),
            (["--http-redirect-port", "-1"], "no port"),
            (["--max-viewers", "many"], "not a whole number from 1 to 100000"),
            (["--max-viewers", "0"], "not a whole number from 1 to 100000"),
            (["--max-viewers", "99999999999999999999"], "not a whole number from 1 to 100000"),
        ] {
            let flag = [flags.join("=")];
            let error = parse(&flag.each_ref().map(String::as_str)).expect_err(flags[1]);
            assert!(error.contains(flags[0]) && error.contains(meant), "{error}");
        }
        assert_eq!(parse(&["--port", " 7001 "]).expect("is one").listen.port, 7001);
    }

    #[test]
    fn the_licences_of_program_and_font_are_inside() {
        assert!(matches!(Task::parse(["steadycast", "licences"]), Ok(Task::Licences)));
        for part in ["MIT License", "The Noto Project Authors", "SIL OPEN FONT LICENSE", "FONT SOFTWARE."] {
            assert!(LICENCES.contains(part), "{part}");
        }
    }

    #[test]
    fn tokens_users_and_the_description_are_tasks_of_their_own() {
        let task = |flags: &[&str]| Task::parse([&["steadycast"], flags].concat());
        let token = task(&["token", "--role", "viewer", "--cameras", "yard,gate", "--ttl", "7d"]);
        assert!(matches!(token, Ok(Task::Token(_))), "{token:?}");
        assert!(matches!(task(&["openapi"]), Ok(Task::OpenApi)));
        for odd in
            [&["token", "--role", "open"][..], &["token", "--cameras", "a b"], &["token", "--ttl", "0s"]]
        {
            assert!(task(odd).is_err(), "{odd:?}");
        }
    }

    #[test]
    fn the_scene_as_files_is_a_task_of_its_own() {
        let task = |flags: &[&str]| {
            Task::parse([&["steadycast", "scene"], flags].concat()).map_err(|error| error.to_string())
        };
        let Ok(Task::Scene(files)) = task(&["--out", "x", "--people", "9", "--frames", "2"]) else {
            panic!("a scene")
        };
        assert_eq!((files.params.people, files.frames, files.size), (9, 2, (1280, 720)));
        let error = task(&["--out", "x", "--people", "301"]).expect_err("too many");
        assert!(error.contains("--people") && error.contains("300"), "{error}");
        assert!(task(&[]).expect_err("no folder").contains("--out"));
    }

    #[test]
    fn models_are_got_added_and_tried_by_tasks_of_their_own() {
        let task = |flags: &[&str]| match Task::parse([&["steadycast", "models"], flags].concat())
            .map_err(|error| error.to_string())
        {
            Ok(Task::Models(ModelsTask { folder, what })) => Ok((folder, what)),
            Ok(other) => panic!("{other:?}"),
            Err(error) => Err(error),
        };
        let (folder, what) = task(&["get", "yolox_nano", "--models-dir", "/data"]).expect("valid");
        assert!(
            folder.ends_with("data")
                && matches!(what, What::Get { name, from: None } if name == "yolox_nano")
        );
        let (folder, what) = task(&["check", "a.onnx", "--out", "b.jpg"]).expect("valid");
        assert!(
            folder.ends_with("models") && matches!(what, What::Check { out: Some(_), picture: None, .. })
        );
        assert!(matches!(task(&["list"]).expect("valid").1, What::List));
        assert!(task(&[]).expect_err("nothing to do").contains("get"));
    }

    #[test]
    fn what_is_said_of_a_wrong_command_line_repeats_no_address() {
        for line in [
            &["rtsp://admin:hunter2@127.0.0.1/live"][..],
            &["--source", "rtsp://admin:SEC", "hunter2@127.0.0.1/live"],
            &["--source", "rtsp://admin:a", "hunter2", "b@127.0.0.1/live"],
            &["probe", "rtsp://admin:SEC", "hunter2@127.0.0.1/live"],
            &["--host", "rtsp://admin:hunter2@cam/"],
            &["--host=rtsp://admin:hunter2@cam/"],
            &["--allowed-origins", "@", "--host", "rtsp://admin:hunter2@cam/"],
        ] {
            let error = Task::parse([&["steadycast"], line].concat()).expect_err("refused").to_string();
            let given: Vec<String> = line.iter().map(|argument| (*argument).to_owned()).collect();
            let said = without_addresses(&error, &given).unwrap_or(error);
            assert!(!said.contains("hunter2") && said.contains("error:"), "{said}");
        }
        let error = Task::parse(["steadycast", "--port", "x"]).expect_err("refused").to_string();
        assert_eq!(without_addresses(&error, &["--port".to_owned(), "x".to_owned()]), None);
    }

    #[test]
    fn an_empty_token_on_the_command_line_is_refused() {
        for flags in [&["--viewer-token", ""][..], &["--viewer-token="], &["serve", "--viewer-token", " "]] {
            let error = parse(flags).expect_err("is empty");
            assert!(error.contains("--viewer-token is empty") && error.contains("everybody"), "{error}");
        }
    }
}
