//! History: how soon a year of hours and a month of minutes are answered by the whole server, and what the
//! thread that writes takes for eight cameras.
//!
//! The database is made through history itself, by a desk that is handed a camera's year. Answers are checked
//! to have all their rows.

mod support;

use std::{
    collections::BTreeMap,
    fs,
    future::ready,
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use steadycast::{
    frame::now_us,
    history::{Calendar, History, HistorySettings, Keep, SeriesQuery, Step},
    news::{Desk, Item},
    nouns::{
        count::{LineCount, ZoneCount},
        event::Event,
        place::{BBox, Direction, Velocity},
        result::{AnalyticsResult, Crowd, Grid, Object, RiskLevel, Timings},
        state::Pulse,
    },
    tools::metrics::Metrics,
};
use support::{Bars, Must, Server, median};

/// Seconds of a minute, an hour and a day.
const MINUTE_S: u64 = 60;
const HOUR_S: u64 = 3600;
const DAY_S: u64 = 24 * HOUR_S;

/// Number of questions of each kind, of which the median counts.
const QUESTIONS: usize = 7;

/// Cameras of which history is written in real time.
const CAMERAS: usize = 8;
/// Results a second of each.
const RESULTS_FPS: u32 = 15;
/// Time for which that is measured.
const WRITTEN: Duration = Duration::from_secs(20);

fn main() -> ExitCode {
    let mut bars = Bars::default();
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("year.db");
    let now_s = now_us() / 1_000_000;
    let begins_s = (now_s - 365 * DAY_S) / HOUR_S * HOUR_S;
    let made = remember(&database, begins_s, now_s / MINUTE_S * MINUTE_S - 2 * MINUTE_S);
    println!("made in {made:.1?}, {} MB", fs::metadata(&database).map_or(0, |file| file.len() / 1_000_000));
    rows(&mut bars, &database, now_s);
    questions(&mut bars, &database, (begins_s, now_s));
    for _ in 0..support::rounds() {
        written(&mut bars, &folder.path().join("written.db"));
    }
    bars.finish()
}

fn open(database: &Path, desk: &Desk, metrics: &Metrics) -> History {
    let age = Duration::from_secs(36_600 * DAY_S);
    let keep = Keep { minutes: age, hours: age, events: age, snapshot_bytes: 0 };
    let is_person = |class: &str| class == "person";
    let settings = HistorySettings { database: database.to_owned(), keep, is_person };
    History::open(settings, Box::new(|_, _| None), desk.numbers().clone(), metrics).expect("a thread")
}

/// Has a year remembered: a minute of each hour, and of the last 31 days each minute.
fn remember(database: &Path, begins_s: u64, ends_s: u64) -> Duration {
    let metrics = Metrics::new().expect("names differ");
    let desk = Desk::new(metrics.clone());
    let history = open(database, &desk, &metrics);
    let began = Instant::now();
    let camera = Arc::from("main");
    let month_s = ends_s - 31 * DAY_S;
    let minutes = (begins_s..month_s).step_by(HOUR_S as usize).chain((month_s..ends_s).step_by(60));
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    for (n, at_s) in minutes.enumerate() {
        let reader = desk.reader("history");
        // As many as give every row its lines, zones, classes and risk.
        for second in 0..4 {
            let seen = Seen { at_us: (at_s + 13 * second) * 1_000_000, number: n as u64 + second };
            seen.items().into_iter().for_each(|item| desk.publish(&camera, item));
        }
        runtime.block_on(history.hear(reader, ready(())));
        if n % 100 == 99 {
            history.flush().expect("is written");
        }
    }
    history.stop();
    began.elapsed()
}

/// What a camera sees at a moment.
struct Seen {
    at_us: u64,
    number: u64,
}

impl Seen {
    fn items(&self) -> Vec<Item> {
        let crossed = Event::LineCrossed {
            at_us: self.at_us,
            line: ["gate", "door"][self.number as usize % 2].into(),
            direction: if self.number.is_multiple_of(3) { Direction::Outbound } else { Direction::Inbound },
            track_id: self.number,
            class: ["person", "bicycle"][self.number as usize % 2].into(),
            place: None,
            speed_kmh: None,
        };
        let pulse =
            Pulse { at_us: self.at_us, fps: 24.0 + (self.number % 10) as f64 / 7.0, tells_people: true };
        let [crowd, objects] = [self.crowd(), self.objects()].map(|result| Item::Result(Arc::new(result)));
        vec![crowd, objects, Item::Pulse(pulse), Item::Event(crossed)]
    }

    fn result(&self) -> AnalyticsResult {
        AnalyticsResult {
            camera: "main".into(),
            frame: self.number,
            captured_us: self.at_us,
            finished_us: self.at_us + 50_000,
            crowd: None,
            objects: None,
            counted: None,
            counts: BTreeMap::new(),
            lines: vec![],
            zones: vec![],
            timings_ms: Timings::default(),
        }
    }

    fn crowd(&self) -> AnalyticsResult {
        let total = 10.0 + (self.number % 97) as f32 / 3.0;
        let risk = if self.number.is_multiple_of(5) { RiskLevel::Moderate } else { RiskLevel::Low };
        let crowd = Crowd { total, grid: Grid { cols: 1, people: vec![total] }, risk };
        AnalyticsResult { crowd: Some(crowd), ..self.result() }
    }

    fn objects(&self) -> AnalyticsResult {
        let object = |class: &str| Object {
            track_id: self.number,
            class: class.to_owned(),
            confidence: 0.9,
            bbox: BBox { x1: 0.0, y1: 0.0, x2: 1.0, y2: 1.0 },
            velocity: Velocity::default(),
            speed_kmh: None,
            trail: vec![],
        };
        let classes = ["person", "person", "bicycle", "car"];
        let objects = classes.iter().cycle().take(8 + self.number as usize % 7);
        let line = |id: &str| LineCount { id: id.into(), ..LineCount::default() };
        let zone = |id: &str| ZoneCount {
            id: id.into(),
            occupancy: self.number as usize % 5,
            longest_dwell_s: Some(self.number as f32 % 61.0),
            ..ZoneCount::default()
        };
        AnalyticsResult {
            objects: Some(objects.map(|class| object(class)).collect()),
            lines: ["gate", "door"].map(line).into(),
            zones: ["plaza", "stairs"].map(zone).into(),
            ..self.result()
        }
    }
}

/// Has a month of minutes read without a server.
fn rows(bars: &mut Bars, database: &Path, now_s: u64) {
    let metrics = Metrics::new().expect("names differ");
    let history = open(database, &Desk::new(metrics.clone()), &metrics);
    let (calendar, now_s) = (Calendar::named("Europe/Berlin").expect("is known"), now_s as i64);
    let (from_s, step) = (now_s - 30 * DAY_S as i64, Step::Minute);
    let query = SeriesQuery { camera: "main", from_s, to_s: now_s, step, calendar: &calendar };
    history.flush().expect("is written");
    for _ in 0..QUESTIONS {
        let (began, mut rows) = (Instant::now(), 0);
        history.each_row(&query, |row| rows += usize::from(row.people.is_some())).expect("answers");
        assert!(rows > 29 * 24 * 60, "{rows} rows");
        bars.note("a month of minutes read", began.elapsed().as_secs_f64() * 1000.0, "ms", Must::Be);
    }
    history.stop();
}

/// Asks the whole server.
fn questions(bars: &mut Bars, database: &Path, (begins_s, now_s): (u64, u64)) {
    let kept = ["--history-minutes-days", "3660", "--history-hours-days", "36600"];
    let database = database.display().to_string();
    let idle = ["--source", "synthetic:people=1", "--capture-fps", "1", "--capture-width", "160"];
    let server =
        Server::steadycast(&[&idle[..], &kept, &["--database", &database]].concat()).expect("starts");
    let month_s = now_s - 30 * DAY_S;
    for (what, path, rows) in [
        ("a year of hours", format!("/api/history?step=1h&from={begins_s}"), 365 * 24),
        ("a month of minutes", format!("/api/history?step=1m&from={month_s}"), 30 * 24 * 60 - 10),
        (
            "a month of minutes as a table",
            format!("/api/history.csv?step=1m&from={month_s}"),
            30 * 24 * 60 - 10,
        ),
    ] {
        let (mut took, mut began_after) = (Vec::new(), Vec::new());
        let mut size = 0;
        for _ in 0..QUESTIONS {
            let began = Instant::now();
            let (answer, first) = get(server.addr, &path).expect("answers");
            took.push(began.elapsed().as_secs_f64() * 1000.0);
            began_after.push((first - began).as_secs_f64() * 1000.0);
            size = answer.len();
            let separator = if path.contains("csv") { "\r\n" } else { "\"from_s\"" };
            let text = String::from_utf8_lossy(&answer);
            let found = text.matches(separator).count();
            assert!(found >= rows, "{what}: {found} of {rows} rows");
        }
        bars.note(what, median(took), "ms", Must::AtMost(100.0));
        bars.note(format!("{what}: until it begins"), median(began_after), "ms", Must::Be);
        bars.note(format!("{what}: its size"), size as f64 / 1e6, "MB", Must::Be);
    }
}

/// Returns an answer with its head, and when it began to come.
fn get(address: SocketAddr, path: &str) -> io::Result<(Vec<u8>, Instant)> {
    let mut stream = TcpStream::connect(address)?;
    write!(stream, "GET {path} HTTP/1.0\r\n\r\n")?;
    let mut answer = vec![0];
    stream.read_exact(&mut answer)?;
    let first = Instant::now();
    // Room for all of it, so that a client of this kind takes little time itself.
    answer.reserve(64 << 20);
    stream.read_to_end(&mut answer)?;
    Ok((answer, first))
}

/// Has eight cameras remembered in real time, and measures the thread that writes.
fn written(bars: &mut Bars, database: &Path) {
    let metrics = Metrics::new().expect("names differ");
    let desk = Desk::new(metrics.clone());
    let history = open(database, &desk, &metrics);
    history.flush().expect("is written");
    let cameras: Vec<Arc<str>> = (0..CAMERAS).map(|n| Arc::from(format!("camera{n}"))).collect();
    let before = writer_seconds().expect("there is a writer");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let mut results: u64 = 0;
    runtime.block_on(async {
        let (reader, mut tick) =
            (desk.reader("history"), tokio::time::interval(Duration::from_secs(1) / RESULTS_FPS));
        let ends = Instant::now() + WRITTEN;
        let feeding = async {
            while Instant::now() < ends {
                tick.tick().await;
                for camera in &cameras {
                    let some = if results.is_multiple_of(u64::from(RESULTS_FPS)) { 3 } else { 1 };
                    feed(results).into_iter().take(some).for_each(|item| desk.publish(camera, item));
                }
                results += 1;
            }
        };
        history.hear(reader, feeding).await;
    });
    history.flush().expect("is written");
    let took = writer_seconds().expect("there is a writer") - before;
    let seconds = results as f64 / f64::from(RESULTS_FPS);
    assert!(seconds > 0.9 * WRITTEN.as_secs_f64(), "{results} results of each camera");
    assert_eq!(metrics.news_lost.with_label_values(&["history"]).get(), 0);
    history.stop();
    bars.note(
        "CPU of history, 8 cameras at 15 results a second",
        100.0 * took / seconds,
        "% core",
        Must::AtMost(1.0),
    );
}

/// What is new at the n-th result of a camera: the result, of both models in turn; then what comes once a
/// second, a pulse and somebody who crosses a line.
fn feed(number: u64) -> Vec<Item> {
    let mut items = Seen { at_us: now_us(), number }.items();
    items.remove(usize::from(number.is_multiple_of(2)));
    items
}

/// CPU seconds of this process's thread that writes history.
fn writer_seconds() -> Option<f64> {
    let mut tasks = fs::read_dir("/proc/self/task").ok()?.flatten();
    let writer = tasks.find(|task| {
        fs::read_to_string(task.path().join("comm")).is_ok_and(|name| name.trim() == "history")
    })?;
    let times = fs::read_to_string(writer.path().join("schedstat")).ok()?;
    Some(times.split(' ').next()?.parse::<f64>().ok()? / 1e9)
}
