//! Cameras files as people write them, and what changes leave of them.

use serde_json::{Value, json};

use super::*;
use crate::roster::{tests::TEXT, text::read};

/// The text in which `camera` is what these fields say; null: there is none.
fn edited(text: &str, camera: &str, fields: &Value) -> String {
    let had = read(text).expect("valid").entries.remove(camera);
    let has = fields.as_object().map(|fields| Entry::of(fields).expect("an entry"));
    let edit = Edit { camera, had: had.as_ref(), has: has.as_ref() };
    let text = edit.written_into(text).expect("valid");
    assert_eq!(read(&text).expect("valid").entries.remove(camera), has, "{text}");
    text
}

/// What a camera of a text is described by.
fn described(text: &str, camera: &str) -> Value {
    Value::Object(read(text).expect("valid").entries[camera].fields())
}

/// The yard of the text with other fields.
fn yard(changes: &[(&str, Value)]) -> Value {
    let mut yard = described(TEXT, "yard");
    changes.iter().for_each(|(name, value)| yard[*name] = value.clone());
    yard
}

#[test]
fn changes_leave_comments_and_order_as_they_are() {
    let changed = yard(&[("source", json!("rtsp://10.0.0.8/live")), ("width", json!(640))]);
    let expected = TEXT.replace("10.0.0.7", "10.0.0.8").replace("fps = 15\n", "fps = 15\nwidth = 640\n");
    assert_eq!(edited(TEXT, "yard", &changed), expected);
}

#[test]
fn lines_in_tables_stay_tables_with_their_comments() {
    let lines = described(TEXT, "yard")["lines"].clone();
    let [gate, exit] = [0, 1].map(|at| lines[at].clone());
    let mut moved = gate.clone();
    moved["to"] = json!([0.9, 0.5]);
    let text = edited(TEXT, "yard", &yard(&[("lines", json!([moved, exit]))]));
    assert_eq!(text, TEXT.replace("to = [0.8, 0.5]", "to = [0.9, 0.5]"));

    let text = edited(TEXT, "yard", &yard(&[("lines", json!([exit]))]));
    let (before, rest) = TEXT.split_once("# Who comes in.").expect("is there");
    let (_, behind) = rest.split_once("\n\n").expect("is there");
    assert_eq!(text, [before, behind].concat());

    let door = json!({ "id": "door", "from": [0.0, 0.5], "to": [1.0, 0.5] });
    let text = edited(TEXT, "yard", &yard(&[("lines", json!([door, exit, gate]))]));
    assert_eq!(text.matches("[[yard.lines]]").count(), 3, "{text}");
    let places = ["\"door\"", "# Who goes out.", "\"exit\"", "# Who comes in.", "# of iron", "[gate]"]
        .map(|word| text.find(word).unwrap_or_else(|| panic!("{word} is gone from {text}")));
    assert!(places.is_sorted(), "{text}");
}

#[test]
fn no_lines_are_said_and_lines_are_left_out() {
    let text = edited(TEXT, "yard", &yard(&[("lines", json!([]))]));
    assert!(text.contains("lines = []") && text.contains("[gate]"), "{text}");
    let mut without = yard(&[]);
    without.as_object_mut().expect("an object").remove("lines");
    let text = edited(TEXT, "yard", &without);
    assert!(text.contains("# do not touch") && text.contains("[gate]") && !text.contains("lines"), "{text}");
}

#[test]
fn arrays_keep_their_lines_and_comments() {
    let text = r#"[yard]
source = "0"
lines = [
    # Who comes in.
    { id = "gate", from = [0.2, 0.5], to = [0.8, 0.5] }, # of iron
    { id = "exit", from = [0.1, 0.9], to = [0.3, 0.9] },
]
"#;
    let mut yard = described(text, "yard");
    yard["lines"][1]["to"] = json!([0.4, 0.9]);
    assert_eq!(edited(text, "yard", &yard), text.replace("[0.3, 0.9]", "[0.4, 0.9]"));
    let door = json!({ "id": "door", "from": [0.0, 0.5], "to": [1.0, 0.5] });
    yard["lines"].as_array_mut().expect("a list").push(door);
    let longer = edited(text, "yard", &yard);
    let last = longer.lines().nth_back(1).expect("is there");
    assert!(last.starts_with("    { ") && last.ends_with("},") && last.contains("\"door\""), "{longer}");
    yard["lines"].as_array_mut().expect("a list").remove(1);
    let shorter = edited(&longer, "yard", &yard);
    assert!(shorter.contains("# of iron") && !shorter.contains("exit"), "{shorter}");
    yard["lines"].as_array_mut().expect("a list").reverse();
    let turned = edited(&shorter, "yard", &yard);
    let places = ["\"door\"", "# Who comes in.", "\"gate\"", "# of iron"];
    assert!(places.map(|word| turned.find(word)).is_sorted(), "{turned}");
    let tight = "[yard]\nsource = \"0\"\nrisk_totals = [ 1, # few\n 2, 3 ] # many\n";
    let mut yard = described(tight, "yard");
    yard["risk_totals"] = json!([1.0, 5.0, 6.5]);
    assert_eq!(edited(tight, "yard", &yard), tight.replace("2, 3 ]", "5, 6.5 ]"));
}

#[test]
fn cameras_come_and_go() {
    let text = edited(TEXT, "roof", &json!({ "source": "synthetic" }));
    assert_eq!(text, format!("{TEXT}\n[roof]\nsource = \"synthetic\"\n"));
    let text = edited(&text, "yard", &Value::Null);
    let names: Vec<String> = read(&text).expect("valid").entries.into_keys().collect();
    assert_eq!(names, ["gate", "roof"], "{text}");
    let text = edited("", "roof", &json!({ "source": "0" }));
    assert_eq!(text, "[roof]\nsource = \"0\"\n");
}

#[test]
fn comments_that_are_not_about_a_camera_alone_outlive_it() {
    let yard = "[yard]\nsource = \"0\"\n";
    let gate = "[gate]\nsource = \"1\"\n";
    for (above, between, left) in [
        ("# Our cameras.\n", "\n", "# Our cameras.\n\n"),
        ("# Our cameras.\n\n# The yard.\n", "\n# The gate.\n", "# Our cameras.\n\n\n# The gate.\n"),
        ("\n# Our cameras.\n", "", "\n# Our cameras.\n"),
        ("", "\n", "\n"),
    ] {
        let text = [above, yard, between, gate].concat();
        assert_eq!(edited(&text, "yard", &Value::Null), [left, gate].concat());
    }
    let text = ["# Ours.\n", gate, "\n# Behind the house.\n\n# The yard.\n", yard].concat();
    let without = edited(&text, "yard", &Value::Null);
    assert_eq!(without, ["# Ours.\n", gate, "\n# Behind the house.\n\n"].concat());
    let neither = edited(&without, "gate", &Value::Null);
    assert_eq!(neither, "# Ours.\n\n# Behind the house.\n\n");
    let again = edited(&neither, "gate", &json!({ "source": "1" }));
    assert_eq!(again, [&neither, "\n", gate].concat());
    let inline = "# Ours.\nyard = { source = \"0\" }\ngate = { source = \"1\" }\n";
    assert_eq!(edited(inline, "yard", &Value::Null), "# Ours.\ngate = { source = \"1\" }\n");
}

#[test]
fn rules_that_are_new_are_written_as_a_table_each() {
    let rules = json!([{ "id": "in", "when": "line_crossed", "line": "gate" },
                       { "id": "lost", "when": "source_lost", "tell": ["ntfy"] }]);
    let text = edited(TEXT, "yard", &yard(&[("rules", rules.clone())]));
    let written = "to = [0.3, 0.9]\n\n\
                   [[yard.rules]]\nid = \"in\"\nwhen = \"line_crossed\"\nline = \"gate\"\n\n\
                   [[yard.rules]]\nid = \"lost\"\nwhen = \"source_lost\"\ntell = [\"ntfy\"]\n\n[gate]\n";
    assert!(text.contains(written), "{text}");
    let text = edited(&text, "all", &json!({ "rules": rules }));
    assert!(
        text.ends_with("[[all.rules]]\nid = \"lost\"\nwhen = \"source_lost\"\ntell = [\"ntfy\"]\n"),
        "{text}"
    );
    let inline = edited("yard = { source = \"0\" }\n", "yard", &json!({ "source": "0", "rules": rules }));
    assert!(inline.starts_with("yard = {"), "{inline}");
}
