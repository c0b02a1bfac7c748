//! Socket.IO for front ends that have it: heat maps, figures and states of one camera, as they change.
//!
//! Engine.IO 4 and Socket.IO 5, by requests and by WebSocket. The codec (`packet`) and the life of a session
//! (`session`, on `carrier` and `heart`) are pure. Here stand the routes; who may watch is asked of the
//! grant, since a token may come in a packet.

mod asked;
mod carrier;
mod client;
mod heart;
mod keeper;
mod kind;
mod news;
pub(super) mod packet;
mod polling;
mod refused;
mod session;
mod sessions;
mod websocket;

use std::{sync::Arc, time::Instant};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{
        ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
        ACCESS_CONTROL_MAX_AGE, CACHE_CONTROL, HeaderValue,
    },
    web,
};
use asked::Asked;
use carrier::Over;
use client::{Beginner, Client};
use refused::Refused;
pub(super) use sessions::Sessions;
use websocket::Socket;

use super::{access::Grant, shared::Shared};

/// Seconds for which a browser may remember what pages of another site may send.
const PREFLIGHT_SECONDS: u32 = 600;

/// What the handlers share.
#[derive(Clone)]
struct Here {
    shared: web::Data<Shared>,
    sessions: web::Data<Sessions>,
    grant: Grant,
}

/// `GET /socket.io/`: begins a session, waits for something to say, or becomes a WebSocket.
pub async fn get(
    request: HttpRequest,
    body: web::Payload,
    shared: web::Data<Shared>,
    sessions: web::Data<Sessions>,
    grant: Grant,
) -> Result<HttpResponse, actix_web::Error> {
    let here = Here { shared, sessions, grant };
    let asked = match Asked::read(request.query_string()) {
        Ok(asked) => asked,
        Err(refused) => return Ok(readable(refused.answer())),
    };
    if !asked.socket {
        return Ok(readable(poll(&here, asked).await.unwrap_or_else(Refused::answer)));
    }
    // Nothing begins for what is no WebSocket's request.
    if !request.headers().contains_key("sec-websocket-key") {
        return Ok(readable(Refused::Request.answer()));
    }
    match socket(&here, asked) {
        Ok(socket) => websocket::carry(&request, body, socket).await,
        Err(refused) => Ok(readable(refused.answer())),
    }
}

/// `POST /socket.io/`: what a client says.
pub async fn post(
    request: HttpRequest,
    body: web::Payload,
    shared: web::Data<Shared>,
    sessions: web::Data<Sessions>,
) -> HttpResponse {
    let heard = async {
        let asked = Asked::read(request.query_string())?;
        let client = sessions.find(&asked.session.ok_or(Refused::Method)?)?;
        if asked.socket {
            return Err(Refused::Request);
        }
        polling::hear(&client, body, &shared).await
    };
    readable(heard.await.unwrap_or_else(Refused::answer))
}

/// `OPTIONS /socket.io/`: what pages of allowed sites may send.
pub async fn preflight() -> HttpResponse {
    let answer = HttpResponse::NoContent()
        .insert_header((ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"))
        .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type"))
        .insert_header((ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS))
        .finish();
    readable(answer)
}

async fn poll(here: &Here, asked: Asked) -> Result<HttpResponse, Refused> {
    let client = match &asked.session {
        Some(name) => here.sessions.find(name)?,
        None => begin(here, asked.camera, Over::Polling)?,
    };
    polling::wait(client, &here.shared).await
}

fn socket(here: &Here, asked: Asked) -> Result<Socket, Refused> {
    let (client, number) = match &asked.session {
        Some(name) => {
            let client = here.sessions.find(name)?;
            let number = client.change(|session| session.try_socket(Instant::now()));
            (client, number.ok_or(Refused::Request)?)
        }
        None => (begin(here, asked.camera, Over::Socket(0))?, 0),
    };
    Ok(Socket::new(client, number, here.shared.clone()))
}

/// Begins a session that ends by itself when the client is gone.
fn begin(here: &Here, camera: Option<String>, over: Over) -> Result<Arc<Client>, Refused> {
    let place = here.shared.limits.session(here.grant.address(), here.grant.who());
    let place = place.map_err(|problem| Refused::Limit(problem.code()))?;
    let beginner = Beginner { camera, grant: here.grant.clone(), place: Some(place) };
    let client = here.sessions.begin(beginner, over)?;
    keeper::keep(Arc::clone(&client), here.sessions.clone(), here.shared.clone());
    Ok(client)
}

/// Lets pages of allowed sites read the answer also where they send cookies; which sites these are is added
/// where all answers pass.
fn readable(mut answer: HttpResponse) -> HttpResponse {
    let headers = answer.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
