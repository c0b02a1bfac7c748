//! Floods beside a good viewer: what it gets meanwhile, what a flood leaves behind, and what logins, revoked
//! tokens and refusals cost.
//!
//! In: flags, or nothing for all parts. Out: a table of bars. Not here: sending floods
//! (`tests/support/floods.rs`), what each flood leaves (`flooded.rs`), what the rest costs (`costs.rs`).
//!
//! ```text
//! floods                            everything; ten minutes
//! floods --parts connects,revoked
//! ```

mod costs;
mod flooded;
#[path = "../../tests/support/floods.rs"]
mod floods;
mod house;
#[path = "../load/mod.rs"]
mod load;
#[path = "../support.rs"]
mod support;
#[path = "../../tests/support/users.rs"]
mod users;
#[allow(dead_code, reason = "tests use the rest")]
#[path = "../../tests/support/viewer.rs"]
mod viewer;
#[allow(dead_code, reason = "tests use the rest")]
#[path = "../../tests/support/wait.rs"]
mod wait;
#[path = "../../tests/support/wire.rs"]
mod wire;

use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use support::Bars;

/// What can be measured.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Part {
    /// The viewer alone, to compare with.
    Quiet,
    /// A thousand connections whose heads do not end.
    HalfOpen,
    /// Ten thousand connects and drops in a minute.
    Connects,
    /// Fifty uploads of a byte a second.
    Uploads,
    /// Ten thousand wrong logins in a minute.
    Guesses,
    /// Logins with the right password.
    Logins,
    /// A token that is revoked while a hundred watch with it.
    Revoked,
    /// CPU of requests that are refused, and of those that are served.
    Refused,
}

/// Floods a server and says what that cost.
#[derive(Parser)]
struct Cli {
    /// Parts that are measured; all if absent.
    #[arg(long, value_enum, value_delimiter = ',')]
    parts: Vec<Part>,
    /// Given by `cargo bench`; means nothing here.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    floods::allow_sockets();
    let parts = if cli.parts.is_empty() { Part::value_variants() } else { &cli.parts };
    let mut bars = Bars::default();
    for _ in 0..support::rounds() {
        for part in parts {
            match part {
                Part::Quiet => flooded::quiet(&mut bars),
                Part::HalfOpen => flooded::half_open(&mut bars),
                Part::Connects => flooded::connects(&mut bars),
                Part::Uploads => flooded::uploads(&mut bars),
                Part::Guesses => flooded::guesses(&mut bars),
                Part::Logins => costs::logins(&mut bars),
                Part::Revoked => costs::revoked(&mut bars),
                Part::Refused => costs::refused(&mut bars),
            }
        }
    }
    bars.finish()
}
