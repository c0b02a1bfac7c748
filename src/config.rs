//! Every setting once: name, default, meaning, bounds; a group for each stage, in a file of its own.
//!
//! Flags and environment in, a validated [`Config`] out. The command line as a whole is `cli`'s. Stages do
//! not see this type: `app` gives each its own small part.

mod access;
mod analytics;
mod cameras;
mod capture;
mod encode;
mod history;
mod hubs;
mod limits;
mod listen;
mod models;
mod mqtt;
mod notify;
mod sheets;
mod tls;
mod uploads;
pub(crate) mod values;
mod viewers;

use clap::{ArgMatches, Args, Command};

pub(crate) use capture::DEFAULT_WISH;
pub use {
    access::{Access, AccessDatabase, LONG_TOKEN, MetricsFor},
    analytics::Analytics,
    cameras::Cameras,
    capture::Capture,
    encode::Encode,
    history::History,
    hubs::Hubs,
    limits::Limits,
    listen::Listen,
    models::ModelsFolder,
    mqtt::Mqtt,
    notify::Notify,
    sheets::Sheets,
    tls::{Tls, TlsMode},
    uploads::Uploads,
    viewers::Viewers,
};

/// What every environment variable begins with.
pub const PREFIX: &str = "STEADYCAST_";

// The order of the groups is the order of the settings in the help and in `.env.example`.
/// Every setting, validated.
#[derive(Clone, Debug, clap::Args)]
pub struct Config {
    /// Where the server listens.
    #[command(flatten)]
    pub listen: Listen,
    /// Where pictures come from.
    #[command(flatten)]
    pub capture: Capture,
    /// Which servers there are beside this one.
    #[command(flatten)]
    pub hubs: Hubs,
    /// Which levels are offered.
    #[command(flatten)]
    pub encode: Encode,
    /// Who may watch.
    #[command(flatten)]
    pub access: Access,
    /// How connections are encrypted.
    #[command(flatten)]
    pub tls: Tls,
    /// Where cameras are described.
    #[command(flatten)]
    pub cameras: Cameras,
    /// What may be uploaded.
    #[command(flatten)]
    pub uploads: Uploads,
    /// How pictures are analysed.
    #[command(flatten)]
    pub analytics: Analytics,
    /// What is remembered of what cameras saw.
    #[command(flatten)]
    pub history: History,
    /// Who is told what cameras saw.
    #[command(flatten)]
    pub notify: Notify,
    /// Which broker is told what cameras see.
    #[command(flatten)]
    pub mqtt: Mqtt,
    /// Which sheet is kept.
    #[command(flatten)]
    pub sheets: Sheets,
    /// How many viewers there may be.
    #[command(flatten)]
    pub viewers: Viewers,
    /// How much one address or token may take.
    #[command(flatten)]
    pub limits: Limits,
    /// Show the cameras in this terminal while they are served, as `steadycast top` does; q ends both
    #[arg(long)]
    pub tui: bool,
}

impl Config {
    /// Returns the settings, if they go together; `matches` tell where each came from.
    ///
    /// # Errors
    /// What is wrong, with the names of the flags.
    pub(crate) fn checked(mut self, matches: &ArgMatches) -> Result<Config, String> {
        self.access.check(matches)?;
        self.tls.check(self.listen.port, matches)?;
        self.hubs.check()?;
        self.notify.check()?;
        self.mqtt.check()?;
        self.sheets.check()?;
        self.limits.check(matches);
        self.analytics.trim_classes();
        self.capture.check()?;
        self.encode.check()?;
        Ok(self)
    }
}

/// Returns every setting as (environment variable, default as text); `None` for one that is unset by default.
pub fn settings() -> Vec<(String, Option<String>)> {
    let command = Config::augment_args(Command::new("steadycast"));
    let arguments = command.get_arguments().filter_map(|argument| {
        let name = argument.get_env()?.to_str()?.to_owned();
        let default = argument.get_default_values().first().and_then(|value| value.to_str());
        Some((name, default.filter(|value| !value.is_empty()).map(str::to_owned)))
    });
    arguments.collect()
}

/// Returns the environment variables of settings that are secrets or may hold one.
pub(crate) fn secrets() -> Vec<String> {
    let command = Config::augment_args(Command::new("steadycast"));
    let hidden = command.get_arguments().filter(|argument| argument.is_hide_env_values_set());
    hidden.filter_map(|argument| Some(argument.get_env()?.to_str()?.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use clap::FromArgMatches;

    use super::*;
    use crate::{analytics::ModelChoice, source::Address};

    fn parse(flags: &[&str]) -> Result<Config, String> {
        let command = Config::augment_args(Command::new("steadycast"));
        let matches = command
            .try_get_matches_from([&["steadycast"], flags].concat())
            .map_err(|error| error.to_string())?;
        Config::from_arg_matches(&matches).map_err(|error| error.to_string())?.checked(&matches)
    }

    #[test]
    fn an_empty_command_line_shows_the_scene_on_loopback() {
        let config = parse(&[]).expect("every setting has a default");
        assert_eq!(config.listen.address().to_string(), "127.0.0.1:6732");
        assert!(matches!(config.capture.source(), Address::Synthetic(_)));
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
            (["--detect-input", "hsv"], "rgb01, rgb255, bgr255, imagenet or bgr-imagenet"),
            (["--risk-thresholds", "3,2,1"], "rising"),
            (["--analytics", "maybe"], "on, off"),
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
        let token = config.access.viewer_token.expect("set");
        assert!(token.is("hunter2") && !token.is("hunter") && !token.is(""));
        for source in ["rtsq://me:hunter2@cam/", "hunter2://cam/", "me:hunter2@cam/live"] {
            let error = parse(&["--source", source]).expect_err(source);
            let says = ["--source", "rtsp"].iter().all(|part| error.contains(part));
            assert!(says && !error.contains("hunter2") && !error.contains("cam"), "{error}");
        }
    }

    #[test]
    fn one_token_for_viewers_and_admin_is_refused_and_short_ones_are_known() {
        let same = ["--viewer-token", "hunter2", "--admin-token", " hunter2"];
        let error = parse(&same).expect_err("every viewer would be an admin");
        for word in ["--viewer-token", "--admin-token", "the same"] {
            assert!(error.contains(word) && !error.contains("hunter2"), "{error}");
        }
        let none = ["--viewer-token", "hunter2", "--admin-token", "another"];
        assert_eq!(
            parse(&none).expect("valid").access.short_tokens(),
            ["STEADYCAST_VIEWER_TOKEN", "STEADYCAST_ADMIN_TOKEN"]
        );
        let one = ["--viewer-token", "sixteen letters!", "--admin-token", "fifteen letter\u{e4}"];
        assert_eq!(parse(&one).expect("valid").access.short_tokens(), ["STEADYCAST_ADMIN_TOKEN"]);
        assert!(parse(&[]).expect("valid").access.short_tokens().is_empty());
    }

    #[test]
    fn ids_of_revoked_tokens_are_read_without_blanks_and_refused_where_they_are_none() {
        let revoked =
            |ids: &str| parse(&["--tokens-revoked", ids]).map(|config| config.access.tokens_revoked);
        assert_eq!(revoked(" 0af3 , b-7,, ").expect("ids"), ["0af3", "b-7"]);
        for odd in ["hunter2;x", "0af3,hunter2 x", &"hunter2".repeat(10)] {
            let error = revoked(odd).expect_err(odd);
            assert!(error.contains("--tokens-revoked") && !error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn settings_of_tls_that_contradict_each_other_are_refused_by_their_names() {
        let files = ["--tls-cert", "cert.pem", "--tls-key", "key.pem"];
        let with = |flags: &[&str]| parse(&[&files[..], flags].concat()).map(|config| config.tls.mode());
        for (flags, named) in [
            (["--tls", "off"], "--tls off contradicts --tls-cert and --tls-key"),
            (["--tls", "self-signed"], "leave --tls-cert and --tls-key out"),
        ] {
            let error = with(&flags).expect_err(named);
            assert!(error.contains(named), "{error}");
        }
        assert_eq!(with(&[]), Ok(TlsMode::Files));
        assert_eq!(with(&["--tls", "files"]), Ok(TlsMode::Files));
        // An empty line in .env means not set.
        let off = parse(&["--tls", "off", "--tls-cert", "", "--tls-key", ""]).expect("goes together");
        assert_eq!(off.tls.mode(), TlsMode::Off);
    }

    #[test]
    fn plain_http_and_https_on_one_port_are_refused_with_both_settings() {
        let with = |flags: &[&str]| parse(&[&["--tls", "self-signed"], flags].concat());
        // The second has the default port.
        for flags in
            [&["--port", "8443", "--http-redirect-port", "8443"][..], &["--http-redirect-port", "6732"]]
        {
            let error = with(flags).expect_err("one port cannot be both");
            for word in ["STEADYCAST_HTTP_REDIRECT_PORT", "STEADYCAST_PORT", flags[flags.len() - 1], "change"]
            {
                assert!(error.contains(word), "{word}: {error}");
            }
        }
        // Neither is a port: any that is free, and none.
        assert!(with(&["--port", "0", "--http-redirect-port", "0"]).is_ok());
        assert!(with(&["--port", "8443", "--http-redirect-port", "8080"]).is_ok());
    }

    #[test]
    fn whether_a_number_of_connections_was_said_is_known_also_of_the_usual_one() {
        let says = |flags: &[&str]| parse(flags).expect("valid").limits.says_connections;
        assert!(says(&["--max-connections", "20000"]) && !says(&[]));
    }

    #[test]
    fn an_empty_value_is_none() {
        assert!(parse(&["--file-fps", ""]).expect("valid").capture.wish().file_fps.is_none());
        assert_eq!(parse(&["--file-fps", "34"]).expect("valid").capture.wish().file_fps, Some(34.0));
    }

    #[test]
    fn a_model_is_the_one_inside_the_program_unless_one_is_named() {
        let models = |flags: &[&str]| {
            let config = parse(flags).expect("valid");
            [config.analytics.crowd_model(), config.analytics.detect_model()]
        };
        let file = |path: &str| ModelChoice::File(path.into());
        let named =
            ["--detect-model", "yolox_nano", "--models-dir", "/data", "--crowd-model", "./crowd.onnx"];
        assert_eq!(models(&[]), [ModelChoice::Shipped, ModelChoice::Shipped]);
        assert_eq!(
            models(&["--detect-model", "", "--crowd-model", "none"]),
            [ModelChoice::Off, ModelChoice::Shipped]
        );
        assert_eq!(models(&named), [file("./crowd.onnx"), file("/data/yolox_nano.onnx")]);
        assert_eq!(models(&["--detect-model", "detector.onnx"])[1], file("models/detector.onnx"));
        let is_on = |flags: &[&str]| parse(flags).expect("valid").analytics.is_on();
        assert!(is_on(&["--detect-model", "x"]) && !is_on(&["--analytics", "off"]));
    }

    #[test]
    fn zero_switches_the_look_for_frozen_pictures_off() {
        let after = |flags: &[&str]| parse(flags).expect("valid").capture.frozen_after();
        assert_eq!(after(&[]), Some(Duration::from_secs(60)));
        assert_eq!(after(&["--frozen-after", "0"]), None);
    }

    #[test]
    fn history_is_kept_in_a_database_unless_there_is_to_be_none() {
        let settings = |flags: &[&str]| parse(flags).expect("valid").history.settings();
        let usual = settings(&[]).expect("is kept");
        assert_eq!(usual.database.to_str(), Some("data/steadycast.db"));
        assert_eq!(
            (usual.keep.minutes, usual.keep.snapshot_bytes),
            (Duration::from_secs(35 * 86_400), 500_000_000)
        );
        assert!((usual.is_person)("person") && !(usual.is_person)("car"));
        assert!(settings(&["--database", "none"]).is_none() && settings(&["--database", ""]).is_none());
        assert_eq!(settings(&["--event-snapshots-mb", "0"]).expect("is kept").keep.snapshot_bytes, 0);
    }

    #[test]
    fn videos_may_be_uploaded_unless_there_is_to_be_no_folder() {
        let settings = |flags: &[&str]| parse(flags).expect("valid").uploads.settings();
        let usual = settings(&[]).expect("may be");
        assert_eq!(usual.folder.to_str(), Some("data/uploads"));
        assert_eq!((usual.most_bytes, usual.reserve_bytes), (4_000_000_000, 1_000_000_000));
        assert!(settings(&["--uploads-dir", "none"]).is_none() && settings(&["--uploads-dir", ""]).is_none());
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
