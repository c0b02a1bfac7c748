//! Webhooks: a message as JSON to a program of the operator's, signed.
//!
//! With a secret, `X-Steadycast-Signature` is `sha256=` and, in hexadecimal digits, the HMAC with SHA-256 of
//! the time in `X-Steadycast-Time` (seconds since the Unix epoch), a full stop, and the body. Whoever checks
//! the time besides takes no old message for a new one.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{
    message::Message,
    service::{Refused, Service, deliver},
};
use crate::{
    access::key::{Key, hex},
    frame::now_s,
    nouns::{rule::ServiceName, secret::Secret},
    tools::web::Parcel,
};

/// Where a program takes messages.
pub struct Webhook {
    /// May hold a password.
    address: Secret,
    key: Option<Key>,
}

impl Webhook {
    /// A program at `address`, which knows the key of the signatures where there is one.
    pub fn new(address: Secret, key: Option<Key>) -> Self {
        Webhook { address, key }
    }

    /// Header fields of a body that goes out at `at_s`, seconds since the Unix epoch.
    fn headers(&self, body: &[u8], at_s: u64) -> Vec<(&'static str, String)> {
        let mut headers = vec![("Content-Type", "application/json".to_owned())];
        if let Some(key) = &self.key {
            let signed = [format!("{at_s}.").as_bytes(), body].concat();
            headers.push(("X-Steadycast-Time", at_s.to_string()));
            headers.push(("X-Steadycast-Signature", format!("sha256={}", hex(&key.sign(&signed)))));
        }
        headers
    }
}

impl Service for Webhook {
    fn name(&self) -> ServiceName {
        ServiceName::Webhook
    }

    fn tell(&self, message: &Message) -> Result<(), Refused> {
        let body = body(message);
        let headers = self.headers(&body, now_s());
        deliver(&Parcel { address: self.address.text(), headers: &headers, body: &body })
    }
}

/// A message as JSON.
fn body(message: &Message) -> Vec<u8> {
    let mut told = message.json();
    told["snapshot"] = message.picture.as_ref().map(|picture| STANDARD.encode(picture)).into();
    told.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use serde_json::{Value, json};

    use super::*;
    use crate::notify::message::tests::message;

    #[test]
    fn a_message_says_what_happened_where_and_shows_it() {
        let mut message = message(3);
        message.picture = Some(Bytes::from_static(b"jpeg"));
        let told: Value = serde_json::from_slice(&body(&message)).expect("JSON");
        let expected = json!({
            "kind": "happened", "camera": "yard", "rule": "gate", "when": "line_crossed", "event": 3,
            "at_us": 3_000_000, "text": "person 3 crossed line gate inbound", "link": null,
            "snapshot": "anBlZw==",
        });
        assert_eq!(told, expected);
    }

    #[test]
    fn a_signature_is_of_the_time_and_the_body() {
        let key = Key::new(b"0123456789abcdef0123456789abcdef").expect("long enough");
        let webhook = Webhook::new(Secret::from("http://host/"), Some(key));
        let headers = webhook.headers(b"{}", 1_700_000_000);
        // printf '1700000000.{}' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
        let signature = "sha256=417adf36b901772f658597a76d329694e335e65fc0849d7715c3ca33406309b5";
        assert_eq!(headers[1], ("X-Steadycast-Time", "1700000000".to_owned()));
        assert_eq!(headers[2], ("X-Steadycast-Signature", signature.to_owned()));
        assert_eq!(Webhook::new(Secret::from("http://host/"), None).headers(b"{}", 1).len(), 1);
    }
}
