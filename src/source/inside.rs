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

/// Takes hold of a file, links resolved; `None` where it lies outside of `folder`, or is no plain file.
///
/// # Errors
/// What the system says of a path that leads nowhere.
pub(super) fn hold(file: &Path, folder: &Path) -> io::Result<Option<File>> {
    // Opens nothing yet: a pipe would be waited for, and a device may do something.
    let held = File::from(open(file, OFlags::PATH | OFlags::CLOEXEC, Mode::empty())?);
    let place = fs::read_link(path(&held))?;
    let is_inside = place.starts_with(folder.canonicalize()?) && held.metadata()?.is_file();
    Ok(is_inside.then_some(held))
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
    fn what_leads_out_of_the_folder_is_not_held() {
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
            assert!(held(file).expect("is there").is_some(), "{file:?}");
        }
        let around: PathBuf = folder.path().join("..").join(elsewhere.path().file_name().expect("a name"));
        for file in [&outer, &pipe, &secret, &around.join("secret"), &folder.path().to_owned()] {
            assert!(held(file).expect("is there").is_none(), "{file:?}");
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
        let held = hold(&way.join("clip"), &way).expect("is there").expect("is inside");
        fs::remove_file(&clip).expect("is there");
        symlink(&secret, &clip).expect("links");
        assert_eq!(fs::read_to_string(path(&held)).expect("is read"), "a clip");
    }
}
