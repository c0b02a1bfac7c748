//! Events one by one: the newest page by page, and those that came since one that was heard.

use std::collections::HashMap;

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

/// Which events are asked for by their numbers.
#[derive(Clone, Copy, Debug)]
pub struct StretchQuery<'a> {
    /// Name of the camera; `None` for all.
    pub camera: Option<&'a str>,
    /// Number above which the first lies.
    pub after: u64,
    /// Number below which the last lies.
    pub before: u64,
    /// Most events that are wanted; [`MOST_EVENTS`] are given at most.
    pub limit: usize,
    /// Whether events of other cameras than the one are counted too, which takes reading past them.
    pub counts_all: bool,
}

/// The first events of a stretch.
#[derive(Debug)]
pub struct Stretch {
    /// Events in the order of their numbers, oldest first.
    pub events: Vec<StoredEvent>,
    /// Number of events up to the last of them, or where that is the last, up to the end: of all cameras
    /// where those are counted, else of the one.
    pub passed: u64,
    /// Whether there may be more behind the last.
    pub has_more: bool,
}

/// Returns the first events of a stretch of numbers.
///
/// # Errors
/// What the disk says.
pub fn stretch(connection: &Connection, query: &StretchQuery) -> Result<Stretch, Trouble> {
    let names: HashMap<i64, String> = cameras(connection)?.into_iter().map(|(name, id)| (id, name)).collect();
    let camera = query.camera.map(|name| camera_id(connection, name)).transpose()?;
    // The table is in the order of numbers; by a camera's index all of its events would have to be sorted.
    let of_camera = if camera.is_some() { "+e.camera = ?3" } else { "?3 IS NULL" };
    let sql = format!(
        "SELECT e.id, e.kind, e.at_us, e.body, s.bytes, e.camera FROM events e
         LEFT JOIN snapshots s ON s.event = e.id
         WHERE e.id > ?1 AND e.id < ?2 AND {of_camera} ORDER BY e.id LIMIT ?4"
    );
    let [after, before] = [query.after, query.before].map(|number| i64::try_from(number).unwrap_or(i64::MAX));
    let limit = limit(query.limit);
    let mut statement = connection.prepare_cached(&sql)?;
    // One that history does not know has events of no camera.
    let values = params![after, before, camera.flatten(), limit as i64];
    let rows = statement.query_map(values, |row| {
        let camera = names.get(&row.get::<_, i64>(5)?).cloned();
        stored(row, camera.unwrap_or_default())
    })?;
    let events: Vec<StoredEvent> = rows.collect::<Result<_, _>>()?;
    let last = events.last().filter(|_| events.len() == limit).map(|last| last.id);
    let passed = match camera {
        Some(_) if query.counts_all => count(connection, (after, last.map_or(before, |last| last + 1)))?,
        _ => events.len() as u64,
    };
    Ok(Stretch { has_more: last.is_some(), events, passed })
}

/// Number of events of all cameras whose numbers lie above the first and below the second.
fn count(connection: &Connection, (after, before): (i64, i64)) -> Result<u64, Trouble> {
    let mut statement = connection.prepare_cached("SELECT count(*) FROM events WHERE id > ?1 AND id < ?2")?;
    Ok(statement.query_row([after, before], |row| row.get::<_, i64>(0))?.unsigned_abs())
}

/// Returns the JPEG of an event; `None` where there is no such event, or no picture of it.
///
/// # Errors
/// What the disk says.
pub fn snapshot(connection: &Connection, id: i64) -> Result<Option<Vec<u8>>, Trouble> {
    let mut statement = connection.prepare_cached("SELECT jpeg FROM snapshots WHERE event = ?1")?;
    Ok(statement.query_row([id], |row| row.get(0)).optional()?)
}

/// Returns the name of the camera of an event; `None` where there is no such event.
///
/// # Errors
/// What the disk says.
pub fn camera_of(connection: &Connection, id: i64) -> Result<Option<String>, Trouble> {
    let sql = "SELECT c.name FROM events e JOIN cameras c ON c.id = e.camera WHERE e.id = ?1";
    let mut statement = connection.prepare_cached(sql)?;
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
