//! What a command line asks for, checked and ready to be done.

use std::path::PathBuf;

use super::{
    doctor::DoctorTask, health::HealthTask, notify_test::NotifyTestTask, shell::ShellTask, token::TokenTask,
    top::TopTask, user::UserTask,
};
use crate::{
    access::Network, config::Config, models::ModelsTask, probe::Probe, scene_files::SceneFiles,
    source::Reason,
};

/// What the program was told to do.
#[derive(Debug)]
pub enum Task {
    /// Serve the camera.
    Serve(Box<Config>),
    /// Write the scene to files.
    Scene(SceneFiles),
    /// Get, add or try models.
    Models(ModelsTask),
    /// Look at a source, and report it.
    Probe {
        /// What is looked at, and how.
        probe: Probe,
        /// Networks at which it may be although they are link-local.
        allowed: Vec<Network>,
        /// Whom the report is for.
        report_as: ReportAs,
    },
    /// Make a signed token.
    Token(TokenTask),
    /// Add, change, list or remove users.
    User(UserTask),
    /// Tell a message by each service.
    NotifyTest(NotifyTestTask),
    /// Show how cameras fare, in a terminal.
    Top(TopTask),
    /// Say whether the server answers.
    Health(HealthTask),
    /// Say what this machine lacks.
    Doctor(Box<DoctorTask>),
    /// Print what shells and `man` read.
    Shell(ShellTask),
    /// Print the description of the interface.
    OpenApi,
    /// Print the licences.
    Licences,
    /// Look at an upload in this process, and report it.
    LookAtUpload(PathBuf),
    /// Report that a source's address cannot be understood.
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
