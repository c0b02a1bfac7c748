//! A drone's stack, brought up by the project's own scripts: a drone publishes, is lost, and comes back.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpStream},
    path::Path,
    process::{Command, Output},
};

use crate::support::{
    http,
    media::{Daemon, Rtmp, data, folder, free_port},
    program::FILE,
    skip,
    wait::{self, PATIENCE},
};

/// A stack on ports of its own; ends when dropped.
struct Stack {
    folder: tempfile::TempDir,
    rtmp: u16,
    address: SocketAddr,
}

impl Stack {
    fn up() -> Stack {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
        let stack = Stack { folder: folder(), rtmp: free_port(), address };
        let brought = stack.run("dev_up.sh", &["--no-viewer", "--database", "none", "--analytics", "off"]);
        let said = String::from_utf8_lossy(&brought.stdout).into_owned();
        assert!(brought.status.success(), "{said}{}", String::from_utf8_lossy(&brought.stderr));
        assert!(said.contains(&format!(":{}/dji", stack.rtmp)), "what to type into the drone: {said}");
        stack
    }

    fn run(&self, script: &str, flags: &[&str]) -> Output {
        Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts").join(script))
            .args(flags)
            .env("DEV_DIR", self.folder.path())
            .env("PROGRAM", FILE)
            .env("RTMP_PORT", self.rtmp.to_string())
            .env("STEADYCAST_PORT", self.address.port().to_string())
            .output()
            .expect("the script starts")
    }

    /// Publishes a clip as the drone would.
    fn drone(&self, clip: &Path) -> Daemon {
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg.args(["-v", "error", "-re", "-stream_loop", "-1", "-i"]).arg(clip);
        ffmpeg.args(["-an", "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "30"]);
        ffmpeg.args(["-f", "flv", &format!("rtmp://127.0.0.1:{}/dji", self.rtmp)]);
        Daemon::start(&mut ffmpeg)
    }

    fn state(&self) -> String {
        let status = http::get(self.address, "/api/status").json();
        status["cameras"][0]["state"].as_str().unwrap_or_default().to_owned()
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        self.run("dev_down.sh", &[]);
    }
}

#[test]
fn a_drone_that_is_lost_and_comes_back_is_shown_again() {
    if let Err(reason) = Rtmp::find() {
        return skip("a_drone_that_is_lost", &reason);
    }
    let clip = match data("plaza.avi") {
        Ok(clip) => clip,
        Err(reason) => return skip("a_drone_that_is_lost", &reason),
    };
    let stack = Stack::up();
    let mut drone = stack.drone(&clip);
    wait::until("the drone is seen", PATIENCE * 3, || stack.state() == "streaming");
    drone.kill();
    wait::until("the drone is missed", PATIENCE * 3, || stack.state() != "streaming");
    let _drone = stack.drone(&clip);
    wait::until("the drone is seen again", PATIENCE * 6, || stack.state() == "streaming");
    let info = http::get(stack.address, "/api/stream/info").json();
    assert_eq!(info["rtmp_ingest"], format!("rtmp://127.0.0.1:{}/dji", stack.rtmp), "{info}");
    assert_eq!(info["mjpeg"], format!("http://{}/api/video/stream/main", stack.address), "{info}");
    let again = stack.run("dev_up.sh", &["--no-viewer"]);
    assert!(String::from_utf8_lossy(&again.stderr).contains("is up already"));
    assert!(stack.run("dev_down.sh", &[]).status.success());
    for port in [stack.rtmp, stack.address.port()] {
        assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err(), "port {port} is free again");
    }
}
