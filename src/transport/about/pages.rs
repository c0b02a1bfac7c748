//! Routes of pages for people, and of the description itself. Pure.

use super::kinds::{About, Answer};

/// Media type of pages.
const HTML: &str = "text/html";

/// Media type of scripts.
const SCRIPT: &str = "text/javascript";

/// Gives the viewer's page.
pub const PAGE: About = About {
    answers: &[
        Answer::raw(HTML),
        Answer::empty(303),
        Answer { status: 401, kind: HTML, schema: "" },
        Answer { status: 429, kind: HTML, schema: "" },
    ],
    ..About::of("page", "Gives the viewer's page, or one that asks for a credential")
};

/// Gives this description.
pub const OPENAPI: About =
    About { answers: &[Answer::json(200, "OpenApi")], ..About::of("openapi", "Gives this description") };

/// Gives the page that shows this description.
pub const DOCS: About = About {
    answers: &[Answer::raw(HTML)],
    ..About::of("docs", "Gives the page that shows this description")
};

/// Gives the script of that page.
pub const DOCS_SCRIPT: About =
    About { answers: &[Answer::raw(SCRIPT)], ..About::of("docsScript", "Gives the script of that page") };

/// Gives the style of that page.
pub const DOCS_STYLE: About =
    About { answers: &[Answer::raw("text/css")], ..About::of("docsStyle", "Gives the style of that page") };

/// Gives the script of the page that asks for a credential.
pub const LOGIN_SCRIPT: About = About {
    answers: &[Answer::raw(SCRIPT)],
    ..About::of("loginScript", "Gives the script of the page that asks for a credential")
};

/// Gives the page for frames of other people's pages.
pub const EMBED: About = About {
    answers: &[Answer::raw(HTML)],
    ..About::of("embed", "Gives a page with a camera's picture alone, for a frame")
};

/// Gives the script of the element for other people's pages.
pub const CAMERA_SCRIPT: About = About {
    answers: &[Answer::raw(SCRIPT)],
    ..About::of("cameraScript", "Gives the script of the element steadycast-camera")
};

/// Gives the icon of the pages.
pub const ICON: About =
    About { answers: &[Answer::raw("image/svg+xml")], ..About::of("icon", "Gives the icon of the pages") };
