//! Who reads the news besides the hub: history, notifications, a sheet, and a broker.

use std::{io, sync::Arc};

use super::{
    error::AppError,
    memory::Memory,
    mqtt::Wire,
    notify::{Known, Notices, Tellers},
    seen::Seen,
    sheets,
};
use crate::{config::Config, mqtt::Mqtt, sheets::Sheets, transport::Shared};

/// Who reads the news.
pub(super) struct Readers {
    /// History.
    pub memory: Memory,
    /// Notifications.
    pub notices: Notices,
    /// A sheet; `None` where none is kept.
    pub sheets: Option<Sheets>,
    /// The way to a broker, until it is connected.
    wire: Option<Wire>,
    mqtt: Option<Mqtt>,
    seen: Seen,
}

impl Readers {
    /// Starts them, before there are cameras, so that none of their events is missed; but for the broker,
    /// which is connected later.
    ///
    /// # Errors
    /// Where no thread can be started, or a file that the settings name cannot be read.
    pub fn start(config: &Config, memory: Memory, seen: Seen) -> Result<Self, AppError> {
        let mut tellers = Tellers { services: config.notify.services(), bot: config.notify.bot() };
        let wire = Wire::of(&config.mqtt, &mut tellers.services)?;
        let sheet = config.sheets.settings().map(|settings| {
            let fences = seen.metrics.fences.clone();
            Sheets::start(settings, Box::new(sheets::Known(seen.clone())), fences)
        });
        let sheets = sheet.transpose()?;
        let notices =
            Notices::start(tellers, Known { seen: seen.clone(), history: memory.history().clone() })?;
        Ok(Readers { memory, notices, sheets, wire, mqtt: None, seen })
    }

    /// Connects to the broker, where there is one: once all is there of which it is told.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn connect(&mut self, shared: &Arc<Shared>) -> io::Result<()> {
        let connect = |wire: Wire| wire.start(self.seen.clone(), shared);
        self.mqtt = self.wire.take().map(connect).transpose()?;
        Ok(())
    }

    /// Ends them, once nothing more is coming.
    pub async fn end(self) {
        let Readers { memory, notices, mqtt, .. } = self;
        if let Some(mqtt) = mqtt {
            // It can only fail by panicking, and the process is about to end.
            let _ = actix_web::rt::task::spawn_blocking(|| mqtt.end()).await;
        }
        notices.end().await;
        memory.end().await;
    }
}
