//! Telegram: a message to a chat, by its Bot API (<https://core.telegram.org/bots/api>), as `sendMessage` or,
//! with a picture, `sendPhoto`.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    form::Form,
    message::Message,
    service::{Refused, Service},
};
use crate::{
    nouns::{rule::ServiceName, secret::Secret},
    tools::web::{Parcel, Reply, hand_over},
};

/// Most letters of a picture's caption; the API's limit is 1024.
const CAPTION: usize = 1000;

/// Most letters of a message; the API's limit is 4096.
const TEXT: usize = 4000;

/// Time that the API may keep a question for news open, seconds: less than an answer may take at all.
const POLL_S: u64 = 15;

/// Most messages that are taken at once.
const AT_ONCE: usize = 5;

/// A bot, and the chat that it writes to.
#[derive(Clone)]
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
    result: Value,
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

    /// Sends words to the chat, with a picture where there is one.
    ///
    /// # Errors
    /// Why they did not arrive.
    pub fn send(&self, words: &str, picture: Option<&[u8]>) -> Result<(), Refused> {
        match picture {
            Some(picture) => {
                let caption = shortened(words, CAPTION);
                let fields = [("chat_id", &*self.chat), ("caption", &caption)];
                let Form { content_type, body } = Form::of(&fields, Some(("photo", picture)));
                self.post("sendPhoto", content_type, &body)?;
            }
            None => {
                let body = json!({ "chat_id": self.chat, "text": shortened(words, TEXT) });
                self.post("sendMessage", "application/json".to_owned(), body.to_string().as_bytes())?;
            }
        }
        Ok(())
    }

    /// Waits for messages to the bot behind the one of number `after`, for a quarter of a minute at most.
    /// With `None` it gets the last that there is, at once, and those before it are forgotten.
    ///
    /// # Errors
    /// Why there is no answer.
    pub fn listen(&self, after: Option<i64>) -> Result<Vec<Said>, Refused> {
        let (offset, timeout) = after.map_or((-1, 0), |after| (after.saturating_add(1), POLL_S));
        let body = json!({
            "offset": offset, "timeout": timeout, "limit": AT_ONCE, "allowed_updates": ["message"],
        });
        let told = self.post("getUpdates", "application/json".to_owned(), body.to_string().as_bytes())?;
        let updates = told.as_array().into_iter().flatten();
        Ok(updates.filter_map(|update| self.said(update)).collect())
    }

    /// Reads one update; one that says nothing to us has its number still.
    fn said(&self, update: &Value) -> Option<Said> {
        let message = &update["message"];
        let chat = &message["chat"];
        let name = chat["username"].as_str().map(|name| format!("@{name}"));
        let is_ours = chat["id"].as_i64().is_some_and(|id| id.to_string() == self.chat)
            || name.is_some_and(|name| name.eq_ignore_ascii_case(&self.chat));
        Some(Said {
            number: update["update_id"].as_i64()?,
            text: message["text"].as_str().filter(|_| is_ours).map(str::to_owned),
        })
    }

    /// Calls a method of the API; returns its result.
    fn post(&self, method: &str, content_type: String, body: &[u8]) -> Result<Value, Refused> {
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
        self.send(&message.words(), message.picture.as_deref())
    }
}

/// Something that was said to the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Number of the message.
    pub number: i64,
    /// What was said; `None` where it is no text, or was said elsewhere than in the bot's chat.
    pub text: Option<String>,
}

/// What the API's answer means.
fn judge(reply: &Reply) -> Result<Value, Refused> {
    let answer: Option<Answer> = serde_json::from_slice(&reply.body).ok();
    match (answer, Refused::of(reply, None)) {
        (Some(Answer { ok: true, result, .. }), None) => Ok(result),
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
        Reply { status, retry_after: None, leads_to: None, body: body.as_bytes().to_vec() }
    }

    #[test]
    fn an_answer_says_whether_the_message_arrived_and_how_long_to_wait() {
        let arrived = judge(&reply(200, r#"{"ok":true,"result":{"message_id":1}}"#));
        assert_eq!(arrived, Ok(json!({ "message_id": 1 })));
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
    fn only_what_is_said_in_the_bots_chat_is_heard() {
        let said = |chat: &str, update: Value| {
            Telegram::new("https://api.example", Secret::from("1:x"), chat).said(&update)
        };
        let update = |id: i64, name: &str| {
            let chat = json!({ "id": id, "username": name });
            json!({ "update_id": 7, "message": { "chat": chat, "text": "/status" } })
        };
        let heard = |text: Option<&str>| Some(Said { number: 7, text: text.map(str::to_owned) });
        assert_eq!(said("-100", update(-100, "x")), heard(Some("/status")));
        assert_eq!(said("-100", update(100, "-100")), heard(None));
        assert_eq!(said("@Yard", update(5, "yard")), heard(Some("/status")));
        let other = json!({ "update_id": 7, "edited_message": {} });
        assert_eq!(said("-100", other), Some(Said { number: 7, text: None }));
        assert_eq!(said("-100", json!({ "nonsense": 1 })), None);
    }

    #[test]
    fn a_long_text_ends_with_a_sign() {
        assert_eq!(shortened("gründlich", 9), "gründlich");
        assert_eq!(shortened("gründlicher", 9), "gründlic…");
    }
}
