//! Counts of lines since a moment, such as midnight, which outlive the program.

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;

use super::{
    calendar::Calendar,
    error::Trouble,
    measure::Slot,
    rollup::MINUTE_S,
    row::{LineRow, lines},
    store::HOUR_S,
    sums::Sums,
    tables::{Table, camera_id, each_sums, first, names},
};
use crate::nouns::{count::LineCount, place::Direction};

/// Microseconds of a second.
const SECOND_US: i64 = 1_000_000;

/// What crossed a camera's lines since a moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CountsSince {
    /// The moment, microseconds since the Unix epoch.
    pub since_us: u64,
    /// Each line that was counted on since then, or crossed.
    pub lines: Vec<LineCount>,
}

/// Returns what has crossed a camera's lines since a moment.
///
/// # Errors
/// What the disk says.
pub fn counts_since(connection: &Connection, camera: &str, since_us: u64) -> Result<CountsSince, Trouble> {
    counts_between(connection, camera, since_us, i64::MAX)
}

/// Returns what has crossed a camera's lines since a moment and before the second `end_s` of the Unix epoch:
/// whole hours, the minutes before and behind them, and one by one what happened before the first of those.
fn counts_between(
    connection: &Connection,
    camera: &str,
    since_us: u64,
    end_s: i64,
) -> Result<CountsSince, Trouble> {
    let Some(camera) = camera_id(connection, camera)? else {
        return Ok(CountsSince { since_us, lines: Vec::new() });
    };
    let since_s = (since_us as i64).div_euclid(SECOND_US) + i64::from(since_us as i64 % SECOND_US > 0);
    let (minute, hour) = (ceiling(since_s, MINUTE_S), ceiling(since_s, HOUR_S));
    let last_hour = end_s - end_s.rem_euclid(HOUR_S);
    let mut whole: Sums<Slot> = Sums::default();
    let parts = [
        (Table::Hours, hour, last_hour),
        (Table::Minutes, minute, hour.min(end_s)),
        (Table::Minutes, hour.max(last_hour), end_s),
        (Table::Open, minute, end_s),
    ];
    for (table, from_s, to_s) in parts {
        each_sums(connection, table, (camera, from_s, to_s), |_, bytes| whole.add_bytes(bytes))?;
    }
    let names = names(connection)?;
    let mut counts: Vec<LineCount> = lines(&whole, &names).iter().map(LineRow::counts).collect();
    // What was counted on in the minute before those is known, if not how often in which part of it.
    let mut begun: Sums<Slot> = Sums::default();
    for table in [Table::Minutes, Table::Open] {
        each_sums(connection, table, (camera, minute - MINUTE_S, minute), |_, bytes| begun.add_bytes(bytes))?;
    }
    for line in lines(&begun, &names) {
        place_of(&mut counts, line.id.as_str());
    }
    for (id, direction, class) in crossings(connection, camera, (since_us as i64, minute * SECOND_US))? {
        let place = place_of(&mut counts, &id);
        counts[place].add(direction, &class);
    }
    Ok(CountsSince { since_us, lines: counts })
}

/// The place of a line among others, where it is added with nothing counted if it is not there.
fn place_of(counts: &mut Vec<LineCount>, id: &str) -> usize {
    counts.iter().position(|line| line.id == id).unwrap_or_else(|| {
        counts.push(LineCount { id: id.to_owned(), ..LineCount::default() });
        counts.len() - 1
    })
}

/// Returns what has crossed a camera's lines on the day of a moment: since its counts were reset on it, or
/// since history began to know the camera, where that was later.
///
/// # Errors
/// What the disk says.
pub fn counts_today(
    connection: &Connection,
    camera: &str,
    now_us: u64,
    calendar: &Calendar,
) -> Result<CountsSince, Trouble> {
    let sql = "SELECT reset_us FROM cameras WHERE name = ?1";
    let reset: Option<i64> =
        connection.prepare_cached(sql)?.query_row([camera], |row| row.get(0)).optional()?;
    let now_us = now_us as i64;
    let now_s = now_us.div_euclid(SECOND_US);
    let midnight = calendar.day_of(now_s) * SECOND_US;
    let known = match camera_id(connection, camera)? {
        Some(camera) => known_since(connection, camera)?,
        None => None,
    };
    // What is of the future was written before the clock was set back.
    let past = |at_us: i64| if at_us <= now_us { at_us } else { 0 };
    let since = midnight.max(past(reset.unwrap_or(0))).max(past(known.unwrap_or(now_us)));
    // Days that lie ahead were counted by such a clock too, and their turn comes.
    counts_between(connection, camera, since.max(0) as u64, calendar.day_after(now_s))
}

/// Returns when a camera was first heard of, microseconds since the Unix epoch: by its first event, which
/// tells the moment, or where none is left of then, by its first minute.
fn known_since(connection: &Connection, camera: i64) -> Result<Option<i64>, Trouble> {
    let sql = "SELECT min(at_us) FROM events WHERE camera = ?1";
    let event: Option<i64> = connection.prepare_cached(sql)?.query_row([camera], |row| row.get(0))?;
    let mut minutes = Vec::new();
    for table in [Table::Minutes, Table::Open] {
        minutes.extend(first(connection, table, camera)?);
    }
    let Some(minute) = minutes.into_iter().min() else { return Ok(event) };
    let is_of_then = |event: &i64| *event < (minute + MINUTE_S) * SECOND_US;
    Ok(Some(event.filter(is_of_then).unwrap_or(minute * SECOND_US)))
}

fn ceiling(at: i64, length: i64) -> i64 {
    at + (length - at.rem_euclid(length)) % length
}

/// Crossings of a time, one by one, microseconds since the Unix epoch.
fn crossings(
    connection: &Connection,
    camera: i64,
    (from_us, to_us): (i64, i64),
) -> Result<Vec<(String, Direction, String)>, Trouble> {
    let mut statement = connection.prepare_cached(
        "SELECT body FROM events WHERE camera = ?1 AND kind = 'line_crossed' AND at_us >= ?2 AND at_us < ?3",
    )?;
    let bodies = statement.query_map(params![camera, from_us, to_us], |row| row.get::<_, String>(0))?;
    let mut found = Vec::new();
    for body in bodies {
        let body: Value = serde_json::from_str(&body?).unwrap_or_default();
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let is_inbound = body["direction"] == "inbound";
        let direction = if is_inbound { Direction::Inbound } else { Direction::Outbound };
        found.push((text("line"), direction, text("class")));
    }
    Ok(found)
}
