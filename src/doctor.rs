//! What this machine lacks: libraries, places, devices, limits, a clock; each with the command that mends it.
//!
//! Nothing is changed. In: what the settings want. Out: findings, and their words.

mod clock;
mod devices;
mod finding;
mod formats;
mod machine;
mod places;

use std::{net::SocketAddr, path::PathBuf};

pub use self::finding::{Finding, Grade, text};

/// What the settings want of this machine.
#[derive(Clone, Debug)]
pub struct Wants {
    /// Where the server is to listen.
    pub address: SocketAddr,
    /// Folders in which it is to write, by what for.
    pub folders: Vec<(&'static str, PathBuf)>,
    /// Files that it is to read, by what for.
    pub files: Vec<(&'static str, PathBuf)>,
    /// Folder of models.
    pub models: PathBuf,
    /// Connections at most.
    pub connections: u64,
    /// What is wrong with the cameras as they are described; `None` where nothing is.
    pub cameras: Option<String>,
}

/// Looks at this machine.
pub fn look(wants: &Wants) -> Vec<Finding> {
    let mut found = vec![machine::processor(), machine::libraries(), machine::files(wants.connections)];
    found.push(places::port(wants.address));
    found.extend(wants.folders.iter().map(|(what, folder)| places::folder(what, folder)));
    found.extend(wants.files.iter().map(|(what, file)| places::file(what, file)));
    found.extend(wants.cameras.as_deref().map(places::cameras));
    found.push(places::models(&wants.models));
    found.extend(devices::webcams());
    found.push(clock::clock());
    found
}
