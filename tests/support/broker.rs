//! Debian's mosquitto as a broker, and a client that listens to all of it.

use std::{
    collections::BTreeMap,
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use parking_lot::Mutex;
use rumqttc::{Client, Event, MqttOptions, Packet, PublishOptions, QoS};
use tempfile::TempDir;

use super::{
    media::{Daemon, folder, free_port, until_listening},
    wait::{self, PATIENCE},
};

/// A broker on a free port of this machine.
pub struct Broker {
    /// Where it listens.
    pub address: SocketAddr,
    /// Has the broker's files.
    pub folder: TempDir,
    running: Option<Daemon>,
}

impl Broker {
    /// Starts a broker that lets everybody in.
    ///
    /// # Errors
    /// What is missing on this machine.
    pub fn start() -> Result<Broker, String> {
        Broker::with(|_| "allow_anonymous true\n".to_owned())
    }

    /// Starts a broker with lines of its file, which are made once there is its folder.
    ///
    /// # Errors
    /// What is missing on this machine.
    pub fn with(lines: impl FnOnce(&Path) -> String) -> Result<Broker, String> {
        let mut version = Command::new("mosquitto");
        let found = version.arg("-h").stdout(Stdio::null()).stderr(Stdio::null()).status();
        found.map_err(|error| format!("mosquitto is missing: {error}"))?;
        let (folder, port) = (folder(), free_port());
        // As root it would become a user who may not read the folder.
        let text = format!("listener {port} 127.0.0.1\nuser root\n{}", lines(folder.path()));
        fs::write(folder.path().join("broker.conf"), text).expect("can be written");
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut broker = Broker { address, folder, running: None };
        broker.go_on();
        Ok(broker)
    }

    /// Has it end at once; what it kept is lost.
    pub fn kill(&mut self) {
        self.running = None;
    }

    /// Starts it again on its port.
    pub fn go_on(&mut self) {
        let file = self.folder.path().join("broker.conf");
        self.running = Some(Daemon::start(Command::new("mosquitto").arg("-c").arg(file)));
        until_listening(self.address.port(), "mosquitto");
    }

    /// Returns the broker's address as the program takes it.
    pub fn url(&self) -> String {
        format!("mqtt://{}", self.address)
    }
}

/// What came on a topic.
#[derive(Clone, Debug, PartialEq)]
pub struct Came {
    /// What the topic holds.
    pub payload: Vec<u8>,
    /// Whether the broker had kept it from before.
    pub is_kept: bool,
}

impl Came {
    /// Returns the payload as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.payload).into_owned()
    }
}

/// A client that hears everything that the broker tells.
pub struct Ear {
    client: Client,
    /// Guards what came, by topic, oldest first; held to add to it, or to look.
    came: Arc<Mutex<BTreeMap<String, Vec<Came>>>>,
    ended: Arc<AtomicBool>,
}

impl Ear {
    /// Listens to a broker; as `login` where it wants to know who.
    pub fn of(broker: &Broker, login: Option<(&str, &str)>) -> Ear {
        let id = format!("ear-{}", fastrand::u32(..));
        let mut options = MqttOptions::new(id, (Ipv4Addr::LOCALHOST.to_string(), broker.address.port()));
        options.set_max_packet_size(1 << 22, 1 << 22);
        if let Some((user, password)) = login {
            options.set_credentials(user, password.to_owned());
        }
        let (client, mut connection) = Client::builder(options).capacity(64).build();
        let (came, ended) =
            (Arc::<Mutex<BTreeMap<String, Vec<Came>>>>::default(), Arc::<AtomicBool>::default());
        let (hears, is_over, asks) = (Arc::clone(&came), Arc::clone(&ended), client.clone());
        thread::spawn(move || {
            for event in connection.iter() {
                match event {
                    Ok(Event::Incoming(Packet::ConnAck(_))) => {
                        asks.try_subscribe("#", QoS::AtLeastOnce).expect("there is room");
                    }
                    Ok(Event::Incoming(Packet::Publish(message))) => {
                        let topic = String::from_utf8_lossy(&message.topic).into_owned();
                        let one = Came { payload: message.payload.to_vec(), is_kept: message.retain };
                        hears.lock().entry(topic).or_default().push(one);
                    }
                    Ok(_) => {}
                    Err(_) if is_over.load(Ordering::Relaxed) => return,
                    // The broker is away.
                    Err(_) => thread::sleep(std::time::Duration::from_millis(50)),
                }
            }
        });
        Ear { client, came, ended }
    }

    /// Returns what came on a topic so far.
    pub fn all(&self, topic: &str) -> Vec<Came> {
        self.came.lock().get(topic).cloned().unwrap_or_default()
    }

    /// Returns the topics on which something came.
    pub fn topics(&self) -> Vec<String> {
        self.came.lock().keys().cloned().collect()
    }

    /// Waits until something like that has come on a topic.
    pub fn wait_for(&self, topic: &str, is_it: impl Fn(&Came) -> bool) -> Came {
        let look = || self.all(topic).into_iter().rev().find(&is_it);
        wait::until_some(&format!("something on {topic}"), PATIENCE * 2, look)
    }

    /// Waits until the newest of a topic is that text.
    pub fn wait_for_text(&self, topic: &str, text: &str) {
        let mut last = None;
        let look = || {
            last = self.all(topic).last().map(Came::text);
            last.as_deref() == Some(text)
        };
        wait::until(&format!("{topic} holds {text}"), PATIENCE * 2, look);
    }

    /// Publishes something.
    pub fn publish(&self, topic: &str, text: &str, is_kept: bool) {
        let options = PublishOptions::at_least_once().retain(is_kept);
        self.client.publish(topic, text.to_owned(), options).expect("there is a connection");
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        // It may be gone already.
        let _ = self.client.try_disconnect();
    }
}
