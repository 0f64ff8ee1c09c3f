//! What a user's browser downloads, compressed, and how much of it is allowed.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use super::package;
use crate::process::{self, command};
use crate::project::Project;

/// One measured size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Size {
    /// The name it has in reports and in the benchmark results.
    pub(crate) name: &'static str,
    /// Bytes after gzip at its best level.
    pub(crate) bytes: usize,
    /// The largest size allowed, in bytes; `None` where a size is only reported.
    pub(crate) budget: Option<usize>,
}

impl Size {
    fn is_over(&self) -> bool {
        self.budget.is_some_and(|budget| self.bytes > budget)
    }
}

/// A kilobyte is 1000 bytes here, as in the tools people compare with.
pub(crate) const KILOBYTE: usize = 1000;

/// The wasm files of the package, in the order of [`WASM`].
const WASM_FILES: [&str; 2] = ["modelyard_bg.wasm", "modelyard_management_bg.wasm"];

/// Under which names they are measured, and how many kilobytes each may have: the core, which every app loads, and
/// model management, which is loaded only where it is used. The core's promise is 250, and `cargo xtask bench` says so:
/// since it knows the models of servers it is more, and this keeps it from growing. Model management was 178 with one
/// provider; six kinds of them, the vault of keys and the hub made 100 more of it (`cargo xtask bench size` says what each
/// codec has of that).
const WASM: [(&str, usize); 2] = [("wasm_gzip_kb", 260), ("management_wasm_gzip_kb", 280)];

/// The entries that are measured, under which names, and how many kilobytes each may have.
const ENTRIES: [(&str, &str, Option<usize>); 3] = [
    (".", "core_js_gzip_kb", Some(15)),
    ("./react", "react_js_gzip_kb", Some(25)),
    ("./management", "management_js_gzip_kb", None),
];

/// Measures the built package.
///
/// JavaScript is counted as an app gets it: an entry bundled with everything it imports of the package, also what
/// it loads later, minified, with peers left out.
pub(super) fn measure(project: &Project) -> Result<Vec<Size>> {
    let mut sizes = Vec::new();
    for ((name, kilobytes), wasm) in WASM.into_iter().zip(find_wasm(&project.path("pkg"))?) {
        sizes.push(Size {
            name,
            bytes: gzip_bytes(&wasm),
            budget: Some(kilobytes * KILOBYTE),
        });
    }
    let catalog = project.path("pkg/dist/catalog.js");
    let text = fs::read(&catalog).with_context(|| format!("cannot read {}", catalog.display()))?;
    sizes.push(Size {
        name: "catalog_gzip_kb",
        bytes: gzip_bytes(&text),
        budget: Some(25 * KILOBYTE),
    });
    let manifest = package::manifest(project)?;
    for (entry, name, kilobytes) in ENTRIES {
        let Some(file) = entry_file(&manifest, entry) else {
            println!("pkg/package.json exports no \"{entry}\", so {name} is not measured");
            continue;
        };
        let bundled = bundle(project, &manifest, &file)?;
        sizes.push(Size {
            name,
            bytes: gzip_bytes(&bundled),
            budget: kilobytes.map(|kilobytes| kilobytes * KILOBYTE),
        });
    }
    Ok(sizes)
}

/// Prints the sizes with their budgets.
pub(super) fn report(sizes: &[Size]) {
    for size in sizes {
        let mark = if size.is_over() { "  OVER BUDGET" } else { "" };
        let budget = size
            .budget
            .map_or_else(String::new, |budget| format!("  of {:>5} kB", kilobytes(budget)));
        println!(
            "  {:<23} {:>7} kB{budget}{mark}",
            size.name,
            kilobytes(size.bytes)
        );
    }
}

/// Fails when one is over its budget.
pub(super) fn hold_against_budgets(sizes: &[Size]) -> Result<()> {
    let over: Vec<_> = sizes
        .iter()
        .filter(|size| size.is_over())
        .map(|size| size.name)
        .collect();
    if !over.is_empty() {
        bail!("over budget: {}", over.join(", "));
    }
    Ok(())
}

/// Bytes after gzip at its best level, which is what servers send for files they compress once.
pub(super) fn gzip_bytes(content: &[u8]) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Writing to memory cannot fail; if it ever did, the size without compression is the honest answer.
    match encoder.write_all(content).and_then(|()| encoder.finish()) {
        Ok(compressed) => compressed.len(),
        Err(_) => content.len(),
    }
}

/// Kilobytes with one decimal, rounded up.
fn kilobytes(bytes: usize) -> String {
    let tenths = (bytes * 10).div_ceil(KILOBYTE);
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// The wasm files of the package: those of [`WASM_FILES`] and no other, so that none goes unmeasured.
fn find_wasm(pkg: &Path) -> Result<Vec<Vec<u8>>> {
    let files = crate::project::files_below(pkg);
    let is_wasm = |file: &&PathBuf| file.extension().is_some_and(|extension| extension == "wasm");
    let count = files.iter().filter(is_wasm).count();
    let found: Vec<_> = WASM_FILES
        .iter()
        .filter_map(|name| files.iter().find(|file| file.ends_with(name)))
        .collect();
    if count != WASM_FILES.len() || found.len() != WASM_FILES.len() {
        bail!(
            "the package should hold these wasm files and no other: {}",
            WASM_FILES.join(", ")
        );
    }
    found
        .into_iter()
        .map(|file| fs::read(file).with_context(|| format!("cannot read {}", file.display())))
        .collect()
}

/// The JavaScript file an entry of the exports map leads to, relative to the package.
fn entry_file(manifest: &Value, entry: &str) -> Option<String> {
    let target = &manifest["exports"][entry];
    let conditional = || {
        ["import", "default"]
            .iter()
            .find_map(|condition| nested_file(&target[condition]))
    };
    let file = target.as_str().map(str::to_owned).or_else(conditional)?;
    Some(file.trim_start_matches("./").to_owned())
}

fn nested_file(target: &Value) -> Option<String> {
    target
        .as_str()
        .or_else(|| target["default"].as_str())
        .map(str::to_owned)
}

/// An entry with what it imports of the package, minified.
fn bundle(project: &Project, manifest: &Value, entry: &str) -> Result<Vec<u8>> {
    let output = project.path("target/size/bundle.js");
    let mut esbuild = command(project.path("xtask/npm/node_modules/.bin/esbuild"));
    esbuild.current_dir(project.path("pkg")).arg(entry);
    esbuild.args([
        "--bundle",
        "--minify",
        "--format=esm",
        "--platform=browser",
        "--log-level=error",
    ]);
    // The model database is measured by itself.
    esbuild.arg("--external:./catalog.js");
    esbuild.arg("--define:process.env.NODE_ENV=\"production\"");
    for peer in manifest["peerDependencies"]
        .as_object()
        .into_iter()
        .flat_map(|peers| peers.keys())
    {
        esbuild
            .arg(format!("--external:{peer}"))
            .arg(format!("--external:{peer}/*"));
    }
    process::capture(esbuild.arg("--outfile=../target/size/bundle.js"))?;
    fs::read(&output).with_context(|| format!("cannot read {}", output.display()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_entry_is_a_path_or_conditions() {
        let manifest = json!({ "exports": {
            ".": { "types": "./index.d.ts", "default": "./index.js" },
            "./react": "./react/index.js",
            "./nested": { "import": { "types": "./n.d.ts", "default": "./n.js" } },
        }});
        assert_eq!(entry_file(&manifest, ".").as_deref(), Some("index.js"));
        assert_eq!(
            entry_file(&manifest, "./react").as_deref(),
            Some("react/index.js")
        );
        assert_eq!(entry_file(&manifest, "./nested").as_deref(), Some("n.js"));
        assert_eq!(entry_file(&manifest, "./none"), None);
    }

    #[test]
    fn a_size_over_its_budget_fails_with_its_name_and_one_at_it_passes() {
        let size = |bytes| Size {
            name: "wasm_gzip_kb",
            bytes,
            budget: Some(1000),
        };
        assert!(hold_against_budgets(&[size(1000)]).is_ok());
        let error = hold_against_budgets(&[size(1001)]).unwrap_err();
        assert_eq!(error.to_string(), "over budget: wasm_gzip_kb");
        assert_eq!(kilobytes(1001), "1.1");
    }
}
