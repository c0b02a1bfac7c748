//! The folder of uploads, without a program that looks at them.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    time::{Duration, SystemTime},
};

use super::{entry::Seen, *};

fn uploads(folder: &Path) -> Uploads {
    let settings = UploadSettings { folder: folder.to_owned(), most_bytes: 1000, reserve_bytes: 0 };
    Uploads::new(Some(settings), PathBuf::from("/nowhere"))
}

/// An upload that is kept in a folder.
fn kept(folder: &Path, at_us: u64) -> Upload {
    let seen = Seen { width: 4, height: 3, seconds: None, fps: Some(25.0), codec: None };
    let (name, original) = (String::new(), "clip.mp4".to_owned());
    let mut upload = Upload { name, original, bytes: 3, at_us, seen };
    upload.describe(folder).expect("writes");
    fs::write(folder.join(&upload.name), "abc").expect("writes");
    upload
}

#[test]
fn what_is_kept_is_listed_and_deleted_and_nothing_else_is_touched() {
    let folder = tempfile::tempdir().expect("a folder");
    let (first, second) = (kept(folder.path(), 7), kept(folder.path(), 8));
    let mine = ["mine.json", "package.json", "mine.mp4", "mine", "20261127-041259-k3x9"];
    for name in mine {
        fs::write(folder.path().join(name), "{}").expect("writes");
    }
    let link = kept(folder.path(), 9);
    fs::remove_file(folder.path().join(&link.name)).expect("is there");
    symlink("/etc/passwd", folder.path().join(&link.name)).expect("links");
    let uploads = uploads(folder.path());
    assert_eq!(uploads.list().expect("is read"), [second.clone(), first.clone()]);
    let told = first.told();
    assert_eq!(
        (told["source"].clone(), told["at"].clone()),
        (format!("upload:{}", first.name).into(), "1970-01-01T00:00:00.000007Z".into())
    );
    uploads.withdraw(&first.name).expect("is withdrawn").delete().expect("is deleted");
    assert_eq!(uploads.list().expect("is read"), [second]);
    for name in [&*first.name, "mine.mp4", "mine", "20261127-041259-k3x9", &*link.name, "../uploads", ""] {
        assert!(matches!(uploads.withdraw(name), Err(UploadError::Unknown(_))), "{name}");
    }
    assert!(mine.iter().all(|name| folder.path().join(name).exists()));
}

#[test]
fn nobody_else_may_read_what_describes_an_upload() {
    let folder = tempfile::tempdir().expect("a folder");
    let upload = kept(folder.path(), 7);
    let described = folder.path().join(&upload.name).with_extension(DESCRIBED);
    assert_eq!(fs::metadata(described).expect("is there").permissions().mode() & 0o777, 0o600);
}

#[test]
fn uploads_of_one_second_are_listed_the_newest_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut kept: Vec<Upload> = (0..20).map(|n| kept(folder.path(), 7_000_000 + n / 2)).collect();
    // Two of one moment stand by their names.
    kept.sort_by(|one, other| (other.at_us, &other.name).cmp(&(one.at_us, &one.name)));
    assert_eq!(uploads(folder.path()).list().expect("is read"), kept);
}

#[test]
fn a_withdrawn_upload_is_found_by_nobody_and_goes_at_the_next_start_at_the_latest() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = || fs::read_dir(folder.path()).expect("is there").count();
    let (slow, left) = (kept(folder.path(), 7), kept(folder.path(), 8));
    let uploads = uploads(folder.path());
    let withdrawn = uploads.withdraw(&slow.name).expect("is withdrawn");
    assert_eq!(uploads.list().expect("is read"), std::slice::from_ref(&left));
    assert!(!folder.path().join(&slow.name).exists() && files() == 4, "the file itself is still there");
    assert!(matches!(uploads.withdraw(&slow.name), Err(UploadError::Unknown(_))));
    withdrawn.delete().expect("is deleted");
    assert_eq!(files(), 2);
    // As by a program that is killed before the file is gone.
    drop(uploads.withdraw(&left.name).expect("is withdrawn"));
    let next = Uploads::new(uploads.settings.clone(), PathBuf::from("/nowhere"));
    assert!(next.list().expect("is read").is_empty());
    assert_eq!(files(), 1, "what describes nothing goes later");
}

#[test]
fn what_describes_a_video_that_never_came_goes_at_the_next_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let (whole, torn, new) = (kept(folder.path(), 7), kept(folder.path(), 8), kept(folder.path(), 9));
    for gone in [&torn, &new] {
        fs::remove_file(folder.path().join(&gone.name)).expect("is there");
    }
    let described =
        fs::File::options().write(true).open(folder.path().join(&torn.name).with_extension(DESCRIBED));
    let yesterday = SystemTime::now() - Duration::from_secs(86_400);
    described.and_then(|file| file.set_modified(yesterday)).expect("is ours");
    assert_eq!(uploads(folder.path()).list().expect("is read"), [whole]);
    // Another program may be about to put the video of the new one there.
    assert_eq!(fs::read_dir(folder.path()).expect("is there").count(), 3);
}

#[test]
fn a_folder_that_is_not_there_yet_holds_nothing_and_none_takes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(uploads(&folder.path().join("later")).list().expect("is read"), []);
    let none = Uploads::new(None, PathBuf::from("/nowhere"));
    assert!(
        matches!(none.list(), Err(UploadError::Off)) && matches!(none.begin(None), Err(UploadError::Off))
    );
}
