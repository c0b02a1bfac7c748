//! Why cameras are not changed as asked, in words that say what to do.

use std::{io, path::PathBuf};

use thiserror::Error;

use super::{mistake::Mistake, wrong::Wrong};
use crate::registry::RegistryError;

/// Why cameras are not changed as asked, or the file is not taken over.
#[derive(Debug, Error)]
pub enum RosterError {
    /// The description of a camera is wrong.
    #[error("camera {camera}: {wrong}")]
    Wrong {
        /// Which camera.
        camera: String,
        /// What is wrong.
        wrong: Wrong,
    },
    /// The rules of all cameras are wrong.
    #[error("all cameras: {0}")]
    Rules(Wrong),
    /// The description of a source that is only to be tried is wrong.
    #[error("this source cannot be tried: {0}")]
    Tried(Wrong),
    /// The text of the file is wrong.
    #[error("cameras file {}, {mistake}", path.display())]
    Mistake {
        /// The file.
        path: PathBuf,
        /// What is wrong, and in which line.
        mistake: Mistake,
    },
    /// The file is not read.
    #[error("cameras file {} cannot be read: {why}{}", path.display(), help(why))]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        why: io::Error,
    },
    /// The file holds nothing at all, and there are cameras: whoever writes it may be in the middle of that,
    /// or has lost its text.
    #[error(
        "cameras file {} is empty: write its cameras into it again; or, where none shall be, a comment",
        path.display()
    )]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// Somebody has edited the file between our reading and our writing.
    #[error("nothing was changed: cameras file {} has been changed this moment; try again", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// The file is not written.
    #[error("nothing was changed: cameras file {} cannot be written: {why}{}", path.display(), hint(why))]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        why: io::Error,
    },
    /// A change is not carried out, and the file is not as before either.
    #[error("{refused}; cameras file {} is not as before: {why}; what it says is tried", path.display())]
    Stays {
        /// The file.
        path: PathBuf,
        /// Why it is not.
        why: io::Error,
        /// Why the change is not carried out.
        refused: Box<RosterError>,
    },
    /// Changing a camera met a fault of this program.
    #[error("camera {0}: a fault of this program; its log says more")]
    Fault(String),
    /// The registry refuses.
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

impl RosterError {
    /// What is said of it to everybody: the file by its name alone.
    fn public(&self) -> String {
        let (RosterError::Mistake { path, .. }
        | RosterError::Read { path, .. }
        | RosterError::Empty { path }
        | RosterError::Changed { path }
        | RosterError::Write { path, .. }
        | RosterError::Stays { path, .. }) = self
        else {
            return self.to_string();
        };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        self.to_string().replacen(&path.display().to_string(), &name, 1)
    }

    /// What is told to everybody of it; logs it where that is another one than was told `before`.
    pub(super) fn said(&self, before: Option<&str>) -> String {
        let told = self.public();
        if before != Some(&*told) {
            log::error!("{self}; what runs goes on");
        }
        told
    }

    /// What is wrong with a camera's description.
    pub(super) fn of(camera: &str, wrong: Wrong) -> Self {
        RosterError::Wrong { camera: camera.to_owned(), wrong }
    }
}

/// What helps where a file cannot be exchanged.
fn hint(why: &io::Error) -> &'static str {
    match why.kind() {
        io::ErrorKind::ResourceBusy => {
            "; a file that is mounted by itself cannot be exchanged, mount its folder"
        }
        _ => "",
    }
}

/// What helps where a cameras file is not read.
fn help(why: &io::Error) -> &'static str {
    if why.kind() == io::ErrorKind::NotFound { "; an empty file is a beginning" } else { "" }
}
