//! Telegram: a message to a chat, by its Bot API (<https://core.telegram.org/bots/api>), as `sendMessage` or,
//! with a picture, `sendPhoto`.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use super::{
    message::Message,
    service::{Refused, Service},
};
use crate::{
    access::key::{hex, random},
    nouns::{rule::ServiceName, secret::Secret},
    tools::web::{Parcel, Reply, hand_over},
};

/// Most letters of a picture's caption; the API's limit is 1024.
const CAPTION: usize = 1000;

/// Most letters of a message; the API's limit is 4096.
const TEXT: usize = 4000;

/// A bot, and the chat that it writes to.
pub struct Telegram {
    /// Address of the API, without a slash at its end; may hold a password.
    api: Secret,
    token: Secret,
    chat: String,
}

/// What the API answers.
#[derive(Debug, Deserialize)]
struct Answer {
    ok: bool,
    #[serde(default)]
    description: String,
    parameters: Option<Parameters>,
}

#[derive(Debug, Deserialize)]
struct Parameters {
    retry_after: Option<u64>,
}

impl Telegram {
    /// The bot with that token, which writes to a chat through the API at `api`.
    pub fn new(api: &str, token: Secret, chat: &str) -> Self {
        Telegram { api: Secret::from(api.trim_end_matches('/')), token, chat: chat.to_owned() }
    }

    fn post(&self, method: &str, content_type: String, body: &[u8]) -> Result<(), Refused> {
        let address = format!("{}/bot{}/{method}", self.api.text(), self.token.text());
        let headers = [("Content-Type", content_type)];
        let parcel = Parcel { address: &address, headers: &headers, body };
        let mut reply = hand_over(&parcel).map_err(Refused::for_now)?;
        // Whoever was told the token may repeat it.
        let said = String::from_utf8_lossy(&reply.body).replace(self.token.text(), "…");
        reply.body = said.into_bytes();
        judge(&reply)
    }
}

impl Service for Telegram {
    fn name(&self) -> ServiceName {
        ServiceName::Telegram
    }

    fn tell(&self, message: &Message) -> Result<(), Refused> {
        let words = message.words();
        match &message.picture {
            Some(picture) => {
                let boundary = hex(&random::<16>());
                let body = form(&boundary, &self.chat, &shortened(&words, CAPTION), picture);
                self.post("sendPhoto", format!("multipart/form-data; boundary={boundary}"), &body)
            }
            None => {
                let body = json!({ "chat_id": self.chat, "text": shortened(&words, TEXT) });
                self.post("sendMessage", "application/json".to_owned(), body.to_string().as_bytes())
            }
        }
    }
}

/// What the API's answer means.
fn judge(reply: &Reply) -> Result<(), Refused> {
    let answer: Option<Answer> = serde_json::from_slice(&reply.body).ok();
    match (answer, Refused::of(reply, None)) {
        (Some(Answer { ok: true, .. }), None) => Ok(()),
        (Some(Answer { description, parameters, .. }), Some(refused)) => {
            let after = parameters.and_then(|parameters| parameters.retry_after).map(Duration::from_secs);
            // The chat begins to exist once its people have written to the bot.
            let is_final = refused.is_final && !description.contains("chat not found");
            let refused = Refused::of(reply, Some(&description)).unwrap_or(refused);
            Err(Refused { after: after.or(refused.after), is_final, ..refused })
        }
        // A proxy on the way may say anything.
        (None, Some(refused)) => Err(Refused { is_final: false, ..refused }),
        (_, None) => Err(Refused::for_now("what answers there is not Telegram's API")),
    }
}

/// A form with a chat, a caption and a picture (RFC 7578).
fn form(boundary: &str, chat: &str, caption: &str, picture: &[u8]) -> Vec<u8> {
    let field = |name: &str, value: &str| {
        format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let mut form = field("chat_id", chat) + &field("caption", caption);
    form += &format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"snapshot.jpg\"\r\n\
         Content-Type: image/jpeg\r\n\r\n"
    );
    [form.as_bytes(), picture, format!("\r\n--{boundary}--\r\n").as_bytes()].concat()
}

/// A text of at most so many letters.
fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, body: &str) -> Reply {
        Reply { status, retry_after: None, body: body.as_bytes().to_vec() }
    }

    #[test]
    fn an_answer_says_whether_the_message_arrived_and_how_long_to_wait() {
        assert_eq!(judge(&reply(200, r#"{"ok":true,"result":{"message_id":1}}"#)), Ok(()));
        let slow = r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 35",
                       "parameters":{"retry_after":35}}"#;
        let refused = judge(&reply(429, slow)).expect_err("refused");
        assert_eq!(refused.after, Some(Duration::from_secs(35)));
        assert!(refused.why.contains("retry after 35"), "{refused:?}");
        let chat = r#"{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}"#;
        let refused = judge(&reply(400, chat)).expect_err("refused");
        assert!(!refused.is_final && refused.why.contains("chat not found"), "{refused:?}");
        let odd = r#"{"ok":false,"error_code":400,"description":"Bad Request: PHOTO_INVALID_DIMENSIONS"}"#;
        assert!(judge(&reply(400, odd)).expect_err("refused").is_final, "it never will");
        assert!(!judge(&reply(400, "<html>")).expect_err("refused").is_final, "that was not Telegram");
        for nonsense in ["", "<html>", "[1]", r#"{"ok":false}"#] {
            assert!(judge(&reply(200, nonsense)).is_err(), "{nonsense}");
        }
    }

    #[test]
    fn a_form_holds_the_picture_as_it_is() {
        let form = form("xyz", "-100", "two\nlines", b"\xff\xd8\r\n--xy");
        let text = String::from_utf8_lossy(&form);
        assert!(text.starts_with("--xyz\r\n") && text.ends_with("\r\n--xyz--\r\n"), "{text}");
        assert!(
            text.contains("name=\"chat_id\"\r\n\r\n-100\r\n") && text.contains("two\nlines\r\n"),
            "{text}"
        );
        assert!(form.windows(8).any(|window| window == b"\xff\xd8\r\n--xy"));
    }

    #[test]
    fn a_long_text_ends_with_a_sign() {
        assert_eq!(shortened("gründlich", 9), "gründlich");
        assert_eq!(shortened("gründlicher", 9), "gründlic…");
    }
}
