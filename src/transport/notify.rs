//! Routes of those who look after notifications: the rules of all cameras, and trying a service.

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

use super::{
    about,
    access::{Deed, Grant, audited},
    apart::{apart, aside},
    cameras::{TURN_WITHIN, bytes_of, fields_of},
    error::Problem,
    shared::Shared,
};
use crate::{notify::Arrived, nouns::rule::ServiceName, tools::turns::turn};

/// What somebody wants to try.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    service: ServiceName,
}

/// What the body of a test must be.
fn expected() -> String {
    let names = ServiceName::TOLD.map(ServiceName::name).join(", ");
    format!("the body is to name a service, such as {{\"service\": \"webhook\"}}: one of {names}")
}

/// `GET /api/rules`: the rules of all cameras.
pub async fn rules(shared: web::Data<Shared>) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "rules": shared.roster.rules() }))
}

/// `PUT /api/rules`: replaces them.
pub async fn set_rules(
    body: web::Payload,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    let fields = fields_of(body, &about::RULES_SET).await?;
    let roster = Arc::clone(&shared.roster);
    let changing = apart(&shared.metrics.fences, move || roster.set_rules(&fields).map_err(Problem::from));
    let deed = Deed { action: "changed the rules of all cameras", ..Deed::default() };
    audited(&shared, &grant, deed, changing).await?;
    Ok(rules(shared).await)
}

/// `POST /api/services/test`: tells a test by a service, and what became of it.
pub async fn test(
    body: web::Payload,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    let body = bytes_of(body, &about::SERVICE_TEST).await?;
    let asked: Asked = serde_json::from_slice(&body).map_err(|_| Problem::Body(expected()))?;
    let name = asked.service.name();
    if asked.service == ServiceName::Sheets {
        return Err(Problem::Body("a sheet gets rows, and no messages".to_owned()));
    }
    let permit = turn(&shared.service_tries, TURN_WITHIN).await.ok_or(Problem::Busy)?;
    let notify = shared.notify.clone();
    // Services take their time, and other requests must not wait for them.
    let trying = aside(&shared.metrics.fences, move || {
        let _permit = permit;
        let missing = || Problem::Body(format!("no {name} is set: see the settings of that name"));
        notify.try_out(asked.service).ok_or_else(missing)
    });
    let deed = Deed { action: "tried a service", ..Deed::default() }.of(name.to_owned());
    let tried = audited(&shared, &grant, deed, trying).await?;
    Ok(HttpResponse::Ok().json(json!({
        "service": name,
        "arrived": tried.is_ok(),
        "with_picture": tried == Ok(Arrived::Whole),
        "reason": tried.err(),
    })))
}
