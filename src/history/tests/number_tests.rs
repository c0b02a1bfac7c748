//! Numbers of events, and what is known to be lost, from run to run: by clocks that are set back, databases
//! that open late, and runs that are killed.

use std::{
    fs,
    future::ready,
    os::unix::fs::symlink,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use rusqlite::Connection;

use super::fixtures::{World, crossed, crowd, keeper, metrics, second, settings, told};
use crate::{
    history::{History, keeper::Keeper, shared::Shared, store::Batch},
    news::{Desk, Item},
    nouns::{place::Direction, result::RiskLevel},
    tools::metrics::Metrics,
};

/// Number of an event in a database whose clock was years ahead of this machine's.
const AHEAD: u64 = u64::MAX >> 12;

fn numbers_in(path: &Path) -> Vec<u64> {
    let connection = Connection::open(path).expect("opens");
    let mut statement = connection.prepare("SELECT id FROM events ORDER BY id").expect("is right");
    let ids = statement.query_map([], |row| row.get::<_, i64>(0)).expect("answers");
    ids.map(|id| id.expect("a number").unsigned_abs()).collect()
}

/// Tells of something that happens; returns the number by which that is told.
fn tell(desk: &Desk) -> u64 {
    let mut reader = desk.reader("history");
    desk.publish(&Arc::from("main"), Item::Event(crossed(7, Direction::Inbound, "person")));
    reader.waiting().expect("there is news").number
}

/// A keeper of the database at a path, where that desk gives the numbers.
fn keeper_beside(desk: &Desk, path: &Path) -> (Keeper, Arc<Shared>) {
    let shared = Arc::new(Shared::new(path.to_owned()));
    let (settings, numbers) = (settings(path.to_owned()), desk.numbers().clone());
    (Keeper::new(settings, Arc::clone(&shared), numbers, metrics()), shared)
}

/// A history of the database at a path, where that desk gives the numbers.
fn history_beside(desk: &Desk, path: &Path, metrics: &Metrics) -> History {
    let numbers = desk.numbers().clone();
    History::open(settings(path.to_owned()), Box::new(|_, _| None), numbers, metrics).expect("a thread")
}

#[test]
fn events_have_the_numbers_by_which_they_were_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("history.db");
    let (mut keeper, _) = keeper(path.clone());
    // By a clock that is set back behind the first; the last number was told by another run already.
    for number in [AHEAD, 7, 8, 7] {
        assert!(keeper.write(&told(&[number]), Instant::now()));
    }
    assert_eq!(numbers_in(&path), [7, 8, AHEAD, AHEAD + 1]);
}

#[test]
fn numbers_go_on_behind_those_of_the_database_from_the_first_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("history.db");
    assert!(keeper(path.clone()).0.write(&told(&[AHEAD]), Instant::now()));
    let metrics = metrics();
    let desk = Desk::new(metrics.clone());
    let history = history_beside(&desk, &path, &metrics);
    let (reader, mut other) = (desk.reader("history"), desk.reader("other"));
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(history.tried());
    desk.publish(&Arc::from("main"), Item::Event(crossed(7, Direction::Inbound, "person")));
    runtime.block_on(history.hear(reader, ready(())));
    history.flush().expect("is written");
    assert_eq!(other.waiting().map(|news| news.number), Some(AHEAD + 1));
    assert_eq!(numbers_in(&path), [AHEAD, AHEAD + 1], "what is told is what is written");
    history.stop();
}

#[test]
fn a_database_that_opens_late_keeps_the_numbers_that_were_told_before() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, away) = (folder.path().join("data/history.db"), folder.path().join("history.db"));
    let (mut earlier, _) = keeper(away.clone());
    assert!(earlier.write(&told(&[AHEAD]), Instant::now()));
    earlier.end();
    drop(earlier);
    // Where the folder should be is a file, until the disk is there.
    fs::write(folder.path().join("data"), "").expect("writes");
    let desk = Desk::new(metrics());
    let (mut keeper, shared) = keeper_beside(&desk, &path);
    let early = [tell(&desk), tell(&desk)];
    let start = Instant::now();
    assert!(!keeper.write(&told(&early), start));
    fs::remove_file(folder.path().join("data")).expect("deletes");
    fs::create_dir(folder.path().join("data")).expect("is made");
    fs::rename(away, &path).expect("is moved");
    assert!(keeper.write(&told(&early), start + Duration::from_secs(6)));
    let late = tell(&desk);
    assert!(keeper.write(&told(&[late]), start + Duration::from_secs(7)));
    assert_eq!((late, numbers_in(&path)), (AHEAD + 1, vec![early[0], early[1], AHEAD, late]));
    assert_eq!(shared.newest_lost(), AHEAD + 1, "who saw the last one of before is not given the early ones");
}

#[test]
fn an_event_whose_number_was_taken_gets_one_by_which_no_other_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("history.db");
    assert!(keeper(path.clone()).0.write(&told(&[AHEAD]), Instant::now()));
    let desk = Desk::new(metrics());
    let (mut keeper, _) = keeper_beside(&desk, &path);
    assert!(keeper.write(&Batch::default(), Instant::now()), "is open");
    let late = tell(&desk);
    // The first was told before that, by a clock that was set back.
    assert!(keeper.write(&told(&[AHEAD, late]), Instant::now()));
    assert_eq!((late, numbers_in(&path)), (AHEAD + 1, vec![AHEAD, AHEAD + 1, AHEAD + 2]));
    let connection = Connection::open(&path).expect("opens");
    let at_us: i64 = connection
        .query_row("SELECT at_us FROM events WHERE id = ?1", [late as i64], |row| row.get(0))
        .expect("is there");
    assert_eq!(at_us as u64, late, "what is told is what is written");
    assert_eq!(tell(&desk), AHEAD + 3);
}

#[test]
fn a_database_that_opens_late_behind_a_clock_that_was_set_back_has_everything_once() {
    let mut world = World::new();
    let start = second("2026-01-01T12:00:00Z");
    let hear = |world: &mut World, seconds: std::ops::Range<i64>| {
        for second in seconds {
            let at_us = (start + second) as u64 * 1_000_000;
            world.hear("main", crowd(at_us, 10.0, RiskLevel::Low));
            world.hear("main", Item::Event(crossed(at_us, Direction::Inbound, "person")));
        }
    };
    hear(&mut world, 0..300);
    world.commit(start + 300);
    // Another run, three minutes back; the database is found where the folder is, once that is there.
    let folder = world.folder.path().join("later");
    fs::write(&folder, "").expect("writes");
    let (mut keeper, _) = keeper(folder.join("history.db"));
    hear(&mut world, 120..420);
    let (heard, now) = (world.heard(), Instant::now());
    assert!(!keeper.write(&heard, now));
    fs::remove_file(&folder).expect("deletes");
    symlink(world.folder.path(), &folder).expect("is made");
    assert!(keeper.write(&heard, now + Duration::from_secs(6)));
    assert!(keeper.write(&Batch::default(), now + Duration::from_secs(7)));
    let rows = |step| world.series("main", (start, start + 3600), step, "UTC");
    let samples: Vec<u64> = rows("1m").iter().filter_map(|row| Some(row.people?.samples)).collect();
    assert_eq!(samples, [60, 60, 120, 120, 120, 60, 60]);
    let hour = &rows("1h")[0];
    let inbound = hour.lines.as_ref().map(|lines| lines[0].inbound);
    assert_eq!((hour.people.map(|people| people.samples), inbound), (Some(600), Some(600)));
    assert_eq!(numbers_in(&world.path()).len(), 600);
}

#[test]
fn what_a_run_has_lost_the_next_one_knows_and_one_that_is_killed_may_have_lost_something() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("history.db");
    let begin = |number| {
        let (mut keeper, shared) = keeper(path.clone());
        assert!(keeper.write(&told(&[number]), Instant::now()));
        (keeper, shared)
    };
    let (mut first, shared) = begin(7);
    let before = shared.newest_lost();
    assert!(before > 7, "what was before the database nobody knows");
    first.end();
    let (mut second, shared) = begin(8);
    assert_eq!(shared.newest_lost(), before, "nothing was lost by the first");
    shared.lose(before + 1);
    second.end();
    let (third, shared) = begin(9);
    assert_eq!(shared.newest_lost(), before + 1, "what the second has lost");
    drop(third);
    let (_, shared) = begin(10);
    assert!(shared.newest_lost() > before + 1, "the third came to no end");
}

#[test]
fn a_history_that_ends_says_so_in_the_database() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, metrics) = (folder.path().join("history.db"), metrics());
    let history = history_beside(&Desk::new(metrics.clone()), &path, &metrics);
    history.flush().expect("is written");
    history.stop();
    let (mut keeper, shared) = keeper(path);
    assert!(keeper.write(&Batch::default(), Instant::now()));
    assert_eq!(shared.newest_lost(), history.newest_lost());
}
