//! Events one by one: the newest page by page, and those that came since one that was heard.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;

use super::{
    body::{read, written},
    error::Trouble,
    tables::{camera_id, cameras},
};
use crate::news::{Item, News};

/// Most events of a page.
pub const MOST_EVENTS: usize = 1000;

/// An event as it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredEvent {
    /// Number of the event, which its news had too; later ones have higher numbers, and none is given twice.
    pub id: i64,
    /// Name of the camera.
    pub camera: String,
    /// Kind of the event.
    pub kind: String,
    /// When it was, microseconds since the Unix epoch.
    pub at_us: u64,
    /// The event as messages have it, with `kind` and `at_us`.
    pub body: Value,
    /// Whether there is a snapshot of it.
    pub has_snapshot: bool,
}

impl StoredEvent {
    /// Returns the event of some news as it is stored, its picture left out; `None` of other news.
    pub fn of(news: &News) -> Option<Self> {
        let Item::Event(event) = &news.item else { return None };
        Some(StoredEvent {
            id: i64::try_from(news.number).unwrap_or(i64::MAX),
            camera: news.camera.to_string(),
            kind: event.kind().to_owned(),
            at_us: event.at_us(),
            // By way of text, as in the database: numbers of 32 bits keep their digits only there.
            body: read(&written(event)),
            has_snapshot: false,
        })
    }
}

/// Which events are asked for.
#[derive(Clone, Copy, Debug)]
pub struct EventQuery<'a> {
    /// Name of the camera; `None` for all.
    pub camera: Option<&'a str>,
    /// Kind of the events; `None` for all.
    pub kind: Option<&'a str>,
    /// Moment of the earliest, microseconds since the Unix epoch.
    pub from_us: u64,
    /// Moment before which the latest is, microseconds since the Unix epoch.
    pub to_us: u64,
    /// Most events that are wanted; [`MOST_EVENTS`] are given at most.
    pub limit: usize,
    /// Number of the event behind which the page begins, which is the last of the page before.
    pub before: Option<i64>,
}

/// Returns events, newest first.
///
/// # Errors
/// What the disk says.
pub fn events(connection: &Connection, query: &EventQuery) -> Result<Vec<StoredEvent>, Trouble> {
    let behind = match query.before {
        None => (i64::MAX, i64::MAX),
        Some(id) => match moment(connection, id)? {
            Some(at_us) => (at_us, id),
            // Whatever was older than one that is deleted is deleted too.
            None => return Ok(Vec::new()),
        },
    };
    let mut found = Vec::new();
    // Camera by camera, each by its index.
    for (name, camera) in asked(connection, query.camera)? {
        found.extend(of_camera(connection, query, (&name, camera), behind)?);
    }
    found.sort_by_key(|event| std::cmp::Reverse((event.at_us, event.id)));
    found.truncate(limit(query.limit));
    Ok(found)
}

/// Returns the events of all cameras whose numbers lie above `after` and below `before`, in order of their
/// numbers, oldest first.
///
/// # Errors
/// What the disk says.
pub fn events_between(
    connection: &Connection,
    (after, before): (u64, u64),
    most: usize,
) -> Result<Vec<StoredEvent>, Trouble> {
    let sql = "SELECT e.id, e.kind, e.at_us, e.body, s.bytes, c.name FROM events e
               JOIN cameras c ON c.id = e.camera LEFT JOIN snapshots s ON s.event = e.id
               WHERE e.id > ?1 AND e.id < ?2 ORDER BY e.id LIMIT ?3";
    let [after, before] = [after, before].map(|number| i64::try_from(number).unwrap_or(i64::MAX));
    let mut statement = connection.prepare_cached(sql)?;
    let rows =
        statement.query_map(params![after, before, limit(most) as i64], |row| stored(row, row.get(5)?))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Returns the JPEG of an event; `None` where there is no such event, or no picture of it.
///
/// # Errors
/// What the disk says.
pub fn snapshot(connection: &Connection, id: i64) -> Result<Option<Vec<u8>>, Trouble> {
    let mut statement = connection.prepare_cached("SELECT jpeg FROM snapshots WHERE event = ?1")?;
    Ok(statement.query_row([id], |row| row.get(0)).optional()?)
}

fn limit(wanted: usize) -> usize {
    wanted.min(MOST_EVENTS)
}

/// The cameras that are asked for.
fn asked(connection: &Connection, camera: Option<&str>) -> Result<Vec<(String, i64)>, Trouble> {
    match camera {
        None => cameras(connection),
        Some(name) => Ok(camera_id(connection, name)?.map(|id| (name.to_owned(), id)).into_iter().collect()),
    }
}

fn moment(connection: &Connection, id: i64) -> Result<Option<i64>, Trouble> {
    let mut statement = connection.prepare_cached("SELECT at_us FROM events WHERE id = ?1")?;
    Ok(statement.query_row([id], |row| row.get(0)).optional()?)
}

fn of_camera(
    connection: &Connection,
    query: &EventQuery,
    (name, camera): (&str, i64),
    (behind_us, behind_id): (i64, i64),
) -> Result<Vec<StoredEvent>, Trouble> {
    let of_kind = if query.kind.is_some() { "e.kind = ?7 AND" } else { "?7 IS NULL AND" };
    let sql = format!(
        "SELECT e.id, e.kind, e.at_us, e.body, s.bytes FROM events e LEFT JOIN snapshots s ON s.event = e.id
         WHERE e.camera = ?1 AND {of_kind} e.at_us >= ?2 AND e.at_us < ?3 AND (e.at_us, e.id) < (?4, ?5)
         ORDER BY e.at_us DESC, e.id DESC LIMIT ?6"
    );
    let time = [query.from_us, query.to_us].map(|us| i64::try_from(us).unwrap_or(i64::MAX));
    let mut statement = connection.prepare_cached(&sql)?;
    let values =
        params![camera, time[0], time[1], behind_us, behind_id, limit(query.limit) as i64, query.kind];
    let rows = statement.query_map(values, |row| stored(row, name.to_owned()))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn stored(row: &Row, camera: String) -> rusqlite::Result<StoredEvent> {
    let body: String = row.get(3)?;
    Ok(StoredEvent {
        id: row.get(0)?,
        camera,
        kind: row.get(1)?,
        at_us: row.get::<_, i64>(2)?.unsigned_abs(),
        body: read(&body),
        has_snapshot: row.get::<_, Option<i64>>(4)?.is_some(),
    })
}
