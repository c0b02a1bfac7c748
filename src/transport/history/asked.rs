//! What a request asks of history: camera, time, step, whose days.

use crate::{
    frame::now_s,
    history::{Calendar, Step},
    transport::{error::Problem, request},
};

/// Seconds that are told where nobody says which: a day.
const USUAL_SPAN_S: i64 = 24 * 3600;

/// The longest time that each step is chosen for where nobody names one, seconds: some hundred rows each.
const SPANS: [(i64, Step); 3] =
    [(6 * 3600, Step::Minute), (3 * 24 * 3600, Step::Quarter), (60 * 24 * 3600, Step::Hour)];

/// What a request asks of history.
pub struct Asked {
    /// Name of the camera, where one is named.
    pub camera: Option<String>,
    /// When the time begins, seconds since the Unix epoch.
    pub from_s: i64,
    /// When the time ends, seconds since the Unix epoch.
    pub to_s: i64,
    /// Whose days are meant.
    pub calendar: Calendar,
}

impl Asked {
    /// Reads a query.
    ///
    /// # Errors
    /// [`Problem::Query`].
    pub fn of(query: &str) -> Result<Self, Problem> {
        let value = |name| given(query, name);
        let calendar = match value("tz") {
            Some(name) => Calendar::named(&name).map_err(|error| Problem::Query(error.to_string()))?,
            None => Calendar::system(),
        };
        let moment =
            |name| value(name).map(|text| calendar.moment(&text)).transpose().map_err(Problem::Query);
        // The second that has begun counts.
        let to_s = moment("to")?.unwrap_or(now_s() as i64 + 1);
        let from_s = moment("from")?.unwrap_or(to_s - USUAL_SPAN_S);
        if from_s > to_s {
            return Err(Problem::Query("from is later than to".to_owned()));
        }
        Ok(Asked { camera: value("camera"), from_s, to_s, calendar })
    }

    /// The step that is asked for, or one that gives some hundred rows.
    ///
    /// # Errors
    /// [`Problem::Query`].
    pub fn step(&self, query: &str) -> Result<Step, Problem> {
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
pub fn given(query: &str, name: &str) -> Option<String> {
    request::value(query, name).filter(|text| !text.is_empty())
}

/// A query's whole number above 0 of that name, where there is one.
///
/// # Errors
/// [`Problem::Query`].
pub fn number(query: &str, name: &str) -> Result<Option<i64>, Problem> {
    let Some(text) = given(query, name) else { return Ok(None) };
    let number = text.parse::<i64>().ok().filter(|number| *number > 0);
    let wrong = || Problem::Query(format!("{name} is {text:?}, must be a whole number above 0"));
    number.map(Some).ok_or_else(wrong)
}
