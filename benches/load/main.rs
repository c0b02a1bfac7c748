//! The load generator's command line: viewers against any server that speaks `/websocket/{level}`, the bare
//! sender, or, without a server's address, the comparison of servers.
//!
//! In: flags. Out: a table (or JSON), and an exit code that is not zero when the viewers could not watch. Not
//! here: measuring.
//!
//! ```text
//! load                                                       everything side by side, with bars
//! load --url ws://127.0.0.1:6732 --viewers 32 --levels 80,60 --seconds 10 --pid $(pidof steadycast)
//! load --url ws://127.0.0.1:6732 --levels 50 --search
//! load --url ws://127.0.0.1:6732 --delta --compose 2         only what changed; two viewers compose it, and
//!                                                            it must be what key frames show
//! load --parts deltas                                        deltas beside complete pictures, with bars
//! load --url wss://127.0.0.1:6732                            under TLS, whatever certificate is shown
//! load sender --listen 127.0.0.1:6791 --frame-bytes 48000
//! ```

mod compare;
mod deltas;
mod encrypted;
#[path = "mod.rs"]
mod load;
#[path = "../support.rs"]
mod support;

use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use load::client::{Look, Pace, Steering, ViewerSpec};
use load::crowd::{self, CrowdError, CrowdPlan, Seat};
use load::report::Summary;
use load::search::{Goal, most_viewers};
use load::sender;

/// Watches a server as many viewers at once and says what they got.
#[derive(Parser)]
#[command(name = "load", args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    role: Option<Role>,
    #[command(flatten)]
    watch: Watch,
    /// Rounds of the comparison, of which the median counts.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Parts of the comparison.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "ages,costs,most,tls,tls-most,deltas")]
    parts: Vec<compare::Part>,
    /// Given by `cargo bench`; means nothing here.
    #[arg(long, hide = true, global = true)]
    bench: bool,
}

#[derive(Subcommand)]
enum Role {
    /// Be the floor to compare with: send the same bytes to everybody.
    Sender(Sender),
}

#[derive(Args)]
struct Watch {
    /// The server, such as ws://127.0.0.1:6732 or wss://127.0.0.1:6732; without it, servers are compared.
    #[arg(long)]
    url: Option<String>,
    /// Path of a level's stream.
    #[arg(long, default_value = "/websocket/{level}")]
    path_template: String,
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..))]
    viewers: u32,
    /// JPEG qualities, given to the viewers in turn.
    #[arg(long, value_delimiter = ',', default_value = "80")]
    levels: Vec<u8>,
    /// Seconds measured, after everybody is connected and warm.
    #[arg(long, default_value_t = 10.0)]
    seconds: f64,
    /// Seconds between the last connection and measuring.
    #[arg(long, default_value_t = 2.0)]
    warmup: f64,
    /// Read at most this many kilobits a second per viewer.
    #[arg(long)]
    read_kbps: Option<f64>,
    /// Fixed receive buffer of each viewer in bytes; without it, the kernel's own.
    #[arg(long)]
    rcvbuf: Option<usize>,
    /// Acknowledge each frame on arrival.
    #[arg(long)]
    ack: bool,
    /// Ask for only what changed.
    #[arg(long)]
    delta: bool,
    /// Number of viewers that compose the pictures, and look whether each frame applies. One more of each
    /// level, which is not counted, gets key frames, and the pictures must be the same block for block.
    #[arg(long, default_value_t = 0, requires = "delta", conflicts_with = "search")]
    compose: usize,
    /// Ask for no text messages.
    #[arg(long, value_parser = ["none"])]
    messages: Option<String>,
    /// The server's process, for its CPU and memory.
    #[arg(long)]
    pid: Option<u32>,
    /// Print JSON instead of the table.
    #[arg(long)]
    json: bool,
    /// Find the most viewers that all hold --hold-fps, starting with --viewers; each probe takes --seconds,
    /// at least 5.
    #[arg(long)]
    search: bool,
    #[arg(long, default_value_t = 33.0)]
    hold_fps: f64,
    /// The search stops here.
    #[arg(long, default_value_t = 4_096)]
    most: usize,
}

#[derive(Args)]
struct Sender {
    #[arg(long, default_value = "127.0.0.1:6791")]
    listen: SocketAddr,
    #[arg(long, default_value_t = 34.0)]
    fps: f64,
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..))]
    threads: u8,
    /// Messages to send in turn; without any, noise of --frame-bytes.
    #[arg(long, num_args = 1..)]
    jpeg: Vec<PathBuf>,
    #[arg(long, default_value_t = 48_000)]
    frame_bytes: usize,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match (cli.role, &cli.watch.url) {
        (Some(Role::Sender(sender)), _) => send(&sender).map(|()| ExitCode::SUCCESS),
        (None, Some(url)) => runtime()
            .and_then(|runtime| runtime.block_on(watch_all(&cli.watch, url)))
            .map(|()| ExitCode::SUCCESS),
        (None, None) => runtime().and_then(|runtime| compare::all(&runtime, cli.rounds, &cli.parts)),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("load: {error}");
            ExitCode::FAILURE
        }
    }
}

/// One thread: the generator must leave the other cores to the server.
fn runtime() -> Result<tokio::runtime::Runtime, Box<dyn Error>> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}

async fn watch_all(watch: &Watch, url: &str) -> Result<(), Box<dyn Error>> {
    let plan = plan(watch, url).await?;
    if watch.search {
        return search(watch, plan).await;
    }
    let outcome = crowd::run(&plan).await?;
    let summary = Summary::new(&outcome);
    if watch.json {
        println!("{}", summary.json())
    } else {
        print!("{}", summary.table())
    }
    if let Some(told) = outcome.ended_early() {
        return Err(told.into());
    }
    if watch.compose > 0 {
        eprintln!("{}", outcome.compared().checked()?);
    }
    Ok(())
}

async fn plan(watch: &Watch, url: &str) -> Result<CrowdPlan, Box<dyn Error>> {
    let url = url.trim_end_matches('/');
    let secure = url.strip_prefix("wss://");
    let Some(host) = secure.or_else(|| url.strip_prefix("ws://")).filter(|host| !host.contains('/')) else {
        return Err(format!("--url {url}: expected ws://host:port or wss://host:port").into());
    };
    let found = tokio::net::lookup_host(host).await.map_err(|error| format!("--url {url}: {error}"))?.next();
    let addr = found.ok_or_else(|| format!("--url {url}: no address"))?;
    let seat = |&level: &u8| {
        let mut path = watch.path_template.replace("{level}", &level.to_string());
        if let Some(messages) = &watch.messages {
            path += &format!("{}messages={messages}", if path.contains('?') { '&' } else { '?' });
        }
        let pace = watch.read_kbps.map_or(Pace::Full, Pace::Kbps);
        let steering = Steering::Fixed(level);
        let (host, tls, ack, rcvbuf) = (host.to_owned(), secure.is_some(), watch.ack, watch.rcvbuf);
        let spec = ViewerSpec { host, path, tls, pace, ack, rcvbuf, ..ViewerSpec::new(addr, steering) };
        Seat { level, spec: if watch.delta { spec.with_deltas() } else { spec } }
    };
    let seconds = |name: &str, value| {
        Duration::try_from_secs_f64(value).map_err(|error| format!("--{name} {value}: {error}"))
    };
    let seats: Vec<Seat> = watch.levels.iter().map(seat).collect();
    let (seats, viewers) = match watch.compose {
        0 => (seats, watch.viewers as usize),
        compose => {
            let seats = composing(&seats, watch.viewers as usize, compose);
            let viewers = seats.len();
            (seats, viewers)
        }
    };
    Ok(CrowdPlan {
        seats,
        viewers,
        warmup: seconds("warmup", watch.warmup)?,
        measured: seconds("seconds", if watch.search { watch.seconds.max(5.0) } else { watch.seconds })?,
        pid: watch.pid,
    })
}

/// Returns a seat of each viewer, of whom the first ones compose, and of one more of each level, who gets the
/// key frames to compare with.
fn composing(seats: &[Seat], viewers: usize, compose: usize) -> Vec<Seat> {
    let looking =
        |seat: &Seat, look| Seat { level: seat.level, spec: ViewerSpec { look, ..seat.spec.clone() } };
    let turns = seats.iter().cycle().take(viewers).enumerate();
    let watching =
        turns.map(|(n, seat)| looking(seat, if n < compose { Look::Composed } else { Look::Comments }));
    watching.chain(seats.iter().map(|seat| looking(seat, Look::Keys))).collect()
}

async fn search(watch: &Watch, mut plan: CrowdPlan) -> Result<(), Box<dyn Error>> {
    let goal = Goal { start: plan.viewers, limit: watch.most, fps: watch.hold_fps, ..Goal::default() };
    let mut reached = false;
    let most = most_viewers(goal, async |viewers| {
        plan.viewers = viewers;
        match crowd::run(&plan).await {
            Ok(outcome) => {
                reached = true;
                let summary = Summary::new(&outcome);
                eprint!(
                    "--- {viewers} viewers, slowest {:.2} FPS\n{}",
                    summary.all.fps_slowest,
                    summary.table()
                );
                Ok(summary.all.fps_slowest)
            }
            // A server that took viewers before and no longer does is full.
            Err(error @ CrowdError::Connect { .. }) if reached => {
                eprintln!("--- {viewers} viewers: {error}");
                Ok(0.0)
            }
            Err(error) => Err(error),
        }
    })
    .await?;
    let more = if most.at_limit { " or more (the limit of the search)" } else { "" };
    println!("most viewers at {} FPS or above: {}{more}", watch.hold_fps, most.viewers);
    Ok(())
}

fn send(sender: &Sender) -> Result<(), Box<dyn Error>> {
    let read =
        |path: &PathBuf| std::fs::read(path).map_err(|error| format!("--jpeg {}: {error}", path.display()));
    let mut jpegs = sender.jpeg.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    if jpegs.is_empty() {
        jpegs.push(sender::stand_in(sender.frame_bytes));
    }
    let frames = sender::framed(&jpegs);
    let serve = |listener: std::net::TcpListener| -> Result<(), Box<dyn Error>> {
        runtime()?.block_on(async {
            Ok(sender::serve(tokio::net::TcpListener::from_std(listener)?, frames.clone(), sender.fps)
                .await?)
        })
    };
    let listeners =
        (0..sender.threads).map(|_| sender::shared_listener(sender.listen)).collect::<Result<Vec<_>, _>>()?;
    eprintln!(
        "sending on ws://{} at {} FPS with {} threads, pid {}",
        sender.listen,
        sender.fps,
        sender.threads,
        std::process::id()
    );
    std::thread::scope(|scope| {
        let threads: Vec<_> = listeners
            .into_iter()
            .map(|listener| scope.spawn(|| serve(listener).map_err(|error| error.to_string())))
            .collect();
        threads
            .into_iter()
            .try_for_each(|thread| thread.join().expect("a sending thread does not panic"))
            .map_err(Into::into)
    })
}
