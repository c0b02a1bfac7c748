//! A viewer's connection, plain or under TLS: what has arrived is taken or thrown away, answers are written.
//!
//! In: a connected socket. Out: bytes as the server wrote them. Not here: what they mean. Under TLS bytes
//! have to be copied and decrypted in any case, unless they stay sealed; a plain socket's are thrown away by
//! the kernel. Any certificate is taken: who the server is, whoever measures it knows.

use std::cell::RefCell;
use std::io;
use std::mem::MaybeUninit;
use std::sync::{Arc, LazyLock};

use rustls::crypto::ring;
use rustls::pki_types::ServerName;
use rustls::{CipherSuite, ClientConfig};
use socket2::SockRef;
use tokio::io::{AsyncReadExt, AsyncWriteExt, Interest};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::any_certificate::AnyCertificate;
use super::handshake::{self, HandshakeError};

/// Most bytes that one call discards.
const DISCARD_BYTES: usize = 256 * 1024;
/// Most bytes that are decrypted ahead of whoever reads.
const AHEAD_BYTES: usize = 64 * 1024;
/// Most plain bytes of a record of TLS, and what TLS 1.3 adds to them (RFC 8446, section 5.2): a header of 5,
/// the content's type, a tag of 16.
const RECORD: f64 = 16_384.0;
const RECORD_EXTRA: f64 = 22.0;
/// Flag of `recv` that drops a TCP socket's bytes instead of copying them (tcp(7), since Linux 2.4; value
/// from linux/socket.h).
const MSG_TRUNC: i32 = 0x20;

thread_local! {
    /// Room that names a length to `recv`; with `MSG_TRUNC` nothing is ever written here, so its pages are
    /// never touched.
    static NOWHERE: RefCell<Vec<MaybeUninit<u8>>> = RefCell::new(vec![MaybeUninit::uninit(); DISCARD_BYTES]);
}

/// What all viewers under TLS agree by.
static CONFIG: LazyLock<Arc<ClientConfig>> = LazyLock::new(|| {
    let mut provider = ring::default_provider();
    // As Chromium and Firefox offer it: AES of 128 bits first.
    provider.cipher_suites.sort_by_key(|suite| suite.suite() != CipherSuite::TLS13_AES_128_GCM_SHA256);
    let config = ClientConfig::builder_with_provider(Arc::new(provider.clone()))
        .with_safe_default_protocol_versions()
        .expect("the library knows its own versions")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyCertificate(provider)))
        .with_no_client_auth();
    Arc::new(config)
});

/// A viewer's connection.
pub enum Line {
    /// Bytes as they are.
    Plain(TcpStream),
    /// Bytes under TLS.
    Tls(Box<Decrypted>),
}

/// A connection under TLS, and what has been decrypted of it.
pub struct Decrypted {
    stream: TlsStream<TcpStream>,
    ahead: Vec<u8>,
    /// How many bytes of `ahead` have been taken.
    taken: usize,
    has_ended: bool,
}

impl Line {
    /// Agrees on keys where `is_tls`, and asks for the upgrade of `path`. The bytes returned came behind the
    /// response: the first frames.
    pub async fn upgrade(
        mut stream: TcpStream,
        is_tls: bool,
        host: &str,
        path: &str,
    ) -> Result<(Line, Vec<u8>), HandshakeError> {
        if !is_tls {
            let first_bytes = handshake::ask(&mut stream, host, path).await?;
            return Ok((Line::Plain(stream), first_bytes));
        }
        let name = ServerName::from(stream.peer_addr()?.ip());
        let mut stream = TlsConnector::from(Arc::clone(&CONFIG)).connect(name, stream).await?;
        let first_bytes = handshake::ask(&mut stream, host, path).await?;
        let decrypted = Decrypted { stream, ahead: Vec::new(), taken: 0, has_ended: false };
        Ok((Line::Tls(Box::new(decrypted)), first_bytes))
    }

    /// Waits until there is something to take, or the end. Dropped before, it loses nothing.
    pub async fn readable(&mut self) -> io::Result<()> {
        match self {
            Line::Plain(stream) => stream.readable().await,
            Line::Tls(tls) => tls.readable().await,
        }
    }

    /// Takes what has arrived into `buffer`; 0 at the end, `WouldBlock` where nothing has.
    pub fn try_read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Line::Plain(stream) => stream.try_read(buffer),
            Line::Tls(tls) => {
                let bytes = tls.waiting(buffer.len())?;
                buffer[..bytes.len()].copy_from_slice(bytes);
                let taken = bytes.len();
                tls.taken += taken;
                Ok(taken)
            }
        }
    }

    /// Throws away up to `bytes` of what has arrived; 0 at the end, `WouldBlock` where nothing has.
    pub fn discard(&mut self, bytes: usize) -> io::Result<usize> {
        match self {
            Line::Plain(stream) => throw_away(stream, bytes),
            Line::Tls(tls) => {
                let taken = tls.waiting(bytes)?.len();
                tls.taken += taken;
                Ok(taken)
            }
        }
    }

    /// Which part of the bytes on the wire is what was sent, where records are full.
    pub fn sent_share(&self) -> f64 {
        match self {
            Line::Plain(_) => 1.0,
            Line::Tls(_) => RECORD / (RECORD + RECORD_EXTRA),
        }
    }

    /// Waits until bytes have come as they are on the wire, and throws them away; 0 at the end. From then on
    /// nothing can be decrypted. Dropped before, it loses nothing.
    pub async fn discard_sealed(&mut self) -> io::Result<usize> {
        let stream = match self {
            Line::Plain(stream) => stream,
            Line::Tls(tls) => tls.stream.get_mut().0,
        };
        loop {
            stream.readable().await?;
            match throw_away(stream, DISCARD_BYTES) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                thrown => return thrown,
            }
        }
    }

    /// Writes all of `bytes`.
    pub async fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Line::Plain(stream) => stream.write_all(bytes).await,
            Line::Tls(tls) => {
                tls.stream.write_all(bytes).await?;
                tls.stream.flush().await
            }
        }
    }
}

/// Throws away up to `bytes` of what has arrived, without a copy.
fn throw_away(stream: &TcpStream, bytes: usize) -> io::Result<usize> {
    NOWHERE.with_borrow_mut(|nowhere| {
        let length = bytes.min(nowhere.len());
        let receive = || SockRef::from(stream).recv_with_flags(&mut nowhere[..length], MSG_TRUNC);
        stream.try_io(Interest::READABLE, receive)
    })
}

impl Decrypted {
    async fn readable(&mut self) -> io::Result<()> {
        if self.taken < self.ahead.len() || self.has_ended {
            return Ok(());
        }
        self.ahead.clear();
        self.taken = 0;
        self.ahead.reserve(AHEAD_BYTES);
        self.has_ended = self.stream.read_buf(&mut self.ahead).await? == 0;
        Ok(())
    }

    /// Up to `most` bytes that nobody has taken; none at the end.
    fn waiting(&self, most: usize) -> io::Result<&[u8]> {
        let waiting = &self.ahead[self.taken..];
        if waiting.is_empty() && !self.has_ended {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(&waiting[..waiting.len().min(most)])
    }
}
