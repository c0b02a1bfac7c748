//! What is counted, as `/api/stats` tells it: every figure with where it comes from and how old it is. Pure,
//! with time passed in.
//!
//! In go the newest results and how the models fare, out comes JSON. A figure that nobody knows is null.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    analytics::{Kind, Report as ModelsReport},
    cameras::Survey,
    history::CountsSince,
    hub::{FramedResult, NewestResults},
    nouns::{
        count::LineCount,
        result::{AnalyticsResult, FrameRef},
    },
};

/// A result says something about now for this long.
const FRESH: Duration = Duration::from_secs(5);

/// The figures of one camera at a moment: `counted` goes with the detector's, `estimated` with the crowd
/// model's, and `age_ms` has the age of either's picture. Fields of a model that is off, or has said nothing
/// lately, are null.
pub(super) fn stats(results: &NewestResults, models: &ModelsReport, at_us: u64) -> Value {
    let objects = fresh(results.objects.as_ref(), at_us);
    let estimate = fresh(results.crowd.as_ref(), at_us);
    let sum = |side: fn(&LineCount) -> u64| objects.map(|result| result.lines.iter().map(side).sum::<u64>());
    let people = people(estimate, objects, models);
    let counted = objects.and_then(|result| result.counted);
    let estimated = estimate.map(frame_of);
    let age_ms = |from: Option<FrameRef>| from.map(|from| at_us.saturating_sub(from.captured_us) / 1000);
    json!({
        "detection_count": objects.and_then(|result| result.objects.as_ref()).map(Vec::len),
        "people": people.as_ref().map(|people| people.number),
        "people_from": people.map(|people| people.from),
        "inbound": sum(|line| line.inbound),
        "outbound": sum(|line| line.outbound),
        "since": null,
        "risk": estimate.and_then(|result| result.crowd.as_ref()).map(|crowd| crowd.risk),
        "counts": objects.map(|result| &result.counts),
        "lines": objects.map(|result| &result.lines),
        "zones": objects.map(|result| &result.zones),
        "counted": counted,
        "estimated": estimated,
        "age_ms": { "crowd": age_ms(estimated), "detector": age_ms(counted) },
    })
}

/// Puts what has crossed lines since a moment in place of what has crossed them since the start. While the
/// detector says nothing these are the lines that there are and of which history knows; where it knows of
/// none, nobody knows.
pub(super) fn count_since(stats: &mut Value, counts: &CountsSince, since: String, survey: &Survey) {
    stats["since"] = since.into();
    let known = |id: &str| counts.lines.iter().find(|line| line.id == id).cloned();
    let lines: Vec<LineCount> = match stats["lines"].as_array() {
        Some(lines) => {
            let ids = lines.iter().map(|line| line["id"].as_str().unwrap_or_default());
            ids.map(|id| known(id).unwrap_or(LineCount { id: id.to_owned(), ..LineCount::default() }))
                .collect()
        }
        None => survey.lines.iter().filter_map(|line| known(&line.id)).collect(),
    };
    if lines.is_empty() && stats["lines"].is_null() {
        return;
    }
    stats["inbound"] = lines.iter().map(|line| line.inbound).sum::<u64>().into();
    stats["outbound"] = lines.iter().map(|line| line.outbound).sum::<u64>().into();
    stats["lines"] = json!(lines);
}

/// The result, while it still says something about that moment.
pub(super) fn fresh(newest: Option<&FramedResult>, at_us: u64) -> Option<&AnalyticsResult> {
    let result = &*newest?.result;
    (Duration::from_micros(at_us.saturating_sub(result.finished_us)) <= FRESH).then_some(result)
}

/// How many people there are, and which model says so.
struct People {
    number: u64,
    /// `crowd` or `detector`.
    from: &'static str,
}

/// People by the crowd model; by the detector only where there is no crowd model and it knows what a person
/// is: a number that changes its source with every late result would be none.
fn people(
    estimate: Option<&AnalyticsResult>,
    objects: Option<&AnalyticsResult>,
    models: &ModelsReport,
) -> Option<People> {
    if let Some(crowd) = estimate.and_then(|result| result.crowd.as_ref()) {
        return Some(People { number: crowd.total.round() as u64, from: "crowd" });
    }
    if models.crowd.may_find() || !models.tells_people {
        return None;
    }
    let people = objects?.counts.iter().filter(|(class, _)| Kind::of(class) == Kind::Person);
    let number = people.map(|(_, count)| *count as u64).sum();
    Some(People { number, from: "detector" })
}

fn frame_of(result: &AnalyticsResult) -> FrameRef {
    FrameRef { frame: result.frame, captured_us: result.captured_us }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, sync::Arc};

    use super::*;
    use crate::{
        analytics::Health,
        nouns::{
            place::Line,
            result::{Crowd, Grid, RiskLevel, Timings},
        },
    };

    const SECOND: u64 = 1_000_000;

    /// A result of a frame that was captured after so many seconds and done 0.1 s later.
    fn result(second: u64, crowd: Option<f32>, people: Option<usize>) -> FramedResult {
        let captured_us = second * SECOND;
        let grid = Grid { cols: 1, people: vec![1.0] };
        let counts: BTreeMap<String, usize> =
            people.into_iter().map(|count| ("person".to_owned(), count)).collect();
        let result = AnalyticsResult {
            camera: "main".into(),
            frame: second,
            captured_us,
            finished_us: captured_us + 100_000,
            crowd: crowd.map(|total| Crowd { total, grid, risk: RiskLevel::Low }),
            objects: crowd.is_none().then(Vec::new),
            counted: crowd.is_none().then_some(FrameRef { frame: second, captured_us }),
            counts,
            lines: vec![LineCount { id: "gate".into(), inbound: 2, outbound: 1, ..LineCount::default() }],
            zones: Vec::new(),
            timings_ms: Timings::default(),
        };
        FramedResult { version: 1, result: Arc::new(result), since_us: None, framed: bytes::Bytes::new() }
    }

    fn told(crowd: Option<FramedResult>, objects: Option<FramedResult>, models: &ModelsReport) -> Value {
        let mut results = NewestResults::default();
        (results.crowd, results.objects) = (crowd, objects);
        stats(&results, models, 10 * SECOND + 250_000)
    }

    fn models(crowd: Health, tells_people: bool) -> ModelsReport {
        ModelsReport { crowd, detect: Health::Running { warning: None }, tells_people }
    }

    const RUNNING: Health = Health::Running { warning: None };

    #[test]
    fn every_figure_says_its_source_and_its_age() {
        let told =
            told(Some(result(9, Some(41.7), None)), Some(result(10, None, Some(3))), &models(RUNNING, true));
        assert_eq!((&told["people"], &told["people_from"]), (&json!(42), &json!("crowd")));
        assert_eq!(told["age_ms"], json!({ "crowd": 1250, "detector": 250 }));
        assert_eq!((&told["inbound"], &told["counts"]["person"]), (&json!(2), &json!(3)));
    }

    #[test]
    fn without_a_crowd_model_people_are_those_of_the_detector() {
        for crowd in [Health::Off, Health::Needed("a real one"), Health::Failed("no file".into())] {
            let told = told(None, Some(result(10, None, Some(3))), &models(crowd, true));
            assert_eq!((&told["people"], &told["people_from"]), (&json!(3), &json!("detector")));
            assert_eq!(told["risk"], Value::Null);
        }
        let nobody = told(None, Some(result(10, None, None)), &models(Health::Off, true));
        assert_eq!((&nobody["people"], &nobody["people_from"]), (&json!(0), &json!("detector")));
    }

    #[test]
    fn people_count_by_whatever_name_the_model_has_for_them() {
        let mut seen = result(10, None, None);
        let classes = [("Person", 2), ("pedestrian", 3), ("cyclist", 4), ("car", 5)];
        let counts = classes.map(|(class, count)| (class.to_owned(), count));
        seen.result = Arc::new(AnalyticsResult { counts: counts.into(), ..(*seen.result).clone() });
        let told = told(None, Some(seen), &models(Health::Off, true));
        assert_eq!(told["people"], json!(5), "a cyclist is a bicycle");
    }

    #[test]
    fn nobody_is_made_up() {
        let unknown = |told: Value| {
            assert_eq!((&told["people"], &told["people_from"]), (&Value::Null, &Value::Null), "{told}");
        };
        let seen = || Some(result(10, None, Some(3)));
        unknown(told(None, seen(), &models(RUNNING, true)));
        unknown(told(None, seen(), &models(Health::Off, false)));
        unknown(told(None, None, &models(Health::Off, true)));
        let old = told(
            Some(result(2, Some(9.0), None)),
            Some(result(2, None, Some(3))),
            &models(Health::Off, true),
        );
        assert_eq!(old["age_ms"], json!({ "crowd": null, "detector": null }));
        unknown(old);
    }

    #[test]
    fn todays_counts_are_told_also_while_the_detector_is_silent() {
        let gate = LineCount { id: "gate".into(), inbound: 40, outbound: 2, ..LineCount::default() };
        let gone = LineCount { id: "gone".into(), inbound: 9, ..LineCount::default() };
        let counts = CountsSince { since_us: 0, lines: vec![gate, gone] };
        let lines = vec![Line::new("gate", [0.0, 0.0], [1.0, 1.0])];
        let survey = Survey { lines, ..Survey::default() };
        let models = models(Health::Off, true);
        for seen in [Some(result(10, None, Some(3))), None] {
            let mut told = told(None, seen, &models);
            count_since(&mut told, &counts, "midnight".to_owned(), &survey);
            assert_eq!((&told["inbound"], &told["outbound"]), (&json!(40), &json!(2)), "{told}");
            assert_eq!(
                (told["lines"].as_array().map(Vec::len), &told["since"]),
                (Some(1), &json!("midnight"))
            );
        }
        let mut nothing = told(None, None, &models);
        count_since(&mut nothing, &CountsSince::default(), "noon".to_owned(), &survey);
        assert_eq!((&nothing["inbound"], &nothing["since"]), (&Value::Null, &json!("noon")));
    }
}
