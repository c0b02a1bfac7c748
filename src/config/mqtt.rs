//! Settings of MQTT: which broker is told what cameras see, and what it may ask for.

use std::{fs, path::PathBuf, time::Duration};

use url::{Host, Url};

use super::values::{Switch, path, whole_in};
use crate::{
    mqtt::{Authority, Broker, Once, Settings},
    notify::Service,
    nouns::secret::Secret,
};

/// Ports of brokers, without TLS and with it (IANA's registry: `mqtt`, `secure-mqtt`).
const PORTS: [u16; 2] = [1883, 8883];

/// Longest name of a server among those of a broker, letters.
const LONGEST_NODE: usize = 32;

/// Which broker there is.
#[derive(Clone, Debug, clap::Args)]
pub struct Mqtt {
    /// Address of a broker, such as mqtt://broker.example or mqtts://broker.example:8883, which is told what
    /// cameras see
    #[arg(long, env = "STEADYCAST_MQTT_URL", hide_env_values = true)]
    mqtt_url: Option<Secret>,

    /// Name by which the broker lets the server in; none: it asks for none
    #[arg(long, env = "STEADYCAST_MQTT_USER")]
    mqtt_user: Option<String>,

    /// Password to that name
    #[arg(long, env = "STEADYCAST_MQTT_PASSWORD", hide_env_values = true)]
    mqtt_password: Option<Secret>,

    /// File with the certificate of whoever vouches for the broker's, as PEM; none: whom the system trusts
    #[arg(long, env = "STEADYCAST_MQTT_CA_FILE", value_parser = path)]
    mqtt_ca_file: Option<PathBuf>,

    /// Name of this server among those of the broker: topics begin with steadycast/ and it
    #[arg(long, env = "STEADYCAST_MQTT_NODE", default_value = "server")]
    mqtt_node: String,

    /// First part of the topics at which Home Assistant looks for entities; none: it is told nothing
    #[arg(long, env = "STEADYCAST_MQTT_DISCOVERY", default_value = "homeassistant")]
    mqtt_discovery: String,

    /// Whether whoever may write to the broker switches cameras and their analytics
    #[arg(long, env = "STEADYCAST_MQTT_CONTROL", value_enum, default_value_t = Switch::Off)]
    mqtt_control: Switch,

    /// Seconds between two pictures of a camera (0 to 3600), which events make as well; 0: no pictures
    #[arg(long, env = "STEADYCAST_MQTT_SNAPSHOT_SECONDS", default_value_t = 10,
          value_parser = |text: &str| whole_in(text, 0..=3600))]
    mqtt_snapshot_seconds: u32,
}

impl Mqtt {
    /// Returns what a broker is told; `None` where there is none.
    ///
    /// # Errors
    /// What is wrong with the file of certificates.
    pub fn settings(&self) -> Result<Option<Settings>, String> {
        let Some(url) = &self.mqtt_url else { return Ok(None) };
        let (host, port, is_secure) = place(url.text()).ok_or_else(not_an_address)?;
        let pem = self.mqtt_ca_file.as_ref().map(|file| {
            let why = |error| format!("--mqtt-ca-file: {} cannot be read: {error}", file.display());
            fs::read(file).map_err(why)
        });
        let authority = pem.transpose()?.map_or(Authority::System, Authority::File);
        let password = self.mqtt_password.clone().unwrap_or_else(|| Secret::from(""));
        let broker = Broker {
            host,
            port,
            tls: is_secure.then_some(authority),
            login: self.mqtt_user.clone().map(|user| (user, password)),
        };
        let seconds = self.mqtt_snapshot_seconds;
        let discovery = Some(self.mqtt_discovery.clone()).filter(|prefix| !is_none(prefix));
        Ok(Some(Settings {
            broker,
            node: self.mqtt_node.clone(),
            discovery,
            control: self.mqtt_control == Switch::On,
            pictures: (seconds > 0).then(|| Duration::from_secs(u64::from(seconds))),
        }))
    }

    /// Returns the broker as a service to try; `None` where there is none.
    ///
    /// # Errors
    /// Errors of [`Mqtt::settings`].
    pub fn trial(&self) -> Result<Option<Box<dyn Service>>, String> {
        Ok(self.settings()?.map(|settings| -> Box<dyn Service> { Box::new(Once::new(settings)) }))
    }

    /// Leaves out what is empty, and refuses what is wrong or does not go together. What was given is not
    /// repeated: it may hold a password.
    ///
    /// # Errors
    /// What is wrong, with the names of the flags.
    pub(crate) fn check(&mut self) -> Result<(), String> {
        // An empty line in .env means not set.
        for setting in [&mut self.mqtt_url, &mut self.mqtt_password] {
            *setting = setting.take().filter(|secret| !secret.text().is_empty());
        }
        self.mqtt_user = self.mqtt_user.take().filter(|user| !user.trim().is_empty());
        self.mqtt_ca_file = self.mqtt_ca_file.take().filter(|file| !file.as_os_str().is_empty());
        let is_secure = match &self.mqtt_url {
            None => false,
            Some(url) => place(url.text()).ok_or_else(not_an_address)?.2,
        };
        let is_set = self.mqtt_url.is_some();
        for (name, needed, is_alone) in [
            ("--mqtt-user", "--mqtt-url", self.mqtt_user.is_some() && !is_set),
            ("--mqtt-password", "--mqtt-user", self.mqtt_password.is_some() && self.mqtt_user.is_none()),
            ("--mqtt-ca-file", "--mqtt-url with mqtts://", self.mqtt_ca_file.is_some() && !is_secure),
        ] {
            if is_alone {
                return Err(format!("{name} needs {needed}"));
            }
        }
        let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let node = &self.mqtt_node;
        if node.is_empty() || node.len() > LONGEST_NODE || !node.chars().all(is_letter) {
            return Err(format!("--mqtt-node must be 1 to {LONGEST_NODE} letters, digits, - and _"));
        }
        if self.mqtt_discovery.contains(['#', '+']) || self.mqtt_discovery.ends_with('/') {
            return Err("--mqtt-discovery must be the beginning of a topic, such as homeassistant".to_owned());
        }
        Ok(())
    }
}

fn is_none(text: &str) -> bool {
    text.trim().is_empty() || text == "none"
}

fn not_an_address() -> String {
    "--mqtt-url must be an address such as mqtt://broker.example or mqtts://broker.example:8883; name and \
     password have settings of their own"
        .to_owned()
}

/// Host and port of a broker, and whether it is talked to by TLS.
fn place(text: &str) -> Option<(String, u16, bool)> {
    let url = Url::parse(text).ok()?;
    let is_secure = match url.scheme() {
        "mqtt" => false,
        "mqtts" => true,
        _ => return None,
    };
    let is_bare = url.username().is_empty() && url.password().is_none() && url.path().len() <= 1;
    let host = match url.host().filter(|_| is_bare)? {
        Host::Ipv6(address) => address.to_string(),
        other => other.to_string(),
    };
    (!host.is_empty()).then(|| (host, url.port().unwrap_or(PORTS[usize::from(is_secure)]), is_secure))
}

#[cfg(test)]
mod tests {
    use clap::{Args, Command, FromArgMatches};

    use super::*;

    fn parse(flags: &[&str]) -> Result<Mqtt, String> {
        let command = Mqtt::augment_args(Command::new("steadycast"));
        let given = [&["steadycast"], flags].concat();
        let matches = command.try_get_matches_from(given).map_err(|error| error.to_string())?;
        let mut mqtt = Mqtt::from_arg_matches(&matches).map_err(|error| error.to_string())?;
        mqtt.check().map(|()| mqtt)
    }

    fn settings(flags: &[&str]) -> Settings {
        parse(flags).and_then(|mqtt| mqtt.settings()).expect("valid").expect("there is a broker")
    }

    #[test]
    fn a_broker_is_named_by_its_address() {
        let place = |url: &str| {
            let broker = settings(&["--mqtt-url", url]).broker;
            (broker.host, broker.port, broker.tls.is_some())
        };
        assert_eq!(place("mqtt://broker.example"), ("broker.example".to_owned(), 1883, false));
        assert_eq!(place("mqtts://10.0.0.1/"), ("10.0.0.1".to_owned(), 8883, true));
        assert_eq!(place("mqtt://[::1]:1884"), ("::1".to_owned(), 1884, false));
        let usual = settings(&["--mqtt-url", "mqtt://broker"]);
        assert_eq!((usual.node.as_str(), usual.discovery.as_deref()), ("server", Some("homeassistant")));
        assert!(
            !usual.control && usual.pictures == Some(Duration::from_secs(10)) && usual.broker.login.is_none()
        );
        let none = ["--mqtt-url", "", "--mqtt-user", "", "--mqtt-password", "", "--mqtt-ca-file", ""];
        assert!(parse(&none).and_then(|mqtt| mqtt.settings()).expect("valid").is_none());
        let least =
            ["--mqtt-url", "mqtt://broker", "--mqtt-discovery", "none", "--mqtt-snapshot-seconds", "0"];
        let least = settings(&least);
        assert!(least.discovery.is_none() && least.pictures.is_none());
    }

    #[test]
    fn what_is_wrong_is_refused_with_what_to_do_and_without_the_secret() {
        for (flags, word) in [
            (&["--mqtt-url", "mqtt://me:hunter2@broker"][..], "settings of their own"),
            (&["--mqtt-url", "http://hunter2.example"], "mqtt://broker.example"),
            (&["--mqtt-url", "broker:1883"], "mqtt://broker.example"),
            (&["--mqtt-url", "mqtt://broker", "--mqtt-password", "hunter2"], "needs --mqtt-user"),
            (&["--mqtt-user", "me"], "needs --mqtt-url"),
            (&["--mqtt-url", "mqtt://broker", "--mqtt-ca-file", "ca.pem"], "mqtts://"),
            (&["--mqtt-node", "my node"], "--mqtt-node"),
            (&["--mqtt-discovery", "home/#"], "--mqtt-discovery"),
            (&["--mqtt-snapshot-seconds", "9999"], "3600"),
        ] {
            let why = parse(flags).expect_err(word);
            assert!(why.contains(word) && !why.contains("hunter2"), "{flags:?}: {why}");
        }
        let missing = ["--mqtt-url", "mqtts://broker", "--mqtt-ca-file", "/nowhere/ca.pem"];
        let why = parse(&missing).and_then(|mqtt| mqtt.settings()).expect_err("there is no such file");
        assert!(why.contains("/nowhere/ca.pem"), "{why}");
    }
}
