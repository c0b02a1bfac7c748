//! What keys do. Pure.

use super::view::View;

/// A key, as far as it means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A letter or a sign.
    Letter(char),
    /// The way up.
    Up,
    /// The way down.
    Down,
    /// Enter.
    Enter,
    /// Escape.
    Escape,
    /// Backspace.
    Back,
}

/// What a key leads to besides another view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// The program goes on.
    GoOn,
    /// The program ends.
    End,
}

/// What the keys are for.
pub const HELP: [(&str, &str); 7] = [
    ("up, down", "choose a camera"),
    ("Enter", "the chosen camera alone, with its picture"),
    ("Esc", "back"),
    ("s", "sort by name, people, viewers, trouble"),
    ("/", "show only cameras whose name holds a text"),
    ("?", "this help"),
    ("q", "end"),
];

impl View {
    /// Does what a key is for.
    pub fn press(&mut self, key: Key) -> Then {
        if self.is_typing {
            self.write(key);
            return Then::GoOn;
        }
        let last = self.shown().len().saturating_sub(1);
        match key {
            Key::Letter('q') => return Then::End,
            Key::Letter('?' | 'h') => self.is_help = !self.is_help,
            Key::Letter('s') => {
                self.sort = self.sort.next();
                self.find();
            }
            Key::Letter('/') => self.is_typing = true,
            Key::Up | Key::Letter('k') => self.choose(self.chosen.saturating_sub(1)),
            Key::Down | Key::Letter('j') => self.choose((self.chosen + 1).min(last)),
            Key::Enter => self.is_large = !self.is_large,
            Key::Escape if self.is_help => self.is_help = false,
            Key::Escape if self.is_large => self.is_large = false,
            Key::Escape => {
                self.filter.clear();
                self.find();
            }
            Key::Letter(_) | Key::Back => {}
        }
        Then::GoOn
    }

    fn write(&mut self, key: Key) {
        match key {
            Key::Letter(letter) => self.filter.push(letter),
            Key::Back => drop(self.filter.pop()),
            Key::Enter => self.is_typing = false,
            Key::Escape => {
                self.filter.clear();
                self.is_typing = false;
            }
            Key::Up | Key::Down => {}
        }
        self.choose(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::top::view::{Sort, tests::told};

    fn pressed(keys: &[Key]) -> (View, Then) {
        let mut view = View::default();
        view.take(Ok(told()));
        let then = keys.iter().fold(Then::GoOn, |_, key| view.press(*key));
        (view, then)
    }

    #[test]
    fn keys_choose_sort_filter_enlarge_and_end() {
        let (view, _) = pressed(&[Key::Down, Key::Down, Key::Down, Key::Up, Key::Enter]);
        assert_eq!((view.chosen, view.is_large), (1, true));
        let (view, _) = pressed(&[Key::Letter('s'), Key::Letter('?'), Key::Escape]);
        assert_eq!((view.sort, view.is_help), (Sort::People, false));
        let (view, then) =
            pressed(&[Key::Letter('/'), Key::Letter('q'), Key::Back, Key::Letter('y'), Key::Enter]);
        assert_eq!((view.filter.as_str(), view.is_typing, then), ("y", false, Then::GoOn));
        let (view, then) = pressed(&[Key::Letter('/'), Key::Letter('y'), Key::Escape, Key::Letter('q')]);
        assert_eq!((view.filter.as_str(), then), ("", Then::End));
    }
}
