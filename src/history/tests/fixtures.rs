//! What tests of history are made of: cameras that see something, folders, databases.

use std::{collections::BTreeMap, mem, path::PathBuf, sync::Arc, time::Duration};

use rusqlite::Connection;
use tempfile::TempDir;

use crate::{
    fixtures::found_nothing,
    history::{
        Calendar, HistorySettings, Keep, Row, SeriesQuery, Step,
        keeper::Keeper,
        rollup::Rollup,
        series::each_row,
        shared::Shared,
        store::{Batch, Happened, Store},
    },
    news::{Item, News, Numbers},
    nouns::{
        count::{LineCount, ZoneCount},
        event::Event,
        place::{BBox, Direction, Velocity},
        result::{AnalyticsResult, Crowd, Grid, Object, RiskLevel},
        state::Pulse,
    },
    tools::metrics::Metrics,
};

/// Whether a class of these tests is people.
pub fn is_person(class: &str) -> bool {
    class == "person"
}

pub fn settings(database: PathBuf) -> HistorySettings {
    let days = |days: u64| Duration::from_secs(days * 86_400);
    // Times of tests may be the epoch's own.
    let age = days(36_500);
    let keep = Keep { minutes: age, hours: age, events: age, snapshot_bytes: 1 << 20 };
    HistorySettings { database, keep, is_person }
}

pub fn metrics() -> Metrics {
    Metrics::new().expect("names differ")
}

/// A keeper of the database at a path, which gives numbers to nobody else.
pub fn keeper(database: PathBuf) -> (Keeper, Arc<Shared>) {
    let shared = Arc::new(Shared::new(database.clone()));
    (Keeper::new(settings(database), Arc::clone(&shared), Numbers::default(), metrics()), shared)
}

/// Events that were told by those numbers, each at the moment that is its number.
pub fn told(numbers: &[u64]) -> Batch {
    let happened = |number: &u64| Happened {
        number: *number,
        camera: "main".into(),
        event: crossed(*number, Direction::Inbound, "person"),
        snapshot: None,
    };
    Batch { events: numbers.iter().map(happened).collect(), ..Batch::default() }
}

/// A second, of its text.
pub fn second(text: &str) -> i64 {
    text.parse::<jiff::Timestamp>().expect("a time").as_second()
}

fn result(at_us: u64) -> AnalyticsResult {
    AnalyticsResult { captured_us: at_us, finished_us: at_us + 50_000, objects: None, ..found_nothing() }
}

/// A result of the crowd model.
pub fn crowd(at_us: u64, total: f32, risk: RiskLevel) -> Item {
    let crowd = Crowd { total, grid: Grid { cols: 1, people: vec![total] }, risk };
    // What the detector counted last goes along, and is not to be counted again.
    let zone = ZoneCount { id: "plaza".into(), occupancy: 99, ..ZoneCount::default() };
    let counts = BTreeMap::from([("person".to_owned(), 99)]);
    Item::Result(Arc::new(AnalyticsResult { crowd: Some(crowd), counts, zones: vec![zone], ..result(at_us) }))
}

/// A result of the detector: so many people and cars, of whom some are in the zone.
pub fn detected(at_us: u64, people: usize, cars: usize, inside: usize) -> Item {
    let object = |class: &str| Object {
        track_id: 1,
        class: class.to_owned(),
        confidence: 0.9,
        bbox: BBox { x1: 0.0, y1: 0.0, x2: 1.0, y2: 1.0 },
        velocity: Velocity::default(),
        speed_kmh: None,
        trail: vec![],
    };
    let people = std::iter::repeat_n("person", people).chain(std::iter::repeat_n("car", cars));
    let longest_dwell_s = (inside > 0).then_some(inside as f32);
    let zone = ZoneCount { id: "plaza".into(), occupancy: inside, longest_dwell_s, ..ZoneCount::default() };
    let lines = vec![LineCount { id: "gate".into(), ..LineCount::default() }];
    let objects = Some(people.map(object).collect());
    Item::Result(Arc::new(AnalyticsResult { objects, lines, zones: vec![zone], ..result(at_us) }))
}

pub fn crossed(at_us: u64, direction: Direction, class: &str) -> Event {
    Event::LineCrossed {
        at_us,
        line: "gate".into(),
        direction,
        track_id: 7,
        class: class.into(),
        place: Some([0.5, 0.5]),
        speed_kmh: None,
    }
}

pub fn pulse(at_us: u64, fps: f64) -> Item {
    Item::Pulse(Pulse { at_us, fps, tells_people: true })
}

/// A database, and what is to be written to it.
pub struct World {
    pub folder: TempDir,
    pub store: Store,
    pub batch: Batch,
    rollup: Rollup,
    /// Number of the last news.
    number: u64,
}

impl World {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("history.db"), &Numbers::default()).expect("opens");
        World { folder, store, batch: Batch::default(), rollup: Rollup::new(is_person), number: 0 }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("history.db")
    }

    pub fn hear(&mut self, camera: &str, item: Item) {
        let news = News { number: self.number, camera: Arc::from(camera), item };
        self.rollup.hear(&news);
        if let Item::Event(event) = news.item {
            self.happen(camera, event, None);
        }
    }

    /// Notes an event by itself.
    pub fn happen(&mut self, camera: &str, event: Event, snapshot: Option<Vec<u8>>) {
        self.number += 1;
        self.batch.events.push(Happened { number: self.number, camera: camera.into(), event, snapshot });
    }

    /// Takes out what was heard.
    pub fn heard(&mut self) -> Batch {
        Batch { minutes: self.rollup.take(), ..mem::take(&mut self.batch) }
    }

    /// Writes what was heard, at that second.
    pub fn commit(&mut self, now_s: i64) {
        let batch = self.heard();
        self.store.commit(&batch, now_s).expect("is written");
    }

    /// Opens the database again, as another start of the program does.
    pub fn reopen(&mut self) {
        self.store = Store::open(&self.path(), &Numbers::default()).expect("opens");
    }

    pub fn reader(&self) -> Connection {
        Connection::open(self.path()).expect("opens")
    }

    pub fn series(&self, camera: &str, (from_s, to_s): (i64, i64), step: &str, zone: &str) -> Vec<Row> {
        let calendar = Calendar::named(zone).expect("is known");
        let step: Step = step.parse().expect("is one");
        let query = SeriesQuery { camera, from_s, to_s, step, calendar: &calendar };
        let mut rows = Vec::new();
        each_row(&self.reader(), &query, |row| rows.push(row.clone())).expect("answers");
        rows
    }
}
