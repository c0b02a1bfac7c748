//! Real media: the clip, an RTSP server (GStreamer's), an RTMP server (nginx), and nginx as a reverse proxy.
//!
//! Each server says what is missing on this machine instead of failing.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

use super::wait::{self, PATIENCE};

/// Path of the Python that has Debian's GObject bindings.
const SYSTEM_PYTHON: &str = "/usr/bin/python3";

/// Path of nginx's RTMP module, from Debian's libnginx-mod-rtmp.
const RTMP_MODULE: &str = "/usr/lib/nginx/modules/ngx_rtmp_module.so";

/// Returns the path of a file of `STEADYCAST_TEST_DATA`, by default `../shared/data`.
///
/// # Errors
/// What to say where the file is missing.
pub fn data(name: &str) -> Result<PathBuf, String> {
    let folder = std::env::var_os("STEADYCAST_TEST_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let path = folder.join(name);
    if path.is_file() { Ok(path) } else { Err(format!("{} is missing", path.display())) }
}

/// Makes a folder of this test's own.
pub fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

/// Returns a port that was free a moment ago.
pub fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .expect("a port is free")
        .port()
}

/// A child process that dies with its owner.
pub struct Daemon(Child);

impl Daemon {
    /// Starts a command, which is then in nobody's way: it reads nothing, and says nothing.
    pub fn start(command: &mut Command) -> Daemon {
        let started = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        Daemon(started.unwrap_or_else(|error| panic!("{command:?} starts: {error}")))
    }

    /// Ends the process without a farewell, like a cable that is pulled.
    pub fn kill(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A server that gives the clip as a stream, and can be killed and started again.
pub trait MediaServer {
    /// Returns the address of the stream.
    fn url(&self) -> String;
    /// Starts the server, and waits until it listens.
    fn start(&mut self);
    /// Ends the server without a farewell.
    fn kill(&mut self);
}

/// Writes the clip's first second again and again, for three minutes, with timestamps. The AVI has none that
/// a stream could use, and a key frame in ten seconds only, for which whoever joins a stream has to wait.
///
/// # Errors
/// What is missing.
fn long_clip(folder: &Path) -> Result<(), String> {
    let clip = data("plaza.avi")?;
    let (second, long) = (folder.join("second.mkv"), folder.join("long.mkv"));
    copy_video(&["-fflags", "+genpts"], &clip, &["-t", "1"], &second)?;
    copy_video(&["-stream_loop", "179"], &second, &[], &long)
}

fn copy_video(input: &[&str], from: &Path, output: &[&str], to: &Path) -> Result<(), String> {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg
        .args(["-v", "error"])
        .args(input)
        .arg("-i")
        .arg(from)
        .args(["-an", "-c:v", "copy"])
        .args(output)
        .arg(to);
    match ffmpeg.stdin(Stdio::null()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("ffmpeg cannot copy the clip: {status}")),
        Err(error) => Err(format!("ffmpeg is missing: {error}")),
    }
}

/// GStreamer's RTSP server.
pub struct Rtsp {
    folder: TempDir,
    port: u16,
    running: Option<Daemon>,
}

impl Rtsp {
    /// Prepares a server, not yet running.
    ///
    /// # Errors
    /// What is missing on this machine.
    pub fn prepare() -> Result<Rtsp, String> {
        let check =
            "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer";
        let found = Command::new(SYSTEM_PYTHON).args(["-c", check]).stderr(Stdio::null()).status();
        if !found.is_ok_and(|status| status.success()) {
            return Err("gir1.2-gst-rtsp-server-1.0 or python3-gi is missing".to_owned());
        }
        let folder = folder();
        long_clip(folder.path())?;
        Ok(Rtsp { folder, port: free_port(), running: None })
    }
}

impl MediaServer for Rtsp {
    fn url(&self) -> String {
        format!("rtsp://127.0.0.1:{}/clip", self.port)
    }

    fn start(&mut self) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/rtsp_server.py");
        let mut command = Command::new(SYSTEM_PYTHON);
        command.arg(script).arg(self.port.to_string()).arg(self.folder.path().join("long.mkv"));
        self.running = Some(Daemon::start(&mut command));
        until_listening(self.port, "the RTSP server");
    }

    fn kill(&mut self) {
        self.running = None;
    }
}

/// nginx's RTMP server, and an ffmpeg that publishes the clip to it.
pub struct Rtmp {
    folder: TempDir,
    port: u16,
    running: Option<(Daemon, Daemon)>,
}

impl Rtmp {
    /// Prepares a server, not yet running.
    ///
    /// # Errors
    /// What is missing on this machine.
    pub fn prepare() -> Result<Rtmp, String> {
        Rtmp::find()?;
        let folder = folder();
        long_clip(folder.path())?;
        Ok(Rtmp { folder, port: free_port(), running: None })
    }
}

impl Rtmp {
    /// Looks for what such a server needs.
    ///
    /// # Errors
    /// What is missing on this machine.
    pub fn find() -> Result<(), String> {
        if !Path::new(RTMP_MODULE).is_file() {
            return Err("libnginx-mod-rtmp is missing".to_owned());
        }
        find_nginx()
    }
}

impl MediaServer for Rtmp {
    fn url(&self) -> String {
        format!("rtmp://127.0.0.1:{}/live/clip", self.port)
    }

    fn start(&mut self) {
        let port = self.port;
        let rtmp =
            format!("rtmp {{ server {{ listen 127.0.0.1:{port}; application live {{ live on; }} }} }}");
        let nginx = start_nginx(self.folder.path(), &format!("load_module {RTMP_MODULE};"), &rtmp);
        until_listening(port, "the RTMP server");
        let mut publish = Command::new("ffmpeg");
        publish.args(["-v", "error", "-re", "-i"]).arg(self.folder.path().join("long.mkv"));
        publish.args(["-an", "-c:v", "copy", "-f", "flv", &self.url()]);
        self.running = Some((nginx, Daemon::start(&mut publish)));
    }

    fn kill(&mut self) {
        self.running = None;
    }
}

/// nginx in front of a server, with everything as it comes but the WebSocket headers.
pub struct Proxy {
    /// Address on which it listens.
    pub address: SocketAddr,
    _running: Daemon,
    _folder: TempDir,
}

impl Proxy {
    /// Starts nginx in front of `upstream`.
    ///
    /// # Errors
    /// What is missing on this machine.
    pub fn start(upstream: SocketAddr) -> Result<Proxy, String> {
        find_nginx()?;
        let (folder, port) = (folder(), free_port());
        let temp = temporary(folder.path());
        let upgrade = "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; \
                       proxy_set_header Connection upgrade;";
        let http = format!(
            "http {{ access_log off; {temp} server {{ listen 127.0.0.1:{port}; \
             location / {{ proxy_pass http://{upstream}; }} \
             location /websocket/ {{ proxy_pass http://{upstream}; {upgrade} }} }} }}"
        );
        let running = start_nginx(folder.path(), "", &http);
        until_listening(port, "the reverse proxy");
        Ok(Proxy {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            _running: running,
            _folder: folder,
        })
    }
}

/// Looks for nginx.
///
/// # Errors
/// That it is missing.
pub fn find_nginx() -> Result<(), String> {
    let found = Command::new("nginx").arg("-v").stderr(Stdio::null()).status();
    found.map(|_| ()).map_err(|error| format!("nginx is missing: {error}"))
}

/// Says in nginx's words that bodies which are kept for a moment lie in a folder.
pub fn temporary(folder: &Path) -> String {
    let line = |kind| format!("{kind}_temp_path {}/{kind};", folder.display());
    ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(line).concat()
}

fn start_nginx(folder: &Path, modules: &str, servers: &str) -> Daemon {
    Daemon::start(&mut nginx(folder, modules, servers))
}

/// Returns the command of nginx with a configuration that it writes into the folder: one process in the
/// foreground, so that killing it ends it.
pub fn nginx(folder: &Path, modules: &str, servers: &str) -> Command {
    let folder_text = folder.display();
    let config = format!(
        "{modules} daemon off; master_process off; pid {folder_text}/nginx.pid; \
         error_log {folder_text}/error.log; events {{ worker_connections 64; }} {servers}\n"
    );
    let path = folder.join("nginx.conf");
    fs::write(&path, config).expect("nginx's configuration can be written");
    let mut command = Command::new("nginx");
    command.arg("-p").arg(folder).arg("-e").arg(folder.join("error.log")).arg("-c").arg(path);
    command
}

/// Waits until somebody listens on a port of this machine, whom `what` names.
pub fn until_listening(port: u16, what: &str) {
    wait::until(&format!("{what} listens"), PATIENCE, || {
        TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
    });
}
