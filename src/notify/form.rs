//! Forms with a picture, as bodies of requests (RFC 7578).

use crate::access::key::{hex, random};

/// A form as a request sends it.
pub struct Form {
    /// Value of the header `Content-Type`.
    pub content_type: String,
    /// The bytes.
    pub body: Vec<u8>,
}

impl Form {
    /// A form with these fields, and where there is one, a picture: the name of its field, and a JPEG.
    pub fn of(fields: &[(&str, &str)], picture: Option<(&str, &[u8])>) -> Form {
        let boundary = hex(&random::<16>());
        let body = written(&boundary, fields, picture);
        Form { content_type: format!("multipart/form-data; boundary={boundary}"), body }
    }
}

/// Writes a form down; `boundary` stands between its parts, and must not stand in any of them.
fn written(boundary: &str, fields: &[(&str, &str)], picture: Option<(&str, &[u8])>) -> Vec<u8> {
    let mut form = Vec::new();
    for (name, value) in fields {
        let field =
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        form.extend_from_slice(field.as_bytes());
    }
    if let Some((name, jpeg)) = picture {
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"snapshot.jpg\"\r\n\
             Content-Type: image/jpeg\r\n\r\n"
        );
        form.extend_from_slice(head.as_bytes());
        form.extend_from_slice(jpeg);
        form.extend_from_slice(b"\r\n");
    }
    form.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    form
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_holds_the_picture_as_it_is() {
        let fields = [("chat_id", "-100"), ("caption", "two\nlines")];
        let form = written("xyz", &fields, Some(("photo", b"\xff\xd8\r\n--xy")));
        let text = String::from_utf8_lossy(&form);
        assert!(text.starts_with("--xyz\r\n") && text.ends_with("\r\n--xyz--\r\n"), "{text}");
        assert!(
            text.contains("name=\"chat_id\"\r\n\r\n-100\r\n") && text.contains("two\nlines\r\n"),
            "{text}"
        );
        assert!(form.windows(8).any(|window| window == b"\xff\xd8\r\n--xy"));
    }

    #[test]
    fn a_form_without_a_picture_has_its_fields_alone() {
        let plain = written("xyz", &[("body", "a")], None);
        let expected = "--xyz\r\nContent-Disposition: form-data; name=\"body\"\r\n\r\na\r\n--xyz--\r\n";
        assert_eq!(String::from_utf8_lossy(&plain), expected);
    }
}
