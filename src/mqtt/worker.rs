//! What keeps a broker informed: news, figures, messages and orders, one after another.

use std::{
    future::pending,
    panic::resume_unwind,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use tokio::{
    sync::{mpsc, oneshot},
    task::{JoinError, spawn_blocking, spawn_local},
    time::{sleep, sleep_until, timeout},
};

use super::{
    board::{Board, Note, Rank},
    broker::{Broker, Heard},
    gather::{Cameras, Gathered, gather},
    link::Link,
    orders::Order,
    service::Told,
    settings::Settings,
    stale::Stale,
    switching::Switching,
    telling::event_json,
    told::ToldOf,
};
use crate::{
    news::{EventReader, Item, News},
    notify::{Backoff, Ledger, Refused},
    tools::{fence::Around, log_limit::LogLimit, metrics::IntCounter},
};

/// Shortest time between two pictures of a camera, however much happens.
const PICTURE_AFTER: Duration = Duration::from_secs(1);

/// Time after which it is tried again to publish what there was no room for.
const AGAIN_AFTER: Duration = Duration::from_millis(20);

/// Time for the broker to get the last message, and again for the goodbye.
const LEAVE_WITHIN: Duration = Duration::from_secs(1);

/// The first and the longest wait for another connection: whoever waits for a broker to start again waits for
/// us as well.
const RETRY_AFTER: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(30)];

/// Age of a connection that was a success: one that is closed at once, again and again, is none.
const STEADY_AFTER: Duration = Duration::from_secs(30);

/// What comes in.
pub struct Inputs {
    /// Events of all cameras.
    pub events: EventReader,
    /// Messages of rules.
    pub messages: mpsc::Receiver<Told>,
    /// Ends it.
    pub end: oneshot::Receiver<()>,
    /// Whether it has ended.
    pub is_over: bool,
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
    backoff: Backoff,
    /// When the next connection is tried, while there is none.
    retry_at: Instant,
    /// When the broker let us in.
    since: Option<Instant>,
    /// Whether what the broker keeps is not looked at: something of it is longer than is taken.
    is_deaf: bool,
    said: LogLimit,
}

/// A picture of a camera, once it is made; `None` where there is none.
type Pictured = (Arc<str>, Option<Vec<u8>>);

impl Worker {
    /// A worker without a connection; `lost` counts events of which the broker is not told.
    pub fn new(settings: Settings, cameras: Arc<dyn Cameras>, ledger: Arc<Ledger>, lost: IntCounter) -> Self {
        let [first, longest] = RETRY_AFTER;
        Worker {
            told: ToldOf::new(&settings),
            settings,
            cameras,
            ledger,
            lost,
            board: Board::default(),
            stale: Stale::default(),
            trouble: None,
            backoff: Backoff::between(first, longest, fastrand::u64(..)),
            retry_at: Instant::now(),
            since: None,
            is_deaf: false,
            said: LogLimit::new(),
        }
    }

    /// Keeps the broker informed until the end; must run in a set of local tasks.
    pub async fn run(&mut self, inputs: &mut Inputs) {
        self.trouble = Some("not connected yet".to_owned());
        // Behind a fault of this program, as behind a connection.
        self.since = None;
        self.forget();
        let (way, mut gathered) = mpsc::channel(1);
        let mut gathering = spawn_local(gather(Arc::clone(&self.cameras), way));
        let (pictured, mut pictures) = mpsc::channel::<Pictured>(4);
        let (mut link, mut switching) = (None::<Link>, Switching::new(Arc::clone(&self.cameras)));
        loop {
            if link.is_none() && Instant::now() >= self.retry_at {
                link = self.connect();
            }
            let is_waiting = self.trouble.is_none() && self.board.next().is_some();
            tokio::select! {
                heard = heard(&mut link) => self.hear(heard, &mut link, &mut switching),
                () = sleep_until(self.retry_at.into()), if link.is_none() => {}
                Some(event) = inputs.events.next() => {
                    inputs.events.lose(event.missed);
                    self.tell(&event.notice.news);
                    self.flush(link.as_ref());
                    self.picture(&event.notice.news.camera, PICTURE_AFTER, &pictured);
                }
                Some(told) = inputs.messages.recv() => self.hand_over(told, link.as_ref()),
                Some(gathered) = gathered.recv() => self.take(gathered, link.as_mut(), &pictured),
                Some((camera, jpeg)) = pictures.recv() => {
                    self.told.show_picture(&mut self.board, &camera, jpeg.map(Bytes::from));
                }
                () = switching.done() => {}
                ended = &mut gathering => fail(ended),
                () = sleep(AGAIN_AFTER), if is_waiting => {}
                _ = &mut inputs.end => break,
            }
            self.flush(link.as_ref());
        }
        inputs.is_over = true;
        if let Some(link) = link {
            self.leave(link).await;
        }
    }

    /// Begins a connection; `None` where that cannot be.
    fn connect(&mut self) -> Option<Link> {
        let names = self.told.names();
        match Broker::open(&self.settings.broker, &names.group(), Some(&names.status())) {
            Ok((broker, connection)) => Some(Link::new(broker, connection)),
            Err(why) => {
                self.lose(why);
                None
            }
        }
    }

    /// Publishes what is due, as far as there is room.
    fn flush(&mut self, link: Option<&Link>) {
        let Some(link) = link.filter(|_| self.trouble.is_none()) else { return };
        while let Some(note) = self.board.next() {
            if !link.broker.publish(&note) {
                return;
            }
            self.board.got(&note);
        }
    }

    /// Says goodbye. Where the broker does not confirm that we are offline, the socket is let go of without
    /// one, so that the will says it.
    async fn leave(&self, link: Link) {
        let topic = self.told.names().status();
        let note = Note { topic, payload: Bytes::from_static(b"offline"), is_kept: true };
        let handed = link.broker.hand_over(note).filter(|_| self.trouble.is_none());
        let told = match handed {
            Some(handed) => timeout(LEAVE_WITHIN, handed.wait_completion_async()).await,
            None => return link.drop_it(),
        };
        match told {
            Ok(Ok(())) => link.leave(LEAVE_WITHIN).await,
            _ => link.drop_it(),
        }
    }

    fn hear(&mut self, heard: Heard, link: &mut Option<Link>, switching: &mut Switching) {
        match heard {
            Heard::Connected => link.iter().for_each(|link| self.begin(link)),
            Heard::Lost { why, is_too_long } => {
                // With it goes what waits in the library: by the next connection it is old.
                *link = None;
                if is_too_long {
                    log::warn!(
                        "mqtt: the broker keeps something under steadycast/{}/ that is longer than 4 MiB; \
                         remove it: until then nothing of an earlier run is cleared up",
                        self.settings.node
                    );
                    self.is_deaf = true;
                }
                self.lose(why);
            }
            Heard::Message { topic, payload, is_kept } => self.listen(topic, &payload, is_kept, switching),
        }
    }

    /// Notes that there is no connection, and when the next one is tried.
    fn lose(&mut self, why: String) {
        if self.since.take().is_some_and(|since| since.elapsed() >= STEADY_AFTER) {
            self.backoff.succeed();
        }
        self.retry_at = Instant::now() + self.backoff.fail(None);
        self.ledger.failed(&why, Some(self.retry_at));
        if self.said.is_due(Instant::now()) {
            log::warn!("mqtt: no connection: {why}");
        }
        self.trouble = Some(why);
        self.forget();
    }

    /// Lets go of what is old by the next connection.
    fn forget(&mut self) {
        self.stale = Stale::default();
        self.lost.inc_by(self.board.forget_events() as u64);
    }

    /// Begins behind a new connection: everything is told again.
    fn begin(&mut self, link: &Link) {
        log::info!("mqtt: connected to {}:{}", self.settings.broker.host, self.settings.broker.port);
        self.trouble = None;
        self.since = Some(Instant::now());
        self.ledger.recovered();
        let names = self.told.names();
        self.board.put(Rank::Description, names.status(), Bytes::from_static(b"online"));
        self.board.begin();
        let wished = [self.settings.control.then(|| names.orders()), names.home_assistant()];
        let kept = if self.is_deaf { [None, None] } else { [Some(names.all()), names.configs()] };
        // The queue is empty behind a new connection.
        for filter in wished.into_iter().chain(kept).flatten() {
            link.broker.listen(filter);
        }
        if !self.is_deaf {
            self.stale.begin(Instant::now());
        }
    }

    /// Takes a message of the broker's.
    fn listen(&mut self, topic: String, payload: &Bytes, is_kept: bool, switching: &mut Switching) {
        if self.told.names().home_assistant().is_some_and(|birth| birth == topic) {
            // What it heard before it started it has forgotten.
            if *payload == "online" && !is_kept {
                self.board.begin();
            }
        } else if let Some((camera, what)) = self.told.names().order(&topic) {
            // One that the broker keeps would be carried out again at each connection.
            if self.settings.control && !is_kept {
                switching.add(Order::read(camera, what, payload));
            }
        } else if is_kept {
            self.stale.note(topic, payload);
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
    }

    /// Has a picture of a camera made, where the last one is at least so old: on another thread, since events
    /// and the connection wait for this one.
    fn picture(&mut self, camera: &Arc<str>, after: Duration, pictured: &mpsc::Sender<Pictured>) {
        if self.trouble.is_some() || !self.told.is_picture_due(camera, after, Instant::now()) {
            return;
        }
        let (cameras, camera, pictured) = (Arc::clone(&self.cameras), Arc::clone(camera), pictured.clone());
        let around = Around::here();
        drop(spawn_blocking(move || {
            // A panic is counted, and costs the picture.
            let jpeg = around.run(|| cameras.picture(&camera)).ok().flatten();
            // Whoever wanted it may have gone.
            let _ = pictured.blocking_send((camera, jpeg));
        }));
    }

    /// Tells a message of a rule; whoever handed it in learns when the broker has it.
    fn hand_over(&self, told: Told, link: Option<&Link>) {
        let (Some(link), None) = (link, &self.trouble) else {
            let why = self.trouble.as_deref().unwrap_or("not connected");
            return told.answer(Err(Refused::for_now(why)));
        };
        let camera = told.message.camera().cloned();
        let names = self.told.names();
        link.tell(
            camera.map_or_else(|| names.notification(), |camera| names.of(&camera, "notification")),
            told,
        );
    }

    fn take(&mut self, gathered: Gathered, link: Option<&mut Link>, pictured: &mpsc::Sender<Pictured>) {
        match gathered {
            Gathered::Of(camera, figures) => {
                self.told.show(&mut self.board, &camera, &figures);
                if let Some(every) = self.settings.pictures {
                    self.picture(&camera, every, pictured);
                }
            }
            Gathered::All(cameras) => {
                self.told.forget_others(&mut self.board, &cameras);
                if let Some(kept) = self.stale.take(Instant::now()) {
                    self.told.clear_up(&mut self.board, &cameras, kept);
                    let names = self.told.names();
                    // From now on only what we say ourselves would come.
                    let filters = [Some(names.all()), names.configs()].into_iter().flatten();
                    link.into_iter().for_each(|link| link.unwanted.extend(filters.clone()));
                } else if let Some(link) = link {
                    link.ignore_unwanted();
                }
            }
        }
    }
}

/// What the connection says; nothing while there is none.
async fn heard(link: &mut Option<Link>) -> Heard {
    match link {
        Some(link) => link.next().await,
        None => pending().await,
    }
}

/// Hands a task's panic on to the fence around the thread. A task that ended otherwise was told to.
fn fail(ended: Result<(), JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        resume_unwind(error.into_panic());
    }
}
