//! Whole histories in simulated time, on real files: days against straightforward sums, clocks that are set
//! back, disks that fail, programs that are killed.

mod disk_tests;
mod fixtures;
mod kill_tests;
mod number_tests;
mod past_tests;
