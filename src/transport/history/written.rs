//! Rows as text, JSON or a table for spreadsheets, written one by one as they are read. Pure.
//!
//! A month of minutes is some megabytes of text, which is most of the work of answering, so no value is built
//! in between.

use std::{io::Write, mem};

use bytes::Bytes;
use serde_json::json;

use super::{numbers::three, object};
use crate::{
    history::{Calendar, Figure, LineRow, Moments, Row},
    nouns::result::RiskLevel,
};

/// The first line of a table. Its columns are times, numbers and words of ours: no text that a person chose,
/// which a spreadsheet may take for a formula.
const HEAD: &str = "from,to,people_mean,people_max,objects_mean,inbound,outbound,\
                    occupancy_mean,risk,capture_fps,detect_fps,crowd_fps\r\n";

/// Bytes from which on a piece is sent by itself. Twice as many would come from the system anew each time
/// (glibc's malloc: from 128 KiB on), with pages that have to be cleared first.
const PIECE: usize = 64 << 10;

/// Bytes beyond that for which a piece has room from the beginning: more than most rows have.
const ROOM: usize = 8 << 10;

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// An object with its `rows`.
    Json,
    /// Comma-separated values.
    Csv,
}

/// What the rows are of.
pub struct Title<'a> {
    /// Name of the camera.
    pub camera: &'a str,
    /// When the time begins that was asked for, seconds since the Unix epoch.
    pub from_s: i64,
    /// When the time ends that was asked for, seconds since the Unix epoch.
    pub to_s: i64,
}

/// Text that grows row by row.
pub struct Written<'a> {
    form: Form,
    moments: Moments<'a>,
    text: Vec<u8>,
    /// Whether a row was written.
    has_rows: bool,
}

impl<'a> Written<'a> {
    /// The text before the first row.
    pub fn begin(form: Form, title: &Title, calendar: &'a Calendar) -> Self {
        let mut written = Written { form, moments: Moments::of(calendar), text: Vec::new(), has_rows: false };
        match form {
            Form::Csv => written.text.extend(HEAD.bytes()),
            Form::Json => {
                // Writing into memory cannot fail, here and below.
                let _ = write!(written.text, "{{\"camera\":{},", json!(title.camera));
                written.times(title.from_s, title.to_s);
                written.text.extend(b",\"rows\":[");
            }
        }
        written
    }

    /// Writes one row.
    pub fn row(&mut self, row: &Row) {
        match self.form {
            Form::Csv => self.line(row),
            Form::Json => self.object(row),
        }
        self.has_rows = true;
    }

    /// Takes what is written out of it, once that is a piece worth sending by itself.
    pub fn take(&mut self) -> Option<Bytes> {
        let next = || Vec::with_capacity(PIECE + ROOM);
        (self.text.len() >= PIECE).then(|| mem::replace(&mut self.text, next()).into())
    }

    /// Returns the text, or what was not taken of it.
    pub fn end(mut self) -> Vec<u8> {
        if self.form == Form::Json {
            self.text.extend(b"]}");
        }
        self.text
    }

    fn object(&mut self, row: &Row) {
        if self.has_rows {
            self.text.push(b',');
        }
        self.text.push(b'{');
        self.times(row.from_s, row.to_s);
        object::fields(row, &mut self.text);
        self.text.push(b'}');
    }

    /// Writes when something begins and ends, as fields.
    fn times(&mut self, from_s: i64, to_s: i64) {
        self.text.extend(b"\"from\":\"");
        self.moments.write(from_s, &mut self.text);
        self.text.extend(b"\",\"to\":\"");
        self.moments.write(to_s, &mut self.text);
        self.text.push(b'"');
    }

    /// Writes a line of a table: empty where nobody knows.
    fn line(&mut self, row: &Row) {
        self.moments.write(row.from_s, &mut self.text);
        self.text.push(b',');
        self.moments.write(row.to_s, &mut self.text);
        for column in columns(row) {
            self.text.push(b',');
            match column {
                Column::Number(number) => {
                    number.into_iter().for_each(|number| three(&mut self.text, number, b""))
                }
                Column::Risk(risk) => self.text.extend(risk.map_or("", RiskLevel::name).as_bytes()),
            }
        }
        self.text.extend(b"\r\n");
    }
}

/// A column of a table.
enum Column {
    Number(Option<f64>),
    Risk(Option<RiskLevel>),
}

/// The columns of a row, but for its times.
fn columns(row: &Row) -> [Column; 10] {
    let mean = |figure: &Option<Figure>| Column::Number(figure.map(|figure| figure.mean));
    let crossed = |side: fn(&LineRow) -> u64| {
        let sum = |lines: &Vec<LineRow>| lines.iter().map(side).sum::<u64>() as f64;
        Column::Number(row.lines.as_ref().map(sum))
    };
    let objects = row.objects.as_ref().map(|all| all.iter().map(|one| one.count.mean).sum::<f64>());
    let inside = row.zones.as_ref().map(|all| all.iter().map(|one| one.occupancy.mean).sum::<f64>());
    [
        mean(&row.people),
        Column::Number(row.people.map(|people| people.max.into())),
        Column::Number(objects),
        crossed(|line| line.inbound),
        crossed(|line| line.outbound),
        Column::Number(inside),
        Column::Risk(row.risk.map(|risk| risk.worst)),
        mean(&row.capture_fps),
        Column::Number(row.detect_fps),
        Column::Number(row.crowd_fps),
    ]
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::history::{ClassRow, CrossedRow, Name, RiskRow};

    fn row(from_s: i64) -> Row {
        let people = Figure { mean: 13.625, max: 20.0, samples: 3 };
        let classes = vec![CrossedRow { class: Name::from("car \"x\""), inbound: 1, outbound: 0 }];
        Row {
            from_s,
            to_s: from_s + 60,
            people: Some(people),
            objects: Some(vec![ClassRow { class: Name::from("car"), count: people }]),
            lines: Some(vec![LineRow { id: Name::from("gate"), inbound: 1, outbound: 0, classes }]),
            zones: None,
            risk: None,
            capture_fps: None,
            crowd_fps: None,
            detect_fps: Some(0.25),
        }
    }

    fn written(form: Form, rows: &[Row]) -> String {
        let berlin = Calendar::named("Europe/Berlin").expect("is known");
        let title = Title { camera: "main", from_s: 0, to_s: 3600 };
        let mut written = Written::begin(form, &title, &berlin);
        rows.iter().for_each(|row| written.row(row));
        String::from_utf8(written.end()).expect("is text")
    }

    #[test]
    fn rows_are_an_object_with_times_in_words_and_in_seconds() {
        let rows = [row(0), row(120)];
        let told: Value = serde_json::from_str(&written(Form::Json, &rows)).expect("is JSON");
        assert_eq!((&told["camera"], &told["from"]), (&json!("main"), &json!("1970-01-01T01:00:00+01:00")));
        assert_eq!(told["to"], json!("1970-01-01T02:00:00+01:00"));
        let mut expected = json!(rows);
        for (row, [from, to]) in
            expected.as_array_mut().into_iter().flatten().zip([["01:00", "01:01"], ["01:02", "01:03"]])
        {
            row["from"] = format!("1970-01-01T{from}:00+01:00").into();
            row["to"] = format!("1970-01-01T{to}:00+01:00").into();
        }
        assert_eq!(told["rows"], expected);
        let nothing: Value = serde_json::from_str(&written(Form::Json, &[])).expect("is JSON");
        assert_eq!(nothing["rows"], json!([]));
    }

    #[test]
    fn a_table_holds_no_formula() {
        let name = Name::from("=HYPERLINK(\"http://a\")");
        let (mut odd, count) = (row(0), Figure { mean: 1.0, max: 1.0, samples: 1 });
        odd.objects = Some(vec![ClassRow { class: name.clone(), count }]);
        odd.lines = Some(vec![LineRow { id: name, inbound: 1, outbound: 0, classes: Vec::new() }]);
        odd.risk = Some(RiskRow { worst: RiskLevel::High, shares: [0.0, 0.0, 1.0, 0.0] });
        let table = written(Form::Csv, &[odd]);
        let formulas = table.lines().flat_map(|line| line.split(',')).filter(|field| {
            field.parse::<f64>().is_err() && field.starts_with(['=', '+', '-', '@', '\t', '\r'])
        });
        assert_eq!(formulas.collect::<Vec<_>>(), [""; 0]);
    }

    #[test]
    fn rows_are_lines_of_a_table_with_nothing_where_nobody_knows() {
        let table = written(Form::Csv, &[row(0)]);
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].split(',').count(), lines[1].split(',').count());
        assert_eq!(
            lines[1],
            "1970-01-01T01:00:00+01:00,1970-01-01T01:01:00+01:00,13.625,20,13.625,1,0,,,,0.25,"
        );
    }
}
