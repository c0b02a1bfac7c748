//! Measuring a link from its two ends: throughput of a TCP connection, round trips, and what becomes of a
//! burst of datagrams.
//!
//! In goes a link, out come figures. Not here: what they should be.

use std::{
    io::{self, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket},
    thread,
    time::{Duration, Instant},
};

use crate::link::{Link, SERVER, VIEWER};

/// A measurement that hears nothing for this long is over.
const SILENCE: Duration = Duration::from_secs(3);

/// Bytes of a datagram that carries its number and time: with IP's and UDP's 28 they make 1,000.
const DATAGRAM: usize = 972;

/// A connection over which the server sends as much as it can.
pub struct Bulk {
    receiving: TcpStream,
    /// The server's end of it.
    pub sending: TcpStream,
}

impl Bulk {
    pub fn start(link: &Link) -> Bulk {
        let listener =
            link.in_server(|| TcpListener::bind((SERVER, 0))).expect("the server's end has its address");
        let address = listener.local_addr().expect("it is bound");
        let receiving = link.in_viewer(|| TcpStream::connect(address)).expect("the link carries both ways");
        let (sending, _) = listener.accept().expect("the viewer came");
        let mut copy = sending.try_clone().expect("a file handle");
        receiving.set_read_timeout(Some(SILENCE)).expect("a limit can be set");
        // Ends when the receiver is dropped.
        thread::spawn(move || while copy.write_all(&[0; 16384]).is_ok() {});
        Bulk { receiving, sending }
    }

    /// Mbit/s of payload that arrive in that time.
    pub fn mbit_for(&mut self, time: Duration) -> f64 {
        let (began, mut bytes, mut buffer) = (Instant::now(), 0, [0; 16384]);
        while began.elapsed() < time {
            bytes += self.receiving.read(&mut buffer).expect("bytes keep coming");
        }
        bytes as f64 * 8e-6 / began.elapsed().as_secs_f64()
    }
}

/// A socket on either side, the viewer's sending to the server's.
fn sockets(link: &Link) -> (UdpSocket, UdpSocket) {
    let bind = |address: Ipv4Addr| UdpSocket::bind((address, 0)).expect("the end has its address");
    let (server, viewer) = (link.in_server(|| bind(SERVER)), link.in_viewer(|| bind(VIEWER)));
    let address = |socket: &UdpSocket| -> SocketAddr { socket.local_addr().expect("it is bound") };
    viewer.connect(address(&server)).expect("a route to the server");
    server.connect(address(&viewer)).expect("a route to the viewer");
    for socket in [&server, &viewer] {
        socket.set_read_timeout(Some(SILENCE)).expect("a limit can be set");
    }
    (server, viewer)
}

/// The shortest of `count` round trips of small datagrams, one after another: a busy machine only makes them
/// longer.
pub fn round_trip(link: &Link, count: usize) -> Duration {
    let (server, viewer) = sockets(link);
    let echo = thread::spawn(move || {
        let mut buffer = [0; 64];
        while let Ok(length) = received(&server, &mut buffer)
            && length > 0
        {
            server.send(&buffer[..length]).expect("a route to the viewer");
        }
    });
    let ping = |_| {
        let began = Instant::now();
        viewer.send(&[1; 8]).expect("a route to the server");
        received(&viewer, &mut [0; 64]).expect("an echo");
        began.elapsed()
    };
    let shortest = (0..count).map(ping).min().expect("there is one at least");
    viewer.send(&[]).expect("a route to the server");
    echo.join().expect("it echoes to the end");
    shortest
}

/// The time on the way of each of `count` datagrams of 1,000 bytes that arrived, sent by the server with
/// `pause` after every tenth.
pub fn datagrams(link: &Link, count: u32, pause: Duration) -> Vec<Duration> {
    let (server, viewer) = sockets(link);
    let began = Instant::now();
    let hear = thread::spawn(move || {
        let (mut buffer, mut ages) = ([0; DATAGRAM], Vec::new());
        // A short one is the last.
        while let Ok(DATAGRAM) = viewer.recv(&mut buffer) {
            let sent = u64::from_be_bytes(buffer[..8].try_into().expect("eight bytes"));
            ages.push(began.elapsed() - Duration::from_nanos(sent));
        }
        ages
    });
    for n in 1..=count {
        let mut datagram = [0; DATAGRAM];
        datagram[..8].copy_from_slice(&(began.elapsed().as_nanos() as u64).to_be_bytes());
        server.send(&datagram).expect("a route to the viewer");
        if n % 10 == 0 && pause > Duration::ZERO {
            thread::sleep(pause);
        }
    }
    // What ends the measurement must not be lost itself: it comes again and again until it is heard, behind
    // all that waits.
    while !hear.is_finished() {
        // Where nobody listens any more the kernel says so.
        let _ = server.send(&[0]);
        thread::sleep(Duration::from_millis(20));
    }
    hear.join().expect("it hears to the end")
}

/// The length of the next datagram. A signal on its way to this process is no failure of the link.
fn received(socket: &UdpSocket, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match socket.recv(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}
