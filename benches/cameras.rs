//! Several cameras in one server: the rate and lateness of each, what changes to one cost those who watch
//! another, what many changes leave behind, a video that is sent meanwhile, and what it costs to give the
//! memory of large cameras back.
//!
//! In: the real clip for what plays files; parts of it can be picked by `--parts`. Out: a table of bars.

#[path = "load/mod.rs"]
mod load;
mod support;

use std::{
    fs::File,
    hint::black_box,
    io::{self, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Command, ExitCode},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use clap::{Parser, ValueEnum};
use load::{
    ages::percentile,
    client::{Steering, ViewerSpec},
    crowd::{CrowdPlan, Outcome, Seat, run_while},
    process::usage,
    record::{Arrived, End, ViewerReport},
};
use serde_json::json;
use steadycast::tools::memory;
use support::{Bars, Must, Server, metric, status, test_data};

/// What can be measured.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Part {
    /// Eight drawn cameras.
    Eight,
    /// Four cameras that play the clip, with both models.
    Four,
    /// A camera that comes while 100 watch another.
    Adding,
    /// Another source while 50 watch.
    Source,
    /// Cameras that come and go 200 times.
    Cycles,
    /// A gigabyte that is uploaded.
    Upload,
    /// Memory that cameras of 3840x2160 have freed.
    Freed,
}

#[derive(Parser)]
struct Cli {
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "eight,four,adding,source,cycles,upload,freed"
    )]
    parts: Vec<Part>,
    /// Given by `cargo bench`; means nothing here.
    #[arg(long, hide = true)]
    bench: bool,
}

/// Level that everybody watches where nothing else is said.
const LEVEL: u8 = 60;

/// Time after which viewers are looked at: rates and windows have settled.
const WARM: Duration = Duration::from_secs(3);

fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut bars = Bars::default();
    for _ in 0..support::rounds() {
        for part in &cli.parts {
            match part {
                Part::Eight => eight(&mut bars),
                Part::Four => four(&mut bars),
                Part::Adding => adding(&mut bars),
                Part::Source => {
                    source(&mut bars);
                    silent(&mut bars);
                }
                Part::Cycles => cycles(&mut bars),
                Part::Upload => upload(&mut bars),
                Part::Freed => freed(&mut bars),
            }
        }
    }
    bars.finish()
}

/// A server with these cameras, described in a file.
fn described(folder: &Path, cameras: &str, settings: &[&str]) -> Server {
    let file = folder.join("cameras.toml");
    std::fs::write(&file, cameras).expect("the folder takes a file");
    Server::steadycast(&[&["--cameras", &file.to_string_lossy()], settings].concat())
        .expect("the server starts")
}

fn seat(server: &Server, camera: &str, level: u8) -> Seat {
    let spec = ViewerSpec {
        path: format!("/websocket/{camera}/{level}"),
        ack: true,
        timeline: true,
        ..ViewerSpec::new(server.addr, Steering::Fixed(level))
    };
    Seat { level, spec }
}

/// Has everybody watch for some seconds while something else is done.
fn watch(server: &Server, seats: Vec<Seat>, seconds: u64, during: impl FnOnce() + Send) -> Outcome {
    let plan = CrowdPlan {
        viewers: seats.len(),
        seats,
        warmup: WARM,
        measured: Duration::from_secs(seconds),
        pid: Some(server.pid()),
    };
    run_while(&plan, during)
}

/// Lowest rate of all viewers, frames a second.
fn slowest(outcome: &Outcome) -> f64 {
    let rates = outcome.viewers.iter().map(|viewer| viewer.report.frames as f64 / outcome.seconds);
    rates.fold(f64::INFINITY, f64::min)
}

/// Share of frames that were taken at most 5 ms late between two looks at the metrics, percent.
fn within_5_ms(before: &str, after: &str, camera: &str) -> f64 {
    let name = "steadycast_capture_lateness_seconds";
    let grown = |name: &str, labels: &str| metric(after, name, labels) - metric(before, name, labels);
    let within = |text: &str| {
        let bucket = format!("{name}_bucket");
        let lines = text.lines().filter(|line| line.contains(&format!("camera=\"{camera}\"")));
        metric(&lines.collect::<Vec<_>>().join("\n"), &bucket, "le=\"0.005\"")
    };
    let all = grown(&format!("{name}_count"), &format!("camera=\"{camera}\""));
    100.0 * (within(after) - within(before)) / all
}

fn eight(bars: &mut Bars) {
    let folder = tempfile::tempdir().expect("a folder");
    let camera = |n: usize| {
        format!("[c{n}]\nsource = \"synthetic:seed={n}\"\nwidth = 640\nheight = 360\nanalytics = false\n")
    };
    let server = described(folder.path(), &(0..8).map(camera).collect::<String>(), &[]);
    let seats = (0..8).map(|n| seat(&server, &format!("c{n}"), LEVEL)).collect();
    let before = server.metrics().expect("metrics");
    let outcome = watch(&server, seats, 20, || {});
    let after = server.metrics().expect("metrics");
    assert_eq!(outcome.ended_early(), None, "all viewers stay");
    let name = "8 cameras of 640x360";
    bars.note(format!("{name}: the slowest viewer"), slowest(&outcome), "FPS", Must::AtLeast(33.0));
    let punctual = (0..8).map(|n| within_5_ms(&before, &after, &format!("c{n}")));
    let least = punctual.fold(f64::INFINITY, f64::min);
    bars.note(format!("{name}: frames at most 5 ms late (p99: 99 %)"), least, "%", Must::AtLeast(99.0));
}

fn four(bars: &mut Bars) {
    let Some(clip) = support::clip() else {
        return println!("4 cameras that play the clip: skipped, {} lacks it", test_data().display());
    };
    let folder = tempfile::tempdir().expect("a folder");
    let clip = clip.canonicalize().expect("is there");
    // The models inside the program are for the drawn scene, and cost as much with any picture; named as
    // files they look at any source.
    let models = std::env::current_dir().expect("a folder").join("models");
    let named = |name: &str| models.join(name).display().to_string();
    let (crowd, detect) = (named("crowd.onnx"), named("detector.onnx"));
    let camera = |n: usize| {
        format!(
            "[c{n}]\nsource = \"{}\"\nfile_fps = 34\ncrowd_model = \"{crowd}\"\n\
             detect_model = \"{detect}\"\n",
            clip.display()
        )
    };
    let server = described(folder.path(), &(0..4).map(camera).collect::<String>(), &["--analytics", "on"]);
    let seats = (0..4)
        .flat_map(|n| [50, 80].map(|level| (n, level)))
        .map(|(n, level)| seat(&server, &format!("c{n}"), level))
        .collect();
    let before = server.metrics().expect("metrics");
    let outcome = watch(&server, seats, 40, || {});
    let after = server.metrics().expect("metrics");
    assert_eq!(outcome.ended_early(), None, "all viewers stay");
    let name = "4 cameras of 720p with both models";
    bars.note(format!("{name}: the slowest viewer"), slowest(&outcome), "FPS", Must::AtLeast(33.0));
    for (model, what) in [("detect", "detections"), ("crowd", "estimates")] {
        let results = |n: usize| {
            let labels = format!("camera=\"c{n}\",model=\"{model}\"");
            let of = |text: &str| metric(text, "steadycast_analytics_results_total", &labels);
            of(&after) - of(&before)
        };
        let results: Vec<f64> = (0..4).map(results).collect();
        let least = results.iter().copied().fold(f64::INFINITY, f64::min);
        let most = results.iter().copied().fold(0.0, f64::max);
        let all = results.iter().sum::<f64>() / outcome.seconds;
        bars.note(format!("{name}: {what} of all, a second"), all, "", Must::Be);
        let fair = format!("{name}: {what}, the least of a camera by the most");
        bars.note(fair, least / most, "", Must::AtLeast(0.8));
    }
}

/// Percentile of the times between two frames of a viewer, of all of them and between two moments, ms.
fn gap(outcome: &Outcome, percent: f64, from: Instant, to: Instant) -> f64 {
    let gaps = |report: &ViewerReport| {
        let arrivals: Vec<Instant> =
            report.timeline.iter().map(|frame| frame.at.at).filter(|at| (from..to).contains(at)).collect();
        arrivals.windows(2).map(|pair| (pair[1] - pair[0]).as_secs_f64() * 1e3).collect::<Vec<f64>>()
    };
    let mut all: Vec<f64> = outcome.viewers.iter().flat_map(|viewer| gaps(&viewer.report)).collect();
    all.sort_by(f64::total_cmp);
    percentile(&all, percent).unwrap_or(f64::NAN)
}

fn adding(bars: &mut Bars) {
    const EACH: Duration = Duration::from_secs(10);
    let server = Server::steadycast(&["--source", "synthetic"]).expect("the server starts");
    let seats = (0..100).map(|_| seat(&server, "main", LEVEL)).collect();
    let body =
        json!({ "name": "gate", "source": "synthetic:seed=2", "width": 640, "height": 360 }).to_string();
    let mut began = Instant::now();
    let outcome = watch(&server, seats, 24, || {
        thread::sleep(WARM + EACH + Duration::from_secs(1));
        began = Instant::now();
        // A camera that stays costs its pictures, which is not what is asked.
        while began.elapsed() < EACH {
            assert_eq!(server.change("POST", "/api/cameras", &body).expect("answers"), 201);
            thread::sleep(Duration::from_millis(500));
            assert_eq!(server.change("DELETE", "/api/cameras/gate", "{}").expect("answers"), 204);
        }
    });
    assert_eq!(outcome.ended_early(), None, "all viewers stay");
    let before = gap(&outcome, 99.0, began - EACH, began);
    let during = gap(&outcome, 99.0, began, began + EACH);
    bars.note("100 watch: p99 of the time between frames", before, "ms", Must::Be);
    bars.note("100 watch while cameras come and go: p99, change", during - before, "ms", Must::AtMost(5.0));
}

fn source(bars: &mut Bars) {
    let folder = tempfile::tempdir().expect("a folder");
    let clip =
        ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=10", "-c:v", "libx264", "-pix_fmt", "yuv420p"];
    let mut ffmpeg = Command::new("ffmpeg");
    let made = ffmpeg.args(["-v", "error"]).args(clip).arg(folder.path().join("small.mp4")).status();
    assert!(made.is_ok_and(|status| status.success()), "ffmpeg makes a clip");
    let settings = ["--source", "synthetic", "--media-dir", &folder.path().to_string_lossy()];
    let server = Server::steadycast(&settings).expect("the server starts");
    let seats = (0..50).map(|_| seat(&server, "main", LEVEL)).collect();
    let mut set = Instant::now();
    let outcome = watch(&server, seats, 8, || {
        thread::sleep(WARM + Duration::from_secs(3));
        set = Instant::now();
        let body = json!({ "source": "small.mp4" }).to_string();
        assert_eq!(server.change("POST", "/set_source", &body).expect("answers"), 200);
    });
    let gone = outcome.viewers.iter().filter(|viewer| viewer.report.end != End::Stopped).count();
    bars.note("another source while 50 watch: disconnected", gone as f64, "", Must::AtMost(0.0));
    let mut times = [0.0_f64; 2];
    for viewer in &outcome.viewers {
        let timeline = &viewer.report.timeline;
        // A sixteenth of the picture is told from the scene by its bytes.
        let scene = timeline.first().expect("frames come").bytes;
        let is_new = |frame: &Arrived| !frame.comment.slate && frame.bytes < scene / 3;
        let after = || timeline.iter().filter(|frame| frame.at.at > set);
        let first = after().find(|frame| frame.comment.slate || is_new(frame)).expect("the scene ends");
        let picture = after().find(|frame| is_new(frame)).expect("the new picture comes");
        for (time, frame) in times.iter_mut().zip([first, picture]) {
            *time = time.max((frame.at.at - set).as_secs_f64());
        }
    }
    let name = "another source while 50 watch";
    bars.note(format!("{name}: slate or picture, the last one's"), times[0], "s", Must::AtMost(0.3));
    bars.note(format!("{name}: picture, the last one's"), times[1], "s", Must::AtMost(1.5));
}

/// Has a source set that never answers: who watches sees the slate, and not the old picture for long.
fn silent(bars: &mut Bars) {
    let server = Server::steadycast(&["--source", "synthetic"]).expect("the server starts");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let body =
        json!({ "source": format!("http://{}/", listener.local_addr().expect("is bound")) }).to_string();
    let seats = (0..50).map(|_| seat(&server, "main", LEVEL)).collect();
    let mut set = Instant::now();
    let outcome = watch(&server, seats, 6, || {
        thread::sleep(WARM + Duration::from_secs(3));
        set = Instant::now();
        assert_eq!(server.change("POST", "/set_source", &body).expect("answers"), 200);
    });
    assert_eq!(outcome.ended_early(), None, "all viewers stay");
    let slate = |report: &ViewerReport| {
        let after = report.timeline.iter().filter(|frame| frame.at.at > set && frame.comment.slate);
        let first = after.map(|frame| frame.at.at).next().expect("a slate comes");
        (first - set).as_secs_f64()
    };
    let last = outcome.viewers.iter().map(|viewer| slate(&viewer.report)).fold(0.0, f64::max);
    bars.note("a silent source while 50 watch: slate, the last one's", last, "s", Must::AtMost(0.3));
}

/// Threads and open files of a process.
fn held(pid: u32) -> [f64; 2] {
    ["task", "fd"].map(|what| {
        std::fs::read_dir(format!("/proc/{pid}/{what}")).expect("a running process").count() as f64
    })
}

fn cycles(bars: &mut Bars) {
    let server = Server::steadycast(&["--source", "synthetic"]).expect("the server starts");
    let seats = (0..30).map(|_| seat(&server, "main", LEVEL)).collect();
    let body =
        json!({ "name": "gate", "source": "synthetic:seed=2", "width": 640, "height": 360 }).to_string();
    let cycle = || {
        assert_eq!(server.change("POST", "/api/cameras", &body).expect("answers"), 201);
        for (method, path) in [
            ("POST", "/api/cameras/gate/stop"),
            ("POST", "/api/cameras/gate/start"),
            ("DELETE", "/api/cameras/gate"),
        ] {
            let told = server.change(method, path, "{}").expect("answers");
            assert!([200, 204].contains(&told), "{method} {path}: {told}");
        }
    };
    let mut grown = [0.0; 3];
    let outcome = watch(&server, seats, 120, || {
        thread::sleep(WARM);
        // What the first ones need once is not left behind by each.
        (0..20).for_each(|_| cycle());
        let look = || {
            // Threads that wait for work of the disk's kind end after ten seconds.
            thread::sleep(Duration::from_secs(12));
            let [threads, files] = held(server.pid());
            [usage(server.pid()).expect("a running process").rss_bytes as f64 / 1e6, threads, files]
        };
        let (before, began) = (look(), Instant::now());
        (0..200).for_each(|_| cycle());
        assert!(began.elapsed() < Duration::from_secs(80), "all the while 30 watch");
        let after = look();
        grown = std::array::from_fn(|n| after[n] - before[n]);
    });
    assert_eq!(outcome.ended_early(), None, "all viewers stay");
    bars.note("200 cameras come and go: memory", grown[0], "MB", Must::AtMost(4.0));
    bars.note("200 cameras come and go: threads", grown[1], "", Must::AtMost(0.0));
    bars.note("200 cameras come and go: open files", grown[2], "", Must::AtMost(0.0));
}

/// Bytes of the video that is sent: a real beginning, and then what a decoder does not get to.
const SENT: usize = 1_000_000_000;

fn upload(bars: &mut Bars) {
    let Some(clip) = support::clip() else {
        return println!("an upload: skipped, {} lacks the clip", test_data().display());
    };
    let clip = std::fs::read(clip).expect("is there");
    let folder = tempfile::tempdir_in(".").expect("a folder");
    let disk = disk_mb_s(folder.path());
    let uploads = folder.path().join("uploads").display().to_string();
    let settings = ["--source", "synthetic", "--uploads-dir", &uploads];
    let server = Server::steadycast(&settings).expect("the server starts");
    let resident = || usage(server.pid()).expect("a running process").rss_bytes as f64 / 1e6;
    let (mut sent, mut most) = ([0.0; 2], 0.0_f64);
    let mut texts = [String::new(), String::new()];
    let is_over = AtomicBool::new(false);
    let before = resident();
    let outcome = watch(&server, vec![seat(&server, "main", LEVEL)], 40, || {
        thread::sleep(WARM);
        texts[0] = server.metrics().expect("metrics");
        let began = Instant::now();
        thread::scope(|scope| {
            let sampler = scope.spawn(|| {
                let mut most = 0.0_f64;
                while !is_over.load(Ordering::Relaxed) {
                    most = most.max(resident());
                    thread::sleep(Duration::from_millis(20));
                }
                most
            });
            let mut stream = begin_upload(&server).expect("the server takes it");
            let mut left = SENT;
            while left > 0 {
                let piece = &clip[..clip.len().min(left)];
                stream.write_all(piece).expect("the server takes it");
                left -= piece.len();
            }
            sent[0] = began.elapsed().as_secs_f64();
            assert_eq!(status(stream).expect("answers"), 201);
            sent[1] = began.elapsed().as_secs_f64();
            is_over.store(true, Ordering::Relaxed);
            most = sampler.join().expect("the sampler does not panic");
        });
        texts[1] = server.metrics().expect("metrics");
    });
    assert_eq!(outcome.ended_early(), None, "the viewer stays");
    let rates = sent.map(|seconds| SENT as f64 / 1e6 / seconds);
    bars.note("1 GB is uploaded: memory", most - before, "MB", Must::AtMost(16.0));
    bars.note("1 GB is uploaded: the disk alone", disk, "MB/s", Must::Be);
    bars.note("1 GB is uploaded: taken", rates[0], "MB/s", Must::AtLeast(f64::min(150.0, disk / 2.0)));
    bars.note("1 GB is uploaded: taken, looked at and kept", rates[1], "MB/s", Must::Be);
    let punctual = within_5_ms(&texts[0], &texts[1], "main");
    bars.note("1 GB is uploaded: frames at most 5 ms late (p99: 99 %)", punctual, "%", Must::AtLeast(99.0));
}

/// Rate at which the disk takes as much, MB/s.
fn disk_mb_s(folder: &Path) -> f64 {
    let (piece, path) = (vec![7; 1 << 20], folder.join("plain"));
    let began = Instant::now();
    let mut file = File::create(&path).expect("the disk takes a file");
    (0..SENT / piece.len()).for_each(|_| file.write_all(&piece).expect("the disk takes it"));
    file.sync_all().expect("the disk takes it");
    let rate = SENT as f64 / 1e6 / began.elapsed().as_secs_f64();
    std::fs::remove_file(path).expect("is there");
    rate
}

fn begin_upload(server: &Server) -> io::Result<TcpStream> {
    let mut stream = TcpStream::connect(server.addr)?;
    write!(
        stream,
        "PUT /api/uploads/large.avi HTTP/1.1\r\nHost: {}\r\nX-Steadycast: 1\r\nContent-Length: {SENT}\r\n\
         Connection: close\r\n\r\n",
        server.addr
    )?;
    Ok(stream)
}

/// Threads of which each held pictures of a camera that is gone.
const HOLDERS: usize = 4;

/// Pictures that each of them held at once, and the size of one of 3840x2160, bytes.
const PICTURES: usize = 8;
const PICTURE: usize = 3840 * 2160 * 3 / 2;

/// Small pieces among large ones that are freed: they stay, so that the allocator gives little of the large
/// ones back by itself.
fn left_between() -> Vec<Vec<u8>> {
    // What has this size is mapped by itself until one such has been freed.
    drop(black_box(vec![1_u8; PICTURE]));
    let pair = |_| (vec![1_u8; PICTURE], vec![1_u8; 64]);
    let (pictures, left): (Vec<_>, Vec<_>) = (0..PICTURES).map(pair).unzip();
    drop(black_box(pictures));
    left
}

fn freed(bars: &mut Bars) {
    let resident = || usage(std::process::id()).expect("a running process").rss_bytes as f64 / 1e6;
    let holders: Vec<_> = (0..HOLDERS).map(|_| thread::spawn(left_between)).collect();
    let left: Vec<_> = holders.into_iter().map(|holder| holder.join().expect("holds and frees")).collect();
    let is_over = AtomicBool::new(false);
    let (given, took, waited) = thread::scope(|scope| {
        let other = scope.spawn(|| {
            let mut longest = Duration::ZERO;
            while !is_over.load(Ordering::Relaxed) {
                let began = Instant::now();
                drop(black_box(vec![0_u8; 100_000]));
                longest = longest.max(began.elapsed());
            }
            longest
        });
        thread::sleep(Duration::from_millis(100));
        let (before, began) = (resident(), Instant::now());
        memory::give_back();
        let took = began.elapsed();
        is_over.store(true, Ordering::Relaxed);
        (before - resident(), took, other.join().expect("allocates to the end"))
    });
    drop(black_box(left));
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    bars.note("4 cameras of 3840x2160 are gone: memory given back", given, "MB", Must::Be);
    bars.note("4 cameras of 3840x2160 are gone: time of that", ms(took), "ms", Must::Be);
    bars.note("4 cameras of 3840x2160 are gone: wait of who allocates", ms(waited), "ms", Must::Be);
}
