//! The catalogue: models whose publisher gives them away as ONNX files under a licence that allows use, each
//! with what proves that a file is the published one. Pure.
//!
//! An entry needs a checksum that is known: a model without one is not listed, since what a stranger's server
//! sends is run as a program of sorts.

/// A published model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Name by which the model is asked for: its file's without `.onnx`.
    pub name: &'static str,
    /// Address of the publisher's own release.
    pub address: &'static str,
    /// SHA-256 of the file, in lower-case hex.
    pub sha256: &'static str,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// Who has published the model, and under which licence, by its SPDX name.
    pub licence: &'static str,
    /// Width and height of the input in pixels.
    pub input: (usize, usize),
    /// What the model is good at, for people.
    pub good_at: &'static str,
}

impl Entry {
    /// Returns the name of the model's file.
    pub fn file_name(&self) -> String {
        format!("{}.onnx", self.name)
    }
}

/// Every model that can be got by its name. Sizes and checksums are those of the release's files, as several
/// projects that fetch them have pinned them.
pub const CATALOGUE: [Entry; 3] = [
    Entry {
        name: "yolox_nano",
        address: "https://github.com/Megvii-BaseDetection/YOLOX/releases/download/0.1.1rc0/yolox_nano.onnx",
        sha256: "c789161ed43c8269fcd4e67c67eeeb4e80c622da2eb296a20bc6007bd18a0b7d",
        bytes: 3_659_407,
        licence: "Apache-2.0, Megvii",
        input: (416, 416),
        good_at: "people, bicycles and vehicles that are not far away; the quickest, for any machine",
    },
    Entry {
        name: "yolox_tiny",
        address: "https://github.com/Megvii-BaseDetection/YOLOX/releases/download/0.1.1rc0/yolox_tiny.onnx",
        sha256: "427cc366d34e27ff7a03e2899b5e3671425c262ea2291f88bb942bc1cc70b0f7",
        bytes: 20_219_662,
        licence: "Apache-2.0, Megvii",
        input: (416, 416),
        good_at: "surer of the same things; six times the work of yolox_nano",
    },
    Entry {
        name: "yolox_s",
        address: "https://github.com/Megvii-BaseDetection/YOLOX/releases/download/0.1.1rc0/yolox_s.onnx",
        sha256: "c5c2d13e59ae883e6af3b45daea64af4833a4951c92d116ec270d9ddbe998063",
        bytes: 35_858_002,
        licence: "Apache-2.0, Megvii",
        input: (640, 640),
        good_at: "small and distant things as well; 25 times the work of yolox_nano, for a strong machine",
    },
];

/// Returns the model of that name, written with or without `.onnx`, in any case, with `-` for `_`.
pub fn find(name: &str) -> Option<&'static Entry> {
    let name = name.trim().to_ascii_lowercase().replace('-', "_");
    let name = name.strip_suffix(".onnx").unwrap_or(&name);
    CATALOGUE.iter().find(|entry| entry.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_as_people_write_them() {
        for name in ["yolox_nano", "YOLOX-nano", "yolox_nano.onnx", " yolox_nano "] {
            assert_eq!(find(name).map(|entry| entry.name), Some("yolox_nano"), "{name}");
        }
        assert!(find("yolov8n").is_none() && find("").is_none());
    }

    #[test]
    fn every_entry_is_whole() {
        for entry in CATALOGUE {
            let is_hex =
                |sum: &str| sum.chars().all(|digit| digit.is_ascii_digit() || ('a'..='f').contains(&digit));
            assert!(entry.sha256.len() == 64 && is_hex(entry.sha256), "{entry:?}");
            assert!(entry.address.starts_with("https://") && entry.address.ends_with(&entry.file_name()));
            assert!(entry.bytes > 1_000_000 && !entry.licence.is_empty() && !entry.good_at.is_empty());
            assert_eq!(find(entry.name), Some(&entry), "its name leads to it");
        }
    }
}
