//! What the query of a request asks for: pure.

use super::refused::Refused;
use crate::transport::request::value;

/// The version of Engine.IO that is spoken.
const VERSION: &str = "4";

/// What a request is about.
#[derive(Debug, PartialEq)]
pub struct Asked {
    /// Whether the request is to become a WebSocket.
    pub socket: bool,
    /// Name of the session; `None` where one is to begin.
    pub session: Option<String>,
    /// The camera of the session that is to begin; `None` for the default one.
    pub camera: Option<String>,
}

impl Asked {
    /// Reads a query.
    ///
    /// # Errors
    /// No transport that there is, or another version.
    pub fn read(query: &str) -> Result<Self, Refused> {
        let socket = match value(query, "transport").as_deref() {
            Some("polling") => false,
            Some("websocket") => true,
            _ => return Err(Refused::Transport),
        };
        let session = value(query, "sid");
        if session.is_none() && value(query, "EIO").as_deref() != Some(VERSION) {
            return Err(Refused::Version);
        }
        Ok(Asked { socket, session, camera: value(query, "camera") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_names_transport_version_session_and_camera() {
        let asked = |socket, session: Option<&str>, camera: Option<&str>| {
            let owned = |text: Option<&str>| text.map(str::to_owned);
            Ok(Asked { socket, session: owned(session), camera: owned(camera) })
        };
        for (query, meant) in [
            ("EIO=4&transport=polling&t=x", asked(false, None, None)),
            ("EIO=4&transport=websocket&camera=gate", asked(true, None, Some("gate"))),
            ("EIO=4&transport=polling&sid=a", asked(false, Some("a"), None)),
            ("transport=polling&EIO=3", Err(Refused::Version)),
            ("transport=polling", Err(Refused::Version)),
            ("EIO=4", Err(Refused::Transport)),
            ("EIO=4&transport=flashsocket", Err(Refused::Transport)),
        ] {
            assert_eq!(Asked::read(query), meant, "{query}");
        }
    }
}
