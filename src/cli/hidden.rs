//! What an error message must not repeat: addresses, since they may hold passwords (pure).

/// Returns `message` without those of the `given` arguments that may be an address or a part of one; `None`
/// where the message repeats none.
///
/// An address with blanks in it comes in several pieces: all up to the one with the `@` are left out.
pub(super) fn without_addresses(message: &str, given: &[String]) -> Option<String> {
    let mut within = false;
    let mut hidden: Vec<&str> = Vec::new();
    for argument in given {
        let value = argument
            .split_once('=')
            .filter(|(flag, _)| flag.starts_with("--"))
            .map_or(&**argument, |(_, value)| value);
        let (begins, ends) = (value.contains("://"), value.contains('@'));
        // What is called by the name of a flag is to be read in the message.
        if (begins || ends || (within && !is_flag(value))) && !value.is_empty() {
            hidden.push(value);
        }
        within = (begins || within) && !ends;
    }
    // One may be part of another.
    hidden.sort_by_key(|value| std::cmp::Reverse(value.len()));
    let said = hidden.iter().fold(message.to_owned(), |text, value| text.replace(value, "…"));
    (said != message).then_some(said)
}

/// Whether a text is what a flag is called by: no digit, no capital, no odd letter.
fn is_flag(text: &str) -> bool {
    let name = text.strip_prefix("--").unwrap_or_default();
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_behind_an_address_can_be_read() {
        let given = ["--source", "rtmp://me:hunter2", "--prot", "hunter3@cam/live"].map(str::to_owned);
        let said = without_addresses("unexpected argument '--prot' behind rtmp://me:hunter2", &given);
        assert_eq!(said.as_deref(), Some("unexpected argument '--prot' behind …"));
        let said = without_addresses("unexpected argument 'hunter3@cam/live'", &given);
        assert_eq!(said.as_deref(), Some("unexpected argument '…'"));
    }
}
