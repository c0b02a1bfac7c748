//! Routes of sessions, tokens, share links and the audit. Pure.

use super::kinds::{About, Answer, Body, Param};

/// Begins a session with a token, or a name and a password.
pub const LOGIN: About = About {
    body: Body::small("Login"),
    answers: &[Answer::json(200, "Session")],
    codes: &["wrong_credential", "accounts_off", "accounts_failed", "busy"],
    ..About::of("login", "Begins a session with a token, or a name and a password")
};

/// Ends the session.
pub const LOGOUT: About = About { answers: &[Answer::empty(204)], ..About::of("logout", "Ends the session") };

/// Tells what the one who asks may do.
pub const SESSION: About = About {
    answers: &[Answer::json(200, "Session")],
    ..About::of("session", "Tells what the one who asks may do")
};

/// Makes a signed token.
pub const TOKEN_MAKE: About = About {
    body: Body::small("NewToken"),
    answers: &[Answer::json(201, "Token")],
    codes: &["no_token_key", "accounts_failed"],
    ..About::of("makeToken", "Makes a signed token")
};

/// Revokes a signed token or a share link.
pub const TOKEN_REVOKE: About = About {
    body: Body::small("RevokedToken"),
    answers: &[Answer::json(200, "Revoked")],
    codes: &["accounts_off", "accounts_failed"],
    ..About::of("revokeToken", "Revokes a signed token or a share link")
};

/// Makes a link that shows one camera until a given time.
pub const CAMERA_SHARE: About = About {
    body: Body::small("NewShare"),
    answers: &[Answer::json(201, "Share")],
    codes: &["no_camera", "no_token_key", "accounts_failed"],
    ..About::of("shareCamera", "Makes a link that shows one camera until a given time")
};

/// Tells who changed what.
pub const AUDIT: About = About {
    query: &[
        Param::of(
            "limit",
            "Most entries of the page",
            r#"{"type":"integer","minimum":1,"maximum":1000,"default":100}"#,
        ),
        Param::of(
            "before",
            "Number of the last entry of the page before",
            r#"{"type":"integer","format":"int64","minimum":1}"#,
        ),
    ],
    answers: &[Answer::json(200, "Audit")],
    codes: &["bad_query", "accounts_off", "accounts_failed"],
    ..About::of("audit", "Tells who changed what, newest first")
};
