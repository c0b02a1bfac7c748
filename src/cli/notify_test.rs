//! `steadycast notify-test`: one message by each service, and what became of it.

use clap::Args;

use crate::{
    config::{Mqtt, Notify},
    notify::{Arrived, Service, try_one},
};

/// Which services there are.
#[derive(Debug, Args)]
pub struct NotifyTestArgs {
    #[command(flatten)]
    notify: Notify,
    #[command(flatten)]
    mqtt: Mqtt,
}

/// Services to try.
pub struct NotifyTestTask {
    services: Vec<Box<dyn Service>>,
    link: Option<String>,
}

impl std::fmt::Debug for NotifyTestTask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NotifyTestTask({} services)", self.services.len())
    }
}

impl NotifyTestTask {
    /// The services of these settings.
    ///
    /// # Errors
    /// What is wrong with the settings.
    pub(super) fn of(NotifyTestArgs { mut notify, mut mqtt }: NotifyTestArgs) -> Result<Self, String> {
        notify.check()?;
        mqtt.check()?;
        let link = notify.public_url().map(str::to_owned);
        let services = notify.services().into_iter().chain(mqtt.trial()?).collect();
        Ok(NotifyTestTask { services, link })
    }

    /// Tells a message by each service, and prints what became of it.
    ///
    /// # Errors
    /// That there is no service, or how many messages did not arrive.
    pub fn run(self) -> Result<(), String> {
        if self.services.is_empty() {
            return Err("there is no service to try: set --webhook-url, --telegram-bot-token with \
                        --telegram-chat-id, --ntfy-url, --apprise-url, or --mqtt-url"
                .to_owned());
        }
        let mut failed = 0;
        for service in &self.services {
            let name = service.name().name();
            match try_one(service.as_ref(), self.link.as_deref()) {
                Ok(Arrived::Whole) => println!("{name}: the message arrived"),
                Ok(Arrived::WithoutPicture) => {
                    println!("{name}: the message arrived, but it takes no pictures");
                }
                Err(why) => {
                    failed += 1;
                    println!("{name}: {why}");
                }
            }
        }
        if failed == 0 { Ok(()) } else { Err(format!("{failed} of {} did not arrive", self.services.len())) }
    }
}
