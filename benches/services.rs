//! Services that fail in every way while cameras are watched and analysed: what that costs viewers, results
//! and memory; and whether the webhook is caught up with then.
//!
//! In: SECONDS, how long a way to fail lasts, 75 unless given: five minutes in all. Out: a table of bars.
//! Each service fails in each of four ways, by turns; the broker is unreachable for all of the time.

#[path = "load/mod.rs"]
mod load;
#[allow(dead_code, reason = "tests use the rest")]
#[path = "../tests/support/receiver.rs"]
mod receiver;
mod support;
#[allow(dead_code, reason = "tests use the rest")]
#[path = "../tests/support/wait.rs"]
mod wait;

use std::{
    env,
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

use load::{
    ages::percentile,
    client::{Steering, ViewerSpec},
    crowd::{CrowdPlan, Outcome, Seat, run_while},
    process::usage,
};
use receiver::{Answer, Receiver};
use serde_json::{Value, json};
use support::{Bars, Must, Server, metric};

/// Number of viewers.
const VIEWERS: usize = 16;

/// Level that they watch.
const LEVEL: u8 = 60;

/// A plaza on which somebody crosses a line every second or two.
const PLAZA: [&str; 6] =
    ["--source", "synthetic:people=60,vehicles=8,seed=3", "--analytics", "on", "--crowd-model", "none"];

/// Ways to fail, by turns. What floods has taken the message: the webhook does so first, so that it has
/// missed some in the end.
const WAYS: [Answer; 4] = [
    Answer::Floods(10_000_000),
    Answer::Says("503 Service Unavailable", "no"),
    Answer::Hangs,
    Answer::Nonsense,
];

/// Longest time that a service may take to be told what it missed, once it works: the longest pause between
/// two tries.
const CAUGHT_UP_WITHIN: Duration = Duration::from_secs(400);

fn main() -> ExitCode {
    let way_s = env::var("SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(75_u64);
    let way = Duration::from_secs(way_s);
    let mut bars = Bars::default();
    // As long, since the models alone take and give back tens of megabytes.
    let quiet = measured(&[], way * WAYS.len() as u32, || (), |_| ());
    // All that there are speak HTTP but for the broker.
    let receivers: Vec<Receiver> = WAYS.iter().map(|answer| Receiver::start(*answer)).collect();
    let urls: Vec<String> = receivers.iter().map(|receiver| receiver.url("/told/key")).collect();
    let flags = [
        "--webhook-url",
        &urls[0],
        "--ntfy-url",
        &urls[1],
        "--apprise-url",
        &urls[2],
        "--telegram-api-url",
        &urls[3],
        "--telegram-bot-token",
        "1:x",
        "--telegram-chat-id",
        "5",
        "--mqtt-url",
        "mqtt://127.0.0.1:9",
    ];
    let fail = || {
        for turn in 0..WAYS.len() {
            let answers = WAYS.iter().cycle().skip(turn);
            receivers.iter().zip(answers).for_each(|(receiver, answer)| receiver.set(*answer));
            thread::sleep(way);
        }
    };
    let mut summaries = 0.0;
    let failing = measured(&flags, way * WAYS.len() as u32, fail, |server| {
        summaries = summaries_of(server, &receivers[0]);
    });
    for (what, with, without, of) in
        [("age p99", failing.age_p99_ms, quiet.age_p99_ms, 1.2), ("CPU", failing.cores, quiet.cores, 1.05)]
    {
        bars.note(format!("services fail: {what}, without any"), without, "", Must::Be);
        bars.note(format!("services fail: {what}, relative"), with / without, "", Must::AtMost(of));
    }
    bars.note("services fail: the slowest viewer", failing.slowest_fps, "FPS", Must::AtLeast(33.0));
    let results = failing.results_s / quiet.results_s;
    bars.note("services fail: results a second, relative", results, "", Must::AtLeast(0.95));
    bars.note("memory's peak, second half above first, without any", quiet.grown_mb, "MB", Must::Be);
    bars.note("memory's peak, second half above first", failing.grown_mb, "MB", Must::AtMost(8.0));
    bars.note("services work again: messages of what was missed", summaries, "", Must::Within(1.0, 0.0));
    bars.finish()
}

/// Has the webhook take messages again, and returns how many came until it was told what it missed and
/// something new.
fn summaries_of(server: &Server, hook: &Receiver) -> f64 {
    hook.set(Answer::Says("200 OK", "{}"));
    let before = hook.requests().len();
    let kinds = || -> Vec<Value> {
        let came = hook.requests().into_iter().skip(before);
        came.map(|request| serde_json::from_slice(&request.body).unwrap_or(Value::Null)).collect()
    };
    wait::until("the webhook is caught up with", CAUGHT_UP_WITHIN, || {
        kinds().iter().any(|told| told["kind"] != "missed")
    });
    assert_eq!(server.get("/api/health").expect("answers"), r#"{"status":"ok"}"#);
    kinds().iter().filter(|told| told["kind"] == "missed").count() as f64
}

/// What viewers and models have of a server.
struct Figures {
    slowest_fps: f64,
    age_p99_ms: f64,
    /// Cores that the server takes.
    cores: f64,
    results_s: f64,
    /// Most memory that it took in the second half of the time, above the most of the first half.
    grown_mb: f64,
}

/// A server that is watched for so long while something is `done`, and something else `behind` that.
fn measured(
    flags: &[&str],
    time: Duration,
    done: impl FnOnce() + Send,
    behind: impl FnOnce(&Server),
) -> Figures {
    let server = Server::steadycast(&[&PLAZA[..], flags].concat()).expect("the server starts");
    let rules: Vec<Value> =
        (0..20).map(|number| json!({ "id": number.to_string(), "when": "line_crossed" })).collect();
    let rules = json!({ "rules": rules }).to_string();
    assert_eq!(server.change("PUT", "/api/rules", &rules).expect("answers"), 200);
    let memory = || usage(server.pid()).expect("a running process").rss_bytes as f64 / 1e6;
    let results = || {
        let text = server.metrics().expect("metrics");
        metric(&text, "steadycast_analytics_results_total", "model=\"detect\"")
    };
    let (mut peaks, mut before) = ([0.0; 2], (0.0, Instant::now()));
    let outcome = watch(&server, time, || {
        let began = Instant::now();
        before = (results(), began);
        thread::scope(|scope| {
            scope.spawn(done);
            while began.elapsed() < time {
                let peak = &mut peaks[usize::from(began.elapsed() > time / 2)];
                *peak = memory().max(*peak);
                thread::sleep(Duration::from_secs(1));
            }
        });
    });
    let results_s = (results() - before.0) / before.1.elapsed().as_secs_f64();
    assert_eq!(outcome.ended_early(), None, "the viewers stay");
    let reports: Vec<_> = outcome.watching().map(|watched| &watched.report).collect();
    let ages = load::ages::sorted_ms(reports.iter().map(|report| &report.ages));
    let rates = reports.iter().map(|report| report.frames as f64 / outcome.seconds);
    let cpu = outcome.server.as_ref().expect("its process runs").cpu_seconds;
    behind(&server);
    Figures {
        slowest_fps: rates.fold(f64::INFINITY, f64::min),
        age_p99_ms: percentile(&ages, 99.0).expect("frames came"),
        cores: cpu / outcome.seconds,
        results_s,
        grown_mb: peaks[1] - peaks[0],
    }
}

/// Has everybody watch for so long while something else is done.
fn watch(server: &Server, measured: Duration, during: impl FnOnce() + Send) -> Outcome {
    let spec = ViewerSpec { ack: true, ..ViewerSpec::new(server.addr, Steering::Fixed(LEVEL)) };
    let (seats, warmup) = (vec![Seat { level: LEVEL, spec }], Duration::from_secs(3));
    let plan = CrowdPlan { viewers: VIEWERS, seats, warmup, measured, pid: Some(server.pid()) };
    run_while(&plan, during)
}
