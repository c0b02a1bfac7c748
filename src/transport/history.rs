//! The routes of history: series as JSON and CSV, events page by page with their pictures, and counts that
//! begin anew.
//!
//! What is kept is `history`'s. Whatever reads the disk does so on a thread that may wait.

use std::{fmt::Write, sync::Arc, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, ContentType},
    web,
};
use serde_json::{Value, json};

use super::{access::Grant, apart::apart, error::Problem, request, shared::Shared};
use crate::{
    frame::now_us,
    history::{
        Calendar, EventQuery, Figure, History, HistoryError, LineRow, Row, SeriesQuery, Step, StoredEvent,
    },
    nouns::{count::LineCount, event::Event},
};

/// Seconds that are told where nobody says which: a day.
const USUAL_SPAN_S: i64 = 24 * 3600;

/// Events of a page where nobody says how many.
const USUAL_LIMIT: usize = 100;

/// Time within which today's counts must be read, else those since the start are told.
const COUNTS_WITHIN: Duration = Duration::from_secs(1);

/// The longest time that each step is chosen for where nobody names one, seconds: some hundred rows each.
const SPANS: [(i64, Step); 3] =
    [(6 * 3600, Step::Minute), (3 * 24 * 3600, Step::Quarter), (60 * 24 * 3600, Step::Hour)];

/// What a request asks of history.
struct Asked {
    camera: Option<String>,
    from_s: i64,
    to_s: i64,
    calendar: Calendar,
}

impl Asked {
    fn of(query: &str) -> Result<Self, Problem> {
        let value = |name| given(query, name);
        let calendar = match value("tz") {
            Some(name) => Calendar::named(&name).map_err(|error| Problem::Query(error.to_string()))?,
            None => Calendar::system(),
        };
        let moment =
            |name| value(name).map(|text| calendar.moment(&text)).transpose().map_err(Problem::Query);
        // The second that has begun counts.
        let to_s = moment("to")?.unwrap_or((now_us() / 1_000_000) as i64 + 1);
        let from_s = moment("from")?.unwrap_or(to_s - USUAL_SPAN_S);
        if from_s > to_s {
            return Err(Problem::Query("from is later than to".to_owned()));
        }
        Ok(Asked { camera: value("camera"), from_s, to_s, calendar })
    }

    /// The step that is asked for, or one that gives some hundred rows.
    fn step(&self, query: &str) -> Result<Step, Problem> {
        match given(query, "step") {
            Some(text) => text.parse().map_err(Problem::Query),
            None => {
                let span = self.to_s - self.from_s;
                Ok(SPANS.iter().find(|(most, _)| span <= *most).map_or(Step::Day, |(_, step)| *step))
            }
        }
    }
}

/// A query's value of that name, where there is one: nothing behind the name means not given.
fn given(query: &str, name: &str) -> Option<String> {
    request::value(query, name).filter(|text| !text.is_empty())
}

/// `GET /api/history`: what a camera saw, row by row; a gap is a row that is not there.
pub async fn series(
    request: HttpRequest,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    let body = rows(&request, &shared, grant, json_of).await?;
    Ok(HttpResponse::Ok().content_type(ContentType::json()).body(body))
}

/// Rows as JSON.
fn json_of(asked: &Asked, camera: &str, rows: &[Row]) -> String {
    let time = |at_s| asked.calendar.rfc3339(at_s);
    let told = |row: &Row| {
        let mut told = json!(row);
        (told["from"], told["to"]) = (time(row.from_s).into(), time(row.to_s).into());
        told
    };
    let rows: Vec<Value> = rows.iter().map(told).collect();
    json!({ "camera": camera, "from": time(asked.from_s), "to": time(asked.to_s), "rows": rows }).to_string()
}

/// `GET /api/history.csv`: the rows for a spreadsheet.
pub async fn series_csv(
    request: HttpRequest,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    let body = rows(&request, &shared, grant, |asked, _, rows| csv(rows, &asked.calendar)).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"history.csv\""))
        .body(body))
}

/// Rows as a table: empty where nobody knows.
fn csv(rows: &[Row], calendar: &Calendar) -> String {
    let mut table = String::from(
        "from,to,people_mean,people_max,objects_mean,inbound,outbound,occupancy_mean,risk,capture_fps,\
         detect_fps,crowd_fps\r\n",
    );
    for row in rows {
        let figure = |figure: &Option<Figure>| {
            figure
                .map_or([String::new(), String::new()], |found| [three(found.mean), three(found.max.into())])
        };
        let [people, most] = figure(&row.people);
        let objects = row.objects.as_ref().map(|all| all.iter().map(|one| one.count.mean).sum::<f64>());
        let crossed = |side: fn(&LineRow) -> u64| {
            row.lines.as_ref().map_or(String::new(), |lines| lines.iter().map(side).sum::<u64>().to_string())
        };
        let inside = row.zones.as_ref().map(|all| all.iter().map(|one| one.occupancy.mean).sum::<f64>());
        let risk = row.risk.map_or(Value::Null, |risk| json!(risk.worst));
        let fields = [
            calendar.rfc3339(row.from_s),
            calendar.rfc3339(row.to_s),
            people,
            most,
            objects.map_or(String::new(), three),
            crossed(|line| line.inbound),
            crossed(|line| line.outbound),
            inside.map_or(String::new(), three),
            risk.as_str().unwrap_or_default().to_owned(),
            figure(&row.capture_fps)[0].clone(),
            row.detect_fps.map_or(String::new(), three),
            row.crowd_fps.map_or(String::new(), three),
        ];
        // A string takes whatever is written into it.
        let _ = write!(table, "{}\r\n", fields.join(","));
    }
    table
}

/// A number with at most three decimals.
fn three(value: f64) -> String {
    ((value * 1000.0).round() / 1000.0).to_string()
}

/// The rows that a request asks for, as `written`, which may take a while.
async fn rows(
    request: &HttpRequest,
    shared: &Shared,
    grant: Grant,
    written: fn(&Asked, &str, &[Row]) -> String,
) -> Result<String, Problem> {
    let query = request.query_string();
    let asked = Asked::of(query)?;
    let step = asked.step(query)?;
    let camera = match &asked.camera {
        // One that is gone has a history all the same.
        Some(name) => name.clone(),
        None => grant.camera(shared, None)?.name().to_string(),
    };
    ask(shared, move |history| {
        let Asked { from_s, to_s, calendar, .. } = &asked;
        let query = SeriesQuery { camera: &camera, from_s: *from_s, to_s: *to_s, step, calendar };
        Ok(written(&asked, &camera, &history.series(&query)?))
    })
    .await
}

/// `GET /api/events`: what happened, newest first; `before` is the number of the last event of the page
/// before.
pub async fn events(request: HttpRequest, shared: web::Data<Shared>) -> Result<HttpResponse, Problem> {
    let query = request.query_string();
    let asked = Asked::of(query)?;
    let has_from = given(query, "from").is_some();
    let number = |name| match given(query, name) {
        Some(text) => text
            .parse::<i64>()
            .ok()
            .filter(|number| *number > 0)
            .map(Some)
            .ok_or_else(|| Problem::Query(format!("{name} is {text:?}, must be a whole number above 0"))),
        None => Ok(None),
    };
    let (limit, before) = (number("limit")?.map_or(USUAL_LIMIT, |limit| limit as usize), number("before")?);
    let kind = given(query, "kind");
    if let Some(odd) = kind.as_deref().filter(|kind| !Event::KINDS.contains(kind)) {
        return Err(Problem::Query(format!("kind is {odd:?}, must be one of {}", Event::KINDS.join(", "))));
    }
    let calendar = asked.calendar.clone();
    let events = ask(&shared, move |history| {
        // Without a beginning all there are.
        let from_us = if has_from { (asked.from_s.max(0) as u64).saturating_mul(1_000_000) } else { 0 };
        history.events(&EventQuery {
            camera: asked.camera.as_deref(),
            kind: kind.as_deref(),
            from_us,
            to_us: (asked.to_s.max(0) as u64).saturating_mul(1_000_000),
            limit,
            before,
        })
    })
    .await?;
    let events: Vec<Value> = events.into_iter().map(|event| told(event, &calendar)).collect();
    Ok(HttpResponse::Ok().json(json!({ "events": events })))
}

/// An event as it is told.
fn told(event: StoredEvent, calendar: &Calendar) -> Value {
    let mut told = event.body;
    told["id"] = event.id.into();
    told["camera"] = event.camera.into();
    told["time"] = calendar.rfc3339((event.at_us / 1_000_000) as i64).into();
    let path = || "/api/events/{id}/snapshot".replace("{id}", &event.id.to_string());
    told["snapshot"] = event.has_snapshot.then(path).into();
    told
}

/// `GET /api/events/{id}/snapshot`: the picture of an event.
pub async fn snapshot(id: web::Path<String>, shared: web::Data<Shared>) -> Result<HttpResponse, Problem> {
    let id: i64 = id.parse().map_err(|_| Problem::NoEvent)?;
    let jpeg = ask(&shared, move |history| history.snapshot(id)).await?.ok_or(Problem::NoEvent)?;
    // What happened does not change.
    let cached = (CACHE_CONTROL, "private, max-age=31536000, immutable");
    Ok(HttpResponse::Ok().content_type("image/jpeg").insert_header(cached).body(jpeg))
}

/// `POST /api/cameras/{camera}/counts/reset`: a camera's counts begin anew.
pub async fn reset(
    camera: web::Path<String>,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    let camera = Arc::clone(grant.camera(&shared, Some(&camera))?.name());
    let at_us = now_us();
    let name = Arc::clone(&camera);
    ask(&shared, move |history| history.reset_counts(&name, at_us)).await?;
    let since = Calendar::system().rfc3339((at_us / 1_000_000) as i64);
    Ok(HttpResponse::Ok().json(json!({ "camera": &*camera, "since": since })))
}

/// Today's counts in place of those since the start, with since when; as they are where there is no history.
pub(super) async fn with_todays(stats: &mut Value, shared: &Shared, camera: Arc<str>) {
    let now = now_us();
    let counts = ask(shared, move |history| history.counts_today(&camera, now, &Calendar::system()));
    // A disk that hangs costs today's counts, and no answer.
    let Ok(Ok(counts)) = tokio::time::timeout(COUNTS_WITHIN, counts).await else { return };
    stats["since"] = Calendar::system().rfc3339((counts.since_us / 1_000_000) as i64).into();
    let Some(lines) = stats["lines"].as_array() else { return };
    let today = |id: &Value| counts.lines.iter().find(|line| *id == line.id.as_str()).cloned();
    let lines: Vec<LineCount> = lines
        .iter()
        .map(|line| {
            let id = line["id"].as_str().unwrap_or_default().to_owned();
            today(&line["id"]).unwrap_or(LineCount { id, ..LineCount::default() })
        })
        .collect();
    stats["inbound"] = lines.iter().map(|line| line.inbound).sum::<u64>().into();
    stats["outbound"] = lines.iter().map(|line| line.outbound).sum::<u64>().into();
    stats["lines"] = json!(lines);
}

/// Asks history on a thread that may wait.
async fn ask<T: Send + 'static>(
    shared: &Shared,
    question: impl FnOnce(&History) -> Result<T, HistoryError> + Send + 'static,
) -> Result<T, Problem> {
    let history = shared.history.clone();
    let permit = Arc::clone(&shared.questions).try_acquire_owned().map_err(|_| HistoryError::Busy)?;
    apart(move || {
        // Held until the disk has answered, so that one that hangs does not take every thread.
        let _permit = permit;
        question(&history).map_err(Problem::from)
    })
    .await
}
