//! What history says of days that are over.

use std::collections::{BTreeMap, BTreeSet};

use super::fixtures::{World, crossed, crowd, detected, pulse, second};
use crate::{
    history::{
        Calendar, HistoryError, Row, SeriesQuery,
        counts::{counts_since, counts_today},
        events::{EventQuery, StretchQuery, events, snapshot, stretch},
        retention::prune,
        series::{MOST_ROWS, each_row},
        settings::Keep,
    },
    news::Item,
    nouns::{event::Event, place::Direction, result::RiskLevel},
};

const RISKS: [RiskLevel; 4] = [RiskLevel::Low, RiskLevel::Moderate, RiskLevel::High, RiskLevel::Critical];

/// What a straightforward sum makes of a time.
#[derive(Default)]
struct Plain {
    crowd: Vec<f64>,
    risks: Vec<RiskLevel>,
    cars: Vec<f64>,
    inside: Vec<f64>,
    fps: Vec<f64>,
    inbound: BTreeMap<String, u64>,
    outbound: BTreeMap<String, u64>,
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn max(values: &[f64]) -> f32 {
    values.iter().copied().fold(0.0, f64::max) as f32
}

impl Plain {
    fn assert_is(&self, row: &Row) {
        let close = |a: f64, b: f64| (a - b).abs() < 1e-9 * b.abs().max(1.0);
        let people = row.people.expect("somebody counted");
        assert!(close(people.mean, mean(&self.crowd)) && people.max == max(&self.crowd), "{row:?}");
        assert_eq!(people.samples, self.crowd.len() as u64);
        let share =
            |level| self.risks.iter().filter(|risk| **risk == level).count() as f64 / self.risks.len() as f64;
        let risk = row.risk.expect("somebody looked");
        assert_eq!((Some(risk.worst), risk.shares), (self.risks.iter().max().copied(), RISKS.map(share)));
        let objects = row.objects.as_ref().expect("a detector ran");
        let cars = objects.iter().find(|row| row.class.as_str() == "car").expect("there were cars").count;
        assert!(close(cars.mean, mean(&self.cars)) && cars.max == max(&self.cars), "{row:?}");
        let zone = &row.zones.as_ref().expect("a detector ran")[0];
        assert!(close(zone.occupancy.mean, mean(&self.inside)) && zone.occupancy.max == max(&self.inside));
        assert_eq!(zone.longest_dwell_s, Some(max(&self.inside)));
        let line = row.lines.as_ref().expect("a detector ran")[0].counts();
        assert_eq!((&line.classes.inbound, &line.classes.outbound), (&self.inbound, &self.outbound));
        let fps = row.capture_fps.expect("the camera was there");
        assert!(close(fps.mean, mean(&self.fps)) && fps.max == max(&self.fps));
    }
}

/// The length of the day on which clocks in Berlin go back, and of that on which they go ahead, seconds.
const LONG_DAY_S: i64 = 25 * 3600;
const SHORT_DAY_S: i64 = 23 * 3600;

/// A simulated day, summed up straightforwardly.
struct PlainDay {
    minutes: Vec<Plain>,
    hours: Vec<Plain>,
    day: Plain,
}

impl PlainDay {
    fn new(length_s: i64) -> Self {
        let empty = |parts: i64| (0..parts).map(|_| Plain::default()).collect();
        PlainDay { minutes: empty(length_s / 60), hours: empty(length_s / 3600), day: Plain::default() }
    }

    /// The sums of a second: its minute's, its hour's, and the day's.
    fn of(&mut self, s: i64) -> [&mut Plain; 3] {
        [&mut self.minutes[s as usize / 60], &mut self.hours[s as usize / 3600], &mut self.day]
    }
}

/// Simulates a day of a camera from its midnight on; behind the fifth hour is one in which there is nothing.
fn simulated(world: &mut World, midnight: i64, length_s: i64) -> PlainDay {
    let mut random = fastrand::Rng::with_seed(5);
    let mut plain = PlainDay::new(length_s);
    for s in (0..length_s).filter(|s| !(5 * 3600..6 * 3600).contains(s)) {
        let at_us = (midnight + s) as u64 * 1_000_000 + random.u64(..1_000_000);
        let (total, risk, cars) = (random.f32() * 80.0, RISKS[random.usize(..4)], random.usize(..4));
        let (inside, fps, class) =
            (random.usize(1..9), random.f64() * 30.0, ["person", "bicycle"][random.usize(..2)]);
        let direction = if random.bool() { Direction::Inbound } else { Direction::Outbound };
        world.hear("main", pulse(at_us, fps));
        world.hear("main", detected(at_us, 2, cars, inside));
        world.hear("main", crowd(at_us, total, risk));
        world.hear("main", Item::Event(crossed(at_us, direction, class)));
        for sum in plain.of(s) {
            sum.crowd.push(total.into());
            sum.risks.push(risk);
            sum.cars.push(cars as f64);
            sum.inside.push(inside as f64);
            sum.fps.push(fps);
            let counts = if direction == Direction::Inbound { &mut sum.inbound } else { &mut sum.outbound };
            *counts.entry(class.to_owned()).or_default() += 1;
        }
        if s % 20 == 0 {
            world.commit(midnight + s);
        }
        if s == 12_345 {
            world.reopen();
        }
    }
    world.commit(midnight + length_s);
    plain
}

/// Holds all roll-ups of a day in Berlin to the straightforward sums.
fn assert_is_that_day(world: &World, (midnight, end): (i64, i64), plain: &PlainDay) {
    let rows = |step| world.series("main", (midnight, end), step, "Europe/Berlin");
    let [minutes, hours] = ["1m", "1h"].map(rows);
    assert_eq!(minutes.len(), plain.minutes.len() - 60, "the hour in which nothing was is not there");
    assert_eq!(hours.len(), plain.hours.len() - 1);
    minutes.iter().for_each(|row| plain.minutes[((row.from_s - midnight) / 60) as usize].assert_is(row));
    hours.iter().for_each(|row| plain.hours[((row.from_s - midnight) / 3600) as usize].assert_is(row));
    let days = world.series("main", (midnight + 7, midnight + 8), "1d", "Europe/Berlin");
    let [row] = &days[..] else { panic!("{} days", days.len()) };
    assert_eq!((row.from_s, row.to_s), (midnight, end));
    plain.day.assert_is(row);
    assert_eq!(rows("15m").len(), minutes.len() / 15);
    assert_eq!(rows("5m").len(), minutes.len() / 5);
}

#[test]
fn a_day_of_a_camera_is_what_a_straightforward_sum_makes_of_it() {
    let mut world = World::new();
    let midnight = second("2026-10-24T22:00:00Z");
    let plain = simulated(&mut world, midnight, LONG_DAY_S);
    let day = (midnight, midnight + LONG_DAY_S);
    assert_is_that_day(&world, day, &plain);
    let hours = world.series("main", day, "1h", "Europe/Berlin");
    let berlin = Calendar::named("Europe/Berlin").expect("is known");
    let two = hours.iter().map(|row| berlin.rfc3339(row.from_s)).filter(|at| at.contains("T02"));
    assert_eq!(two.collect::<Vec<_>>(), ["2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00"]);
    let minutes = world.series("main", day, "1m", "UTC");
    assert!(minutes.iter().all(|row| row.detect_fps == Some(1.0) && row.crowd_fps == Some(1.0)));
}

#[test]
fn a_day_on_which_clocks_go_ahead_has_an_hour_less() {
    let mut world = World::new();
    let midnight = second("2026-03-28T23:00:00Z");
    let plain = simulated(&mut world, midnight, SHORT_DAY_S);
    let day = (midnight, midnight + SHORT_DAY_S);
    assert_is_that_day(&world, day, &plain);
    let berlin = Calendar::named("Europe/Berlin").expect("is known");
    let hours = world.series("main", day, "1h", "Europe/Berlin");
    assert!(hours.iter().all(|row| !berlin.rfc3339(row.from_s).contains("T02")), "there is no such hour");
}

#[test]
fn what_crossed_today_is_told_behind_a_restart_and_from_a_reset_on() {
    let mut world = World::new();
    let midnight = second("2026-10-24T22:00:00Z");
    world.hear("main", Item::Event(Event::CameraAdded { at_us: (midnight as u64 - 7) * 1_000_000 }));
    let plain = simulated(&mut world, midnight, LONG_DAY_S);
    let now_us = (midnight + LONG_DAY_S - 1) as u64 * 1_000_000;
    world.reopen();
    let berlin = Calendar::named("Europe/Berlin").expect("is known");
    let today = || counts_today(&world.reader(), "main", now_us, &berlin).expect("answers");
    assert_eq!((today().since_us, today().lines.len()), (midnight as u64 * 1_000_000, 1));
    assert_eq!(today().lines[0].classes.inbound, plain.day.inbound);
    // In the middle of a minute, of an hour, and of a second.
    let reset_us = (midnight + 20 * 3600 + 1234) as u64 * 1_000_000 + 500_000;
    let later = |event: &Event| event.at_us() >= reset_us && matches!(event, Event::LineCrossed { .. });
    let query =
        EventQuery { camera: None, kind: None, from_us: reset_us, to_us: u64::MAX, limit: 1, before: None };
    assert!(
        events(&world.reader(), &query).expect("answers").len() == 1
            && later(&crossed(reset_us, Direction::Inbound, ""))
    );
    let expected: i64 = world
        .reader()
        .query_row("SELECT count(*) FROM events WHERE at_us >= ?1", [reset_us as i64], |row| row.get(0))
        .expect("counts");
    world.batch.resets.push(("main".into(), reset_us));
    world.commit(midnight + LONG_DAY_S);
    let counted = counts_today(&world.reader(), "main", now_us, &berlin).expect("answers");
    assert_eq!(counted.since_us, reset_us);
    assert_eq!(counted.lines[0].inbound + counted.lines[0].outbound, expected as u64);
    let none = counts_since(&world.reader(), "nobody", 0).expect("answers");
    assert!(none.lines.is_empty());
}

#[test]
fn counts_are_known_from_the_moment_on_at_which_the_camera_was_first_heard_of() {
    let mut world = World::new();
    let noon_us = second("2026-10-24T12:00:00Z") as u64 * 1_000_000;
    let utc = Calendar::named("UTC").expect("is known");
    let since = |world: &World, now_us| {
        let today = counts_today(&world.reader(), "main", now_us, &utc).expect("answers");
        (today.since_us, today.lines.first().map_or(0, |line| line.inbound))
    };
    assert_eq!(since(&world, noon_us), (noon_us, 0), "nothing is known yet");
    let (added, minute) = (noon_us + 34_500_000, 60_000_000);
    world.hear("main", Item::Event(Event::CameraAdded { at_us: added }));
    world.hear("main", crowd(added + 1, 3.0, RiskLevel::Low));
    world.hear("main", Item::Event(crossed(added + minute, Direction::Inbound, "person")));
    world.commit(noon_us as i64 / 1_000_000 + 100);
    assert_eq!(since(&world, noon_us + 2 * minute), (added, 1));
    let midnight = second("2026-10-25T00:00:00Z") as u64 * 1_000_000;
    assert_eq!(since(&world, midnight + minute), (midnight, 0), "the next day is known from its beginning");
    assert_eq!(since(&world, noon_us - minute).0, midnight - 86_400_000_000, "before a clock was set back");
    // Where events are not kept for long, the first minute tells.
    world.store.connection().execute("DELETE FROM events", []).expect("deletes");
    assert_eq!(since(&world, noon_us + 2 * minute), (noon_us, 1));
}

#[test]
fn what_was_counted_by_a_clock_that_was_ahead_is_counted_on_its_own_day_alone() {
    let mut world = World::new();
    let noon = second("2026-10-24T12:00:00Z");
    // A year ahead, a quarter of an hour before and behind Kolkata's midnight, which is in the middle of an
    // hour, and now.
    let before_midnight = 6 * 3600 + 15 * 60;
    for seconds in [365 * 86_400, before_midnight, before_midnight + 1800, 0] {
        let at_us = (noon + seconds) as u64 * 1_000_000;
        world.hear("main", Item::Event(crossed(at_us, Direction::Inbound, "person")));
    }
    world.commit(noon + 1);
    let today = |world: &World, zone| {
        let (calendar, now_us) = (Calendar::named(zone).expect("is known"), (noon + 2) as u64 * 1_000_000);
        let today = counts_today(&world.reader(), "main", now_us, &calendar).expect("answers");
        today.lines.iter().map(|line| line.inbound).sum::<u64>()
    };
    assert_eq!(["Asia/Kolkata", "UTC"].map(|zone| today(&world, zone)), [2, 3]);
    world.batch.resets.push(("main".into(), (noon + 1) as u64 * 1_000_000));
    world.commit(noon + 2);
    assert_eq!(["Asia/Kolkata", "UTC"].map(|zone| today(&world, zone)), [1, 2]);
}

#[test]
fn a_clock_that_is_set_back_adds_to_minutes_and_loses_and_doubles_nothing() {
    let mut world = World::new();
    let start = second("2026-01-01T12:00:00Z");
    // Five minutes, then back by three and a half, and five again; the program ends in between.
    for (n, second) in (0..300).chain(90..390).enumerate() {
        world.hear("main", crowd((start + second) as u64 * 1_000_000, 10.0, RiskLevel::Low));
        let at_us = (start + second) as u64 * 1_000_000;
        world.hear("main", Item::Event(crossed(at_us, Direction::Inbound, "person")));
        world.commit(start + second);
        if n == 400 {
            world.reopen();
        }
    }
    let rows = world.series("main", (start, start + 3600), "1m", "UTC");
    let samples: Vec<u64> = rows.iter().filter_map(|row| Some(row.people?.samples)).collect();
    assert_eq!(samples, [60, 90, 120, 120, 120, 60, 30]);
    let hour = &world.series("main", (start, start + 3600), "1h", "UTC")[0];
    assert_eq!(
        (hour.people.map(|people| people.samples), hour.lines.as_ref().map(|l| l[0].inbound)),
        (Some(600), Some(600))
    );
    assert_eq!(
        counts_since(&world.reader(), "main", start as u64 * 1_000_000).expect("answers").lines[0].inbound,
        600
    );
}

#[test]
fn too_many_rows_are_refused_before_the_first_and_long_gaps_are_no_rows() {
    let mut world = World::new();
    world.hear("main", crowd(0, 1.0, RiskLevel::Low));
    world.commit(200);
    let minutes = "INSERT INTO minutes WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
                   WHERE i < ?1 - 1) SELECT 1, 60 * i, x'' FROM n";
    world.store.connection().execute(minutes, [MOST_ROWS]).expect("is written");
    let rows = |world: &World, text: &str| {
        let (mut count, calendar) = (0, Calendar::named("UTC").expect("is known"));
        let step = text.parse().expect("is one");
        let query = SeriesQuery { camera: "main", from_s: 0, to_s: i64::MAX, step, calendar: &calendar };
        let answer = each_row(&world.reader(), &query, |_| count += 1);
        answer.map(|()| count).map_err(|error| (count, error))
    };
    // By a clock that was decades ahead.
    let insert = |world: &mut World, table: &str, at_s: i64| {
        let sql = format!("INSERT INTO {table} VALUES (1, ?1, x'')");
        world.store.connection().execute(&sql, [at_s]).expect("is written");
    };
    insert(&mut world, "hours", 3_600_000_000);
    assert_eq!(rows(&world, "1m").expect("as many as may be"), MOST_ROWS);
    insert(&mut world, "minutes", 3_600_000_000);
    let refused = rows(&world, "1m").expect_err("one too many");
    assert!(matches!(refused, (0, HistoryError::TooMany { .. })), "{refused:?}");
    assert_eq!(rows(&world, "5m").expect("fewer"), MOST_ROWS / 5 + 1);
}

#[test]
fn days_of_a_zone_that_is_half_an_hour_off_are_cut_in_the_minute() {
    let mut world = World::new();
    // Midnight in Kolkata.
    let midnight = second("2026-01-01T18:30:00Z");
    for minute in -600..600 {
        let at = midnight + minute * 60;
        world.hear("main", crowd(at as u64 * 1_000_000, if minute < 0 { 1.0 } else { 5.0 }, RiskLevel::Low));
        world.commit(at);
    }
    let rows = world.series("main", (midnight - 10, midnight + 10), "1d", "Asia/Kolkata");
    let people: Vec<_> =
        rows.iter().filter_map(|row| row.people).map(|people| (people.mean, people.samples)).collect();
    assert_eq!(people, [(1.0, 600), (5.0, 600)]);
    // Without minutes, an hour counts for the day in which it begins.
    world.store.connection().execute("DELETE FROM minutes", []).expect("deletes");
    let rows = world.series("main", (midnight - 10, midnight + 10), "1d", "Asia/Kolkata");
    let samples: Vec<_> = rows.iter().filter_map(|row| row.people).map(|people| people.samples).collect();
    assert_eq!(samples, [630, 570]);
}

#[test]
fn without_a_model_there_is_nothing_and_a_detector_that_knows_people_finds_none() {
    let mut world = World::new();
    let start = second("2026-01-01T12:00:00Z");
    let at = |s: i64| (start + s) as u64 * 1_000_000;
    world.hear("main", detected(at(0), 3, 0, 0));
    world.hear("main", pulse(at(60), 25.0));
    world.hear("main", detected(at(61), 0, 1, 0));
    world.hear("main", pulse(at(120), 25.0));
    world.commit(start + 200);
    let rows = world.series("main", (start, start + 600), "1m", "UTC");
    let people: Vec<_> = rows.iter().map(|row| row.people.map(|people| people.mean)).collect();
    // Nobody had said yet that the detector knows people.
    assert_eq!(people, [None, Some(0.0), None]);
    assert!(rows[2].objects.is_none() && rows[2].lines.is_none() && rows[2].capture_fps.is_some());
    assert!(world.series("other", (start, start + 600), "1m", "UTC").is_empty());
}

#[test]
fn a_camera_that_comes_back_goes_on_in_its_series() {
    let mut world = World::new();
    let start = second("2026-01-01T12:00:00Z");
    for (s, again) in [(0, false), (30, true)] {
        let at_us = (start + s) as u64 * 1_000_000;
        world.hear("gate", crowd(at_us, 4.0, RiskLevel::Low));
        world.hear("gate", Item::Event(Event::CameraRemoved { at_us }));
        world.commit(start + s);
        if !again {
            world.reopen();
            world.hear("yard", crowd(at_us, 9.0, RiskLevel::Low));
        }
    }
    let rows = world.series("gate", (start, start + 60), "1m", "UTC");
    assert_eq!(rows[0].people.map(|people| (people.mean, people.samples)), Some((4.0, 2)));
}

#[test]
fn events_come_page_by_page_newest_first() {
    let mut world = World::new();
    for n in 0..50 {
        // The clock is set back once.
        let at_us = if n < 25 { 1000 + n } else { 990 + n };
        world.happen("gate", crossed(at_us, Direction::Inbound, "person"), None);
        world.happen("yard", Event::SourceBack { at_us }, (n % 10 == 0).then(|| vec![n as u8; 10]));
    }
    world.commit(0);
    let all = EventQuery { camera: None, kind: None, from_us: 0, to_us: u64::MAX, limit: 7, before: None };
    let (reader, mut seen, mut query) = (world.reader(), Vec::new(), all);
    loop {
        let page = events(&reader, &query).expect("answers");
        let Some(last) = page.last() else { break };
        query.before = Some(last.id);
        seen.extend(page);
    }
    assert_eq!(seen.len(), 100);
    assert!(seen.windows(2).all(|pair| (pair[0].at_us, pair[0].id) > (pair[1].at_us, pair[1].id)));
    let pictures: Vec<_> = seen.iter().filter(|event| event.has_snapshot).collect();
    assert_eq!(pictures.len(), 5);
    assert_eq!(snapshot(&reader, pictures[0].id).expect("answers").map(|jpeg| jpeg.len()), Some(10));
    let of = |query| events(&reader, &query).expect("answers");
    let lines = of(EventQuery { kind: Some("line_crossed"), limit: 1000, ..all });
    assert!(
        lines.len() == 50 && lines.iter().all(|event| event.camera == "gate" && event.body["line"] == "gate")
    );
    assert_eq!(
        of(EventQuery { camera: Some("yard"), from_us: 1000, to_us: 1010, limit: 1000, ..all }).len(),
        10
    );
    assert!(of(EventQuery { camera: Some("gate"), kind: Some("source_back"), ..all }).is_empty());
    assert!(of(EventQuery { before: Some(123_456), ..all }).is_empty());
}

#[test]
fn events_of_a_camera_are_found_among_those_of_others_and_all_are_counted() {
    let mut world = World::new();
    for n in 0..50 {
        world.happen("gate", crossed(1000 + n, Direction::Inbound, "person"), None);
        world.happen("yard", Event::SourceBack { at_us: 1000 + n }, (n == 7).then(|| vec![1]));
    }
    world.commit(0);
    let reader = world.reader();
    let counted = |camera, (after, before), limit, counts_all| {
        let query = StretchQuery { camera, after, before, limit, counts_all };
        let found = stretch(&reader, &query).expect("answers");
        let ids: Vec<i64> = found.events.iter().map(|event| event.id).collect();
        let cameras: BTreeSet<&str> = found.events.iter().map(|event| &*event.camera).collect();
        assert!(camera.is_none_or(|camera| cameras.iter().all(|other| *other == camera)), "{cameras:?}");
        (ids, found.passed, found.has_more)
    };
    let of = |camera, between, limit| counted(camera, between, limit, true);
    assert_eq!(of(None, (90, u64::MAX), 4), (vec![91, 92, 93, 94], 4, true));
    assert_eq!(of(None, (90, 93), 4), (vec![91, 92], 2, false));
    assert_eq!(of(None, (93, 90), 4), (vec![], 0, false));
    assert_eq!(of(Some("yard"), (10, 90), 3), (vec![12, 14, 16], 6, true));
    assert_eq!(of(Some("yard"), (84, 90), 3), (vec![86, 88], 5, false));
    assert_eq!(of(Some("attic"), (84, 90), 3), (vec![], 5, false));
    assert_eq!(counted(Some("yard"), (10, 90), 3, false), (vec![12, 14, 16], 3, true));
    assert_eq!(counted(None, (90, 93), 4, false), (vec![91, 92], 2, false));
    let all = StretchQuery { camera: Some("yard"), after: 0, before: 1000, limit: 1000, counts_all: false };
    let events = stretch(&reader, &all).expect("answers").events;
    let pictures = events.iter().filter(|event| event.has_snapshot).map(|event| event.id);
    assert_eq!(pictures.collect::<Vec<_>>(), [16]);
}

#[test]
fn what_is_too_old_or_too_much_goes_in_small_steps_oldest_first() {
    let mut world = World::new();
    let (start, day) = (second("2026-01-01T00:00:00Z"), 86_400);
    for minute in 0..3 * 1440 {
        let at_us = (start + minute * 60) as u64 * 1_000_000;
        world.hear("main", crowd(at_us, 1.0, RiskLevel::Low));
        let jpeg = (minute % 10 == 0).then(|| vec![7; 5000]);
        world.happen("main", crossed(at_us, Direction::Inbound, "person"), jpeg);
        if minute % 100 == 0 {
            world.commit(start + minute * 60);
        }
    }
    world.commit(start + 3 * day);
    let days = |n: u64| std::time::Duration::from_secs(n * day as u64);
    let keep = Keep { minutes: days(1), hours: days(100), events: days(2), snapshot_bytes: 50_000 };
    let mut steps = 0;
    while prune(world.store.connection(), &keep, start + 3 * day).expect("deletes") {
        steps += 1;
    }
    assert!((5..30).contains(&steps), "{steps} steps");
    let rows = world.series("main", (start, start + 4 * day), "1m", "UTC");
    assert_eq!((rows.len(), rows[0].from_s), (1440, start + 2 * day));
    assert_eq!(world.series("main", (start, start + 4 * day), "1h", "UTC").len(), 72, "hours stay");
    let one = |sql: &str| world.reader().query_row(sql, [], |row| row.get::<_, i64>(0)).expect("answers");
    assert_eq!(one("SELECT count(*) FROM events"), 2 * 1440);
    assert_eq!(
        (one("SELECT count(*) FROM snapshots"), one("SELECT snapshot_bytes FROM totals")),
        (10, 50_000)
    );
    let newest = one("SELECT max(id) FROM events WHERE id IN (SELECT event FROM snapshots)");
    assert_eq!(newest, one("SELECT max(id) FROM events WHERE (id - 1) % 10 = 0"));
    assert!(one("PRAGMA freelist_count") < 1000, "pages go back to the disk");
}
