//! Addresses as they may be shown: on a terminal, in an error, in a log. Pure.

use url::Url;

/// What is shown of something that is no HTTP address: which part of it is a password cannot be told.
const NOT_SHOWN: &str = "the address that was given";

/// Returns an address without its user, password, query and fragment: where the file comes from, and nothing
/// that opens a door.
pub(super) fn shown(address: &str) -> String {
    let Ok(mut url) = Url::parse(address) else { return NOT_SHOWN.to_owned() };
    if !matches!(url.scheme(), "http" | "https") || url.set_password(None).is_err() {
        return NOT_SHOWN.to_owned();
    }
    // Refused only for addresses without a host, which those of HTTP have.
    let _ = url.set_username("");
    url.set_query(None);
    url.set_fragment(None);
    url.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_and_tokens_are_not_shown() {
        for address in [
            "https://me:secret@mirror.example/a/tested.onnx",
            "https://secret@mirror.example/a/tested.onnx",
            "https://mirror.example/a/tested.onnx?token=secret#secret",
            "https://mirror.example/a/tested.onnx",
        ] {
            assert_eq!(shown(address), "https://mirror.example/a/tested.onnx", "{address}");
        }
        for address in ["me:secret@mirror.example/a", "//me:secret@mirror.example", "ftp://me:secret@host/a"]
        {
            assert_eq!(shown(address), NOT_SHOWN, "{address}");
        }
    }
}
