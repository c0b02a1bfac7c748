//! The page that shows the description of the interface to people.
//!
//! Three texts out of the program: the page, its script and its style. The script reads
//! `/api/openapi.json`; nothing is asked of any other server.

use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, X_FRAME_OPTIONS},
};

/// What the page may load: its own script, its own style, and the description.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// `GET /docs`: the page.
pub async fn page() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((X_FRAME_OPTIONS, "DENY"))
        .body(include_str!("docs_page/page.html"))
}

/// `GET /docs/page.js`: the script of the page.
pub async fn script() -> HttpResponse {
    part("text/javascript; charset=utf-8", include_str!("docs_page/page.js"))
}

/// `GET /docs/page.css`: the style of the page.
pub async fn style() -> HttpResponse {
    part("text/css; charset=utf-8", include_str!("docs_page/page.css"))
}

fn part(kind: &str, text: &'static str) -> HttpResponse {
    HttpResponse::Ok().content_type(kind).insert_header((CACHE_CONTROL, "no-cache")).body(text)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_has_nothing_that_its_policy_forbids_and_names_no_other_server() {
        let page = include_str!("docs_page/page.html");
        for odd in ["<style", " style=", " onclick", "javascript:", "<script>"] {
            assert!(!page.contains(odd), "{odd}");
        }
        for text in [page, include_str!("docs_page/page.js"), include_str!("docs_page/page.css")] {
            assert!(!text.contains("://") && !text.contains("innerHTML"), "stays here, as text");
        }
    }
}
