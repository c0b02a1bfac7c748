//! One viewer: connects, reads at its pace, answers, and hands in what it saw.
//!
//! In: a [`ViewerSpec`] and the phase of the run. Out: a [`ViewerReport`]. Not here: many viewers
//! (`crowd.rs`), counting (`record.rs`), framing (`wire.rs`), TLS (`line.rs`), pictures (`canvas.rs`). A
//! viewer shares its cores with the server that it measures, so it never copies a JPEG unless it is to look
//! at pictures: beyond the comment segment the kernel throws the bytes away, where they are not encrypted.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use socket2::SockRef;
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::watch;

pub use super::canvas::Look;
pub use super::pace::Pace;
pub use super::record::{End, Phase, ViewerReport};
pub use super::steering::Steering;

use super::canvas::{Canvas, Prints};
use super::handshake::HandshakeError;
use super::line::Line;
use super::pace::{Allowance, Pacer};
use super::record::{Arrival, Arrived, Recorder, Reply};
use super::sealed;
use super::steering::Helm;
use super::wire::{Decoder, Kind, Message, Rung, WireError, push_masked};

/// Longest time that a server may take to upgrade.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// Bytes of one read where they matter: a frame header, the comment segment, a status message.
const HEAD_BYTES: usize = 512;
/// Message that asks for a key frame.
const ASK_KEY: &str = r#"{"type":"key"}"#;

/// Who a viewer is and how it behaves.
#[derive(Debug, Clone)]
pub struct ViewerSpec {
    /// Where the server listens.
    pub addr: SocketAddr,
    /// The `Host` field.
    pub host: String,
    /// Path and query, such as `/websocket/80?messages=none`.
    pub path: String,
    /// Watch under TLS, whatever certificate the server shows.
    pub tls: bool,
    /// Look at nothing after the upgrade: count the bytes that come, and throw them away.
    pub is_sealed: bool,
    /// How fast it reads.
    pub pace: Pace,
    /// Send `{"type":"ack","frame":N}` on arrival of frames that carry a number.
    pub ack: bool,
    /// `SO_RCVBUF` in bytes; the kernel's own, growing one when absent.
    pub rcvbuf: Option<usize>,
    /// Keep arrival, size and rung of every frame.
    pub timeline: bool,
    /// What it looks at of pictures.
    pub look: Look,
    /// Who chooses the rung once it is connected.
    pub steering: Steering,
}

impl ViewerSpec {
    /// Describes a viewer of the server at `addr` that reads as fast as frames come, acks none of them, and
    /// keeps no timeline.
    pub fn new(addr: SocketAddr, steering: Steering) -> Self {
        ViewerSpec {
            addr,
            host: addr.to_string(),
            path: steering.path(),
            tls: false,
            is_sealed: false,
            pace: Pace::Full,
            ack: false,
            rcvbuf: None,
            timeline: false,
            look: Look::Comments,
            steering,
        }
    }

    /// Asks for deltas besides.
    pub fn with_deltas(mut self) -> Self {
        self.path.push_str(if self.path.contains('?') { "&delta=1" } else { "?delta=1" });
        self
    }
}

/// Why a viewer could not begin to watch.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    #[error("cannot connect to {addr}: {source}")]
    Connect { addr: SocketAddr, source: io::Error },
    #[error("{addr} did not upgrade within {} s", CONNECT_TIMEOUT.as_secs())]
    Timeout { addr: SocketAddr },
    #[error("no WebSocket at {addr}{path}: {source}")]
    Handshake { addr: SocketAddr, path: String, source: HandshakeError },
}

/// Why reading stopped; becomes the report's `End`.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error("the connection broke: {0}")]
    Io(#[from] io::Error),
    #[error("{0}")]
    Wire(#[from] WireError),
    #[error("the server closed the connection without a closing message")]
    Eof,
    #[error("{0:?}")]
    End(End),
}

/// A viewer that is connected and has read nothing yet.
pub struct Viewer {
    line: Line,
    is_sealed: bool,
    ack: bool,
    pacer: Pacer,
    decoder: Decoder,
    recorder: Recorder,
    /// Pictures of the stream, where the viewer looks at them.
    canvas: Option<Canvas>,
    helm: Helm,
    /// When whoever chooses the rung is asked next, frames or not.
    next_tick: Option<Instant>,
    /// Pongs, acks and wishes waiting to be written, masked.
    outbox: Vec<u8>,
    /// Bytes that came behind the upgrade.
    first_bytes: Vec<u8>,
}

/// Connects and watches until `phase` is `Done` or the connection ends.
pub async fn view(spec: &ViewerSpec, phase: watch::Receiver<Phase>) -> Result<ViewerReport, ViewError> {
    Ok(Viewer::connect(spec).await?.watch(phase).await)
}

impl Viewer {
    pub async fn connect(spec: &ViewerSpec) -> Result<Self, ViewError> {
        let addr = spec.addr;
        let upgrade = async {
            let stream = connect_tcp(spec).await.map_err(|source| ViewError::Connect { addr, source })?;
            let wrong = |source| ViewError::Handshake { addr, path: spec.path.clone(), source };
            Line::upgrade(stream, spec.tls, &spec.host, &spec.path).await.map_err(wrong)
        };
        let answer = tokio::time::timeout(CONNECT_TIMEOUT, upgrade).await;
        let (line, first_bytes) = answer.unwrap_or(Err(ViewError::Timeout { addr }))?;
        let helm = spec.steering.begin(Instant::now());
        Ok(Self {
            line,
            is_sealed: spec.is_sealed,
            ack: spec.ack,
            pacer: Pacer::new(spec.pace, Instant::now()),
            decoder: match spec.look {
                Look::Comments => Decoder::default(),
                Look::Composed | Look::Keys => Decoder::keeping(usize::MAX),
            },
            canvas: Canvas::of(spec.look),
            recorder: Recorder::new(spec.timeline),
            next_tick: helm.every().map(|every| Instant::now() + every),
            helm,
            outbox: Vec::new(),
            first_bytes,
        })
    }

    /// Reads until `phase` is `Done`, its sender is gone, or the connection ends.
    pub async fn watch(mut self, phase: watch::Receiver<Phase>) -> ViewerReport {
        let mut stop = phase.clone();
        let mut done = pin!(stop.wait_for(|phase| *phase == Phase::Done));
        if self.is_sealed {
            let mut bytes = 0;
            let end = tokio::select! {
                error = sealed::read_on(&mut self.line, &phase, &mut bytes) => End::Lost(error.to_string()),
                _ = &mut done => End::Stopped,
            };
            let sealed_bytes = (bytes as f64 * self.line.sent_share()) as u64;
            return ViewerReport { sealed_bytes, end, ..ViewerReport::default() };
        }
        let end = tokio::select! {
            broken = self.read_on(&phase) => match broken {
                Broken::End(end) => end,
                other => End::Lost(other.to_string()),
            },
            _ = &mut done => End::Stopped,
        };
        let prints = self.canvas.take().map_or_else(Prints::default, Canvas::finish);
        ViewerReport { prints, ..self.recorder.finish(end) }
    }

    /// Reads for ever; returns why it could not.
    async fn read_on(&mut self, phase: &watch::Receiver<Phase>) -> Broken {
        let first_bytes = std::mem::take(&mut self.first_bytes);
        let mut step = self.handle(&first_bytes, phase).map(|()| first_bytes.len());
        loop {
            match step {
                Ok(read) => self.pacer.spent(read),
                Err(broken) => return broken,
            }
            step = self.step(phase).await;
        }
    }

    /// Waits until the viewer may read and can, reads once and answers; the number of bytes read.
    async fn step(&mut self, phase: &watch::Receiver<Phase>) -> Result<usize, Broken> {
        let limit = match self.pacer.allowance(Instant::now()) {
            Allowance::Bytes(limit) => limit,
            Allowance::Wait(wait) => {
                tokio::time::sleep(wait).await;
                return Ok(0);
            }
        };
        let read = if self.readable_before_tick().await? {
            match self.read_once(limit, phase) {
                Err(Broken::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => 0,
                other => other?,
            }
        } else {
            0
        };
        if !self.outbox.is_empty() {
            self.line.write_all(&self.outbox).await?;
            self.outbox.clear();
        }
        Ok(read)
    }

    /// Waits until there is something to read; false if a tick was over first and who chooses was asked.
    async fn readable_before_tick(&mut self) -> io::Result<bool> {
        let Some((tick, every)) = self.next_tick.zip(self.helm.every()) else {
            return self.line.readable().await.map(|()| true);
        };
        if Instant::now() < tick {
            tokio::select! {
                readable = self.line.readable() => return readable.map(|()| true),
                () = tokio::time::sleep_until(tick.into()) => {}
            }
        }
        self.next_tick = Some(tick + every);
        let wish = self.helm.tick(Instant::now());
        if let Some(Rung { level, scale }) = wish.rung {
            say(&format!(r#"{{"type":"level","level":{level},"scale":{scale}}}"#), &mut self.outbox);
        }
        if wish.ping {
            say(&format!(r#"{{"type":"ping","t":{}}}"#, arrival_now().utc_us), &mut self.outbox);
        }
        Ok(false)
    }

    fn read_once(&mut self, limit: usize, phase: &watch::Receiver<Phase>) -> Result<usize, Broken> {
        let skippable = usize::try_from(self.decoder.skippable()).unwrap_or(usize::MAX).min(limit);
        if skippable > 0 {
            let read = self.line.discard(skippable)?;
            if read == 0 {
                return Err(Broken::Eof);
            }
            let Self { decoder, recorder, helm, outbox, ack, .. } = self;
            if let Some(message) = decoder.skip(read as u64) {
                // Whoever looks at pictures skips nothing.
                answer(recorder.take(&message, *phase.borrow(), arrival_now), *ack, helm, outbox)?;
            }
            Ok(read)
        } else {
            let mut head = [0; HEAD_BYTES];
            let read = self.line.try_read(&mut head[..limit.min(HEAD_BYTES)])?;
            if read == 0 {
                return Err(Broken::Eof);
            }
            self.handle(&head[..read], phase)?;
            Ok(read)
        }
    }

    /// Decodes `bytes` and answers what they complete.
    fn handle(&mut self, mut bytes: &[u8], phase: &watch::Receiver<Phase>) -> Result<(), Broken> {
        let Self { decoder, recorder, canvas, helm, outbox, ack, .. } = self;
        while let Some(message) = decoder.feed(&mut bytes)? {
            if let Some(canvas) = canvas
                && show(canvas, &message, *phase.borrow(), recorder)
            {
                recorder.asks_key();
                say(ASK_KEY, outbox);
            }
            answer(recorder.take(&message, *phase.borrow(), arrival_now), *ack, helm, outbox)?;
        }
        Ok(())
    }
}

fn answer(reply: Reply, ack: bool, helm: &mut Helm, outbox: &mut Vec<u8>) -> Result<(), Broken> {
    match reply {
        Reply::Arrived(arrived) => arrive(&arrived, ack, helm, outbox),
        Reply::Heard(text, arrival) => helm.heard(&text, arrival),
        Reply::Unapplied(arrived) => {
            arrive(&arrived, ack, helm, outbox);
            say(ASK_KEY, outbox);
        }
        Reply::Nothing => {}
        Reply::Pong(payload) => push_masked(outbox, Kind::Pong, &payload, key()),
        Reply::End(end) => return Err(Broken::End(end)),
    }
    Ok(())
}

fn arrive(arrived: &Arrived, ack: bool, helm: &mut Helm, outbox: &mut Vec<u8>) {
    if ack {
        say(&format!(r#"{{"type":"ack","frame":{}}}"#, arrived.comment.frame), outbox);
    }
    helm.arrived(arrived);
}

/// Puts a message's blocks into the picture; whether a key frame is to be asked for. What the comment alone
/// shows not to apply, `recorder` finds itself.
fn show(canvas: &mut Canvas, message: &Message, phase: Phase, recorder: &mut Recorder) -> bool {
    if message.kind != Kind::Binary {
        return false;
    }
    canvas.take(message.start).unwrap_or_else(|wrong| {
        log::debug!("not composed: {wrong}");
        recorder.broken(phase);
        false
    })
}

fn say(text: &str, outbox: &mut Vec<u8>) {
    push_masked(outbox, Kind::Text, text.as_bytes(), key());
}

/// A new key by which a message is masked.
pub(super) fn key() -> [u8; 4] {
    fastrand::u32(..).to_ne_bytes()
}

async fn connect_tcp(spec: &ViewerSpec) -> io::Result<TcpStream> {
    let socket = if spec.addr.is_ipv6() { TcpSocket::new_v6()? } else { TcpSocket::new_v4()? };
    if let Some(bytes) = spec.rcvbuf {
        // Before connecting: the window that the buffer allows is announced in the first packet.
        SockRef::from(&socket).set_recv_buffer_size(bytes)?;
    }
    let stream = socket.connect(spec.addr).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

fn arrival_now() -> Arrival {
    let utc = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock stands after 1970");
    Arrival { at: Instant::now(), utc_us: utc.as_micros() as u64 }
}
