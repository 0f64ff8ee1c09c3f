//! wasm-bindgen tests, in each browser.
//!
//! cargo runs them, with wasm-bindgen's runner in place of an executable: what `wasm-pack test` does too, which
//! however compiles every test of the crate for wasm32, also the native ones.

use std::fs;

use anyhow::Result;

use super::{Check, Report, Run};
use crate::process;
use crate::project::Project;
use crate::setup::{Browser, driver};
use crate::toolchain::WASM_TARGET;

/// The integration tests that are for browsers, as cargo selects them. The others are native and do not compile.
pub(super) const TESTS: &str = "browser*";

pub(super) fn run(run: &Run, report: &mut Report) {
    for browser in Browser::ALL {
        report.run("browser", browser.name(), || test(run, browser));
    }
}

/// Whether there are tests for browsers: `tests/browser*.rs`, or a directory of such a name with a `main.rs`.
pub(super) fn has_tests(project: &Project) -> bool {
    fs::read_dir(project.path("tests"))
        .into_iter()
        .flatten()
        .flatten()
        .any(|entry| {
            let path = entry.path();
            let is_test =
                path.extension().is_some_and(|extension| extension == "rs") || path.join("main.rs").exists();
            is_test && entry.file_name().to_string_lossy().starts_with("browser")
        })
}

fn test(run: &Run, browser: Browser) -> Result<Check> {
    if !has_tests(&run.project) {
        return Ok(Check::Skipped("there is no tests/browser*.rs".to_owned()));
    }
    let driver = driver(browser)?;
    let driver_variable = match browser {
        Browser::Chromium => "CHROMEDRIVER",
        Browser::Firefox => "GECKODRIVER",
    };
    let mut cargo = run.toolchain.command("cargo");
    cargo
        .args([
            "test",
            "--package",
            "modelyard",
            "--target",
            WASM_TARGET,
            "--test",
            TESTS,
        ])
        .current_dir(run.project.root())
        .env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
            "wasm-bindgen-test-runner",
        )
        .env("WASM_BINDGEN_TEST_ONLY_WEB", "1")
        .env(
            "WASM_BINDGEN_TEST_WEBDRIVER_JSON",
            run.project.path("webdriver.json"),
        )
        // The default of 20 s is short for a browser that starts on a busy machine.
        .env("WASM_BINDGEN_TEST_TIMEOUT", "120")
        // The runner takes the first driver it is told of.
        .env_remove("CHROMEDRIVER")
        .env_remove("GECKODRIVER")
        .env_remove("SAFARIDRIVER")
        .env(driver_variable, driver);
    if !run.filter.is_empty() {
        cargo.arg("--").args(&run.filter);
    }
    process::run(&mut cargo)?;
    Ok(Check::Passed)
}
