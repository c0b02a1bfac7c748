//! An upload that is kept, and the file beside it that describes it.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{error::UploadError, name, part::PREFIX};
use crate::{source::address::is_upload_name, tools::own};

/// What stands behind an upload's name in the name of the file that describes it.
pub(super) const DESCRIBED: &str = "json";

/// Time after which what describes a video that is not there is taken for left over.
const LEFT_AFTER: Duration = Duration::from_secs(60);

/// What was seen of a video when it was looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// Width of its pictures as shown, pixels.
    pub width: u64,
    /// Height of its pictures as shown, pixels.
    pub height: u64,
    /// Length in seconds; `None` where the file does not say.
    pub seconds: Option<f64>,
    /// Frames a second; `None` where neither the file nor its first pictures tell.
    pub fps: Option<f64>,
    /// Name of the codec, such as `h264`.
    pub codec: Option<String>,
}

/// A video that is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Upload {
    /// Name that the server made: digits, small letters and `-`.
    pub name: String,
    /// What the sender calls it.
    pub original: String,
    /// Size of the file.
    pub bytes: u64,
    /// When it was kept, microseconds since the Unix epoch.
    pub at_us: u64,
    /// What it shows.
    pub seen: Seen,
}

impl Upload {
    /// The upload that a file describes, if it does and the video is there.
    pub(super) fn read(path: &Path) -> Option<Upload> {
        if path.extension()? != DESCRIBED || !is_file(path) {
            return None;
        }
        let upload: Upload = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
        let is_its_name = path.file_stem()?.to_str()? == upload.name;
        (is_its_name && is_upload_name(&upload.name) && is_file(&path.with_extension(""))).then_some(upload)
    }

    /// Where the upload of that name is, if there is one.
    pub(super) fn place(folder: &Path, name: &str) -> Option<PathBuf> {
        let path = is_upload_name(name).then(|| folder.join(name))?;
        Upload::read(&path.with_extension(DESCRIBED)).map(|_| path)
    }

    /// Finds a name that is free in `folder`, and writes what describes it there.
    ///
    /// # Errors
    /// What the disk says.
    pub(super) fn describe(&mut self, folder: &Path) -> io::Result<()> {
        let mut file = loop {
            self.name = name::made(self.at_us);
            match own::make_file(&folder.join(&self.name).with_extension(DESCRIBED)) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                created => break created?,
            }
        };
        let written = file.write_all(json!(self).to_string().as_bytes()).and_then(|()| file.sync_all());
        written.inspect_err(|_| {
            // A torn one describes nothing.
            let _ = fs::remove_file(folder.join(&self.name).with_extension(DESCRIBED));
        })
    }

    /// The upload as it is told: all there is, and `source`, by which a camera plays it.
    pub fn told(&self) -> Value {
        let Upload { name, original, bytes, at_us, seen } = self;
        json!({
            "name": name,
            "source": format!("upload:{name}"),
            "original": original,
            "bytes": bytes,
            "at": name::moment(*at_us).to_string(),
            "width": seen.width,
            "height": seen.height,
            "seconds": seen.seconds,
            "fps": seen.fps,
            "codec": seen.codec,
        })
    }
}

/// An upload whose name is taken away, so that nothing opens it any more; its file goes by
/// [`Withdrawn::delete`], or at the next start.
#[derive(Debug)]
#[must_use = "its file is still there"]
pub struct Withdrawn {
    /// Where the video is now.
    video: PathBuf,
    /// What describes it.
    described: PathBuf,
}

impl Withdrawn {
    /// Takes the name of the upload at `path` away.
    ///
    /// # Errors
    /// What the disk says; of the kind `NotFound` where somebody else was first.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let video = path.with_file_name(format!("{PREFIX}{name}"));
        fs::rename(path, &video)?;
        Ok(Withdrawn { video, described: path.with_extension(DESCRIBED) })
    }

    /// Deletes the video and what describes it; gigabytes take a while.
    ///
    /// # Errors
    /// A folder that cannot be written.
    pub fn delete(self) -> Result<(), UploadError> {
        for path in [self.video, self.described] {
            match fs::remove_file(path) {
                // Another start of the program has cleared up.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                removed => removed?,
            }
        }
        Ok(())
    }
}

/// Whether there is a file at the path itself, and no link to one.
fn is_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file())
}

/// Deletes what describes no video, since the program ended before it was there.
pub(super) fn delete_left(folder: &Path) {
    // Made by the first upload.
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        let is_ours = path.file_stem().and_then(|stem| stem.to_str()).is_some_and(is_upload_name);
        let describes = path.extension().is_some_and(|ending| ending == DESCRIBED);
        // Another program may be about to put the video there.
        let is_old = || age(&path).is_some_and(|age| age > LEFT_AFTER);
        if is_ours && describes && !path.with_extension("").exists() && is_old() {
            // What stays is not listed.
            let _ = fs::remove_file(path);
        }
    }
}

/// Time since a file was last written.
fn age(path: &Path) -> Option<Duration> {
    fs::metadata(path).ok()?.modified().ok()?.elapsed().ok()
}
