//! What ran, how it ended, how long it took.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// How a check that could be made ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Check {
    /// Everything was as it should be.
    Passed,
    /// There was nothing to check, and why.
    Skipped(String),
}

#[derive(Debug)]
struct Entry {
    suite: &'static str,
    check: String,
    /// An error has been printed already; what remains of it is its first line.
    result: Result<Check, String>,
    time: Duration,
}

/// The checks of one run, in order.
#[derive(Debug, Default)]
pub(crate) struct Report {
    entries: Vec<Entry>,
}

impl Report {
    /// Runs a check under a heading and keeps how it ended. A failure is printed and does not stop the run.
    pub(crate) fn run(&mut self, suite: &'static str, check: &str, action: impl FnOnce() -> Result<Check>) {
        println!("\n== {suite}: {check}");
        let start = Instant::now();
        let result = action().map_err(|error| {
            println!("FAILED {suite}: {check}: {error:#}");
            error.to_string()
        });
        if let Ok(Check::Skipped(reason)) = &result {
            println!("skipped: {reason}");
        }
        self.entries.push(Entry {
            suite,
            check: check.to_owned(),
            result,
            time: start.elapsed(),
        });
    }

    /// Prints a line for each check and the time of each suite.
    pub(crate) fn print(&self) {
        println!("\n== summary");
        for entry in &self.entries {
            let (mark, remark) = match &entry.result {
                Ok(Check::Passed) => ("ok     ", String::new()),
                Ok(Check::Skipped(reason)) => ("skipped", format!("  {reason}")),
                Err(error) => (
                    "FAILED ",
                    format!("  {}", error.lines().next().unwrap_or_default()),
                ),
            };
            let name = format!("{}: {}", entry.suite, entry.check);
            println!("  {mark} {name:<34} {:>7.1} s{remark}", entry.time.as_secs_f32());
        }
        for (suite, time) in self.times() {
            println!("  {suite:<8} {:>7.1} s in all", time.as_secs_f32());
        }
    }

    /// Whether nothing of a suite ran.
    pub(super) fn has_only_skipped(&self, suite: &str) -> bool {
        let mut of_suite = self
            .entries
            .iter()
            .filter(|entry| entry.suite == suite)
            .peekable();
        of_suite.peek().is_some() && of_suite.all(|entry| matches!(entry.result, Ok(Check::Skipped(_))))
    }

    /// Fails when a check did.
    ///
    /// # Errors
    /// When a check failed; the message names all that did.
    pub(crate) fn verdict(&self) -> Result<()> {
        let failed: Vec<_> = self
            .entries
            .iter()
            .filter(|entry| entry.result.is_err())
            .map(|entry| format!("{}: {}", entry.suite, entry.check))
            .collect();
        if !failed.is_empty() {
            bail!("failed: {}", failed.join(", "));
        }
        Ok(())
    }

    fn times(&self) -> Vec<(&'static str, Duration)> {
        let mut times: Vec<(&'static str, Duration)> = Vec::new();
        for entry in &self.entries {
            match times.iter_mut().find(|(suite, _)| *suite == entry.suite) {
                Some((_, time)) => *time += entry.time,
                None => times.push((entry.suite, entry.time)),
            }
        }
        times
    }
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn a_failed_check_does_not_stop_the_next_and_fails_the_run_by_name() {
        let mut report = Report::default();
        let mut ran = false;
        report.run("lint", "format", || Err(anyhow!("not formatted")));
        report.run("native", "cargo test", || {
            ran = true;
            Ok(Check::Passed)
        });
        assert!(ran);
        assert_eq!(report.verdict().unwrap_err().to_string(), "failed: lint: format");
    }

    #[test]
    fn a_skipped_check_is_no_failure_but_is_known_to_have_run_nothing() {
        let mut report = Report::default();
        report.run("e2e", "pages", || Ok(Check::Skipped("not there".to_owned())));
        assert!(report.verdict().is_ok());
        assert!(report.has_only_skipped("e2e"));
        assert!(!report.has_only_skipped("native"));
    }
}
