//! What a server says that asks for a login (`WWW-Authenticate`, RFC 9110, section 11.6.1): headers in,
//! challenges out. Pure.
//!
//! Several challenges may stand in one header, with commas between them and within them, or in a header each.

/// A way to log in that the server offers.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::source) struct Challenge {
    /// The scheme, such as `Digest`.
    pub scheme: String,
    parameters: Vec<(String, String)>,
}

impl Challenge {
    /// The challenges of these headers' values, in their order.
    pub fn all<'a>(values: impl Iterator<Item = &'a str>) -> Vec<Challenge> {
        let mut challenges: Vec<Challenge> = Vec::new();
        for item in values.flat_map(items) {
            let (word, rest) = item.split_at(item.find([' ', '\t', '=']).unwrap_or(item.len()));
            let rest = rest.trim_start();
            if let Some(value) = rest.strip_prefix('=') {
                if let Some(challenge) = challenges.last_mut() {
                    challenge.add(word, value);
                }
                continue;
            }
            let mut challenge = Challenge { scheme: word.to_owned(), parameters: Vec::new() };
            if let Some((name, value)) = rest.split_once('=') {
                challenge.add(name, value);
            }
            challenges.push(challenge);
        }
        challenges
    }

    /// The value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    fn add(&mut self, name: &str, value: &str) {
        self.parameters.push((name.trim().to_owned(), unquoted(value.trim())));
    }
}

/// What stands between commas that are not within quotes.
fn items(value: &str) -> Vec<&str> {
    let (mut quoted, mut escaped) = (false, false);
    let parts = value.split(move |letter| {
        let ends = letter == ',' && !quoted;
        quoted ^= letter == '"' && !escaped;
        escaped = letter == '\\' && quoted && !escaped;
        ends
    });
    parts.map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// A value without its quotes, and without the backslashes within them.
fn unquoted(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"') else { return value.to_owned() };
    let mut letters = inner.strip_suffix('"').unwrap_or(inner).chars();
    let mut out = String::new();
    while let Some(letter) = letters.next() {
        let letter = if letter == '\\' { letters.next().unwrap_or(letter) } else { letter };
        out.push(letter);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_are_told_apart_in_one_header_or_several() {
        let digest = r#"Digest realm="a, \"b\" \\", qop="auth, auth-int",nonce=xyz==, stale=TRUE"#;
        for values in [
            vec![digest, r#"Basic realm="a""#, "Negotiate"],
            vec![&format!(r#"{digest}, Basic realm="a" ,, Negotiate"#)[..]],
            vec![&format!(r#"{digest} , Basic  realm = "a","#), "Negotiate "],
        ] {
            let found = Challenge::all(values.iter().copied());
            let schemes: Vec<_> = found.iter().map(|challenge| challenge.scheme.as_str()).collect();
            assert_eq!(schemes, ["Digest", "Basic", "Negotiate"], "{values:?}");
            let digest = |name| found[0].get(name);
            assert_eq!(
                (digest("Realm"), digest("qop")),
                (Some(r#"a, "b" \"#), Some("auth, auth-int")),
                "{values:?}"
            );
            assert_eq!(
                (digest("nonce"), digest("stale"), digest("opaque")),
                (Some("xyz=="), Some("TRUE"), None)
            );
            assert_eq!((found[1].get("realm"), found[2].get("realm")), (Some("a"), None));
        }
    }

    #[test]
    fn nonsense_is_no_challenge_and_no_panic() {
        for value in ["", ",,", "=", "realm=\"x\"", "\"", "\\", "Digest \"", "é=ü, \u{1F600} ="] {
            let found = Challenge::all([value].into_iter());
            assert!(found.iter().all(|challenge| challenge.get("realm").is_none()), "{value}");
        }
    }
}
