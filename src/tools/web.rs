//! HTTP and HTTPS to other servers, through ureq: the only file that names it.
//!
//! Fetching: an address and the bytes that are there already go in, what follows them comes out, or why
//! nothing does; redirections are followed. Handing over: an address and a body go in, an answer comes out;
//! redirections are not followed, since what is handed over is for nobody else. No error repeats the address,
//! which may hold a password.

use std::{
    io::{self, Read},
    time::{Duration, SystemTime},
};

use jiff::fmt::rfc2822;
use ureq::{Agent, Body, Error, config as configured, http::Response, typestate::AgentScope};
use url::{Host, Url};

use crate::nouns::secret::Secret;

/// Longest wait for a connection.
const CONNECTS_WITHIN: Duration = Duration::from_secs(20);

/// Longest wait for the head of an answer, and for each piece of its body.
const ANSWERS_WITHIN: Duration = Duration::from_secs(30);

/// Longest time that handing something over may take, from finding the host to the end of the answer.
const HANDED_WITHIN: Duration = Duration::from_secs(20);

/// Most bytes that are read of an answer to what is handed over.
const MOST_ANSWER: u64 = 1024 * 1024;

/// What is said of a name that leads nowhere.
const NO_HOST: &str = "its host's name is not known here; is this machine on a network?";

/// What a server sends.
pub struct Answer {
    /// Number of the first byte that comes: 0 where the server sends everything.
    pub from: u64,
    /// Bytes of the whole file, where the server says so.
    pub whole: Option<u64>,
    /// The bytes from there on.
    pub body: Box<dyn Read>,
}

/// Asks for what is at an address behind the first `have` bytes.
///
/// # Errors
/// Why nothing comes, in words.
pub fn ask(address: &str, have: u64) -> Result<Answer, String> {
    let url = Url::parse(address).map_err(|error| format!("this is no address: {error}"))?;
    let agent: Agent = common(&url).build().into();
    let mut request = agent.get(url.as_str());
    if have > 0 {
        request = request.header("Range", format!("bytes={have}-"));
    }
    let response = request.call().map_err(|error| in_words(&error))?;
    match response.status().as_u16() {
        206 => rest(response),
        200..=299 => Ok(everything(response)),
        // What is here is longer than what is there.
        416 if have > 0 => ask(address, 0),
        404 | 410 => Err("there is no such file (404)".to_owned()),
        401 | 403 => Err(format!("the server does not give it to us ({})", response.status().as_u16())),
        status => Err(format!("the server answers with status {status}")),
    }
}

/// What is handed over to a server.
pub struct Parcel<'a> {
    /// Where it goes, `http` or `https`.
    pub address: &'a str,
    /// Header fields besides those that say how long it is.
    pub headers: &'a [(&'a str, String)],
    /// The bytes.
    pub body: &'a [u8],
}

/// What a server answers to what it was handed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// HTTP's status.
    pub status: u16,
    /// How long it asks to be left alone.
    pub retry_after: Option<Duration>,
    /// Where it leads; may hold a password.
    pub leads_to: Option<String>,
    /// The first megabyte of what it says.
    pub body: Vec<u8>,
}

/// Hands something over, by POST.
///
/// # Errors
/// Why there is no answer, in words.
pub fn hand_over(parcel: &Parcel) -> Result<Reply, String> {
    let url = Url::parse(parcel.address).map_err(|error| format!("this is no address: {error}"))?;
    let config = common(&url).max_redirects(0).max_redirects_will_error(false);
    let agent: Agent = config.timeout_global(Some(HANDED_WITHIN)).build().into();
    let mut request = agent.post(url.as_str());
    for (name, value) in parcel.headers {
        request = request.header(*name, value);
    }
    let response = request.send(parcel.body).map_err(|error| in_words(&error))?;
    Ok(reply_of(response, &url))
}

/// Hands something over to a server that has taken it where it leads elsewhere (303, or 302 as browsers read
/// it), and fetches the answer from there, without the body.
///
/// # Errors
/// Why there is no answer, in words.
pub fn hand_over_led(parcel: &Parcel) -> Result<Reply, String> {
    let reply = hand_over(parcel)?;
    match &reply.leads_to {
        Some(place) if matches!(reply.status, 302 | 303) => {
            let is_secure = |address: &str| Url::parse(address).is_ok_and(|url| url.scheme() == "https");
            if is_secure(parcel.address) && !is_secure(place) {
                return Err(in_words(&Error::RequireHttpsOnly(String::new())));
            }
            fetch(place)
        }
        _ => Ok(reply),
    }
}

/// Fetches what is at an address, which may lead elsewhere.
///
/// # Errors
/// Why there is no answer, in words.
pub fn fetch(address: &str) -> Result<Reply, String> {
    let asker = Asker::new(address, None, true)?;
    asker.get(asker.base.as_str())
}

/// Whoever asks one server again and again, over a connection that stays.
pub struct Asker {
    agent: Agent,
    /// Address of the server.
    base: Url,
    /// Token that is shown there, and nowhere else.
    token: Option<Secret>,
}

impl Asker {
    /// An asker of the server at an address, who shows a token there; `by_proxy` says whether a proxy of the
    /// environment is used.
    ///
    /// # Errors
    /// What is wrong with the address.
    pub fn new(address: &str, token: Option<Secret>, by_proxy: bool) -> Result<Asker, String> {
        let base = Url::parse(address).map_err(|_| "this is no address, such as https://cams.example")?;
        if !matches!(base.scheme(), "http" | "https") {
            return Err("an address begins with http:// or https://".to_owned());
        }
        let config = common(&base).timeout_global(Some(HANDED_WITHIN));
        let config = if by_proxy { config } else { config.proxy(None) };
        Ok(Asker { agent: config.build().into(), base, token })
    }

    /// Fetches what is at a path below the address, which may lead elsewhere.
    ///
    /// # Errors
    /// Why there is no answer, in words.
    pub fn fetch(&self, path: &str) -> Result<Reply, String> {
        self.get(&format!("{}{path}", self.base.as_str().trim_end_matches('/')))
    }

    fn get(&self, address: &str) -> Result<Reply, String> {
        let mut request = self.agent.get(address);
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {}", token.text()));
        }
        Ok(reply_of(request.call().map_err(|error| in_words(&error))?, &self.base))
    }
}

/// An answer, as far as it is read.
fn reply_of(response: Response<Body>, url: &Url) -> Reply {
    let field = |name: &str| response.headers().get(name).and_then(|field| field.to_str().ok());
    let status = response.status().as_u16();
    let retry_after = field("retry-after").and_then(|field| wait_of(field, SystemTime::now()));
    let leads_to = field("location").and_then(|place| url.join(place).ok()).map(String::from);
    let mut body = Vec::new();
    // The head has said what became of it; of the rest comes what comes.
    let _ = response.into_body().into_reader().take(MOST_ANSWER).read_to_end(&mut body);
    Reply { status, retry_after, leads_to, body }
}

/// The wait that a `Retry-After` asks for: seconds, or a date (RFC 9110, section 10.2.3).
fn wait_of(field: &str, now: SystemTime) -> Option<Duration> {
    let field = field.trim();
    if let Ok(seconds) = field.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = rfc2822::parse(field).ok()?.timestamp();
    Some(SystemTime::from(date).duration_since(now).unwrap_or_default())
}

/// What clients have in common. A proxy of the environment is used, but not for this machine itself.
fn common(url: &Url) -> configured::ConfigBuilder<AgentScope> {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        // What is encrypted stays so, wherever it redirects to.
        .https_only(url.scheme() == "https")
        .user_agent(concat!("steadycast/", env!("CARGO_PKG_VERSION")))
        .timeout_connect(Some(CONNECTS_WITHIN))
        .timeout_recv_response(Some(ANSWERS_WITHIN))
        .timeout_per_read(Some(ANSWERS_WITHIN));
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    if is_here { config.proxy(None) } else { config }
}

/// The answer of a server that sends everything from the first byte on.
fn everything(response: Response<Body>) -> Answer {
    let whole = response.body().content_length();
    Answer { from: 0, whole, body: Box::new(response.into_body().into_reader()) }
}

/// The answer of a server that sends what was asked for; `Content-Range: bytes FROM-TO/WHOLE` (RFC 9110,
/// section 14.4) says what that is. Bytes of which nobody says where they belong are of no use.
fn rest(response: Response<Body>) -> Result<Answer, String> {
    let range = response.headers().get("content-range").and_then(|range| range.to_str().ok());
    let (from, whole) = range.map_or((None, None), content_range);
    let from = from.ok_or("the server sends a part and does not say which (206 without Content-Range)")?;
    Ok(Answer { from, whole, body: Box::new(response.into_body().into_reader()) })
}

/// First byte and length of the whole, as far as a `Content-Range` says.
fn content_range(text: &str) -> (Option<u64>, Option<u64>) {
    let Some((range, whole)) = text.trim().strip_prefix("bytes ").and_then(|rest| rest.split_once('/'))
    else {
        return (None, None);
    };
    (range.split_once('-').and_then(|(from, _)| from.parse().ok()), whole.parse().ok())
}

/// Returns what a broken body says, in words.
pub fn broke(error: io::Error) -> String {
    in_words(&Error::from(error))
}

/// Returns an error in words that say what to look at.
fn in_words(error: &Error) -> String {
    match error {
        Error::HostNotFound => NO_HOST.to_owned(),
        Error::Timeout(_) => "the server does not answer in time".to_owned(),
        Error::TooManyRedirects => "it redirects again and again".to_owned(),
        Error::RequireHttpsOnly(_) => "it redirects to an address without encryption".to_owned(),
        Error::Rustls(why) => format!("its encryption is not to be trusted: {why}"),
        Error::Io(error) => match error.kind() {
            io::ErrorKind::ConnectionRefused => "nothing listens there (connection refused)".to_owned(),
            io::ErrorKind::UnexpectedEof => "the server hung up".to_owned(),
            io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable => {
                "no way leads there; is this machine on a network?".to_owned()
            }
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => {
                "the server does not answer in time".to_owned()
            }
            // The only ways in which the libraries tell these two.
            _ if error.to_string().contains("certificate") => {
                format!("its certificate is not to be trusted: {error}")
            }
            _ if error.to_string().contains("failed to lookup address") => NO_HOST.to_owned(),
            // What answers in plain words begins no encryption.
            _ if error.to_string().contains("InvalidContentType") => {
                "it does not speak TLS there: try http in the place of https".to_owned()
            }
            _ => error.to_string(),
        },
        // Its own words repeat the address, which may hold a password.
        Error::BadUri(_) => "this is no address that can be fetched".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_of_a_range_is_read() {
        assert_eq!(content_range("bytes 100-299/300"), (Some(100), Some(300)));
        assert_eq!(content_range("bytes 100-299/*"), (Some(100), None));
        assert_eq!(content_range("bytes */300"), (None, Some(300)));
        assert_eq!(content_range("lines 1-2/3"), (None, None));
    }

    #[test]
    fn a_wait_is_read_in_seconds_and_as_a_date() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        assert_eq!(wait_of(" 37 ", now), Some(Duration::from_secs(37)));
        assert_eq!(wait_of("Sun, 06 Nov 1994 08:50:37 GMT", now), Some(Duration::from_secs(60)));
        assert_eq!(wait_of("Sun, 06 Nov 1994 08:00:00 GMT", now), Some(Duration::ZERO));
        assert_eq!([wait_of("soon", now), wait_of("-1", now), wait_of("", now)], [None; 3]);
    }

    #[test]
    fn where_nothing_comes_the_reason_is_said() {
        let why = |address: &str| ask(address, 0).err().expect("nothing comes");
        assert!(why("yolox.onnx").contains("no address"));
        for address in ["ftp://me:secret@host/a.onnx", "me:secret@host/a.onnx"] {
            assert!(!why(address).contains("secret"), "{}", why(address));
        }
        assert!(!in_words(&Error::BadUri("http://me:secret@host".to_owned())).contains("secret"));
        // Bound and let go at once: nobody listens there.
        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|bound| bound.local_addr());
        let port = port.expect("a port is free").port();
        assert!(why(&format!("http://127.0.0.1:{port}/a.onnx")).contains("nothing listens"));
        let no_host = io::Error::other("failed to lookup address information: Name or service not known");
        assert!(in_words(&Error::Io(no_host)).contains("is this machine on a network?"));
    }
}
