//! Each fuzz target for some seconds, the same ones every time.

use super::{Check, Report, Run};
use crate::fuzz::{self, Effort};

const SUITE: &str = "fuzz";

/// Long enough to read all that was recorded and to look around; `cargo xtask fuzz` looks further.
const BRIEF: Effort = Effort {
    seconds: 10,
    repeats: true,
};

pub(super) fn run(run: &Run, report: &mut Report) {
    let mut built = None;
    report.run(SUITE, "build", || {
        if let Some(reason) = fuzz::missing() {
            return Ok(Check::Skipped(reason));
        }
        built = Some((
            fuzz::build(&run.project, &run.toolchain)?,
            fuzz::targets(&run.project)?,
        ));
        Ok(Check::Passed)
    });
    let Some((programs, targets)) = built else { return };
    for target in targets {
        report.run(SUITE, &target, || {
            fuzz::run(&run.project, &programs, &target, BRIEF)?;
            Ok(Check::Passed)
        });
    }
}
