//! `steadycast probe` as a child process with bounds: an address in, its report, exit status, time and memory
//! out.

use std::{
    fs::File,
    io::Read,
    os::unix::process::ExitStatusExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// Address space of a child, KiB: what the program maps without using it, and what a picture of 8K takes
/// several times over.
const ADDRESS_SPACE: u64 = 6 << 20;

/// Beyond the time that a probe looks: starting, opening what hangs, and a busy machine.
const GRACE: Duration = Duration::from_secs(25);

/// Exit status where the address is no address, which the command line says in words of its own.
const REFUSED: i32 = 2;

/// Time between two looks at a child.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// What a probe came to.
pub struct Probed {
    /// How it ended; `None` where it had to be killed.
    pub status: Option<ExitStatus>,
    /// The JSON on its standard output.
    pub report: Option<Value>,
    /// Everything that it wrote.
    pub said: String,
    /// The first picture, where there was one.
    pub picture: Option<Vec<u8>>,
    /// Most memory that it had in use, KiB.
    pub peak_kib: u64,
    /// How long it ran.
    pub took: Duration,
}

/// What to probe, and how.
pub struct Probe<'a> {
    /// The source.
    pub address: &'a str,
    /// How long it looks.
    pub seconds: f64,
    /// The folder that stands for the user's home, and where pictures go.
    pub folder: &'a Path,
    /// Names the picture's file.
    pub key: &'a str,
}

impl Probe<'_> {
    /// Runs it to its end.
    pub fn run(&self) -> Probed {
        let [picture, out, err] =
            ["jpg", "out", "err"].map(|kind| self.folder.join(format!("probe-{}.{kind}", self.key)));
        let began = Instant::now();
        let file = |path: &PathBuf| File::create(path).expect("a file can be written");
        let mut command = Command::new("bash");
        let settings = std::env::vars_os()
            .map(|(name, _)| name)
            .filter(|name| name.to_string_lossy().starts_with("STEADYCAST_"));
        settings.for_each(|name| {
            command.env_remove(name);
        });
        let mut child = command
            .args([
                "-c",
                &format!("ulimit -c 0; ulimit -v {ADDRESS_SPACE}; exec \"$@\""),
                "bash",
                env!("CARGO_BIN_EXE_steadycast"),
            ])
            .args(["probe", self.address, "--json", "--seconds", &self.seconds.to_string(), "--picture"])
            .arg(&picture)
            .env("HOME", self.folder)
            .env_remove("RUST_LOG")
            .current_dir(self.folder)
            .stdin(Stdio::null())
            .stdout(file(&out))
            .stderr(file(&err))
            .spawn()
            .expect("bash starts");
        let (status, peak_kib) = watch(&mut child, began + Duration::from_secs_f64(self.seconds) + GRACE);
        let took = began.elapsed();
        let [out, err] = [out, err].map(|path| take(&path));
        let mut report: Option<Value> = serde_json::from_slice(&out).ok();
        let said = [out, err].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
        if status.and_then(|status| status.code()) == Some(REFUSED) {
            report = said
                .lines()
                .next()
                .map(|line| json!({ "opened": false, "reason_code": "bad_address", "reason": line }));
        }
        let picture = Some(take(&picture)).filter(|picture| !picture.is_empty());
        Probed { status, report, said, picture, peak_kib, took }
    }
}

/// Reads a file and removes it; one that is not there is empty.
fn take(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Ok(mut file) = File::open(path) {
        file.read_to_end(&mut bytes).expect("a file can be read");
        std::fs::remove_file(path).expect("a file can be removed");
    }
    bytes
}

fn watch(child: &mut Child, deadline: Instant) -> (Option<ExitStatus>, u64) {
    let mut peak = 0;
    loop {
        if let Some(status) = child.try_wait().expect("it can be waited for") {
            return (Some(status), peak);
        }
        peak = peak.max(peak_kib(child.id()));
        if Instant::now() > deadline {
            // It may have ended just now.
            let _ = child.kill();
            let _ = child.wait();
            return (None, peak);
        }
        thread::sleep(LOOK_EVERY);
    }
}

/// Most memory that a process has had in use, KiB; 0 once it has ended.
fn peak_kib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

impl Probed {
    /// What no probe of anything may do; `None` where it is well.
    pub fn fault(&self) -> Option<String> {
        let Some(status) = self.status else { return Some(format!("hangs: killed after {:.1?}", self.took)) };
        if let Some(signal) = status.signal() {
            return Some(format!("dies by signal {signal}: {}", self.tail()));
        }
        // The first is what Rust says, the second what a fence does.
        if ["panicked at", "a fault of this program"].iter().any(|words| self.said.contains(words)) {
            return Some(format!("panics: {}", self.tail()));
        }
        match (status.code(), &self.report) {
            (Some(0), Some(report)) if report["opened"] == true => None,
            (Some(1 | REFUSED), Some(report)) if report["opened"] == false => None,
            (code, _) => Some(format!("ends with {code:?} and says: {}", self.tail())),
        }
    }

    fn tail(&self) -> &str {
        let text = self.said.trim_end();
        let from = text.len().saturating_sub(400);
        &text[(from..).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())..]
    }
}
