//! The door: lets viewers in, as many as are allowed, until the server stops.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use thiserror::Error;

use super::{
    audiences::Audiences,
    channel::{Channel, Over},
    permit::{Pass, Permit},
    supply::Supply,
    viewer::{Means, Viewer},
};
use crate::{
    nouns::{form::Form, layers::View, quality::Rung},
    protocol::CloseCode,
    tools::metrics::Metrics,
};

/// Why a viewer is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum JoinError {
    /// The camera has just been removed.
    #[error("no such camera; /api/status lists them")]
    Gone,
    /// As many viewers as allowed are watching.
    #[error("viewer limit reached; try later")]
    Full,
    /// As many sets of layers of the camera as allowed are watched, and this is another one.
    #[error(
        "too many different overlays of this camera are watched; take overlay=1, which has all layers, or \
         try later"
    )]
    Sets,
    /// The server is stopping.
    #[error("server stopping")]
    Stopping,
}

impl JoinError {
    /// The close code that tells it.
    pub fn close_code(self) -> CloseCode {
        match self {
            JoinError::Gone => CloseCode::NoCamera,
            JoinError::Full | JoinError::Sets => CloseCode::TryLater,
            JoinError::Stopping => CloseCode::GoingAway,
        }
    }
}

/// Lets viewers in.
pub struct Door {
    audiences: Arc<Audiences>,
    supply: Supply,
    metrics: Metrics,
    max_viewers: usize,
    viewers: Arc<AtomicUsize>,
    stopping: AtomicBool,
}

impl Door {
    /// A door through which `max_viewers` fit at once.
    pub fn new(audiences: Arc<Audiences>, supply: Supply, metrics: Metrics, max_viewers: usize) -> Self {
        let (viewers, stopping) = (Arc::default(), AtomicBool::new(false));
        Door { audiences, supply, metrics, max_viewers, viewers, stopping }
    }

    /// The form in which frames are to be had by who wants them in that one: complete pictures where deltas
    /// are not made.
    pub fn offered(&self, wanted: Form) -> Form {
        if self.supply.deltas() { wanted } else { Form::Whole }
    }

    /// Lets a viewer of a camera in, who gets frames in that form.
    ///
    /// # Errors
    /// [`JoinError`]: a camera that is gone, too many viewers or sets of layers, or stopping.
    pub fn join(&self, channel: &Arc<Channel>, view: View, form: Form) -> Result<Viewer, JoinError> {
        if self.stopping() {
            return Err(JoinError::Stopping);
        }
        let permit = Permit::take(&self.viewers, self.max_viewers).ok_or(JoinError::Full)?;
        let pass = Pass::new(permit, channel.enter_set(view.layers).ok_or(JoinError::Sets)?);
        let means = Means { supply: self.supply.clone(), metrics: self.metrics.clone() };
        Viewer::new(channel, view, form, means, pass).ok_or(JoinError::Gone)
    }

    /// The rungs of a camera that somebody watches now, lowest first.
    pub fn watched(&self, camera: &str) -> Vec<Rung> {
        self.supply.wanted(camera)
    }

    /// Whether nobody is let in any more.
    pub fn stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    /// Lets nobody in any more and wakes everybody, so that each socket closes.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
        for channel in self.audiences.channels() {
            channel.end(Over::Stopping);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        cameras::Survey,
        encode::{Encoder, Stream},
        frame::{EncodedFrame, Frame},
        nouns::{
            layers::Layers,
            picture::Planes,
            quality::{Level, Tier},
        },
    };

    fn rung(quality: u32) -> Rung {
        Rung { tier: Tier::Full, level: Level::at_or_below(quality).expect("on the ladder") }
    }

    /// A camera with a door before it; frames come from the test.
    struct Hub {
        audiences: Arc<Audiences>,
        door: Door,
        channel: Arc<Channel>,
    }

    fn hub(max_viewers: usize) -> Hub {
        let metrics = Metrics::new().expect("names differ");
        let pool = Encoder::start(1, metrics.clone(), Box::new(|_, _| {})).expect("starts");
        let audiences = Arc::new(Audiences::default());
        let door = Door::new(Arc::clone(&audiences), Supply::Pool(pool.encoder()), metrics, max_viewers);
        let channel = audiences.add("main", (4, 4), Survey::default());
        pool.stop();
        Hub { audiences, door, channel }
    }

    impl Hub {
        fn join(&self, quality: u32) -> Result<Viewer, JoinError> {
            self.door.join(&self.channel, View::plain(rung(quality)), Form::Whole)
        }
    }

    fn publish(hub: &Hub, number: u64, quality: u32) {
        publish_view(hub, number, View::plain(rung(quality)));
    }

    fn publish_view(hub: &Hub, number: u64, view: View) {
        let frame = Frame::slate(number, 0, Planes::grey(4, 4, 0));
        let encoded = EncodedFrame::new("main", &frame, view.rung, &[0xFF, 0xD8, 0xFF, 0xD9]);
        hub.audiences.publish(&Stream::of(&Arc::from("main"), view), &Arc::new(encoded));
    }

    #[test]
    fn a_slow_viewer_gets_the_newest_frame_and_a_count() {
        let hub = hub(10);
        let mut viewer = hub.join(80).expect("joins");
        publish(&hub, 1, 80);
        assert_eq!(viewer.take_frame().map(|frame| frame.number), Some(1));
        (2..=9).for_each(|number| publish(&hub, number, 80));
        assert_eq!(viewer.take_frame().map(|frame| frame.number), Some(9));
        assert!(viewer.take_frame().is_none());
        assert_eq!(viewer.status().skipped, 7);
    }

    #[test]
    fn numbers_never_go_back() {
        let hub = hub(10);
        let mut viewer = hub.join(80).expect("joins");
        publish(&hub, 5, 80);
        publish(&hub, 4, 80);
        assert_eq!(viewer.take_frame().map(|frame| frame.number), Some(5));
    }

    #[test]
    fn after_a_switch_only_the_new_level_is_sent() {
        let hub = hub(10);
        let mut viewer = hub.join(80).expect("joins");
        publish(&hub, 1, 80);
        viewer.ask(rung(30));
        assert!(viewer.take_frame().is_none(), "the frame at 80 is for others");
        publish(&hub, 2, 30);
        assert_eq!(viewer.take_frame().map(|frame| (frame.number, frame.rung)), Some((2, rung(30))));
        assert_eq!(hub.door.watched("main"), [rung(30)]);
    }

    #[test]
    fn layers_have_an_audience_of_their_own_and_keep_it_at_every_rung() {
        let hub = hub(10);
        let painted = |quality| View { rung: rung(quality), layers: Layers::ALL };
        let mut plain = hub.join(80).expect("joins");
        let mut layered = hub.door.join(&hub.channel, painted(80), Form::Whole).expect("joins");
        publish_view(&hub, 1, painted(80));
        assert!(plain.take_frame().is_none() && layered.take_frame().is_some());
        publish(&hub, 2, 80);
        assert!(plain.take_frame().is_some() && layered.take_frame().is_none());
        assert_eq!(hub.door.watched("main"), [rung(80)], "one rung");
        layered.ask(rung(30));
        publish(&hub, 3, 30);
        assert!(layered.take_frame().is_none());
        publish_view(&hub, 4, painted(30));
        assert_eq!(layered.take_frame().map(|frame| frame.number), Some(4));
        hub.channel.merge(vec![(painted(30), rung(35)), (View::plain(rung(80)), rung(50))]);
        let condition = hub.channel.condition();
        assert_eq!([layered.settle(&condition), plain.settle(&condition)], [Some(rung(35)), Some(rung(50))]);
    }

    #[test]
    fn a_set_of_layers_beyond_those_that_may_be_watched_is_not_let_in_until_another_is_left() {
        let hub = hub(20);
        let join = |layers| hub.door.join(&hub.channel, View { rung: rung(80), layers }, Form::Whole);
        let single = |name| Layers::NONE.with(name).expect("is a layer");
        let mut viewers: Vec<Viewer> =
            Layers::NAMES.iter().map(|name| join(single(name)).expect("joins")).collect();
        let pair = single("heat").with("lines").expect("is a layer");
        assert_eq!(join(pair).err(), Some(JoinError::Sets));
        viewers.extend([join(Layers::ALL), join(Layers::NONE)].map(|joined| joined.expect("joins")));
        viewers.remove(0);
        assert!(join(pair).is_ok());
        assert_eq!(hub.door.viewers.load(Ordering::SeqCst), viewers.len(), "who is refused takes no place");
    }

    #[test]
    fn who_goes_back_to_the_rung_asked_for_is_not_remembered_as_moved() {
        let hub = hub(10);
        let mut viewer = hub.join(80).expect("joins");
        hub.channel.merge(vec![(View::plain(rung(80)), rung(50))]);
        viewer.settle(&hub.channel.condition());
        assert_eq!(hub.channel.moved(), [(View::plain(rung(80)), rung(50), 1)]);
        hub.channel.merge(vec![]);
        viewer.settle(&hub.channel.condition());
        assert!(hub.channel.moved().is_empty());
    }

    #[test]
    fn who_leaves_is_forgotten_and_frees_a_place() {
        let hub = hub(1);
        let viewer = hub.join(80).expect("joins");
        publish(&hub, 1, 80);
        assert_eq!(hub.join(80).err(), Some(JoinError::Full));
        drop(viewer);
        assert!(hub.door.watched("main").is_empty());
        let mut later = hub.join(80).expect("there is room again");
        assert!(later.take_frame().is_none(), "an old frame of a level nobody watched is not shown");
    }

    #[test]
    fn a_shared_level_outlives_one_of_its_viewers() {
        let hub = hub(10);
        let first = hub.join(80).expect("joins");
        let mut second = hub.join(80).expect("joins");
        publish(&hub, 1, 80);
        drop(first);
        assert_eq!(second.take_frame().map(|frame| frame.number), Some(1));
    }

    #[test]
    fn who_comes_when_the_server_stops_or_the_camera_is_gone_is_told_why() {
        let hub = hub(10);
        let viewer = hub.join(80).expect("joins");
        hub.door.stop();
        assert_eq!(viewer.over(), Some(Over::Stopping));
        assert_eq!(hub.join(80).err(), Some(JoinError::Stopping));
    }

    #[test]
    fn a_camera_that_is_removed_sends_its_viewers_away_and_lets_nobody_in() {
        let hub = hub(10);
        let mut viewer = hub.join(80).expect("joins");
        hub.audiences.remove("main");
        assert_eq!(viewer.over(), Some(Over::Removed));
        assert_eq!(viewer.ask(rung(30)), rung(80), "no other rung of it is made");
        assert_eq!(hub.join(80).err(), Some(JoinError::Gone));
        publish(&hub, 1, 80);
        assert!(viewer.take_frame().is_none());
    }
}
