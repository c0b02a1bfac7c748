//! Statements about `report.rs`: the summary and its table. No measuring.

use std::time::Duration;

use super::super::crowd::Watched;
use super::super::process::Usage;
use super::*;

fn report(frames: u64, ages_ms: &[u64]) -> ViewerReport {
    let mut report = ViewerReport {
        frames,
        bytes: frames * 1_000,
        commented: ages_ms.len() as u64,
        gaps: 1,
        ..Default::default()
    };
    ages_ms.iter().for_each(|&age| report.ages.push(Duration::from_millis(age)));
    report
}

fn outcome(viewers: Vec<(u8, ViewerReport)>) -> Outcome {
    let viewers = viewers.into_iter().map(|(level, report)| Watched { level, report }).collect();
    let server = Some(Usage { cpu_seconds: 2.5, rss_bytes: 50_000_000 });
    Outcome {
        seconds: 10.0,
        viewers,
        server,
        own: Usage { cpu_seconds: 1.0, rss_bytes: 0 },
        machine_busy_seconds: 5.0,
    }
}

#[test]
fn the_summary_speaks_of_the_slowest_viewer_and_of_each_level() {
    let summary = Summary::new(&outcome(vec![
        (80, report(340, &[4, 6])),
        (50, report(320, &[8])),
        (80, report(338, &[10])),
    ]));
    assert_eq!((summary.all.viewers, summary.all.frames, summary.all.gaps), (3, 998, Some(3)));
    assert_eq!((summary.all.fps_slowest, summary.all.fps_p50), (32.0, 33.8));
    assert_eq!(summary.all.ages_ms.map(|ages| ages.map(f64::round)), Some([6.0, 10.0, 10.0]));
    assert_eq!(summary.levels[&80].fps_slowest, 33.8);
    let server = summary.server.expect("the outcome names it");
    assert_eq!((server.cpu_percent, server.rss_mb), (25.0, 50.0));
    assert_eq!(server.us_per_frame.round(), 2505.0);
    assert_eq!((summary.own_cpu_percent, summary.other_cpu_percent), (10.0, Some(15.0)));
    let table = summary.table();
    assert_eq!(table.lines().count(), 6, "{table}");
    assert!(table.lines().nth(3).is_some_and(|line| line.trim_start().starts_with("all")), "{table}");
    assert_eq!(summary.json()["levels"]["50"]["frames"], 320);
}

#[test]
fn without_comments_the_table_shows_dashes() {
    let summary = Summary::new(&outcome(vec![(80, report(340, &[]))]));
    assert_eq!((summary.all.ages_ms, summary.all.gaps), (None, None));
    let row = summary
        .table()
        .lines()
        .nth(1)
        .map(|row| row.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    assert_eq!(
        row.as_deref(),
        Some(&["80", "1", "34.0", "34.0", "-", "-", "-", "-", "0.0"].map(str::to_owned)[..])
    );
}

#[test]
fn the_table_tells_of_deltas_where_there_were_any() {
    let mut with = report(340, &[4]);
    with.deltas = Deltas { keys: 1, changed: 339, whole_bytes: 680_000, ..Deltas::default() };
    let summary = Summary::new(&outcome(vec![(60, with)]));
    assert_eq!(summary.share_of_whole(), 0.5);
    let told =
        "deltas: 1 key frames, 339 deltas, 0 parts of sweeps, 0 refinements, 0 that did not apply; 0.50";
    assert!(summary.table().lines().nth(2).is_some_and(|line| line.starts_with(told)), "{}", summary.table());
    assert!(!Summary::new(&outcome(vec![(60, report(340, &[4]))])).table().contains("deltas"));
}
