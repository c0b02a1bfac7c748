//! The WebSocket upgrade, both ends of it.
//!
//! In: a connected stream. Out: the same stream after `101`, with any bytes that came behind the response.
//! Not here: frames (`wire.rs`). This is the only file of the generator that names tungstenite, for the key's
//! SHA-1 and base64.

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio_tungstenite::tungstenite::handshake::{client::generate_key, derive_accept_key};

/// Longest head of a response or request, bytes; what has not ended then is none.
const LONGEST_HEAD_BYTES: usize = 16 * 1024;

#[derive(Debug, thiserror::Error)]
pub enum HandshakeError {
    #[error("{0}")]
    Io(#[from] std::io::Error),
    #[error("the other side closed the connection during the upgrade")]
    Closed,
    #[error("the other side sent {LONGEST_HEAD_BYTES} bytes without an empty line")]
    TooLong,
    #[error("the server answered `{0}` instead of 101")]
    Refused(String),
    #[error("the server's Sec-WebSocket-Accept is missing or wrong")]
    WrongAccept,
    #[error("the request has no Sec-WebSocket-Key")]
    NoKey,
}

/// Asks for the upgrade of `path` and checks the answer. The bytes returned came behind the response: the
/// first frames.
pub async fn ask<S>(stream: &mut S, host: &str, path: &str) -> Result<Vec<u8>, HandshakeError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let key = generate_key();
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    stream.flush().await?;
    let (head, rest) = read_head(stream).await?;
    check_answer(&head, &key)?;
    Ok(rest)
}

/// Answers a viewer's request with 101.
pub async fn accept(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> Result<(), HandshakeError> {
    let (head, _) = read_head(stream).await?;
    let key = field(&head, "sec-websocket-key").ok_or(HandshakeError::NoKey)?;
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {}\r\n\r\n",
        derive_accept_key(key.as_bytes())
    );
    Ok(stream.write_all(answer.as_bytes()).await?)
}

/// Reads the lines up to the first empty one, and the bytes behind it.
async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> Result<(String, Vec<u8>), HandshakeError> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let rest = bytes.split_off(end + 4);
            return Ok((String::from_utf8_lossy(&bytes).into_owned(), rest));
        }
        if bytes.len() > LONGEST_HEAD_BYTES {
            return Err(HandshakeError::TooLong);
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(HandshakeError::Closed);
        }
    }
}

fn check_answer(head: &str, key: &str) -> Result<(), HandshakeError> {
    let status = head.lines().next().unwrap_or_default();
    if status.split(' ').nth(1) != Some("101") {
        return Err(HandshakeError::Refused(status.to_owned()));
    }
    match field(head, "sec-websocket-accept") {
        Some(accept) if accept == derive_accept_key(key.as_bytes()) => Ok(()),
        _ => Err(HandshakeError::WrongAccept),
    }
}

/// Returns the value of a header field; `name` in lower case.
fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut fields = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    fields.find(|(found, _)| found.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 6455, section 1.3.
    const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

    #[test]
    fn the_example_of_the_rfc_is_accepted() {
        let head = "HTTP/1.1 101 Fine\r\nupgrade: websocket\r\n\
                    SEC-WEBSOCKET-ACCEPT:  s3pPLMBiTxaQ9kYGzzhZRbK+xOo= \r\n\r\n";
        assert!(check_answer(head, KEY).is_ok());
        assert!(matches!(check_answer(head, "another key"), Err(HandshakeError::WrongAccept)));
    }

    #[test]
    fn a_refusal_is_told_in_the_servers_words() {
        let error = check_answer("HTTP/1.1 403 Forbidden\r\n\r\n", KEY).expect_err("403 is a refusal");
        assert_eq!(error.to_string(), "the server answered `HTTP/1.1 403 Forbidden` instead of 101");
        assert!(matches!(check_answer("HTTP/1.1 101 Fine\r\n\r\n", KEY), Err(HandshakeError::WrongAccept)));
    }
}
