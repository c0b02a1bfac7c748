//! The text in which a model's file names its classes: a Python dictionary or list, JSON, or plain words.
//! Pure.

use std::{iter::Peekable, str::Chars};

/// Most classes that a file names: keys beyond are no numbers of classes.
const MOST_CLASSES: usize = 100_000;

/// The names in a text, in the order of their numbers; a class without a name has an empty one. `None` where
/// the text holds none.
///
/// Known are `{0: 'person', 1: "driver's seat"}`, `{"0": "person"}`, `{"person": 0}`, `['person', 'car']`,
/// and words on lines of their own or with commas between them.
pub fn labels(text: &str) -> Option<Vec<String>> {
    let text = text.trim();
    let names = if text.starts_with(['{', '[', '(']) {
        of_pairs(&Tokens { letters: text.chars().peekable() }.all()?)?
    } else {
        let by = if text.contains('\n') { '\n' } else { ',' };
        text.split(by).map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
    };
    names.iter().any(|name| !name.is_empty()).then_some(names)
}

/// A part of a text of names.
#[derive(Clone, Debug, PartialEq)]
enum Token {
    /// Something in quotes.
    Text(String),
    /// Something without quotes, such as a number.
    Word(String),
    /// A bracket, comma or colon.
    Sign(char),
}

impl Token {
    /// The number that it is, in quotes or not.
    fn number(&self) -> Option<usize> {
        match self {
            Token::Text(text) | Token::Word(text) => text.trim().parse().ok().filter(|n| *n < MOST_CLASSES),
            Token::Sign(_) => None,
        }
    }

    fn text(&self) -> Option<&str> {
        match self {
            Token::Text(text) | Token::Word(text) => Some(text.trim()),
            Token::Sign(_) => None,
        }
    }
}

/// The names of a list, or of a dictionary, in order.
fn of_pairs(tokens: &[Token]) -> Option<Vec<String>> {
    let inner = tokens.get(1..tokens.len().checked_sub(1)?)?;
    let items = inner.split(|token| *token == Token::Sign(',')).filter(|item| !item.is_empty());
    let mut names: Vec<String> = Vec::new();
    for (n, item) in items.enumerate() {
        let (number, name) = match item {
            [name] => (n, name.text()?),
            [key, Token::Sign(':'), value] => match (key.number(), value.number()) {
                (Some(number), _) => (number, value.text()?),
                (None, Some(number)) => (number, key.text()?),
                (None, None) => return None,
            },
            _ => return None,
        };
        if names.len() <= number {
            names.resize(number + 1, String::new());
        }
        names[number] = name.to_owned();
    }
    Some(names)
}

/// A text of names, read letter by letter.
struct Tokens<'a> {
    letters: Peekable<Chars<'a>>,
}

impl Tokens<'_> {
    /// All parts; `None` where a quote or the last bracket is missing.
    fn all(mut self) -> Option<Vec<Token>> {
        let mut tokens = Vec::new();
        while let Some(letter) = self.letters.next() {
            match letter {
                _ if letter.is_whitespace() => {}
                '\'' | '"' => tokens.push(Token::Text(self.quoted(letter)?)),
                '{' | '}' | '[' | ']' | '(' | ')' | ',' | ':' => tokens.push(Token::Sign(letter)),
                // A prefix of Python's, such as u'person', is none of the name.
                'u' | 'b' if matches!(self.letters.peek(), Some('\'' | '"')) => {}
                _ => tokens.push(Token::Word(self.word(letter))),
            }
        }
        matches!(tokens.last(), Some(Token::Sign('}' | ']' | ')'))).then_some(tokens)
    }

    /// What stands without quotes, up to the next sign.
    fn word(&mut self, first: char) -> String {
        let mut word = String::from(first);
        while let Some(letter) = self.letters.next_if(|letter| !"{}[](),:".contains(*letter)) {
            word.push(letter);
        }
        word
    }

    /// What stands before the closing quote.
    fn quoted(&mut self, quote: char) -> Option<String> {
        let mut text = String::new();
        loop {
            match self.letters.next()? {
                '\\' => text.push(self.escaped()?),
                letter if letter == quote => return Some(text),
                letter => text.push(letter),
            }
        }
    }

    /// The letter that an escape stands for.
    fn escaped(&mut self) -> Option<char> {
        Some(match self.letters.next()? {
            'n' | 't' | 'r' => ' ',
            'x' => self.code(2)?,
            'u' => self.code(4)?,
            letter => letter,
        })
    }

    /// The letter of a code of so many hexadecimal digits; one of half a pair is not known.
    fn code(&mut self, digits: usize) -> Option<char> {
        let code: String = self.letters.by_ref().take(digits).collect();
        let number = u32::from_str_radix(&code, 16).ok()?;
        Some(char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_any_form_that_exports_have() {
        let rows: [(&str, &[&str]); 17] = [
            (
                "{0: 'person', 1: \"driver's seat\", 2: 'traffic light'}",
                &["person", "driver's seat", "traffic light"],
            ),
            (r#"{"0": "person", "1": "bicycle"}"#, &["person", "bicycle"]),
            ("{2: 'c', 0: 'a', 1: 'b'}", &["a", "b", "c"]),
            ("{10: 'k', 0: 'a'}", &["a", "", "", "", "", "", "", "", "", "", "k"]),
            ("['person', 'car']", &["person", "car"]),
            (r#"["person", "car"]"#, &["person", "car"]),
            ("('person', 'car',)", &["person", "car"]),
            (r#"{"person": 0, "car": 1}"#, &["person", "car"]),
            (r#"{0: 'driver\'s', 1: "a \"b\""}"#, &["driver's", "a \"b\""]),
            (r#"["caf\u00e9", "a, b: c"]"#, &["café", "a, b: c"]),
            ("{0: ' person ', 1: 'car\\n'}", &["person", "car"]),
            ("{0: person, 1: traffic light}", &["person", "traffic light"]),
            ("[u'person']", &["person"]),
            ("person, car", &["person", "car"]),
            ("person\ntraffic light\n", &["person", "traffic light"]),
            ("person", &["person"]),
            ("{0: 'Straße', 1: '人'}", &["Straße", "人"]),
        ];
        for (text, names) in rows {
            assert_eq!(
                labels(text).as_deref(),
                Some(&*names.iter().map(|n| n.to_string()).collect::<Vec<_>>()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_cut_or_empty_names_nothing() {
        let huge = "{99999999999: 'person'}";
        for text in
            ["", "{}", "[]", "{0: 'cut", "{0: 'cut'", "{", "{'a': 'b'}", "{0: {1: 'a'}}", "[\"\\u12\"]", huge]
        {
            assert_eq!(labels(text), None, "{text}");
        }
    }
}
