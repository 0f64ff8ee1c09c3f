//! The browsers tests run in, taken from the system, and the programs that drive them.

use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::apt;
use crate::process::{find_any_program, find_program};

/// A browser that a program can drive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Browser {
    /// Chromium, or Chrome where that is what there is.
    Chromium,
    /// Firefox, the release or the extended-support one.
    Firefox,
}

impl Browser {
    /// Both.
    pub(crate) const ALL: [Self; 2] = [Self::Chromium, Self::Firefox];

    /// How reports call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
        }
    }

    fn programs(self) -> &'static [&'static str] {
        match self {
            Self::Chromium => &[
                "chromium",
                "chromium-browser",
                "google-chrome",
                "google-chrome-stable",
            ],
            Self::Firefox => &["firefox", "firefox-esr"],
        }
    }

    fn driver_program(self) -> &'static str {
        match self {
            Self::Chromium => "chromedriver",
            Self::Firefox => "geckodriver",
        }
    }
}

/// The Chromium that page tests drive.
///
/// # Errors
/// When there is none.
pub(crate) fn chromium() -> Result<PathBuf> {
    find_any_program(Browser::Chromium.programs())
        .context("there is no Chromium here; run `cargo xtask setup`")
}

/// The program that drives a browser.
///
/// # Errors
/// When there is none.
pub(crate) fn driver(browser: Browser) -> Result<PathBuf> {
    let name = browser.driver_program();
    find_program(name).with_context(|| format!("there is no {name} here; run `cargo xtask setup`"))
}

/// Installs the browsers that are missing, and Chromium's driver. Firefox's is no package of Debian.
pub(super) fn install() -> Result<()> {
    let mut packages: Vec<String> = Vec::new();
    let mut missing = |present: bool, package: &str| {
        if !present {
            packages.push(package.to_owned());
        }
    };
    missing(
        find_any_program(Browser::Chromium.programs()).is_some(),
        "chromium",
    );
    missing(
        find_program(Browser::Chromium.driver_program()).is_some(),
        "chromium-driver",
    );
    missing(
        find_any_program(Browser::Firefox.programs()).is_some(),
        "firefox-esr",
    );
    if packages.is_empty() {
        return Ok(());
    }
    // A bare machine has no font at all; a page without one has no width, and tests that click find nothing.
    packages.push("fonts-liberation".to_owned());
    apt::install(&packages, "a browser for the tests")
}
