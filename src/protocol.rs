//! The wire protocol, version 1: the comment segment in each JPEG, the patch of a delta frame, the JSON
//! messages both ways, WebSocket framing, close codes.
//!
//! Bytes and JSON in, checked types out, and the reverse; no sockets and no decisions. The viewer's twin is
//! `frontend/src/protocol/`; both are held to the samples in `tests/golden/`. It is a noun rather than a part
//! of `transport`, because the encoder writes the comment segment and every client reads it.

mod analytics;
mod asked;
mod client;
mod comment;
mod framing;
mod patch;
mod refusal;
mod server;

pub use analytics::framed_result;
pub use asked::{asked, layers};
pub use client::ClientMessage;
pub use comment::{Comment, CommentError, Delta, comment_of};
pub use framing::{CloseCode, LONGEST_HEADER, Opcode, framed, header, payload};
pub use patch::{BLOCK, MOST_RUNS, Patch, PatchError, Run, patch_of};
pub use refusal::Refusal;
pub use server::{Hello, LevelReason, ServerMessage, Status};

/// Version of the protocol, which `hello` announces and each comment segment begins with.
pub const VERSION: u32 = 1;

/// Longest message that a client may send, bytes; a longer one closes its socket with 1009.
pub const MAX_CLIENT_MESSAGE: usize = 4096;
