//! Answers as the description of the interface has them: whichever test asks, a JSON answer is held against
//! the schema of its route, method and status.
//!
//! What the description does not know, such as another server's path, is passed over.

use std::{fs, path::Path, sync::LazyLock};

use serde_json::Value;

use super::schema::check;

/// Longest body that is looked at, bytes: a month of history would take longer than its test.
const LONGEST: usize = 64 * 1024;

/// The description as it is checked in.
static DESCRIPTION: LazyLock<Value> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/openapi.json");
    let text = fs::read_to_string(path).expect("docs/openapi.json is there");
    serde_json::from_str(&text).expect("docs/openapi.json is JSON")
});

/// Fails where a JSON answer to a request, whose first line is `asked`, is described and is not so.
pub fn hold(asked: &str, status: u16, body: &[u8]) {
    let mut words = asked.split(' ');
    let (Some(method), Some(target)) = (words.next(), words.next()) else { return };
    // A body may be cut off where the server is killed, which is another test's matter.
    let Some(value) = (body.len() <= LONGEST).then(|| serde_json::from_slice::<Value>(body).ok()).flatten()
    else {
        return;
    };
    let Some(schema) = schema_of(method, target, status) else { return };
    let wrong = check(&DESCRIPTION, schema, &value);
    assert!(wrong.is_empty(), "{asked} answers {status} {value}:\n{}", wrong.join("\n"));
}

/// The schema of the JSON that a method of a path answers with a status.
fn schema_of(method: &str, target: &str, status: u16) -> Option<&'static Value> {
    let path = target.split('?').next().unwrap_or_default();
    let paths = DESCRIPTION["paths"].as_object()?;
    let described =
        paths.get(path).or_else(|| paths.iter().find(|(row, _)| fits(row, path)).map(|(_, told)| told))?;
    let answer = &described[method.to_ascii_lowercase()]["responses"][status.to_string()];
    answer.pointer("/content/application~1json/schema")
}

/// Whether a path is of a row whose parts in braces may be anything.
fn fits(row: &str, path: &str) -> bool {
    let parts = |path: &str| path.split('/').map(str::to_owned).collect::<Vec<_>>();
    let (row, path) = (parts(row), parts(path));
    let fits = |(row, part): (&String, &String)| row == part || (row.starts_with('{') && !part.is_empty());
    row.len() == path.len() && row.iter().zip(&path).all(fits)
}
