//! Rows of the tables: TOML in, requests with the answers that are allowed out.

use serde::Deserialize;

/// A table of rows.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    row: Vec<Row>,
}

/// A request, and how it has to be answered. It stands for as many requests as there are words, paths,
/// methods and credentials.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// What is tried, as a statement.
    pub name: String,
    /// Words by which `{each}` is replaced in path, headers and body, one after the other.
    #[serde(default)]
    pub each: Vec<String>,
    /// Paths with their queries, as they are sent, one after the other. Here, in headers and in bodies
    /// `«x*500»` stands for 500 times `x`, and in headers `{own}` for the server's own origin and `{cookie}`
    /// for the name of its sessions' cookie.
    pub path: Vec<String>,
    /// Methods, one after the other.
    #[serde(default = "get")]
    pub method: Vec<String>,
    /// Names and values of headers.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    /// The body.
    #[serde(default)]
    pub body: String,
    /// Its media type; none where it is empty.
    #[serde(default)]
    pub kind: String,
    /// Names of credentials, one after the other: those of the house, `none`, or `wrong` for all of its that
    /// give nothing.
    #[serde(rename = "as")]
    pub by: Vec<String>,
    /// Statuses of which one is right; 0: the connection ends without an answer.
    pub expect: Vec<u16>,
    /// The code of the error, where only one is right.
    #[serde(default)]
    pub code: Option<String>,
    /// What must not stand in the answer.
    #[serde(default)]
    pub never: Vec<String>,
    /// Whether a source is tried before there is an answer, which takes its time.
    #[serde(default)]
    pub slow: bool,
}

fn get() -> Vec<String> {
    vec!["GET".to_owned()]
}

impl Row {
    /// Reads a table, a row for each word and method; panics where it is no table. `file` says which it is.
    pub fn read(file: &str, text: &str) -> Vec<Row> {
        let table: Table =
            toml::from_str(text).unwrap_or_else(|error| panic!("tests/attacks/{file}: {error}"));
        table.row.into_iter().flat_map(Row::expanded).collect()
    }

    fn expanded(self) -> Vec<Row> {
        let words = if self.each.is_empty() { vec![String::new()] } else { self.each.clone() };
        let mut rows = Vec::new();
        for word in &words {
            for (path, method) in self.path.iter().flat_map(|path| self.method.iter().map(move |m| (path, m)))
            {
                let spelled = |text: &str| spelled(&text.replace("{each}", word));
                rows.push(Row {
                    name: format!("{} {word:?}", self.name),
                    path: vec![spelled(path)],
                    method: vec![method.clone()],
                    headers: self
                        .headers
                        .iter()
                        .map(|(name, value)| (spelled(name), spelled(value)))
                        .collect(),
                    body: spelled(&self.body),
                    ..self.clone()
                });
            }
        }
        rows
    }
}

/// Writes `«x*500»` out.
pub fn spelled(text: &str) -> String {
    let mut parts = text.split('«');
    let mut spelled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (inside, rest) = part.split_once('»').unwrap_or_else(|| panic!("« without » in {text:?}"));
        let (what, times) = inside.rsplit_once('*').unwrap_or_else(|| panic!("{inside:?} has no *"));
        spelled.push_str(&what.repeat(times.parse().expect("a number of times")));
        spelled.push_str(rest);
    }
    spelled
}

#[test]
fn a_row_stands_for_each_of_its_words_and_methods() {
    let text = r#"
        [[row]]
        name = "long"
        each = ["a", "«bc*3»"]
        path = ["/{each}?x=«y*2»"]
        method = ["GET", "PUT"]
        as = ["none"]
        expect = [404]
    "#;
    let rows = Row::read("here", text);
    let made: Vec<(&str, &str)> = rows.iter().map(|row| (&*row.method[0], &*row.path[0])).collect();
    assert_eq!(
        made,
        [("GET", "/a?x=yy"), ("PUT", "/a?x=yy"), ("GET", "/bcbcbc?x=yy"), ("PUT", "/bcbcbc?x=yy")]
    );
}
