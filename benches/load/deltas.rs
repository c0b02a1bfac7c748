//! What deltas save: viewers of what changed beside viewers of complete pictures, in turn, in one run.
//!
//! In: the scene, and the clip where it is to be had. Out: bars of bytes, of CPU, of memory, and of
//! the most viewers. Pictures are composed beside, and must be those of key frames; how good they are,
//! `../deltas.rs` tells.

use tokio::runtime::Runtime;

use crate::{
    compare::{
        MEASURED, Result, SEARCH_LEVEL, VIEWERS, plan, search, steadycast_of, watched, without_models,
    },
    load::{
        client::{Look, ViewerSpec},
        crowd::{self, CrowdPlan, Seat},
        process::{ProcessError, reading_seconds, usage},
    },
    support::{Bars, Must, Server, clip, median},
};

/// The levels at which bytes are compared, and how far the others may be above the ratio at the middle one.
const LEVELS: [u8; 3] = [30, 60, 90];
const MIDDLE: u8 = 60;
const OTHERS_ABOVE: f64 = 0.08;

/// The levels at which CPU is compared; the first alone, and all four.
const COST_LEVELS: [u8; 4] = [60, 50, 70, 80];

/// Frames a second that viewers must have got in the mean, for CPU to be compared.
const LEAST_FPS: f64 = 33.0;

/// What is watched, with the most bytes at level 60 as a share of complete pictures.
struct Watched {
    name: &'static str,
    source: String,
    most_bytes: f64,
}

/// Measures all that the part has, `rounds` times.
pub(crate) fn all(bars: &mut Bars, runtime: &Runtime, rounds: usize) -> Result<()> {
    let scene = Watched { name: "scene", source: "synthetic".to_owned(), most_bytes: 0.32 };
    let mut sources = vec![scene];
    match clip() {
        Some(clip) => {
            let source = clip.to_string_lossy().into_owned();
            sources.push(Watched { name: "plaza", source, most_bytes: 0.58 });
        }
        None => println!("the real clip is not there: deltas are measured on the scene alone"),
    }
    for source in &sources {
        bytes(bars, runtime, source, rounds)?;
        costs(bars, runtime, source, rounds)?;
    }
    memory(bars, runtime, rounds)?;
    most(bars, runtime, rounds)
}

/// Whoever watches asks for deltas.
fn with_deltas(plan: CrowdPlan) -> CrowdPlan {
    let seat = |seat: Seat| Seat { spec: seat.spec.with_deltas(), ..seat };
    CrowdPlan { seats: plan.seats.into_iter().map(seat).collect(), ..plan }
}

/// Bytes a second of one viewer of each form at a level, of the same frames.
fn bytes(bars: &mut Bars, runtime: &Runtime, source: &Watched, rounds: usize) -> Result<()> {
    for level in LEVELS {
        let mut ratios = Vec::new();
        for _ in 0..rounds {
            let server = steadycast_of(&source.source)?;
            let whole = plan(&server, &[level], 2);
            let delta = with_deltas(plan(&server, &[level], 1));
            // What is counted of the second one can be shown: it composes, and the third one gets key frames
            // of the same.
            let looking = [Look::Composed, Look::Keys].map(|look| looking(&delta.seats[0], look));
            let seats: Vec<Seat> = whole.seats.into_iter().chain(looking).collect();
            ratios.push(ratio(runtime, &CrowdPlan { viewers: seats.len(), seats, ..delta })?);
        }
        let above = if level == MIDDLE { 0.0 } else { OTHERS_ABOVE };
        let name = format!("{}, level {level}: bytes of deltas, of complete pictures", source.name);
        bars.note(name, median(ratios), "", Must::AtMost(source.most_bytes + above));
    }
    Ok(())
}

fn looking(seat: &Seat, look: Look) -> Seat {
    Seat { level: seat.level, spec: ViewerSpec { look, ..seat.spec.clone() } }
}

/// Bytes of the viewers that compose, as a share of the others'.
fn ratio(runtime: &Runtime, plan: &CrowdPlan) -> Result<f64> {
    let outcome = runtime.block_on(crowd::run(plan))?;
    if let Some(told) = outcome.ended_early() {
        return Err(told.into());
    }
    println!("{}", outcome.compared().checked()?);
    let reports = || outcome.watching().map(|viewer| &viewer.report);
    let a_frame = |deltas: bool| {
        let ours = reports().filter(|report| (report.deltas.changed > 0) == deltas);
        let (bytes, frames) =
            ours.fold((0, 0), |(bytes, frames), report| (bytes + report.bytes, frames + report.frames));
        bytes as f64 / frames as f64
    };
    let unapplied: u64 = reports().map(|report| report.deltas.unapplied).sum();
    if unapplied > 0 {
        return Err(format!("{unapplied} frames did not apply").into());
    }
    Ok(a_frame(true) / a_frame(false))
}

/// CPU of encoding and sending to viewers of either form, at one level and at four.
///
/// Without models: these look more often at a camera that somebody watches, which is no part of what a frame
/// costs. And as a share of what reading the same frames takes: a shared machine is faster in one minute than
/// in the next one, by more than the forms differ.
fn costs(bars: &mut Bars, runtime: &Runtime, source: &Watched, rounds: usize) -> Result<()> {
    for (name, levels) in [("one level", &COST_LEVELS[..1]), ("four levels", &COST_LEVELS[..])] {
        let (mut whole, mut delta) = (Vec::new(), Vec::new());
        for round in 0..rounds {
            let server = without_models(&source.source)?;
            let plain = || plan(&server, levels, VIEWERS);
            // Whichever is first finds a server that has just started.
            if round % 2 == 0 {
                whole.push(sending(runtime, &server, &plain())?);
                delta.push(sending(runtime, &server, &with_deltas(plain()))?);
            } else {
                delta.push(sending(runtime, &server, &with_deltas(plain()))?);
                whole.push(sending(runtime, &server, &plain())?);
            }
        }
        let ratios = delta.iter().zip(&whole).map(|(delta, whole)| delta / whole).collect();
        let told = |what: &str| format!("{}, 32 viewers, {name}: CPU{what}", source.name);
        bars.note(told(", complete pictures"), median(whole), "of reading's", Must::Be);
        bars.note(told(", deltas"), median(delta), "of reading's", Must::Be);
        bars.note(told(", ratio"), median(ratios), "", Must::AtMost(0.85));
    }
    Ok(())
}

/// CPU of encoding and sending, as a share of what reading the source takes meanwhile.
fn sending(runtime: &Runtime, server: &Server, plan: &CrowdPlan) -> Result<f64> {
    let used = || Ok::<_, ProcessError>((usage(server.pid())?.cpu_seconds, reading_seconds(server.pid())?));
    let before = used()?;
    let summary = watched(runtime, plan)?;
    let after = used()?;
    let (frames, due) = (summary.all.frames as f64, VIEWERS as f64 * LEAST_FPS * MEASURED.as_secs_f64());
    if frames < due {
        return Err(format!("{frames} frames arrived, where {due} were due at least").into());
    }
    let (all, reading) = (after.0 - before.0, after.1 - before.1);
    if reading <= 0.0 {
        return Err("the thread that reads the source was not seen, or began anew".into());
    }
    Ok((all - reading) / reading)
}

/// Memory that each further stream of deltas takes, with what making its frames takes.
fn memory(bars: &mut Bars, runtime: &Runtime, rounds: usize) -> Result<()> {
    let resident = |levels: &[u8]| -> Result<f64> {
        let server = steadycast_of("synthetic")?;
        let summary = watched(runtime, &with_deltas(plan(&server, levels, VIEWERS)))?;
        Ok(summary.server.ok_or("the server's process was not measured")?.rss_mb)
    };
    for _ in 0..rounds {
        let (one, four) = (resident(&COST_LEVELS[..1])?, resident(&COST_LEVELS)?);
        let each = (four - one) / (COST_LEVELS.len() - 1) as f64;
        bars.note("memory of a further stream of deltas", each, "MB", Must::AtMost(8.0));
    }
    Ok(())
}

/// The most viewers of either form of the scene.
fn most(bars: &mut Bars, runtime: &Runtime, rounds: usize) -> Result<()> {
    for _ in 0..rounds {
        let start = || steadycast_of("synthetic");
        let plain = |server: &Server, viewers| plan(server, &[SEARCH_LEVEL], viewers);
        let changed = |server: &Server, viewers| with_deltas(plain(server, viewers));
        let whole = search(runtime, "complete pictures", start, plain)?;
        let delta = search(runtime, "deltas", start, changed)?;
        bars.note("most viewers of the scene at level 50, complete pictures", whole, "", Must::Be);
        bars.note("most viewers of the scene at level 50, deltas", delta, "", Must::Be);
        bars.note(
            "most viewers, deltas relative to complete pictures",
            delta / whole,
            "",
            Must::AtLeast(1.6),
        );
    }
    Ok(())
}
