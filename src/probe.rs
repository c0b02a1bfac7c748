//! What a source is, or why it gives no picture: opened once, looked at for a while, described, and closed
//! again.
//!
//! In goes an address, out comes a report for people or machines, and the first picture as a file. Nothing is
//! served or changed.

mod report;

use std::{
    fs,
    path::PathBuf,
    sync::{
        Arc,
        mpsc::{RecvTimeoutError, channel},
    },
    time::{Duration, Instant},
};

use parking_lot::Mutex;

pub use self::report::{Report, failure_json};
use crate::{
    coder::{Coefficients, Huffman},
    frame::Picture,
    nouns::quality::Level,
    source::{
        Address, FIRST_PICTURE_TIMEOUT, Grabbed, Moment, Reason, ReasonCode, Source, SourceError, Wish,
    },
    tools::{
        fence::Around,
        threads::{Role, spawn},
    },
};

/// Most pictures of a recording that are looked at: ten seconds of most recordings.
const MOST_PICTURES: u64 = 300;

/// What a source said last before its first picture. The lock is between the thread that looks and the one
/// that asked, and held for a moment at each change.
type Waits = Arc<Mutex<Option<Reason>>>;

/// What is to be looked at.
#[derive(Clone, Debug)]
pub struct Probe {
    /// The source.
    pub address: Address,
    /// What is asked of the source.
    pub wish: Wish,
    /// How long the source is looked at once it is open.
    pub look_for: Duration,
    /// Time within which all of it must be done.
    pub within: Duration,
    /// What becomes of the first picture, as a JPEG.
    pub picture: FirstPicture,
}

/// What becomes of the first picture.
#[derive(Clone, Debug)]
pub enum FirstPicture {
    /// Nothing.
    Dropped,
    /// The picture goes into the report.
    Reported,
    /// The picture is written to a file.
    Written(PathBuf),
}

/// Time within which a look at a source has to be done that goes on for `look_for`, for those who can wait.
pub fn patience(look_for: Duration) -> Duration {
    FIRST_PICTURE_TIMEOUT + look_for + Duration::from_secs(5)
}

impl Probe {
    /// Looks at the source, in a thread of that role which is left behind where it hangs; `held` is dropped
    /// when that thread has ended, which may be later than the answer. A panic there counts where the asking
    /// thread is fenced.
    ///
    /// # Errors
    /// Why there is no picture, or what is still waited for when time is up.
    pub fn run(self, role: Role, held: impl Send + 'static) -> Result<Report, Reason> {
        let limit = self.within;
        let (done, report) = channel();
        let (around, waits) = (Around::here(), Waits::default());
        let told = Arc::clone(&waits);
        let looking = spawn(role, "probe", move || {
            let _held = held;
            let looked = around.run(|| self.look(&told));
            // Whoever asked may have given up.
            let _ = done.send(looked.unwrap_or_else(|_| Err(fault())));
        });
        looking
            .map_err(|error| Reason::new(ReasonCode::Internal, format!("no thread to look from: {error}")))?;
        report.recv_timeout(limit).unwrap_or_else(|error| match error {
            RecvTimeoutError::Timeout => Err(waits.lock().take().unwrap_or_else(|| {
                Reason::new(ReasonCode::TimedOut, format!("no picture within {} s", limit.as_secs()))
            })),
            RecvTimeoutError::Disconnected => Err(fault()),
        })
    }

    /// Looks at the source, as long as is asked for, and tells what it `waits` for.
    fn look(self, waits: &Waits) -> Result<Report, Reason> {
        let began = Instant::now();
        let mut source = Source::open(&self.address, &self.wish).map_err(|error| error.into_reason())?;
        let mut report = Report::new(self.address.to_string());
        let mut rounds = None;
        let until = Instant::now() + self.look_for;
        while Instant::now() < until || report.pictures == 0 {
            match source.grab() {
                // The recording has started again.
                Ok(Grabbed::Picture(_)) if rounds.is_some_and(|rounds| source.facts().rounds != rounds) => {
                    break;
                }
                Ok(Grabbed::Picture(due)) => {
                    rounds.get_or_insert(source.facts().rounds);
                    let time = due.unwrap_or_else(|| began.elapsed());
                    if report.pictures == 0 {
                        report.first_picture = began.elapsed();
                        let silent = Reason::new(ReasonCode::Silent, "a picture came, and no more after it");
                        *waits.lock() = Some(silent);
                    }
                    let moment = Moment { time, number: report.pictures + 1 };
                    if let Err(error) = self.take(&mut report, &mut source, moment) {
                        return ended(report, error);
                    }
                }
                Ok(Grabbed::Nothing(reason)) if report.pictures == 0 => *waits.lock() = Some(reason),
                Ok(Grabbed::Nothing(_)) => {}
                Err(error) => return ended(report, error),
            }
            report.broken += source.take_unused().broken;
            let facts = source.facts();
            let is_enough = facts.recording && report.pictures >= MOST_PICTURES;
            // One that draws its pictures draws as many as are asked for: there is no rate to be found out.
            if is_enough || self.address.is_drawn() && report.pictures > 0 {
                break;
            }
            if report.pictures == 0 && Instant::now() >= until + FIRST_PICTURE_TIMEOUT {
                let nothing = || Reason::new(ReasonCode::NoPicture, "no picture came");
                return Err(waits.lock().take().unwrap_or_else(nothing));
            }
        }
        Ok(report)
    }

    /// Takes a picture that was grabbed into the report, and writes the first one.
    fn take(&self, report: &mut Report, source: &mut Source, moment: Moment) -> Result<(), SourceError> {
        let picture = source.retrieve(moment)?;
        match &self.picture {
            FirstPicture::Reported if report.pictures == 0 => report.jpeg = jpeg_of(&picture).ok(),
            FirstPicture::Written(path) if report.pictures == 0 => {
                let write = |jpeg| fs::write(path, jpeg).map_err(|error| error.to_string());
                report.written(path, jpeg_of(&picture).and_then(write));
            }
            _ => {}
        }
        report.picture_came(picture.size(), moment.time, source.facts());
        Ok(())
    }
}

/// What is said where looking at a source has panicked.
fn fault() -> Reason {
    Reason::new(ReasonCode::Internal, "looking at it failed; this is a fault of ours")
}

/// What a look comes to whose source has ended: a report all the same, where there were pictures.
fn ended(mut report: Report, error: SourceError) -> Result<Report, Reason> {
    let reason = error.into_reason();
    if report.pictures == 0 {
        return Err(reason);
    }
    report.ended = Some(reason);
    Ok(report)
}

/// A picture as the JPEG that is written.
fn jpeg_of(picture: &Picture) -> Result<Vec<u8>, String> {
    let mut coefficients = Coefficients::new();
    let loaded = match picture {
        Picture::Jpeg(jpeg) => return Ok(jpeg.bytes().to_vec()),
        Picture::Planes(planes) => coefficients.load_planes(planes),
        Picture::Bgr(bgr) => coefficients.load_bgr(bgr),
    };
    loaded
        .and_then(|()| coefficients.to_jpeg(Level::MAX.quality(), Huffman::Fitted))
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use std::{
        net::{Ipv4Addr, TcpListener},
        sync::mpsc::Sender,
    };

    use rustix::{process::getpriority_process, thread::gettid};

    use super::*;
    use crate::tools::{fence::Place, metrics::Metrics};

    /// Tells how urgent the thread is in which it is dropped, as a nice value.
    struct Held(Sender<i32>);

    impl Drop for Held {
        fn drop(&mut self) {
            let nice = getpriority_process(Some(gettid())).expect("Linux tells it");
            self.0.send(nice).expect("the test waits for it");
        }
    }

    fn probe(address: &str, size: (usize, usize)) -> Probe {
        Probe {
            address: address.parse().expect("an address"),
            wish: Wish { fps: 34.0, size, file_fps: None, snapshot_fps: 1.0 },
            look_for: Duration::ZERO,
            within: Duration::from_millis(50),
            picture: FirstPicture::Dropped,
        }
    }

    #[test]
    fn a_panic_while_it_looks_is_counted_where_it_was_asked_and_told_as_a_fault_of_ours() {
        let metrics = Metrics::new().expect("names differ");
        // No clock goes on for so long.
        let within = Duration::from_secs(60);
        let probe = Probe { look_for: Duration::MAX, within, ..probe("synthetic", (16, 16)) };
        let told = metrics.fences.run(Place::Request, || probe.run(Role::Analytics, ()));
        let why = told.expect("the asking thread does not panic").expect_err("there is no picture");
        assert_eq!((why.code, metrics.fences.panics()[Place::Request as usize]), (ReasonCode::Internal, 1));
    }

    #[test]
    fn what_a_look_holds_is_held_until_its_thread_ends_whoever_has_given_up_on_it() {
        let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let address = format!("http://{}/", silent.local_addr().expect("it is bound"));
        let probe = probe(&address, (16, 16));
        let (told, dropped) = channel();
        let why = probe.run(Role::Analytics, Held(told)).expect_err("nobody answers");
        assert_eq!(why.code, ReasonCode::TimedOut);
        assert!(dropped.try_recv().is_err(), "it still waits for an answer");
        // Which never comes now.
        drop(silent);
        let nice = dropped.recv_timeout(2 * FIRST_PICTURE_TIMEOUT).expect("the thread ends");
        assert_eq!(nice, 19, "it costs no viewer anything");
    }
}
