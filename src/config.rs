//! Every setting once: name, default, meaning, bounds. Environment, `.env` and flags in, a validated
//! [`Config`] out.
//!
//! Stages do not see this type: `app` gives each its own small part.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

mod tools;
mod values;

use clap::{
    ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand, error::ErrorKind, parser::ValueSource,
};

use tools::{ProbeArgs, SceneArgs};
pub use values::{DetectInput, FileFps, SourceSetting, Switch};
use values::{level, number_in, origin, path};

use crate::{
    analytics::Borders,
    cameras::{self, Survey},
    hub::DEFAULT_CAMERA,
    nouns::{
        quality::{Ladder, Level},
        secret::Secret,
    },
    probe::Probe,
    scene_files::SceneFiles,
    source::{Address, Reason},
};

/// What every environment variable begins with.
pub const PREFIX: &str = "STEADYCAST_";

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "steadycast",
    version,
    about = "Turns a camera into live video that stays steady on any link.",
    after_help = "Each setting is a flag, an environment variable (shown in brackets), or a line in a file named .env in the \
                  current folder; flags win over the environment, which wins over .env.",
    args_conflicts_with_subcommands = true
)]
pub struct Cli {
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
    /// Write pictures of the synthetic scene and their ground truth to a folder, to train and measure models
    /// with
    Scene(SceneArgs),
}

/// What the program was told to do.
#[derive(Debug)]
pub enum Task {
    /// Serve the camera.
    Serve(Box<Config>),
    /// Write the scene to files.
    Scene(SceneFiles),
    /// Look at a source; whether the report is JSON.
    Probe(Probe, ReportAs),
    /// Say that a source's address cannot be understood.
    Unclear(Reason, ReportAs),
}

/// Whom a report is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportAs {
    /// People: lines.
    Text,
    /// Machines: one JSON object.
    Json,
}

/// Every setting, validated.
#[derive(Clone, Debug, clap::Args)]
pub struct Config {
    /// Address to listen on; 0.0.0.0 for the whole network, then set a viewer token
    #[arg(long, env = "STEADYCAST_HOST", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub host: IpAddr,

    /// Port to listen on; 0 for any that is free
    #[arg(long, env = "STEADYCAST_PORT", default_value_t = 6732)]
    pub port: u16,

    /// Where pictures come from: synthetic[:people=40,vehicles=6,seed=1], a webcam's number, rtsp(s)://…,
    /// rtmp(s)://…, http(s)://…, snapshot:http(s)://… for a page that gives one picture each time, udp://…,
    /// srt://…, tcp://…, or a file
    #[arg(long, env = "STEADYCAST_SOURCE", default_value = "synthetic", hide_env_values = true)]
    pub source: SourceSetting,

    /// Play files at this rate instead of by their timestamps, frames a second (1 to 240)
    #[arg(long, env = "STEADYCAST_FILE_FPS", default_value = "", hide_default_value = true)]
    pub file_fps: FileFps,

    /// Frames a second at most (1 to 34)
    #[arg(long, env = "STEADYCAST_CAPTURE_FPS", default_value = "34", value_parser = |text: &str| number_in(text, 1.0..=34.0))]
    pub capture_fps: f64,

    /// Pictures a second that are asked of a page that gives one each time (0.05 to 10)
    #[arg(long, env = "STEADYCAST_SNAPSHOT_FPS", default_value = "1", value_parser = |text: &str| number_in(text, 0.05..=10.0))]
    pub snapshot_fps: f64,

    /// A live picture that has not changed at all for this long counts as frozen, seconds (1 to 86400); 0:
    /// never
    #[arg(long, env = "STEADYCAST_FROZEN_AFTER", default_value_t = 60, value_parser = clap::value_parser!(u32).range(0..=86_400))]
    pub frozen_after: u32,

    /// Picture width asked of a webcam or the scene, pixels (160 to 3840)
    #[arg(long, env = "STEADYCAST_CAPTURE_WIDTH", default_value_t = 1280, value_parser = clap::value_parser!(u32).range(160..=3840))]
    pub capture_width: u32,

    /// Picture height asked of a webcam or the scene, pixels (90 to 2160)
    #[arg(long, env = "STEADYCAST_CAPTURE_HEIGHT", default_value_t = 720, value_parser = clap::value_parser!(u32).range(90..=2160))]
    pub capture_height: u32,

    /// Lowest level offered, a JPEG quality (30 to 95, a multiple of 5)
    #[arg(long, env = "STEADYCAST_MIN_LEVEL", default_value_t = Level::MIN, value_parser = level)]
    pub min_level: Level,

    /// Highest level offered, a JPEG quality (30 to 95, a multiple of 5)
    #[arg(long, env = "STEADYCAST_MAX_LEVEL", default_value_t = Level::MAX, value_parser = level)]
    pub max_level: Level,

    /// Part of the encoding threads' time that may go into frames, beyond which the least watched levels are
    /// merged into lower ones (0.001 to 1)
    #[arg(long, env = "STEADYCAST_ENCODE_SHARE", default_value = "0.6", value_parser = |text: &str| number_in(text, 0.001..=1.0))]
    pub encode_share: f64,

    /// Credential that every viewer must show; none: everybody who reaches the port may watch
    #[arg(long, env = "STEADYCAST_VIEWER_TOKEN", hide_env_values = true)]
    pub viewer_token: Option<Secret>,

    /// Other sites whose pages may watch, separated by commas, such as https://cams.example; a proxy's public
    /// address too
    #[arg(long, env = "STEADYCAST_ALLOWED_ORIGINS", value_delimiter = ',', value_parser = origin)]
    pub allowed_origins: Vec<String>,

    /// TOML file with the cameras' lines, zones and calibration; the README shows one
    #[arg(long, env = "STEADYCAST_CAMERAS", value_parser = path)]
    pub cameras: Option<PathBuf>,

    /// Whether pictures are analysed
    #[arg(long, env = "STEADYCAST_ANALYTICS", default_value = "on", value_enum)]
    pub analytics: Switch,

    /// Folder of the models
    #[arg(long, env = "STEADYCAST_MODELS_DIR", default_value = "models")]
    pub models_dir: PathBuf,

    /// Crowd model (CSRNet, ONNX): a file of that folder, a path with a /, or none
    #[arg(long, env = "STEADYCAST_CROWD_MODEL", default_value = "crowd.onnx")]
    pub crowd_model: String,

    /// Detector (YOLO, ONNX): a file of that folder, a path with a /, or none
    #[arg(long, env = "STEADYCAST_DETECT_MODEL", default_value = "detector.onnx")]
    pub detect_model: String,

    /// Least confidence of a detection (0.01 to 1)
    #[arg(long, env = "STEADYCAST_DETECT_CONFIDENCE", default_value = "0.3", value_parser = |text: &str| number_in(text, 0.01..=1.0))]
    pub detect_confidence: f64,

    /// Boxes of one class that overlap more than this are one thing (0.05 to 1)
    #[arg(long, env = "STEADYCAST_DETECT_NMS_IOU", default_value = "0.45", value_parser = |text: &str| number_in(text, 0.05..=1.0))]
    pub detect_nms_iou: f64,

    /// Classes that count, separated by commas, such as person,car; none: all that the detector knows
    #[arg(long, env = "STEADYCAST_DETECT_CLASSES", value_delimiter = ',')]
    pub detect_classes: Vec<String>,

    /// What the detector wants to see: rgb01, rgb255 or bgr255; none: told from its file
    #[arg(long, env = "STEADYCAST_DETECT_INPUT", default_value = "", hide_default_value = true)]
    pub detect_input: DetectInput,

    /// Borders between low, moderate, high and critical risk, people on a square metre, for calibrated
    /// cameras
    #[arg(long, env = "STEADYCAST_RISK_THRESHOLDS", default_value_t = Borders([0.3, 0.7, 1.5]))]
    pub risk_thresholds: Borders,

    /// The same borders for cameras that are not calibrated, people in the picture
    #[arg(long, env = "STEADYCAST_RISK_TOTALS", default_value_t = Borders([20.0, 50.0, 100.0]))]
    pub risk_totals: Borders,

    /// Viewers at most (1 to 100000)
    #[arg(long, env = "STEADYCAST_MAX_VIEWERS", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub max_viewers: u32,

    /// A viewer that takes no byte, or answers no ping, for this long is closed, seconds (1 to 3600)
    #[arg(long, env = "STEADYCAST_VIEWER_TIMEOUT", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub viewer_timeout: u32,

    /// What the cameras file says, by camera.
    #[arg(skip)]
    surveys: HashMap<String, Survey>,
}

impl Task {
    /// Reads `.env`, the environment and the command line. Where something is wrong it says what, and ends
    /// the program with status 2; where help was asked for, it prints it and ends with 0.
    pub fn from_process() -> Task {
        // Only this folder: the one that a service runs in, rather than whatever lies above it.
        match dotenvy::from_path(".env") {
            Ok(_) => {}
            Err(error) if error.not_found() => {}
            Err(error) => Cli::command()
                .error(ErrorKind::Io, format!(".env cannot be read: {}", env_file_problem(&error)))
                .exit(),
        }
        let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        for name in unknown_settings(names) {
            eprintln!("steadycast: there is no setting {name}; see --help");
        }
        Task::parse(std::env::args_os()).unwrap_or_else(|error| {
            let ours = std::env::vars_os()
                .filter(|(name, _)| name.to_string_lossy().starts_with(PREFIX))
                .map(|(_, value)| value);
            let given: Vec<String> = std::env::args_os()
                .skip(1)
                .chain(ours)
                .map(|text| text.to_string_lossy().into_owned())
                .collect();
            match without_addresses(&error.to_string(), &given) {
                Some(text) if error.use_stderr() => {
                    eprint!("{text}");
                    std::process::exit(2)
                }
                // As it is, in colour.
                _ => error.exit(),
            }
        })
    }

    /// Reads a command line and, where it is silent, the environment.
    ///
    /// # Errors
    /// What is wrong: the setting, its value and what is allowed; or the help, where that was asked for.
    pub fn parse<I, T>(arguments: I) -> Result<Task, clap::Error>
    where
        I: IntoIterator<Item = T>,
        T: Into<std::ffi::OsString> + Clone,
    {
        let matches = Cli::command().try_get_matches_from(arguments)?;
        let cli = Cli::from_arg_matches(&matches)?;
        let own = matches.subcommand().map_or(&matches, |(_, own)| own);
        match cli.command {
            Some(Command::Scene(scene)) => Ok(Task::Scene(scene.files())),
            Some(Command::Probe(probe)) => Ok(probe.task()),
            Some(Command::Serve(config)) => config.checked(own).map(|config| Task::Serve(Box::new(config))),
            None => cli.config.checked(own).map(|config| Task::Serve(Box::new(config))),
        }
    }
}

impl Config {
    /// The settings, if they go together; `matches` tells where each came from.
    fn checked(mut self, matches: &ArgMatches) -> Result<Config, clap::Error> {
        let is_empty = self.viewer_token.as_ref().is_some_and(|token| token.is(""));
        if is_empty && matches.value_source("viewer_token") == Some(ValueSource::CommandLine) {
            let message = "--viewer-token is empty, and would leave the port open to everybody; give a token, or leave the flag out";
            return Err(Cli::command().error(ErrorKind::ValueValidation, message));
        }
        // An empty line in .env means not set.
        self.viewer_token = self.viewer_token.filter(|token| !token.is(""));
        self.allowed_origins.retain(|origin| !origin.is_empty());
        self.detect_classes.iter_mut().for_each(|class| *class = class.trim().to_owned());
        self.detect_classes.retain(|class| !class.is_empty());
        self.cameras = self.cameras.filter(|path| !path.as_os_str().is_empty());
        if let Some(path) = &self.cameras {
            let invalid = |message: String| {
                Cli::command().error(ErrorKind::ValueValidation, format!("--cameras: {message}"))
            };
            self.surveys = cameras::read(path).map_err(|error| invalid(error.to_string()))?;
            if let Some(unknown) = self.surveys.keys().find(|camera| *camera != DEFAULT_CAMERA) {
                return Err(invalid(format!(
                    "the file names a camera {unknown:?}; there is one camera, [{DEFAULT_CAMERA}]"
                )));
            }
        }
        if let Err(error) = &self.source.0 {
            let message = format!("the address given to '--source <SOURCE>' {error}");
            return Err(Cli::command().error(ErrorKind::ValueValidation, message));
        }
        if self.min_level > self.max_level {
            let message = format!("--min-level {} is above --max-level {}", self.min_level, self.max_level);
            return Err(Cli::command().error(ErrorKind::ValueValidation, message));
        }
        Ok(self)
    }

    /// Where to listen.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::new(self.host, self.port)
    }

    /// Where pictures come from.
    pub fn source(&self) -> Address {
        self.source.0.clone().expect("parse refuses what is no source")
    }

    /// The levels on offer.
    pub fn ladder(&self) -> Ladder {
        Ladder::new(self.min_level, self.max_level)
            .expect("parse checked that the lowest is not above the highest")
    }

    /// Lines, zones and calibration of a camera, where the cameras file has them.
    pub fn survey(&self, camera: &str) -> Option<&Survey> {
        self.surveys.get(camera)
    }

    /// The file of a model setting; `None` where none is wanted.
    pub fn model(&self, setting: &str) -> Option<PathBuf> {
        match setting {
            _ if self.analytics == Switch::Off => None,
            "" | "none" => None,
            path if path.contains('/') => Some(PathBuf::from(path)),
            name => Some(self.models_dir.join(name)),
        }
    }

    /// Time after which a picture that does not change counts as frozen; `None` where that is no matter.
    pub fn frozen_after(&self) -> Option<Duration> {
        (self.frozen_after > 0).then(|| Duration::from_secs(self.frozen_after.into()))
    }

    /// How long a viewer may take nothing.
    pub fn viewer_timeout(&self) -> Duration {
        Duration::from_secs(self.viewer_timeout.into())
    }
}

/// What is wrong with `.env`, without the values in it.
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

/// A message without what may be an address, or a part of one, since that may hold a password; `None` where
/// it repeats none. An address with blanks in it comes in several pieces: all up to the one with the `@` are
/// left out.
fn without_addresses(message: &str, given: &[String]) -> Option<String> {
    let mut within = false;
    let mut hidden: Vec<&str> = Vec::new();
    for argument in given {
        let value = argument
            .split_once('=')
            .filter(|(flag, _)| flag.starts_with("--"))
            .map_or(&**argument, |(_, value)| value);
        let (begins, ends) = (value.contains("://"), value.contains('@'));
        if (begins || ends || within) && !value.is_empty() {
            hidden.push(value);
        }
        within = (begins || within) && !ends;
    }
    // One may be part of another.
    hidden.sort_by_key(|value| std::cmp::Reverse(value.len()));
    let said = hidden.iter().fold(message.to_owned(), |text, value| text.replace(value, "…"));
    (said != message).then_some(said)
}

/// Every setting as (environment variable, default as text); `None` for one that is unset by default.
pub fn settings() -> Vec<(String, Option<String>)> {
    let command = Cli::command();
    let arguments = command.get_arguments().filter_map(|argument| {
        let name = argument.get_env()?.to_str()?.to_owned();
        let default = argument.get_default_values().first().and_then(|value| value.to_str());
        Some((name, default.filter(|value| !value.is_empty()).map(str::to_owned)))
    });
    arguments.collect()
}

/// Names that look like settings and are none: typing errors, mostly.
fn unknown_settings(names: impl Iterator<Item = String>) -> Vec<String> {
    let known = settings();
    // Set for the tests, which run the program with it.
    let is_known =
        |name: &str| name == "STEADYCAST_TEST_DATA" || known.iter().any(|(setting, _)| setting == name);
    names.filter(|name| name.starts_with(PREFIX) && !is_known(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(flags: &[&str]) -> Result<Config, String> {
        match Task::parse([&["steadycast"], flags].concat()).map_err(|error| error.to_string())? {
            Task::Serve(config) => Ok(*config),
            other => panic!("not to be served: {other:?}"),
        }
    }

    #[test]
    fn an_empty_command_line_shows_the_scene_on_loopback() {
        let config = parse(&[]).expect("every setting has a default");
        assert_eq!(config.address().to_string(), "127.0.0.1:6732");
        assert!(matches!(config.source(), Address::Synthetic(_)));
    }

    #[test]
    fn serve_is_what_happens_without_a_command() {
        let config = parse(&["serve", "--port", "7000"]).expect("valid");
        assert_eq!(config.port, 7000);
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
    fn a_wrong_value_is_named_with_its_setting_and_what_is_allowed() {
        let cases = [
            (["--port", "99999"], "65535"),
            (["--capture-fps", "60"], "1 to 34"),
            (["--file-fps", "fast"], "not a number"),
            (["--min-level", "33"], "multiple of 5 from 30 to 95"),
            (["--capture-width", "12"], "160"),
            (["--snapshot-fps", "0.01"], "0.05 to 10"),
            (["--frozen-after", "90000"], "86400"),
            (["--allowed-origins", "https://a.example/path"], "without a path"),
            (["--host", "everywhere"], "address"),
            (["--detect-confidence", "2"], "0.01 to 1"),
            (["--detect-input", "imagenet"], "rgb01, rgb255 or bgr255"),
            (["--risk-thresholds", "3,2,1"], "rising"),
            (["--analytics", "maybe"], "on, off"),
            (["--cameras", "/nowhere/cameras.toml"], "No such file"),
        ];
        for ([flag, value], allowed) in cases {
            let error = parse(&[flag, value]).expect_err(value);
            assert!(error.contains(flag) && error.contains(value) && error.contains(allowed), "{error}");
        }
        let error = parse(&["--source", "synthetic:people=999999"]).expect_err("too many");
        assert!(error.contains("--source") && error.contains("999999") && error.contains("300"), "{error}");
        let error = parse(&["--min-level", "80", "--max-level", "40"]).expect_err("the wrong way round");
        assert!(error.contains("80") && error.contains("40"), "{error}");
    }

    #[test]
    fn secrets_are_not_shown() {
        let config =
            parse(&["--viewer-token", "hunter2", "--source", "rtsp://me:hunter2@cam/"]).expect("valid");
        assert!(!format!("{config:?}").contains("hunter2"), "{config:?}");
        let token = config.viewer_token.expect("set");
        assert!(token.is("hunter2") && !token.is("hunter") && !token.is(""));
        for source in ["rtsq://me:hunter2@cam/", "hunter2://cam/", "me:hunter2@cam/live"] {
            let error = parse(&["--source", source]).expect_err(source);
            let says = ["--source", "rtsp"].iter().all(|part| error.contains(part));
            assert!(says && !error.contains("hunter2") && !error.contains("cam"), "{error}");
        }
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
    fn an_empty_value_is_none() {
        assert!(parse(&["--file-fps", ""]).expect("valid").file_fps.0.is_none());
        assert_eq!(parse(&["--file-fps", "34"]).expect("valid").file_fps.0, Some(34.0));
    }

    #[test]
    fn an_empty_token_on_the_command_line_is_refused() {
        for flags in [&["--viewer-token", ""][..], &["--viewer-token="], &["serve", "--viewer-token", " "]] {
            let error = parse(flags).expect_err("is empty");
            assert!(error.contains("--viewer-token is empty") && error.contains("everybody"), "{error}");
        }
    }

    #[test]
    fn zero_switches_the_look_for_frozen_pictures_off() {
        let after = |flags: &[&str]| parse(flags).expect("valid").frozen_after();
        assert_eq!(after(&[]), Some(Duration::from_secs(60)));
        assert_eq!(after(&["--frozen-after", "0"]), None);
    }

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

    #[test]
    fn the_sample_file_lists_every_setting_with_its_default() {
        let sample = include_str!("../.env.example");
        let lines: Vec<(String, Option<String>)> = sample
            .lines()
            .filter_map(|line| line.strip_prefix("# ").unwrap_or(line).split_once('='))
            .filter(|(name, _)| name.starts_with(PREFIX))
            .map(|(name, value)| (name.to_owned(), Some(value.to_owned()).filter(|value| !value.is_empty())))
            .collect();
        assert_eq!(lines, settings());
    }
}
