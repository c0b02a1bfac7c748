//! What is read from outside, for fuzzing: bytes in, nothing out; whatever the bytes are, there is no panic
//! and no wait without end.
//!
//! `fuzz/` hands these functions to libFuzzer, and the test below runs them with its seeds and with damage to
//! those. What is private to a room has a door there, named `fuzz`.

use std::str::from_utf8;

use bytes::Bytes;

use crate::{
    access::{
        key::{Key, url64},
        token,
    },
    jpeg::CameraJpeg,
    protocol::{ClientMessage, comment_of, patch_of},
    roster, source,
    source::Address,
    transport::fuzz,
};

/// What takes bytes of whatever kind, and must not panic.
pub type Target = fn(&[u8]);

/// All targets by their names, which are those of the folders in `fuzz/corpus`.
pub const TARGETS: [(&str, Target); 12] = [
    ("client_message", client_message),
    ("cameras_toml", cameras_toml),
    ("source_address", source_address),
    ("comment", comment),
    ("multipart", multipart),
    ("jpeg_markers", jpeg_markers),
    ("token", token),
    ("cookie", cookie),
    ("socketio_packet", socketio_packet),
    ("range_time", range_time),
    ("der_expiry", der_expiry),
    ("forwarded", forwarded),
];

/// Secret of the key that signs tokens here.
const SECRET: [u8; 32] = *b"a key that guards nothing at all";

/// Header of a token that is signed as ours are.
const HEADER: &[u8] = br#"{"alg":"HS256","typ":"JWT"}"#;

/// Time at which tokens are read, seconds since the Unix epoch.
const NOW_S: u64 = 1_800_000_000;

/// Reads a message of a client on its WebSocket.
pub fn client_message(data: &[u8]) {
    if let Ok(text) = from_utf8(data) {
        let _ = ClientMessage::parse(text);
    }
}

/// Reads a cameras file, and shows what it describes as viewers see it.
pub fn cameras_toml(data: &[u8]) {
    let Ok(text) = from_utf8(data) else { return };
    match roster::text::read(text) {
        Ok(read) => read.entries.values().for_each(|entry| {
            let _ = (entry.shown(), entry.public());
        }),
        Err(mistake) => drop(mistake.to_string()),
    }
}

/// Reads a source, and shows it.
pub fn source_address(data: &[u8]) {
    let Ok(text) = from_utf8(data) else { return };
    match text.parse::<Address>() {
        Ok(address) => {
            let _ = (address.to_string(), address.public(), address.location(), address.credentials());
            let _ = (address.holds_secret(), source::is_refused(&address), address.may_lack_scheme());
        }
        Err(error) => drop(error.to_string()),
    }
}

/// Reads the comment segment of a JPEG and the segment of its blocks, and writes them again.
pub fn comment(data: &[u8]) {
    if let Ok(comment) = comment_of(data) {
        let _ = comment.jpeg_head();
    }
    if let Some(Ok(patch)) = patch_of(data) {
        let _ = (patch.segment(), patch.columns(), patch.rows());
    }
}

/// Takes the body of a camera apart; its first line is its content type.
pub fn multipart(data: &[u8]) {
    source::fuzz::multipart(data);
}

/// Reads the segments of a camera's JPEG.
pub fn jpeg_markers(data: &[u8]) {
    if let Ok(jpeg) = CameraJpeg::new(Bytes::copy_from_slice(data)) {
        let plain = jpeg.plain();
        let _ = (jpeg.size(), plain.map(|plain| plain.pieces.len()));
    }
}

/// Reads a token as it is, and one that is signed by us and says that.
pub fn token(data: &[u8]) {
    let Ok(key) = Key::new(&SECRET) else { return };
    if let Ok(text) = from_utf8(data) {
        let _ = token::read(&key, text, NOW_S);
    }
    let signed = format!("{}.{}", url64(HEADER), url64(data));
    let tag = url64(&key.sign(signed.as_bytes()));
    if let Ok(claims) = token::read(&key, &format!("{signed}.{tag}"), NOW_S) {
        let _ = token::sign(&key, &claims);
    }
}

/// Reads a `Cookie` header.
pub fn cookie(data: &[u8]) {
    fuzz::cookie(data);
}

/// Reads what a client of Socket.IO sends in one request.
pub fn socketio_packet(data: &[u8]) {
    fuzz::socketio_packet(data);
}

/// Reads a query that says when, how and whose days.
pub fn range_time(data: &[u8]) {
    fuzz::range_time(data);
}

/// Reads when a certificate ends.
pub fn der_expiry(data: &[u8]) {
    fuzz::der_expiry(data);
}

/// Reads headers of proxies, one a line: for whom, how, under which name, and one that is not believed.
pub fn forwarded(data: &[u8]) {
    fuzz::forwarded(data);
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        path::PathBuf,
        thread,
        time::{Duration, Instant},
    };

    use fastrand::Rng;

    use super::*;

    /// Damaged seeds a target, whatever time they take.
    const MUTATIONS: u64 = 2_000;

    /// Fewest seeds of a target.
    const FEWEST_SEEDS: usize = 10;

    /// Longest damaged seed, bytes: more than any of these readers is given at once.
    const LONGEST: usize = 64 << 10;

    /// Longest that one target may take for one input. All take microseconds; a busy machine takes longer.
    const AT_ONCE: Duration = Duration::from_secs(5);

    /// Pieces of texts at which readers have stumbled.
    const PIECES: [&[u8]; 16] = [
        b"\0",
        b"\r\n",
        b"\n\n",
        b"%00",
        b"%2e%2e/",
        b"..",
        b"@",
        b"://",
        b"[[[[[[[[",
        b"{\"a\":{\"a\":",
        b"\"\\ud800\"",
        b"-1",
        b"18446744073709551616",
        b"1e999",
        b"\xff\xff\xff\xff",
        "\u{202e}ü中".as_bytes(),
    ];

    /// Tells which input has made a target panic.
    struct Shown<'a> {
        target: &'a str,
        input: &'a [u8],
    }

    impl Drop for Shown<'_> {
        fn drop(&mut self) {
            if thread::panicking() {
                eprintln!("{} panics with b\"{}\"", self.target, self.input.escape_ascii());
            }
        }
    }

    fn folder() -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz")
    }

    fn seeds(target: &str) -> Vec<Vec<u8>> {
        let files = fs::read_dir(folder().join("corpus").join(target)).expect("each target has seeds");
        let mut paths: Vec<PathBuf> = files.flatten().map(|file| file.path()).collect();
        paths.sort();
        paths.iter().map(|path| fs::read(path).expect("a seed can be read")).collect()
    }

    /// Damages a seed in one to five places; `other` is another one.
    fn damaged(seed: &[u8], other: &[u8], rng: &mut Rng) -> Vec<u8> {
        let mut bytes = seed.to_vec();
        for _ in 0..rng.usize(1..=5) {
            change(&mut bytes, other, rng);
        }
        bytes.truncate(LONGEST);
        bytes
    }

    fn change(bytes: &mut Vec<u8>, other: &[u8], rng: &mut Rng) {
        let at = rng.usize(..=bytes.len());
        let end = rng.usize(at..=bytes.len());
        match rng.u8(..8) {
            0 if at < bytes.len() => bytes[at] ^= 1 << rng.u8(..8),
            1 if at < bytes.len() => bytes[at] = rng.u8(..),
            2 => bytes.insert(at, rng.u8(..)),
            3 => drop(bytes.drain(at..end)),
            4 => {
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            5 => {
                let piece = PIECES[rng.usize(..PIECES.len())];
                bytes.splice(at..at, piece.iter().copied());
            }
            6 => {
                let from = rng.usize(..=other.len());
                bytes.splice(at..end, other[from..].iter().copied());
            }
            _ => bytes.truncate(end),
        }
    }

    fn check(name: &str, target: fn(&[u8]), input: &[u8]) {
        let shown = Shown { target: name, input };
        let began = Instant::now();
        target(input);
        assert!(began.elapsed() < AT_ONCE, "{name} took {:?}", began.elapsed());
        drop(shown);
    }

    /// Seconds for each target that `scripts/fuzz.sh` asks for.
    fn wanted() -> Duration {
        let seconds = std::env::var("STEADYCAST_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
        Duration::from_secs(seconds.unwrap_or(0))
    }

    /// Targets that `scripts/fuzz.sh` asks for: all, unless it names some.
    fn wanted_targets() -> Vec<(&'static str, Target)> {
        let named = std::env::var("STEADYCAST_FUZZ_TARGETS").unwrap_or_default();
        let names: Vec<&str> = named.split_whitespace().collect();
        if names.is_empty() {
            return TARGETS.to_vec();
        }
        let target = |name: &str| TARGETS.into_iter().find(|(known, _)| *known == name);
        names.into_iter().map(|name| target(name).unwrap_or_else(|| panic!("no target {name:?}"))).collect()
    }

    #[test]
    fn nothing_that_is_read_from_outside_makes_the_reader_panic() {
        for (name, target) in wanted_targets() {
            let (seeds, began) = (seeds(name), Instant::now());
            assert!(seeds.len() >= FEWEST_SEEDS, "{name} has {} seeds", seeds.len());
            seeds.iter().for_each(|seed| check(name, target, seed));
            let mut rng = Rng::with_seed(7);
            let mut count = 0;
            while count < MUTATIONS || began.elapsed() < wanted() {
                let [seed, other] = [(); 2].map(|()| &seeds[rng.usize(..seeds.len())]);
                check(name, target, &damaged(seed, other, &mut rng));
                count += 1;
            }
            eprintln!("{name}: {count} inputs in {:.1} s", began.elapsed().as_secs_f64());
        }
    }

    #[test]
    fn each_target_is_one_of_libfuzzers() {
        let manifest = fs::read_to_string(folder().join("Cargo.toml")).expect("there is one");
        let programs = manifest.lines().filter(|line| *line == "[[bin]]").count();
        assert_eq!(programs, TARGETS.len());
        for (name, _) in TARGETS {
            assert!(manifest.contains(&format!("name = \"{name}\"")), "{name} is no program of fuzz/");
            let program = fs::read_to_string(folder().join(format!("fuzz_targets/{name}.rs")));
            assert!(program.is_ok_and(|text| text.contains(&format!("fuzzing::{name}("))), "{name}");
        }
    }
}
