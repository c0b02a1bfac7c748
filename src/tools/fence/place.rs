//! The places where work is fenced, and how each is named on the log and in the metrics.

use std::fmt;

/// Where work is fenced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// One JPEG.
    Encode,
    /// Opening a source and reading from it.
    Read,
    /// The life of a camera's source.
    Supervise,
    /// A model's look at one frame.
    Analytics,
    /// Passing one result on to the hub.
    Results,
    /// One look at which rungs are too many.
    Merge,
    /// One look at how the camera fares.
    Report,
    /// One viewer's connection.
    Viewer,
    /// The answer to one request.
    Request,
    /// One look at the cameras file.
    Roster,
    /// Noting one piece of news for history, or one write of it.
    History,
    /// Writing one entry of the audit, or one look at the users.
    Accounts,
    /// Telling one message, or finding out whether something is to be told.
    Notify,
    /// The start of the web server, which ends the program: for tests alone.
    Serve,
}

impl Place {
    /// Every place whose panics are counted, in the order of the discriminants: all but the last, which ends
    /// the program.
    pub const ALL: [Place; 13] = [
        Place::Encode,
        Place::Read,
        Place::Supervise,
        Place::Analytics,
        Place::Results,
        Place::Merge,
        Place::Report,
        Place::Viewer,
        Place::Request,
        Place::Roster,
        Place::History,
        Place::Accounts,
        Place::Notify,
    ];

    /// Returns the label `where` of `steadycast_panics_total`.
    pub fn label(self) -> &'static str {
        match self {
            Place::Encode => "encode",
            Place::Read => "read",
            Place::Supervise => "supervise",
            Place::Analytics => "analytics",
            Place::Results => "results",
            Place::Merge => "merge",
            Place::Report => "report",
            Place::Viewer => "viewer",
            Place::Request => "request",
            Place::Roster => "roster",
            Place::History => "history",
            Place::Accounts => "accounts",
            Place::Notify => "notify",
            Place::Serve => "serve",
        }
    }

    /// Returns what a panic there costs, as the end of a sentence.
    pub fn outcome(self) -> &'static str {
        match self {
            Place::Viewer => "was closed each time",
            Place::Request => "was an error instead",
            Place::Analytics => "gave no result each time",
            Place::Results | Place::History | Place::Accounts | Place::Notify => "left some out",
            Place::Serve => "ended",
            Place::Encode | Place::Read | Place::Supervise | Place::Merge | Place::Report | Place::Roster => {
                "went on"
            }
        }
    }
}

impl fmt::Display for Place {
    /// Writes who works there, as the beginning of a sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Place::Encode => "an encoding thread",
            Place::Read => "the thread that reads the source",
            Place::Supervise => "the thread that supervises the source",
            Place::Analytics => "a model's thread",
            Place::Results => "the task that passes results on",
            Place::Merge => "the task that merges levels",
            Place::Report => "the task that reports the camera's state",
            Place::Viewer => "a viewer's connection",
            Place::Request => "the answer to a request",
            Place::Roster => "the task that looks at the cameras file",
            Place::History => "the thread that writes history",
            Place::Accounts => "a thread of the accounts",
            Place::Notify => "a thread that tells services",
            Place::Serve => "the web server",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_that_is_counted_stands_at_its_discriminant() {
        assert!(Place::ALL.iter().enumerate().all(|(n, place)| *place as usize == n));
    }
}
