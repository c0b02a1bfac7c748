//! The thread that finds out what is to be told: news in, messages to the queues of services out.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;

use super::{
    gate::Gathered,
    hours::{Moment, tells_at},
    message::{About, Message, MessageKind},
    outlet::Outlet,
    watch::{Outcome, Standing, Told, Watch, When},
};
use crate::{
    frame::now_us,
    history::Calendar,
    news::{Item, News},
    nouns::{event::Event, rule::Rule},
    tools::{fence::Place, metrics::Metrics},
};

/// How often rules learn that time has passed.
const TICK: Duration = Duration::from_secs(1);

/// Ticks after which it is looked which rules there are: news of a change may be lost.
const LOOK_EVERY: u32 = 10;

/// What rules are about: a camera, by its name, or the server itself.
type Subject = Option<Arc<str>>;

/// What other stages know of cameras, which are asked for by their names, and of the server.
pub trait Cameras: Send + Sync {
    /// Returns the names of all cameras.
    fn names(&self) -> Vec<Arc<str>>;

    /// Returns the rules of all cameras, as they were written.
    fn common_rules(&self) -> Arc<[Rule]>;

    /// Returns a camera's own rules; `None` where there is no such camera.
    fn rules(&self, camera: &str) -> Option<Arc<[Rule]>>;

    /// Returns how the source of a camera is, or the server's disk where none is named.
    fn standing(&self, camera: Option<&str>) -> Standing;

    /// Returns how a camera fares and what is counted, in one line without its name; `None` where there is no
    /// such camera.
    fn words(&self, camera: &str) -> Option<String>;

    /// Returns a small JPEG of what a camera sees, with what was found painted into it; `None` where there is
    /// no picture.
    fn picture(&self, camera: &str) -> Option<Vec<u8>>;

    /// Returns the address at which a camera can be watched, or the page where none is named; `None` where
    /// nobody has said where that is.
    fn link(&self, camera: Option<&str>) -> Option<String>;

    /// Returns what tells which classes are people.
    fn is_person(&self) -> fn(&str) -> bool;
}

/// What finds out what is to be told.
pub struct Notifier {
    news: Receiver<News>,
    outlets: Vec<Arc<Outlet>>,
    cameras: Arc<dyn Cameras>,
    metrics: Metrics,
    calendar: Calendar,
    /// Begin of the clock by which rules go: nobody sets it.
    began: Instant,
    /// The rules of all cameras, as they were looked at last.
    common: Arc<[Rule]>,
    watches: HashMap<Subject, Vec<Watch>>,
}

/// Something that is to be told of a camera.
struct Found {
    rule: Rule,
    outcome: Outcome,
}

impl Notifier {
    /// A notifier that hears news and tells outlets.
    pub fn new(
        news: Receiver<News>,
        outlets: Vec<Arc<Outlet>>,
        cameras: Arc<dyn Cameras>,
        metrics: Metrics,
    ) -> Self {
        let (calendar, began, watches) = (Calendar::system(), Instant::now(), HashMap::new());
        let common = Arc::default();
        Notifier { news, outlets, cameras, metrics, calendar, began, common, watches }
    }

    /// Works until nobody is left who could tell any news.
    pub fn run(mut self) {
        let (mut due, mut ticks) = (Instant::now() + TICK, 0_u32);
        loop {
            match self.news.recv_timeout(due.saturating_duration_since(Instant::now())) {
                Ok(news) => self.fenced(|notifier| notifier.hear(&news)),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            if Instant::now() >= due {
                due = Instant::now() + TICK;
                ticks = ticks.wrapping_add(1);
                self.tick();
                if ticks.is_multiple_of(LOOK_EVERY) {
                    self.fenced(Notifier::look);
                }
            }
        }
    }

    /// Does one piece of work; a panic costs that alone.
    fn fenced(&mut self, work: impl FnOnce(&mut Self)) {
        let fences = self.metrics.fences.clone();
        // What has panicked is counted; the next one is another.
        let _ = fences.run(Place::Notify, || work(self));
    }

    fn hear(&mut self, News { number, camera, item }: &News) {
        let is_changed = matches!(item, Item::Event(Event::CameraAdded { .. } | Event::CameraChanged { .. }));
        let subject = Some(Arc::clone(camera));
        if is_changed || !self.watches.contains_key(&subject) {
            self.renew(&subject);
        }
        let is_person = self.cameras.is_person();
        let event = match item {
            Item::Event(event) => Some((*number, event.at_us())),
            _ => None,
        };
        let found = self.ask(&subject, |watch, when| match item {
            Item::Event(event) => watch.hear(event, when),
            Item::Result(result) => watch.look(result, is_person, when),
            Item::Pulse(_) => Outcome::default(),
        });
        self.settle(&subject, event, found);
        if matches!(item, Item::Event(Event::CameraRemoved { .. })) {
            self.forget(&subject);
        }
    }

    /// Lets time pass for all rules.
    fn tick(&mut self) {
        self.fenced(|notifier| {
            let common = notifier.cameras.common_rules();
            if !Arc::ptr_eq(&common, &notifier.common) {
                notifier.common = common;
                notifier.look();
            }
        });
        let ruled = self.watches.iter().filter(|(_, watches)| !watches.is_empty());
        let subjects: Vec<Subject> = ruled.map(|(subject, _)| subject.clone()).collect();
        for subject in subjects {
            self.fenced(|notifier| {
                let standing = notifier.cameras.standing(subject.as_deref());
                let found = notifier.ask(&subject, |watch, when| watch.tick(&standing, when));
                notifier.settle(&subject, None, found);
            });
        }
    }

    /// Asks each rule of a subject what becomes of what happens now.
    fn ask(&mut self, subject: &Subject, of: impl Fn(&mut Watch, When) -> Outcome) -> Vec<Found> {
        let mut found = Vec::new();
        let Some(watches) = self.watches.get_mut(subject).filter(|watches| !watches.is_empty()) else {
            return found;
        };
        let (day, clock) = self.calendar.time_of_day(seconds(now_us()));
        let at_us = u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX);
        for watch in watches {
            let in_hours = tells_at(watch.rule(), Moment { clock, day });
            let outcome = of(watch, When { at_us, in_hours });
            if outcome != Outcome::default() {
                found.push(Found { rule: watch.rule().clone(), outcome });
            }
        }
        found
    }

    /// Looks which cameras and rules there are now.
    fn look(&mut self) {
        let mut subjects: Vec<Subject> = self.cameras.names().into_iter().map(Some).collect();
        subjects.push(None);
        subjects.extend(self.watches.keys().cloned());
        subjects.iter().for_each(|subject| self.renew(subject));
    }

    /// Takes over which rules a subject has now; one that waits for what it waited for goes on where it is.
    fn renew(&mut self, subject: &Subject) {
        let Some(rules) = self.rules_of(subject) else { return self.forget(subject) };
        let mut before = self.watches.remove(subject).unwrap_or_default();
        let watch = |rule: &Rule| {
            let place = before.iter().position(|watch| watch.rule().waits_for_the_same(rule));
            let goes_on = place.map(|place| before.swap_remove(place).going_on_as(rule.clone()));
            goes_on.unwrap_or_else(|| Watch::new(rule.clone()))
        };
        let watches = rules.iter().map(watch).collect();
        self.watches.insert(subject.clone(), watches);
        self.count_untold(&before);
    }

    /// The rules by which a camera is watched, its own and those of all but where it has one of the same id;
    /// or those by which the server is. `None` where there is no such camera.
    fn rules_of(&self, subject: &Subject) -> Option<Vec<Rule>> {
        let mut common = self.cameras.common_rules().to_vec();
        let Some(camera) = subject else {
            common.retain(|rule| rule.when.is_of_server());
            return Some(common);
        };
        let own = self.cameras.rules(camera)?;
        common.retain(|rule| !rule.when.is_of_server() && own.iter().all(|own| own.id != rule.id));
        Some([own.to_vec(), common].concat())
    }

    /// Forgets a subject that there is no more.
    fn forget(&mut self, subject: &Subject) {
        let before = self.watches.remove(subject).unwrap_or_default();
        self.count_untold(&before);
    }

    /// Counts what was gathered by rules that are gone.
    fn count_untold(&self, gone: &[Watch]) {
        // What no service tells was counted when it happened.
        let heard = gone.iter().filter(|watch| !self.outlets_of(watch.rule()).is_empty());
        let untold = heard.map(Watch::untold).sum();
        self.metrics.notifications.occasions.with_label_values(&["untold"]).inc_by(untold);
    }

    /// Counts what became of what happened, and tells what is to be told; one picture serves all of it. A
    /// panic costs one message, or the picture. `event` is the number of the event that it was, and when that
    /// was; `None` where it was no single event.
    fn settle(&mut self, subject: &Subject, event: Option<(u64, u64)>, found: Vec<Found>) {
        let mut picture = None;
        for Found { rule, outcome } in found {
            self.fenced(|notifier| {
                let outlets = notifier.outlets_of(&rule);
                notifier.count(&outcome, !outlets.is_empty());
                let Some(told) = outcome.told.filter(|_| !outlets.is_empty()) else { return };
                if picture.is_none() {
                    // Set before it is made: one that panics is not made again.
                    let made = picture.insert(None);
                    *made =
                        subject.as_ref().and_then(|camera| notifier.cameras.picture(camera)).map(Bytes::from);
                }
                let message = notifier.message(subject, &rule, told, event);
                let message = Message { picture: picture.clone().flatten(), ..message };
                outlets.iter().for_each(|outlet| outlet.hand_in(message.clone()));
            });
        }
    }

    /// Counts what became of what happened; `is_heard` says whether a service tells it.
    fn count(&self, outcome: &Outcome, is_heard: bool) {
        let count = |outcome: &str| self.metrics.notifications.occasions.with_label_values(&[outcome]).inc();
        let happened = matches!(outcome.told, Some(Told::Happened(_)));
        match (happened, outcome.gathered) {
            (false, false) => {}
            _ if !is_heard => count("untold"),
            (true, _) => count("told"),
            (false, true) => count("gathered"),
        }
        if outcome.quiet {
            count("quiet");
        }
    }

    /// The services by which a rule tells.
    fn outlets_of(&self, rule: &Rule) -> Vec<Arc<Outlet>> {
        let is_named = |outlet: &&Arc<Outlet>| rule.tell.is_empty() || rule.tell.contains(&outlet.name());
        self.outlets.iter().filter(is_named).cloned().collect()
    }

    /// What is told, without a picture.
    fn message(&self, subject: &Subject, rule: &Rule, told: Told, event: Option<(u64, u64)>) -> Message {
        let (kind, text) = match told {
            Told::Happened(words) => (MessageKind::Happened, words),
            Told::Over(words) => (MessageKind::Over, words),
            Told::More { gathered: Gathered { count, since_us }, now } => {
                let ago_us = (self.began.elapsed().as_micros() as u64).saturating_sub(since_us);
                let since = self.calendar.written(seconds(now_us().saturating_sub(ago_us)));
                let now = now.map_or_else(String::new, |now| format!("; now: {now}"));
                (MessageKind::More, format!("{count} more of {} since {since}{now}", rule.id))
            }
        };
        let event = event.filter(|_| kind == MessageKind::Happened);
        let at_us = event.map_or_else(now_us, |(_, at_us)| at_us);
        Message {
            kind,
            about: Some(About {
                camera: subject.clone(),
                rule: rule.id.clone(),
                when: rule.when,
                event: event.map(|(number, _)| number),
            }),
            text,
            at_us,
            time: self.calendar.written(seconds(at_us)),
            picture: None,
            link: self.cameras.link(subject.as_deref()),
        }
    }
}

/// Seconds since the Unix epoch.
fn seconds(us: u64) -> i64 {
    (us / 1_000_000) as i64
}

#[cfg(test)]
pub(super) mod tests;
