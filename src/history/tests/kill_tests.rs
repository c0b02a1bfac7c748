//! Programs that are killed in the middle of writing.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
    sync::Arc,
};

use rusqlite::Connection;

use super::fixtures::{crossed, settings};
use crate::{
    history::History,
    news::{Desk, Item, Numbers},
    nouns::{event::Event, place::Direction},
    tools::metrics::Metrics,
};

/// Variable that tells a process of this test which database it is to write to.
const DATABASE: &str = "STEADYCAST_TEST_HISTORY";

/// Programs that are killed, and as many with `STEADYCAST_LONG=1`.
const KILLED: usize = 6;
const MANY_KILLED: usize = 20;

/// Events between two lines that say what is written.
const AT_ONCE: usize = 40;

#[test]
fn kill_9_loses_no_row_that_was_written() {
    if let Some(path) = env::var_os(DATABASE) {
        return write_until_killed(path.into());
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("history.db");
    let is_long = env::var_os("STEADYCAST_LONG").is_some_and(|value| !value.is_empty() && value != "0");
    let mut least = 0;
    for n in 0..if is_long { MANY_KILLED } else { KILLED } {
        let mut child = Command::new(env::current_exe().expect("it runs"))
            .args([
                "--exact",
                "--nocapture",
                "history::tests::kill_tests::kill_9_loses_no_row_that_was_written",
            ])
            .env(DATABASE, &path)
            .stdout(Stdio::piped())
            .spawn()
            .expect("starts");
        let lines = BufReader::new(child.stdout.take().expect("is piped")).lines();
        let written = lines
            .map_while(Result::ok)
            .filter(|line| line.contains("written"))
            .take(10 + 3 * (n % KILLED))
            .count();
        child.kill().expect("is killed");
        child.wait().expect("has ended");
        least += written * AT_ONCE;
        let connection = Connection::open(&path).expect("opens");
        let whole: String =
            connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("answers");
        let sql = "SELECT count(*) FROM events";
        let events: i64 = connection.query_row(sql, [], |row| row.get(0)).expect("answers");
        let events = events as usize;
        assert!(whole == "ok" && events >= least, "{whole}: {events} of {least}");
        // What was written but not said any more.
        least = events;
    }
    let metrics = Metrics::new().expect("names differ");
    let history =
        History::open(settings(path), Box::new(|_, _| None), Numbers::default(), &metrics).expect("a thread");
    history.flush().expect("is written");
    let line = &history.counts_since("main", 0).expect("answers").lines[0];
    assert_eq!(line.inbound as usize, least, "events and figures are written together");
    history.stop();
}

/// Writes events, and says after each few that they are written.
fn write_until_killed(path: std::path::PathBuf) {
    let metrics = Metrics::new().expect("names differ");
    let picture = || Some(vec![7; 20_000]);
    let (desk, camera) = (Desk::new(metrics.clone()), Arc::from("main"));
    let (illustrate, numbers) = (Box::new(move |_: &str, _: &Event| picture()), desk.numbers().clone());
    let history = History::open(settings(path), illustrate, numbers, &metrics).expect("a thread");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    for minute in 0.. {
        let reader = desk.reader("history");
        for n in 0..AT_ONCE as u64 {
            let at_us = (minute * 60 + n) * 1_000_000;
            desk.publish(&camera, Item::Event(crossed(at_us, Direction::Inbound, "person")));
        }
        runtime.block_on(history.hear(reader, std::future::ready(())));
        history.flush().expect("is written");
        writeln!(std::io::stdout(), "written").expect("somebody reads");
    }
}
