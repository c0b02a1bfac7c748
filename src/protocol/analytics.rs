//! The `analytics` message: a result as viewers are told.
//!
//! Bytes only; how the figures come about is the business of [`crate::analytics`].

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use serde::Serialize;

use super::framing::{Opcode, framed};
use crate::nouns::{
    count::{LineCount, ZoneCount},
    result::{AnalyticsResult, Crowd, FrameRef, Grid, Object, RiskLevel, Timings},
};

/// Returns a result as one WebSocket text frame.
pub fn framed_result(result: &AnalyticsResult) -> Bytes {
    // Serialising these types cannot fail: no map has keys other than strings, and numbers that are no
    // numbers become null.
    framed(Opcode::Text, &serde_json::to_vec(&Message::of(result)).unwrap_or_default())
}

/// The message's fields, in their order.
#[derive(Serialize)]
#[serde(tag = "type", rename = "analytics")]
struct Message<'a> {
    camera: &'a str,
    frame: u64,
    captured_us: u64,
    finished_us: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    crowd: Option<CrowdForm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    objects: Option<&'a [Object]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counted: Option<FrameRef>,
    counts: &'a BTreeMap<String, usize>,
    lines: &'a [LineCount],
    zones: &'a [ZoneCount],
    timings_ms: Timings,
}

impl<'a> Message<'a> {
    fn of(result: &'a AnalyticsResult) -> Self {
        Message {
            camera: &result.camera,
            frame: result.frame,
            captured_us: result.captured_us,
            finished_us: result.finished_us,
            crowd: result.crowd.as_ref().map(CrowdForm::of),
            objects: result.objects.as_deref(),
            counted: result.counted,
            counts: &result.counts,
            lines: &result.lines,
            zones: &result.zones,
            timings_ms: result.timings_ms,
        }
    }
}

#[derive(Serialize)]
struct CrowdForm {
    total: f32,
    grid: GridForm,
    risk: RiskLevel,
}

impl CrowdForm {
    fn of(crowd: &Crowd) -> Self {
        CrowdForm { total: crowd.total, grid: GridForm::of(&crowd.grid), risk: crowd.risk }
    }
}

/// A grid: one byte a cell in base64, row by row; a byte of 255 means `max` people in that cell.
#[derive(Serialize)]
struct GridForm {
    cols: usize,
    rows: usize,
    max: f32,
    data: String,
}

impl GridForm {
    fn of(grid: &Grid) -> Self {
        let max = grid.max();
        let byte = |people: &f32| if max > 0.0 { (people / max * 255.0).round() as u8 } else { 0 };
        let bytes: Vec<u8> = grid.people.iter().map(byte).collect();
        GridForm { cols: grid.cols, rows: grid.rows(), max, data: STANDARD.encode(bytes) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::nouns::{
        count::LineClasses,
        place::{BBox, Velocity},
    };

    #[test]
    fn a_grid_keeps_its_people_as_exact_as_a_byte_allows() {
        let form = GridForm::of(&Grid { cols: 3, people: vec![0.5, 0.25, 0.0, 0.0, 0.0, 0.1] });
        assert_eq!((form.cols, form.rows, form.max), (3, 2, 0.5));
        assert_eq!(STANDARD.decode(&form.data), Ok(vec![255, 128, 0, 0, 0, 51]));
        let nobody = GridForm::of(&Grid { cols: 2, people: vec![0.0; 4] });
        assert_eq!(STANDARD.decode(&nobody.data), Ok(vec![0; 4]));
    }

    fn sample() -> AnalyticsResult {
        let object = |track_id, class: &str, confidence, [x1, y1, x2, y2]: [f32; 4]| Object {
            track_id,
            class: class.into(),
            confidence,
            bbox: BBox { x1, y1, x2, y2 },
            velocity: Velocity::default(),
            speed_kmh: None,
            trail: Vec::new(),
        };
        let person = Object {
            velocity: Velocity { x: 12.0, y: -3.0 },
            speed_kmh: Some(4.3),
            trail: vec![[8.5, 81.0], [14.5, 80.5]],
            ..object(5, "person", 0.95, [10.5, 20.0, 30.5, 80.0])
        };
        let of = |class: &str, count| BTreeMap::from([(class.to_owned(), count)]);
        let inbound = BTreeMap::from([("person".to_owned(), 11), ("bicycle".to_owned(), 1)]);
        let line = LineCount {
            id: "gate".into(),
            inbound: 12,
            outbound: 9,
            classes: LineClasses { inbound, outbound: of("person", 9) },
        };
        let zone = ZoneCount {
            id: "plaza".into(),
            occupancy: 17,
            classes: BTreeMap::from([("person".to_owned(), 17)]),
            standing: 4,
            mean_dwell_s: Some(31.5),
            longest_dwell_s: Some(304.0),
        };
        let people = [0.0, 128.0, 255.0, 0.0, 64.0, 17.0].map(|byte: f32| byte / 255.0 * 0.5).to_vec();
        AnalyticsResult {
            camera: "main".into(),
            frame: 1234,
            captured_us: 1_732_147_200_000_000,
            finished_us: 1_732_147_200_080_000,
            crowd: Some(Crowd { total: 41.7, grid: Grid { cols: 3, people }, risk: RiskLevel::Low }),
            objects: Some(vec![person, object(6, "car", 0.5, [0.0, 1.0, 2.0, 3.0])]),
            counted: Some(FrameRef { frame: 1232, captured_us: 1_732_147_199_941_000 }),
            counts: BTreeMap::from([("car".into(), 1), ("person".into(), 1)]),
            lines: vec![line],
            zones: vec![zone, ZoneCount { id: "door".into(), ..ZoneCount::default() }],
            timings_ms: Timings { crowd: Some(51.2), detect: Some(38.4), track: Some(0.1) },
        }
    }

    #[test]
    fn results_are_written_as_the_golden_ones() {
        let golden: Value = serde_json::from_str(include_str!("../../tests/golden/server_messages.json"))
            .expect("golden file is JSON");
        let golden = golden["valid"].as_array().expect("a list");
        let expected: Vec<&Value> = golden.iter().filter(|message| message["type"] == "analytics").collect();
        let nothing = AnalyticsResult {
            frame: 1235,
            crowd: None,
            objects: None,
            counted: None,
            counts: BTreeMap::new(),
            lines: vec![],
            zones: vec![],
            timings_ms: Timings::default(),
            ..sample()
        };
        // By way of text: numbers of 32 bits have the digits of the golden file only there.
        let written = [sample(), nothing].map(|result| {
            let text = serde_json::to_string(&Message::of(&result)).expect("serialises");
            serde_json::from_str::<Value>(&text).expect("is JSON")
        });
        assert_eq!(written.iter().collect::<Vec<_>>(), expected);
    }
}
