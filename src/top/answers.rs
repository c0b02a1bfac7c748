//! What a server answers, read: JSON and metrics in, what is told out. Pure.
//!
//! A field that is missing, or is something else, is unknown: another version may have others.

use serde_json::Value;

use super::view::{Camera, MOST_EVENTS, Service, Told};

/// Reads `/api/status`.
pub fn status(body: &Value) -> Told {
    let list = |name: &str| body[name].as_array().into_iter().flatten();
    Told {
        version: text(&body["server"]),
        uptime_s: body["uptime_seconds"].as_u64().unwrap_or_default(),
        cameras: list("cameras").map(camera).collect(),
        services: list("services").map(service).collect(),
        events: None,
        load: None,
    }
}

fn camera(told: &Value) -> Camera {
    let list = |name: &str| told[name].as_array().into_iter().flatten();
    Camera {
        name: text(&told["camera"]),
        state: text(&told["state"]),
        reason: text(&told["reason"]),
        fps: told["fps"].as_f64().unwrap_or_default(),
        viewers: told["viewers"].as_u64().unwrap_or_default(),
        levels: list("levels").filter_map(Value::as_u64).collect(),
        degraded: list("degraded").map(text).collect(),
        ..Camera::default()
    }
}

fn service(told: &Value) -> Service {
    Service {
        name: text(&told["service"]),
        told: told["told"].as_u64().unwrap_or_default(),
        reason: told["reason"].as_str().map(clean),
    }
}

/// Adds what `/api/stats` tells of a camera.
pub fn stats(camera: &mut Camera, body: &Value) {
    camera.people = body["people"].as_u64();
    camera.risk = body["risk"].as_str().map(clean);
    camera.crossed = body["inbound"]
        .as_u64()
        .zip(body["outbound"].as_u64())
        .map(|(inbound, outbound)| [inbound, outbound]);
}

/// Reads `/api/events`: events in words, newest first.
pub fn events(body: &Value) -> Vec<String> {
    let events = body["events"].as_array().into_iter().flatten();
    events.take(MOST_EVENTS).map(event).collect()
}

fn event(told: &Value) -> String {
    let part = |name: &str| told[name].as_str().map(clean);
    // 2026-11-28T21:03:10.5+01:00
    let at = part("at").unwrap_or_default();
    let clock = at.split('T').nth(1).and_then(|clock| clock.get(..8)).unwrap_or_default().to_owned();
    let kind = part("kind").unwrap_or_default().replace('_', " ");
    let details = ["class", "line", "zone", "direction", "from", "to", "model", "reason"];
    let details: Vec<String> = details.into_iter().filter_map(part).collect();
    format!("{clock} {}: {kind} {}", part("camera").unwrap_or_default(), details.join(" "))
        .trim_end()
        .to_owned()
}

/// Reads the share of the encoders' time out of `/metrics`.
pub fn load(metrics: &str) -> Option<f64> {
    let mut lines = metrics.lines();
    lines.find_map(|line| line.strip_prefix("steadycast_encode_load "))?.trim().parse().ok()
}

/// Reads how many results there are of a camera's models out of `/metrics`.
pub fn results(metrics: &str, camera: &str) -> f64 {
    let label = format!("camera=\"{camera}\"");
    let lines = metrics.lines().filter(|line| line.starts_with("steadycast_analytics_results_total{"));
    let values = lines.filter(|line| line.contains(&label)).filter_map(|line| line.rsplit(' ').next());
    values.filter_map(|value| value.parse::<f64>().ok()).sum()
}

fn text(value: &Value) -> String {
    value.as_str().map(clean).unwrap_or_default()
}

/// A text without what would move the terminal's cursor.
fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_server_answers_is_read() {
        let body = json!({
            "server": "0.1.0", "uptime_seconds": 5,
            "cameras": [{ "camera": "gate", "state": "streaming", "reason": "", "fps": 34.1, "viewers": 2,
                          "levels": [60], "degraded": [] }],
            "services": [{ "service": "mqtt", "told": 3, "reason": null }],
        });
        let mut told = status(&body);
        stats(&mut told.cameras[0], &json!({ "people": 7, "risk": "low", "inbound": 3, "outbound": 1 }));
        let camera = &told.cameras[0];
        assert_eq!((camera.name.as_str(), camera.people, camera.crossed), ("gate", Some(7), Some([3, 1])));
        assert_eq!((told.services[0].told, &told.services[0].reason), (3, &None));
        for odd in [json!(null), json!({ "cameras": 7 }), json!([])] {
            assert_eq!(status(&odd), Told::default(), "{odd}");
        }
        stats(&mut told.cameras[0], &json!({ "people": null }));
        assert_eq!(told.cameras[0].people, None);
    }

    #[test]
    fn nothing_that_a_server_says_moves_the_cursor() {
        let body = json!({ "cameras": [{ "camera": "gate", "reason": "a\u{1b}[2J\r\nb" }] });
        assert_eq!(status(&body).cameras[0].reason, "a[2Jb");
    }

    #[test]
    fn events_and_metrics_are_told_in_short() {
        let body = json!({ "events": [{
            "at": "2026-11-28T21:03:10.5+01:00", "camera": "gate", "kind": "line_crossed", "class": "person",
            "line": "door", "direction": "inbound",
        }] });
        assert_eq!(events(&body), ["21:03:10 gate: line crossed person door inbound"]);
        let metrics = "# TYPE x gauge\nsteadycast_encode_load 0.25\n\
                       steadycast_analytics_results_total{camera=\"gate\",model=\"crowd\"} 7\n\
                       steadycast_analytics_results_total{camera=\"gate\",model=\"detect\"} 30\n\
                       steadycast_analytics_results_total{camera=\"gate2\",model=\"detect\"} 9\n";
        assert_eq!((load(metrics), results(metrics, "gate"), load("")), (Some(0.25), 37.0, None));
    }
}
