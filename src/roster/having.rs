//! Which cameras have a file as their source, by whatever path. Disks, which may be slow, are asked while
//! nothing is held; it is decided in a turn in which no source changes.

use std::{
    collections::HashMap,
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

/// What a file is, whatever path leads to it: its disk, and its number there.
type Identity = (u64, u64);

/// Name of a camera, and its source where that is a file.
pub type FileSource = (String, PathBuf);

/// Returns a turn that `begin` began, and the names of the cameras that have `file` as their source in it.
/// `begin` also tells the sources of all cameras; they stay as they are for as long as the turn is held.
pub fn having<T>(file: &Path, begin: impl FnMut() -> (T, Vec<FileSource>)) -> (T, Vec<String>) {
    having_by(file, begin, identity)
}

/// What [`having`] does, where `look` asks the disk.
fn having_by<T>(
    file: &Path,
    mut begin: impl FnMut() -> (T, Vec<FileSource>),
    look: impl Fn(&Path) -> Option<Identity>,
) -> (T, Vec<String>) {
    let mut known: HashMap<PathBuf, Option<Identity>> = HashMap::new();
    let file = look(file);
    loop {
        let (turn, sources) = begin();
        let unknown: Vec<PathBuf> =
            sources.iter().map(|(_, path)| path).filter(|path| !known.contains_key(*path)).cloned().collect();
        if unknown.is_empty() {
            let is_it = |path: &PathBuf| file.is_some() && known.get(path) == Some(&file);
            let having = sources.into_iter().filter(|(_, path)| is_it(path));
            return (turn, having.map(|(name, _)| name).collect());
        }
        drop(turn);
        for path in unknown {
            let identity = look(&path);
            known.insert(path, identity);
        }
    }
}

/// What the file at a path is; `None` where there is none.
fn identity(path: &Path) -> Option<Identity> {
    fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, os::unix::fs::symlink};

    use parking_lot::Mutex;

    use super::*;

    fn sources(paths: &[&Path]) -> Vec<FileSource> {
        paths.iter().enumerate().map(|(n, path)| (format!("camera{n}"), path.to_path_buf())).collect()
    }

    #[test]
    fn a_file_is_found_by_whatever_path_a_camera_has_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let [clip, same, link, other] =
            ["clip", "same", "link", "other"].map(|name| folder.path().join(name));
        fs::write(&clip, "").expect("writes");
        fs::write(&other, "").expect("writes");
        fs::hard_link(&clip, &same).expect("links");
        symlink(&clip, &link).expect("links");
        let gone = folder.path().join("gone");
        let all = || ((), sources(&[&other, &link, &gone, &same, &clip]));
        assert_eq!(having(&clip, all).1, ["camera1", "camera3", "camera4"]);
        assert!(having(&gone, all).1.is_empty(), "what is not there is nobody's source");
    }

    #[test]
    fn disks_are_asked_while_others_may_have_their_turn_and_a_source_that_comes_meanwhile_counts() {
        let (lock, turns) = (Mutex::new(()), Cell::new(0));
        let [clip, other, late] = ["/clip", "/other", "/late"].map(Path::new);
        let begin = || {
            turns.set(turns.get() + 1);
            // Another camera gets the file while the disk of the first is asked.
            let all = [other, late];
            (lock.lock(), sources(if turns.get() == 1 { &all[..1] } else { &all }))
        };
        let look = |path: &Path| {
            assert!(lock.try_lock().is_some(), "{path:?} is asked for in a turn");
            Some((1, u64::from(path == other)))
        };
        let (turn, names) = having_by(clip, begin, look);
        assert_eq!((names, turns.get()), (vec!["camera1".to_owned()], 3));
        assert!(lock.try_lock().is_none(), "the turn goes on");
        drop(turn);
    }
}
