//! Sessions over requests: one waits for something to say, others bring what the client says.

use std::{future::poll_fn, sync::Arc, time::Duration};

use actix_web::{HttpResponse, web};
use tokio::time::timeout;

use super::{
    carrier::Over,
    client::{Client, Waiting},
    packet::{MOST_BYTES, SEPARATOR},
    refused::Refused,
    session::Session,
};
use crate::transport::shared::Shared;

/// Longest time for what a client says to come.
const BODY_WITHIN: Duration = Duration::from_secs(30);

/// Waits until there is something to say to the client, and says all of it.
///
/// # Errors
/// A second request that waits, which ends the session; or one of a session that a WebSocket carries.
pub async fn wait(client: Arc<Client>, shared: &Shared) -> Result<HttpResponse, Refused> {
    let waiting = Waiting::take(&client).ok_or(Refused::Request)?;
    let texts = poll_fn(|context| client.poll_texts(context, shared)).await;
    drop(waiting);
    Ok(HttpResponse::Ok().content_type("text/plain; charset=UTF-8").body(texts))
}

/// Takes what the client says.
///
/// # Errors
/// What no client says, and too many bytes of it, which end the session.
pub async fn hear(client: &Client, body: web::Payload, shared: &Shared) -> Result<HttpResponse, Refused> {
    if client.over(Over::Polling) {
        return Err(Refused::Request);
    }
    let body = match timeout(BODY_WITHIN, body.to_bytes_limited(MOST_BYTES)).await {
        Ok(Ok(Ok(body))) => body,
        Ok(Ok(Err(_))) | Err(_) => return Err(Refused::Request),
        Ok(Err(_)) => {
            client.change(Session::close);
            return Err(Refused::TooBig);
        }
    };
    let Ok(texts) = std::str::from_utf8(&body) else {
        client.change(Session::close);
        return Err(Refused::Request);
    };
    for text in texts.split(SEPARATOR) {
        client.hear(Over::Polling, text, shared).await.map_err(|_| Refused::Request)?;
    }
    Ok(HttpResponse::Ok().content_type("text/html").body("ok"))
}
