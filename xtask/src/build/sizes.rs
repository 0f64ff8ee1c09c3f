//! What a user's browser downloads, compressed, and how much of it is allowed.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::Path;

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

const KIB: usize = 1024;

/// Measures the built package.
///
/// The JavaScript is bundled and minified as an app would, with peers left out. Both entries are bundled together,
/// and what they share counts as core: the React figure is what using React adds.
pub(super) fn measure(project: &Project) -> Result<Vec<Size>> {
    let wasm = find_wasm(&project.path("pkg"))?;
    let mut sizes = vec![Size {
        name: "wasm_gzip_kb",
        bytes: gzip_bytes(&wasm),
        budget: Some(250 * KIB),
    }];
    let manifest = package::manifest(project)?;
    let Some(core) = entry_file(&manifest, ".") else {
        bail!("pkg/package.json exports no \".\" entry");
    };
    let react = entry_file(&manifest, "./react");
    let entries: Vec<&str> = [Some(core.as_str()), react.as_deref()]
        .into_iter()
        .flatten()
        .collect();
    let metafile = bundle(project, &manifest, &entries)?;

    let core_chunks = chunks_of(&metafile, &core);
    sizes.push(Size {
        name: "core_js_gzip_kb",
        bytes: gzip_of_files(project, &core_chunks)?,
        budget: Some(15 * KIB),
    });
    if let Some(react) = &react {
        let added: BTreeSet<_> = chunks_of(&metafile, react)
            .difference(&core_chunks)
            .cloned()
            .collect();
        let bytes = gzip_of_files(project, &added)?;
        sizes.push(Size {
            name: "react_js_gzip_kb",
            bytes,
            budget: Some(25 * KIB),
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
            .map_or_else(String::new, |budget| format!("  of {:>5} KB", kilobytes(budget)));
        println!(
            "  {:<18} {:>7} KB{budget}{mark}",
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

/// Kibibytes with one decimal.
fn kilobytes(bytes: usize) -> String {
    let tenths = (bytes * 10).div_ceil(KIB);
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn find_wasm(pkg: &Path) -> Result<Vec<u8>> {
    let files = crate::project::files_below(pkg);
    let mut wasm = files
        .iter()
        .filter(|file| file.extension().is_some_and(|extension| extension == "wasm"));
    let (Some(file), None) = (wasm.next(), wasm.next()) else {
        bail!("the package should hold exactly one wasm file");
    };
    fs::read(file).with_context(|| format!("cannot read {}", file.display()))
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

/// Bundles the entries into `target/size` and returns esbuild's account of it.
fn bundle(project: &Project, manifest: &Value, entries: &[&str]) -> Result<Value> {
    let output = project.path("target/size");
    if output.exists() {
        fs::remove_dir_all(&output)?;
    }
    fs::create_dir_all(&output)?;
    let mut esbuild = command(project.path("xtask/npm/node_modules/.bin/esbuild"));
    esbuild.current_dir(project.path("pkg"));
    esbuild.args(entries);
    esbuild.args([
        "--bundle",
        "--minify",
        "--splitting",
        "--format=esm",
        "--platform=browser",
    ]);
    esbuild.args([
        "--define:process.env.NODE_ENV=\"production\"",
        "--log-level=error",
        "--outdir=../target/size",
    ]);
    esbuild.arg("--metafile=../target/size/meta.json");
    for peer in manifest["peerDependencies"]
        .as_object()
        .into_iter()
        .flat_map(|peers| peers.keys())
    {
        esbuild
            .arg(format!("--external:{peer}"))
            .arg(format!("--external:{peer}/*"));
    }
    process::capture(&mut esbuild)?;
    crate::setup::npm::read_json(&output.join("meta.json"))
}

/// The output files an entry loads before it can run: itself and, through static imports, the shared ones.
fn chunks_of(metafile: &Value, entry: &str) -> BTreeSet<String> {
    let Some(outputs) = metafile["outputs"].as_object() else {
        return BTreeSet::new();
    };
    let start = outputs
        .iter()
        .find(|(_, output)| output["entryPoint"] == entry)
        .map(|(path, _)| path.clone());
    let mut found = BTreeSet::new();
    let mut open: Vec<String> = start.into_iter().collect();
    while let Some(path) = open.pop() {
        let imports = outputs.get(&path).and_then(|output| output["imports"].as_array());
        let inner = imports
            .into_iter()
            .flatten()
            .filter(|import| import["external"] != true);
        open.extend(
            inner
                .filter(|import| import["kind"] == "import-statement")
                .filter_map(|import| {
                    let path = import["path"].as_str()?;
                    (!found.contains(path)).then(|| path.to_owned())
                }),
        );
        found.insert(path);
    }
    found
}

fn gzip_of_files(project: &Project, files: &BTreeSet<String>) -> Result<usize> {
    let mut total = 0;
    for file in files {
        // Paths of the account are relative to the directory esbuild ran in.
        let path = project.path("pkg").join(file);
        total += gzip_bytes(&fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?);
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_entry_counts_what_it_imports_but_not_peers_or_what_it_loads_later() {
        let metafile = json!({ "outputs": {
            "out/index.js": { "entryPoint": "index.js", "imports": [
                { "path": "out/shared.js", "kind": "import-statement" },
                { "path": "out/later.js", "kind": "dynamic-import" },
                { "path": "react", "kind": "import-statement", "external": true } ] },
            "out/shared.js": { "imports": [ { "path": "out/index.js", "kind": "import-statement" } ] },
            "out/later.js": { "imports": [] },
        }});
        let chunks: Vec<_> = chunks_of(&metafile, "index.js").into_iter().collect();
        assert_eq!(chunks, ["out/index.js", "out/shared.js"]);
    }

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
            budget: Some(1024),
        };
        assert!(hold_against_budgets(&[size(1024)]).is_ok());
        let error = hold_against_budgets(&[size(1025)]).unwrap_err();
        assert_eq!(error.to_string(), "over budget: wasm_gzip_kb");
        assert_eq!(kilobytes(1025), "1.1");
    }
}
