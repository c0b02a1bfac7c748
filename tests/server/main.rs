//! The whole server from outside: started on a free port, watched as strangers would, each behaviour of the
//! protocol a test.
//!
//! One program, a module per noun. Logic is tested beside the code in `src/`; here stands only what needs all
//! stages at once.

#[path = "../support/mod.rs"]
mod support;

mod access;
mod analytics;
mod asked;
mod audit;
mod auto;
mod by_hand;
mod camera;
mod cameras;
mod cameras_file;
mod commands;
mod deltas;
mod demand;
mod deploy;
mod drone;
mod events_stream;
mod fences;
mod history;
mod home_assistant;
mod hostile;
mod http;
mod killed;
mod log;
mod login;
mod looks;
mod media_dir;
mod merge;
mod missing_models;
mod mjpeg;
mod models;
mod mqtt;
mod notify;
mod openapi;
mod overlay;
mod program;
mod prometheus;
mod python;
mod rights;
mod roster;
mod secrets;
mod services;
mod sheets;
mod slow;
mod socketio;
mod source;
mod streams;
mod tls;
mod tokens;
mod tries;
mod uploads;
mod users;
mod websocket;
