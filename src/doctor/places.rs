//! The port, folders to write in, files to read, and models.

use std::{
    fs::{self, File},
    io::ErrorKind,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
};

use rustix::fs::statvfs;

use super::finding::{Finding, Grade};

/// Free space below which a disk is soon full.
const LEAST_FREE: u64 = 1_000_000_000;

/// Whether the server can listen.
pub fn port(address: SocketAddr) -> Finding {
    let what = format!("port {}", address.port());
    let Err(refused) = TcpListener::bind(address) else {
        return Finding::good(what, format!("is free on {}", address.ip()));
    };
    let (says, mend) = match refused.kind() {
        ErrorKind::AddrInUse => (
            "is in use: by this program, or by another".to_owned(),
            format!("ss -ltnp 'sport = :{}' shows by which; another port: --port", address.port()),
        ),
        ErrorKind::PermissionDenied => (
            "may be listened on by root alone".to_owned(),
            "ports from 1024 up need no rights: --port".into(),
        ),
        ErrorKind::AddrNotAvailable => (
            format!("{} is no address of this machine", address.ip()),
            "ip address shows which are: --host".into(),
        ),
        _ => (refused.to_string(), "another address or port: --host, --port".to_owned()),
    };
    Finding::of(Grade::Bad, what, says, mend)
}

/// Whether a folder, or the one in which it is to be made, may be written in, and how much room there is.
pub fn folder(what: &str, folder: &Path) -> Finding {
    let place = nearest(folder);
    let shown = folder.display();
    if let Err(error) = tempfile_in(&place) {
        let mend = format!("sudo install -d -o \"$(id -un)\" {shown}");
        return Finding::of(Grade::Bad, what, format!("{shown} cannot be written: {error}"), mend);
    }
    match statvfs(&place).map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize)) {
        Ok(free) if free < LEAST_FREE => Finding::of(
            Grade::Doubtful,
            what,
            format!("{shown}: only {} MB are free", free / 1_000_000),
            format!("df -h {}", place.display()),
        ),
        Ok(free) => Finding::good(what, format!("{shown}, {} GB free", free / 1_000_000_000)),
        Err(error) => Finding::good(what, format!("{shown} ({error})")),
    }
}

/// The folder itself, or the nearest above it that there is.
fn nearest(folder: &Path) -> PathBuf {
    let there = folder.ancestors().find(|place| place.is_dir());
    there.filter(|place| !place.as_os_str().is_empty()).unwrap_or_else(|| Path::new(".")).to_owned()
}

/// Makes a file in a folder, and takes it away.
fn tempfile_in(folder: &Path) -> std::io::Result<()> {
    let file = folder.join(format!(".steadycast-doctor-{}", std::process::id()));
    File::create(&file)?;
    fs::remove_file(file)
}

/// Whether a file can be read.
pub fn file(what: &str, file: &Path) -> Finding {
    let shown = file.display();
    match File::open(file) {
        Ok(_) => Finding::good(what, shown.to_string()),
        Err(error) => {
            let mend = match error.kind() {
                ErrorKind::PermissionDenied => format!("sudo setfacl -m u:$(id -un):r {shown}"),
                _ => "look at its name in the settings".to_owned(),
            };
            Finding::of(Grade::Bad, what, format!("{shown}: {error}"), mend)
        }
    }
}

/// Cameras that are described wrongly, or models that are set and missing.
pub fn cameras(why: &str) -> Finding {
    Finding::of(Grade::Bad, "cameras", why, "mend it, and run `steadycast doctor` again")
}

/// Models for real cameras.
pub fn models(folder: &Path) -> Finding {
    let found = fs::read_dir(folder).into_iter().flatten().flatten();
    let names: Vec<String> = found
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".onnx") && !["crowd.onnx", "detector.onnx"].contains(&name.as_str()))
        .collect();
    if names.is_empty() {
        return Finding::of(
            Grade::Doubtful,
            "models",
            format!("none for real cameras in {}", folder.display()),
            "steadycast models get yolox_nano, then --detect-model yolox_nano",
        );
    }
    Finding::good("models", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_is_in_use_is_bad_and_says_who_can_tell() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let found = port(address);
        assert!(found.grade == Grade::Bad && found.mend.is_some_and(|mend| mend.contains("ss -ltnp")));
        drop(listener);
        assert_eq!(port(address).grade, Grade::Good);
    }

    #[test]
    fn a_folder_that_is_to_be_made_is_looked_at_where_it_is_to_be() {
        let folder_of_test = tempfile::tempdir().expect("a folder");
        let inner = folder_of_test.path().join("a/b");
        let found = folder("history", &inner);
        assert!(found.says.contains("a/b"), "{found:?}");
        assert!(found.grade != Grade::Bad && !inner.exists(), "{found:?}");
        assert_eq!(fs::read_dir(folder_of_test.path()).expect("is there").count(), 0, "nothing is left");
        let no_folder = folder("history", Path::new("/proc/nothing"));
        assert_eq!(no_folder.grade, Grade::Bad, "{no_folder:?}");
    }

    #[test]
    fn shipped_models_are_none_for_real_cameras() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("detector.onnx"), "").expect("can be written");
        assert_eq!(models(folder.path()).grade, Grade::Doubtful);
        fs::write(folder.path().join("yolox_nano.onnx"), "").expect("can be written");
        assert_eq!(models(folder.path()), Finding::good("models", "yolox_nano.onnx"));
    }
}
