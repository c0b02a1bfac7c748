//! What a broker is told, asked of the stages that know it.

use std::{io, sync::Arc};

use actix_web::web::Data;
use serde_json::{Map, Value};
use tokio::sync::mpsc::Receiver;

use super::{error::AppError, seen::Seen};
use crate::{
    config,
    mqtt::{Asked, Cameras, Figures, Mqtt, Needs, Order, Settings, Told, line},
    notify::Service,
    nouns::{rule::ServiceName, state::CameraState},
    transport::{Shared, told_of},
};

/// What is known of cameras.
struct Known {
    seen: Seen,
    /// What handlers of requests know as well.
    shared: Data<Shared>,
}

impl Cameras for Known {
    fn names(&self) -> Vec<Arc<str>> {
        self.seen.names()
    }

    fn figures<'a>(&'a self, name: &'a Arc<str>) -> Asked<'a> {
        Box::pin(async move {
            let (stats, status) = told_of(&self.shared, name).await?;
            let camera = self.shared.registry.camera(name)?;
            let survey = Arc::clone(&camera.channel().condition().survey);
            Some(Figures {
                stats,
                status,
                enabled: camera.feed().report().state != CameraState::Stopped,
                analytics: camera.is_analysed(),
                lines: survey.lines.iter().map(|line| line.id.clone()).collect(),
                zones: survey.zones.iter().map(|zone| zone.id.clone()).collect(),
                page: self.seen.link(name),
            })
        })
    }

    fn picture(&self, camera: &str) -> Option<Vec<u8>> {
        self.seen.picture(camera)
    }

    fn switch(&self, Order { camera, switch, on }: &Order) -> Result<(), String> {
        let fields = Map::from_iter([(switch.field().to_owned(), Value::Bool(*on))]);
        self.shared.roster.change(camera, &fields).map_err(|error| error.to_string())
    }
}

/// A broker that is to be told. Its end of the messages of rules is there before there are cameras; the
/// connection begins once all is there of which it tells.
pub(super) struct Wire {
    settings: Settings,
    messages: Receiver<Told>,
}

impl Wire {
    /// Returns the broker of these settings; `None` where there is none. `services` gets the one by which
    /// rules tell it.
    ///
    /// # Errors
    /// What is wrong with the file of certificates.
    pub fn of(mqtt: &config::Mqtt, services: &mut Vec<Box<dyn Service>>) -> Result<Option<Wire>, AppError> {
        let settings = mqtt.settings().map_err(AppError::Setting)?;
        Ok(settings.map(|settings| {
            let (line, messages) = line();
            services.push(Box::new(line));
            Wire { settings, messages }
        }))
    }

    /// Starts the connection, by which the broker learns what is seen from now on.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start(self, seen: Seen, shared: &Arc<Shared>) -> io::Result<Mqtt> {
        let Wire { settings, messages } = self;
        let (desk, metrics) = (seen.desk.clone(), seen.metrics.clone());
        let ledger = shared.notify.ledger(ServiceName::Mqtt).unwrap_or_default();
        let cameras = Arc::new(Known { seen, shared: Data::from(Arc::clone(shared)) });
        Mqtt::start(settings, Needs { cameras, messages, ledger }, &desk, &metrics)
    }
}
