//! The route by which admins read who changed what.
//!
//! Rows out, newest first; what is written down, and when, is told by those who change something.

use std::{ops::RangeInclusive, sync::Arc};

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::{apart::apart, error::Problem, login::time, request::value, shared::Shared};
use crate::accounts::{AuditQuery, AuditRow, MOST_AUDITS};

/// Rows of a page where nobody says how many.
const USUAL_LIMIT: i64 = 100;

/// `GET /api/audit`: who changed what, newest first; `before` is the number of the last row of the page
/// before.
pub async fn list(request: HttpRequest, shared: web::Data<Shared>) -> Result<HttpResponse, Problem> {
    let query = query_of(request.query_string())?;
    let authority = Arc::clone(&shared.authority);
    let rows = apart(&shared.metrics.fences, move || Ok(authority.audits(&query)?)).await?;
    let entries: Vec<Value> = rows.into_iter().map(told).collect();
    Ok(HttpResponse::Ok().json(json!({ "entries": entries })))
}

/// Which rows a query asks for.
fn query_of(query: &str) -> Result<AuditQuery, Problem> {
    let limit = number(query, "limit", 1..=MOST_AUDITS as i64)?.unwrap_or(USUAL_LIMIT);
    let before = number(query, "before", 1..=i64::MAX)?;
    Ok(AuditQuery { limit: usize::try_from(limit).unwrap_or(MOST_AUDITS), before })
}

/// A number of a query; `None` where there is none.
fn number(query: &str, name: &str, within: RangeInclusive<i64>) -> Result<Option<i64>, Problem> {
    let Some(text) = value(query, name) else { return Ok(None) };
    let number = text.parse::<i64>().ok().filter(|number| within.contains(number));
    number.map(Some).ok_or_else(|| {
        Problem::Query(format!("{name} is to be a number from {} to {}", within.start(), within.end()))
    })
}

fn told(row: AuditRow) -> Value {
    let AuditRow { id, at_us, who, address, action, camera, detail, outcome } = row;
    json!({
        "id": id,
        "time": time(at_us / 1_000_000),
        "who": who,
        "address": address,
        "action": action,
        "camera": camera,
        "detail": detail,
        "outcome": outcome,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_of_as_many_rows_as_may_be() {
        let asked = |query| query_of(query).map(|asked| (asked.limit, asked.before)).ok();
        assert_eq!(asked(""), Some((100, None)));
        assert_eq!(asked("limit=1000&before=7"), Some((1000, Some(7))));
        for odd in
            ["limit=0", "limit=1001", "limit=", "limit=1e2", "before=-1", "before=x", "limit=1%20OR%201"]
        {
            assert_eq!(asked(odd), None, "{odd}");
        }
    }
}
