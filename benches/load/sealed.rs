//! A viewer that leaves what comes encrypted, as if it watched from a machine of its own.
//!
//! In: a connection that is watching. Out: bytes, and from those of a whole run the frames that they were,
//! by the viewers beside that decrypted theirs. Not here: the connection (`line.rs`).

use std::{io, time::Duration};

use tokio::{sync::watch, time};

use super::{
    client::key,
    line::Line,
    record::{Phase, ViewerReport},
    wire::{Kind, push_masked},
};

/// How often the server hears of the viewer: pings cannot be read, so they are answered unasked.
const PONG_EVERY: Duration = Duration::from_secs(5);

/// Most plain bytes of a record of TLS, and what TLS 1.3 adds to them (RFC 8446, section 5.2): a header of 5,
/// the content's type, a tag of 16.
const RECORD: f64 = 16_384.0;
const RECORD_EXTRA: f64 = 22.0;

/// Reads for ever, and adds what comes while measuring to `bytes`; returns why it could not.
pub async fn read_on(line: &mut Line, phase: &watch::Receiver<Phase>, bytes: &mut u64) -> io::Error {
    let mut pongs = time::interval(PONG_EVERY);
    let mut pong = Vec::new();
    loop {
        let thrown = tokio::select! {
            thrown = line.discard_sealed() => thrown,
            _ = pongs.tick() => {
                pong.clear();
                push_masked(&mut pong, Kind::Pong, &[], key());
                match line.write_all(&pong).await {
                    Ok(()) => continue,
                    Err(error) => Err(error),
                }
            }
        };
        match thrown {
            Ok(0) => return io::ErrorKind::UnexpectedEof.into(),
            Ok(thrown) if *phase.borrow() == Phase::Measure => *bytes += thrown as u64,
            Ok(_) => {}
            Err(error) => return error,
        }
    }
}

/// Returns the frames a second of the slowest viewer; `None` where nobody decrypted a frame. Those who
/// decrypted nothing are judged by what a frame, texts and all, was in bytes to those who did.
pub fn slowest_fps(reports: &[&ViewerReport], seconds: f64) -> Option<f64> {
    let (sealed, opened): (Vec<&ViewerReport>, Vec<_>) =
        reports.iter().partition(|report| report.frames == 0);
    let sum = |of: fn(&ViewerReport) -> u64| opened.iter().map(|report| of(report)).sum::<u64>() as f64;
    let (frames, bytes) = (sum(|report| report.frames), sum(|report| report.message_bytes));
    if frames == 0.0 {
        return None;
    }
    let sealed_frame = bytes / frames * (1.0 + RECORD_EXTRA / RECORD);
    let of_opened = opened.iter().map(|report| report.frames as f64);
    let of_sealed = sealed.iter().map(|report| report.sealed_bytes as f64 / sealed_frame);
    of_opened.chain(of_sealed).map(|frames| frames / seconds).reduce(f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_decrypts_nothing_is_judged_by_those_who_do() {
        let opened = ViewerReport { frames: 340, message_bytes: 340 * 16_384, ..ViewerReport::default() };
        let sealed = |frames: u64| ViewerReport { sealed_bytes: frames * 16_406, ..ViewerReport::default() };
        let slowest =
            |sealed: &ViewerReport| slowest_fps(&[&opened, sealed], 10.0).expect("somebody decrypts");
        assert!((slowest(&sealed(330)) - 33.0).abs() < 1e-9);
        assert!((slowest(&sealed(350)) - 34.0).abs() < 1e-9, "the slowest is one who decrypts");
        assert!(slowest(&sealed(0)).abs() < 1e-9, "nothing came");
        assert_eq!(slowest_fps(&[&sealed(330)], 10.0), None);
    }
}
