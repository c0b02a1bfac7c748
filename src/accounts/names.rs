//! Names of users: what stands in the log, in answers and on command lines without any sign around it. Pure.

use super::error::AccountsError;

/// Longest name of a user, bytes.
const LONGEST: usize = 32;

/// Lets a name pass that a user may have.
///
/// # Errors
/// [`AccountsError::Name`].
pub fn check(name: &str) -> Result<(), AccountsError> {
    let known =
        |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || b".-_".contains(&letter);
    // A dash in front would be read as a flag.
    let is_name = !name.is_empty() && name.len() <= LONGEST && name.bytes().all(known);
    if is_name && !name.starts_with('-') { Ok(()) } else { Err(AccountsError::Name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_plain() {
        for name in ["a", "anna.b-c_9", &"x".repeat(32)] {
            assert!(check(name).is_ok(), "{name}");
        }
        for odd in ["", "Anna", "anna b", "-anna", "änna", "a\nb", "a'b", &"x".repeat(33)] {
            assert!(check(odd).is_err(), "{odd:?}");
        }
    }
}
