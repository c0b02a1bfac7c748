//! Settings of notifications: which services tell people and programs what cameras saw.

use url::Url;

use super::values::{Switch, is_web};
use crate::{
    access::key::{Key, SHORTEST_KEY},
    notify::{Apprise, Ntfy, Service, Telegram, Webhook},
    nouns::secret::Secret,
};

/// Address of Telegram's own API.
const TELEGRAM: &str = "https://api.telegram.org";

/// Which services there are.
#[derive(Clone, Debug, clap::Args)]
pub struct Notify {
    /// Address at which people open the page, such as https://cams.example: messages link to it
    #[arg(long, env = "STEADYCAST_PUBLIC_URL", hide_env_values = true)]
    public_url: Option<Secret>,

    /// Address to which messages are sent as JSON
    #[arg(long, env = "STEADYCAST_WEBHOOK_URL", hide_env_values = true)]
    webhook_url: Option<Secret>,

    /// Secret by which those messages are signed, at least 32 bytes; none: they are not signed
    #[arg(long, env = "STEADYCAST_WEBHOOK_SECRET", hide_env_values = true)]
    webhook_secret: Option<Secret>,

    /// Token of a Telegram bot, as @BotFather gives it
    #[arg(long, env = "STEADYCAST_TELEGRAM_BOT_TOKEN", hide_env_values = true)]
    telegram_bot_token: Option<Secret>,

    /// Chat to which the bot writes: a number, or @ and the name of a channel
    #[arg(long, env = "STEADYCAST_TELEGRAM_CHAT_ID", value_parser = text, allow_hyphen_values = true,
          hide_env_values = true)]
    telegram_chat_id: Option<String>,

    /// Whether whoever is in the chat may ask the bot for pictures and states, and silence it
    #[arg(long, env = "STEADYCAST_TELEGRAM_COMMANDS", value_enum, default_value_t = Switch::Off)]
    telegram_commands: Switch,

    /// Address of Telegram's API, or of a server of one's own
    #[arg(long, env = "STEADYCAST_TELEGRAM_API_URL", default_value = TELEGRAM,
          hide_env_values = true)]
    telegram_api_url: Secret,

    /// Address of an ntfy topic, such as https://ntfy.sh/a-name-that-nobody-guesses
    #[arg(long, env = "STEADYCAST_NTFY_URL", hide_env_values = true)]
    ntfy_url: Option<Secret>,

    /// Token for that ntfy server; none: it wants none
    #[arg(long, env = "STEADYCAST_NTFY_TOKEN", hide_env_values = true)]
    ntfy_token: Option<Secret>,

    /// Address of an Apprise API with a key, such as http://apprise:8000/notify/KEY
    #[arg(long, env = "STEADYCAST_APPRISE_URL", hide_env_values = true)]
    apprise_url: Option<Secret>,
}

/// A text without blanks around it.
#[expect(clippy::unnecessary_wraps, reason = "what clap calls")]
fn text(typed: &str) -> Result<String, String> {
    Ok(typed.trim().to_owned())
}

impl Notify {
    /// Returns the address at which people open the page, without a slash at its end.
    pub fn public_url(&self) -> Option<&str> {
        self.public_url.as_ref().map(|url| url.text().trim_end_matches('/'))
    }

    /// Returns the services that there are.
    pub fn services(&self) -> Vec<Box<dyn Service>> {
        let webhook = self.webhook_url.clone().map(|address| -> Box<dyn Service> {
            let key = self.webhook_secret.as_ref().and_then(|secret| Key::new(secret.bytes()).ok());
            Box::new(Webhook::new(address, key))
        });
        let telegram = self.telegram().map(|telegram| -> Box<dyn Service> { Box::new(telegram) });
        let ntfy = self
            .ntfy_url
            .clone()
            .map(|topic| -> Box<dyn Service> { Box::new(Ntfy::new(topic, self.ntfy_token.clone())) });
        let apprise = self.apprise_url.clone().map(|url| -> Box<dyn Service> { Box::new(Apprise::new(url)) });
        [webhook, telegram, ntfy, apprise].into_iter().flatten().collect()
    }

    /// Returns the bot that answers in its chat; `None` where it is to answer nobody.
    pub fn bot(&self) -> Option<Telegram> {
        self.telegram().filter(|_| self.telegram_commands == Switch::On)
    }

    fn telegram(&self) -> Option<Telegram> {
        let (token, chat) = self.telegram_bot_token.clone().zip(self.telegram_chat_id.as_ref())?;
        Some(Telegram::new(self.telegram_api_url.text(), token, chat))
    }

    /// Leaves out what is empty, and refuses what is wrong or does not go together.
    ///
    /// # Errors
    /// What is wrong, with the names of the flags.
    pub(crate) fn check(&mut self) -> Result<(), String> {
        // An empty line in .env means not set.
        for setting in [
            &mut self.public_url,
            &mut self.webhook_url,
            &mut self.webhook_secret,
            &mut self.telegram_bot_token,
            &mut self.ntfy_url,
            &mut self.ntfy_token,
            &mut self.apprise_url,
        ] {
            *setting = setting.take().filter(|secret| !secret.text().is_empty());
        }
        self.telegram_chat_id = self.telegram_chat_id.take().filter(|chat| !chat.is_empty());
        if self.telegram_api_url.text().is_empty() {
            self.telegram_api_url = Secret::from(TELEGRAM);
        }
        self.check_each()?;
        self.check_pairs()
    }

    /// Refuses what is wrong by itself. What was given is not repeated: it may hold a password.
    fn check_each(&self) -> Result<(), String> {
        for (name, address) in [
            ("--public-url", self.public_url.as_ref()),
            ("--webhook-url", self.webhook_url.as_ref()),
            ("--telegram-api-url", Some(&self.telegram_api_url)),
            ("--ntfy-url", self.ntfy_url.as_ref()),
            ("--apprise-url", self.apprise_url.as_ref()),
        ] {
            if address.is_some_and(|address| !is_web(address.text())) {
                return Err(format!("{name} must be an address such as https://host.example/path"));
            }
        }
        let is = |secret: &Option<Secret>, wrong: fn(&str) -> bool| {
            secret.as_ref().is_some_and(|secret| wrong(secret.text()))
        };
        let refused = match () {
            () if is(&self.ntfy_url, |topic| !has_path(topic)) => {
                "--ntfy-url names no topic: give one such as https://ntfy.sh/my-topic".to_owned()
            }
            () if is(&self.apprise_url, |url| !has_path(url)) => {
                "--apprise-url names no key: give one such as http://apprise:8000/notify/KEY".to_owned()
            }
            () if is(&self.ntfy_token, |token| token.contains(char::is_whitespace)) => {
                "--ntfy-token holds a blank, which no token does".to_owned()
            }
            () if self.telegram_chat_id.as_ref().is_some_and(|chat| !is_chat(chat)) => {
                "--telegram-chat-id must be a number, or @ and the name of a channel".to_owned()
            }
            () if is(&self.webhook_secret, |secret| secret.len() < SHORTEST_KEY) => {
                format!("--webhook-secret has fewer than {SHORTEST_KEY} bytes, and could be guessed")
            }
            () if is(&self.telegram_bot_token, |token| !is_bot_token(token)) => {
                "--telegram-bot-token is none; @BotFather gives one such as 123456:ABC-def".to_owned()
            }
            () => return Ok(()),
        };
        Err(refused)
    }

    /// Refuses what says nothing without another setting.
    fn check_pairs(&self) -> Result<(), String> {
        let [webhook, secret] = [&self.webhook_url, &self.webhook_secret].map(Option::is_some);
        let [topic, token] = [&self.ntfy_url, &self.ntfy_token].map(Option::is_some);
        let (bot, chat) = (self.telegram_bot_token.is_some(), self.telegram_chat_id.is_some());
        for (one, other, is_alone) in [
            ("--webhook-secret", "--webhook-url", secret && !webhook),
            ("--ntfy-token", "--ntfy-url", token && !topic),
            ("--telegram-bot-token", "--telegram-chat-id", bot && !chat),
            ("--telegram-chat-id", "--telegram-bot-token", chat && !bot),
            ("--telegram-commands on", "--telegram-bot-token", self.telegram_commands == Switch::On && !bot),
        ] {
            if is_alone {
                return Err(format!("{one} needs {other}"));
            }
        }
        Ok(())
    }
}

/// Whether an address leads farther than to a host.
fn has_path(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| url.path().len() > 1)
}

/// Whether a text names a chat.
fn is_chat(text: &str) -> bool {
    let is_number = text.parse::<i64>().is_ok();
    let is_name =
        |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    is_number || text.strip_prefix('@').is_some_and(is_name)
}

/// Whether a text looks like the token of a bot: what it consists of goes into an address.
fn is_bot_token(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    text.split_once(':').is_some_and(|(number, rest)| is_part(number) && is_part(rest))
}

#[cfg(test)]
mod tests {
    use clap::{Args, Command, FromArgMatches};

    use super::*;

    fn parse(flags: &[&str]) -> Result<Notify, String> {
        let command = Notify::augment_args(Command::new("steadycast"));
        let given = [&["steadycast"], flags].concat();
        let matches = command.try_get_matches_from(given).map_err(|error| error.to_string())?;
        let mut notify = Notify::from_arg_matches(&matches).map_err(|error| error.to_string())?;
        notify.check().map(|()| notify)
    }

    fn names(notify: &Notify) -> Vec<&'static str> {
        notify.services().iter().map(|service| service.name().name()).collect()
    }

    const BOT: [&str; 2] = ["--telegram-bot-token", "123456:hunter-2_x"];

    #[test]
    fn there_are_as_many_services_as_are_set() {
        assert!(names(&parse(&[]).expect("nothing is needed")).is_empty());
        let all = [
            &BOT[..],
            &["--telegram-chat-id", "-1001", "--webhook-url", "http://127.0.0.1:9/x"],
            &["--ntfy-url", "https://ntfy.sh/yard", "--public-url", "https://cams.example/"],
            &["--apprise-url", "http://apprise:8000/notify/yard"],
        ]
        .concat();
        let all = parse(&all).expect("valid");
        assert_eq!(names(&all), ["webhook", "telegram", "ntfy", "apprise"]);
        assert_eq!(all.public_url(), Some("https://cams.example"));
        let empty = ["--telegram-bot-token", "", "--telegram-chat-id", "", "--webhook-url", " "];
        let empty = [&empty[..], &["--telegram-api-url", ""]].concat();
        assert!(names(&parse(&empty).expect("an empty line means not set")).is_empty());
    }

    #[test]
    fn what_is_wrong_is_refused_with_what_to_do_and_without_the_secret() {
        for (flags, word) in [
            (&BOT[..], "--telegram-chat-id"),
            (&["--telegram-chat-id", "5"], "needs --telegram-bot-token"),
            (&["--telegram-commands", "on"], "needs --telegram-bot-token"),
            (&["--telegram-bot-token", "hunter2/../x", "--telegram-chat-id", "5"], "@BotFather"),
            (&["--webhook-url", "me:hunter2@host"], "https://host.example"),
            (&["--webhook-url", "file:///hunter2"], "https://host.example"),
            (&["--webhook-secret", "hunter2"], "fewer than 32 bytes"),
            (&["--webhook-secret", "hunter2hunter2hunter2hunter2hunter2"], "needs --webhook-url"),
            (&["--ntfy-token", "hunter2"], "needs --ntfy-url"),
            (&["--ntfy-url", "https://hunter2.example/"], "names no topic"),
            (&["--apprise-url", "http://hunter2:8000/"], "names no key"),
            (&["--ntfy-url", "https://ntfy.sh/yard", "--ntfy-token", "hunter2\nx"], "blank"),
            (&["--telegram-chat-id", "my chat"], "@ and the name"),
            (&["--webhook-url", "http://127.0.0.1:99999/hunter2"], "https://host.example"),
            (&["--public-url", "cams.example"], "--public-url"),
        ] {
            let why = parse(flags).expect_err(word);
            assert!(why.contains(word) && !why.contains("hunter2"), "{flags:?}: {why}");
        }
        let kept = parse(&["--webhook-url", "http://me:hunter2@host/"]).expect("valid");
        assert!(!format!("{kept:?}").contains("hunter2"));
    }
}
