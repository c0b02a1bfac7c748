//! What is not TLS, or an old one, on the port of a server that speaks it; and clients without a name.

use std::{
    fs::{self, File},
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use rustls::{
    SupportedProtocolVersion,
    version::{TLS12, TLS13},
};
use serde::Deserialize;

use crate::{
    row::spelled,
    support::{
        SCENE,
        program::Program,
        skip,
        tls::agree,
        wait::{self, PATIENCE},
    },
    wire,
};

/// Time after which a handshake that goes nowhere is ended: the product's 2 s, and some for a busy machine.
const ENDS_WITHIN: Duration = Duration::from_secs(8);

/// First byte of an alert.
const ALERT: u8 = 0x15;

/// What alerts say of a version that is not spoken: its own word, or that nothing is in common. Which of them
/// is the library's choice.
const OLD: [u8; 2] = [70, 40];

/// Extensions of a greeting: curves (RFC 8422, section 5.1), and signatures (RFC 5246, section 7.4.1.4.1),
/// without which a greeting of any version is refused.
const EXTENSIONS: [u8; 22] = [
    0, 10, 0, 6, 0, 4, 0, 29, 0, 23, //
    0, 13, 0, 8, 0, 6, 4, 3, 8, 4, 4, 1,
];

/// The oldest version that is spoken, as greetings have it.
const TLS_1_2: u16 = 0x0303;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    bytes: String,
}

#[derive(Deserialize)]
struct Table {
    row: Vec<Row>,
}

fn encrypted() -> Program {
    let small = ["--capture-width", "320", "--capture-height", "180", "--tls", "self-signed"];
    Program::start(&[&["--source", SCENE], &small[..]].concat())
}

/// A client's greeting of that version, as it was before version 1.3, with these ciphers; all else is right.
fn greeting(version: u16, ciphers: &[u16]) -> Vec<u8> {
    let ciphers: Vec<u8> = ciphers.iter().flat_map(|cipher| cipher.to_be_bytes()).collect();
    let mut body = version.to_be_bytes().to_vec();
    body.extend([7; 32]);
    body.push(0);
    body.extend((ciphers.len() as u16).to_be_bytes());
    body.extend(ciphers);
    // One way to compress: none.
    body.extend([1, 0]);
    body.extend((EXTENSIONS.len() as u16).to_be_bytes());
    body.extend(EXTENSIONS);
    let length = body.len() as u32;
    let message = [&[1][..], &length.to_be_bytes()[1..], &body].concat();
    [&[0x16, 3, 1][..], &(message.len() as u16).to_be_bytes(), &message].concat()
}

#[test]
fn what_is_no_handshake_is_ended_and_answered_by_nothing() {
    let table: Table = toml::from_str(include_str!("tls.toml")).expect("tests/attacks/tls.toml is a table");
    assert!(table.row.len() > 10);
    let program = encrypted();
    let address = program.address;
    let attacks = table.row.into_iter().map(|row| {
        thread::spawn(move || {
            let mut socket = wire::connect(address, None);
            let (heard, ended) = wire::converse(&mut socket, &wire::bytes(&spelled(&row.bytes)), ENDS_WITHIN);
            assert!(ended, "{}: not ended after {ENDS_WITHIN:?}", row.name);
            assert!(heard.first().is_none_or(|first| *first == ALERT), "{}: {heard:?}", row.name);
        })
    });
    let attacks: Vec<_> = attacks.collect();
    // Meanwhile others are served.
    for version in [&TLS12, &TLS13] {
        assert!(health(address, version).starts_with("HTTP/1.1 200"));
    }
    attacks.into_iter().for_each(|attack| attack.join().expect("as planned"));
    assert!(!program.log().contains("panicked"), "{}", program.log());
}

#[test]
fn old_versions_and_weak_ciphers_are_refused() {
    // RSA with 3DES and RC4, none at all, export, anonymous.
    let weak = [0x000a, 0x0005, 0x0002, 0x0003, 0x0034];
    // What every server of 2014 took: RSA with AES.
    let usual = [0x002f, 0x0035, 0xc013, 0xc014];
    let program = encrypted();
    for (version, ciphers) in
        [(0x0300, &usual[..]), (0x0301, &usual), (0x0302, &usual), (TLS_1_2, &weak), (TLS_1_2, &[])]
    {
        let mut socket = wire::connect(program.address, None);
        let (heard, ended) = wire::converse(&mut socket, &greeting(version, ciphers), ENDS_WITHIN);
        assert!(ended, "{version:#x} {ciphers:?} is not ended");
        assert_eq!(heard.first(), Some(&ALERT), "{version:#x} {ciphers:?}: {heard:?}");
        let named = heard.get(6);
        let is_told = named.is_some_and(|named| OLD.contains(named));
        assert!(is_told || version == TLS_1_2, "{version:#x} {ciphers:?}: {named:?}");
    }
}

#[test]
fn a_connection_is_not_negotiated_anew() {
    if Command::new("openssl").arg("version").stdout(Stdio::null()).status().is_err() {
        return skip("a_connection_is_not_negotiated_anew", "openssl is missing");
    }
    let program = encrypted();
    let mut command = Command::new("openssl");
    command.args(["s_client", "-tls1_2", "-connect", &program.address.to_string()]);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("said");
    let file = File::create(&path).expect("the folder takes a file");
    command.stdin(Stdio::piped()).stdout(file.try_clone().expect("a second handle")).stderr(file);
    let mut client = command.spawn().expect("openssl starts");
    let mut typed = client.stdin.take().expect("it is piped");
    // An R at the beginning of a line asks for it. The client ends when it is refused, or with its input.
    writeln!(typed, "R").expect("openssl reads its input");
    let said = || String::from_utf8_lossy(&fs::read(&path).unwrap_or_default()).into_owned();
    wait::until("it is refused", PATIENCE, || {
        let has_ended = client.try_wait().expect("it can be waited for").is_some();
        has_ended || said().to_lowercase().contains("no renegotiation")
    });
    drop(typed);
    let status = client.wait().expect("openssl ends");
    let said = said();
    assert!(said.contains("RENEGOTIATING"), "{said}");
    assert_eq!(said.matches("Server certificate").count(), 1, "{said}");
    assert!(said.to_lowercase().contains("no renegotiation") || !status.success(), "{said}");
}

/// Asks for the server's health over TLS of that version, without a name (SNI): addresses have none.
fn health(address: SocketAddr, version: &'static SupportedProtocolVersion) -> String {
    let socket = TcpStream::connect(address).expect("the server listens");
    let mut stream = agree(socket, &[version], &address.ip().to_string()).expect("keys are agreed on");
    let request = format!("GET /api/health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("the server takes the request");
    let mut all = Vec::new();
    // Some servers end without a farewell.
    let _ = stream.read_to_end(&mut all);
    String::from_utf8_lossy(&all).into_owned()
}
