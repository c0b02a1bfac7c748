//! The cameras file, edited by hand while it is changed over HTTP: nothing that was written is lost, and
//! whoever reads it sees it whole.

use std::{
    fs,
    net::SocketAddr,
    path::Path,
    sync::atomic::{AtomicBool, AtomicI64, Ordering::SeqCst},
    thread,
    time::Duration,
};

use serde_json::json;

use crate::support::{
    http, is_long, media,
    server::Server,
    wait::{self, PATIENCE},
};

/// How often it is edited by hand, and how often where there is time.
const EDITS: [i64; 2] = [12, 150];

/// Changes over HTTP that are answered before the next edit by hand, and before the last one is looked for.
const BETWEEN: i64 = 3;

/// Longest time in microseconds after which an edit falls somewhere into a change: about what one takes.
const SOMEWHERE_US: u64 = 20_000;

/// Two cameras that cost nothing; one is changed by hand and one over HTTP, and both say by a number how
/// often.
const TEXT: &str = r#"# Edited by hand: 0.
[hand] # by people
source = "synthetic:people=2,vehicles=0,seed=2"
enabled = false
frozen_after = 0

[http] # by programs
source = "synthetic:people=2,vehicles=0,seed=3"
enabled = false
frozen_after = 0
# The end.
"#;

fn read(file: &Path) -> String {
    fs::read_to_string(file).expect("is always there")
}

/// The numbers of the last edit by hand and of the last change over HTTP in a text, which must be whole.
fn numbers(text: &str) -> (i64, i64) {
    let cameras: toml::Table = toml::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let number = |camera: &str| cameras[camera]["frozen_after"].as_integer().expect("a number");
    let by_hand = number("hand");
    assert_eq!(cameras.len(), 2, "{text}");
    assert!(text.starts_with(&format!("# Edited by hand: {by_hand}.\n[hand] # by people\n")), "{text}");
    assert!(text.contains("\n\n[http] # by programs\n") && text.ends_with("\n# The end.\n"), "{text}");
    (by_hand, number("http"))
}

/// Edits the file as most editors do: read, and exchanged for another one.
fn edit(file: &Path, n: i64) {
    let (text, new) = (read(file), file.with_extension("new"));
    let old = numbers(&text).0;
    let number = |n: i64| format!("frozen_after = {n}\n\n[http]");
    let text = text.replace(&format!("by hand: {old}."), &format!("by hand: {n}."));
    fs::write(&new, text.replace(&number(old), &number(n))).expect("writes");
    fs::rename(new, file).expect("exchanges");
}

/// Changes a camera again and again, and notes the number of each change that is answered as done; how many
/// were refused.
fn change(address: SocketAddr, done: &AtomicI64, is_over: &AtomicBool) -> usize {
    let mut refused = 0;
    for n in 1.. {
        if is_over.load(SeqCst) {
            break;
        }
        let reply = http::change(address, "PATCH", "/api/cameras/http", &json!({ "frozen_after": n }));
        match reply.status {
            200 => done.store(n, SeqCst),
            // The file was edited this moment.
            409 if reply.error_code() == "cameras_file" => refused += 1,
            other => panic!("{other}: {}", reply.text()),
        }
    }
    refused
}

#[test]
fn edits_by_hand_and_over_http_lose_none_of_each_other_and_the_file_is_always_whole() {
    let folder = media::folder();
    let file = folder.path().join("cameras.toml");
    fs::write(&file, TEXT).expect("writes");
    let server = Server::start(&["--analytics", "off", "--cameras", &file.display().to_string()]);
    let (done, is_over) = (AtomicI64::new(0), AtomicBool::new(false));
    let edits = EDITS[usize::from(is_long())];
    let go_on = || {
        let before = done.load(SeqCst);
        wait::until("it is changed over HTTP", PATIENCE, || {
            assert!(!is_over.load(SeqCst), "a thread has panicked");
            done.load(SeqCst) >= before + BETWEEN
        });
    };
    thread::scope(|scope| {
        let over = OnDrop(&is_over);
        let reading = scope.spawn(|| {
            let _over = OnDrop(&is_over);
            let mut reads = 0;
            while !is_over.load(SeqCst) {
                numbers(&read(&file));
                reads += 1;
            }
            reads
        });
        let changing = scope.spawn(|| {
            let _over = OnDrop(&is_over);
            change(server.address, &done, &is_over)
        });
        for n in 1..=edits {
            go_on();
            thread::sleep(Duration::from_micros(fastrand::u64(0..SOMEWHERE_US)));
            edit(&file, n);
            go_on();
            let before = done.load(SeqCst);
            let (by_hand, over_http) = numbers(&read(&file));
            let after = done.load(SeqCst);
            assert_eq!(by_hand, n, "an edit by hand is lost");
            // One may be written and not answered yet.
            assert!((before..=after + 1).contains(&over_http), "{over_http} is none of {before} to {after}");
            let told = http::get(server.address, "/api/cameras/hand").json();
            assert_eq!(told["settings"]["frozen_after"], n);
        }
        drop(over);
        let (reads, refused) = (reading.join().expect("reads"), changing.join().expect("changes"));
        let done = done.load(SeqCst);
        assert_eq!(numbers(&read(&file)), (edits, done));
        eprintln!("{edits} edits by hand, {done} changes over HTTP, {refused} refused, {reads} reads");
    });
}

/// Says that all is over, however that comes.
struct OnDrop<'a>(&'a AtomicBool);

impl Drop for OnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, SeqCst);
    }
}
