//! What other people's pages show of a camera: a page for a frame, and the script of an element.
//!
//! Both hold nothing that is secret and ask for no credential: the element shows one when it watches. Which
//! sites may have the page in a frame is what the settings say.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY},
    web,
};

use super::{
    error::Problem,
    shared::Shared,
    ui::{NOT_BUILT, file, send},
};

/// Page that holds the element and nothing else.
const PAGE: &str = include_str!("ui/embed.html");

/// Name of the element's script among the built files.
const SCRIPT: &str = "steadycast-camera.js";

/// `GET /embed/{camera}`: a page with the camera's picture alone, for a frame.
pub async fn page(shared: web::Data<Shared>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response
        .content_type("text/html; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((CONTENT_SECURITY_POLICY, policy(&shared.allowed_origins)))
        // A token may stand in the address.
        .insert_header((REFERRER_POLICY, "no-referrer"));
    response.body(if file(SCRIPT).is_some() { PAGE } else { NOT_BUILT })
}

/// `GET /steadycast-camera.js`: the script of the element `<steadycast-camera>`.
pub async fn script(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let script = file(SCRIPT).ok_or(Problem::NoRoute)?;
    let mut response = HttpResponse::Ok();
    response.content_type("text/javascript; charset=utf-8").insert_header((CACHE_CONTROL, "no-cache"));
    Ok(send(&request, response, SCRIPT, script))
}

/// The policy of the page (Content Security Policy, level 3); sites that may watch may have it in a frame.
fn policy(allowed: &[String]) -> String {
    let sites: String = allowed.iter().map(|site| format!(" {site}")).collect();
    format!(
        "default-src 'none'; script-src 'self'; img-src 'self' blob: data:; worker-src 'self' blob:; \
         connect-src 'self' ws: wss:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'self'{sites}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_that_may_watch_may_have_the_page_in_a_frame_and_no_others() {
        assert!(policy(&[]).ends_with("; frame-ancestors 'self'"));
        let sites = ["https://shop.example".to_owned(), "http://10.0.0.9:8123".to_owned()];
        let policy = policy(&sites);
        assert!(policy.ends_with("frame-ancestors 'self' https://shop.example http://10.0.0.9:8123"));
        assert!(policy.contains("script-src 'self';") && policy.contains("default-src 'none'"));
    }

    #[test]
    fn the_page_has_no_script_but_the_element() {
        assert_eq!(PAGE.matches("<script").count(), 1);
        assert!(PAGE.contains("<script src=\"/steadycast-camera.js\" defer></script>"));
    }
}
