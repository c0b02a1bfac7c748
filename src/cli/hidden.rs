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
        if (begins || ends || within) && !value.is_empty() {
            hidden.push(value);
        }
        within = (begins || within) && !ends;
    }
    // One may be part of another.
    hidden.sort_by_key(|value| std::cmp::Reverse(value.len()));
    let said = hidden.iter().fold(message.to_owned(), |text, value| text.replace(value, "…"));
    (said != message).then_some(said)
}
