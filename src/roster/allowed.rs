//! Which sources may be named over the network: cameras, the scene, and files of one folder.
//!
//! Whoever starts the program may name any source; whoever changes cameras over HTTP may not have this
//! machine open what is none of theirs.

use std::{
    io,
    path::{Component, Path, PathBuf},
};

use serde_json::{Map, Value};

use super::{
    entry::{Entry, shown},
    wrong::Wrong,
};
use crate::{
    analytics::place_of,
    source::{Address, address::AddressError, is_refused},
};

/// Schemes of streams that a camera is reached by.
const SCHEMES: [&str; 6] = ["rtsp", "rtsps", "rtmp", "rtmps", "http", "https"];

/// Why an address is not taken at which no source may be.
const FORBIDDEN: &str = "leads to a link-local or metadata address; STEADYCAST_ALLOW_SOURCES allows it";

/// What may be named over the network, besides cameras and the scene.
pub struct Allowed<'a> {
    /// Folder whose files may be sources.
    pub media: Option<&'a Path>,
    /// Folder whose models may be named.
    pub models: &'a Path,
    /// Folder whose uploads may be sources.
    pub uploads: Option<&'a Path>,
}

impl Allowed<'_> {
    /// The entry with those changes.
    ///
    /// # Errors
    /// What is wrong with them, or may not be named so.
    pub fn changed(&self, before: &Entry, fields: &Map<String, Value>) -> Result<Entry, Wrong> {
        let mut entry = before.changed(fields)?;
        if let Some(given) = fields.get("source").and_then(Value::as_str) {
            // A client that gives back what it was shown means what there is, with user and password; whoever
            // means none of these writes an empty one, as in rtsp://@host.
            let same = before.source.as_ref().filter(|source| *source == given || shown(source) == given);
            entry.source = Some(same.map_or_else(|| self.source(given), |same| Ok(same.clone()))?);
        }
        let models = [
            ("crowd_model", &entry.crowd_model, &before.crowd_model),
            ("detect_model", &entry.detect_model, &before.detect_model),
        ];
        for (field, given, before) in models {
            if let Some(given) = given.as_ref().filter(|_| given != before) {
                model(field, given, self.models)?;
            }
        }
        Ok(entry)
    }

    /// The source that `text` names, as it is kept: a file by its whole path.
    ///
    /// # Errors
    /// What is no source, or none that may be named so, with what is allowed.
    fn source(&self, text: &str) -> Result<String, Wrong> {
        let address: Address =
            text.parse().map_err(|error: AddressError| Wrong::of("source", error.to_string()))?;
        // A name is looked up where the source is opened.
        if is_refused(&address) {
            return Err(Wrong::of("source", FORBIDDEN));
        }
        match address {
            Address::Synthetic(_) | Address::Webcam(_) => Ok(text.trim().to_owned()),
            Address::Snapshot(_) => Ok(without_empty_user(text.trim(), &address)),
            Address::Stream(ref url) if SCHEMES.contains(&url.scheme()) => {
                Ok(without_empty_user(text.trim(), &address))
            }
            Address::Stream(_) => Err(Wrong::of(
                "source",
                format!("is of a scheme that cannot be set over HTTP; {} can", SCHEMES.join(", ")),
            )),
            Address::File(path) | Address::Media { file: path, .. } => file(&path, self.media),
            Address::Upload(name) => {
                let place = self.uploads.map(|uploads| uploads.join(name));
                // No link, which could lead out of the folder.
                let is_file = |place: PathBuf| place.symlink_metadata().is_ok_and(|found| found.is_file());
                let is_there = place.is_some_and(is_file);
                let known = is_there.then(|| text.trim().to_owned());
                known.ok_or_else(|| Wrong::of("source", "is no upload; /api/uploads lists them"))
            }
        }
    }
}

/// The text of an address without the `@` of a user and a password that are not there.
fn without_empty_user(text: &str, address: &Address) -> String {
    let plain = text.replacen("://@", "://", 1);
    let is_same = plain.parse::<Address>().is_ok_and(|plain| plain == *address);
    if is_same { plain } else { text.to_owned() }
}

/// A model that may be named over HTTP: none, the one inside the program, or one of the folder of models by
/// its name alone.
///
/// # Errors
/// What is none of that.
fn model(field: &'static str, text: &str, folder: &Path) -> Result<(), Wrong> {
    let named = text.trim();
    if named.is_empty() || named == "none" {
        return Ok(());
    }
    let is_there = || {
        let (folder, place) = (folder.canonicalize().ok()?, place_of(folder, named).canonicalize().ok()?);
        (place.starts_with(folder) && place.is_file()).then_some(())
    };
    // One sentence for all, so that nobody finds out which files there are elsewhere.
    let is_name = !named.contains('/') && is_there().is_some();
    is_name.then_some(()).ok_or_else(|| Wrong::of(field, "is no model of the folder STEADYCAST_MODELS_DIR"))
}

/// A file of the folder of media, links in it resolved. Its path begins with the folder's as that is set,
/// also where the folder is a link: by that it is known for one whenever it is opened.
fn file(path: &Path, media: Option<&Path>) -> Result<String, Wrong> {
    let refused = |why: &str| Wrong::of("source", why);
    let media = media.ok_or_else(|| {
        refused("is a file, and no folder is given whose files may be set over HTTP (STEADYCAST_MEDIA_DIR)")
    })?;
    let folder = media.canonicalize().map_err(|error| {
        refused(&format!("is a file, and their folder STEADYCAST_MEDIA_DIR cannot be read: {error}"))
    })?;
    let outside = || {
        refused("leads out of the folder STEADYCAST_MEDIA_DIR, or through a link that does not end in there")
    };
    let found = media.join(path).canonicalize().map_err(|error| match error.kind() {
        // One sentence for all of these, so that nobody finds out which files there are elsewhere.
        _ if !stays(path, media, &folder) => outside(),
        io::ErrorKind::NotFound => refused("is not there in the folder STEADYCAST_MEDIA_DIR"),
        _ => refused(&format!("cannot be read in the folder STEADYCAST_MEDIA_DIR: {error}")),
    })?;
    let inside = found.strip_prefix(folder).map_err(|_| outside())?;
    if !found.is_file() {
        return Err(refused(
            "is in the folder STEADYCAST_MEDIA_DIR, but no file: a folder, for one, is none",
        ));
    }
    media.join(inside).into_os_string().into_string().map_err(|_| refused("has a name that is no text"))
}

/// Whether a path stays in the folder of media by its words, and through no link. `folder` is `media` with
/// its links resolved.
fn stays(path: &Path, media: &Path, folder: &Path) -> bool {
    let within = path.strip_prefix(media).or_else(|_| path.strip_prefix(folder)).unwrap_or(path);
    let mut place = folder.to_owned();
    within.components().all(|part| match part {
        Component::Normal(name) => {
            place.push(name);
            !place.is_symlink()
        }
        Component::CurDir => true,
        Component::ParentDir | Component::RootDir | Component::Prefix(_) => false,
    })
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use super::*;

    fn source(text: &str, media: Option<&Path>) -> Result<String, Wrong> {
        Allowed { media, models: Path::new("/data"), uploads: None }.source(text)
    }

    #[test]
    fn uploads_may_be_named_that_there_are() {
        let folder = tempfile::tempdir().expect("a folder");
        let name = "20261127-041259-k3x9";
        fs::write(folder.path().join(name), "").expect("writes");
        fs::write(folder.path().join("one"), "").expect("writes");
        symlink("/etc/passwd", folder.path().join("20261127-041259-link")).expect("links");
        let allowed = |uploads| Allowed { media: None, models: Path::new("/data"), uploads };
        let uploads = allowed(Some(folder.path()));
        let source = format!("upload:{name}");
        assert_eq!(uploads.source(&format!(" {source} ")).as_deref(), Ok(&*source));
        for text in [
            "upload:one",
            "upload:20261127-041259-zzzz",
            "upload:20261127-041259-link",
            "upload:../one",
            "upload:",
            "upload:/etc/passwd",
        ] {
            assert!(uploads.source(text).is_err(), "{text}");
        }
        assert!(allowed(None).source(&source).is_err());
    }

    #[test]
    fn cameras_and_the_scene_may_be_named() {
        for text in [
            "rtsp://me:secret@10.0.0.7/live",
            "rtmps://10.0.0.7/live",
            "http://10.0.0.7/video",
            "snapshot:https://10.0.0.7/still.jpg",
            " 0 ",
            "synthetic:people=3",
        ] {
            assert_eq!(source(text, None).as_deref(), Ok(text.trim()));
        }
    }

    #[test]
    fn what_was_shown_keeps_user_and_password_and_an_empty_user_takes_them_away() {
        let allowed = Allowed { media: None, models: Path::new("/nowhere"), uploads: None };
        for (whole, shown, empty, bare) in [
            ("rtsp://me:pw@cam/live", "rtsp://cam/live", "rtsp://@cam/live", "rtsp://cam/live"),
            ("http://me:pw@cam/?u=x", "http://cam/…", "http://@cam/?u=x", "http://cam/?u=x"),
            (
                "snapshot:http://me@cam/a.jpg",
                "snapshot:http://cam/a.jpg",
                " snapshot:http://@cam/a.jpg",
                "snapshot:http://cam/a.jpg",
            ),
        ] {
            let before = Entry { source: Some(whole.to_owned()), ..Entry::default() };
            let given = |source: &str| {
                let fields = Map::from_iter([("source".to_owned(), source.into())]);
                allowed.changed(&before, &fields).expect(source).source.expect("is given")
            };
            assert_eq!([given(shown), given(whole), given(empty)], [whole, whole, bare]);
        }
        let before = Entry { source: Some("rtsp://me:pw@cam/live".to_owned()), ..Entry::default() };
        let back = allowed.changed(&before, &before.shown()).expect("what was shown is taken");
        assert_eq!(back, before, "with what says that there is a password");
        let odd = "rtsp://@me:pw@cam/";
        assert_eq!(source(odd, None).as_deref(), Ok(odd), "its user is @me");
    }

    #[test]
    fn other_schemes_and_tricks_may_not() {
        let media = tempfile::tempdir().expect("a folder");
        for text in [
            "udp://239.0.0.1:1234",
            "tcp://127.0.0.1:22",
            "srt://10.0.0.7:9000",
            "concat:/etc/passwd|/etc/hosts",
            "file:///etc/passwd",
            "/etc/passwd",
            "subfile,,start,0,end,9,,:/etc/passwd",
            "../../etc/passwd",
            "~/.ssh/id_rsa",
            "pipe:0",
            "ftp://10.0.0.7/a.mp4",
            "http://169.254.169.254/latest/meta-data/",
            "http://0xa9fea9fe/latest",
            "snapshot:http://100.100.100.200/",
            "rtsp://[::ffff:169.254.169.254]/live",
            "rtsp://[fd00:ec2::254]/live",
            "",
        ] {
            let why = source(text, Some(media.path())).expect_err(text).to_string();
            assert!(why.starts_with("source ") && !why.contains("passwd"), "{why}");
        }
    }

    #[test]
    fn models_are_named_by_their_names() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("nano.onnx"), "").expect("writes");
        symlink("/etc/passwd", folder.path().join("link.onnx")).expect("links");
        for text in ["", "none", "nano", "nano.onnx"] {
            assert_eq!(model("detect_model", text, folder.path()), Ok(()), "{text}");
        }
        for text in ["/dev/zero", "../nano.onnx", "./nano", "link", "tiny"] {
            assert!(model("detect_model", text, folder.path()).is_err(), "{text}");
        }
    }

    #[test]
    fn files_of_the_folder_may_be_named_and_links_do_not_lead_out_of_it() {
        let (media, elsewhere) =
            (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let (clip, secret) = (media.path().join("clip.mp4"), elsewhere.path().join("secret.mp4"));
        fs::write(&clip, "").expect("writes");
        fs::write(&secret, "").expect("writes");
        symlink(&secret, media.path().join("link.mp4")).expect("links");
        let way = elsewhere.path().join("way");
        symlink(media.path(), &way).expect("links");
        for folder in [media.path(), &way] {
            let whole = folder.join("clip.mp4").display().to_string();
            for text in ["clip.mp4", "./clip.mp4", &clip.display().to_string()] {
                assert_eq!(source(text, Some(folder)).as_deref(), Ok(&*whole), "{text}");
            }
        }
        for text in ["link.mp4", "missing.mp4", &secret.display().to_string()] {
            assert!(source(text, Some(media.path())).is_err(), "{text}");
            assert!(source(text, None).is_err_and(|wrong| wrong.why.contains("STEADYCAST_MEDIA_DIR")));
        }
    }

    #[test]
    fn why_a_file_is_refused_is_told_apart_but_nothing_of_what_is_elsewhere() {
        let (media, elsewhere) =
            (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let secret = elsewhere.path().join("secret.mp4");
        fs::write(&secret, "").expect("writes");
        fs::create_dir(media.path().join("clips")).expect("makes");
        symlink(&secret, media.path().join("link.mp4")).expect("links");
        symlink(elsewhere.path().join("nothing.mp4"), media.path().join("dangling.mp4")).expect("links");
        symlink(elsewhere.path(), media.path().join("way")).expect("links");
        let why = |text: &str, folder: &Path| source(text, Some(folder)).expect_err(text).why;
        let whole = media.path().join("clips/none.mp4").display().to_string();
        for (texts, says) in [
            (&["none.mp4", "clips/none.mp4", &whole][..], "is not there"),
            (&["clips", "."][..], "no file: a folder"),
        ] {
            for text in texts {
                let why = why(text, media.path());
                assert!(why.contains(says) && why.contains("STEADYCAST_MEDIA_DIR"), "{text}: {why}");
            }
        }
        // Whatever is there, or is not.
        let [is_there, is_not] = ["secret.mp4", "none.mp4"].map(|name| elsewhere.path().join(name));
        let outer = [is_there, is_not].map(|path| path.display().to_string());
        let by_link = ["link.mp4", "dangling.mp4", "way/secret.mp4", "way/none.mp4", "../none.mp4"];
        for text in by_link.into_iter().chain(outer.iter().map(String::as_str)) {
            let why = why(text, media.path());
            assert!(why.starts_with("source leads out of the folder"), "{text}: {why}");
        }
        assert!(why("clip.mp4", &media.path().join("gone")).contains("cannot be read: No such file"));
    }
}
