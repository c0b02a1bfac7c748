//! Lives of sources in simulated time.

mod fixtures;
mod frozen_tests;
mod retry_tests;
mod slate_tests;
mod slow_tests;
