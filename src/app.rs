//! Composition root: builds every stage from the configuration, and takes them down in order.
//!
//! The only place that knows all stages. It takes its listener and its end from outside, so tests run it on
//! port 0.

mod alive;
mod cameras;
mod doors;
mod error;
mod greeting;
mod hear;
mod heats;
mod illustrate;
mod memory;
mod merge;
mod mqtt;
mod notify;
mod overlays;
mod readers;
mod seen;
mod sheets;

use std::{
    convert::Infallible,
    future::Future,
    io,
    net::TcpListener,
    path::{Path, PathBuf},
    sync::Arc,
    thread::available_parallelism,
    time::Instant,
};

use actix_web::dev::ServerHandle;
pub use cameras::cameras_file_trouble;
use doors::Doors;
pub use error::AppError;
use greeting::greet;
use hear::hear;
use illustrate::illustrate;
use memory::Memory;
use merge::merge;
use overlays::Overlays;
use readers::Readers;
use seen::Seen;
use tokio::{
    runtime::Handle,
    sync::{Semaphore, oneshot},
    task::JoinError,
};

use crate::{
    analytics::{Loaded, Turns, Workshop},
    config::{Config, MetricsFor},
    encode::{Encoder, Merger, Partners, Pool},
    frame::now_us,
    history::{History, Illustrate},
    hub::{Audiences, Balance, Door, Supply},
    news::Desk,
    nouns::{quality::Level, rule::ServiceName},
    registry::{Registry, Stages},
    roster::Roster,
    source,
    tools::metrics::{Metrics, MetricsError},
    transport::{self, Shared, Today},
    uploads::{THIS_PROGRAM, Uploads},
};

/// Most sources that are tried at once over HTTP: each may hold a thread and a decoder for some seconds.
const MOST_TRIES: usize = 2;

/// Most videos that are uploaded at once.
const MOST_UPLOADS: usize = 4;

/// Most questions that wait for history's disk at once.
const MOST_QUESTIONS: usize = 8;

/// Most answers of history's rows at once, which are read as fast as their clients take them.
const MOST_SERIES: usize = 4;

/// Serves `config` on `listener` until `shutdown` is done; must run in an actix system.
///
/// Ends in order: no new viewers and 1001 for those there are, then the camera is released, then sockets and
/// threads end, and history writes its last seconds.
///
/// # Errors
/// Where a thread or the listener is not to be had, or the web server ends by itself. A camera that cannot be
/// opened is no error: viewers are told.
pub async fn run(
    config: &Config,
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
) -> Result<(), AppError> {
    run_open(config, listener, Inside::new()?, shutdown).await
}

/// What of a server its caller may look into.
pub struct Inside {
    /// What is counted, and where threads can be made to fail.
    pub metrics: Metrics,
    /// Gets the cameras once they run; whoever does not want them drops the other end.
    pub registry: oneshot::Sender<Arc<Registry>>,
    /// The program that looks at uploads: this one, except where a test is it.
    pub program: PathBuf,
}

impl Inside {
    /// For a caller who looks at nothing.
    ///
    /// # Errors
    /// Only if two metrics had the same name.
    pub fn new() -> Result<Self, MetricsError> {
        Ok(Inside { metrics: Metrics::new()?, registry: oneshot::channel().0, program: THIS_PROGRAM.into() })
    }
}

/// Serves as [`run`] does, for callers that look at the counters, change cameras or have threads fail.
///
/// # Errors
/// Errors of [`run`].
pub async fn run_open(
    config: &Config,
    listener: TcpListener,
    inside: Inside,
    shutdown: impl Future<Output = ()>,
) -> Result<(), AppError> {
    let Inside { metrics, registry, program } = inside;
    source::set_allowed(config.cameras.allowed().to_vec());
    // Before there are cameras: what is wrong with a credential or a certificate ends the start at once.
    let doors = Doors::new(config, &listener, &metrics)?;
    let desk = Desk::new(metrics.clone());
    let core = Core::start(&metrics, config.encode.ladder().top())?;
    // Before there are cameras, so that they miss none of their events, and these have their numbers.
    let (news, memory) =
        (desk.reader("hub"), Memory::start(config, &desk, core.illustrate(), &metrics).await?);
    // Whoever reads learns of the end by the last desk's, which is the server's.
    let server = Server::start(config, core, desk, memory.history(), &metrics)?;
    let mut readers = Readers::start(config, memory, server.seen(config))?;
    server.roster.start()?;
    // Whoever is not interested is gone.
    let _ = registry.send(Arc::clone(&server.registry));
    let shared = Arc::new(server.shared(config, &readers, program, &doors));
    readers.connect(&shared)?;
    let listens_on = listener.local_addr()?;
    let web = transport::server(listener, shared, doors.config())?;
    // Only now: who reads it may open the page, and what is wrong with the cameras has been said.
    greet(config, listens_on);
    let handle = web.handle();
    let mut serving = actix_web::rt::spawn(web);
    let merger = || Merger::new(cores(), config.encode.encode_share);
    let balance = server.balance();
    let outcome = tokio::select! {
        () = shutdown => Ok(()),
        ended = &mut serving => Err(AppError::Server(why_it_ended(ended))),
        never = merge(&balance, merger) => match never {},
        never = tend(&server, &doors) => match never {},
        () = hear(&server.audiences, news, &metrics.fences) => {
            Err(AppError::Server("its news have ended".to_owned()))
        }
    };
    take_down(server, readers, doors, handle).await;
    outcome
}

/// Looks after cameras, doors and the watchdog for as long as the server runs.
async fn tend(server: &Server, doors: &Doors) -> Infallible {
    let fences = || server.metrics.fences.clone();
    tokio::select! {
        never = cameras::look(Arc::clone(&server.roster), fences()) => never,
        never = alive::feed(Arc::clone(&server.registry)) => never,
        never = doors.keep(fences()) => never,
    }
}

/// Ends everything in its order.
async fn take_down(server: Server, readers: Readers, doors: Doors, web: ServerHandle) {
    alive::stopping();
    server.door.stop();
    // Releasing a camera may take a moment, and sockets need this thread meanwhile.
    let registry = Arc::clone(&server.registry);
    let released = actix_web::rt::task::spawn_blocking(move || registry.stop());
    web.stop(true).await;
    doors.close().await;
    // It can only fail by panicking, and the process is about to end.
    let _ = released.await;
    server.pool.stop();
    readers.end().await;
}

/// What became of a web server that was not told to stop.
fn why_it_ended(ended: Result<io::Result<()>, JoinError>) -> String {
    match ended {
        Ok(Ok(())) => "it gives no reason".to_owned(),
        Ok(Err(error)) => error.to_string(),
        Err(fault) => format!("a fault of this program: {fault}"),
    }
}

/// Every stage, connected; without cameras yet.
struct Server {
    pool: Pool,
    audiences: Arc<Audiences>,
    desk: Desk,
    door: Arc<Door>,
    registry: Arc<Registry>,
    roster: Arc<Roster>,
    metrics: Metrics,
}

/// What makes pictures and what hands them out, connected.
struct Core {
    pool: Pool,
    audiences: Arc<Audiences>,
}

impl Core {
    /// Starts the threads that encode, levels up to `top`.
    fn start(metrics: &Metrics, top: Level) -> Result<Self, AppError> {
        let audiences = Arc::new(Audiences::default());
        let (finished, advanced) = (Arc::clone(&audiences), Arc::clone(&audiences));
        let partners = Partners {
            on_encoded: Box::new(move |stream: &_, frame: &_| finished.publish(stream, frame)),
            on_advanced: Box::new(move |stream: &_, advance: &_| advanced.publish_advance(stream, advance)),
            painter: Box::new(Overlays::new(Arc::clone(&audiences))),
            top,
        };
        Ok(Core { pool: Encoder::start_with(cores(), metrics.clone(), partners)?, audiences })
    }

    /// What makes pictures of events.
    fn illustrate(&self) -> Illustrate {
        illustrate(self.pool.encoder(), Arc::clone(&self.audiences))
    }
}

impl Server {
    /// Starts what cameras share besides the core: the door, the registry and the roster.
    fn start(
        config: &Config,
        Core { pool, audiences }: Core,
        desk: Desk,
        history: &History,
        metrics: &Metrics,
    ) -> Result<Self, AppError> {
        let (encoder, most) = (pool.encoder(), config.viewers.max_viewers as usize);
        let supply = Supply::Pool(encoder.clone());
        let door = Arc::new(Door::new(Arc::clone(&audiences), supply, metrics.clone(), most));
        let stages = Stages {
            encoder,
            audiences: Arc::clone(&audiences),
            desk: desk.clone(),
            history: history.clone(),
            workshop: Workshop {
                turns: Turns::new(cores()),
                loaded: Loaded::default(),
                metrics: metrics.clone(),
            },
            metrics: metrics.clone(),
            runtime: Handle::current(),
        };
        let registry = Arc::new(Registry::new(stages));
        let file = config.cameras.file().map(Path::to_owned);
        let roster = Roster::new(Arc::clone(&registry), cameras::defaults(config), file, metrics.clone());
        Ok(Server {
            pool,
            audiences,
            desk,
            door,
            registry,
            roster: Arc::new(roster),
            metrics: metrics.clone(),
        })
    }

    /// What those read who tell others.
    fn seen(&self, config: &Config) -> Seen {
        Seen {
            registry: Arc::clone(&self.registry),
            audiences: Arc::clone(&self.audiences),
            encoder: self.pool.encoder(),
            desk: self.desk.clone(),
            metrics: self.metrics.clone(),
            public_url: config.notify.public_url().map(str::to_owned),
        }
    }

    fn balance(&self) -> Balance {
        let (audiences, encoder) = (Arc::clone(&self.audiences), self.pool.encoder());
        Balance { audiences, encoder, metrics: self.metrics.clone() }
    }

    /// What handlers share; `program` looks at uploads.
    fn shared(&self, config: &Config, readers: &Readers, program: PathBuf, doors: &Doors) -> Shared {
        Shared {
            door: Arc::clone(&self.door),
            registry: Arc::clone(&self.registry),
            roster: Arc::clone(&self.roster),
            news: self.desk.clone(),
            history: readers.memory.history().clone(),
            notify: readers.notices.notify().clone(),
            sheets: readers.sheets.clone(),
            hubs: config.hubs.told(),
            uploads: Arc::new(Uploads::new(config.uploads.settings(), program)),
            today: Today::default(),
            metrics: self.metrics.clone(),
            ladder: config.encode.ladder(),
            authority: Arc::clone(&doors.authority),
            cookies: doors.cookies.clone(),
            trusted: config.access.trusted_proxies().to_vec(),
            limits: doors::limits(config),
            metrics_open: config.access.metrics == MetricsFor::Open,
            hsts: doors.hsts(),
            certificate: doors.certificate(),
            questions: Arc::new(Semaphore::new(MOST_QUESTIONS)),
            series: Arc::new(Semaphore::new(MOST_SERIES)),
            tries: Arc::new(Semaphore::new(MOST_TRIES)),
            service_tries: Arc::new(Semaphore::new(ServiceName::TOLD.len())),
            key_looks: Arc::new(Semaphore::new(1)),
            arriving: Arc::new(Semaphore::new(MOST_UPLOADS)),
            allowed_origins: config.access.allowed_origins.clone(),
            viewer_timeout: config.viewers.viewer_timeout(),
            // Two starts may fall into one microsecond.
            run: format!("{:x}{:04x}", now_us(), fastrand::u16(..)),
            started: Instant::now(),
        }
    }
}

/// The number of cores, which is that of the threads that encode, and of models that look at once.
fn cores() -> usize {
    available_parallelism().map_or(1, usize::from)
}
