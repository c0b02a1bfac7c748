//! Floors: which room may import which. A room stands on those below it and knows nothing of those above.

use crate::{circles::imports, source::product};

/// The rooms of the program, lowest first: each may import those before it.
const FLOORS: [&str; 35] = [
    "nouns",
    "tools",
    "protocol",
    "coder",
    "jpeg",
    "frame",
    "delta",
    "cameras",
    "adapt",
    "access",
    "source",
    "capture",
    "encode",
    "analytics",
    "overlay",
    "hub",
    "news",
    "history",
    "accounts",
    "notify",
    "mqtt",
    "sheets",
    "registry",
    "roster",
    "probe",
    "uploads",
    "transport",
    "scene_files",
    "models",
    "doctor",
    "top",
    "config",
    "cli",
    "app",
    "main",
];

/// Rooms that see settings as they are written; the others get what they need of them.
const SEE_CONFIG: [&str; 4] = ["config", "cli", "app", "main"];

/// Files whose decisions are pure: time is passed in.
const PURE: &[&str] = &[
    "src/analytics/detect/plan.rs",
    "src/adapt",
    "src/access/buckets.rs",
    "src/access/cookies.rs",
    "src/access/guesses.rs",
    "src/access/network.rs",
    "src/access/right.rs",
    "src/access/role.rs",
    "src/access/scope.rs",
    "src/access/sessions.rs",
    "src/access/token.rs",
    "src/access/tried.rs",
    "src/access/who.rs",
    "src/accounts/entry.rs",
    "src/accounts/names.rs",
    "src/accounts/repeats.rs",
    "src/nouns",
    "src/capture/life.rs",
    "src/capture/rhythm.rs",
    "src/capture/pacing.rs",
    "src/capture/retry.rs",
    "src/capture/rate.rs",
    "src/capture/said.rs",
    "src/mqtt/board.rs",
    "src/mqtt/entities.rs",
    "src/mqtt/figures.rs",
    "src/mqtt/names.rs",
    "src/mqtt/orders.rs",
    "src/mqtt/stale.rs",
    "src/mqtt/telling.rs",
    "src/mqtt/told.rs",
    "src/notify/backoff.rs",
    "src/notify/gate.rs",
    "src/notify/hours.rs",
    "src/notify/lasting.rs",
    "src/notify/message.rs",
    "src/notify/watch.rs",
    "src/sheets/row.rs",
    "src/registry/degraded.rs",
    "src/delta/changes.rs",
    "src/delta/cut.rs",
    "src/delta/decide.rs",
    "src/delta/estimate.rs",
    "src/delta/held.rs",
    "src/delta/live",
    "src/delta/made.rs",
    "src/delta/parcel.rs",
    "src/delta/purse.rs",
    "src/delta/refine.rs",
    "src/delta/runs.rs",
    "src/delta/sharp.rs",
    "src/delta/sight.rs",
    "src/delta/state.rs",
    "src/delta/sweep.rs",
    "src/encode/deltas/shares.rs",
    "src/encode/merge.rs",
    "src/encode/costs.rs",
    "src/encode/passthrough.rs",
    "src/encode/watched.rs",
    "src/source/address",
    "src/source/guard.rs",
    "src/source/login",
    "src/source/multipart",
    "src/source/patience.rs",
    "src/source/clip.rs",
    "src/source/colour.rs",
    "src/source/tone.rs",
    "src/source/turn.rs",
    "src/source/facts.rs",
    "src/source/http/framing.rs",
    "src/source/http/head.rs",
    "src/source/http/kind.rs",
    "src/source/http/pace.rs",
    "src/source/http/failure.rs",
    "src/analytics/track",
    "src/analytics/crowd/plausible.rs",
    "src/analytics/detect/classes.rs",
    "src/analytics/detect/grid.rs",
    "src/analytics/detect/judge.rs",
    "src/analytics/detect/labels.rs",
    "src/analytics/detect/layout.rs",
    "src/analytics/detect/plausible.rs",
    "src/analytics/detect/ranges.rs",
    "src/analytics/detect/readings.rs",
    "src/analytics/detect/trial.rs",
    "src/analytics/lines",
    "src/analytics/kind.rs",
    "src/analytics/glance.rs",
    "src/analytics/sieve.rs",
    "src/analytics/doubles.rs",
    "src/analytics/riders.rs",
    "src/analytics/trail.rs",
    "src/analytics/follower.rs",
    "src/analytics/zones.rs",
    "src/analytics/speed",
    "src/analytics/lasting.rs",
    "src/analytics/risk.rs",
    "src/analytics/health.rs",
    "src/analytics/choice.rs",
    "src/analytics/clock.rs",
    "src/cameras",
    "src/cameras.rs",
    "src/roster/bounds.rs",
    "src/roster/defaults.rs",
    "src/roster/edit.rs",
    "src/roster/entry.rs",
    "src/roster/mistake.rs",
    "src/roster/text.rs",
    "src/roster/wrong.rs",
    "src/coder",
    "src/jpeg/markers.rs",
    "src/tools/log_limit.rs",
    "src/tools/words.rs",
    "src/doctor/finding.rs",
    "src/top/answers.rs",
    "src/top/keys.rs",
    "src/top/picture.rs",
    "src/top/screen.rs",
    "src/top/view.rs",
    "src/transport/about",
    "src/transport/access/peer.rs",
    "src/transport/access/site.rs",
    "src/transport/error/codes.rs",
    "src/transport/flow/room.rs",
    "src/transport/flow/spare.rs",
    "src/transport/headers.rs",
    "src/transport/openapi/codes.rs",
    "src/transport/openapi/operation.rs",
    "src/transport/request.rs",
    "src/transport/offer.rs",
    "src/transport/figures.rs",
    "src/transport/history/numbers.rs",
    "src/transport/history/object.rs",
    "src/transport/history/told.rs",
    "src/transport/history/written.rs",
    "src/transport/link/keys.rs",
    "src/transport/socketio/asked.rs",
    "src/transport/socketio/carrier.rs",
    "src/transport/socketio/heart.rs",
    "src/transport/socketio/kind.rs",
    "src/transport/socketio/packet.rs",
    "src/transport/socketio/session.rs",
    "src/transport/sse/asked.rs",
    "src/transport/sse/gap.rs",
    "src/transport/sse/pace.rs",
    "src/transport/sse/wire.rs",
    "src/transport/tls/expiry.rs",
    "src/transport/ws/silence.rs",
    "src/models/catalogue.rs",
    "src/models/shown.rs",
    "src/hub/events.rs",
    "src/overlay",
    "src/protocol",
    "src/analytics/fills.rs",
    "src/history/ageing.rs",
    "src/history/body.rs",
    "src/history/measure.rs",
    "src/history/moments.rs",
    "src/history/name.rs",
    "src/history/rollup.rs",
    "src/history/row.rs",
    "src/history/step.rs",
    "src/history/sums.rs",
];

/// What a pure file does not have: clocks, sockets, files, threads, locks, tasks.
const IMPURE: [&str; 12] = [
    "Instant::now",
    "SystemTime",
    "now_us",
    "std::net::Tcp",
    "std::fs",
    "std::thread",
    "thread::",
    "Mutex",
    "RwLock",
    "Condvar",
    "tokio::",
    "async fn",
];

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|other| *other == room)
}

fn room(module: &str) -> &str {
    module.split("::").next().unwrap_or_default()
}

#[test]
fn every_room_imports_only_those_below_it() {
    let mut wrong = String::new();
    for (from, targets) in imports() {
        // Neither is a room: what the whole is, data of tests, and what is open to be fuzzed.
        if ["lib", "fixtures", "fuzzing"].contains(&&*from) {
            continue;
        }
        assert!(floor(room(&from)).is_some(), "{from} is on no floor");
        for to in targets.iter().filter(|to| floor(room(to)) > floor(room(&from))) {
            wrong.push_str(&format!("{from} imports {to}, which is above it\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn settings_are_seen_only_where_the_program_is_put_together() {
    let wrong: Vec<String> = product()
        .into_iter()
        .filter(|source| !SEE_CONFIG.iter().any(|room| source.path.starts_with(&format!("src/{room}"))))
        .filter(|source| source.code().any(|(_, line)| line.contains("config::Config")))
        .map(|source| source.path)
        .collect();
    assert!(wrong.is_empty(), "{wrong:?} see Config");
}

#[test]
fn pure_files_have_no_clock_socket_thread_or_lock() {
    let mut wrong = String::new();
    for source in product().iter().filter(|source| PURE.iter().any(|pure| source.path.starts_with(pure))) {
        for (n, line) in source.code().filter(|(_, line)| IMPURE.iter().any(|word| line.contains(word))) {
            wrong.push_str(&format!("{}:{n}: {line}\n", source.path));
        }
    }
    assert!(wrong.is_empty(), "pure files with a clock, socket, thread or lock:\n{wrong}");
}

#[test]
fn every_file_that_is_said_to_be_pure_exists() {
    let sources = product();
    let missing: Vec<&&str> =
        PURE.iter().filter(|pure| !sources.iter().any(|source| source.path.starts_with(**pure))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
