//! Why a model is not used, or gave no result.

use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why a model is not used, or gave no result; each error names the file.
#[derive(Debug, Error)]
pub enum EngineError {
    /// The file is not there, or cannot be read.
    #[error("model {}: {}", path.display(), unread(why))]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        why: std::io::Error,
    },
    /// The file is no model that can run here, and what helps is known.
    #[error("model {} cannot be loaded: it {found}; {help}", path.display())]
    Unfit {
        /// The file.
        path: PathBuf,
        /// What it is, or has, as a verb and what follows.
        found: String,
        /// What to do about it.
        help: String,
    },
    /// The file has what tract cannot make a plan of.
    #[error("model {} cannot be loaded: {why}", path.display())]
    Load {
        /// The file.
        path: PathBuf,
        /// What tract says.
        why: String,
    },
    /// The input or output is not what the caller needs.
    #[error("model {}: its {what} is {found}, expected {expected}", path.display())]
    Shape {
        /// The file.
        path: PathBuf,
        /// Input or output.
        what: &'static str,
        /// What it has.
        found: String,
        /// What is needed.
        expected: &'static str,
    },
    /// What the model gives is laid out like nothing that is known.
    #[error("model {}: {why}", path.display())]
    Unknown {
        /// The file.
        path: PathBuf,
        /// What was found, and what to do.
        why: String,
    },
    /// The model failed on this picture.
    #[error("model {} failed: {why}", path.display())]
    Run {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        why: String,
    },
}

/// Why a model's file is not read, and what helps.
fn unread(why: &std::io::Error) -> String {
    match why.kind() {
        std::io::ErrorKind::NotFound => {
            "there is no such file; `steadycast models list` names those that can be had".to_owned()
        }
        _ => why.to_string(),
    }
}

impl EngineError {
    /// The file of the model.
    pub fn path(&self) -> &Path {
        match self {
            EngineError::Read { path, .. }
            | EngineError::Unfit { path, .. }
            | EngineError::Load { path, .. }
            | EngineError::Shape { path, .. }
            | EngineError::Unknown { path, .. }
            | EngineError::Run { path, .. } => path,
        }
    }
}

/// A file that is no use here, and what helps; the file's name is added by who knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Unfit {
    /// What it is, or has, as a verb and what follows.
    pub found: String,
    /// What to do about it.
    pub help: String,
}

impl Unfit {
    /// What was found, and what to do about it.
    pub fn new(found: impl Into<String>, help: impl Into<String>) -> Self {
        Unfit { found: found.into(), help: help.into() }
    }

    /// The error about that file.
    pub fn of(self, path: impl Into<PathBuf>) -> EngineError {
        EngineError::Unfit { path: path.into(), found: self.found, help: self.help }
    }
}
