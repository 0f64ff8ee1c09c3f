//! wasm-bindgen tests, in each browser.

use std::fs;

use anyhow::Result;

use super::{Check, Report, Run};
use crate::process;
use crate::project::Project;
use crate::setup::{Browser, driver};

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
    let mut wasm_pack = run.toolchain.command("wasm-pack");
    wasm_pack.args(["test", "--headless", "--mode", "no-install"]);
    match browser {
        Browser::Chromium => wasm_pack.arg("--chrome").arg("--chromedriver").arg(driver),
        Browser::Firefox => wasm_pack.arg("--firefox").arg("--geckodriver").arg(driver),
    };
    wasm_pack
        .arg(run.project.root())
        .args(["--test", TESTS])
        .current_dir(run.project.root())
        .env(
            "WASM_BINDGEN_TEST_WEBDRIVER_JSON",
            run.project.path("webdriver.json"),
        )
        // The default of 20 s is short for two browsers on a busy machine of two cores.
        .env("WASM_BINDGEN_TEST_TIMEOUT", "120");
    if !run.filter.is_empty() {
        wasm_pack.arg("--").args(&run.filter);
    }
    process::run(&mut wasm_pack)?;
    Ok(Check::Passed)
}
