//! Packets of Engine.IO 4 with those of Socket.IO 5 inside, as text: pure.
//!
//! A text of a client in, what it says out; what the server says in, its text out. When something is said is
//! [`super::session`]'s. Nothing binary is ever sent, and none is taken.

use serde_json::{Value, json};

use super::{
    heart::{PING_EVERY, PONG_WITHIN},
    kind::Kind,
};

/// What stands between the packets of one request or response.
pub const SEPARATOR: char = '\x1e';

/// The namespace that there is.
pub const MAIN: &str = "/";

/// Most bytes of a client's packet, and of all those in one request.
pub const MOST_BYTES: usize = 4096;

/// What a client says.
#[derive(Debug, PartialEq)]
pub enum Incoming {
    /// The session is over.
    Close,
    /// A WebSocket asks whether it carries anything.
    Probe,
    /// Answer to a ping.
    Pong,
    /// From here on the WebSocket carries the session.
    Upgrade,
    /// Nothing that calls for anything.
    Nothing,
    /// Wants to hear of a namespace.
    Connect {
        /// Name of the namespace, `/` for the usual one.
        namespace: String,
        /// `token` of the auth object.
        token: Option<String>,
    },
    /// Wants to hear no more.
    Disconnect,
    /// An event of the usual namespace.
    Event {
        /// Name of the event.
        name: String,
        /// Number by which the client wants an answer.
        ack: Option<u64>,
    },
}

/// A text that is no packet, or one that no client sends.
#[derive(Debug, PartialEq)]
pub struct Malformed;

impl Incoming {
    /// Reads one packet.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn read(text: &str) -> Result<Self, Malformed> {
        match text.split_at_checked(1).ok_or(Malformed)? {
            ("1", _) => Ok(Incoming::Close),
            ("2", "probe") => Ok(Incoming::Probe),
            ("3", _) => Ok(Incoming::Pong),
            ("4", message) => message_of(message),
            ("5", _) => Ok(Incoming::Upgrade),
            ("6", _) => Ok(Incoming::Nothing),
            _ => Err(Malformed),
        }
    }
}

/// Reads a packet of Socket.IO: type, namespace with a comma unless it is the usual one, number of the
/// answer, JSON.
fn message_of(message: &str) -> Result<Incoming, Malformed> {
    let (kind, rest) = message.split_at_checked(1).ok_or(Malformed)?;
    let (namespace, rest) = match rest.starts_with('/') {
        true => rest.split_once(',').unwrap_or((rest, "")),
        false => (MAIN, rest),
    };
    let digits = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
    let (number, data) = rest.split_at(digits);
    let data = match data {
        "" => Value::Null,
        data => serde_json::from_str(data).map_err(|_| Malformed)?,
    };
    match kind {
        "0" => {
            let token = data.get("token").and_then(Value::as_str).map(str::to_owned);
            Ok(Incoming::Connect { namespace: namespace.to_owned(), token })
        }
        "1" if namespace == MAIN => Ok(Incoming::Disconnect),
        // Of a namespace where nobody was let in.
        "1" => Ok(Incoming::Nothing),
        "2" if namespace == MAIN => event_of(number, &data),
        // An answer to a question that was never asked.
        "3" => Ok(Incoming::Nothing),
        _ => Err(Malformed),
    }
}

fn event_of(number: &str, data: &Value) -> Result<Incoming, Malformed> {
    let name = data.get(0).and_then(Value::as_str).ok_or(Malformed)?.to_owned();
    let ack = match number {
        "" => None,
        number => Some(number.parse().map_err(|_| Malformed)?),
    };
    Ok(Incoming::Event { name, ack })
}

/// What the server says.
#[derive(Debug, PartialEq)]
pub enum Outgoing {
    /// The session is open.
    Open {
        /// Name of the session.
        id: String,
        /// Whether it may go on over a WebSocket.
        upgrades: bool,
    },
    /// The session is over.
    Close,
    /// Asks whether the client is there.
    Ping,
    /// Answer to a WebSocket's probe.
    ProbeAnswer,
    /// Lets a request go that waits for something to say.
    Noop,
    /// The client is let in.
    Connected {
        /// Name of the client in its namespace.
        id: String,
    },
    /// The client is not let in.
    Refused {
        /// Namespace that it asked for.
        namespace: String,
        /// What is wrong and what to do.
        message: String,
    },
    /// There is nothing more to hear of.
    Disconnected,
    /// News.
    News(Kind),
    /// The answer to a client's event of that number: what is counted.
    Answer(u64),
}

impl Outgoing {
    /// Returns the packet's text, with what `payload` gives; `None` of news that there are none of.
    pub fn text(&self, payload: impl FnOnce(Kind) -> Option<Value>) -> Option<String> {
        Some(match self {
            Outgoing::Open { id, upgrades } => format!("0{}", handshake(id, *upgrades)),
            Outgoing::Close => "1".to_owned(),
            Outgoing::Ping => "2".to_owned(),
            Outgoing::ProbeAnswer => "3probe".to_owned(),
            Outgoing::Noop => "6".to_owned(),
            Outgoing::Connected { id } => format!("40{}", json!({ "sid": id })),
            Outgoing::Refused { namespace, message } => {
                let namespace = if namespace == MAIN { String::new() } else { format!("{namespace},") };
                format!("44{namespace}{}", json!({ "message": message }))
            }
            Outgoing::Disconnected => "41".to_owned(),
            Outgoing::News(kind) => format!("42[\"{}\",{}]", kind.event(), payload(*kind)?),
            Outgoing::Answer(number) => format!("43{number}[{}]", payload(Kind::Stats).unwrap_or_default()),
        })
    }
}

fn handshake(id: &str, upgrades: bool) -> Value {
    let upgrades: &[&str] = if upgrades { &["websocket"] } else { &[] };
    json!({
        "sid": id,
        "upgrades": upgrades,
        "pingInterval": PING_EVERY.as_millis() as u64,
        "pingTimeout": PONG_WITHIN.as_millis() as u64,
        "maxPayload": MOST_BYTES,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(name: &str, ack: Option<u64>) -> Result<Incoming, Malformed> {
        Ok(Incoming::Event { name: name.to_owned(), ack })
    }

    fn connect(namespace: &str, token: Option<&str>) -> Result<Incoming, Malformed> {
        Ok(Incoming::Connect { namespace: namespace.to_owned(), token: token.map(str::to_owned) })
    }

    #[test]
    fn what_clients_say_is_understood() {
        for (text, meant) in [
            ("1", Ok(Incoming::Close)),
            ("2probe", Ok(Incoming::Probe)),
            ("3", Ok(Incoming::Pong)),
            ("5", Ok(Incoming::Upgrade)),
            ("6", Ok(Incoming::Nothing)),
            ("40", connect("/", None)),
            (r#"40{"token":"grüße","x":[1]}"#, connect("/", Some("grüße"))),
            (r#"40{"token":7}"#, connect("/", None)),
            ("40/admin,", connect("/admin", None)),
            ("40/admin", connect("/admin", None)),
            (r#"40/admin,{"token":"a,b"}"#, connect("/admin", Some("a,b"))),
            ("41", Ok(Incoming::Disconnect)),
            ("41/admin,", Ok(Incoming::Nothing)),
            (r#"42["request_stats"]"#, event("request_stats", None)),
            (r#"42["request_stats",{"a":1},2]"#, event("request_stats", None)),
            (r#"4217["request_stats"]"#, event("request_stats", Some(17))),
            ("430[]", Ok(Incoming::Nothing)),
        ] {
            assert_eq!(Incoming::read(text), meant, "{text}");
        }
    }

    #[test]
    fn what_no_client_says_is_refused() {
        for text in [
            "",
            "0",
            "2",
            "7",
            "4",
            "ä",
            "4ä",
            "bAQID",
            "40{",
            "42",
            "42[]",
            "42[1]",
            "42{}",
            r#"42/admin,["request_stats"]"#,
            r#"4299999999999999999999["request_stats"]"#,
            r#"451-["x",{"_placeholder":true,"num":0}]"#,
            "44{}",
            "46",
        ] {
            assert_eq!(Incoming::read(text), Err(Malformed), "{text}");
        }
    }

    #[test]
    fn what_the_server_says_is_as_clients_read_it() {
        let said =
            |packet: Outgoing| packet.text(|kind| (kind == Kind::Stats).then(|| json!({ "people": 3 })));
        let (id, message) = ("abc".to_owned(), "no \"token\"".to_owned());
        let namespace = |name: &str| name.to_owned();
        for (packet, text) in [
            (Outgoing::Close, "1"),
            (Outgoing::Ping, "2"),
            (Outgoing::ProbeAnswer, "3probe"),
            (Outgoing::Noop, "6"),
            (Outgoing::Connected { id: id.clone() }, r#"40{"sid":"abc"}"#),
            (Outgoing::Disconnected, "41"),
            (Outgoing::News(Kind::Stats), r#"42["stats_update",{"people":3}]"#),
            (Outgoing::Answer(12), r#"4312[{"people":3}]"#),
            (
                Outgoing::Refused { namespace: namespace("/"), message: message.clone() },
                r#"44{"message":"no \"token\""}"#,
            ),
            (
                Outgoing::Refused { namespace: namespace("/admin"), message },
                r#"44/admin,{"message":"no \"token\""}"#,
            ),
        ] {
            assert_eq!(said(packet).as_deref(), Some(text));
        }
        assert_eq!(said(Outgoing::News(Kind::Heatmap)), None);
        let open = said(Outgoing::Open { id, upgrades: true }).expect("it has a text");
        let told: Value = serde_json::from_str(&open[1..]).expect("it is JSON");
        assert_eq!(told["upgrades"], json!(["websocket"]));
        assert_eq!((&told["sid"], &told["pingInterval"]), (&json!("abc"), &json!(25_000)));
    }
}
