//! The routes by which tokens and share links are made and revoked.
//!
//! What a token says is `access`', and who may make one is the table of routes'.

use std::{ops::RangeInclusive, sync::Arc, time::Duration};

use actix_web::{HttpResponse, web};
use serde_json::{Map, Value, json};

use super::{
    about,
    access::{Deed, Grant, audited, audited_with, find_key},
    apart::apart,
    cameras::fields_of,
    error::Problem,
    login::time,
    shared::Shared,
};
use crate::{
    access::{
        Role, Scope,
        token::{Claims, LONGEST_NAME, TTL_SECONDS, is_id, is_name},
    },
    accounts::Wish,
    frame::now_s,
};

/// For how many seconds a share link may be valid: up to 30 days.
const SHARE_SECONDS: RangeInclusive<u64> = 60..=30 * 86_400;

/// `POST /api/tokens`: makes a token for a role, some cameras and a time.
pub async fn make(
    body: web::Payload,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    let wish = wish_of(fields_of(body, &about::TOKEN_MAKE).await?)?;
    let what = format!("{} of {}", wish.role.name(), cameras_of(&wish.scope));
    let (claims, token) =
        made(&shared, &grant, Deed { action: "made a token", camera: None, detail: what }, wish).await?;
    let told = json!({ "token": token, "id": claims.id, "until": time(claims.until_s) });
    Ok(HttpResponse::Created().json(told))
}

/// `POST /api/cameras/{camera}/share`: makes a link that shows one camera for a time.
pub async fn share(
    body: web::Payload,
    camera: web::Path<String>,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    let camera = Arc::clone(grant.camera(&shared, Some(&camera))?.name());
    let mut fields = fields_of(body, &about::CAMERA_SHARE).await?;
    let ttl = ttl_of(&mut fields, &SHARE_SECONDS)?;
    no_more(&fields)?;
    let scope = Scope::of([&*camera]).map_err(|why| Problem::Body(format!("the camera's link {why}")))?;
    let wish = Wish { role: Role::Viewer, scope, name: None, ttl, share: true };
    let (claims, token) = made(&shared, &grant, Deed::to("shared", &camera), wish).await?;
    // Names and tokens have no letter that means anything in an address.
    let url = format!("/?camera={camera}&token={token}");
    Ok(HttpResponse::Created().json(json!({ "url": url, "id": claims.id, "until": time(claims.until_s) })))
}

/// What an id of a token looks like, for those who have sent something else.
const IDS: &str = "id is no id of a token: one is told as id where a token is made, such as 0af3c2d1e4b59687 \
                   (1 to 64 letters, digits, dots, hyphens and underscores)";

/// `POST /api/tokens/revoke`: ends a token or a share link, and every session and stream that came by it. The
/// answer says whether the token itself was shown, which is all that is known of it: they are signed and not
/// kept. `until` lies in the past where the token had ended.
pub async fn revoke(
    body: web::Payload,
    shared: web::Data<Shared>,
    grant: Grant,
) -> Result<HttpResponse, Problem> {
    let mut fields = fields_of(body, &about::TOKEN_REVOKE).await?;
    let (id, until_s) = match (text(&mut fields, "token")?, text(&mut fields, "id")?) {
        (Some(token), _) => {
            find_key(&shared, &token).await;
            let claims = shared.authority.claims(&token);
            let claims = claims.map_err(|why| Problem::Body(format!("nothing is revoked: {why}")))?;
            (claims.id, Some(claims.until_s))
        }
        (None, Some(id)) if is_id(&id) => (id, None),
        (None, Some(_)) => return Err(Problem::Body(IDS.to_owned())),
        (None, None) => return Err(Problem::Body("give the id of a token, or the token".to_owned())),
    };
    let deed = Deed { action: "revoked", camera: None, detail: format!("token {id}") };
    let authority = Arc::clone(&shared.authority);
    let by = id.clone();
    let revoking = apart(&shared.metrics.fences, move || Ok(authority.revoke(&by, until_s, now_s())?));
    let remembered_s = audited(&shared, &grant, deed, revoking).await?;
    let told = json!({ "id": id, "known": until_s.is_some(), "until": time(remembered_s) });
    Ok(HttpResponse::Ok().json(told))
}

/// Makes a token, which may make its key, and writes that down with its id.
async fn made(
    shared: &web::Data<Shared>,
    grant: &Grant,
    deed: Deed,
    wish: Wish,
) -> Result<(Claims, String), Problem> {
    let authority = Arc::clone(&shared.authority);
    let making = apart(&shared.metrics.fences, move || Ok(authority.make(wish, now_s())?));
    audited_with(shared, grant, async move {
        let made = making.await;
        let detail = match &made {
            Ok((claims, _)) => {
                let whom = claims.name.as_ref().map_or(String::new(), |name| format!(" for {name}"));
                let whose = if deed.detail.is_empty() { String::new() } else { format!("{}, ", deed.detail) };
                format!("{whose}token {}{whom} until {}", claims.id, time(claims.until_s))
            }
            Err(_) => deed.detail.clone(),
        };
        (deed.of(detail), made)
    })
    .await
}

/// What is wished for by a body's fields.
fn wish_of(mut fields: Map<String, Value>) -> Result<Wish, Problem> {
    let role = text(&mut fields, "role")?.ok_or_else(|| Problem::Body("role is missing".to_owned()))?;
    let role = role.parse::<Role>().map_err(|why| Problem::Body(format!("role {why}")))?;
    let scope = match taken(&mut fields, "cameras") {
        None => Scope::All,
        Some(cameras) => scope_of(&cameras)?,
    };
    if role == Role::Admin && scope != Scope::All {
        return Err(Problem::Body("cameras: an admin is one of all cameras".to_owned()));
    }
    let name = text(&mut fields, "name")?;
    if name.as_deref().is_some_and(|name| !is_name(name)) {
        return Err(Problem::Body(format!("name has 1 to {LONGEST_NAME} characters in one line")));
    }
    let ttl = ttl_of(&mut fields, &TTL_SECONDS)?;
    no_more(&fields)?;
    Ok(Wish { role, scope, name, ttl, share: false })
}

/// A list of cameras.
fn scope_of(cameras: &Value) -> Result<Scope, Problem> {
    let names: Option<Vec<&str>> =
        cameras.as_array().and_then(|names| names.iter().map(Value::as_str).collect());
    let names = names.ok_or_else(|| Problem::Body("cameras is no list of names".to_owned()))?;
    Scope::of(names).map_err(|why| Problem::Body(format!("cameras {why}")))
}

/// Cameras in words.
fn cameras_of(scope: &Scope) -> String {
    scope.names().map_or("all cameras".to_owned(), |names| names.join(", "))
}

fn ttl_of(fields: &mut Map<String, Value>, seconds: &RangeInclusive<u64>) -> Result<Duration, Problem> {
    // JSON has one kind of number: 60.0 is as whole as 60.
    let given = fields.remove("ttl_seconds").and_then(|given| given.as_f64());
    let given = given.filter(|given| given.fract() == 0.0).map(|given| given as u64);
    given.filter(|given| seconds.contains(given)).map(Duration::from_secs).ok_or_else(|| {
        Problem::Body(format!("ttl_seconds is to be a number from {} to {}", seconds.start(), seconds.end()))
    })
}

/// A field that may be left out, or null.
fn taken(fields: &mut Map<String, Value>, name: &str) -> Option<Value> {
    fields.remove(name).filter(|value| !value.is_null())
}

/// A text that may be left out, or null.
fn text(fields: &mut Map<String, Value>, name: &str) -> Result<Option<String>, Problem> {
    match taken(fields, name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Problem::Body(format!("{name} is no text"))),
    }
}

/// Refuses fields that nobody has read: what is misspelt is not what was meant.
fn no_more(fields: &Map<String, Value>) -> Result<(), Problem> {
    match fields.keys().next() {
        None => Ok(()),
        Some(name) => {
            let name: String = name.chars().take(40).collect();
            Err(Problem::Body(format!("there is no field {name:?}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(body: Value) -> Result<Wish, String> {
        let Value::Object(fields) = body else { panic!("an object") };
        wish_of(fields).map_err(|problem| problem.to_string())
    }

    #[test]
    fn a_wish_is_read_as_it_is_meant() {
        let whole =
            json!({"role": "viewer", "cameras": ["yard", "gate"], "ttl_seconds": 60, "name": "guard"});
        let whole = wish(whole).expect("all there is");
        assert!(whole.scope.allows("yard") && !whole.scope.allows("hall") && !whole.share);
        assert_eq!((whole.name.as_deref(), whole.ttl), (Some("guard"), Duration::from_secs(60)));
        let least = wish(json!({"role": "admin", "ttl_seconds": 31_622_400, "cameras": null}));
        assert!(least.is_ok_and(|least| least.role == Role::Admin && least.scope == Scope::All));
    }

    #[test]
    fn what_is_odd_in_a_wish_is_named() {
        for (body, named) in [
            (json!({"ttl_seconds": 60}), "role"),
            (json!({"role": "open", "ttl_seconds": 60}), "role"),
            (json!({"role": "viewer"}), "ttl_seconds"),
            (json!({"role": "viewer", "ttl_seconds": 59}), "60"),
            (json!({"role": "viewer", "ttl_seconds": 31_622_401}), "31622400"),
            (json!({"role": "viewer", "ttl_seconds": "60"}), "ttl_seconds"),
            (json!({"role": "viewer", "ttl_seconds": -60}), "ttl_seconds"),
            (json!({"role": "viewer", "ttl_seconds": 60, "cameras": []}), "cameras"),
            (json!({"role": "viewer", "ttl_seconds": 60, "cameras": "yard"}), "cameras"),
            (json!({"role": "viewer", "ttl_seconds": 60, "cameras": ["../x"]}), "cameras"),
            (json!({"role": "admin", "ttl_seconds": 60, "cameras": ["yard"]}), "cameras"),
            (json!({"role": "viewer", "ttl_seconds": 60, "name": "a\nb"}), "name"),
            (json!({"role": "viewer", "ttl_seconds": 60, "camera": ["yard"]}), "\"camera\""),
        ] {
            let error = wish(body.clone()).expect_err("odd");
            assert!(error.contains(named), "{body}: {error}");
        }
    }
}
