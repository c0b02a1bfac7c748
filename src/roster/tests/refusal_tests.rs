//! Cameras that cannot be changed as they should be: what file, registry and description say then, and later.

use std::fs;

use serde_json::json;

use super::{
    fixtures::{Fault, Stage, fields, write_by_hand},
    *,
};

const TWO: &str =
    "[main]\nsource = \"0\"\nfps = 5 # is enough\n\n# The yard.\n[yard]\nsource = \"1\"\nfps = 6\n";

#[test]
fn a_change_over_http_that_fails_leaves_everything_as_it_was() {
    for text in [Some(TWO), None] {
        for fault in [Fault::Refused, Fault::Panics] {
            let stage = Stage::start(text);
            let (roster, noted) = (&stage.roster, &stage.noted);
            let (cameras, main) = (noted.cameras.lock().clone(), roster.described("main"));
            noted.arm("roof", fault, 1);
            roster.add("roof", &fields(&json!({ "source": "2" }))).expect_err("it cannot start");
            noted.arm("main", fault, 1);
            roster.change("main", &fields(&json!({ "fps": 7 }))).expect_err("it cannot change");
            assert_eq!((stage.text().as_deref(), stage.is_refused()), (text, false), "{fault:?}");
            assert_eq!(*noted.cameras.lock(), cameras, "{fault:?} {text:?}");
            assert_eq!((roster.described("main"), roster.described("roof")), (main, None));
            roster.change("main", &fields(&json!({ "fps": 7 }))).expect("the fault is over");
            roster.add("roof", &fields(&json!({ "source": "2", "fps": 8 }))).expect("the fault is over");
            assert_eq!((noted.rate("main"), noted.rate("roof")), (Some(7.0), Some(8.0)));
        }
    }
}

#[test]
fn a_camera_that_cannot_be_as_before_either_is_as_soon_as_it_can() {
    for text in [Some(TWO), None] {
        for fault in [Fault::Refused, Fault::Panics] {
            let stage = Stage::start(text);
            let before = stage.noted.rate("main");
            stage.noted.arm("main", fault, 3);
            stage.roster.change("main", &fields(&json!({ "fps": 7 }))).expect_err("it cannot change");
            assert!(stage.is_refused(), "it is not as it is described");
            stage.roster.look();
            assert!(stage.is_refused(), "once more it is not");
            stage.roster.look();
            assert_eq!((stage.noted.rate("main"), stage.is_refused()), (before, false), "{fault:?}");
            assert_eq!(stage.text().as_deref(), text);
            stage.calls();
            stage.roster.look();
            assert!(stage.calls().is_empty(), "all is done");
        }
    }
}

#[test]
fn others_are_changed_while_one_camera_cannot_start() {
    for fault in [Fault::Refused, Fault::Panics] {
        let stage = Stage::start(Some(TWO));
        let roster = &stage.roster;
        stage.noted.arm("gate", fault, u32::MAX);
        stage.by_hand(&format!("{TWO}\n[gate]\nsource = \"3\"\n"));
        roster.look();
        assert!(roster.refused().is_some_and(|why| why.contains("gate")) && stage.is_refused());
        for fps in [7, 8] {
            roster.change("yard", &fields(&json!({ "fps": fps }))).expect("is another camera");
            roster.look();
        }
        assert_eq!((stage.noted.rate("yard"), stage.noted.rate("gate")), (Some(8.0), None));
        // The reason of the file's own mistake comes first, and is not forgotten over the camera's.
        let text = stage.text().expect("is there");
        stage.by_hand(&text.replace("fps = 8", "fps = 99"));
        roster.look();
        stage.noted.arm("gate", fault, 0);
        roster.look();
        assert!(stage.noted.has("gate") && roster.refused().is_some_and(|why| why.contains("99")));
        stage.by_hand(&text);
        roster.look();
        assert!(!stage.is_refused());
    }
}

#[test]
fn a_change_over_http_that_fails_has_no_other_camera_tried() {
    for fault in [Fault::Refused, Fault::Panics] {
        let stage = Stage::start(Some(TWO));
        stage.noted.arm("gate", fault, u32::MAX);
        stage.by_hand(&format!("{TWO}\n[gate]\nsource = \"3\"\n"));
        stage.roster.look();
        stage.calls();
        stage.noted.arm("main", fault, 1);
        stage.roster.change("main", &fields(&json!({ "fps": 7 }))).expect_err("it cannot change");
        let calls = stage.calls();
        assert!(calls.iter().all(|call| call.ends_with(" main")), "{fault:?}: {calls:?}");
        assert_eq!(stage.noted.rate("main"), Some(5.0), "it is as before");
        assert!(stage.is_refused(), "the other one still is not as it is described");
    }
}

#[test]
fn a_change_that_fails_and_is_not_taken_out_of_the_file_is_told_to_who_asked_and_to_everybody() {
    for fault in [Fault::Refused, Fault::Panics] {
        let stage = Stage::start(Some(TWO));
        let roster = &stage.roster;
        stage.noted.arm("main", fault, 1);
        // So that the change cannot be taken out of the file again.
        let (path, edited) = (stage.path(), TWO.replace("fps = 6", "fps = 9"));
        *stage.noted.meanwhile.lock() = Some(Box::new(move || write_by_hand(&path, &edited)));
        let told = roster.change("main", &fields(&json!({ "fps": 7 }))).expect_err("it cannot change");
        let said = roster.refused().expect("everybody is told");
        for words in ["camera main", "cameras.toml is not as before", "something else by now", "is tried"] {
            assert!(told.to_string().contains(words), "{fault:?}: {told}");
            assert!(said.contains(words), "{fault:?}: {said}");
        }
        let folder = stage.folder.path().display().to_string();
        assert!(!said.contains(&folder) && stage.is_refused(), "{said}");
        roster.look();
        let rates = ["main", "yard"].map(|camera| stage.noted.rate(camera));
        assert_eq!((rates, stage.is_refused()), ([Some(5.0), Some(9.0)], false), "the edit is taken over");
    }
}

#[test]
fn a_refused_change_that_a_wrong_edit_has_taken_out_of_the_file_is_not_tried_again() {
    let stage = Stage::start(Some(TWO));
    stage.noted.arm("main", Fault::Refused, 1);
    let path = stage.path();
    *stage.noted.meanwhile.lock() = Some(Box::new(move || write_by_hand(&path, "[main")));
    stage.roster.change("main", &fields(&json!({ "fps": 7 }))).expect_err("it cannot change");
    stage.roster.look();
    assert_eq!((stage.noted.rate("main"), stage.is_refused()), (Some(5.0), true));
}

#[test]
fn a_refused_change_that_stays_in_a_file_that_is_lost_is_told_until_it_is_carried_out() {
    let stage = Stage::start(Some(TWO));
    let roster = &stage.roster;
    stage.noted.arm("main", Fault::Refused, 2);
    let folder = stage.folder.path().to_owned();
    let away = folder.with_extension("away");
    let (here, there) = (folder.clone(), away.clone());
    *stage.noted.meanwhile.lock() = Some(Box::new(move || fs::rename(here, there).expect("moves")));
    let told = roster.change("main", &fields(&json!({ "fps": 7 }))).expect_err("it cannot change");
    assert!(told.to_string().contains("cameras.toml is not as before"), "{told}");
    for _ in 0..2 {
        let said = roster.refused().expect("everybody is told");
        assert!(!said.contains(&folder.display().to_string()) && stage.is_refused(), "{said}");
        roster.look();
    }
    fs::rename(away, folder).expect("moves back");
    stage.by_hand(&stage.text().expect("the file is back"));
    roster.look();
    assert_eq!((stage.noted.rate("main"), stage.is_refused()), (Some(7.0), false), "the file has it");
}

#[test]
fn a_file_that_is_emptied_takes_no_camera_away_and_one_of_comments_alone_does() {
    let stage = Stage::start(Some(TWO));
    for emptied in ["", " \n", "\u{feff}\n"] {
        stage.by_hand(emptied);
        stage.roster.look();
        assert!(stage.noted.has("main") && stage.noted.has("yard"), "{emptied:?}");
        assert!(stage.roster.refused().is_some_and(|why| why.contains("cameras.toml is empty")));
        assert!(stage.is_refused());
        let refused = stage.roster.remove("yard").expect_err("it is not in the file");
        assert!(refused.to_string().contains("is empty"), "{refused}");
        assert_eq!(stage.text().as_deref(), Some(emptied), "what is there is not written over");
    }
    stage.by_hand("# None for now.\n");
    stage.roster.look();
    assert!(!stage.noted.has("main") && !stage.noted.has("yard") && !stage.is_refused());
}

#[test]
fn the_last_camera_is_removed_over_http_although_that_leaves_an_empty_file() {
    let stage = Stage::start(Some("[main]\nsource = \"0\"\n"));
    stage.roster.remove("main").expect("it is there");
    assert_eq!(stage.text().as_deref().map(str::trim), Some(""));
    stage.roster.look();
    assert!(!stage.noted.has("main") && !stage.is_refused());
    stage.roster.add("gate", &fields(&json!({ "source": "1" }))).expect("the file is known");
    assert!(stage.noted.has("gate"));
}

#[test]
fn a_camera_that_never_started_can_be_removed() {
    let stage = Stage::start(Some(TWO));
    stage.noted.arm("gate", Fault::Panics, u32::MAX);
    stage.by_hand(&format!("{TWO}\n[gate]\nsource = \"3\"\n"));
    stage.roster.look();
    assert!(stage.is_refused());
    stage.roster.remove("gate").expect("nothing is to be done");
    assert!(!stage.is_refused() && !stage.text().expect("is there").contains("gate"));
}

#[test]
fn one_that_panics_holds_no_other_up_and_who_goes_comes_first() {
    let stage = Stage::start(Some(TWO));
    stage.noted.arm("attic", Fault::Panics, 1);
    stage.calls();
    let added = "[attic]\nsource = \"0\"\n[roof]\nsource = \"3\"\n";
    stage.by_hand(&format!("{added}[yard]\nsource = \"1\"\nfps = 9\n"));
    stage.roster.look();
    assert_eq!(stage.calls(), ["remove main", "change yard", "add attic", "remove attic", "add roof"]);
    assert!(stage.is_refused());
    stage.roster.look();
    assert_eq!((stage.calls(), stage.is_refused()), (vec!["add attic".to_owned()], false));
}

#[test]
fn cameras_give_a_file_up_that_is_taken_away_by_force_and_no_other() {
    let stage = Stage::start(None);
    let [clip, other] = ["clip", "other"].map(|name| stage.folder.path().join(name));
    for path in [&clip, &other] {
        fs::write(path, "").expect("writes");
    }
    let file = |camera: &str, path: &Path| (camera.to_owned(), path.to_owned());
    *stage.noted.files.lock() = vec![file("main", &clip), file("yard", &other), file("gate", &clip)];
    stage.calls();
    assert_eq!(stage.roster.unless_used(&clip, || ()), Err(vec!["main".to_owned(), "gate".to_owned()]));
    let stays: Result<(), &str> = stage.roster.by_force(&clip, || Err("a disk that takes nothing"));
    assert!(stays.is_err() && stage.calls().is_empty(), "it is still there");
    stage.roster.by_force(&clip, || fs::remove_file(&clip)).expect("is there");
    assert_eq!(stage.calls(), ["give up main", "give up gate"]);
    assert_eq!(stage.roster.unless_used(&clip, || 7), Ok(7), "it is nobody's now");
}
