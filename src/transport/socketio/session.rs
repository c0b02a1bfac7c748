//! One client's session: what it is told next, and what its words change. Pure, with time passed in.
//!
//! What a client said in, what it is to be told out, one at a time and only when it can take it. Nothing is
//! queued: news are kept as versions, so that a slow client gets the newest ones. Texts are
//! [`super::packet`]'s, whether somebody may watch is asked of who calls.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use super::{
    carrier::{Carrier, Over, Place},
    heart::Heart,
    kind::{Kind, Version, Versions},
    packet::{Incoming, MAIN, Outgoing},
};

/// Time that a client has to ask for its namespace.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);

/// Time between two events of a kind, at least.
const NEWS_EVERY: Duration = Duration::from_millis(200);

/// Most answers that wait for a client to take them; the oldest is not given then.
const MOST_ANSWERS: usize = 16;

/// The event by which clients ask for what is counted.
const REQUEST: &str = "request_stats";

/// What somebody has to decide: whether the client may watch.
#[derive(Debug, PartialEq)]
pub struct Asks {
    /// Token of the client's auth object.
    pub token: Option<String>,
}

/// Names of a session.
#[derive(Debug)]
pub struct Names {
    /// Name of the session: whoever knows it speaks for the client.
    pub secret: String,
    /// Name of the client, which it may show to others.
    pub shown: String,
}

/// A client's session.
#[derive(Debug)]
pub struct Session {
    names: Names,
    carrier: Carrier,
    heart: Heart,
    stage: Stage,
    replies: Replies,
    /// News of each kind that were sent last, in the order of [`Kind::ALL`].
    sent: [Sent; Kind::ALL.len()],
}

/// How far a client has come.
#[derive(Debug, PartialEq)]
enum Stage {
    /// Is to ask for its namespace before this moment.
    Open(Instant),
    /// Gets news.
    Joined,
    /// Is to be told that it is over.
    Closing,
    /// The end.
    Over,
}

/// What goes ahead of news.
#[derive(Debug, Default)]
struct Replies {
    /// The beginning; `true` where it may go on over a WebSocket.
    open: Option<bool>,
    refused: Option<(String, String)>,
    connected: bool,
    disconnected: bool,
    answers: VecDeque<u64>,
    /// Whether what is counted was asked for without a number.
    stats: bool,
}

/// What was sent last of a kind.
#[derive(Clone, Copy, Debug, Default)]
struct Sent {
    version: Option<Version>,
    at: Option<Instant>,
}

impl Session {
    /// A session of these names, carried by requests or by the WebSocket 0.
    pub fn new(names: Names, over: Over, now: Instant) -> Self {
        Session {
            names,
            carrier: Carrier::new(over, now),
            heart: Heart::new(now),
            stage: Stage::Open(now + CONNECT_WITHIN),
            replies: Replies { open: Some(over == Over::Polling), ..Replies::default() },
            sent: Default::default(),
        }
    }

    /// Whether the client gets news.
    pub fn joined(&self) -> bool {
        self.stage == Stage::Joined
    }

    /// The moment by which the client is to ask for its namespace, where it is not let in yet.
    pub fn awaited_until(&self) -> Option<Instant> {
        if let Stage::Open(until) = self.stage { Some(until) } else { None }
    }

    /// Whether it is over, at least for what comes and goes that way.
    pub fn over(&self, over: Over) -> bool {
        matches!(self.stage, Stage::Closing | Stage::Over) || self.carrier.place(over) == Place::Nowhere
    }

    /// Notes that a request waits for something to say; false where it must not, and another one that does
    /// ends the session.
    pub fn wait(&mut self) -> bool {
        let may = !self.over(Over::Polling) && self.carrier.wait();
        if !may && !self.over(Over::Polling) {
            self.close();
        }
        may
    }

    /// Notes that the waiting request is gone.
    pub fn waited(&mut self) {
        self.carrier.waited();
    }

    /// Tries a WebSocket; its number, or `None` where there is one already.
    pub fn try_socket(&mut self, now: Instant) -> Option<u64> {
        if self.over(Over::Polling) { None } else { self.carrier.try_socket(now) }
    }

    /// Notes that a WebSocket is gone.
    pub fn lost(&mut self, socket: u64) {
        if self.carrier.lost(socket) {
            self.stage = Stage::Over;
        }
    }

    /// Ends what comes that way: the session, or the trial of a WebSocket.
    pub fn end(&mut self, over: Over) {
        match (self.carrier.place(over), over) {
            (Place::Session, _) => self.close(),
            (Place::Trial, Over::Socket(socket)) => self.lost(socket),
            _ => {}
        }
    }

    /// Ends the session; a client that waits is told.
    pub fn close(&mut self) {
        if self.stage != Stage::Over {
            self.stage = Stage::Closing;
        }
    }

    /// Goes on to `now`; false once the session is over.
    pub fn step(&mut self, now: Instant) -> bool {
        self.carrier.step(now);
        let late = matches!(self.stage, Stage::Open(by) if now >= by);
        if late || !self.heart.step(now) {
            self.close();
        }
        matches!(self.stage, Stage::Open(_) | Stage::Joined)
    }

    /// Takes what a client says; what no client says ends the session.
    pub fn take(&mut self, over: Over, said: Incoming, now: Instant) -> Option<Asks> {
        match self.carrier.place(over) {
            Place::Nowhere => None,
            Place::Trial => {
                self.tried(over, &said, now);
                None
            }
            Place::Session => self.heard(said, now),
        }
    }

    /// A word of the WebSocket on trial; a wrong one ends the trial alone.
    fn tried(&mut self, over: Over, said: &Incoming, now: Instant) {
        let right = match said {
            Incoming::Probe => self.carrier.probed(now),
            Incoming::Upgrade => self.carrier.upgraded(now),
            _ => false,
        };
        if !right {
            self.end(over);
        }
    }

    /// Returns the token by which a client asks to be let in, where that is asked for now.
    pub fn asked_token<'a>(&self, over: Over, said: &'a Incoming) -> Option<&'a str> {
        let asks = self.carrier.place(over) == Place::Session && matches!(self.stage, Stage::Open(_));
        match said {
            Incoming::Connect { namespace, token } if asks && namespace == MAIN => token.as_deref(),
            _ => None,
        }
    }

    fn heard(&mut self, said: Incoming, now: Instant) -> Option<Asks> {
        match said {
            Incoming::Close | Incoming::Probe | Incoming::Upgrade => self.close(),
            Incoming::Pong => self.heart.answered(now),
            Incoming::Nothing => {}
            Incoming::Connect { namespace, .. } if namespace != MAIN => {
                self.refuse(namespace, "Invalid namespace".to_owned());
            }
            Incoming::Connect { token, .. } => {
                return matches!(self.stage, Stage::Open(_)).then_some(Asks { token });
            }
            Incoming::Disconnect => self.leave(now),
            Incoming::Event { .. } if !self.joined() => self.close(),
            Incoming::Event { name, ack } if name == REQUEST => self.ask(ack),
            Incoming::Event { .. } => {}
        }
        None
    }

    fn ask(&mut self, ack: Option<u64>) {
        let Some(number) = ack else {
            self.replies.stats = true;
            return;
        };
        if self.replies.answers.len() == MOST_ANSWERS {
            self.replies.answers.pop_front();
        }
        self.replies.answers.push_back(number);
    }

    /// Lets the client in.
    pub fn join(&mut self) {
        self.stage = Stage::Joined;
        self.replies.connected = true;
    }

    /// Does not let the client in.
    pub fn refuse(&mut self, namespace: String, message: String) {
        self.replies.refused = Some((namespace, message));
    }

    /// Sends the client out: there is nothing more to hear of.
    pub fn send_out(&mut self, now: Instant) {
        self.leave(now);
        self.replies.disconnected = true;
    }

    fn leave(&mut self, now: Instant) {
        if self.joined() {
            self.stage = Stage::Open(now + CONNECT_WITHIN);
            self.sent = Default::default();
            self.replies = Replies { open: self.replies.open, ..Replies::default() };
        }
    }

    /// What goes out next that way, most urgent first; `None` while there is nothing.
    pub fn next(&mut self, over: Over, versions: &Versions, now: Instant) -> Option<Outgoing> {
        if self.stage == Stage::Closing && self.carrier.place(over) != Place::Trial {
            self.stage = Stage::Over;
            return Some(Outgoing::Close);
        }
        match self.carrier.place(over) {
            _ if self.stage == Stage::Over => None,
            Place::Trial => self.carrier.take_answer().then_some(Outgoing::ProbeAnswer),
            Place::Session => {
                self.reply().or_else(|| self.news(versions, now)).or_else(|| self.noop(over, now))
            }
            Place::Nowhere => self.noop(over, now),
        }
    }

    fn noop(&mut self, over: Over, now: Instant) -> Option<Outgoing> {
        (over == Over::Polling && self.carrier.take_noop(now)).then_some(Outgoing::Noop)
    }

    fn reply(&mut self) -> Option<Outgoing> {
        let replies = &mut self.replies;
        if let Some(upgrades) = replies.open.take() {
            return Some(Outgoing::Open { id: self.names.secret.clone(), upgrades });
        }
        if let Some((namespace, message)) = replies.refused.take() {
            return Some(Outgoing::Refused { namespace, message });
        }
        if std::mem::take(&mut replies.disconnected) {
            return Some(Outgoing::Disconnected);
        }
        if std::mem::take(&mut replies.connected) {
            return Some(Outgoing::Connected { id: self.names.shown.clone() });
        }
        if self.heart.take() {
            return Some(Outgoing::Ping);
        }
        replies.answers.pop_front().map(Outgoing::Answer)
    }

    fn news(&mut self, versions: &Versions, now: Instant) -> Option<Outgoing> {
        if !self.joined() {
            return None;
        }
        let asked = std::mem::take(&mut self.replies.stats);
        let due = |kind: Kind| {
            let (sent, version) = (self.sent[kind as usize], versions[kind as usize]);
            let rested = sent.at.is_none_or(|at| now.saturating_duration_since(at) >= NEWS_EVERY);
            version.is_some() && version != sent.version && rested
        };
        let kind = if asked { Kind::Stats } else { Kind::ALL.into_iter().find(|kind| due(*kind))? };
        self.sent[kind as usize] = Sent { version: versions[kind as usize], at: Some(now) };
        Some(Outgoing::News(kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLLING: Over = Over::Polling;
    const NOTHING: Versions = [None; 3];

    /// A version that a number tells from others.
    fn of(number: u64) -> Version {
        [number, 0, 0, 0, 0]
    }

    /// A session and the time in its world.
    struct World {
        session: Session,
        now: Instant,
        versions: Versions,
    }

    impl World {
        fn new(over: Over) -> World {
            let names = Names { secret: "secret".to_owned(), shown: "shown".to_owned() };
            let now = Instant::now();
            World { session: Session::new(names, over, now), now, versions: NOTHING }
        }

        /// A client that was let in and has read all there was to read.
        fn joined(over: Over) -> World {
            let mut world = World::new(over);
            assert_eq!(world.says(over, "40"), Some(Asks { token: None }));
            world.session.join();
            world.told(over);
            world
        }

        fn says(&mut self, over: Over, text: &str) -> Option<Asks> {
            self.session.take(over, Incoming::read(text).expect("it is a packet"), self.now)
        }

        /// Everything that goes out now, in short.
        fn told(&mut self, over: Over) -> Vec<String> {
            let next = || self.session.next(over, &self.versions, self.now);
            let short = |packet: Outgoing| packet.text(|_| Some(1.into())).unwrap_or_default();
            std::iter::from_fn(next).map(short).collect()
        }

        fn passes(&mut self, milliseconds: u64) -> bool {
            self.now += Duration::from_millis(milliseconds);
            self.session.step(self.now)
        }
    }

    #[test]
    fn a_client_is_greeted_let_in_and_told_everything_there_is() {
        let mut world = World::new(POLLING);
        let greeting = world.told(POLLING);
        assert!(greeting.len() == 1 && greeting[0].starts_with("0{"), "{greeting:?}");
        world.versions = [Some(of(1)), Some(of(1)), None];
        assert!(world.told(POLLING).is_empty(), "no news before it is let in");
        assert_eq!(world.says(POLLING, r#"40{"token":"x"}"#), Some(Asks { token: Some("x".to_owned()) }));
        world.session.join();
        let told = [r#"40{"sid":"shown"}"#, r#"42["status_update",1]"#, r#"42["stats_update",1]"#];
        assert_eq!(world.told(POLLING), told);
        assert_eq!(world.says(POLLING, "40"), None, "it is in already");
    }

    #[test]
    fn a_token_is_looked_at_where_it_lets_in_and_nowhere_else() {
        let [right, elsewhere] = [r#"40{"token":"x"}"#, r#"40/x,{"token":"x"}"#]
            .map(|text| Incoming::read(text).expect("it is a packet"));
        let (new, joined) = (World::new(POLLING), World::joined(POLLING));
        assert_eq!(new.session.asked_token(POLLING, &right), Some("x"));
        assert_eq!(new.session.asked_token(POLLING, &elsewhere), None);
        assert_eq!(new.session.asked_token(Over::Socket(7), &right), None, "that way carries nothing");
        assert_eq!(joined.session.asked_token(POLLING, &right), None, "it is in already");
    }

    #[test]
    fn a_slow_client_gets_the_newest_of_each_kind_once() {
        let mut world = World::joined(Over::Socket(0));
        for version in 1..100 {
            world.versions = [Some(of(version)); 3];
            world.passes(10);
        }
        assert_eq!(world.told(Over::Socket(0)).len(), 3);
        world.passes(1000);
        assert!(world.told(Over::Socket(0)).is_empty(), "nothing has changed");
    }

    #[test]
    fn news_of_a_kind_come_five_times_a_second_at_most() {
        let mut world = World::joined(POLLING);
        let mut heard = 0;
        for version in 0..100 {
            world.versions[Kind::Heatmap as usize] = Some(of(version));
            heard += world.told(POLLING).len();
            world.passes(20);
        }
        assert_eq!(heard, 10, "in two seconds");
    }

    #[test]
    fn whoever_asks_is_answered_also_without_anything_new() {
        let mut world = World::joined(POLLING);
        world.versions[Kind::Stats as usize] = Some(of(1));
        assert_eq!(world.told(POLLING), [r#"42["stats_update",1]"#]);
        world.says(POLLING, r#"42["request_stats"]"#);
        world.says(POLLING, r#"427["request_stats",{}]"#);
        world.says(POLLING, r#"428["whatever"]"#);
        assert_eq!(world.told(POLLING), ["437[1]", r#"42["stats_update",1]"#]);
    }

    #[test]
    fn answers_that_nobody_takes_do_not_pile_up() {
        let mut world = World::joined(POLLING);
        for number in 0..1000 {
            world.says(POLLING, &format!(r#"42{number}["request_stats"]"#));
        }
        let told = world.told(POLLING);
        assert_eq!((told.len(), told.last().map(String::as_str)), (MOST_ANSWERS, Some("43999[1]")));
    }

    #[test]
    fn a_second_waiting_request_ends_the_session() {
        let mut world = World::joined(POLLING);
        assert!(world.session.wait() && !world.session.wait());
        assert_eq!(world.told(POLLING), ["1"], "the first is told");
        assert!(!world.passes(0) && world.told(POLLING).is_empty() && !world.session.wait());
    }

    #[test]
    fn the_change_to_a_websocket_loses_nothing_and_doubles_nothing() {
        let mut world = World::joined(POLLING);
        assert!(world.session.wait());
        let socket = world.session.try_socket(world.now).map(Over::Socket).expect("there is none yet");
        assert!(world.told(socket).is_empty());
        world.says(socket, "2probe");
        assert_eq!(world.told(socket), ["3probe"]);
        world.versions = [Some(of(1)); 3];
        assert!(world.told(socket).is_empty(), "news still go by requests");
        let told = world.told(POLLING);
        assert_eq!((told.len(), told.last().map(String::as_str)), (4, Some("6")));
        world.session.waited();
        world.says(socket, "5");
        world.passes(1000);
        world.versions[0] = Some(of(2));
        assert_eq!(world.told(socket), [r#"42["status_update",1]"#]);
        assert!(!world.session.wait() && world.passes(0), "a late request is refused, and costs nothing");
        world.says(POLLING, "1");
        assert!(world.passes(0), "requests have no say any more");
        world.session.lost(1);
        assert!(!world.passes(0));
    }

    #[test]
    fn a_websocket_that_says_something_else_is_not_taken() {
        let mut world = World::joined(POLLING);
        let socket = world.session.try_socket(world.now).map(Over::Socket).expect("there is none yet");
        world.says(socket, "5");
        assert!(world.session.over(socket) && world.passes(0) && world.session.wait());
    }

    #[test]
    fn who_says_what_may_not_be_said_is_cut_off() {
        for text in ["5", "2probe", "1"] {
            let mut world = World::joined(POLLING);
            world.says(POLLING, text);
            assert_eq!((world.told(POLLING), world.passes(0)), (vec!["1".to_owned()], false), "{text}");
        }
        let mut stranger = World::new(POLLING);
        stranger.says(POLLING, r#"42["request_stats"]"#);
        assert!(!stranger.passes(0));
    }

    #[test]
    fn who_does_not_connect_or_does_not_answer_is_given_up() {
        let mut world = World::new(POLLING);
        world.says(POLLING, "40/admin,");
        world.session.refuse("/".to_owned(), "no token".to_owned());
        let until = world.session.awaited_until();
        assert!(world.passes(9_999) && !world.passes(1));
        assert_eq!((until, world.session.awaited_until()), (Some(world.now), None));
        let mut world = World::joined(POLLING);
        assert!(world.session.awaited_until().is_none() && world.passes(25_000));
        assert_eq!(world.told(POLLING), ["2"]);
        assert!(world.passes(19_999) && !world.passes(1));
        let mut world = World::joined(POLLING);
        for _ in 0..10 {
            assert!(world.passes(25_000));
            assert_eq!(world.told(POLLING), ["2"]);
            world.says(POLLING, "3");
        }
    }

    #[test]
    fn who_is_not_let_in_learns_why_and_may_ask_again() {
        let mut world = World::new(POLLING);
        world.told(POLLING);
        world.says(POLLING, "40/admin,");
        assert_eq!(world.told(POLLING), [r#"44/admin,{"message":"Invalid namespace"}"#]);
        world.says(POLLING, "40");
        world.session.refuse("/".to_owned(), "a token is needed".to_owned());
        assert_eq!(world.told(POLLING), [r#"44{"message":"a token is needed"}"#]);
        assert!(world.says(POLLING, "40").is_some());
    }

    #[test]
    fn who_leaves_or_is_sent_out_gets_no_more_news_and_may_come_again() {
        let mut world = World::joined(POLLING);
        world.versions = [Some(of(1)); 3];
        world.session.send_out(world.now);
        assert_eq!(world.told(POLLING), ["41"]);
        assert!(world.says(POLLING, "40").is_some());
        world.session.join();
        assert_eq!(world.told(POLLING).len(), 4);
        world.says(POLLING, "41");
        world.versions = [Some(of(2)); 3];
        world.passes(1000);
        assert!(world.told(POLLING).is_empty());
    }
}
