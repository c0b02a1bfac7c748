//! What keeps a broker informed: news, figures, messages and orders, one after another.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use tokio::{
    sync::{mpsc, oneshot},
    task::{spawn_blocking, spawn_local},
    time::timeout,
};

use super::{
    board::{Board, Rank},
    broker::{Broker, Heard},
    gather::{Cameras, Gathered, gather},
    orders::Order,
    service::Told,
    settings::Settings,
    stale::Stale,
    telling::{event_json, message_json},
    told::ToldOf,
};
use crate::{
    news::{EventReader, Item, News},
    notify::{Ledger, Refused},
    tools::{log_limit::LogLimit, metrics::IntCounter},
};

/// Shortest time between two pictures of a camera, however much happens.
const PICTURE_AFTER: Duration = Duration::from_secs(1);

/// Time after which it is tried again to publish what there was no room for.
const AGAIN_AFTER: Duration = Duration::from_millis(20);

/// Time for the broker to get the last messages.
const LEAVE_WITHIN: Duration = Duration::from_secs(1);

/// Time within which the broker has a message of a rule.
const TOLD_WITHIN: Duration = Duration::from_secs(10);

/// Most orders that wait.
const ORDERS: usize = 16;

/// What comes in.
pub struct Inputs {
    /// Events of all cameras.
    pub events: EventReader,
    /// Messages of rules.
    pub messages: mpsc::Receiver<Told>,
    /// Ends it.
    pub end: oneshot::Receiver<()>,
}

/// What keeps a broker informed.
pub struct Worker {
    settings: Settings,
    cameras: Arc<dyn Cameras>,
    ledger: Arc<Ledger>,
    lost: IntCounter,
    board: Board,
    stale: Stale,
    told: ToldOf,
    /// Why there is no connection; `None` while there is one.
    trouble: Option<String>,
    said: LogLimit,
}

impl Worker {
    /// A worker without a connection; `lost` counts events of which the broker is not told.
    pub fn new(settings: Settings, cameras: Arc<dyn Cameras>, ledger: Arc<Ledger>, lost: IntCounter) -> Self {
        Worker {
            told: ToldOf::new(&settings),
            settings,
            cameras,
            ledger,
            lost,
            board: Board::default(),
            stale: Stale::default(),
            trouble: Some("not connected yet".to_owned()),
            said: LogLimit::new(),
        }
    }

    /// Keeps the broker informed until the end; must run in a set of local tasks.
    ///
    /// # Errors
    /// What is wrong with the settings of the connection.
    pub async fn run(&mut self, inputs: &mut Inputs) -> Result<(), String> {
        let (broker, connection) = Broker::open(
            &self.settings.broker,
            &self.told.names().group(),
            Some(&self.told.names().status()),
        )?;
        let (way, mut heard) = mpsc::channel(64);
        let keeping = spawn_local(connection.keep(way));
        let (way, mut gathered) = mpsc::channel(1);
        let gathering = spawn_local(gather(Arc::clone(&self.cameras), way));
        let (orders, taken) = mpsc::channel(ORDERS);
        spawn_local(obey(Arc::clone(&self.cameras), taken));
        loop {
            let is_waiting = self.trouble.is_none() && self.board.next().is_some();
            tokio::select! {
                Some(heard) = heard.recv() => self.hear(heard, &broker, &orders),
                Some(event) = inputs.events.next() => {
                    inputs.events.lose(event.missed);
                    self.tell(&event.notice.news);
                }
                Some(told) = inputs.messages.recv() => self.hand_over(told, &broker),
                Some(gathered) = gathered.recv() => self.take(gathered, &broker),
                () = tokio::time::sleep(AGAIN_AFTER), if is_waiting => {}
                _ = &mut inputs.end => break,
            }
            self.flush(&broker);
        }
        gathering.abort();
        self.leave(&broker);
        // Whoever waited any longer would hold the program's end up.
        let _ = timeout(LEAVE_WITHIN, keeping).await;
        Ok(())
    }

    /// Publishes what is due, as far as there is room.
    fn flush(&mut self, broker: &Broker) {
        while let Some(note) = self.board.next().filter(|_| self.trouble.is_none()) {
            if !broker.publish(&note) {
                return;
            }
            self.board.got(&note);
        }
    }

    fn leave(&mut self, broker: &Broker) {
        self.board.put(Rank::Description, self.told.names().status(), Bytes::from_static(b"offline"));
        self.flush(broker);
        broker.leave(LEAVE_WITHIN);
    }

    fn hear(&mut self, heard: Heard, broker: &Broker, orders: &mpsc::Sender<Order>) {
        match heard {
            Heard::Connected => self.begin(broker),
            Heard::Lost { why, next_try } => {
                self.ledger.failed(&why, Some(next_try));
                if self.said.is_due(Instant::now()) {
                    log::warn!("mqtt: no connection: {why}");
                }
                self.trouble = Some(why);
                // What happened then is old by the next connection.
                self.lost.inc_by(self.board.forget_events() as u64);
            }
            Heard::Message { topic, payload, is_kept } => {
                self.listen(topic, payload, is_kept, orders);
            }
        }
    }

    /// Begins behind a new connection: everything is told again.
    fn begin(&mut self, broker: &Broker) {
        log::info!("mqtt: connected to {}:{}", self.settings.broker.host, self.settings.broker.port);
        self.trouble = None;
        self.ledger.recovered();
        self.board.put(Rank::Description, self.told.names().status(), Bytes::from_static(b"online"));
        self.board.begin();
        self.stale.begin(Instant::now());
        let control = self.settings.control.then(|| self.told.names().orders());
        let filters = [
            Some(self.told.names().all()),
            self.told.names().configs(),
            self.told.names().home_assistant(),
            control,
        ];
        // The queue is empty behind a new connection.
        filters.into_iter().flatten().for_each(|filter| {
            broker.listen(filter);
        });
    }

    /// Takes a message of the broker's.
    fn listen(&mut self, topic: String, payload: Bytes, is_kept: bool, orders: &mpsc::Sender<Order>) {
        if self.told.names().home_assistant().is_some_and(|birth| birth == topic) {
            // What it heard before it started it has forgotten.
            if payload == "online" && !is_kept {
                self.board.begin();
            }
        } else if let Some((camera, what)) = self.told.names().order(&topic) {
            if self.settings.control && !is_kept {
                self.order(camera, what, &payload, orders);
            }
        } else if is_kept {
            self.stale.note(topic, payload);
        }
    }

    /// Has an order carried out. One that the broker keeps would be carried out again at each connection, and
    /// is passed over.
    fn order(&mut self, camera: &str, what: &str, payload: &[u8], orders: &mpsc::Sender<Order>) {
        let order = match Order::read(camera, what, payload) {
            Ok(order) => order,
            Err(why) => {
                if self.said.is_due(Instant::now()) {
                    log::warn!("mqtt: an order is refused: {why}");
                }
                return;
            }
        };
        if orders.try_send(order).is_err() && self.said.is_due(Instant::now()) {
            log::warn!("mqtt: more orders come than can be carried out; some are passed over");
        }
    }

    /// Tells of an event.
    fn tell(&mut self, news: &News) {
        let Item::Event(event) = &news.item else { return };
        if self.trouble.is_some() {
            self.lost.inc();
            return;
        }
        let topic = self.told.names().of(&news.camera, "event");
        if self.board.event(topic, event_json(news, event)) {
            self.lost.inc();
        }
        self.picture(&news.camera, PICTURE_AFTER);
    }

    /// Makes a picture of a camera, where the last one is at least so old.
    fn picture(&mut self, camera: &Arc<str>, after: Duration) {
        if self.trouble.is_some() || !self.told.is_picture_due(camera, after, Instant::now()) {
            return;
        }
        if let Some(jpeg) = self.cameras.picture(camera) {
            self.told.show_picture(&mut self.board, camera, Bytes::from(jpeg));
        }
    }

    /// Tells a message of a rule; whoever handed it in learns when the broker has it.
    fn hand_over(&self, Told { message, done }: Told, broker: &Broker) {
        // Whoever waited may have given up.
        let answer = move |told| drop(done.send(told));
        if let Some(why) = &self.trouble {
            return answer(Err(Refused::for_now(why.clone())));
        }
        let camera = message.about.as_ref().map(|about| Arc::clone(&about.camera));
        let topic = camera.map_or_else(
            || self.told.names().notification(),
            |camera| self.told.names().of(&camera, "notification"),
        );
        let Some(handed) = broker.hand_over(topic, message_json(&message)) else {
            return answer(Err(Refused::for_now("the connection is busy")));
        };
        spawn_local(async move {
            answer(match timeout(TOLD_WITHIN, handed.wait_completion_async()).await {
                Ok(Ok(())) => Ok(()),
                Ok(Err(error)) => Err(Refused::for_now(error.to_string())),
                Err(_) => Err(Refused::for_now("it does not answer")),
            });
        });
    }

    fn take(&mut self, gathered: Gathered, broker: &Broker) {
        match gathered {
            Gathered::Of(camera, figures) => {
                self.told.show(&mut self.board, &camera, &figures);
                if let Some(every) = self.settings.pictures {
                    self.picture(&camera, every);
                }
            }
            Gathered::All(cameras) => {
                self.told.forget_others(&mut self.board, &cameras);
                if let Some(kept) = self.stale.take(Instant::now()) {
                    self.told.clear_up(&mut self.board, &cameras, kept);
                    // From now on only what we say ourselves would come.
                    let filters = [Some(self.told.names().all()), self.told.names().configs()];
                    filters.into_iter().flatten().for_each(|filter| {
                        broker.ignore(filter);
                    });
                }
            }
        }
    }
}

/// Carries orders out, one after another, each on a thread that may wait.
async fn obey(cameras: Arc<dyn Cameras>, mut orders: mpsc::Receiver<Order>) {
    while let Some(order) = orders.recv().await {
        let cameras = Arc::clone(&cameras);
        let obeyed = spawn_blocking(move || {
            let said = cameras.switch(&order);
            (order, said)
        });
        match obeyed.await {
            Ok((Order { camera, switch, on }, Ok(()))) => {
                let state = if on { "on" } else { "off" };
                log::info!("mqtt: camera {camera}: {} switched {state}", switch.field());
            }
            Ok((order, Err(why))) => log::warn!("mqtt: camera {}: {why}", order.camera),
            Err(_) => log::error!("mqtt: a fault of this program while a camera was switched"),
        }
    }
}
