//! Composition root: builds every stage from the configuration, and takes them down in order.
//!
//! The only place that knows all stages. It takes its listener and its end from outside, so tests run it on port 0.

use std::{
    collections::HashMap,
    future::Future,
    io,
    net::TcpListener,
    sync::Arc,
    thread::available_parallelism,
    time::{Duration, Instant},
};

use thiserror::Error;
use tokio::sync::mpsc;

use crate::{
    analytics::{Analytics, AnalyticsSettings},
    cameras::Survey,
    capture::{Capture, CaptureSettings, Feed, Report},
    config::Config,
    encode::{Encoder, MERGE_EVERY, Merger, Pool},
    frame::now_us,
    hub::{CameraNow, Channel, DEFAULT_CAMERA, Hub},
    metrics::{Metrics, MetricsError},
    source::{Address, Wish, scene},
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
}

/// Results that may wait for the task that passes them on; more only where nothing runs any more.
const RESULTS_UNDER_WAY: usize = 16;

/// How often viewers are told how the camera fares.
const STATUS_EVERY: Duration = Duration::from_secs(1);

/// How long encoders and hub get to see the camera's last words before sockets are closed.
const STATE_LOOKED_AT_EVERY: Duration = Duration::from_millis(100);

/// Serves `config` on `listener` until `shutdown` is done; must run in an actix system.
///
/// Ends in order: no new viewers and 1001 for those there are, then the camera is released, then sockets and threads end.
///
/// # Errors
/// Where a thread or the listener is not to be had. A camera that cannot be opened is no error: viewers are told.
pub async fn run(config: &Config, listener: TcpListener, shutdown: impl Future<Output = ()>) -> Result<(), AppError> {
    let metrics = Metrics::new()?;
    let stages = Stages::start(config, &metrics)?;
    let shared = Arc::new(stages.shared(config, metrics.clone()));
    let server = transport::server(listener, shared)?;
    let handle = server.handle();
    let feed = stages.capture.feed();
    let merger = Merger::new(encoders(), config.encode_share);
    let mut serving = actix_web::rt::spawn(server);
    tokio::select! {
        () = shutdown => {}
        () = report(&feed, &stages.channel, &metrics) => {}
        () = merge(&stages.hub, merger) => {}
        // It ends by itself only where it cannot go on.
        _ = &mut serving => {}
    }
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
    Ok(())
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
        let size = (config.capture_width as usize, config.capture_height as usize);
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
            let hub = Arc::new(Hub::new(pool.encoder(), metrics.clone(), config.max_viewers as usize));
            let _ = slot.set(Arc::clone(&hub));
            (pool, hub)
        };
        let survey = survey(config, size);
        let channel = hub.add(DEFAULT_CAMERA, size, survey.clone());
        let analytics = analyse(config, survey, &channel, metrics)?;
        let intake = analytics.as_ref().map(Analytics::intake);
        let settings = CaptureSettings {
            camera: DEFAULT_CAMERA.to_owned(),
            address: config.source(),
            wish: Wish { fps: config.capture_fps, size, file_fps: config.file_fps.0, snapshot_fps: config.snapshot_fps },
            frozen_after: config.frozen_after(),
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

    fn shared(&self, config: &Config, metrics: Metrics) -> Shared {
        Shared {
            hub: Arc::clone(&self.hub),
            feeds: HashMap::from([(DEFAULT_CAMERA.to_owned(), self.capture.feed())]),
            intakes: self.analytics.iter().map(|analytics| (DEFAULT_CAMERA.to_owned(), analytics.intake())).collect(),
            metrics,
            ladder: config.ladder(),
            viewer_token: config.viewer_token.clone(),
            allowed_origins: config.allowed_origins.clone(),
            viewer_timeout: config.viewer_timeout(),
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
    match (config.survey(DEFAULT_CAMERA), config.source()) {
        (Some(survey), _) => survey.clone(),
        (None, Address::Synthetic(_)) => scene::survey(size),
        (None, _) => Survey::default(),
    }
}

/// Starts analytics, whose results go to the camera's viewers; `None` where they are switched off.
fn analyse(config: &Config, survey: Survey, channel: &Arc<Channel>, metrics: &Metrics) -> Result<Option<Analytics>, AppError> {
    let settings = AnalyticsSettings {
        camera: DEFAULT_CAMERA.to_owned(),
        survey,
        crowd_model: config.model(&config.crowd_model),
        detect_model: config.model(&config.detect_model),
        confidence: config.detect_confidence as f32,
        nms_iou: config.detect_nms_iou as f32,
        classes: config.detect_classes.iter().cloned().collect(),
        input: config.detect_input.0,
        density_borders: config.risk_thresholds,
        total_borders: config.risk_totals,
    };
    if settings.crowd_model.is_none() && settings.detect_model.is_none() {
        return Ok(None);
    }
    channel.begin_analytics();
    // Handed over to a task: the channel's locks are the frames' too, and a thread of the lowest priority must not hold them.
    let (sender, mut results) = mpsc::channel(RESULTS_UNDER_WAY);
    let teller = Arc::clone(channel);
    actix_web::rt::spawn(async move {
        while let Some((findings, events)) = results.recv().await {
            match findings {
                Some(findings) => teller.report(findings),
                None => teller.end_analytics(),
            }
            Vec::into_iter(events).for_each(|event| teller.tell(event));
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

/// Tells viewers how the camera fares: each second, and soon after its state changes. Never ends.
async fn report(feed: &Feed, channel: &Channel, metrics: &Metrics) {
    let mut told: Option<Instant> = None;
    let mut state = None;
    loop {
        let report = feed.report();
        let due = told.is_none_or(|told| told.elapsed() >= STATUS_EVERY);
        if due || state != Some(report.state) {
            metrics.capture_fps.set(report.fps);
            told = Some(Instant::now());
            state = Some(report.state);
            let Report { state, reason, fps, .. } = report;
            channel.set_state(CameraNow { state, fps, reason, degraded: vec![] });
        }
        tokio::time::sleep(STATE_LOOKED_AT_EVERY).await;
    }
}

/// Merges rungs while all that are wanted are too many for the processors. Never ends.
async fn merge(hub: &Hub, mut merger: Merger) {
    loop {
        hub.merge(&mut merger, Instant::now());
        tokio::time::sleep(MERGE_EVERY).await;
    }
}
