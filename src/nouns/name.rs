//! Names of cameras, which stand in paths, messages, labels and tokens.

/// Longest name of a camera, bytes.
pub const LONGEST_NAME: usize = 32;

/// Whether a text is a name that a camera may have: 1 to 32 of a–z, 0–9, `-` and `_`.
pub fn is_name(text: &str) -> bool {
    let is_letter =
        |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || b"-_".contains(&letter);
    (1..=LONGEST_NAME).contains(&text.len()) && text.bytes().all(is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_a_few_letters_that_mean_nothing_in_an_address() {
        for name in ["main", "yard-2", "_", &"x".repeat(32)] {
            assert!(is_name(name), "{name}");
        }
        for odd in ["", "Yard", "a b", "a/b", "..", "a,b", "\u{e9}", &"x".repeat(33)] {
            assert!(!is_name(odd), "{odd:?}");
        }
    }
}
