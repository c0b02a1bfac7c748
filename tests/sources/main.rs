//! Sources as people have them: a table of files, cameras and addresses, each shown as it should be or
//! refused with its reason; damaged ones, which may cost nothing but their pictures; odd addresses, whose
//! passwords nobody may see; addresses that no source may be at; and a source that breaks in a new way again
//! and again.
//!
//! `STEADYCAST_LONG=1` (`make test-long`) adds the rows that take long and the full number of damaged sources
//! and addresses, and `STEADYCAST_ROWS=word` picks the rows whose name has the word.

#[allow(dead_code, reason = "other tests use the rest")]
#[path = "../support/mod.rs"]
mod support;

mod breaking;
mod cameras;
mod daemon;
mod damaged;
mod damaged_live;
mod faults;
mod files;
mod guard;
mod mutate;
mod odd_addresses;
mod planes;
mod pool;
mod probe;
mod row;
mod turns;
mod workshop;

use std::{collections::BTreeSet, sync::LazyLock};

use crate::{
    faults::Faults,
    pool::Job,
    row::{Row, Table},
    support::{is_long, skip},
    workshop::Workshop,
};

static TABLE: LazyLock<Table> = LazyLock::new(Table::read);
static WORKSHOP: LazyLock<Workshop> = LazyLock::new(|| Workshop::new(&TABLE));

/// Rows that this run and this machine can check; the others are told of.
fn rows(watched: bool) -> Vec<(usize, &'static Row)> {
    let wanted = std::env::var("STEADYCAST_ROWS").unwrap_or_default();
    let rows = TABLE.source.iter().enumerate();
    let rows = rows.filter(|(_, row)| {
        row.is_watched() == watched && row.name.contains(&wanted) && (is_long() || !row.slow)
    });
    rows.filter(|(_, row)| match workshop::lacking(row) {
        Some(reason) => {
            skip(&row.name, &reason);
            false
        }
        None => true,
    })
    .collect()
}

/// Checks the rows that are watched, or the others, `at_once` at a time; those that take longest begin.
fn check_rows(what: &str, watched: bool, at_once: usize, check: fn(&Row, &str, &Workshop) -> Faults) {
    if let Some(reason) = workshop::lacking_for_all() {
        return skip(what, &reason);
    }
    let job = |(n, row): (usize, &'static Row)| Job {
        name: row.name.clone(),
        check: Box::new(move || check(row, &n.to_string(), &WORKSHOP)),
    };
    let mut rows = rows(watched);
    let seconds = |row: &Row| row.seconds.unwrap_or_default() + row.settle;
    rows.sort_by(|(_, a), (_, b)| seconds(b).total_cmp(&seconds(a)));
    let jobs: Vec<Job> = rows.into_iter().map(job).collect();
    pool::run(what, &jobs, at_once);
}

#[test]
fn the_table_covers_each_kind_of_trouble() {
    assert!(TABLE.source.len() >= 60, "{} rows", TABLE.source.len());
    let covered: BTreeSet<u8> = TABLE.source.iter().flat_map(|row| row.covers.iter().copied()).collect();
    let missing: Vec<u8> = (1..=20).filter(|kind| !covered.contains(kind)).collect();
    assert!(missing.is_empty(), "no row for {missing:?}");
    let empty = |row: &&Row| {
        let nothing = row.shown.is_none() && row.sizes.is_none() && row.reason_code.is_none();
        nothing || (row.file.is_empty() && row.address.is_empty())
    };
    let without: Vec<&str> = TABLE.source.iter().filter(empty).map(|row| &*row.name).collect();
    assert!(without.is_empty(), "nothing is expected of {without:?}");
}
