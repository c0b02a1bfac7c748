//! Composition root: builds every stage from the configuration, and takes them down in order.
//!
//! The only place that knows all stages. It takes its listener and its end from outside, so tests run it on
//! port 0.

mod degraded;
mod report;
mod results;

use std::{
    collections::HashMap, future::Future, io, net::TcpListener, sync::Arc, thread::available_parallelism,
    time::Instant,
};

use report::{Reporter, merge};
use results::pass_on;
use thiserror::Error;
use tokio::{sync::mpsc, task::JoinError};

use crate::{
    analytics::{Analytics, AnalyticsSettings},
    cameras::Survey,
    capture::{Capture, CaptureSettings},
    config::Config,
    encode::{Encoder, Merger, Pool},
    frame::now_us,
    hub::{Channel, DEFAULT_CAMERA, Hub},
    source::{Address, scene},
    tools::metrics::{Metrics, MetricsError},
    transport::{self, Shared},
};

/// Why the server does not start, or ended.
#[derive(Debug, Error)]
pub enum AppError {
    /// Threads or sockets could not be had.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// Two metrics have the same name.
    #[error("metrics: {0}")]
    Metrics(#[from] MetricsError),
    /// The web server did not start, or ended without being told to.
    #[error("the web server ended by itself: {0}")]
    Server(String),
}

/// Results that may wait for the task that passes them on; more only where nothing runs any more.
const RESULTS_UNDER_WAY: usize = 16;

/// Serves `config` on `listener` until `shutdown` is done; must run in an actix system.
///
/// Ends in order: no new viewers and 1001 for those there are, then the camera is released, then sockets and
/// threads end.
///
/// # Errors
/// Where a thread or the listener is not to be had, or the web server ends by itself. A camera that cannot be
/// opened is no error: viewers are told.
pub async fn run(
    config: &Config,
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
) -> Result<(), AppError> {
    run_counting(config, listener, Metrics::new()?, shutdown).await
}

/// Serves as [`run`] does, and counts in `metrics`, for callers that want to look at them, or to have threads
/// fail.
///
/// # Errors
/// Those of [`run`].
pub async fn run_counting(
    config: &Config,
    listener: TcpListener,
    metrics: Metrics,
    shutdown: impl Future<Output = ()>,
) -> Result<(), AppError> {
    let stages = Stages::start(config, &metrics)?;
    let shared = Arc::new(stages.shared(config, metrics.clone()));
    let server = transport::server(listener, shared)?;
    let handle = server.handle();
    let reporter = stages.reporter(metrics.clone());
    let merger = || Merger::new(encoders(), config.encode.encode_share);
    let mut serving = actix_web::rt::spawn(server);
    let outcome = tokio::select! {
        () = shutdown => Ok(()),
        ended = &mut serving => Err(AppError::Server(why_it_ended(ended))),
        never = reporter.report() => match never {},
        never = merge(&stages.hub, &metrics.fences, merger) => match never {},
    };
    stages.hub.stop();
    // Releasing a camera may take a moment, and sockets need this thread meanwhile.
    let capture = stages.capture;
    let analytics = stages.analytics;
    let released = actix_web::rt::task::spawn_blocking(move || {
        capture.stop();
        if let Some(analytics) = analytics {
            analytics.stop();
        }
    });
    handle.stop(true).await;
    // It can only fail by panicking, and the process is about to end.
    let _ = released.await;
    stages.pool.stop();
    outcome
}

/// What became of a web server that was not told to stop.
fn why_it_ended(ended: Result<io::Result<()>, JoinError>) -> String {
    match ended {
        Ok(Ok(())) => "it gives no reason".to_owned(),
        Ok(Err(error)) => error.to_string(),
        Err(fault) => format!("a fault of this program: {fault}"),
    }
}

/// Every stage, connected.
struct Stages {
    pool: Pool,
    hub: Arc<Hub>,
    channel: Arc<Channel>,
    capture: Capture,
    /// None where analytics are switched off.
    analytics: Option<Analytics>,
}

impl Stages {
    fn start(config: &Config, metrics: &Metrics) -> Result<Self, AppError> {
        let size = config.capture.wish().size;
        // Encoder and hub need each other: what viewers want goes one way, finished frames the other.
        let (pool, hub) = {
            let slot: Arc<std::sync::OnceLock<Arc<Hub>>> = Arc::default();
            let target = Arc::clone(&slot);
            let publish = move |stream: &_, frame: &_| {
                if let Some(hub) = target.get() {
                    hub.publish(stream, frame);
                }
            };
            let pool = Encoder::start(encoders(), metrics.clone(), Box::new(publish))?;
            let hub =
                Arc::new(Hub::new(pool.encoder(), metrics.clone(), config.viewers.max_viewers as usize));
            let _ = slot.set(Arc::clone(&hub));
            (pool, hub)
        };
        let survey = survey(config, size);
        let channel = hub.add(DEFAULT_CAMERA, size, survey.clone());
        let analytics = analyse(config, survey, &channel, metrics)?;
        let intake = analytics.as_ref().map(Analytics::intake);
        let settings = CaptureSettings {
            camera: DEFAULT_CAMERA.to_owned(),
            address: config.capture.source(),
            wish: config.capture.wish(),
            frozen_after: config.capture.frozen_after(),
        };
        let (encoder, camera, teller) = (pool.encoder(), Arc::clone(channel.camera()), Arc::clone(&channel));
        let capture = Capture::start(
            settings,
            metrics.clone(),
            Box::new(move |frame| {
                encoder.offer(&camera, frame);
                if let Some(intake) = &intake {
                    intake.offer(frame);
                }
            }),
            Box::new(move |event| teller.tell(event)),
        )?;
        Ok(Stages { pool, hub, channel, capture, analytics })
    }

    fn reporter(&self, metrics: Metrics) -> Reporter {
        let intake = self.analytics.as_ref().map(Analytics::intake);
        Reporter { feed: self.capture.feed(), channel: Arc::clone(&self.channel), intake, metrics }
    }

    fn shared(&self, config: &Config, metrics: Metrics) -> Shared {
        Shared {
            hub: Arc::clone(&self.hub),
            feeds: HashMap::from([(DEFAULT_CAMERA.to_owned(), self.capture.feed())]),
            intakes: self
                .analytics
                .iter()
                .map(|analytics| (DEFAULT_CAMERA.to_owned(), analytics.intake()))
                .collect(),
            metrics,
            ladder: config.encode.ladder(),
            viewer_token: config.access.viewer_token.clone(),
            allowed_origins: config.access.allowed_origins.clone(),
            viewer_timeout: config.viewers.viewer_timeout(),
            // Two starts may fall into one microsecond.
            run: format!("{:x}{:04x}", now_us(), fastrand::u16(..)),
            started: Instant::now(),
        }
    }
}

/// Threads that encode: one a core.
fn encoders() -> usize {
    available_parallelism().map_or(1, usize::from)
}

/// Lines, zones and calibration of the camera: from the cameras file, or the scene's own.
fn survey(config: &Config, size: (usize, usize)) -> Survey {
    match (config.cameras.survey(DEFAULT_CAMERA), config.capture.source()) {
        (Some(survey), _) => survey.clone(),
        (None, Address::Synthetic(_)) => scene::survey(size),
        (None, _) => Survey::default(),
    }
}

/// Starts analytics, whose results go to the camera's viewers; `None` where they are switched off.
fn analyse(
    config: &Config,
    survey: Survey,
    channel: &Arc<Channel>,
    metrics: &Metrics,
) -> Result<Option<Analytics>, AppError> {
    let settings = AnalyticsSettings {
        camera: DEFAULT_CAMERA.to_owned(),
        survey,
        crowd_model: config.analytics.crowd_model(),
        detect_model: config.analytics.detect_model(),
        confidence: config.analytics.detect_confidence as f32,
        nms_iou: config.analytics.detect_nms_iou as f32,
        classes: config.analytics.detect_classes.iter().cloned().collect(),
        input: config.analytics.detect_input.0,
        density_borders: config.analytics.risk_thresholds,
        total_borders: config.analytics.risk_totals,
    };
    if settings.crowd_model.is_none() && settings.detect_model.is_none() {
        return Ok(None);
    }
    channel.begin_analytics();
    // Handed over to a task: the channel's locks are the frames' too, and a thread of the lowest priority
    // must not hold them.
    let (sender, mut results) = mpsc::channel(RESULTS_UNDER_WAY);
    let (teller, fences) = (Arc::clone(channel), metrics.fences.clone());
    actix_web::rt::spawn(async move {
        while let Some((findings, events)) = results.recv().await {
            pass_on(&teller, &fences, findings, events).await;
        }
    });
    let dropped = metrics.queue_dropped.with_label_values(&["analytics"]);
    let on_findings = move |findings: Option<_>, events| {
        if findings.is_none() {
            // The end must not be lost. It can fail only where nobody listens any more.
            let _ = sender.blocking_send((findings, events));
        } else if sender.try_send((findings, events)).is_err() {
            dropped.inc();
        }
    };
    Ok(Some(Analytics::start(&settings, metrics.clone(), Box::new(on_findings))?))
}
