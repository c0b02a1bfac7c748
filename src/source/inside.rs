//! A file of a folder, taken hold of so that nothing that lies in the folder leads out of it.
//!
//! In go the two paths, out comes a hold on the file. Whoever reads the file opens [`path`] of the hold: then
//! its name counts no more, nor does what has taken its place meanwhile. What is said of a file that is
//! refused is not here.

use std::{
    fs::{self, File},
    io,
    os::fd::AsRawFd,
    path::Path,
};

use rustix::fs::{Mode, OFlags, open};

/// What a path leads to, links resolved.
pub(super) enum Found {
    /// A plain file of the folder, held.
    File(File),
    /// Something else that lies in the folder, such as a pipe or a folder, or the folder itself.
    Other,
    /// Something outside of the folder; what it is, nobody is told.
    Outside,
}

/// Takes hold of a file that lies in `folder`.
///
/// # Errors
/// What the system says of a path that leads nowhere.
pub(super) fn hold(file: &Path, folder: &Path) -> io::Result<Found> {
    // Opens nothing yet: a pipe would be waited for, and a device may do something.
    let held = File::from(open(file, OFlags::PATH | OFlags::CLOEXEC, Mode::empty())?);
    let place = fs::read_link(path(&held))?;
    if !place.starts_with(folder.canonicalize()?) {
        return Ok(Found::Outside);
    }
    Ok(if held.metadata()?.is_file() { Found::File(held) } else { Found::Other })
}

/// The path by which Linux opens a file that is held (proc(5), `/proc/pid/fd`).
pub(super) fn path(held: &File) -> String {
    format!("/proc/self/fd/{}", held.as_raw_fd())
}

#[cfg(test)]
mod tests {
    use std::{os::unix::fs::symlink, path::PathBuf};

    use rustix::fs::{CWD, mkfifoat};

    use super::*;

    #[test]
    fn what_leads_out_of_the_folder_or_is_no_file_is_not_held() {
        let (folder, elsewhere) =
            (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let [clip, inner, outer, pipe] =
            ["clip", "inner", "outer", "pipe"].map(|name| folder.path().join(name));
        let secret = elsewhere.path().join("secret");
        fs::write(&clip, "a clip").expect("writes");
        fs::write(&secret, "a secret").expect("writes");
        symlink("clip", &inner).expect("links");
        symlink(&secret, &outer).expect("links");
        mkfifoat(CWD, &pipe, Mode::RUSR | Mode::WUSR).expect("the folder takes a pipe");
        let held = |file: &Path| hold(file, folder.path());
        for file in [&clip, &inner] {
            assert!(matches!(held(file), Ok(Found::File(_))), "{file:?}");
        }
        let around: PathBuf = folder.path().join("..").join(elsewhere.path().file_name().expect("a name"));
        let outer_folder = folder.path().join("outer folder");
        symlink(elsewhere.path(), &outer_folder).expect("links");
        for file in [&outer, &secret, &around.join("secret"), &outer_folder] {
            assert!(matches!(held(file), Ok(Found::Outside)), "{file:?}");
        }
        for file in [&pipe, &folder.path().to_owned()] {
            assert!(matches!(held(file), Ok(Found::Other)), "{file:?}");
        }
        assert!(held(&folder.path().join("missing")).is_err());
    }

    #[test]
    fn what_is_held_is_read_although_a_link_has_taken_its_place() {
        let (folder, elsewhere) =
            (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let (clip, secret) = (folder.path().join("clip"), elsewhere.path().join("secret"));
        fs::write(&clip, "a clip").expect("writes");
        fs::write(&secret, "a secret").expect("writes");
        // By another way to the folder, as where its setting is a link.
        let way = elsewhere.path().join("way");
        symlink(folder.path(), &way).expect("links");
        let Ok(Found::File(held)) = hold(&way.join("clip"), &way) else { panic!("is a file inside") };
        fs::remove_file(&clip).expect("is there");
        symlink(&secret, &clip).expect("links");
        assert_eq!(fs::read_to_string(path(&held)).expect("is read"), "a clip");
    }
}
