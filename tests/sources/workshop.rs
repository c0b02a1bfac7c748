//! Where the table's files are made: each once, when it is first wanted, in a folder that goes with the run.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

use tempfile::TempDir;

use crate::row::{Material, Row, Table};

/// The scripts of the cameras.
pub fn cameras() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/cameras")
}

/// The folder of all files, and how each is made.
pub struct Workshop {
    folder: TempDir,
    prelude: String,
    files: HashMap<String, (Material, OnceLock<()>)>,
}

impl Workshop {
    /// An empty folder.
    pub fn new(table: &Table) -> Workshop {
        let files =
            table.materials().into_iter().map(|file| (file.file.clone(), (file, OnceLock::new()))).collect();
        let folder = tempfile::tempdir().expect("a folder");
        Workshop { folder, prelude: table.prelude.clone(), files }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Makes a row's files, unless they are there.
    pub fn provide(&self, row: &Row) {
        for name in row.from.iter().chain(Some(&row.file).filter(|_| !row.make.is_empty())) {
            self.make(name);
        }
    }

    /// The file of that name, made if need be; panics where it cannot be made.
    pub fn make(&self, name: &str) -> PathBuf {
        let (file, made) =
            self.files.get(name).unwrap_or_else(|| panic!("no row of the table makes {name:?}"));
        made.get_or_init(|| {
            for part in &file.from {
                self.make(part);
            }
            let output = Command::new("bash")
                .args(["-ec", &format!("{}\n{}", self.prelude, file.make)])
                .env("CAMERAS", cameras())
                .current_dir(self.folder())
                .stdin(Stdio::null())
                .output()
                .expect("bash starts");
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(
                output.status.success() && self.folder().join(name).exists(),
                "{name} cannot be made: {said}"
            );
        });
        self.folder().join(name)
    }
}

/// What a row needs and this machine lacks.
pub fn lacking(row: &Row) -> Option<String> {
    row.needs.iter().find(|tool| !has(tool)).map(|tool| format!("{tool} is missing"))
}

fn has(tool: &str) -> bool {
    let works = |program: &str, arguments: &[&str]| {
        let status = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        status.is_ok_and(|status| status.success())
    };
    match tool {
        "ffmpeg" | "ffprobe" => works(tool, &["-version"]),
        "openssl" => works(tool, &["version"]),
        "python" => works("python3", &["--version"]),
        "gstreamer" => {
            let check = "import gi; gi.require_version('GstRtspServer', '1.0'); \
                         from gi.repository import GstRtspServer";
            works("/usr/bin/python3", &["-c", check])
        }
        "nginx-rtmp" => {
            works("nginx", &["-v"]) && Path::new("/usr/lib/nginx/modules/ngx_rtmp_module.so").is_file()
        }
        "srt" => works("bash", &["-c", "ffmpeg -hide_banner -protocols | grep -qw srt"]),
        _ => panic!("the table needs {tool:?}, which nobody knows how to look for"),
    }
}

/// What every row needs and this machine lacks.
pub fn lacking_for_all() -> Option<String> {
    ["ffmpeg", "python"].iter().find(|tool| !has(tool)).map(|tool| format!("{tool} is missing"))
}
