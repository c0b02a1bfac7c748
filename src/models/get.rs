//! Getting a published model: fetched into a part beside its place, gone on with after a break, checked, and
//! only then put into its place.

use std::{
    fs::{self, File, OpenOptions},
    io::{Read, Write},
    path::{Path, PathBuf},
};

use super::{
    catalogue::Entry,
    error::ModelsError,
    shown::shown,
    store::{failed, finish, make_folder, part_of, sha256},
};
use crate::tools::web::{self, Answer};

/// Bytes that are read at once.
const CHUNK: usize = 1 << 16;

/// What getting a model came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Got {
    /// The model has been fetched into this file.
    Fetched(PathBuf),
    /// The published file was there already.
    There(PathBuf),
}

/// Gets a model from `address` into `folder`, and tells `progress` how many bytes there are from time to
/// time.
///
/// # Errors
/// [`ModelsError`]. What has come before a connection broke is kept for the next try; what is not the
/// published file is deleted.
pub(super) fn get(
    entry: &Entry,
    address: &str,
    folder: &Path,
    progress: &mut dyn FnMut(u64),
) -> Result<Got, ModelsError> {
    let place = folder.join(entry.file_name());
    if place.exists() {
        return there(entry, place);
    }
    make_folder(&place)?;
    let part = part_of(&place);
    let have = kept(&part, entry)?;
    if !(entry.has_size(have) && entry.has_sum(&sha256(&part)?)) {
        let answer =
            web::ask(address, have).map_err(|why| ModelsError::Fetch { address: shown(address), why })?;
        Download { entry, address, part: &part }.take(answer, have, progress)?;
    }
    let found = sha256(&part)?;
    if !entry.has_sum(&found) {
        fs::remove_file(&part).map_err(|error| failed(&part, &error))?;
        return Err(ModelsError::Checksum { address: shown(address), found, expected: entry.sums() });
    }
    finish(&part, &place)?;
    Ok(Got::Fetched(place))
}

/// What is to be said of a model whose place is taken.
fn there(entry: &Entry, place: PathBuf) -> Result<Got, ModelsError> {
    if entry.has_sum(&sha256(&place)?) {
        return Ok(Got::There(place));
    }
    let instead = "move it away to get the published one";
    Err(ModelsError::Taken { path: place, instead })
}

/// Bytes that an earlier try has left; a part that is longer than any published file is begun anew.
fn kept(part: &Path, entry: &Entry) -> Result<u64, ModelsError> {
    match fs::metadata(part) {
        Ok(metadata) if metadata.len() <= entry.most_bytes() => Ok(metadata.len()),
        Ok(_) => fs::remove_file(part).map(|()| 0).map_err(|error| failed(part, &error)),
        Err(_) => Ok(0),
    }
}

/// A model on its way.
struct Download<'a> {
    entry: &'a Entry,
    address: &'a str,
    part: &'a Path,
}

impl Download<'_> {
    /// Adds what a server sends to the `have` bytes of the part, or replaces them where it sends everything.
    fn take(&self, answer: Answer, have: u64, progress: &mut dyn FnMut(u64)) -> Result<(), ModelsError> {
        if let Some(whole) = answer.whole.filter(|whole| !self.entry.has_size(*whole)) {
            return Err(self.size(whole));
        }
        let bytes = answer.whole.unwrap_or(self.entry.most_bytes());
        let (mut have, mut file) = self.open(answer.from, have)?;
        let (mut body, mut chunk) = (answer.body, vec![0; CHUNK]);
        progress(have);
        loop {
            let broken = |why: String| ModelsError::Broken { have, bytes, why };
            let read = body.read(&mut chunk).map_err(|error| broken(web::broke(error)))?;
            if read == 0 {
                break;
            }
            file.write_all(&chunk[..read]).map_err(|error| failed(self.part, &error))?;
            have += read as u64;
            progress(have);
            if have > bytes {
                return Err(self.deleted(have));
            }
        }
        match answer.whole {
            Some(whole) if have < whole => {
                Err(ModelsError::Broken { have, bytes, why: "the server hung up".to_owned() })
            }
            // A clean end of what never had a length is its end, as of a page that a network puts in between.
            None if !self.entry.has_size(have) => Err(self.deleted(have)),
            _ => Ok(()),
        }
    }

    /// Deletes what has come and is of another size than the published file; gives the error that says so.
    fn deleted(&self, found: u64) -> ModelsError {
        // One that cannot be deleted is found by its checksum at the next try.
        let _ = fs::remove_file(self.part);
        self.size(found)
    }

    /// Opens the part to be written from byte `from` on, which must be its end or its beginning.
    fn open(&self, from: u64, have: u64) -> Result<(u64, File), ModelsError> {
        let goes_on = from == have && have > 0;
        if !goes_on && from > 0 {
            let why = format!("the server sends the bytes from {from} on, not those from {have} on");
            return Err(ModelsError::Fetch { address: shown(self.address), why });
        }
        let mut options = OpenOptions::new();
        let options = if goes_on { options.append(true) } else { options.write(true).truncate(true) };
        let file = options.create(true).open(self.part).map_err(|error| failed(self.part, &error))?;
        Ok((if goes_on { have } else { 0 }, file))
    }

    fn size(&self, found: u64) -> ModelsError {
        ModelsError::Size { address: shown(self.address), found, bytes: self.entry.sizes() }
    }
}

#[cfg(test)]
mod tests;
