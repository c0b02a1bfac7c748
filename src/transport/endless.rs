//! An answer that goes on: nobody keeps, changes or collects what comes.

use actix_web::{
    HttpRequest, HttpResponse,
    body::MessageBody,
    http::{
        ConnectionType, Version,
        header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, PRAGMA},
    },
};

use super::drained::Drained;

/// nginx and its kin pass each piece on at once instead of collecting them.
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// An answer of that type whose body comes piece by piece.
pub(super) fn endless(
    request: &HttpRequest,
    content_type: &'static str,
    body: impl MessageBody + Unpin + 'static,
) -> HttpResponse {
    let mut response = HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, content_type))
        .insert_header((CACHE_CONTROL, "no-store, no-transform"))
        .insert_header((PRAGMA, "no-cache"))
        .insert_header((X_ACCEL_BUFFERING, "no"))
        .body(Drained::new(request, body));
    close_behind(request, &mut response);
    response
}

/// Has an answer of unknown length end with the connection, for a client that knows no chunks.
pub(super) fn close_behind(request: &HttpRequest, response: &mut HttpResponse) {
    if request.version() < Version::HTTP_11 {
        response.head_mut().no_chunking(true);
        response.head_mut().set_connection_type(ConnectionType::Close);
    }
}
