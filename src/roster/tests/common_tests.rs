//! What all cameras have, as the file and the interface describe it.

use serde_json::json;

use super::{
    RosterError,
    fixtures::{Stage, fields},
};

const WITH_RULES: &str = "[main]\nsource = \"0\"\n\n[[all.rules]]\nid = \"lost\"\nwhen = \"source_lost\"\n";

#[test]
fn rules_of_all_are_taken_over_from_the_file_and_written_into_it() {
    let stage = Stage::start(Some(WITH_RULES));
    assert_eq!(stage.calls(), ["rules lost", "add main"]);
    let none = json!({ "rules": [] });
    stage.roster.set_rules(&fields(&none)).expect("may be");
    assert_eq!(stage.text().as_deref(), Some("[main]\nsource = \"0\"\n"));
    assert_eq!((stage.calls(), stage.roster.rules()), (vec!["rules ".to_owned()], Vec::new()));
    let lost = json!({ "rules": [{ "id": "lost", "when": "source_lost" }] });
    stage.roster.set_rules(&fields(&lost)).expect("makes sense");
    assert_eq!(stage.text().as_deref(), Some(WITH_RULES));
    stage.by_hand("[main]\nsource = \"0\"\n");
    stage.roster.look();
    assert_eq!(stage.calls(), ["rules lost", "rules "]);
}

#[test]
fn rules_of_all_that_make_no_sense_are_refused_with_their_line_and_those_before_stay() {
    let stage = Stage::start(Some(WITH_RULES));
    for (more, words) in [
        ("\n[[all.rules]]\nid = \"a\"\nwhen = \"risk\"\n", "line 8: all cameras: rule a: risk is missing"),
        ("\n[[all.rules]]\nid = \"lost\"\nwhen = \"source_lost\"\n", "line 8: all cameras: two rules"),
        ("\n[[all.rules]]\nid = \"a\"\nwhen = \"seen\"\nclass = \"dog\"\nfrom = \"25:00\"\n", "line 12: "),
        ("\n[all]\nfps = 3\n", "and no fps"),
    ] {
        stage.by_hand(&[WITH_RULES, more].concat());
        stage.roster.look();
        let said = stage.roster.refused().expect(words);
        assert!(said.contains(words), "{said}");
        assert_eq!(stage.roster.rules().len(), 1);
    }
    for (body, words) in [
        (json!({ "rules": [{ "id": "a", "when": "people" }] }), "rule a: above is missing"),
        (json!({ "rules": [], "fps": 3 }), "and no fps"),
        (json!({}), "rules is missing"),
    ] {
        let refused = stage.roster.set_rules(&fields(&body)).expect_err(words);
        assert!(matches!(refused, RosterError::Rules(_)) && refused.to_string().contains(words), "{refused}");
    }
}
