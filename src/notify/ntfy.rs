//! ntfy: a message to a topic (<https://docs.ntfy.sh/publish/>), with a picture as its attachment.

use url::Url;

use super::{
    message::Message,
    service::{Refused, Service, deliver},
};
use crate::{
    nouns::{rule::ServiceName, secret::Secret},
    tools::web::Parcel,
};

/// A topic of a server.
pub struct Ntfy {
    /// Address of the topic, whose name is as good as a password.
    topic: Secret,
    token: Option<Secret>,
}

impl Ntfy {
    /// The topic at an address; with a token where the server wants one.
    pub fn new(topic: Secret, token: Option<Secret>) -> Self {
        Ntfy { topic, token }
    }

    /// Address with everything that is said of a message: text in headers would have to be ASCII.
    fn address(&self, message: &Message) -> Result<String, Refused> {
        let wrong = |_| Refused::for_now("the topic's address is none");
        let mut url = Url::parse(self.topic.text()).map_err(wrong)?;
        let mut query = url.query_pairs_mut();
        query.append_pair("title", message.title());
        if let Some(link) = &message.link {
            query.append_pair("click", link);
        }
        if message.picture.is_some() {
            query.append_pair("message", &message.line()).append_pair("filename", "snapshot.jpg");
        }
        drop(query);
        Ok(url.into())
    }
}

impl Service for Ntfy {
    fn name(&self) -> ServiceName {
        ServiceName::Ntfy
    }

    fn tell(&self, message: &Message) -> Result<(), Refused> {
        let (address, line) = (self.address(message)?, message.line());
        let token = self.token.iter().map(|token| ("Authorization", format!("Bearer {}", token.text())));
        let headers: Vec<(&str, String)> = token.collect();
        let body = message.picture.as_deref().unwrap_or(line.as_bytes());
        deliver(&Parcel { address: &address, headers: &headers, body })
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::notify::message::tests::message;

    #[test]
    fn what_is_said_stands_in_the_address_in_any_letters() {
        let ntfy = Ntfy::new(Secret::from("https://ntfy.example/my-yard"), None);
        let mut message = message(1);
        assert_eq!(ntfy.address(&message).expect("valid"), "https://ntfy.example/my-yard?title=yard");
        message.text = "Müll & more".to_owned();
        message.picture = Some(Bytes::from_static(b"jpeg"));
        message.link = Some("https://cams.example/?camera=yard".to_owned());
        let address = ntfy.address(&message).expect("valid");
        assert!(address.contains("click=https%3A%2F%2Fcams.example%2F%3Fcamera%3Dyard"), "{address}");
        assert!(address.contains("message=yard%3A+M%C3%BCll+%26+more"), "{address}");
        let wrong = Ntfy::new(Secret::from("hunter2"), None).address(&message).expect_err("no address");
        assert!(!wrong.why.contains("hunter2"), "{wrong:?}");
    }
}
