//! Disks that are full, broken or not there, and files that are none of ours.

use std::{
    fs,
    future::ready,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use rusqlite::Connection;

use super::fixtures::{World, crossed, crowd, keeper, metrics, second, settings, told};
use crate::{
    frame::now_us,
    history::{
        History, HistoryError, HistoryState, StretchQuery, Trouble, keeper::Keeper, readers::Readers,
        shared::Shared, store::Batch,
    },
    news::{Desk, Item, Numbers},
    nouns::{event::Event, place::Direction, result::RiskLevel},
    tools::{fence::Place, metrics::Metrics},
};

/// One event, with a number of its own.
fn batch() -> Batch {
    static NUMBER: AtomicU64 = AtomicU64::new(1);
    told(&[NUMBER.fetch_add(1, Ordering::Relaxed)])
}

fn count(path: &Path) -> i64 {
    let connection = Connection::open(path).expect("opens");
    connection.query_row("SELECT count(*) FROM events", [], |row| row.get(0)).expect("answers")
}

#[test]
fn a_folder_that_cannot_be_made_is_said_and_history_goes_on_once_it_can() {
    let folder = tempfile::tempdir().expect("a folder");
    let (blocked, start) = (folder.path().join("data"), Instant::now());
    fs::write(&blocked, "a file where a folder should be").expect("writes");
    let (mut keeper, shared) = keeper(blocked.join("history.db"));
    assert!(!keeper.write(&batch(), start));
    let why = shared.state();
    assert!(why.trouble().is_some_and(|why| why.contains("data")), "{why:?}");
    fs::remove_file(&blocked).expect("deletes");
    assert!(!keeper.write(&batch(), start + Duration::from_secs(1)), "is not tried each second");
    assert!(keeper.write(&batch(), start + Duration::from_secs(6)));
    assert_eq!(
        (shared.state(), count(&blocked.join("history.db"))),
        (HistoryState::Writing { aside: None }, 1)
    );
}

#[test]
fn a_full_or_read_only_disk_takes_nothing_and_all_of_it_later() {
    let mut world = World::new();
    let start = second("2026-01-01T12:00:00Z");
    let pages = |world: &mut World, most: i64| {
        let sql = format!("PRAGMA max_page_count = {most}");
        world.store.connection().query_row(&sql, [], |_| Ok(())).expect("is set");
    };
    pages(&mut world, 1);
    for n in 0..3000 {
        world.hear("main", crowd((start + n * 60) as u64 * 1_000_000, 3.0, RiskLevel::Low));
        world.hear("main", Item::Event(crossed(n as u64, Direction::Inbound, "person")));
    }
    let mut full = Batch { events: std::mem::take(&mut world.batch.events), ..Batch::default() };
    let error = world.store.commit(&full, start).expect_err("is full");
    assert!(!error.is_damage() && error.to_string().contains("full"), "{error}");
    pages(&mut world, 1_000_000);
    world.store.connection().pragma_update(None, "query_only", true).expect("is set");
    let error = world.store.commit(&full, start).expect_err("is read-only");
    assert!(!error.is_damage() && error.to_string().contains("readonly"), "{error}");
    world.reopen();
    world.store.commit(&full, start).expect("is written");
    full.events.clear();
    assert_eq!(count(&world.path()), 3000);
    assert!(full.minutes.is_empty());
}

#[test]
fn a_database_of_a_newer_version_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("history.db");
    let connection = Connection::open(&path).expect("opens");
    connection.execute_batch("CREATE TABLE later (x); PRAGMA user_version = 99").expect("is made");
    drop(connection);
    let before = fs::read(&path).expect("reads");
    let (mut keeper, shared) = keeper(path.clone());
    assert!(!keeper.write(&batch(), Instant::now()));
    let state = shared.state();
    assert!(state.trouble().is_some_and(|why| why.contains("newer") && why.contains("99")), "{state:?}");
    assert_eq!(fs::read(&path).expect("reads"), before);
}

#[test]
fn a_database_of_another_program_is_refused_and_left_alone() {
    // Some number their formats as this program does; pages that are given back are a setting of the file.
    for settings in ["", "user_version = 1", "user_version = 2", "user_version = 3", "auto_vacuum = FULL"] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("photos.db");
        let connection = Connection::open(&path).expect("opens");
        let made = format!("PRAGMA {settings}; CREATE TABLE photos (x); INSERT INTO photos VALUES (1)");
        connection.execute_batch(made.trim_start_matches("PRAGMA ;")).expect("is made");
        drop(connection);
        let before = fs::read(&path).expect("reads");
        let (mut keeper, shared) = keeper(path.clone());
        assert!(!keeper.write(&batch(), Instant::now()), "{settings}");
        let state = shared.state();
        assert!(state.trouble().is_some_and(|why| why.contains("DATABASE")), "{settings}: {state:?}");
        assert_eq!(fs::read(&path).expect("reads"), before, "{settings}");
    }
}

/// Files beside the database.
fn aside(state: &HistoryState) -> std::path::PathBuf {
    let HistoryState::Writing { aside: Some(aside) } = state else { panic!("{state:?}") };
    aside.clone()
}

#[test]
fn what_is_no_database_is_moved_aside_and_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("history.db");
    fs::write(&path, "no database at all, and long enough to be read as one".repeat(100)).expect("writes");
    let (mut keeper, shared) = keeper(path.clone());
    let (now, now_us) = (Instant::now(), now_us());
    assert!(keeper.write(&batch(), now));
    assert!(shared.newest_lost() >= now_us, "what was in it is lost");
    let aside = aside(&shared.state());
    assert!(aside.to_string_lossy().contains("history.db.damaged-20"), "{aside:?}");
    assert!(fs::read_to_string(aside).expect("reads").starts_with("no database"));
    assert_eq!(count(&path), 1);
}

#[test]
fn damage_that_a_reader_finds_is_looked_into_and_moved_aside() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("history.db");
    let (mut keeper, shared) = keeper(path.clone());
    let now = Instant::now();
    let many = Batch { events: (0..5000).flat_map(|_| batch().events).collect(), ..Batch::default() };
    assert!(keeper.write(&many, now));
    let lost = shared.newest_lost();
    shared.suspect();
    assert!(keeper.write(&batch(), now), "a suspicion alone moves nothing");
    assert_eq!((shared.state(), shared.newest_lost()), (HistoryState::Writing { aside: None }, lost));
    keeper.begin_anew();
    Connection::open(&path)
        .expect("opens")
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .expect("is written");
    let mut bytes = fs::read(&path).expect("reads");
    let middle = bytes.len() / 2;
    bytes[middle..middle + 20_000].fill(0x5a);
    fs::write(&path, bytes).expect("writes");
    shared.suspect();
    assert!(keeper.write(&batch(), now));
    assert!(aside(&shared.state()).exists());
    assert_eq!(count(&path), 1);
}

#[test]
fn a_database_that_is_deleted_is_made_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("history.db");
    let (mut keeper, shared) = keeper(path.clone());
    let now = Instant::now();
    assert!(keeper.write(&batch(), now));
    let before = shared.newest_lost();
    fs::remove_dir_all(folder.path()).expect("deletes");
    assert!(keeper.write(&batch(), now + Duration::from_secs(61)));
    assert_eq!(count(&path), 1);
    assert!(shared.newest_lost() > before, "what was in it is lost");
}

fn open(path: std::path::PathBuf, metrics: &Metrics) -> History {
    let illustrate = Box::new(|_: &str, _: &Event| Some(vec![1, 2, 3]));
    History::open(settings(path), illustrate, Numbers::default(), metrics).expect("a thread")
}

/// Hands so many events to history by way of its reader; returns how long that took.
fn hear(history: &History, metrics: &Metrics, count: u64) -> Duration {
    let desk = Desk::new(metrics.clone());
    let camera = Arc::from("main");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let began = Instant::now();
    let mut left = count;
    while left > 0 {
        // Not more at once than the desk keeps.
        let reader = desk.reader("history");
        let some = left.min(200);
        (0..some).for_each(|n| desk.publish(&camera, Item::Event(crossed(n, Direction::Inbound, "person"))));
        runtime.block_on(history.hear(reader, ready(())));
        left -= some;
    }
    began.elapsed()
}

#[test]
fn news_are_written_by_the_end_and_answered() {
    let (folder, metrics) = (tempfile::tempdir().expect("a folder"), metrics());
    let history = open(folder.path().join("a/b/history.db"), &metrics);
    hear(&history, &metrics, 500);
    history.flush().expect("is written");
    assert_eq!(history.state(), HistoryState::Writing { aside: None });
    assert_eq!(history.counts_since("main", 0).expect("answers").lines[0].inbound, 500);
    assert_eq!(history.cameras().expect("answers"), ["main"]);
    history.reset_counts("main", 100).expect("is written");
    let utc = crate::history::Calendar::named("UTC").expect("is known");
    let counted = history.counts_today("main", 1000, &utc).expect("answers");
    assert_eq!(counted.since_us, 100);
    let all = StretchQuery { camera: None, after: 0, before: u64::MAX, limit: 10, counts_all: false };
    let events = history.stretch(&all).expect("answers").events;
    let first = &events[0];
    assert!(first.has_snapshot, "the first event has a picture");
    assert!(events.len() == 10 && !events[1].has_snapshot, "the next ones come too soon");
    assert_eq!(history.snapshot(first.id).expect("answers"), Some(vec![1, 2, 3]));
    hear(&history, &metrics, 100);
    history.stop();
    assert_eq!(count(&folder.path().join("a/b/history.db")), 600);
    assert!(history.flush().is_err());
}

#[test]
fn a_disk_that_hangs_costs_news_which_are_counted_and_nobody_waits_for_it() {
    let (folder, metrics) = (tempfile::tempdir().expect("a folder"), metrics());
    let path = folder.path().join("history.db");
    let history = open(path.clone(), &metrics);
    history.flush().expect("is written");
    let before = history.newest_lost();
    let other = Connection::open(&path).expect("opens");
    other.execute_batch("BEGIN IMMEDIATE").expect("nobody writes");
    hear(&history, &metrics, 1);
    // Until the writer waits for the lock.
    let asked = std::thread::spawn({
        let history = history.clone();
        move || history.flush()
    });
    let lost = metrics.news_lost.with_label_values(&["history"]);
    let mut heard = 1;
    while lost.get() == 0 {
        let took = hear(&history, &metrics, 1000);
        heard += 1000;
        assert!(took < Duration::from_secs(1) && heard < 1_000_000, "{took:?}");
    }
    other.execute_batch("ROLLBACK").expect("was begun");
    drop(asked.join());
    while history.flush().is_err() {
        std::thread::yield_now();
    }
    let dropped = metrics.history_dropped.with_label_values(&["event"]).get();
    assert_eq!(count(&path) as u64 + lost.get() + dropped, heard);
    assert!(history.newest_lost() > before, "who comes again is told");
}

#[test]
fn what_the_desk_could_not_keep_for_history_is_known_to_be_lost() {
    let (folder, metrics) = (tempfile::tempdir().expect("a folder"), metrics());
    let history = open(folder.path().join("history.db"), &metrics);
    let desk = Desk::new(metrics.clone());
    let (reader, mut events) = (desk.reader("history"), desk.events("other"));
    let camera = Arc::from("main");
    (0..300).for_each(|n| desk.publish(&camera, Item::Event(crossed(n, Direction::Inbound, "person"))));
    let numbers: Vec<u64> =
        std::iter::from_fn(|| events.waiting()).map(|heard| heard.notice.news.number).collect();
    history.flush().expect("is written");
    assert!(history.newest_lost() < numbers[0], "none of these yet");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(history.hear(reader, ready(())));
    let lost = metrics.news_lost.with_label_values(&["history"]).get() as usize;
    let newest = history.newest_lost();
    assert!((numbers[lost - 1]..numbers[lost]).contains(&newest), "{newest} of {lost} lost");
    history.stop();
}

#[test]
fn a_piece_that_panics_costs_itself() {
    let (folder, metrics) = (tempfile::tempdir().expect("a folder"), metrics());
    let path = folder.path().join("history.db");
    let history = open(path.clone(), &metrics);
    // The first write deletes what is too old, which may panic too.
    history.flush().expect("is written");
    let before = history.newest_lost();
    metrics.fences.arm(Place::History, 3, 10);
    hear(&history, &metrics, 100);
    history.stop();
    assert_eq!(count(&path), 97);
    assert!(history.newest_lost() > before, "who comes again is told");
}

#[test]
fn what_panics_behind_a_write_has_nothing_written_twice() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("history.db");
    let (shared, metrics) = (Arc::new(Shared::new(path.clone())), metrics());
    let mut keeper = Keeper::new(settings(path.clone()), shared, Numbers::default(), metrics.clone());
    metrics.fences.arm(Place::History, 1, 1);
    let now = Instant::now();
    assert!(keeper.write(&batch(), now), "is written");
    assert_eq!((metrics.fences.panics().iter().sum::<u64>(), count(&path)), (1, 1));
    assert!(keeper.write(&batch(), now));
    assert_eq!(count(&path), 2);
}

#[test]
fn without_a_database_nothing_is_kept_and_that_is_said() {
    let history = History::off();
    assert_eq!(history.state(), HistoryState::Off);
    assert!(matches!(history.cameras(), Err(HistoryError::Off)));
    hear(&history, &metrics(), 3);
    history.stop();
}

#[test]
fn a_disk_that_takes_nothing_is_read_all_the_same() {
    let mut world = World::new();
    let start = second("2026-01-01T12:00:00Z");
    world.hear("main", Item::Event(crossed(start as u64 * 1_000_000, Direction::Inbound, "person")));
    world.commit(start);
    let World { folder, store, .. } = world;
    // The log is worked in and gone, as behind a stop.
    drop(store);
    let path = folder.path().join("history.db");
    assert!(!folder.path().join("history.db-wal").exists());
    // Nothing can be made beside the database: the log's index would lie where nothing can.
    std::os::unix::fs::symlink("/proc/nothing/index", folder.path().join("history.db-shm")).expect("is made");
    let history = open(path.clone(), &metrics());
    assert!(history.flush().is_err());
    assert!(history.state().trouble().is_some(), "{:?}", history.state());
    assert_eq!(history.cameras().expect("is read"), ["main"]);
    let all = StretchQuery { camera: None, after: 0, before: 10, limit: 10, counts_all: false };
    assert_eq!(history.stretch(&all).expect("is read").events.len(), 1);
    // A log whose transactions would not be seen keeps it from being read, rather than half of it.
    fs::write(folder.path().join("history.db-wal"), "transactions").expect("writes");
    let other = open(path, &metrics());
    assert!(matches!(other.cameras(), Err(HistoryError::Trouble(_))));
    history.stop();
    other.stop();
}

#[test]
fn a_database_is_read_as_unchanging_only_while_the_writer_cannot_write_to_it() {
    let mut world = World::new();
    world.happen("main", crossed(7, Direction::Inbound, "person"), None);
    world.commit(1);
    let path = world.path();
    let World { folder, store, .. } = world;
    drop(store);
    std::os::unix::fs::symlink("/proc/nothing/index", folder.path().join("history.db-shm")).expect("is made");
    let shared = Arc::new(Shared::new(path));
    let readers = Readers::new(Arc::clone(&shared));
    let count = |meanwhile: fn(&Shared)| {
        readers.ask(|connection| {
            meanwhile(&shared);
            let count = "SELECT count(*) FROM events";
            Ok(connection.query_row(count, [], |row| row.get::<_, i64>(0)).expect("answers"))
        })
    };
    // Somebody who writes, and a reader that met trouble of its own.
    shared.set_state(HistoryState::Writing { aside: None });
    assert!(matches!(count(|_| ()), Err(HistoryError::Trouble(Trouble::Sqlite(_)))));
    shared.set_state(HistoryState::Failing("it is read-only".to_owned()));
    assert_eq!(count(|_| ()).expect("is read"), 1);
    let answer = count(|shared| {
        shared.set_state(HistoryState::Writing { aside: None });
    });
    assert!(matches!(answer, Err(HistoryError::Trouble(Trouble::Unready))), "the writer has begun meanwhile");
}

#[test]
fn a_database_of_an_older_version_is_read_before_it_is_brought_up_and_brought_up() {
    let world = World::new();
    let path = world.path();
    let older = "ALTER TABLE totals DROP COLUMN judged_s; ALTER TABLE totals DROP COLUMN lost;
                 PRAGMA user_version = 1";
    world.reader().execute_batch(older).expect("is set");
    let (mut keeper, shared) = keeper(path.clone());
    let readers = Readers::new(shared);
    assert!(readers.ask(|connection| Ok(connection.is_readonly("main").unwrap_or(false))).expect("answers"));
    assert!(keeper.write(&batch(), Instant::now()));
    assert_eq!(count(&path), 1);
}

#[test]
fn a_clock_that_was_set_years_ahead_has_hardly_anything_deleted() {
    let mut world = World::new();
    // Years before the clock of this machine.
    let (newest, hour) = (second("2024-01-01T12:00:00Z"), 3600);
    for minute in 0..11 * 24 * 60 {
        let at_us = (newest - minute * 60) as u64 * 1_000_000;
        world.hear("main", crowd(at_us, 1.0, RiskLevel::Low));
    }
    // Each commit closes some hundred minutes.
    (0..40).for_each(|_| world.commit(newest + 600));
    let path = world.path();
    let mut settings = settings(path.clone());
    settings.keep.minutes = Duration::from_secs(10 * 86_400);
    let shared = Arc::new(Shared::new(path));
    let mut keeper = Keeper::new(settings, shared, Numbers::default(), metrics());
    let start = Instant::now();
    let mut looks = |hours: u32| {
        let at = start + Duration::from_secs(3600) * hours;
        // A look deletes some hundred rows, and another one the next.
        (0..50).for_each(|n| assert!(keeper.write(&Batch::default(), at + Duration::from_millis(n))));
        let minutes = "SELECT count(*) FROM minutes";
        world.reader().query_row(minutes, [], |row| row.get::<_, i64>(0)).expect("answers")
    };
    let (day, kept) = (24 * 60, looks(0));
    assert!((10 * day - 120..=10 * day + 60).contains(&kept), "{kept} minutes");
    // By then eight days that the machine may have been off, and four hours for each hour of work, and not
    // years, have passed for what is old.
    let later = looks(6);
    assert_eq!(kept - later, 8 * day + 4 * 6 * hour / 60);
}
