//! Rows of the sheet, and what they add up to. Pure.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::tools::words::one_line;

/// What a camera sees at a moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    /// People; `None` where nobody counts them now.
    pub people: Option<u64>,
    /// How crowded it is; `None` where nobody knows.
    pub risk: Option<&'static str>,
    /// Crossings of all lines since the start, inbound and outbound; `None` where nobody counts them now.
    pub crossed: Option<[u64; 2]>,
}

/// A row: a camera at a moment, and what crossed its lines since the row before.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Day and time, as the server's clock shows them.
    pub time: String,
    /// Name of the camera.
    pub camera: String,
    /// People; `None` where nobody counts them now.
    pub people: Option<u64>,
    /// How crowded it is; `None` where nobody knows.
    pub risk: Option<&'static str>,
    /// Crossings since the row before.
    pub inbound: u64,
    /// Crossings the other way.
    pub outbound: u64,
}

/// What crossed lines up to the last row of each camera.
#[derive(Debug, Default)]
pub struct Tally(HashMap<Arc<str>, [u64; 2]>);

impl Tally {
    /// Makes the next row of a camera.
    pub fn row(&mut self, time: &str, camera: &Arc<str>, seen: &Seen) -> Row {
        let before = self.0.entry(Arc::clone(camera)).or_default();
        let now = seen.crossed.unwrap_or(*before);
        // Counters begin anew with the models of a camera.
        let [inbound, outbound] =
            [0, 1].map(|side| if now[side] >= before[side] { now[side] - before[side] } else { now[side] });
        *before = now;
        Row {
            time: time.to_owned(),
            camera: camera.to_string(),
            people: seen.people,
            risk: seen.risk,
            inbound,
            outbound,
        }
    }

    /// Forgets cameras that there are no more.
    pub fn keep(&mut self, cameras: &[Arc<str>]) {
        self.0.retain(|camera, _| cameras.contains(camera));
    }
}

/// What all rows of a camera add up to, as the sheet has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Crossings.
    pub inbound: u64,
    /// Crossings the other way.
    pub outbound: u64,
}

/// What a web app answers.
#[derive(Debug, Deserialize)]
pub struct Answer {
    ok: bool,
    #[serde(default)]
    why: String,
    #[serde(default)]
    totals: BTreeMap<String, Totals>,
}

/// Rows as they are handed over. Those of one `batch` are written once, however often they come.
pub fn body(batch: &str, rows: &[Row]) -> Value {
    json!({ "batch": batch, "rows": rows })
}

/// Reads what a web app answers: what its rows add up to, for each camera.
///
/// # Errors
/// What is wrong.
pub fn answer(body: &[u8]) -> Result<BTreeMap<String, Totals>, String> {
    let Ok(Answer { ok, why, totals }) = serde_json::from_slice(body) else {
        return Err(
            "what answers there is not the web app of deploy/sheets.gs; deploy it so that anyone may \
                    reach it"
                .to_owned(),
        );
    };
    if ok { Ok(totals) } else { Err(format!("the web app says: {}", one_line(&why))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_what_crossed_since_the_one_before() {
        let (mut tally, gate) = (Tally::default(), Arc::from("gate"));
        let mut row = |crossed| {
            let seen = Seen { people: Some(3), risk: Some("low"), crossed };
            let row = tally.row("2026-11-28 21:03:10", &gate, &seen);
            (row.inbound, row.outbound)
        };
        let crossed = [Some([5, 2]), Some([9, 2]), None, Some([10, 2]), Some([1, 1]), Some([1, 4])];
        assert_eq!(crossed.map(&mut row), [(5, 2), (4, 0), (0, 0), (1, 0), (1, 1), (0, 3)]);
        tally.keep(&[]);
        assert!(tally.0.is_empty());
    }

    #[test]
    fn what_a_web_app_answers_is_read_or_refused_with_what_to_do() {
        let totals = answer(br#"{"ok":true,"totals":{"gate":{"inbound":9,"outbound":4}}}"#);
        assert_eq!(totals, Ok([("gate".to_owned(), Totals { inbound: 9, outbound: 4 })].into()));
        assert_eq!(answer(br#"{"ok":true,"rows":2}"#), Ok(BTreeMap::new()));
        assert!(answer(br#"{"ok":false,"why":"no rows"}"#).is_err_and(|why| why.contains("no rows")));
        for odd in ["<!doctype html>", "", "[]"] {
            assert!(answer(odd.as_bytes()).is_err_and(|why| why.contains("deploy")), "{odd}");
        }
    }
}
