//! A viewer that looks at nothing of what comes, as if it watched from a machine of its own: under TLS
//! nothing is decrypted.
//!
//! In: a connection that is watching. Out: bytes, and from those of a whole run the frames that they were,
//! by the viewers beside that looked at theirs. Not here: the connection (`line.rs`).

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

/// Counts as frames what came to those who decrypted nothing, by what a frame, texts and all, was in bytes to
/// those who did. Where nobody did, nothing is known.
pub fn count(reports: &mut [&mut ViewerReport]) {
    let opened = || reports.iter().filter(|report| report.frames > 0);
    let sum = |of: fn(&ViewerReport) -> u64| opened().map(|report| of(report)).sum::<u64>() as f64;
    let frames = sum(|report| report.frames);
    let (whole, picture) = (sum(|report| report.message_bytes) / frames, sum(|report| report.bytes) / frames);
    if frames == 0.0 {
        return;
    }
    for report in reports.iter_mut().filter(|report| report.frames == 0) {
        let frames = report.sealed_bytes as f64 / whole;
        (report.frames, report.bytes) = (frames.round() as u64, (frames * picture) as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_who_decrypts_nothing_follow_from_those_who_do() {
        let opened =
            ViewerReport { frames: 340, bytes: 3_400, message_bytes: 340 * 100, ..ViewerReport::default() };
        let sealed = |sealed_bytes| ViewerReport { sealed_bytes, ..ViewerReport::default() };
        let mut reports = [sealed(33_000), opened, sealed(0)];
        count(&mut reports.each_mut());
        assert_eq!(reports.map(|report| (report.frames, report.bytes)), [(330, 3_300), (340, 3_400), (0, 0)]);
        let mut nobody = [sealed(33_000)];
        count(&mut nobody.each_mut());
        assert_eq!(nobody[0].frames, 0);
    }
}
