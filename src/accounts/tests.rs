//! The authority with a real database and a real key file, as one that other programs change beside it.

use std::{
    net::IpAddr,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use super::{
    AccountsError, AuditQuery, Authority, AuthoritySettings, Entry, LoginError, Open, Outcome, Store, User,
    Wish, hash_password, make_key,
};
use crate::{
    access::{
        Right, Role, Scope, Who,
        key::Key,
        token::{Claims, sign},
    },
    frame::now_us,
    nouns::secret::Secret,
    tools::metrics::Metrics,
};

/// A second that lies behind any at which this runs, which the database is loaded by.
const NOW_S: u64 = 4_000_000_000;

fn settings() -> AuthoritySettings {
    AuthoritySettings {
        session: Duration::from_secs(3600),
        on_loopback: true,
        ..AuthoritySettings::default()
    }
}

fn start(settings: AuthoritySettings) -> Arc<Authority> {
    Authority::start(settings, &Metrics::new().expect("names differ")).expect("starts")
}

fn database(folder: &TempDir) -> std::path::PathBuf {
    folder.path().join("data/access.db")
}

fn add(path: &Path, name: &str, password: &str) {
    let hash = hash_password(password);
    let name = Arc::from(name);
    let user = User { name, role: Role::Viewer, scope: Scope::All, hash, made_s: NOW_S, changed_s: NOW_S };
    Store::open(path).and_then(|mut store| store.add_user(&user)).expect("is added");
}

fn wish(share: bool) -> Wish {
    let scope = Scope::parse("yard").expect("a name");
    Wish { role: Role::Viewer, scope, name: None, ttl: Duration::from_secs(600), share }
}

fn nobody(role: Role, who: Who) -> Right {
    Right { role, who, ..Right::none() }
}

#[test]
fn everything_is_open_on_loopback_alone_and_only_while_no_credential_is_set() {
    let opened = |on_loopback, insecure_open, token: Option<&str>| {
        let viewer_token = token.map(Secret::from);
        start(AuthoritySettings { on_loopback, insecure_open, viewer_token, ..settings() }).open()
    };
    assert_eq!(opened(true, false, None), Open::Here);
    assert_eq!(opened(true, true, None), Open::Here);
    assert_eq!(opened(false, true, None), Open::Insecure);
    assert_eq!(opened(false, false, None), Open::No);
    for (on_loopback, insecure_open) in [(true, false), (true, true), (false, true)] {
        assert_eq!(opened(on_loopback, insecure_open, Some("sesame")), Open::No);
    }
    let key = Key::new(&[7; 32]).ok();
    assert_eq!(start(AuthoritySettings { key, ..settings() }).open(), Open::No);
}

#[test]
fn tokens_of_the_settings_give_their_roles_and_nothing_else_does() {
    let admin_token = Some(Secret::from("admin sesame"));
    let viewer_token = Some(Secret::from("open sesame"));
    let authority = start(AuthoritySettings { admin_token, viewer_token, ..settings() });
    let role = |token: &str| authority.shown(token, NOW_S).map(|right| right.role);
    assert_eq!(role("admin sesame"), Some(Role::Admin));
    assert_eq!(role(" open sesame "), Some(Role::Viewer));
    for wrong in ["", " ", "open", "open sesame2", "a.b.c", &"x".repeat(100_000)] {
        assert_eq!(role(wrong), None, "{wrong:.20}");
    }
    assert!(authority.shown("open sesame", NOW_S).is_some_and(|right| authority.holds(&right, u64::MAX - 1)));
}

#[test]
fn tokens_with_requests_are_guessed_at_slowly_and_signed_ones_are_none() {
    let (viewer_token, key) = (Some(Secret::from("open sesame")), Key::new(&[7; 32]).ok());
    let authority = start(AuthoritySettings { viewer_token, key, ..settings() });
    let (claims, token) = authority.make(wish(false), NOW_S).expect("is made");
    let (now, from) = (Instant::now(), IpAddr::from([10, 0, 0, 1]));
    let show = |token: &str, now_s| authority.presented(from, token, now_s, now);
    for _ in 0..20 {
        assert_eq!(show(&token, claims.until_s), Ok(None), "one that is over is no guess");
        assert_eq!(show(" ", NOW_S), Ok(None), "and neither is none");
    }
    assert_eq!((0..20).take_while(|_| show("open sesam", NOW_S) == Ok(None)).count(), 5);
    assert!(show("open sesame", NOW_S).is_err(), "a guess would tell by it");
    assert!(show(&token, NOW_S).is_ok_and(|right| right.is_some()));
    assert!(authority.may_guess(from, "", now).is_ok(), "logins are counted by themselves");
}

#[test]
fn a_session_is_its_cookie_until_it_is_ended() {
    let viewer_token = Some(Secret::from("open sesame"));
    let authority = start(AuthoritySettings { viewer_token, ..settings() });
    let right = authority.shown("open sesame", NOW_S).expect("right");
    let (cookie, until_s) = authority.begin(right.clone(), NOW_S);
    assert_eq!(until_s, NOW_S + 3600);
    let found = authority.cookie(&cookie, NOW_S).expect("goes on");
    assert!(authority.holds(&found, until_s - 1) && !authority.holds(&found, until_s));
    assert!(authority.cookie(&cookie, until_s).is_none());
    for wrong in ["", "open sesame", "AAAA", &cookie[1..], &cookie.to_lowercase()] {
        assert!(authority.cookie(wrong, NOW_S).is_none(), "{wrong}");
    }
    authority.end(&cookie);
    assert!(authority.cookie(&cookie, NOW_S).is_none() && !authority.holds(&found, NOW_S));
    assert!(authority.holds(&right, NOW_S), "the token itself has not ended");
}

#[test]
fn a_session_ends_with_its_token_and_a_revoked_token_with_all_its_sessions() {
    let folder = tempfile::tempdir().expect("a folder");
    let (key, database) = (Key::new(&[7; 32]).ok(), Some(database(&folder)));
    let authority = start(AuthoritySettings { key: key.clone(), database: database.clone(), ..settings() });
    let (claims, token) = authority.make(wish(true), NOW_S).expect("is made");
    let (_, other) = authority.make(wish(false), NOW_S).expect("is made");
    let right = authority.shown(&token, NOW_S).expect("right");
    assert!(
        matches!(right.who, Who::Share { .. }) && right.scope.allows("yard") && !right.scope.allows("gate")
    );
    let (cookie, until_s) = authority.begin(right.clone(), NOW_S);
    assert_eq!(until_s, claims.until_s, "before the hour of a session");
    let session = authority.cookie(&cookie, NOW_S).expect("goes on");
    authority.revoke(&claims.id, None, NOW_S).expect("is revoked");
    assert!(!authority.holds(&session, NOW_S) && !authority.holds(&right, NOW_S));
    assert!(authority.shown(&token, NOW_S).is_none() && authority.cookie(&cookie, NOW_S).is_none());
    assert!(authority.shown(&other, NOW_S).is_some(), "others are untouched");
    assert_eq!(authority.claims(&token).map(|claims| claims.id), Ok(claims.id), "to be revoked again");
    drop(authority);
    // Also by the next run.
    let authority = start(AuthoritySettings { key, database, ..settings() });
    assert!(authority.shown(&token, NOW_S).is_none() && authority.shown(&other, NOW_S).is_some());
}

#[test]
fn the_settings_revoke_tokens_where_there_is_no_database() {
    let key = Key::new(&[7; 32]).expect("long enough");
    let id = "stolen".to_owned();
    let claims = Claims {
        id: id.clone(),
        role: Role::Admin,
        scope: Scope::All,
        name: None,
        issued_s: NOW_S,
        until_s: NOW_S + 600,
        share: false,
    };
    let stolen = sign(&key, &claims);
    let other = sign(&key, &Claims { id: "mine".to_owned(), ..claims });
    let authority = start(AuthoritySettings { key: Some(key), revoked: vec![id], ..settings() });
    assert!(authority.shown(&stolen, NOW_S).is_none() && authority.shown(&other, NOW_S).is_some());
    assert!(matches!(authority.revoke("mine", None, NOW_S), Err(AccountsError::Off)));
    assert!(authority.shown(&other, NOW_S).is_some(), "what was not written is not revoked either");
}

#[test]
fn what_another_program_writes_is_seen() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = database(&folder);
    let authority = start(AuthoritySettings { database: Some(path.clone()), ..settings() });
    let here = nobody(Role::Admin, Who::Here);
    assert!(authority.open() == Open::Here && authority.holds(&here, NOW_S));
    add(&path, "anna", "correct horse");
    add(&path, "berta", "battery staple");
    authority.refresh();
    assert!(authority.open() == Open::No && !authority.holds(&here, NOW_S), "there are users now");
    let anna = authority.login("anna", "correct horse").expect("right");
    let berta = authority.login("berta", "battery staple").expect("right");
    let (cookie, _) = authority.begin(anna, NOW_S);
    let anna = authority.cookie(&cookie, NOW_S).expect("goes on");
    let mut store = Store::open(&path).expect("opens");
    store.set_password("anna", &hash_password("horse correct"), NOW_S).expect("is set");
    authority.refresh();
    assert!(!authority.holds(&anna, NOW_S), "another password ends the sessions of before");
    assert!(matches!(authority.login("anna", "correct horse"), Err(LoginError::Wrong)));
    assert!(authority.login("anna", "horse correct").is_ok() && authority.holds(&berta, NOW_S));
    store.remove_user("anna").expect("is removed");
    store.remove_user("berta").expect("is removed");
    authority.refresh();
    assert!(authority.login("anna", "horse correct").is_err() && !authority.holds(&berta, NOW_S));
    assert_eq!(authority.open(), Open::No, "what was closed is not opened by the loss of the last user");
}

#[test]
fn a_wrong_name_takes_as_long_as_a_wrong_password() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = database(&folder);
    add(&path, "anna", "correct horse");
    let authority = start(AuthoritySettings { database: Some(path), ..settings() });
    let takes = |name: &str| {
        // The fastest of several: others may hold it up.
        let one = |_| {
            let began = Instant::now();
            assert!(matches!(authority.login(name, "wrong horse"), Err(LoginError::Wrong)));
            began.elapsed()
        };
        (0..5).map(one).min().expect("five")
    };
    let (known, unknown) = (takes("anna"), takes("nobody"));
    assert!(unknown > known / 3 && known > unknown / 3, "{known:?}, {unknown:?}");
}

#[test]
fn a_key_file_is_made_by_the_first_token_and_read_when_another_program_makes_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("data/token.key");
    let with_file = || AuthoritySettings { key_file: Some(file.clone()), ..settings() };
    let authority = start(with_file());
    assert!(authority.awaits_key(" a.b.c ", NOW_S) && !authority.awaits_key("sesame", NOW_S));
    let dots = AuthoritySettings { viewer_token: Some(Secret::from("a.b.c")), ..with_file() };
    assert!(!start(dots).awaits_key("a.b.c", NOW_S), "that is a token of the settings");
    let looking = start(with_file());
    // By whom nothing is known but that they are here, and who would be locked out by it.
    assert!(matches!(authority.make(wish(true), NOW_S), Err(AccountsError::NoKey)) && !file.exists());
    let key = make_key(&file).expect("is made");
    authority.find_key();
    assert_eq!((authority.open(), authority.awaits_key("a.b.c", NOW_S)), (Open::No, false));
    looking.refresh();
    assert_eq!(looking.open(), Open::No, "each second it is looked for as well");
    let (_, token) = authority.make(wish(false), NOW_S).expect("is made");
    assert!(crate::access::token::read(&key, &token, NOW_S).is_ok());
    let admin_token = Some(Secret::from("sesame"));
    let other = folder.path().join("other.key");
    let authority = start(AuthoritySettings { key_file: Some(other.clone()), admin_token, ..settings() });
    let (_, token) = authority.make(wish(false), NOW_S).expect("is made with its key");
    assert!(other.exists() && authority.shown(&token, NOW_S).is_some());
    std::fs::remove_file(&other).expect("is removed");
    authority.refresh();
    assert!(authority.shown(&token, NOW_S).is_none(), "without its key no token is right");
}

#[test]
fn another_key_ends_what_the_one_before_has_signed_for_good() {
    let folder = tempfile::tempdir().expect("a folder");
    let [file, kept] = ["token.key", "kept.key"].map(|name| folder.path().join(name));
    make_key(&file).expect("is made");
    let authority = start(AuthoritySettings { key_file: Some(file.clone()), ..settings() });
    let (_, token) = authority.make(wish(true), NOW_S).expect("is made");
    let right = authority.shown(&token, NOW_S).expect("right");
    let (cookie, _) = authority.begin(right.clone(), NOW_S);
    let session = authority.cookie(&cookie, NOW_S).expect("goes on");
    let is_over = || !authority.holds(&right, NOW_S) && !authority.holds(&session, NOW_S);
    assert!(!is_over());
    std::fs::rename(&file, &kept).expect("is moved");
    make_key(&file).expect("is made");
    authority.refresh();
    assert!(is_over() && authority.cookie(&cookie, NOW_S).is_none());
    std::fs::rename(&kept, &file).expect("is moved");
    authority.refresh();
    assert!(authority.shown(&token, NOW_S).is_some(), "its key is the one again");
    assert!(is_over(), "and what was ended before stays so");
}

#[test]
fn a_database_that_is_there_and_cannot_be_opened_ends_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("access.db");
    std::fs::write(&path, "somebody's notes, and no database at all").expect("writes");
    let metrics = Metrics::new().expect("names differ");
    let started =
        Authority::start(AuthoritySettings { database: Some(path.clone()), ..settings() }, &metrics);
    let why = started.err().expect("its users would vanish").to_string();
    assert!(why.contains("access.db is no database of users"), "{why}");
    assert!(std::fs::read_to_string(&path).is_ok_and(|text| text.starts_with("somebody's")));
    // One that cannot be made costs users and revoking, and nothing else.
    let nowhere = Some(Path::new("/proc/nowhere/access.db").to_owned());
    let authority = start(AuthoritySettings { database: nowhere, ..settings() });
    assert!(matches!(authority.login("anna", "correct horse"), Err(LoginError::Accounts(_))));
    assert_eq!(authority.open(), Open::Here);
}

#[test]
fn a_database_that_was_emptied_ends_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("access.db");
    start(AuthoritySettings { database: Some(path.clone()), ..settings() });
    std::fs::write(&path, "").expect("writes");
    let metrics = Metrics::new().expect("names differ");
    let started =
        Authority::start(AuthoritySettings { database: Some(path.clone()), ..settings() }, &metrics);
    let why = started.err().expect("its users are gone").to_string();
    assert!(why.contains("access.db is empty") && why.contains("put a copy of it back"), "{why}");
    std::fs::remove_file(&path).expect("is deleted, as it was told");
    start(AuthoritySettings { database: Some(path), ..settings() });
}

#[test]
fn a_folder_is_no_database_of_users() {
    let folder = tempfile::tempdir().expect("a folder");
    let why = Store::open(folder.path()).err().expect("a folder").to_string();
    assert!(why.contains("is no database of users"), "{why}");
}

#[test]
fn a_database_that_may_be_there_ends_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    // Nobody can look behind it, as behind a folder that is another user's.
    let circle = folder.path().join("circle");
    std::os::unix::fs::symlink(&circle, &circle).expect("is made");
    let metrics = Metrics::new().expect("names differ");
    let database = Some(circle.join("access.db"));
    let started = Authority::start(AuthoritySettings { database, ..settings() }, &metrics);
    let why = started.err().expect("its users would vanish").to_string();
    assert!(why.contains("nobody can say whether") && why.contains("circle"), "{why}");
}

#[test]
fn the_audit_is_written_in_order_and_read_page_by_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let authority = start(AuthoritySettings { database: Some(database(&folder)), ..settings() });
    let began_us = now_us();
    for n in 0..5 {
        authority.audit(Entry {
            who: "user anna".to_owned(),
            address: "10.0.0.5".to_owned(),
            action: "changed",
            camera: Some(format!("yard{n}")),
            detail: "source".to_owned(),
            outcome: if n == 4 { Outcome::Refused("bad_camera") } else { Outcome::Done },
        });
    }
    let page = |limit, before| authority.audits(&AuditQuery { limit, before }).expect("is read");
    let newest = page(2, None);
    assert_eq!(
        newest.iter().map(|row| row.camera.as_deref()).collect::<Vec<_>>(),
        [Some("yard4"), Some("yard3")]
    );
    assert_eq!((newest[0].outcome.as_str(), newest[1].outcome.as_str()), ("bad_camera", "done"));
    assert!(newest[0].at_us >= began_us && newest[0].who == "user anna");
    let rest = page(1000, Some(newest[1].id));
    assert_eq!(rest.len(), 3);
    drop(authority);
    let kept =
        Store::open(&database(&folder)).and_then(|store| store.audits(AuditQuery { limit: 9, before: None }));
    assert_eq!(kept.expect("is read").len(), 5);
}

#[test]
fn nobody_else_may_read_the_database() {
    use std::os::unix::fs::MetadataExt;
    let folder = tempfile::tempdir().expect("a folder");
    let path = database(&folder);
    add(&path, "anna", "correct horse");
    let store = Store::open(&path).expect("opens");
    assert_eq!(store.users().expect("reads").len(), 1);
    for file in std::fs::read_dir(path.parent().expect("a folder")).expect("reads").flatten() {
        assert_eq!(file.metadata().expect("is there").mode() & 0o077, 0, "{:?}", file.path());
    }
}
