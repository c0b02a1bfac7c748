//! The way from plain HTTP to HTTPS: every request on the second port is answered by where to ask instead.
//!
//! A token of the query is left out: it has been sent where everybody reads it, and is not repeated.

use std::{future::ready, io, net::TcpListener, sync::Arc, time::Duration};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer, ResponseError,
    dev::Server,
    http::{
        KeepAlive,
        header::{CACHE_CONTROL, LOCATION},
    },
    middleware::from_fn,
    rt::net::TcpStream,
    web,
};

use super::{
    access::known_host,
    error::Problem,
    headers::{asked_host, host_of},
    lines::{self, Lines},
    socket::enter,
};

/// Connections at once: an answer takes no time, so more than a few wait for their own request.
const CONNECTIONS: usize = 64;

/// Longest time that a client may take for its request's head.
const HEAD_WITHIN: Duration = Duration::from_secs(5);

/// Longest time that a connection is kept on which nothing is being answered, whatever it sends.
const QUIET_WITHIN: Duration = Duration::from_secs(6);

/// The port of HTTPS that addresses leave out.
const USUAL_PORT: u16 = 443;

/// How long the last answers may take when the server stops, seconds.
const SHUTDOWN_SECONDS: u64 = 1;

/// The server on `listener`, not yet running, that leads to the port of HTTPS. A request for a host that is
/// neither this machine's nor that of an `allowed` site is led nowhere.
///
/// # Errors
/// Where the listener cannot be used.
pub fn redirect(listener: TcpListener, https_port: u16, allowed: &[String]) -> io::Result<Server> {
    let allowed: Arc<[String]> = allowed.into();
    let app = move || {
        let allowed = Arc::clone(&allowed);
        let lead = move |request: HttpRequest| ready(answer(&request, https_port, &allowed));
        App::new().wrap(from_fn(lines::noted)).default_service(web::to(lead))
    };
    let open = Arc::new(Lines::default());
    lines::watch(&open, QUIET_WITHIN);
    let server = HttpServer::new(app)
        .workers(1)
        .max_connections(CONNECTIONS)
        .client_request_timeout(HEAD_WITHIN)
        .on_connect(move |connection, extensions| match connection.downcast_ref::<TcpStream>() {
            Some(stream) => enter(stream, extensions, &open),
            None => log::error!("a connection of another kind than TCP has no time limit"),
        })
        .keep_alive(KeepAlive::Disabled)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .disable_signals()
        .listen(listener)?
        .run();
    Ok(server)
}

fn answer(request: &HttpRequest, https_port: u16, allowed: &[String]) -> HttpResponse {
    let uri = request.uri();
    let asked = asked_host(uri, request.headers(), None);
    if let Err(problem) = known_host(asked, allowed) {
        return problem.error_response();
    }
    let asked = asked.unwrap_or_default();
    match location(asked, https_port, uri.path(), uri.query()) {
        Some(location) => HttpResponse::PermanentRedirect()
            .insert_header((LOCATION, location))
            // Browsers would keep to it for ever, also when there is no HTTPS any more.
            .insert_header((CACHE_CONTROL, "no-store"))
            .finish(),
        None => Problem::NoHost.error_response(),
    }
}

/// Where to ask instead; `None` where the host is none.
fn location(host: &str, https_port: u16, path: &str, query: Option<&str>) -> Option<String> {
    let url = host_of(host).ok()?;
    // What stands before an `@` is no host, and what leads elsewhere is no path of ours.
    if !url.username().is_empty() || url.password().is_some() || url.path() != "/" {
        return None;
    }
    let host = url.host_str()?;
    let port = if https_port == USUAL_PORT { String::new() } else { format!(":{https_port}") };
    let path = if path.starts_with('/') { path } else { "/" };
    let kept: Vec<&str> = query.unwrap_or_default().split('&').filter(|pair| !is_token(pair)).collect();
    let query = kept.join("&");
    let mark = if query.is_empty() { "" } else { "?" };
    Some(format!("https://{host}{port}{path}{mark}{query}"))
}

/// Whether a pair of a query is a token, however its name is written.
fn is_token(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or_default();
    percent_encoding::percent_decode_str(name).decode_utf8_lossy() == "token"
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net::TcpStream,
        time::Instant,
    };

    use super::*;

    /// Whether a server ends a connection on which a body without end is sent.
    fn is_given_up(mut socket: TcpStream) -> bool {
        let head = "POST / HTTP/1.1\r\nHost: cam.local\r\nTransfer-Encoding: chunked\r\n\r\n";
        socket.write_all(head.as_bytes()).expect("the server takes the head");
        socket.set_read_timeout(Some(Duration::from_millis(500))).expect("can be set");
        let (mut piece, deadline) = ([0; 1024], Instant::now() + 4 * QUIET_WITHIN);
        while Instant::now() < deadline {
            // Once it has ended nothing is taken any more.
            let _ = socket.write_all(b"1\r\nx\r\n");
            match socket.read(&mut piece) {
                Ok(0) => return true,
                Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return true,
                Ok(_) | Err(_) => {}
            }
        }
        false
    }

    #[actix_web::test]
    async fn a_body_without_end_keeps_no_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("is bound");
        let server = redirect(listener, 6733, &[]).expect("it listens");
        let handle = server.handle();
        let serving = actix_web::rt::spawn(server);
        let socket = TcpStream::connect(address).expect("connects");
        let ended = actix_web::rt::task::spawn_blocking(move || is_given_up(socket)).await;
        assert!(ended.expect("it does not panic"), "the body is waited for");
        handle.stop(false).await;
        serving.await.expect("it does not panic").expect("it ends well");
    }

    fn to(host: &str, path: &str, query: Option<&str>) -> Option<String> {
        location(host, 6733, path, query)
    }

    #[test]
    fn the_same_path_of_the_same_host_is_named_on_the_port_of_https() {
        for (host, path, query, expected) in [
            ("cam.local:6732", "/", None, "https://cam.local:6733/"),
            ("10.0.0.5", "/api/status", None, "https://10.0.0.5:6733/api/status"),
            ("[::1]:80", "/video_feed", Some("level=50"), "https://[::1]:6733/video_feed?level=50"),
            ("cam.local", "//evil.example/", None, "https://cam.local:6733//evil.example/"),
            ("cam.local", "*", None, "https://cam.local:6733/"),
        ] {
            assert_eq!(to(host, path, query).as_deref(), Some(expected));
        }
        assert_eq!(location("cam.local", 443, "/", None).as_deref(), Some("https://cam.local/"));
    }

    #[test]
    fn a_token_is_not_repeated() {
        for query in
            ["token=secret", "token=secret&level=50", "level=50&tok%65n=secret", "token=a&token=secret"]
        {
            let location = to("cam.local", "/", Some(query)).expect("a host");
            assert!(!location.contains("secret"), "{location}");
        }
        let location = to("cam.local", "/", Some("a=1&token=secret&b=2"));
        assert_eq!(location.as_deref(), Some("https://cam.local:6733/?a=1&b=2"));
    }

    #[test]
    fn what_names_no_host_is_led_nowhere() {
        for host in ["", "a b", "cam.local/path", "user@cam.local", "u:p@cam.local", "cam.local:99999", ":80"]
        {
            assert_eq!(to(host, "/", None), None, "{host:?}");
        }
    }
}
