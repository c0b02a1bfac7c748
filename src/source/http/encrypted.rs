//! A camera of single pictures over `https`, asked again and again through FFmpeg: cameras sign their
//! certificates themselves, which FFmpeg does not mind. Each picture takes a connection of its own, and comes
//! decoded.

use std::{
    thread,
    time::{Duration, Instant},
};

use url::Url;

use super::{pace::Pace, snapshot::Polled};
use crate::{
    frame::Picture,
    nouns::reason::Reason,
    source::{
        address::Address, error::SourceError, ffmpeg::Video, grabbed::Grabbed, limits::READ_TIMEOUT,
        wish::Wish,
    },
};

/// A camera being polled.
pub(super) struct Encrypted {
    /// The picture's address as FFmpeg takes it.
    picture: Address,
    wish: Wish,
    pace: Pace,
    newest: Picture,
}

impl Encrypted {
    /// Asks for the first picture.
    ///
    /// # Errors
    /// Why there is none.
    pub fn open(url: &Url, wish: &Wish) -> Result<Encrypted, Reason> {
        let (picture, began) = (Address::Stream(url.clone()), Instant::now());
        let newest = ask(&picture, wish).map_err(SourceError::into_reason)?;
        Ok(Encrypted { picture, wish: *wish, pace: Pace::new(wish.snapshot_fps, began), newest })
    }

    /// Waits until the next picture is due, and asks for it.
    ///
    /// # Errors
    /// Why asking again is not worth it.
    pub fn grab(&mut self) -> Result<Polled, Reason> {
        thread::sleep(self.pace.due().saturating_duration_since(Instant::now()));
        let began = Instant::now();
        match ask(&self.picture, &self.wish) {
            Ok(picture) => {
                self.newest = picture;
                self.pace.succeeded(began);
                Ok(Polled::Picture)
            }
            Err(error) => {
                let reason = error.into_reason();
                // Cameras lock out whoever repeats a wrong login.
                if !reason.code.is_refused_login() && self.pace.failed(Instant::now()) {
                    Ok(Polled::Failed(reason))
                } else {
                    Err(reason)
                }
            }
        }
    }

    /// The newest picture.
    pub fn take(&self) -> Picture {
        self.newest.clone()
    }
}

/// Asks for a picture once.
fn ask(address: &Address, wish: &Wish) -> Result<Picture, SourceError> {
    let mut video = Video::open(address, wish)?;
    let deadline = Instant::now() + READ_TIMEOUT;
    loop {
        match video.grab()? {
            Grabbed::Picture(_) => return video.retrieve(),
            Grabbed::Nothing(_) if Instant::now() < deadline => thread::sleep(Duration::from_millis(1)),
            Grabbed::Nothing(reason) => return Err(SourceError::read(address, reason)),
        }
    }
}
