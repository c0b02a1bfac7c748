//! The flags of `steadycast probe`, checked.

use std::{path::PathBuf, time::Duration};

use super::task::{ReportAs, Task};
use crate::{
    config::{
        DEFAULT_WISH,
        values::{Networks, SourceSetting, networks, number_in},
    },
    probe::{FirstPicture, Probe, patience},
    source::{Address, Reason, ReasonCode},
};

/// What is looked at; see [`crate::probe`].
#[derive(Clone, Debug, clap::Args)]
pub(super) struct ProbeArgs {
    /// The source, as for --source
    source: SourceSetting,
    /// How long to look, seconds (0.1 to 3600)
    #[arg(long, default_value = "5", value_parser = |text: &str| number_in(text, 0.1..=3600.0))]
    seconds: f64,
    /// File that the first picture is written to, as a JPEG
    #[arg(long)]
    picture: Option<PathBuf>,
    /// Say it as JSON
    #[arg(long)]
    json: bool,
    /// Link-local networks and addresses of metadata services at which the source may be all the same,
    /// separated by commas
    #[arg(long, env = "STEADYCAST_ALLOW_SOURCES", default_value = "", value_parser = networks)]
    allow_sources: Networks,
}

impl ProbeArgs {
    /// Returns what is to be looked at, and how it is to be told.
    pub(super) fn task(self) -> Task {
        let report_as = if self.json { ReportAs::Json } else { ReportAs::Text };
        let address = match self.source.address() {
            Ok(Address::Upload(_)) => {
                let text = "an upload is looked at by its file, in the folder of uploads";
                return Task::Unclear(Reason::new(ReasonCode::BadAddress, text), report_as);
            }
            Ok(address) => address,
            Err(message) => {
                let reason = Reason::new(ReasonCode::BadAddress, format!("the address {message}"));
                return Task::Unclear(reason, report_as);
            }
        };
        let look_for = Duration::from_secs_f64(self.seconds);
        let within = patience(look_for);
        let picture = self.picture.map_or(FirstPicture::Dropped, FirstPicture::Written);
        let probe = Probe { address, wish: DEFAULT_WISH, look_for, within, picture };
        Task::Probe { probe, allowed: self.allow_sources.0, report_as }
    }
}
