//! The table of sessions: which right goes with a cookie, and until when. Pure, and bounded.
//!
//! A session is known by the hash of its cookie alone, so that the memory of this process gives none away.

use std::collections::HashMap;

use super::{
    right::{Right, SessionKey},
    who::Who,
};

/// Most sessions in all; the oldest of whoever has the most goes.
const MOST: usize = 4096;

/// Most sessions of one user or one share link; the oldest goes.
const MOST_OF_USER: usize = 32;

/// Most sessions of one token, which many people may have; the oldest goes.
const MOST_OF_TOKEN: usize = 1024;

/// One session.
#[derive(Debug)]
struct Session {
    right: Right,
    /// How many had begun before it.
    number: u64,
}

/// Which right goes with a cookie.
#[derive(Debug, Default)]
pub struct Sessions {
    held: HashMap<SessionKey, Session>,
    /// How many have begun.
    begun: u64,
}

impl Sessions {
    /// Begins a session that ends at a second since 1970, or with its right.
    pub fn begin(&mut self, key: SessionKey, right: Right, until_s: u64) {
        let most = match right.who {
            Who::User { .. } | Who::Share { .. } => MOST_OF_USER,
            _ => MOST_OF_TOKEN,
        };
        self.make_room_of(&right.who, most);
        if self.held.len() >= MOST
            && let Some(who) = self.who_has_most()
        {
            self.make_room_of(&who, 1);
        }
        let until_s = right.until_s.map_or(until_s, |ends_s| ends_s.min(until_s));
        let right = Right { session: Some(key), until_s: Some(until_s), ..right };
        self.held.insert(key, Session { right, number: self.begun });
        self.begun += 1;
    }

    /// Ends the oldest session of somebody who has as many as may be.
    fn make_room_of(&mut self, who: &Who, most: usize) {
        let (mut count, mut oldest) = (0, None);
        for (key, session) in self.held.iter().filter(|(_, session)| session.right.who == *who) {
            count += 1;
            if oldest.is_none_or(|(number, _)| session.number < number) {
                oldest = Some((session.number, *key));
            }
        }
        if let Some((_, key)) = oldest.filter(|_| count >= most) {
            self.held.remove(&key);
        }
    }

    /// Who has the most sessions; nobody where there is none.
    fn who_has_most(&self) -> Option<Who> {
        let mut counts = HashMap::<&Who, usize>::new();
        for session in self.held.values() {
            *counts.entry(&session.right.who).or_default() += 1;
        }
        counts.into_iter().max_by_key(|(_, count)| *count).map(|(who, _)| who.clone())
    }

    /// Returns the right of a session that goes on at a second since 1970.
    pub fn find(&self, key: &SessionKey, now_s: u64) -> Option<Right> {
        self.held.get(key).map(|session| &session.right).filter(|right| !right.is_over(now_s)).cloned()
    }

    /// Whether a session goes on at a second since 1970.
    pub fn goes_on(&self, key: &SessionKey, now_s: u64) -> bool {
        self.held.get(key).is_some_and(|session| !session.right.is_over(now_s))
    }

    /// Ends a session.
    pub fn end(&mut self, key: &SessionKey) {
        self.held.remove(key);
    }

    /// Ends the sessions of which that is true.
    pub fn end_where(&mut self, ends: impl Fn(&Right) -> bool) {
        self.held.retain(|_, session| !ends(&session.right));
    }

    /// Returns how many sessions there are.
    pub fn len(&self) -> usize {
        self.held.len()
    }

    /// Whether there is no session.
    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::access::{Role, Scope};

    fn key(n: u64) -> SessionKey {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&n.to_be_bytes());
        SessionKey(key)
    }

    fn user(name: &str) -> Right {
        let who = Who::User { name: Arc::from(name), changed_s: 1 };
        Right { role: Role::Viewer, scope: Scope::All, who, until_s: None, session: None }
    }

    fn token(n: u64) -> Right {
        Right { who: Who::Share { id: Arc::from(n.to_string()), key: 1 }, ..user("") }
    }

    #[test]
    fn a_session_goes_on_until_its_second_and_no_longer_than_its_right() {
        let mut sessions = Sessions::default();
        sessions.begin(key(1), user("anna"), 100);
        sessions.begin(key(2), Right { until_s: Some(50), ..user("anna") }, 100);
        sessions.begin(key(3), Right { until_s: Some(500), ..user("anna") }, 100);
        for (n, last_s) in [(1, 99), (2, 49), (3, 99)] {
            let right = sessions.find(&key(n), last_s).expect("goes on");
            assert_eq!((right.session, right.until_s), (Some(key(n)), Some(last_s + 1)));
            assert!(sessions.find(&key(n), last_s + 1).is_none() && !sessions.goes_on(&key(n), last_s + 1));
        }
        assert!(sessions.find(&key(4), 0).is_none());
    }

    #[test]
    fn a_session_ends_by_itself_or_with_others() {
        let mut sessions = Sessions::default();
        for (n, name) in [(1, "anna"), (2, "anna"), (3, "berta")] {
            sessions.begin(key(n), user(name), 100);
        }
        sessions.end(&key(1));
        assert!(!sessions.goes_on(&key(1), 0) && sessions.goes_on(&key(2), 0));
        sessions.end_where(|right| right.who.to_string() == "user anna");
        assert!(!sessions.goes_on(&key(2), 0) && sessions.goes_on(&key(3), 0));
    }

    #[test]
    fn a_user_with_many_sessions_ends_none_of_others() {
        let mut sessions = Sessions::default();
        sessions.begin(key(0), user("berta"), 100);
        (1..=40).for_each(|n| sessions.begin(key(n), user("anna"), 100));
        assert_eq!(sessions.len(), 1 + MOST_OF_USER);
        assert!(
            sessions.goes_on(&key(0), 0) && !sessions.goes_on(&key(8), 0) && sessions.goes_on(&key(9), 0)
        );
    }

    #[test]
    fn a_share_link_has_no_more_sessions_than_a_user() {
        let mut sessions = Sessions::default();
        (0..40).for_each(|n| sessions.begin(key(n), token(1), 100));
        assert_eq!(sessions.len(), MOST_OF_USER);
    }

    #[test]
    fn at_the_bound_of_the_table_whoever_has_the_most_sessions_loses_one() {
        let mut sessions = Sessions::default();
        sessions.begin(key(0), user("anna"), 100);
        let viewers = Right { who: Who::ViewerToken, ..user("") };
        (1..=1000).for_each(|n| sessions.begin(key(n), viewers.clone(), 100));
        (1001..4500).for_each(|n| sessions.begin(key(n), token(n / 30), 100));
        assert_eq!(sessions.len(), MOST);
        assert!(sessions.goes_on(&key(0), 0), "who has one keeps it");
        assert!(!sessions.goes_on(&key(404), 0) && sessions.goes_on(&key(405), 0), "the oldest have gone");
    }
}
