//! Certificates in files, as people and programs exchange them.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use tempfile::TempDir;

use super::{files::Files, resolver::look_at, *};

/// Seconds of a day.
const DAY_S: i64 = 86_400;

/// A folder with a certificate that the program has made.
fn made() -> (TempDir, TlsSource) {
    let folder = tempfile::tempdir().expect("a folder");
    let source = TlsSource::SelfSigned { folder: folder.path().join("tls") };
    source.pair().expect("a certificate is made");
    (folder, source)
}

/// Source and resolver of copies of that certificate and key.
fn copied(to: &Path, from: &TlsSource) -> (TlsSource, Resolver) {
    let source = TlsSource::Files { cert: to.join("a.pem"), key: to.join("b.pem") };
    copy(&from.files().cert, &source.files().cert);
    copy(&from.files().key, &source.files().key);
    let resolver = Resolver::new(source.pair().expect("the pair fits"));
    (source, resolver)
}

fn copy(from: &Path, to: &Path) {
    fs::copy(from, to).expect("the file is copied");
}

#[test]
fn a_certificate_of_our_own_is_made_once_and_its_key_is_nobody_elses() {
    let (_folder, source) = made();
    let Files { cert, key } = source.files();
    assert_eq!(fs::metadata(&key).expect("a key").permissions().mode() & 0o777, 0o600);
    let first = fs::read(&cert).expect("a certificate");
    let pair = source.pair().expect("it is read");
    assert_eq!(fs::read(&cert).expect("a certificate"), first, "what was accepted once stays");
    let days = (pair.ends_s.expect("it has an end") - jiff::Timestamp::now().as_second()) / DAY_S;
    assert!((395..=397).contains(&days), "{days}");
    fs::remove_file(&key).expect("the key goes");
    let left_over = key.with_extension("pem.new");
    fs::write(&left_over, "a key").expect("is written");
    source.pair().expect("another pair is made");
    assert_ne!(fs::read(&cert).expect("a certificate"), first);
    assert!(!left_over.exists(), "no key stays beside the one that is used");
}

#[test]
fn a_certificate_for_other_names_than_the_machine_has_is_made_anew() {
    let (folder, source) = made();
    let read = || fs::read(source.files().cert).expect("a certificate");
    let (first, names) = (read(), folder.path().join("tls/names"));
    let kept = fs::read_to_string(&names).expect("its names are beside it");
    assert!(kept.lines().any(|name| name == "localhost"), "{kept}");
    fs::write(&names, format!("{kept}\n2001:db8::1")).expect("writes");
    source.pair().expect("it is read");
    assert_eq!(read(), first, "IPv6 addresses come and go");
    fs::write(&names, kept.replace("localhost", "elsewhere")).expect("writes");
    source.pair().expect("another pair is made");
    assert_ne!(read(), first);
    let second = read();
    source.pair().expect("it is read");
    assert_eq!(read(), second, "and is for the names that there are");
}

#[test]
fn a_certificate_and_the_key_of_another_are_refused() {
    let ((_one, one), (_other, other)) = (made(), made());
    let source = TlsSource::Files { cert: one.files().cert, key: other.files().key };
    let error = source.pair().err().expect("it is refused").to_string();
    for word in ["STEADYCAST_TLS_CERT and STEADYCAST_TLS_KEY", "is not the key of", "; name the key that"] {
        assert!(error.contains(word), "{word}: {error}");
    }
}

#[test]
fn files_that_hold_something_else_are_refused_without_their_words() {
    let (folder, source) = made();
    let odd = folder.path().join("odd");
    let Files { cert, key } = source.files();
    for text in
        ["", "secret", "-----BEGIN PRIVATE KEY-----\nsecret\n", "-----BEGIN CERTIFICATE-----\n!secret!\n"]
    {
        fs::write(&odd, text).expect("a file");
        for files in [(&odd, &key), (&cert, &odd)] {
            let source = TlsSource::Files { cert: files.0.clone(), key: files.1.clone() };
            let error = source.pair().err().expect("it is refused").to_string();
            assert!(error.contains("odd") && !error.contains("secret"), "{error}");
        }
    }
}

#[test]
fn a_file_that_is_not_there_is_told_with_the_setting_that_names_it() {
    let (folder, source) = made();
    let (Files { cert, key }, none) = (source.files(), folder.path().join("none.pem"));
    for (cert, key, setting) in [
        (&none, &key, "STEADYCAST_TLS_CERT: "),
        (&cert, &none, "STEADYCAST_TLS_KEY: "),
        (&none, &none, "STEADYCAST_TLS_CERT and STEADYCAST_TLS_KEY: "),
    ] {
        let source = TlsSource::Files { cert: cert.clone(), key: key.clone() };
        let error = source.pair().err().expect("it is refused").to_string();
        assert!(error.starts_with(setting) && error.contains("none.pem"), "{error}");
        assert!(error.contains("put the file there"), "{error}");
    }
}

#[test]
fn a_half_that_was_exchanged_changes_nothing_until_the_other_one_follows() {
    let ((folder, one), (_other, other)) = (made(), made());
    let (source, resolver) = copied(folder.path(), &one);
    let first = resolver.leaf();
    let seen = look_at(&resolver, &source, None);
    assert_eq!(look_at(&resolver, &source, seen), seen, "nothing has changed");
    copy(&other.files().cert, &source.files().cert);
    let seen = look_at(&resolver, &source, seen);
    assert_eq!(resolver.leaf(), first);
    assert!(resolver.trouble().is_some_and(|why| why.contains("is not the key of")), "it is told");
    copy(&other.files().key, &source.files().key);
    look_at(&resolver, &source, seen);
    assert_ne!(resolver.leaf(), first);
    assert_eq!(resolver.trouble(), None);
}

#[test]
fn files_that_go_are_told_until_they_are_there_again() {
    let (folder, made) = made();
    let (source, resolver) = copied(folder.path(), &made);
    let (cert, away) = (source.files().cert, folder.path().join("away.pem"));
    let seen = look_at(&resolver, &source, None);
    fs::rename(&cert, &away).expect("it goes");
    let gone = look_at(&resolver, &source, seen);
    let told = resolver.trouble().expect("it is told");
    for word in ["STEADYCAST_TLS_CERT: ", "a.pem", "put the file there", "the certificate of before stays"] {
        assert!(told.contains(word), "{word}: {told}");
    }
    assert_eq!(look_at(&resolver, &source, gone), gone);
    assert!(resolver.trouble().is_some(), "it is still gone");
    fs::rename(&away, &cert).expect("it comes back");
    look_at(&resolver, &source, gone);
    assert_eq!(resolver.trouble(), None);
}

#[test]
fn what_listens_speaks_no_more_than_http_1() {
    let (_folder, source) = made();
    let settings = TlsSettings { source, redirect: None, hsts: None };
    let (config, resolver) = server_config(&settings).expect("TLS is set up");
    assert_eq!(config.alpn_protocols, [b"http/1.1".to_vec()]);
    assert!(resolver.expires_s().is_some());
}
