//! What an attacker would send, as data: each row is a request and how it has to be answered.
//!
//! Tables of rows are TOML files beside this one, which `row` reads and `table` holds. Beside them stand
//! walks over the table of routes (`methods`, `scope`) and conversations that no row can tell (`logins`,
//! `raw`, `frames`, `tls`); floods have a program of their own, `tests/floods/`. Nothing may be answered with
//! 500, nothing changes what is not allowed to change, nothing takes long, every refusal is counted, and no
//! secret stands in an answer or in the log.

#[allow(dead_code, reason = "other tests use the rest")]
#[path = "../support/mod.rs"]
mod support;

mod forge;
mod frames;
mod house;
mod logins;
mod methods;
mod raw;
mod row;
mod scope;
mod slow_heads;
mod table;
mod tls;

use support::wire;
