//! The least checker of JSON schemas: a schema and a value in, what is wrong out, each with its place.
//!
//! As much of them as the description of the interface uses of answers. Patterns and formats are not looked
//! at; a word that is not known here is refused, so that no schema is believed to be checked that is not.

use serde_json::{Map, Value};

/// Words that say nothing of a value, or that are left to others.
const PASSED_OVER: [&str; 8] = [
    "description",
    "format",
    "pattern",
    "examples",
    "default",
    "contentEncoding",
    "contentMediaType",
    "title",
];

/// What is checked against one document.
pub struct Checker<'a> {
    /// The document in which references lead somewhere.
    root: &'a Value,
    /// What is wrong so far.
    wrong: Vec<String>,
}

/// Returns what of `value` is not as the schema in `root` says, a line each; nothing where all is well.
pub fn check(root: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut checker = Checker { root, wrong: Vec::new() };
    checker.value(schema, value, "");
    checker.wrong
}

impl<'a> Checker<'a> {
    fn value(&mut self, schema: &Value, value: &Value, at: &str) {
        let Some(words) = schema.as_object() else { panic!("{schema} is no schema") };
        for word in words.keys() {
            self.word(words, word, value, at);
        }
    }

    fn word(&mut self, words: &Map<String, Value>, word: &str, value: &Value, at: &str) {
        let said = &words[word];
        let number = |holds: fn(f64, f64) -> bool| {
            value.as_f64().is_none_or(|value| holds(value, said.as_f64().expect("a bound is a number")))
        };
        let length = |found: Option<usize>, holds: fn(u64, u64) -> bool| {
            found.is_none_or(|found| holds(found as u64, said.as_u64().expect("a bound is a number")))
        };
        let (items, letters) =
            (value.as_array().map(Vec::len), value.as_str().map(|text| text.chars().count()));
        let holds = match word {
            "$ref" => {
                let target = self.target(said);
                return self.value(target, value, at);
            }
            "anyOf" => list(said).iter().any(|one| check(self.root, one, value).is_empty()),
            "type" => match said {
                Value::Array(kinds) => kinds.iter().any(|kind| is_a(kind, value)),
                kind => is_a(kind, value),
            },
            "enum" => list(said).contains(value),
            "const" => said == value,
            "minimum" => number(|value, bound| value >= bound),
            "maximum" => number(|value, bound| value <= bound),
            "exclusiveMinimum" => number(|value, bound| value > bound),
            "exclusiveMaximum" => number(|value, bound| value < bound),
            "minItems" => length(items, |found, bound| found >= bound),
            "maxItems" => length(items, |found, bound| found <= bound),
            "minLength" => length(letters, |found, bound| found >= bound),
            "maxLength" => length(letters, |found, bound| found <= bound),
            "items" => return self.items(said, value, at),
            "required" => return self.required(said, value, at),
            "properties" => return self.properties(said, value, at),
            "additionalProperties" => return self.others(words, said, value, at),
            known => {
                assert!(PASSED_OVER.contains(&known), "{known} is not checked; teach this file");
                true
            }
        };
        if !holds {
            self.wrong.push(format!("{at}: {value} is not {word} {said}"));
        }
    }

    /// Where a reference leads.
    fn target(&self, reference: &Value) -> &'a Value {
        let place = reference.as_str().and_then(|place| place.strip_prefix('#')).expect("a reference");
        self.root.pointer(place).unwrap_or_else(|| panic!("{reference} leads nowhere"))
    }

    fn items(&mut self, schema: &Value, value: &Value, at: &str) {
        for (n, item) in value.as_array().into_iter().flatten().enumerate() {
            self.value(schema, item, &format!("{at}/{n}"));
        }
    }

    fn required(&mut self, names: &Value, value: &Value, at: &str) {
        let Some(fields) = value.as_object() else { return };
        for name in list(names).iter().filter_map(Value::as_str) {
            if !fields.contains_key(name) {
                self.wrong.push(format!("{at}: {name} is missing"));
            }
        }
    }

    fn properties(&mut self, schemas: &Value, value: &Value, at: &str) {
        for (name, schema) in schemas.as_object().into_iter().flatten() {
            if let Some(field) = value.get(name) {
                self.value(schema, field, &format!("{at}/{name}"));
            }
        }
    }

    /// Fields that have no schema of their own.
    fn others(&mut self, words: &Map<String, Value>, said: &Value, value: &Value, at: &str) {
        let known = words.get("properties").and_then(Value::as_object);
        let others = value.as_object().into_iter().flatten();
        for (name, field) in others.filter(|(name, _)| known.is_none_or(|known| !known.contains_key(*name))) {
            let at = format!("{at}/{name}");
            match said {
                Value::Bool(true) => {}
                Value::Bool(false) => self.wrong.push(format!("{at}: is not described")),
                schema => self.value(schema, field, &at),
            }
        }
    }
}

fn list(said: &Value) -> &[Value] {
    said.as_array().expect("is a list")
}

/// Whether a value is of a kind, as JSON Schema names kinds: a number without a fraction is an integer.
fn is_a(kind: &Value, value: &Value) -> bool {
    match kind.as_str().expect("a kind has a name") {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other} is no kind"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn is_right(schema: Value, value: &Value) -> bool {
        let root = json!({ "schemas": { "Name": { "type": "string", "maxLength": 3 } } });
        check(&root, &schema, value).is_empty()
    }

    #[test]
    fn what_is_right_passes_and_what_is_wrong_does_not() {
        for (schema, right, wrong) in [
            (json!({ "type": ["string", "null"] }), json!(null), json!(1)),
            (json!({ "type": "integer", "minimum": 0 }), json!(7.0), json!(7.5)),
            (json!({ "type": "integer", "minimum": 0 }), json!(0), json!(-1)),
            (json!({ "enum": [1, null] }), json!(null), json!(2)),
            (json!({ "const": "ok" }), json!("ok"), json!("no")),
            (json!({ "$ref": "#/schemas/Name" }), json!("abc"), json!("abcd")),
            (
                json!({ "anyOf": [{ "type": "null" }, { "$ref": "#/schemas/Name" }] }),
                json!(null),
                json!("abcd"),
            ),
            (
                json!({ "items": { "type": "number", "exclusiveMaximum": 1 }, "minItems": 1 }),
                json!([0.5]),
                json!([1]),
            ),
            (
                json!({ "required": ["a"], "properties": { "a": { "type": "boolean" } } }),
                json!({ "a": true }),
                json!({}),
            ),
            (
                json!({ "properties": { "a": {} }, "additionalProperties": false }),
                json!({ "a": 1 }),
                json!({ "b": 1 }),
            ),
            (
                json!({ "additionalProperties": { "type": "integer" } }),
                json!({ "x": 1 }),
                json!({ "x": "1" }),
            ),
        ] {
            assert!(is_right(schema.clone(), &right), "{schema} takes {right}");
            assert!(!is_right(schema.clone(), &wrong), "{schema} refuses {wrong}");
        }
    }

    #[test]
    #[should_panic(expected = "oneOf is not checked")]
    fn a_word_that_is_not_known_is_not_passed_over() {
        is_right(json!({ "oneOf": [] }), &json!(1));
    }
}
