//! Uploads: videos that somebody sent, stored in one folder, each under a name that the server makes.
//!
//! In come pieces of a body, out come files that are known to be video. While it comes, a file has a name of
//! its own kind; it gets the one under which it can be a source once a child process has decoded some of it.
//! Whatever ends before that leaves nothing behind. Everything here may wait for the disk; what HTTP says is
//! `transport`'s.

mod check;
mod confined;
mod entry;
mod error;
mod name;
mod part;
mod room;
mod settings;

use std::{fs, io, path::PathBuf, sync::Arc};

pub use self::{
    check::{COMMAND, THIS_PROGRAM},
    confined::look,
    entry::{Upload, Withdrawn},
    error::UploadError,
    part::Part,
    settings::UploadSettings,
};
use self::{entry::DESCRIBED, room::Room};
use crate::frame::now_us;

/// Where uploads are kept.
#[derive(Debug)]
pub struct Uploads {
    /// `None` where nobody may upload.
    settings: Option<UploadSettings>,
    /// What uploads that are coming have of the disk.
    room: Arc<Room>,
    /// Program that looks at what was sent, in a process of its own: this one.
    program: PathBuf,
}

impl Uploads {
    /// The uploads of a folder, or none; what was not finished when the program ended is deleted. `program`
    /// is this one.
    pub fn new(settings: Option<UploadSettings>, program: PathBuf) -> Self {
        if let Some(settings) = &settings {
            part::delete_left(&settings.folder);
            entry::delete_left(&settings.folder);
        }
        let room = settings.as_ref().map(|settings| Room::new(settings.reserve_bytes)).unwrap_or_default();
        Uploads { settings, room: Arc::new(room), program }
    }

    /// Begins an upload of `announced` bytes, if the client has said how many.
    ///
    /// # Errors
    /// No uploads, too large a file, too little room, or a folder that cannot be written.
    pub fn begin(&self, announced: Option<u64>) -> Result<Part, UploadError> {
        Part::begin(self.settings()?, &self.room, announced)
    }

    /// Keeps what was sent, if it is a video; `original` is what its sender calls it. Decodes some of it,
    /// which may take seconds.
    ///
    /// # Errors
    /// What is no video, or a disk that takes no more.
    pub fn keep(&self, part: Part, original: &str) -> Result<Upload, UploadError> {
        let folder = &self.settings()?.folder;
        if part.bytes() == 0 {
            return Err(UploadError::Empty);
        }
        let seen = check::look(&self.program, part.path())?;
        let (name, original) = (String::new(), name::shown(original));
        let mut upload = Upload { name, original, bytes: part.bytes(), at_us: now_us(), seen };
        upload.describe(folder)?;
        let path = folder.join(&upload.name);
        part.keep(&path).inspect_err(|_| {
            // What describes no video is not listed, and goes at a later start at the latest.
            let _ = fs::remove_file(path.with_extension(DESCRIBED));
        })?;
        Ok(upload)
    }

    /// Every upload, the newest first; of one moment, by their names.
    ///
    /// # Errors
    /// No uploads, or a folder that cannot be read.
    pub fn list(&self) -> Result<Vec<Upload>, UploadError> {
        let folder = &self.settings()?.folder;
        let entries = match fs::read_dir(folder) {
            // The first upload makes it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut found: Vec<Upload> =
            entries.flatten().filter_map(|entry| Upload::read(&entry.path())).collect();
        found.sort_by(|one, other| (other.at_us, &other.name).cmp(&(one.at_us, &one.name)));
        Ok(found)
    }

    /// File of an upload.
    ///
    /// # Errors
    /// No uploads, or no such one.
    pub fn file(&self, name: &str) -> Result<PathBuf, UploadError> {
        let folder = &self.settings()?.folder;
        Upload::place(folder, name).ok_or_else(|| UploadError::Unknown(name::shown(name)))
    }

    /// Takes an upload's name away, which takes no time: nothing finds it from now on. Who plays it goes on:
    /// [`crate::roster::Roster::by_force`] ends that.
    ///
    /// # Errors
    /// No uploads, no such one, or a folder that cannot be written.
    pub fn withdraw(&self, name: &str) -> Result<Withdrawn, UploadError> {
        Withdrawn::of(&self.file(name)?).map_err(|error| match error.kind() {
            // Somebody else was first.
            io::ErrorKind::NotFound => UploadError::Unknown(name::shown(name)),
            _ => error.into(),
        })
    }

    /// Most bytes of an upload.
    ///
    /// # Errors
    /// No uploads.
    pub fn most_bytes(&self) -> Result<u64, UploadError> {
        Ok(self.settings()?.most_bytes)
    }

    fn settings(&self) -> Result<&UploadSettings, UploadError> {
        self.settings.as_ref().ok_or(UploadError::Off)
    }
}

#[cfg(test)]
mod tests;
