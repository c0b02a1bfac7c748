//! Settings of Google Sheets: which web app is told, and how often.

use std::time::Duration;

use super::values::{is_web, whole_in};
use crate::{nouns::secret::Secret, sheets::Settings};

/// Which sheet is kept.
#[derive(Clone, Debug, clap::Args)]
pub struct Sheets {
    /// Address of the web app of deploy/sheets.gs, which writes rows of all cameras into a Google sheet
    #[arg(long, env = "STEADYCAST_SHEETS_WEBAPP_URL", hide_env_values = true)]
    sheets_webapp_url: Option<Secret>,

    /// Seconds between two rows of a camera (10 to 86400)
    #[arg(long, env = "STEADYCAST_SHEETS_POLL_SECONDS", default_value_t = 60,
          value_parser = |text: &str| whole_in(text, 10..=86_400))]
    sheets_poll_seconds: u32,
}

impl Sheets {
    /// Returns which sheet is kept; `None` where there is none.
    pub fn settings(&self) -> Option<Settings> {
        let every = Duration::from_secs(u64::from(self.sheets_poll_seconds));
        Some(Settings { address: self.sheets_webapp_url.clone()?, every })
    }

    /// Leaves out what is empty, and refuses what is no address, without repeating it.
    ///
    /// # Errors
    /// What is wrong, with the name of the flag.
    pub(crate) fn check(&mut self) -> Result<(), String> {
        // An empty line in .env means not set.
        self.sheets_webapp_url = self.sheets_webapp_url.take().filter(|url| !url.text().is_empty());
        if self.sheets_webapp_url.as_ref().is_some_and(|url| !is_web(url.text())) {
            return Err("--sheets-webapp-url must be the address of a web app, such as \
                        https://script.google.com/macros/s/…/exec"
                .to_owned());
        }
        Ok(())
    }
}
