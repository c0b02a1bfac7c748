//! Why there is no connection, in plain words.

use std::io::ErrorKind;

use rumqttc::{ConnectReturnCode, ConnectionError};

use crate::tools::words::one_line;

/// Returns what is wrong, and where it can be said, what to do.
pub fn plain(error: &ConnectionError) -> String {
    let text = match error {
        ConnectionError::ConnectionRefused(code) => match code {
            ConnectReturnCode::BadUserNamePassword | ConnectReturnCode::NotAuthorized => {
                "it does not let us in: look at --mqtt-user and --mqtt-password".to_owned()
            }
            ConnectReturnCode::ServiceUnavailable => "it is in trouble itself".to_owned(),
            other => format!("it refuses the connection ({other:?})"),
        },
        ConnectionError::Io(error) => match error.kind() {
            ErrorKind::ConnectionRefused => "nothing listens there".to_owned(),
            ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::UnexpectedEof => {
                "it closed the connection".to_owned()
            }
            ErrorKind::TimedOut => "it does not answer".to_owned(),
            _ => error.to_string(),
        },
        ConnectionError::NetworkTimeout | ConnectionError::FlushTimeout => "it does not answer".to_owned(),
        ConnectionError::Tls(error) => format!("TLS: {error}"),
        other => other.to_string(),
    };
    one_line(&text)
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn what_is_wrong_is_said_in_one_line_with_what_to_do() {
        let refused = ConnectionError::ConnectionRefused(ConnectReturnCode::NotAuthorized);
        assert!(plain(&refused).contains("--mqtt-password"), "{}", plain(&refused));
        let nobody = ConnectionError::Io(io::Error::from(ErrorKind::ConnectionRefused));
        assert_eq!(plain(&nobody), "nothing listens there");
        let odd = ConnectionError::Io(io::Error::other(format!("a\r\n\u{1b}{}", "x".repeat(5000))));
        assert!(plain(&odd).chars().count() <= 200 && !plain(&odd).contains(char::is_control));
    }
}
