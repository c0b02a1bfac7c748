//! How a camera is shown its user and password, over HTTP and RTSP: challenges in, the `Authorization` header
//! out. Pure, and the only file that names the hashes.
//!
//! Basic (RFC 7617) shows the password to whoever listens on the way, so it is sent only where a camera asks
//! for it and for nothing better; Digest (RFC 7616) does not show it.

mod challenge;

use base64::{Engine, prelude::BASE64_STANDARD};
use md5::Md5;
use sha2::{Digest as _, Sha256};

pub(super) use self::challenge::Challenge;
use crate::source::address::Credentials;

/// Sentence of a login that a camera refuses, but for an example of the address that would do.
pub(super) const NOT_TAKEN: &str = "it refuses the login in the path or query, or takes none from there; \
    write user and password as in";

/// The way to log in that was chosen, for this request and those to come.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Login {
    /// User and password as they are.
    Basic,
    /// A hash of user, password and what the camera said.
    Digest(Digest),
}

/// What a camera said about Digest.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Digest {
    algorithm: Algorithm,
    /// Whether the user's hash covers nonce and salt (`-sess`).
    is_session: bool,
    /// The salt of a session, once there is one.
    salt: Option<String>,
    realm: String,
    nonce: String,
    opaque: Option<String>,
    /// Whether requests are counted and salted (`qop=auth`).
    counts: bool,
    /// Requests that were answered with this nonce.
    count: u32,
}

/// Hashes, the weaker first.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
enum Algorithm {
    Md5,
    Sha256,
}

/// The part of a request that a login may cover.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request<'a> {
    /// The method, such as `GET` or `DESCRIBE`.
    pub method: &'a str,
    /// The address as the request names it: of HTTP the path and query.
    pub uri: &'a str,
}

/// The failure to find a way to log in that both the camera and this program know.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Unknown {
    /// The names of what the camera offers.
    pub offers: String,
}

impl Login {
    /// Whether this is Digest with SHA-256.
    pub fn is_sha256(&self) -> bool {
        matches!(self, Login::Digest(digest) if digest.algorithm == Algorithm::Sha256)
    }

    /// The strongest of the ways that are offered.
    ///
    /// # Errors
    /// Where none of them is known.
    pub fn choose(challenges: &[Challenge]) -> Result<Login, Unknown> {
        let digests = challenges.iter().filter_map(Digest::of);
        let strongest =
            digests.reduce(|best, other| if other.algorithm > best.algorithm { other } else { best });
        if let Some(digest) = strongest {
            return Ok(Login::Digest(digest));
        }
        if challenges.iter().any(|challenge| challenge.scheme.eq_ignore_ascii_case("basic")) {
            return Ok(Login::Basic);
        }
        let names: Vec<String> = challenges.iter().map(name).collect();
        Err(Unknown { offers: names.join(", ") })
    }

    /// The value of `Authorization` for a request; `salt` is a text that does not repeat.
    pub fn authorization(&mut self, credentials: &Credentials, request: Request, salt: &str) -> String {
        match self {
            Login::Basic => {
                let both = [&credentials.user[..], b":", &credentials.password].concat();
                format!("Basic {}", BASE64_STANDARD.encode(both))
            }
            Login::Digest(digest) => digest.authorization(credentials, request, salt),
        }
    }
}

impl Digest {
    /// What a challenge says, if it can be answered.
    fn of(challenge: &Challenge) -> Option<Digest> {
        if !challenge.scheme.eq_ignore_ascii_case("digest") {
            return None;
        }
        let said = challenge.get("algorithm").unwrap_or_default().to_ascii_uppercase();
        let (algorithm, is_session) = match said.strip_suffix("-SESS") {
            Some(algorithm) => (algorithm, true),
            None => (&*said, false),
        };
        let algorithm = match algorithm {
            "" | "MD5" => Algorithm::Md5,
            "SHA-256" => Algorithm::Sha256,
            _ => return None,
        };
        let qop = challenge.get("qop").filter(|qop| !qop.trim().is_empty());
        let counts = qop.is_some_and(|qop| qop.split([',', ' ']).any(|one| one.eq_ignore_ascii_case("auth")));
        if qop.is_some() && !counts {
            return None;
        }
        let said = |name| challenge.get(name).map(str::to_owned);
        let (realm, nonce) = (said("realm").unwrap_or_default(), said("nonce")?);
        let opaque = said("opaque");
        Some(Digest { algorithm, is_session, salt: None, realm, nonce, opaque, counts, count: 0 })
    }

    fn authorization(
        &mut self,
        credentials: &Credentials,
        Request { method, uri }: Request,
        salt: &str,
    ) -> String {
        self.count += 1;
        let salt = self.salt_of_request(salt);
        let hash = |parts: &[&[u8]]| self.algorithm.hash(&parts.join(&b':'));
        let who = self.user_hash(credentials, &salt);
        let what = hash(&[method.as_bytes(), uri.as_bytes()]);
        let count = format!("{:08x}", self.count);
        let nonce = self.nonce.as_bytes();
        let response = if self.counts {
            hash(&[who.as_bytes(), nonce, count.as_bytes(), salt.as_bytes(), b"auth", what.as_bytes()])
        } else {
            hash(&[who.as_bytes(), nonce, what.as_bytes()])
        };
        let user = quoted(&String::from_utf8_lossy(&credentials.user));
        let (realm, nonce) = (quoted(&self.realm), quoted(&self.nonce));
        let algorithm = self.algorithm.name();
        let session = if self.is_session { "-sess" } else { "" };
        let mut out = format!("Digest username={user}, realm={realm}, nonce={nonce}, uri={}, ", quoted(uri));
        out += &format!("response=\"{response}\", algorithm={algorithm}{session}");
        if let Some(opaque) = &self.opaque {
            out += &format!(", opaque={}", quoted(opaque));
        }
        if self.counts {
            out += &format!(", qop=auth, nc={count}");
        }
        if self.counts || self.is_session {
            out += &format!(", cnonce={}", quoted(&salt));
        }
        out
    }

    /// The hash of user and password (`A1` of RFC 7616, section 3.4.2).
    fn user_hash(&self, credentials: &Credentials, salt: &str) -> String {
        let hash = |parts: &[&[u8]]| self.algorithm.hash(&parts.join(&b':'));
        let user = hash(&[&credentials.user, self.realm.as_bytes(), &credentials.password]);
        if self.is_session { hash(&[user.as_bytes(), self.nonce.as_bytes(), salt.as_bytes()]) } else { user }
    }

    /// The salt for a request that brings `salt`. A session has one for all requests, since cameras differ on
    /// whether its first or its last counts.
    fn salt_of_request(&mut self, salt: &str) -> String {
        if self.is_session {
            self.salt.get_or_insert_with(|| salt.to_owned()).clone()
        } else {
            salt.to_owned()
        }
    }
}

impl Algorithm {
    fn name(self) -> &'static str {
        match self {
            Algorithm::Md5 => "MD5",
            Algorithm::Sha256 => "SHA-256",
        }
    }

    /// The hash in hexadecimal digits.
    fn hash(self, bytes: &[u8]) -> String {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        match self {
            Algorithm::Md5 => hex(&Md5::digest(bytes)),
            Algorithm::Sha256 => hex(&Sha256::digest(bytes)),
        }
    }
}

/// A text as a header has it within quotes.
fn quoted(text: &str) -> String {
    let kept = text.chars().filter(|letter| !letter.is_control());
    let escaped =
        kept.flat_map(|letter| matches!(letter, '"' | '\\').then_some('\\').into_iter().chain([letter]));
    format!("\"{}\"", escaped.collect::<String>())
}

/// What a challenge is called, for people.
fn name(challenge: &Challenge) -> String {
    let word =
        |text: &str| text.chars().filter(|letter| letter.is_ascii_graphic()).take(20).collect::<String>();
    match challenge.get("algorithm") {
        Some(algorithm) => format!("{} {}", word(&challenge.scheme), word(algorithm)),
        None => word(&challenge.scheme),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn challenges(values: &[&str]) -> Vec<Challenge> {
        Challenge::all(values.iter().copied())
    }

    fn get(uri: &str) -> Request<'_> {
        Request { method: "GET", uri }
    }

    fn mufasa(password: &str) -> Credentials {
        Credentials { user: b"Mufasa".to_vec(), password: password.as_bytes().to_vec() }
    }

    /// The example of RFC 7616, section 3.9.1, for each algorithm.
    #[test]
    fn the_examples_of_rfc_7616_come_out() {
        for (algorithm, response) in [
            ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
            ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        ] {
            let said = format!(
                "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm={algorithm}, \
                 nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", \
                 opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""
            );
            let mut login = Login::choose(&challenges(&[&said])).expect("is known");
            let salt = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
            let header = login.authorization(&mufasa("Circle of Life"), get("/dir/index.html"), salt);
            let expected = format!(
                "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", \
                 nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", \
                 uri=\"/dir/index.html\", response=\"{response}\", algorithm={algorithm}, \
                 opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\", qop=auth, nc=00000001, \
                 cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\""
            );
            assert_eq!(header, expected);
            let again = login.authorization(&mufasa("Circle of Life"), get("/dir/index.html"), salt);
            assert!(again.contains("nc=00000002") && !again.contains(response), "{again}");
        }
    }

    /// The example of RFC 2617, section 3.5, with `qop` and as RFC 2069 has it, without.
    #[test]
    fn the_examples_of_the_older_rfcs_come_out() {
        let said = "Digest realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"";
        for (qop, response) in [
            (", qop=\"auth,auth-int\"", "6629fae49393a05397450978507c4ef1"),
            ("", "670fd8c2df070c60b045671b8b24ff02"),
            (", qop=\"\"", "670fd8c2df070c60b045671b8b24ff02"),
        ] {
            let mut login = Login::choose(&challenges(&[&format!("{said}{qop}")])).expect("is known");
            let header = login.authorization(&mufasa("Circle Of Life"), get("/dir/index.html"), "0a4f113b");
            assert!(header.contains(&format!("response=\"{response}\"")), "{header}");
            assert_eq!(header.contains("qop=auth, nc=00000001"), qop.len() > 10, "{header}");
        }
    }

    /// Made with md5sum(1) by the formula of RFC 7616, section 3.4.2, whose examples have none.
    #[test]
    fn the_hash_of_a_session_covers_the_nonce_and_the_first_salt() {
        let said = "Digest realm=\"r\", nonce=\"n\", algorithm=MD5-sess";
        for (qop, expected) in [
            (", qop=\"auth\"", ["7612042e6c2bd7b4d153726f19c759fd", "a7851c99778a3144f7ebcc647cd48915"]),
            ("", ["682f75ce745e8b03d9c831e815dbf861", "682f75ce745e8b03d9c831e815dbf861"]),
        ] {
            let mut login = Login::choose(&challenges(&[&format!("{said}{qop}")])).expect("is known");
            assert!(!login.is_sha256());
            for (salt, response) in ["first", "second"].into_iter().zip(expected) {
                let header = login.authorization(&mufasa("pw"), get("/x"), salt);
                assert!(header.contains(&format!("response=\"{response}\", algorithm=MD5-sess")), "{header}");
                assert!(header.ends_with("cnonce=\"first\""), "{header}");
            }
        }
        let sha = Login::choose(&challenges(&[&said.replace("MD5", "SHA-256")])).expect("is known");
        assert!(sha.is_sha256());
    }

    #[test]
    fn the_strongest_way_is_chosen() {
        let md5 = "Digest realm=\"a\", nonce=\"m\"";
        let sha = "Digest realm=\"a\", nonce=\"s\", algorithm=SHA-256";
        let unknown = "Digest realm=\"a\", nonce=\"u\", algorithm=SHA-512-256";
        let basic = "Basic realm=\"a\"";
        for (offered, chosen) in [
            (&[basic, md5, sha][..], "SHA-256"),
            (&[sha, md5], "SHA-256"),
            (&[&format!("{basic}, {md5}")], "MD5"),
            (&[unknown, md5, "Negotiate"], "MD5"),
            (&[unknown, basic], "Basic"),
        ] {
            let header = Login::choose(&challenges(offered)).expect("is known").authorization(
                &mufasa("x"),
                get("/"),
                "salt",
            );
            assert!(header.contains(chosen), "{offered:?}: {header}");
        }
        for (offered, named) in [
            (&["Negotiate", "Bearer realm=\"x\""][..], "Negotiate, Bearer"),
            (&[unknown], "Digest SHA-512-256"),
            (&["Digest realm=\"a\", nonce=\"n\", qop=\"auth-int\""], "Digest"),
            (&["Digest realm=\"no nonce\""], "Digest"),
            (&[], ""),
        ] {
            assert_eq!(Login::choose(&challenges(offered)), Err(Unknown { offers: named.to_owned() }));
        }
    }

    #[test]
    fn basic_shows_both_as_they_are() {
        let header = Login::Basic.authorization(&mufasa("p@ss:word"), get("/"), "");
        assert_eq!(header, format!("Basic {}", BASE64_STANDARD.encode("Mufasa:p@ss:word")));
    }

    #[test]
    fn a_user_cannot_break_out_of_the_header() {
        let said = "Digest realm=\"a\", nonce=\"n\"";
        let credentials = Credentials { user: b"a\"\\\r\nX".to_vec(), password: b"b".to_vec() };
        let mut login = Login::choose(&challenges(&[said])).expect("is known");
        let header = login.authorization(&credentials, get("/"), "salt");
        assert!(header.starts_with("Digest username=\"a\\\"\\\\X\", realm"), "{header}");
    }
}
