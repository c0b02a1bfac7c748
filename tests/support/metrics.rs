//! `/metrics` as numbers.

use std::net::SocketAddr;

use super::http;

/// What the server had counted at one moment.
pub struct Metrics(Vec<(String, f64)>);

impl Metrics {
    /// Asks the server.
    pub fn of(address: SocketAddr) -> Metrics {
        let reply = http::get(address, "/metrics");
        assert_eq!(reply.status, 200);
        let text = reply.text();
        let samples =
            text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.rsplit_once(' '));
        Metrics(
            samples
                .map(|(key, value)| (key.to_owned(), value.parse().expect("a sample is a number")))
                .collect(),
        )
    }

    /// The sum of all samples of a metric, `steadycast_` left out, whose labels include `labels`, each
    /// written `name="value"`.
    pub fn sum(&self, name: &str, labels: &[&str]) -> f64 {
        let ours =
            self.0.iter().filter(|(key, _)| key.split('{').next() == Some(&format!("steadycast_{name}")));
        ours.filter(|(key, _)| labels.iter().all(|label| key.contains(label))).map(|(_, value)| value).sum()
    }

    /// Levels that were ever encoded, lowest first.
    pub fn encoded_levels(&self) -> Vec<u8> {
        let keys =
            self.0.iter().filter(|(key, value)| key.starts_with("steadycast_encodes_total{") && *value > 0.0);
        let level = |(key, _): &(String, f64)| key.split("level=\"").nth(1)?.split('"').next()?.parse().ok();
        let mut levels: Vec<u8> = keys.filter_map(level).collect();
        levels.sort_unstable();
        levels
    }
}
