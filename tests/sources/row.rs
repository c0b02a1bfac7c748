//! Rows of the table: TOML in, sources with what is expected of them out.

use std::{collections::HashSet, path::Path};

use serde::Deserialize;

/// The table, beside this file.
const TABLE: &str = include_str!("table.toml");

/// Everything in the table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Stands before each shell line.
    pub prelude: String,
    /// Files that several rows use.
    pub material: Vec<Material>,
    /// The sources, a row for each word of `each`.
    pub source: Vec<Row>,
}

/// A file, or a folder of files, and the shell line that makes it.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Material {
    /// Its name in the folder of all files.
    pub file: String,
    /// Files that the line uses.
    #[serde(default)]
    pub from: Vec<String>,
    /// The shell line, run in that folder.
    pub make: String,
}

/// A source: how to make it, and what must become of it.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Row {
    /// What it is, as a statement; no other row has it.
    pub name: String,
    /// As many rows as words, with `{each}` replaced in every text.
    pub each: Vec<String>,
    /// Which kinds of trouble in the field it stands for, numbered from 1 to 20.
    pub covers: Vec<u8>,
    /// Takes long, and runs only where `STEADYCAST_LONG` is set.
    pub slow: bool,
    /// What the machine must have: `gstreamer`, `nginx-rtmp`, `openssl`, `srt`.
    pub needs: Vec<String>,

    /// File that `make` makes; without an address it is the source.
    pub file: String,
    /// Files that it uses.
    pub from: Vec<String>,
    /// The shell line that makes the file.
    pub make: String,
    /// Shell line of the camera; one that begins with a script of `tests/support/cameras` runs that.
    pub camera: String,
    /// False where a camera's port cannot be connected to.
    pub listens: Option<bool>,
    /// Shell line of a client that joins the camera before us, or of somebody who publishes to it.
    pub joined_by: String,
    /// What the camera prints once that client has joined, which is waited for: who is first is certain then.
    pub joined_says: String,
    /// Seconds between the camera's start, or that client's joining where it is waited for, and ours.
    pub settle: f64,
    /// Seconds after our start at which the camera dies.
    pub dies_after: Option<f64>,
    /// What the source is called.
    pub address: String,
    /// More flags of the server.
    pub flags: Vec<String>,
    /// Through a server, though there is no camera.
    pub watch: bool,
    /// By a probe, though there is a camera.
    pub probe: bool,
    /// Seconds to look at it.
    pub seconds: Option<f64>,

    /// Name of the codec.
    pub codec: Option<String>,
    /// Width and height of its pictures as viewers get them, as in `320x180`.
    pub shown: Option<String>,
    /// Width and height before they are turned and shaped.
    pub coded: Option<String>,
    /// Widths and heights one after the other, where they change. The list may go on from its beginning.
    pub sizes: Option<String>,
    /// Pictures a second.
    pub fps: Option<Number>,
    /// By how much the rate may be off; a fiftieth unless said.
    pub fps_within: Option<f64>,
    /// Seconds between key frames.
    pub key_interval: Option<f64>,
    /// Degrees by which pictures are turned clockwise to be shown.
    pub rotation: Option<u32>,
    /// Width of a pixel to its height.
    pub aspect: Option<String>,
    /// Whether its pictures are woven of two fields.
    pub interlaced: Option<bool>,
    /// How its colours are written.
    pub matrix: Option<String>,
    /// `limited` or `full`.
    pub range: Option<String>,
    /// How its brightness is written.
    pub transfer: Option<String>,
    /// Whether it is played by its own times, and from its beginning when it has ended.
    pub recording: Option<bool>,
    /// Seconds within which the first picture is there.
    pub first_within: Option<f64>,
    /// As many pictures must come while we look.
    pub least_pictures: Option<f64>,
    /// As many pictures may be broken.
    pub most_broken: Option<f64>,
    /// Longest time without a picture after the first one, seconds; 1.5 unless said.
    pub longest_gap: Option<f64>,
    /// As many slates may come after the first picture.
    pub slates: usize,
    /// Colours of the corners: upper left, upper right, lower left, lower right.
    pub corners: Option<String>,
    /// By how much the corners' colours may be off, in grey values; 3 unless said.
    pub within: Option<f64>,
    /// False where the first picture need not be the one that ffmpeg's program shows first.
    pub reference: Option<bool>,
    /// By how much means over parts of the picture may be off from that, in grey values; 3 unless said.
    pub reference_within: Option<f64>,
    /// The bright part is as wide as high.
    pub round: bool,
    /// False where two fields must not be seen in one picture.
    pub combs: Option<bool>,
    /// Some pictures have colours, some have none, and nothing else comes.
    pub greys: bool,
    /// The slate's words end before its edges.
    pub slate_fits: bool,

    /// State at the end, one of these words; `streaming` where pictures are expected.
    pub state: Option<String>,
    /// Why there is no picture: one of these words, at the end or within the time.
    pub reason_code: Option<String>,
    /// Words that the reason must have.
    pub reason_says: Option<String>,
    /// The reason given while the first picture is waited for.
    pub waits_for: Option<String>,
    /// A reason that must have been given after the first picture, one of these words.
    pub reason_heard: Option<String>,
    /// Pictures may come before the reason does.
    pub may_show: bool,
    /// Refusing the address is as good as showing its pictures.
    pub may_refuse: bool,
    /// What nobody may read: in no reason, log, status or address that is shown.
    pub secret: Option<String>,
    /// What the camera must not hear.
    pub never_hears: Option<String>,
}

/// A number, or a text that becomes one when `{each}` is replaced.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub enum Number {
    /// As it stands.
    Plain(f64),
    /// To be replaced.
    Text(String),
}

impl Number {
    /// Its value.
    pub fn value(&self) -> f64 {
        match self {
            Number::Plain(value) => *value,
            Number::Text(text) => text.parse().unwrap_or_else(|_| panic!("{text:?} is no number")),
        }
    }
}

impl Table {
    /// The whole table; panics where it is no table.
    pub fn read() -> Table {
        let mut table: Table =
            toml::from_str(TABLE).unwrap_or_else(|error| panic!("tests/sources/table.toml: {error}"));
        table.source = table.source.into_iter().flat_map(Row::expanded).collect();
        let mut names = HashSet::new();
        for row in &table.source {
            assert!(names.insert(&row.name), "two rows are called {:?}", row.name);
        }
        table
    }

    /// Every file that can be made.
    pub fn materials(&self) -> Vec<Material> {
        let made = self.source.iter().filter(|row| !row.make.is_empty());
        let made = made.map(|row| Material {
            file: row.file.clone(),
            from: row.from.clone(),
            make: row.make.clone(),
        });
        self.material.iter().cloned().chain(made).collect()
    }
}

impl Row {
    /// One row for each word of `each`.
    fn expanded(self) -> Vec<Row> {
        if self.each.is_empty() {
            return vec![self];
        }
        self.each.iter().map(|word| self.with(word)).collect()
    }

    fn with(&self, word: &str) -> Row {
        let mut row = Row { each: Vec::new(), ..self.clone() };
        let texts = [&mut row.name, &mut row.file, &mut row.make, &mut row.camera, &mut row.address];
        for text in texts.into_iter().chain([&mut row.shown, &mut row.reason_code].into_iter().flatten()) {
            *text = text.replace("{each}", word);
        }
        if !row.name.contains(word) || word.is_empty() {
            row.name = format!("{} ({word})", row.name);
        }
        if let Some(Number::Text(text)) = &mut row.fps {
            *text = text.replace("{each}", word);
        }
        row
    }

    /// Whether it is checked through a running server, rather than by `steadycast probe`.
    pub fn is_watched(&self) -> bool {
        self.watch || !self.camera.is_empty() && !self.probe
    }

    /// Whether no picture may come of it.
    pub fn must_fail(&self) -> bool {
        self.reason_code.is_some() && self.shown.is_none() && self.sizes.is_none() && !self.may_show
    }

    /// The address, with its places filled in.
    pub fn address_in(&self, folder: &Path, port: u16) -> String {
        let address = if self.address.is_empty() { "{dir}/{file}" } else { &self.address };
        filled(address, folder, port).replace("{file}", &self.file)
    }
}

/// `text` with the folder and the port in it.
pub fn filled(text: &str, folder: &Path, port: u16) -> String {
    text.replace("{dir}", &folder.to_string_lossy()).replace("{port}", &port.to_string())
}
