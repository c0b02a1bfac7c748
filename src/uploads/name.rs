//! Names of uploads: made by the server from the time and chance, and so never a path.

use std::iter::repeat_with;

/// Most characters of what a sender calls a file: as many as most file systems take bytes.
const MOST_CHARACTERS: usize = 255;

/// Characters that end a name, of which two uploads of one second share all once in a million times.
const CHANCE: usize = 4;

/// Another name, of the second in which `at_us` falls: `20261127-041259-k3x9`.
pub(super) fn made(at_us: u64) -> String {
    let second = moment(at_us).strftime("%Y%m%d-%H%M%S").to_string();
    let chance: String = repeat_with(fastrand::alphanumeric).take(CHANCE).collect();
    format!("{second}-{}", chance.to_ascii_lowercase())
}

/// The moment of microseconds since the Unix epoch; the epoch for what no calendar has.
pub(super) fn moment(at_us: u64) -> jiff::Timestamp {
    let at_us = i64::try_from(at_us).unwrap_or_default();
    jiff::Timestamp::from_microsecond(at_us).unwrap_or_default()
}

/// What a sender calls a file, as it may be shown: without folders and control characters, and not too long.
pub(super) fn shown(original: &str) -> String {
    let last = original.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_control()).take(MOST_CHARACTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::address::is_upload_name;

    #[test]
    fn made_names_are_names_and_what_is_a_path_is_none() {
        let (one, other) = (made(7_000_001), made(7_000_001));
        assert!(is_upload_name(&one) && one.starts_with("19700101-000007-") && one != other, "{one}");
        assert!(is_upload_name(&made(u64::MAX)));
        for odd in [
            "",
            "package",
            "20261127-041259",
            "20261127-041259-k3x",
            "20261127-041259-K3X9",
            "-",
            "../x",
            "20261127-041259-k3x9-",
            "20261127-041259-k3/9",
            "２０２６１１２７-041259-k3x9",
        ] {
            assert!(!is_upload_name(odd), "{odd}");
        }
    }

    #[test]
    fn an_original_name_is_shown_without_its_folders() {
        for (original, seen) in [
            ("clip.mp4", "clip.mp4"),
            ("C:\\videos\\clip.mp4", "clip.mp4"),
            ("../../etc/passwd", "passwd"),
            ("a\nb\u{7}.mp4", "ab.mp4"),
            ("Straße am Morgen.mp4", "Straße am Morgen.mp4"),
        ] {
            assert_eq!(shown(original), seen);
        }
        assert_eq!(shown(&"x".repeat(9999)).len(), MOST_CHARACTERS);
    }
}
