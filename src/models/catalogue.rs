//! The catalogue: models whose publisher gives them away as ONNX files under a licence that allows use, each
//! with what proves that a file is the published one. Pure.
//!
//! An entry needs a checksum that is known: a model without one is not listed, since what a stranger's server
//! sends is run as a program of sorts.

/// A file that is accepted as the published one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    /// Size of the file in bytes.
    pub bytes: u64,
    /// SHA-256 of the file, in lower-case hex.
    pub sha256: &'static str,
}

/// A published model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Name by which the model is asked for: its file's without `.onnx`.
    pub name: &'static str,
    /// Address of the publisher's own release.
    pub address: &'static str,
    /// Files that are the published one, at least one; the first is the usual.
    pub files: &'static [Published],
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

    /// Returns the usual size of the file in bytes.
    pub fn bytes(&self) -> u64 {
        self.files.first().map_or(0, |file| file.bytes)
    }

    /// Returns the most bytes that a published file has.
    pub fn most_bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).max().unwrap_or(0)
    }

    /// Whether a published file has so many bytes.
    pub fn has_size(&self, bytes: u64) -> bool {
        self.files.iter().any(|file| file.bytes == bytes)
    }

    /// Whether a published file has that SHA-256, in lower-case hex.
    pub fn has_sum(&self, sha256: &str) -> bool {
        self.files.iter().any(|file| file.sha256 == sha256)
    }

    /// Returns the sizes of the published files in bytes, in words.
    pub fn sizes(&self) -> String {
        self.files.iter().map(|file| file.bytes.to_string()).collect::<Vec<_>>().join(" or ")
    }

    /// Returns the checksums of the published files, in words.
    pub fn sums(&self) -> String {
        self.files.iter().map(|file| file.sha256).collect::<Vec<_>>().join(" or ")
    }
}

/// Every model that can be got by its name. Sizes and checksums are those of the release's files, as several
/// projects that fetch them have pinned them; of yolox_nano two files are in use as the published one.
pub const CATALOGUE: [Entry; 3] = [
    Entry {
        name: "yolox_nano",
        address: "https://github.com/Megvii-BaseDetection/YOLOX/releases/download/0.1.1rc0/yolox_nano.onnx",
        files: &[
            Published {
                bytes: 3_659_407,
                sha256: "c789161ed43c8269fcd4e67c67eeeb4e80c622da2eb296a20bc6007bd18a0b7d",
            },
            Published {
                bytes: 3_678_356,
                sha256: "e8af074932d4ed7e232278e3055cefcdea3edf178874a3694ae292649fb464dd",
            },
        ],
        licence: "Apache-2.0, Megvii",
        input: (416, 416),
        good_at: "people, bicycles and vehicles that are not far away; the quickest, for any machine",
    },
    Entry {
        name: "yolox_tiny",
        address: "https://github.com/Megvii-BaseDetection/YOLOX/releases/download/0.1.1rc0/yolox_tiny.onnx",
        files: &[Published {
            bytes: 20_219_662,
            sha256: "427cc366d34e27ff7a03e2899b5e3671425c262ea2291f88bb942bc1cc70b0f7",
        }],
        licence: "Apache-2.0, Megvii",
        input: (416, 416),
        good_at: "surer of the same things; six times the work of yolox_nano",
    },
    Entry {
        name: "yolox_s",
        address: "https://github.com/Megvii-BaseDetection/YOLOX/releases/download/0.1.1rc0/yolox_s.onnx",
        files: &[Published {
            bytes: 35_858_002,
            sha256: "c5c2d13e59ae883e6af3b45daea64af4833a4951c92d116ec270d9ddbe998063",
        }],
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
            assert!(!entry.files.is_empty(), "{entry:?}");
            for Published { bytes, sha256 } in entry.files {
                assert!(*bytes > 1_000_000 && sha256.len() == 64 && is_hex(sha256), "{entry:?}");
            }
            assert!(entry.address.starts_with("https://") && entry.address.ends_with(&entry.file_name()));
            assert!(!entry.licence.is_empty() && !entry.good_at.is_empty());
            assert_eq!(find(entry.name), Some(&entry), "its name leads to it");
        }
    }

    #[test]
    fn both_files_of_yolox_nano_are_the_published_one() {
        let nano = find("yolox_nano").expect("is listed");
        for bytes in [3_659_407, 3_678_356] {
            assert!(nano.has_size(bytes), "{bytes}");
        }
        for sum in ["c789161ed43c8269", "e8af074932d4ed7e"] {
            assert!(nano.files.iter().any(|file| file.sha256.starts_with(sum)), "{sum}");
        }
        assert_eq!((nano.bytes(), nano.most_bytes()), (3_659_407, 3_678_356));
    }
}
