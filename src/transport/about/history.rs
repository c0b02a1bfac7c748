//! Routes of history and of events. Pure.

use super::{
    kinds::{About, Answer, Param},
    params::{CAMERA, FROM, TO, ZONE},
};

/// Camera of events, all unless one is named.
const EVENTS_CAMERA: Param = Param::of(
    "camera",
    "Name of the camera; all that may be seen unless given",
    r#"{"type":"string","pattern":"^[a-z0-9_-]{1,32}$"}"#,
)
.or_empty();

/// Length of rows.
const STEP: Param = Param::of(
    "step",
    "Length of a row; chosen by the time unless given",
    r#"{"type":"string","enum":["1m","5m","15m","1h","1d"]}"#,
)
.or_empty();

/// Kind of events.
const KIND: Param =
    Param::of("kind", "Events of this kind alone", r##"{"$ref":"#/components/schemas/EventKind"}"##)
        .or_empty();

/// Most events of a page.
const LIMIT: Param = Param::of(
    "limit",
    "Most events of the page; more than 1000 means 1000",
    r#"{"type":"integer","minimum":1,"default":100}"#,
)
.or_empty();

/// Number of the last event of the page before.
const BEFORE: Param = Param::of(
    "before",
    "Number of the last event of the page before",
    r#"{"type":"integer","format":"int64","minimum":1}"#,
)
.or_empty();

/// What the query of a series may hold.
const SERIES_QUERY: &[Param] = &[CAMERA, FROM, TO, STEP, ZONE];

/// What may be wrong with a question to history.
const HISTORY_CODES: &[&str] = &["bad_query", "no_camera", "history_off", "history_failed"];

/// Tells what a camera saw, row by row.
pub const HISTORY: About = About {
    query: SERIES_QUERY,
    answers: &[Answer::json(200, "History")],
    codes: HISTORY_CODES,
    ..About::of("history", "Tells what a camera saw, row by row")
};

/// Gives the rows of history for a spreadsheet.
pub const HISTORY_CSV: About = About {
    query: SERIES_QUERY,
    answers: &[Answer::raw("text/csv")],
    codes: HISTORY_CODES,
    ..About::of("historyCsv", "Gives the rows of history for a spreadsheet")
};

/// Lists what happened, newest first.
pub const EVENTS: About = About {
    query: &[EVENTS_CAMERA, KIND, FROM, TO, ZONE, LIMIT, BEFORE],
    answers: &[Answer::json(200, "Events")],
    codes: HISTORY_CODES,
    ..About::of("events", "Lists what happened, newest first")
};

/// Streams events and results as they come.
pub const EVENTS_STREAM: About = About {
    query: &[
        EVENTS_CAMERA,
        Param::of("results", "0: no results", r#"{"type":"string"}"#),
        Param::of(
            "last_event_id",
            "Number of the last event that was seen, where Last-Event-ID cannot be sent",
            r#"{"type":"string"}"#,
        ),
    ],
    answers: &[Answer::raw("text/event-stream")],
    codes: &["no_camera", "stream_limit", "too_many_of_address", "too_many_viewers"],
    ..About::of("eventsStream", "Streams events and results as they come")
};

/// Gives the picture of an event.
pub const EVENT_SNAPSHOT: About = About {
    answers: &[Answer::raw("image/jpeg")],
    codes: &["no_event", "no_camera", "bad_query", "history_off", "history_failed"],
    ..About::of("eventSnapshot", "Gives the picture of an event")
};

/// Begins a camera's counts anew.
pub const COUNTS_RESET: About = About {
    answers: &[Answer::json(200, "CountsReset")],
    codes: HISTORY_CODES,
    ..About::of("resetCounts", "Begins a camera's counts anew")
};
