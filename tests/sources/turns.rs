//! Whose turn it is: tests that mostly wait run beside each other, those that take all cores run alone, and
//! afterwards.
//!
//! Whoever waits for a camera judges how late its pictures are, which the others would spoil.

use std::{thread, time::Duration};

use parking_lot::{RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Held shared by tests that mostly wait, alone by one that takes all cores.
static MACHINE: RwLock<()> = RwLock::new(());

/// Time in which tests that mostly wait have begun.
const OTHERS_BEGIN_WITHIN: Duration = Duration::from_secs(2);

/// Time between two looks whether the machine is free.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// The turn of a test that mostly waits.
pub fn mostly_waits() -> RwLockReadGuard<'static, ()> {
    MACHINE.read_recursive()
}

/// The turn of a test that takes all cores. Others that wait are let in before it.
pub fn needs_the_machine() -> RwLockWriteGuard<'static, ()> {
    thread::sleep(OTHERS_BEGIN_WITHIN);
    loop {
        // `write` would keep others out from now on, though it waits.
        if let Some(turn) = MACHINE.try_write() {
            return turn;
        }
        thread::sleep(LOOK_EVERY);
    }
}
