//! Catching a panic, with what it said and where in the code.

use std::{
    cell::{Cell, RefCell},
    panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook},
    sync::Once,
};

thread_local! {
    /// Number of fences that this thread is inside of.
    static INSIDE: Cell<u32> = const { Cell::new(0) };
    /// What the last panic inside of one said, and where.
    static SAID: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Counts this thread in, and out again however the work ends.
struct Inside;

impl Inside {
    fn enter() -> Self {
        INSIDE.set(INSIDE.get() + 1);
        Inside
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        INSIDE.set(INSIDE.get() - 1);
    }
}

/// Returns the result of `work`, or what its panic said and where.
///
/// Nothing is counted or logged: for work whose failure is a value that is told to others, by name. All other
/// work belongs into [`Fences::run`](super::Fences::run).
///
/// # Errors
/// Where `work` panicked.
pub(crate) fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    hush();
    let _inside = Inside::enter();
    // Whoever uses a fence sees to it that nothing half-done is left behind.
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        // A panic that was begun anew (`resume_unwind`) has passed by the hook.
        let said = SAID.take();
        said.unwrap_or_else(|| text_of(&*payload).unwrap_or("a panic without a message").to_owned())
    })
}

/// Silences Rust's own lines for panics inside of fences: the fence says them, once a minute.
fn hush() {
    static HUSHED: Once = Once::new();
    HUSHED.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |panic| {
            if INSIDE.get() == 0 {
                return usual(panic);
            }
            let text = text_of(panic.payload()).unwrap_or("a panic without a message");
            let place = panic.location().map(|location| format!(" ({location})")).unwrap_or_default();
            SAID.set(Some(format!("{text}{place}")));
        }));
    });
}

/// Returns what a panic was given to say.
fn text_of(payload: &(dyn std::any::Any + Send)) -> Option<&str> {
    payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_panic_said_is_kept_with_its_place_in_the_code() {
        let said = caught(|| panic!("index {} is out of range", 7)).expect_err("panics");
        assert!(said.starts_with("index 7 is out of range (src/tools/fence/caught.rs:"), "{said}");
        let resumed = caught(|| std::panic::resume_unwind(Box::new("again"))).expect_err("panics");
        assert_eq!(resumed, "again");
    }
}
