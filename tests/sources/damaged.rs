//! Damaged files and streams: they may cost their own pictures, never the program, its time or its memory.

use std::{
    fs,
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use fastrand::Rng;

use crate::{
    WORKSHOP,
    faults::Faults,
    is_long,
    mutate::mutated,
    pool::{self, Job},
    probe::Probe,
    support::{
        program::Program,
        skip,
        viewer::{Heard, Viewer},
        wait::PATIENCE,
    },
    turns,
    workshop::lacking_for_all,
};

/// Files that are damaged: of each kind of container, codec and picture one.
const FILES: [&str; 22] = [
    "h264.mp4",
    "h264.mkv",
    "h264.avi",
    "h264.flv",
    "base.ts",
    "raw.h264",
    "raw.mjpeg",
    "vp8.webm",
    "odd.webm",
    "odd.avi",
    "av1.mp4",
    "hevc.mov",
    "anim.gif",
    "still.jpg",
    "still.png",
    "still.webp",
    "still.bmp",
    "still.tiff",
    "old-mpeg4.avi",
    "old-wmv2.asf",
    "sampling-changes.avi",
    "interlaced.ts",
];

/// What the streams of the running server are damaged copies of, with the type that HTTP names.
const STREAMS: [(&str, &str); 4] = [
    ("base.ts", "video/mp2t"),
    ("good.flv", "video/x-flv"),
    ("raw.mjpeg", "video/x-motion-jpeg"),
    ("h264.mkv", "video/x-matroska"),
];

/// How many are damaged in all, and by default; seeds begin with 0.
const ALL: u64 = 2000;
const FEW: u64 = 120;

/// Damaged parts that one connection gives one after the other; a fourth of all go through the running
/// server.
const PARTS: u64 = 20;

/// Memory of a probe at most, KiB: its libraries, and pictures of the largest size that it takes several
/// times over.
const PROBE_MEMORY: u64 = 1 << 20;

/// Memory of the server at most, KiB.
pub const SERVER_MEMORY: u64 = 1 << 20;

/// Probes at once. Each takes a core while it decodes.
const AT_ONCE: usize = 4;

/// How long a good stream may take to be shown after all the bad ones: the longest wait between two tries,
/// and a busy machine.
const RECOVERS_WITHIN: Duration = Duration::from_secs(20);

/// The seed that `STEADYCAST_SEED` names, alone; else as many as are wanted.
pub fn seeds(few: u64, all: u64) -> Vec<u64> {
    match std::env::var("STEADYCAST_SEED") {
        Ok(seed) => vec![seed.parse().expect("STEADYCAST_SEED is a number")],
        Err(_) => (0..if is_long() { all } else { few }).collect(),
    }
}

#[test]
fn no_damaged_file_kills_hangs_or_bloats_a_probe() {
    let name = "no_damaged_file_kills_hangs_or_bloats_a_probe";
    if let Some(reason) = lacking_for_all() {
        return skip(name, &reason);
    }
    let _alone = turns::needs_the_machine();
    let jobs = seeds(FEW, ALL)
        .into_iter()
        .map(|seed| Job { name: format!("seed {seed}"), check: Box::new(move || probed(seed)) });
    pool::run("damaged files", &jobs.collect::<Vec<Job>>(), AT_ONCE);
}

fn probed(seed: u64) -> Faults {
    let mut rng = Rng::with_seed(seed);
    let read = |name: &str| fs::read(WORKSHOP.make(name)).expect("a file can be read");
    // Each file in turn, so that few seeds do as well.
    let name = FILES[seed as usize % FILES.len()];
    let bytes = mutated(&read(name), &read(FILES[rng.usize(..FILES.len())]), &mut rng);
    let path = WORKSHOP.folder().join(format!("damaged-{seed}-{name}"));
    fs::write(&path, bytes).expect("a file can be written");
    let address = path.to_string_lossy().into_owned();
    let probed =
        Probe { address: &address, seconds: 0.5, folder: WORKSHOP.folder(), key: &format!("d{seed}") }.run();
    let mut faults = Faults::default();
    faults.add(probed.fault().map(|fault| format!("{name}: {fault}")));
    let memory = probed.peak_kib;
    faults.unless(memory <= PROBE_MEMORY, || format!("{name}: {memory} KiB of memory"));
    // What fails stays for whoever looks for the reason, until the run ends.
    if faults.text().is_none() {
        fs::remove_file(path).expect("a file can be removed");
    }
    faults
}

#[test]
fn a_small_file_of_a_huge_picture_does_not_bloat_a_probe() {
    let name = "a_small_file_of_a_huge_picture_does_not_bloat_a_probe";
    if let Some(reason) = lacking_for_all() {
        return skip(name, &reason);
    }
    let _others = turns::mostly_waits();
    let address = WORKSHOP.make("bomb.png").to_string_lossy().into_owned();
    let probed = Probe { address: &address, seconds: 0.5, folder: WORKSHOP.folder(), key: "bomb" }.run();
    assert_eq!(probed.fault(), None);
    assert!(probed.report.is_some_and(|report| report["opened"] == false), "{}", probed.said);
    assert!(probed.peak_kib <= PROBE_MEMORY, "{} KiB of memory", probed.peak_kib);
}

/// An HTTP server on loopback that gives damaged streams, a seed for each connection, and then good ones.
struct Stream {
    port: u16,
    ended: Arc<AtomicBool>,
    given: Arc<AtomicUsize>,
}

impl Stream {
    fn start(seeds: Vec<u64>) -> Stream {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port();
        let (ended, given) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let (over, count) = (Arc::clone(&ended), Arc::clone(&given));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if over.load(Ordering::Relaxed) {
                    return;
                }
                let seed = seeds.get(count.fetch_add(1, Ordering::Relaxed)).copied();
                let over = Arc::clone(&over);
                // Whoever hangs up ends its thread.
                thread::spawn(move || give(stream, seed, &over));
            }
        });
        Stream { port, ended, given }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        // Wakes the thread that listens.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
    }
}

/// Answers one request: with the damage of a seed, or without any and at the pace of a camera.
fn give(mut stream: TcpStream, seed: Option<u64>, over: &AtomicBool) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut request = [0; 4096];
    let _ = stream.read(&mut request)?;
    let read = |name: &str| fs::read(WORKSHOP.make(name)).expect("a file can be read");
    let Some(seed) = seed else {
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=cut\r\n\r\n")?;
        let jpegs: Vec<Vec<u8>> = (1..=25).map(|n| read_in("jpegs", n)).collect();
        for jpeg in jpegs.iter().cycle().take_while(|_| !over.load(Ordering::Relaxed)) {
            part(&mut stream, jpeg)?;
            thread::sleep(Duration::from_millis(40));
        }
        return Ok(());
    };
    let mut rng = Rng::with_seed(seed);
    if seed % 5 == 4 {
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=cut\r\n\r\n")?;
        let other = read("base.ts");
        for n in 0..PARTS {
            let jpeg = read_in(
                ["jpegs", "jpegs-422", "jpegs-large", "jpegs-grey"][rng.usize(..4)],
                n as usize % 25 + 1,
            );
            part(&mut stream, &mutated(&jpeg, &other, &mut rng))?;
            thread::sleep(Duration::from_millis(10));
        }
        return Ok(());
    }
    let (name, kind) = STREAMS[seed as usize % 5];
    let (whole, other) = (read(name), read(STREAMS[rng.usize(..STREAMS.len())].0));
    stream.write_all(
        format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n").as_bytes(),
    )?;
    for _ in 0..PARTS {
        stream.write_all(&mutated(&whole, &other, &mut rng))?;
    }
    Ok(())
}

fn part(stream: &mut TcpStream, jpeg: &[u8]) -> std::io::Result<()> {
    stream.write_all(
        format!("--cut\r\nContent-Type: image/jpeg\r\nContent-Length: {}\r\n\r\n", jpeg.len()).as_bytes(),
    )?;
    stream.write_all(jpeg)?;
    stream.write_all(b"\r\n")
}

fn read_in(folder: &str, n: usize) -> Vec<u8> {
    fs::read(WORKSHOP.make(folder).join(format!("{n:03}.jpg"))).expect("a picture can be read")
}

#[test]
fn no_damaged_stream_kills_or_bloats_a_server() {
    let name = "no_damaged_stream_kills_or_bloats_a_server";
    if let Some(reason) = lacking_for_all() {
        return skip(name, &reason);
    }
    let _others = turns::mostly_waits();
    let seeds = seeds(FEW / PARTS, ALL / PARTS);
    let count = seeds.len();
    // Made beforehand: whoever asks for a stream does not wait for ffmpeg.
    for file in
        STREAMS.iter().map(|(name, _)| *name).chain(["jpegs", "jpegs-422", "jpegs-large", "jpegs-grey"])
    {
        WORKSHOP.make(file);
    }
    let stream = Stream::start(seeds);
    let program = Program::start(&["--source", &format!("http://127.0.0.1:{}/video", stream.port)]);
    let mut viewer = Viewer::open(program.address, "/websocket/60");
    // The longest wait between two tries, and what a connection may take.
    let limit = Duration::from_secs(20) * count as u32;
    let began = Instant::now();
    while stream.given.load(Ordering::Relaxed) <= count {
        survive(&mut viewer, &program);
        assert!(
            began.elapsed() < limit,
            "{} streams of {count} in {limit:?}",
            stream.given.load(Ordering::Relaxed)
        );
    }
    let good = Instant::now();
    let mut pictures = 0;
    while pictures < 25 {
        pictures += usize::from(survive(&mut viewer, &program));
        assert!(
            good.elapsed() < RECOVERS_WITHIN,
            "no good picture after {count} damaged streams: {}",
            program.log()
        );
    }
}

/// Takes what comes next; true for a picture.
fn survive(viewer: &mut Viewer, program: &Program) -> bool {
    let heard = viewer.next_within(Duration::from_millis(200));
    assert!(program.peak_kib() < SERVER_MEMORY, "{} KiB of memory", program.peak_kib());
    match heard {
        Some(Heard::Frame(frame)) => !frame.comment.slate,
        Some(Heard::Close(code, reason)) => panic!("closed with {code} {reason}"),
        Some(Heard::Gone) => panic!("the server is gone: {}", program.log()),
        _ => false,
    }
}
