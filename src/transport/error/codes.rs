//! Every code of an error, with its status and its meaning, as the description of the interface lists them.

/// Codes with the statuses that they come with and what they mean. A code that comes with two statuses stands
/// here twice.
pub const CODES: &[(&str, u16, &str)] = &[
    ("accounts_failed", 503, "the database of users does not answer"),
    ("accounts_off", 503, "there is no database of users"),
    ("address_too_long", 414, "the path or the query is too long"),
    ("admin_token_needed", 401, "a right credential was shown that is not an admin's"),
    ("admin_token_needed", 403, "no credential is set, and this is for who sits at this machine"),
    ("analytics_failed", 503, "the model that is asked about has failed"),
    ("analytics_off", 503, "the model that is asked about is switched off"),
    ("bad_body", 400, "the body cannot be read"),
    ("bad_camera", 400, "the camera cannot be as it is described"),
    ("bad_level", 400, "there is no such level or scale"),
    ("bad_overlay", 400, "there is no such layer"),
    ("bad_query", 400, "the query cannot be read, or asks for too much"),
    ("bad_rules", 400, "the rules of all cameras cannot be as they are described"),
    ("body_too_large", 413, "the body is larger than this path takes"),
    ("busy", 503, "enough of this is being done; try again later"),
    ("camera_exists", 409, "there is a camera of that name"),
    ("cameras_file", 409, "the cameras file is wrong, unreadable, or was changed meanwhile"),
    ("cameras_file_unwritable", 500, "the cameras file cannot be written"),
    ("cross_site", 403, "a page of another site may have sent this with your cookie"),
    ("disk_full", 507, "the disk has no room for the upload"),
    ("foreign_origin", 403, "pages of that site may not ask here"),
    ("history_failed", 503, "history cannot be read or written now"),
    ("history_off", 503, "there is no history"),
    ("internal", 500, "something of the program's own is broken"),
    ("no_camera", 404, "there is no such camera, or it must not be seen"),
    ("no_event", 404, "there is no picture of such an event"),
    ("no_picture", 422, "the source that was tried gives no picture"),
    ("no_picture", 503, "there is no picture now"),
    ("no_result", 503, "nobody has been counted lately"),
    ("no_token_key", 503, "there is no key to sign tokens with"),
    ("no_upload", 404, "there is no such upload"),
    ("no_video", 422, "what was sent is no video"),
    ("not_found", 404, "there is nothing at this path"),
    ("overlay_limit", 503, "as many sets of layers are watched as may be"),
    ("session_over", 401, "the session of the cookie has ended, also one that a link had begun"),
    ("stalled", 408, "too little has come for a while"),
    ("stopping", 503, "the server is stopping"),
    ("stream_limit", 503, "as many streams of events are open as may be"),
    ("token_needed", 401, "no credential was shown, or a wrong one"),
    ("too_large", 413, "the upload is larger than may be"),
    ("too_many", 429, "too many requests or failed logins; Retry-After says when to come again"),
    ("too_many_of_address", 429, "as many of this address watch as may"),
    ("too_many_viewers", 429, "as many watch with this credential as may"),
    ("unclear_intent", 403, "a change has to be sent as JSON, or with the header X-Steadycast: 1"),
    ("unknown_host", 403, "the Host header names no host, or none that this server is known by"),
    ("upload_failed", 500, "the upload cannot be kept"),
    ("upload_in_use", 409, "a camera shows the upload"),
    ("uploads_off", 403, "nothing can be uploaded"),
    ("viewer_limit", 503, "as many watch as may"),
    ("websocket_only", 400, "this path is a WebSocket"),
    ("whole_house_only", 403, "this is for those who may see every camera"),
    ("wrong_credential", 401, "that is no right name, password or token"),
    ("wrong_media_type", 415, "the body has to be JSON"),
    ("wrong_method", 405, "this path does not answer that method"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use actix_web::http::StatusCode;

    use super::*;

    /// What stands in the map from problems to answers: statuses as the code names them, with codes.
    fn in_the_map() -> BTreeSet<(String, String)> {
        let text = concat!(include_str!("../error.rs"), include_str!("others.rs"));
        let pairs = text.split("(StatusCode::").skip(1).filter_map(|rest| {
            let (status, code) = rest.split_once(')')?.0.split_once(", \"")?;
            Some((status.to_owned(), code.strip_suffix('"')?.to_owned()))
        });
        pairs.collect()
    }

    #[test]
    fn the_list_has_what_problems_come_to_and_nothing_else() {
        let listed = CODES.iter().map(|(code, status, meaning)| {
            assert!(meaning.len() > 10, "{code}");
            let status = StatusCode::from_u16(*status).ok().and_then(|status| status.canonical_reason());
            let name = status.expect("a status of the list").to_uppercase().replace([' ', '-'], "_");
            (name, (*code).to_owned())
        });
        assert_eq!(listed.collect::<BTreeSet<_>>(), in_the_map());
    }

    #[test]
    fn the_list_is_in_order() {
        assert!(CODES.is_sorted(), "by code and status, each once");
    }
}
