//! What a request asks of the stream of events: which camera, whether results, behind which event. Pure.

use crate::transport::request::value;

/// What a request asks for.
#[derive(Debug, PartialEq, Eq)]
pub struct Asked {
    /// Name of the camera; `None` for all.
    pub camera: Option<String>,
    /// Whether results are wanted.
    pub results: bool,
    /// Number of the last event that the client saw; `None` where it saw none.
    pub last: Option<u64>,
}

impl Asked {
    /// Reads a query, and the header `Last-Event-ID`. Browsers send the header with the query of their first
    /// request, so it goes before; what is no number means nothing, since a page may have sent anything.
    pub fn of(query: &str, header: Option<&str>) -> Self {
        let number = |text: &str| text.trim().parse::<u64>().ok();
        let last = header.and_then(number);
        Asked {
            camera: value(query, "camera").filter(|name| !name.is_empty()),
            results: value(query, "results").as_deref() != Some("0"),
            last: last.or_else(|| value(query, "last_event_id").as_deref().and_then(number)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_names_camera_results_and_the_last_event() {
        let all = Asked { camera: None, results: true, last: None };
        assert_eq!(Asked::of("", None), all);
        assert_eq!(Asked::of("camera=&results=1&last_event_id=latest", Some("x")), all);
        let asked = Asked::of("camera=yard&results=0&last_event_id=7", None);
        assert_eq!(asked, Asked { camera: Some("yard".into()), results: false, last: Some(7) });
    }

    #[test]
    fn what_a_browser_saw_goes_before_what_its_page_began_with() {
        let last = |header| Asked::of("last_event_id=7", header).last;
        assert_eq!((last(Some("9")), last(Some("-1")), last(None)), (Some(9), Some(7), Some(7)));
    }
}
