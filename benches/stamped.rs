//! Pictures of an RTSP stream that say when they were made: how soon the first one comes, how old they are
//! when they are captured, beside OpenCV's of the same stream, and what somebody gets who joins in the middle
//! of a GOP.
//!
//! The stream comes from GStreamer's RTSP server, whose pictures carry the time as black and white blocks.
//! What is not there is named and left out.

use std::{
    process::Command,
    sync::{
        Arc,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use opencv::{
    core::{Mat, MatTraitConst, MatTraitConstManual},
    videoio::{VideoCaptureTrait, VideoCaptureTraitConst},
};
use steadycast::{
    capture::{Capture, CaptureSettings, Feed, OnFrame, Sinks},
    frame::{Frame, Picture},
    source::{Grabbed, Moment, Reason, ReasonCode},
    tools::metrics::Metrics,
};

use crate::{
    reading::{WISH, next, open, open_by_opencv},
    support::{Bars, Must, Server, free_address},
};

/// Time for which a stream is watched.
const WATCHED: Duration = Duration::from_secs(24);
/// Time after which its pictures count: whoever has just come catches up first, and OpenCV looks at a stream
/// for up to five seconds before it gives a picture.
const SETTLES: Duration = Duration::from_secs(8);

/// Time between two frames of the stream, milliseconds.
const INTERVAL_MS: f64 = 40.0;

/// Number of frames from one key frame to the next, of a stream that is soon joined: two seconds.
const SHORT_GOP: u32 = 50;
/// Number of frames from one key frame to the next, of a camera that is sparing with them: ten seconds.
const LONG_GOP: u32 = 250;

/// Times behind a key frame at which somebody joins the stream whose next one comes after ten seconds. What
/// is left is long enough for a reason to be told.
const JOINED_BEHIND: [Duration; 3] = [Duration::from_secs(2), Duration::from_secs(4), Duration::from_secs(6)];

/// Time between two looks at what is told to whoever waits.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Number of bits of the time that a picture carries, in milliseconds.
const BITS: u32 = 24;
/// Side of the block that shows one of them, pixels.
const BLOCK: usize = 40;

/// Measures ages of pictures, and joining.
pub fn measure(bars: &mut Bars) {
    ages(bars);
    joins(bars);
}

/// Starts the server with so many frames from one key frame to the next; `None` where it is not to be had.
fn serve(gop: u32) -> Option<Server> {
    let addr = free_address().expect("a port");
    let mut command = Command::new("/usr/bin/python3");
    command.arg("benches/stamped_rtsp.py").args([addr.port().to_string(), gop.to_string()]);
    let server = Server::start(command, addr).ok();
    if server.is_none() {
        println!("GStreamer's RTSP server is not to be had");
    }
    server
}

/// Pictures of a stream: how soon, how old, and how old OpenCV's are, which is shown the stream at the same
/// time.
fn ages(bars: &mut Bars) {
    let Some(server) = serve(SHORT_GOP) else { return };
    let url = format!("rtsp://{}/live", server.addr);
    let began = Instant::now();
    let mut source = open(&url);
    let mut picture = next(&mut source, 0);
    let first = began.elapsed().as_secs_f64();
    bars.note("720p H.264 by RTSP: until the first picture", first, "s", Must::AtMost(1.0));
    // Only now: two at once would share the time until the first picture.
    let theirs = thread::spawn(move || by_opencv(&url, began));
    let mut ages = vec![];
    while began.elapsed() < WATCHED {
        if began.elapsed() > SETTLES {
            ages.push(ms_from(made_ms(&picture), now_ms()) / INTERVAL_MS);
        }
        picture = next(&mut source, 0);
    }
    let name = "720p H.264 by RTSP: age at capture";
    let ours = p50_and_p95(ages);
    for ((share, age), most) in ["p50", "p95"].iter().zip(ours).zip([2.0, 4.0]) {
        bars.note(format!("{name}, {share}"), age, "frames", Must::AtMost(most));
    }
    let Some(theirs) = theirs.join().expect("OpenCV reads") else {
        return println!("{name}, beside OpenCV's: OpenCV opens no RTSP through FFmpeg here");
    };
    let theirs = p50_and_p95(theirs);
    for ((share, ours), theirs) in ["p50", "p95"].iter().zip(ours).zip(theirs) {
        bars.note(format!("{name}, {share}, of OpenCV"), theirs, "frames", Must::Be);
        let more = ours - theirs;
        bars.note(format!("{name}, {share}, above OpenCV's"), more, "frames", Must::AtMost(0.0));
    }
}

/// Returns the ages of pictures that OpenCV reads of the stream, frames; `None` where it opens none.
fn by_opencv(url: &str, began: Instant) -> Option<Vec<f64>> {
    let mut capture = open_by_opencv(url).filter(|capture| capture.is_opened().unwrap_or(false))?;
    let (mut mat, mut ages) = (Mat::default(), vec![]);
    while began.elapsed() < WATCHED {
        assert!(capture.read(&mut mat).expect("OpenCV reads it"), "the stream goes on");
        if began.elapsed() > SETTLES {
            let (now, width) = (now_ms(), mat.cols() as usize);
            let bgr = mat.data_bytes().expect("bytes");
            let made = stamp(|column| bgr[(BLOCK / 2 * width + column) * 3]);
            ages.push(ms_from(made, now) / INTERVAL_MS);
        }
    }
    Some(ages)
}

/// Returns the value that half of them stay below, and the one that 95 % do.
fn p50_and_p95(mut values: Vec<f64>) -> [f64; 2] {
    values.sort_by(f64::total_cmp);
    [50, 95].map(|share| values[values.len() * share / 100])
}

/// What somebody got who joined a stream.
struct Joined {
    /// When the key frame that was waited for was made, as its picture carries it.
    key_ms: u64,
    /// Milliseconds from then until the first picture was captured.
    behind_ms: f64,
    /// Whether the status said to the end that a key frame was waited for.
    told: bool,
}

/// Somebody joins in the middle of a GOP of ten seconds: the picture of the next key frame is captured soon
/// after it was made, none comes before, and until then the status says what is waited for.
fn joins(bars: &mut Bars) {
    let Some(server) = serve(LONG_GOP) else { return };
    let url = format!("rtsp://{}/live", server.addr);
    let (told, keys) = channel();
    let watched = url.clone();
    // Whoever comes first has the stream begin, and keeps it going.
    thread::spawn(move || tell_keys(&watched, &told));
    let gop = Duration::from_secs_f64(f64::from(LONG_GOP) * INTERVAL_MS / 1e3);
    let mut before = keys.recv_timeout(gop).expect("the stream begins with a key frame");
    let (mut worst_ms, mut all_told) = (0.0_f64, 0);
    for behind in JOINED_BEHIND {
        let gone = Duration::from_secs_f64(ms_from(before, now_ms()).max(0.0) / 1e3);
        thread::sleep(behind.saturating_sub(gone));
        let joined = join(&url, &keys, 2 * gop);
        let distance = ms_from(before, joined.key_ms);
        assert!(distance > 0.8 * gop.as_secs_f64() * 1e3, "key frames are {distance} ms apart");
        assert!(joined.behind_ms >= 0.0, "a picture of before the key frame is shown");
        worst_ms = worst_ms.max(joined.behind_ms);
        all_told += u32::from(joined.told);
        before = joined.key_ms;
    }
    let name = "720p H.264 by RTSP, joined in a GOP of 10 s";
    bars.note(format!("{name}: behind the key frame"), worst_ms / 1e3, "s", Must::AtMost(0.3));
    let all = Must::AtLeast(JOINED_BEHIND.len() as f64);
    bars.note(format!("{name}: told to wait for one"), f64::from(all_told), "", all);
}

/// Watches the stream until it ends, and tells when each key frame was made.
fn tell_keys(url: &str, told: &Sender<u64>) {
    let mut source = open(url);
    while let Ok(grabbed) = source.grab() {
        if let Grabbed::Nothing(_) = grabbed {
            continue;
        }
        let Ok(picture) = source.retrieve(Moment { time: Duration::ZERO, number: 0 }) else { return };
        if source.facts().key && told.send(made_ms(&picture)).is_err() {
            return;
        }
    }
}

/// Captures the stream as the server does, until the first picture and within `limit`.
fn join(url: &str, keys: &Receiver<u64>, limit: Duration) -> Joined {
    let (handed_on, frames) = channel::<Arc<Frame>>();
    let on_frame: OnFrame = Box::new(move |frame| {
        // Nobody waits any more once the first picture has come.
        let _ = handed_on.send(Arc::clone(frame));
    });
    let metrics = Metrics::new().expect("names differ");
    let feed = Arc::new(Feed::new("join", 0, &metrics, Sinks { on_frame, on_event: Box::new(|_| {}) }));
    let address = url.parse().expect("an address");
    let settings = CaptureSettings { address, wish: WISH, frozen_after: None };
    let began = Instant::now();
    let capture = Capture::start(Arc::clone(&feed), settings, true, metrics).expect("a thread starts");
    let mut reason = None;
    let first = loop {
        match frames.recv_timeout(LOOK_EVERY) {
            Ok(frame) if !frame.slate => break frame,
            // A slate, or nothing yet.
            _ => reason = feed.report().reason.or(reason),
        }
        assert!(began.elapsed() < limit, "no picture comes: {reason:?}");
    };
    capture.stop();
    // The other client may get it a moment later.
    let key_ms = keys.recv_timeout(limit).expect("key frames go on");
    let waits =
        |why: &Reason| why.code == ReasonCode::NoKeyFrame && why.text.starts_with("waiting for a key frame");
    Joined {
        key_ms,
        behind_ms: ms_from(key_ms, first.captured_us / 1000),
        told: reason.as_ref().is_some_and(waits),
    }
}

/// Returns when the picture was made, by the time that it carries: milliseconds of the wall clock, of which
/// the lowest [`BITS`] bits are known.
fn made_ms(picture: &Picture) -> u64 {
    let Picture::Planes(planes) = picture else { panic!("FFmpeg's pictures are planes") };
    stamp(|column| planes.y[BLOCK / 2 * planes.width + column])
}

/// Returns the number that the blocks show; `bright` is the brightness of a column in their middle row.
fn stamp(bright: impl Fn(usize) -> u8) -> u64 {
    let bit = |n: usize| u64::from(bright(n * BLOCK + BLOCK / 2) > 128);
    (0..BITS as usize).fold(0, |time, n| time << 1 | bit(n))
}

/// Returns the wall clock's milliseconds.
fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_millis() as u64
}

/// Returns the milliseconds from one time to another, of which the lowest [`BITS`] bits are looked at;
/// negative where the second was earlier.
fn ms_from(one: u64, other: u64) -> f64 {
    let apart = other.wrapping_sub(one) & ((1 << BITS) - 1);
    let is_earlier = apart >> (BITS - 1) == 1;
    apart as f64 - if is_earlier { (1_u64 << BITS) as f64 } else { 0.0 }
}
