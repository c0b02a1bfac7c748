//! What one client is told next: what it missed, what happens, the newest results, a comment.
//!
//! One piece at a time, chosen when the last one has left.

use std::{collections::VecDeque, time::Instant};

use actix_web::web;
use bytes::Bytes;
use tokio::sync::OwnedSemaphorePermit;

use super::{
    asked::Asked,
    gap::{Gap, Lost},
    pace::{Due, Pace},
    past::{Page, page},
    places::Streams,
    results::Results,
    wire,
};
use crate::{
    history::{Calendar, HistoryState, StoredEvent},
    news::{EventReader, Heard, News, Notice},
    tools::fence::Place,
    transport::{
        access::Grant, history::told, limits::ViewerPlace, lines::Lent, shared::Shared, socket::is_closed,
    },
};

/// Label of all streams' losses in `steadycast_news_lost_total`.
const READER: &str = "events";

/// What all streams share, and what this one may.
pub struct Here {
    /// What the handlers share.
    pub shared: web::Data<Shared>,
    /// Bounds streams.
    pub streams: web::Data<Streams>,
    /// What the client may do.
    pub grant: Grant,
}

/// What a stream takes of what all share, free again when dropped.
pub struct Places {
    _stream: OwnedSemaphorePermit,
    _viewer: ViewerPlace,
}

impl Places {
    /// A place among streams, and one among those of an address and a credential.
    pub fn new(stream: OwnedSemaphorePermit, viewer: ViewerPlace) -> Self {
        Places { _stream: stream, _viewer: viewer }
    }
}

/// What one client is told.
pub struct Feed {
    here: Here,
    asked: Asked,
    calendar: Calendar,
    news: EventReader,
    /// Number of the last event of any camera that was heard or got.
    reached: u64,
    /// What has to be got from history before anything else.
    gap: Option<Gap>,
    /// Pieces that are told next: at most a page of a gap.
    waiting: VecDeque<Bytes>,
    results: Results,
    pace: Pace,
    /// The connection, to see whether the client is still there.
    socket: Option<Lent>,
    _places: Places,
}

impl Feed {
    /// A feed of what was asked for, from now on, or from the last event that the client saw on as far as
    /// history reaches.
    pub fn new(here: Here, asked: Asked, places: Places) -> Self {
        let news = here.shared.news.events(READER);
        let since = news.since();
        let remembers = here.shared.history.state() != HistoryState::Off;
        let missed = asked.last.filter(|_| remembers);
        Feed {
            gap: missed.map(|last| Gap::behind(last, since.number, since.news)),
            waiting: VecDeque::from([wire::opening(asked.last.is_none().then_some(since.number))]),
            reached: since.number,
            results: Results::default(),
            pace: Pace::new(Instant::now()),
            calendar: Calendar::system(),
            socket: None,
            _places: places,
            here,
            asked,
            news,
        }
    }

    /// The feed, ending as soon as the client closes that connection.
    pub fn watching(self, socket: Option<Lent>) -> Self {
        Feed { socket, ..self }
    }

    /// Waits for the next piece; `None` at the end.
    pub async fn next(&mut self) -> Option<Bytes> {
        loop {
            self.here.shared.metrics.fences.trip(Place::Viewer);
            if self.here.shared.door.stopping() {
                return None;
            }
            if self.pace.doubts(Instant::now()) && !self.here.grant.holds(&self.here.shared) {
                return None;
            }
            if let Some(piece) = self.waiting.pop_front() {
                return Some(piece);
            }
            if let Some(gap) = self.gap.take() {
                self.fill(gap).await;
                continue;
            }
            if let Some(heard) = self.news.waiting() {
                self.hear(heard);
                continue;
            }
            match self.pace.due(Instant::now()) {
                Some(Due::Comment) => return Some(wire::comment()),
                Some(Due::Look) if self.socket.as_ref().is_some_and(|socket| is_closed(socket)) => {
                    return None;
                }
                Some(Due::Look) => self.look(),
                None => {}
            }
            if let Some(result) = self.results.next() {
                return Some(result);
            }
            let due = tokio::time::sleep_until(self.pace.next().into());
            tokio::select! {
                heard = self.news.next() => self.hear(heard?),
                () = due => {}
            }
        }
    }

    /// Begins a look for results, once the client has those of the last one.
    fn look(&mut self) {
        if !self.asked.results || !self.results.is_done() {
            return;
        }
        let Here { shared, grant, .. } = &self.here;
        let cameras = match &self.asked.camera {
            Some(name) => grant.camera(shared, Some(name)).into_iter().collect(),
            None => grant.cameras(shared).unwrap_or_default(),
        };
        self.results.look(cameras);
    }

    fn hear(&mut self, Heard { notice, missed }: Heard) {
        match missed {
            0 => self.go_on(&notice),
            _ => self.gap = Some(Gap::of(missed, self.reached, notice)),
        }
    }

    fn go_on(&mut self, notice: &Notice) {
        let News { number, camera, .. } = &notice.news;
        self.reached = *number;
        if self.asked.camera.as_ref().is_none_or(|asked| **asked == **camera) && self.here.grant.sees(camera)
        {
            // All clients are told by the server's calendar, so the text is the same for all.
            let text = notice
                .text(|news| StoredEvent::of(news).map_or_else(wire::comment, |event| self.text(event)));
            self.waiting.push_back(text);
        }
    }

    fn text(&self, event: StoredEvent) -> Bytes {
        let number = event.id;
        wire::event(number, &told(event, &self.calendar).to_string())
    }

    /// Gets the next page of a gap, or closes it.
    async fn fill(&mut self, mut gap: Gap) {
        let camera = self.asked.camera.as_deref();
        match page(&self.here.shared, &self.here.streams, &gap, camera).await {
            Ok(Page { stretch, whole }) => {
                if !whole {
                    gap.doubt();
                }
                let last = stretch.events.last().map_or(gap.after, |last| last.id.unsigned_abs());
                gap.found(stretch.passed, last);
                let seen = stretch.events.into_iter().filter(|event| self.here.grant.sees(&event.camera));
                let texts: Vec<Bytes> = seen.map(|event| self.text(event)).collect();
                self.waiting.extend(texts);
                if stretch.has_more {
                    self.gap = Some(gap);
                    return;
                }
            }
            Err(problem) => {
                log::debug!("a client does not get what it missed: {problem}");
                gap.doubt();
            }
        }
        self.close(gap);
    }

    /// Goes on behind a gap; what of it is lost is told.
    fn close(&mut self, gap: Gap) {
        match gap.lost() {
            Some(Lost::Count(events)) => {
                self.news.lose(events);
                self.waiting.push_back(wire::lost(Some(events)));
            }
            Some(Lost::Unknown) => self.waiting.push_back(wire::lost(None)),
            None => {}
        }
        if let Some(notice) = &gap.then {
            self.go_on(notice);
        }
    }
}
