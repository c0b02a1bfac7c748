//! The process that looks at an upload: what it may take, what it may open, and what becomes of a video whose
//! sender goes meanwhile.

use std::{
    fs::{self, File},
    io::{ErrorKind, Read, Write},
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
};

use rustix::{
    fs::{CWD, Mode, OFlags, mkfifoat, open},
    io::ioctl_fionbio,
};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::uploads::made;
use crate::support::{
    SCENE, http,
    media::{self, free_port},
    program::{self, FILE, Program},
    server::Server,
    wait::{self, PATIENCE},
};

/// Memory that a process may map besides what it has when it opens a video, in the test of that bound, bytes:
/// the video's pictures have 50 MB each.
const LITTLE: u64 = 8 << 20;

fn pipe(folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(name);
    mkfifoat(CWD, &path, Mode::RUSR | Mode::WUSR).expect("the folder takes a pipe");
    path
}

/// Opens a pipe that somebody is about to read.
fn open_to_write(pipe: &Path) -> File {
    // Without waiting, which would be for ever where the reader has ended.
    let file = wait::until_some("somebody reads the pipe", PATIENCE, || {
        open(pipe, OFlags::WRONLY | OFlags::NONBLOCK, Mode::empty()).ok()
    });
    ioctl_fionbio(&file, false).expect("it is a pipe");
    file.into()
}

/// A shell that does something and then becomes the process that looks at a file.
fn looking(before: &str, file: &Path) -> Command {
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(format!("{before}exec '{FILE}' look-at-upload '{}'", file.display()));
    shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    shell
}

/// A process that is about to look at a file which is a pipe: it waits until the pipe is written.
struct Look {
    child: Child,
    pipe: PathBuf,
    _folder: TempDir,
}

impl Look {
    /// Begins to look once a shell has done `before`; it has its limits when this returns.
    fn begin(before: &str) -> Look {
        let folder = media::folder();
        let pipe = pipe(folder.path(), "upload");
        let child = looking(before, &pipe).spawn().expect("sh is there");
        let look = Look { child, pipe, _folder: folder };
        wait::until("it looks", PATIENCE, || look.threads().iter().any(|name| name == "probe"));
        look
    }

    /// Names of its threads.
    fn threads(&self) -> Vec<String> {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.child.id())).expect("the process is there");
        let name = |task: fs::DirEntry| fs::read_to_string(task.path().join("comm")).ok();
        tasks.flatten().filter_map(name).map(|name| name.trim().to_owned()).collect()
    }

    /// A line of proc(5)'s limits: the one that holds, and how far it may be raised.
    fn limit(&self, name: &str) -> [String; 2] {
        let limits = self.told("limits");
        let line = limits.lines().find_map(|line| line.strip_prefix(name)).expect("Linux tells it");
        let mut words = line.split_whitespace().map(str::to_owned);
        [(); 2].map(|()| words.next().expect("two numbers"))
    }

    /// Bytes that it has mapped.
    fn mapped(&self) -> u64 {
        let status = self.told("status");
        let size = status.lines().find_map(|line| line.strip_prefix("VmSize:")).expect("Linux tells it");
        size.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") * 1024
    }

    fn told(&self, file: &str) -> String {
        fs::read_to_string(format!("/proc/{}/{file}", self.child.id())).expect("the process is there")
    }

    /// What it says of a file, and how it ends.
    fn answer(mut self, file: &[u8]) -> (ExitStatus, Value) {
        // It may end before it has read all of it.
        let _ = open_to_write(&self.pipe).write_all(file);
        let ended = || self.child.try_wait().expect("it can be waited for");
        let status = wait::until_some("the look ends", 6 * PATIENCE, ended);
        let mut said = Vec::new();
        self.child.stdout.take().expect("it is piped").read_to_end(&mut said).expect("is read");
        (status, serde_json::from_slice(&said).unwrap_or_default())
    }
}

impl Drop for Look {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_look_has_limits_before_it_opens_the_file() {
    let look = Look::begin("");
    assert_eq!(look.limit("Max cpu time"), ["20", "22"]);
    assert_eq!(look.limit("Max open files"), ["64", "64"]);
    for none in ["Max file size", "Max core file size"] {
        assert_eq!(look.limit(none), ["0", "0"], "{none}");
    }
    let [memory, most] = look.limit("Max address space").map(|bytes| bytes.parse::<u64>().expect("bytes"));
    // What it has mapped since then counts as well.
    let above = memory.abs_diff((3 << 30) + look.mapped());
    assert!(memory == most && above < 256 << 20, "{memory} is {above} off");
    assert_eq!(look.told("comm").trim(), "look-at-upload");
    let (status, said) = look.answer(b"This is no video.");
    assert!(status.success() && said["opened"] == false, "{status}: {said}");
}

#[test]
fn a_look_that_needs_more_memory_than_it_may_have_refuses_the_video() {
    let folder = media::folder();
    let large = ["-vf", "scale=7680:4320,setsar=1", "-frames:v", "2", "-c:v", "mjpeg"];
    let clip = made(folder.path(), "large.mkv", &large);
    let answer = |before: &str| {
        let output = looking(before, &clip).output().expect("sh is there");
        (output.status, serde_json::from_slice::<Value>(&output.stdout).unwrap_or_default())
    };
    let (status, said) = answer("");
    assert!(status.success() && said["opened"] == true && said["width"] == 7680, "{status}: {said}");
    let most_kib = (Look::begin("").mapped() + LITTLE) / 1024;
    let (status, said) = answer(&format!("ulimit -v {most_kib}; "));
    assert_ne!(status.code(), Some(127), "it starts with that");
    assert!(!status.success() || said["opened"] == false, "{status}: {said}");
}

#[test]
fn what_whoever_starts_it_has_bounded_is_not_raised() {
    let look = Look::begin("ulimit -n 48; ");
    assert_eq!(look.limit("Max open files"), ["48", "48"]);
}

#[test]
fn a_file_that_leads_elsewhere_is_refused_and_nothing_else_is_opened() {
    let folder = media::folder();
    let clip = made(folder.path(), "other.mkv", &[]).display().to_string();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    listener.set_nonblocking(true).expect("a socket can do that");
    let url = format!("http://{}/other.mkv", listener.local_addr().expect("it is bound"));
    let segments = |to: &str| {
        format!("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1.0,\n{to}\n#EXTINF:1.0,\n{to}\n#EXT-X-ENDLIST\n")
    };
    let manifest = |to: &str| {
        format!(
            "<?xml version=\"1.0\"?>\n<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" type=\"static\" \
             mediaPresentationDuration=\"PT1S\" profiles=\"urn:mpeg:dash:profile:isoff-on-demand:2011\">\
             <Period><AdaptationSet mimeType=\"video/mp4\"><Representation id=\"1\" bandwidth=\"1\">\
             <BaseURL>{to}</BaseURL></Representation></AdaptationSet></Period></MPD>\n"
        )
    };
    let list = |to: &str| format!("ffconcat version 1.0\nfile '{to}'\n");
    let stream = format!(
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {} RTP/AVP 26\n",
        free_port()
    );
    for (name, text) in [
        ("http.m3u8", segments(&url)),
        ("file.m3u8", segments(&clip)),
        ("http.mpd", manifest(&url)),
        ("file.mpd", manifest(&clip)),
        ("http.ffconcat", list(&url)),
        ("file.ffconcat", list(&clip)),
        ("stream.sdp", stream),
        ("http.asx", format!("[Reference]\nRef1={url}\n")),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("writes");
        let output = program::run(&["look-at-upload", &path.display().to_string()], &[]);
        let said: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
        assert_eq!(said["opened"], false, "{name}: {said}");
        assert!(listener.accept().is_err_and(|error| error.kind() == ErrorKind::WouldBlock), "{name}");
    }
}

/// A program that says that it looks by making the file `looks`, and goes on once somebody writes into the
/// pipe `go`.
fn one_that_waits(folder: &Path) -> PathBuf {
    let [text, program, looks] = ["text", "program", "looks"].map(|name| folder.join(name));
    let go = pipe(folder, "go");
    let lines =
        format!("#!/bin/sh\n: > '{}'\nread -r _ < '{}'\nexec {FILE} \"$@\"\n", looks.display(), go.display());
    fs::write(&text, lines).expect("writes");
    // By another process, as below.
    let installed = Command::new("install").args(["-m", "755"]).args([&text, &program]).status();
    assert!(installed.expect("install is there").success());
    program
}

#[test]
fn a_video_is_kept_whose_sender_goes_while_it_is_looked_at_and_what_is_none_is_gone() {
    let folder = media::folder();
    let program = one_that_waits(folder.path());
    let uploads = folder.path().join("uploads");
    let flags = ["--source", SCENE, "--analytics", "off", "--uploads-dir", &uploads.display().to_string()];
    let server = Server::looking_by(&program, &flags);
    let files = || fs::read_dir(&uploads).expect("the first upload has made it").count();
    let listed = || http::get(server.address, "/api/uploads").json()["uploads"].clone();
    let clip = fs::read(made(folder.path(), "walk.mkv", &[])).expect("is there");
    let goes = |name: &str, body: &[u8]| {
        let path = format!("/api/uploads/{name}");
        let mut socket = http::begin(server.address, ("PUT", &path), &[], body.len());
        socket.write_all(body).expect("takes it");
        let looks = folder.path().join("looks");
        wait::until("it is looked at", PATIENCE, || looks.exists());
        fs::remove_file(looks).expect("is there");
        drop(socket);
        open_to_write(&folder.path().join("go")).write_all(b"\n").expect("somebody reads");
    };
    goes("text.mp4", b"This is no video, it is a text, and it goes on for a while.\n");
    wait::until("nothing is left", PATIENCE, || files() == 0);
    goes("walk.mkv", &clip);
    wait::until("it is kept", 3 * PATIENCE, || listed()[0]["original"] == "walk.mkv");
    assert_eq!((files(), &listed()[0]["bytes"]), (2, &json!(clip.len())));
    // Their places are free again, each a moment after its video is listed; one too many is refused.
    let mut begun = Vec::new();
    wait::until("four are on their way", PATIENCE, || {
        begun.push(http::begin(server.address, ("PUT", "/api/uploads/a.mkv"), &[], 1000));
        files() == 6
    });
}

#[test]
fn uploads_are_looked_at_also_where_the_file_of_the_program_is_gone() {
    let folder = media::folder();
    let (file, uploads) = (folder.path().join("steadycast"), folder.path().join("uploads"));
    // Another process writes what is started: one of ours that was just forked would hold it open.
    let copied = Command::new("cp").arg(FILE).arg(&file).status().expect("cp is there");
    assert!(copied.success());
    let flags = ["--source", SCENE, "--uploads-dir", &uploads.display().to_string()];
    let program = Program::start_copy(&file, &flags);
    let clip = fs::read(made(folder.path(), "walk.mkv", &[])).expect("is there");
    let put = |name: &str| http::send_bytes(program.address, ("PUT", name), &[], &clip);
    fs::remove_file(&file).expect("is there");
    let sent = put("/api/uploads/deleted.mkv");
    assert_eq!(sent.status, 201, "{}", sent.text());
    // As by an upgrade, whose program may be another one altogether.
    fs::write(&file, "#!/bin/false\n").expect("writes");
    let sent = put("/api/uploads/exchanged.mkv");
    assert_eq!(sent.status, 201, "{}", sent.text());
}
