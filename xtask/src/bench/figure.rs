//! One measured figure, and what the package promises about it.

use serde_json::{Value, json};

use crate::build::{KILOBYTE, Size};

/// What a figure should be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Target {
    AtMost(f64),
    AtLeast(f64),
    Below(f64),
}

impl Target {
    fn is_met(self, value: f64) -> bool {
        match self {
            Self::AtMost(limit) => value <= limit,
            Self::AtLeast(limit) => value >= limit,
            Self::Below(limit) => value < limit,
        }
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::AtMost(limit) => write!(formatter, "≤ {limit}"),
            Self::AtLeast(limit) => write!(formatter, "≥ {limit}"),
            Self::Below(limit) => write!(formatter, "< {limit}"),
        }
    }
}

/// The promises, by name.
const TARGETS: [(&str, Target); 33] = [
    ("download_vs_plain", Target::AtLeast(0.9)),
    ("download_vs_wllama", Target::AtLeast(1.0)),
    ("download_vs_ceiling", Target::AtLeast(0.35)),
    ("download_memory_growth_mib", Target::AtMost(32.0)),
    ("download_memory_growth_2gib_mib", Target::AtMost(32.0)),
    ("refetched_after_kill_mib", Target::AtMost(16.0)),
    ("core_step_us", Target::Below(20.0)),
    ("core_step_growth", Target::Below(1.5)),
    ("route_100_us", Target::Below(50.0)),
    ("route_growth", Target::Below(12.0)),
    ("lookup_vs_picomatch", Target::AtLeast(20.0)),
    ("lookup_warm_us", Target::Below(1.0)),
    ("lookup_cold_us", Target::Below(10.0)),
    ("lookup_worst_ms", Target::Below(1.0)),
    ("catalog_start_ms", Target::Below(5.0)),
    ("catalog_gzip_kb", Target::Below(25.0)),
    ("snapshot_progress_us", Target::Below(200.0)),
    ("config_ms", Target::Below(1.0)),
    ("ndjson_split_cost", Target::AtMost(3.0)),
    ("sse_split_cost", Target::AtMost(3.0)),
    ("open_ms", Target::Below(100.0)),
    ("list_5000_ms", Target::Below(50.0)),
    ("list_5000_task_ms", Target::AtMost(50.0)),
    ("list_again_ms", Target::Below(1.0)),
    ("ndjson_vs_client", Target::AtLeast(2.0)),
    ("token_latency_ms", Target::Below(2.0)),
    ("sse_vs_eventsource_parser", Target::AtLeast(2.0)),
    ("sse_vs_openai_client", Target::AtLeast(2.0)),
    ("list_with_dead_ms", Target::Below(300.0)),
    ("key_roundtrip_ms", Target::Below(5.0)),
    ("wasm_gzip_kb", Target::AtMost(250.0)),
    ("core_js_gzip_kb", Target::AtMost(15.0)),
    ("react_js_gzip_kb", Target::AtMost(25.0)),
];

/// A figure as a benchmark reports it and as the results file keeps it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Figure {
    pub(super) name: String,
    pub(super) value: f64,
    unit: String,
    /// What it is compared with, in the same unit; and value over baseline. Absent where a figure stands alone.
    baseline: Option<f64>,
    ratio: Option<f64>,
}

impl Figure {
    /// The figure in a line of a benchmark's output, if it holds one.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(line.trim()).ok()?;
        Self::from_json(&value)
    }

    /// The figure in a JSON object, if it is one. A ratio that is not given follows from the baseline.
    pub(super) fn from_json(object: &Value) -> Option<Self> {
        let value = object["value"].as_f64()?;
        let baseline = object["baseline"].as_f64();
        let computed = baseline
            .filter(|baseline| *baseline != 0.0)
            .map(|baseline| value / baseline);
        Some(Self {
            name: object["name"].as_str()?.to_owned(),
            value,
            unit: object["unit"].as_str().unwrap_or_default().to_owned(),
            baseline,
            ratio: object["ratio"].as_f64().or(computed),
        })
    }

    /// A size of the built package, compared with its budget.
    pub(super) fn of_size(size: &Size) -> Self {
        // Sizes are far below the integers a double holds exactly.
        #[expect(clippy::cast_precision_loss)]
        let kilobytes = |bytes: usize| (bytes as f64 / KILOBYTE as f64 * 100.0).round() / 100.0;
        let value = kilobytes(size.bytes);
        let baseline = size.budget.map(kilobytes);
        let ratio = baseline.map(|baseline| value / baseline);
        Self {
            name: size.name.to_owned(),
            value,
            unit: "kB".to_owned(),
            baseline,
            ratio,
        }
    }

    /// As the results file keeps it: always with all five keys.
    pub(super) fn to_json(&self) -> Value {
        json!({
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "baseline": self.baseline,
            "ratio": self.ratio,
        })
    }

    /// A line for people, with the promise and whether it is kept.
    pub(super) fn line(&self) -> String {
        let promise = TARGETS
            .iter()
            .find(|(name, _)| *name == self.name)
            .map(|(_, target)| target);
        let verdict = promise.map_or_else(String::new, |target| {
            let mark = if target.is_met(self.value) { "ok" } else { "MISSED" };
            format!("  {target} {mark}")
        });
        format!("{:<34} {:>12.3} {:<6}{verdict}", self.name, self.value, self.unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_output_is_a_figure_only_if_it_has_a_name_and_a_value() {
        let figure = Figure::parse(r#"{"name":"open_ms","value":42,"unit":"ms"}"#).unwrap();
        assert_eq!(
            (figure.name.as_str(), figure.value, figure.baseline),
            ("open_ms", 42.0, None)
        );
        assert!(Figure::parse("running 3 benchmarks").is_none());
        assert!(Figure::parse(r#"{"progress":0.5}"#).is_none());
    }

    #[test]
    fn the_ratio_follows_from_the_baseline_and_all_keys_are_written() {
        let figure = Figure::parse(r#"{"name":"a","value":3,"unit":"MB/s","baseline":2}"#).unwrap();
        assert_eq!(
            figure.to_json(),
            json!({ "name": "a", "value": 3.0, "unit": "MB/s", "baseline": 2.0, "ratio": 1.5 })
        );
        let alone = Figure::parse(r#"{"name":"a","value":3}"#).unwrap();
        assert_eq!(alone.to_json()["ratio"], Value::Null);
    }

    #[test]
    fn a_missed_promise_is_said() {
        let figure = |value| {
            Figure::from_json(&json!({ "name": "core_step_us", "value": value, "unit": "µs" })).unwrap()
        };
        assert!(figure(19.9).line().ends_with("< 20 ok"));
        assert!(figure(20.0).line().ends_with("< 20 MISSED"));
    }
}
