//! Has a viewer's link ask again by itself, where what it asked for was not to be had at that moment and
//! nobody rings when it is.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use actix_web::rt::time::{Sleep, sleep};

/// First wait, milliseconds: whoever is at a stream is done within one or two.
const FIRST_MS: u64 = 1;

/// Most times that the wait is doubled: then a frame comes before it ends.
const MOST_DOUBLED: u32 = 5;

/// When one link asks again.
#[derive(Default)]
pub(super) struct Again {
    is_wanted: bool,
    /// Waits in a row.
    waits: u32,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Again {
    /// Says whether to ask again.
    pub fn want(&mut self, is_wanted: bool) {
        self.is_wanted = is_wanted;
        if !is_wanted {
            (self.waits, self.sleep) = (0, None);
        }
    }

    /// Has the task woken in a moment where asking again is wanted: each time in a row in a longer one.
    pub fn poll(&mut self, context: &Context<'_>) {
        if !self.is_wanted {
            return;
        }
        let wait = Duration::from_millis(FIRST_MS << self.waits.min(MOST_DOUBLED));
        self.waits += 1;
        let mut sleep = Box::pin(sleep(wait));
        if sleep.as_mut().poll(&mut Context::from_waker(context.waker())) == Poll::Ready(()) {
            context.waker().wake_by_ref();
        }
        self.sleep = Some(sleep);
    }
}
