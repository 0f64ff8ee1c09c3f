//! Directories that are served, and the facts of the files in them.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

use crate::content::Content;

/// A directory and the path under which it is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// Starts with `/`; `/` itself takes every path.
    pub prefix: String,
    /// Where the files are. A path that ends in `/` is its `index.html`.
    pub directory: PathBuf,
}

impl Mount {
    /// The file this mount has for a path, if it has one.
    pub(crate) fn find(&self, path: &str) -> Option<Content> {
        let rest = path
            .strip_prefix(self.prefix.trim_end_matches('/'))?
            .strip_prefix('/')?;
        let mut relative = PathBuf::from(rest);
        if rest.is_empty() || rest.ends_with('/') {
            relative.push("index.html");
        }
        // Nothing outside the directory, and nothing absolute.
        if !relative
            .components()
            .all(|component| matches!(component, Component::Normal(_)))
        {
            return None;
        }
        let path = self.directory.join(relative);
        let metadata = std::fs::metadata(&path).ok().filter(std::fs::Metadata::is_file)?;
        Some(Content::Disk {
            path,
            size: metadata.len(),
        })
    }
}

/// The type of a file by the end of its name.
pub(crate) fn content_type(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or("");
    let end = if name.is_empty() {
        "html"
    } else {
        name.rsplit_once('.').map_or("", |(_, end)| end)
    };
    match end {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Digests that were computed once, by what identifies the bytes.
#[derive(Debug, Default)]
pub(crate) struct Digests {
    known: HashMap<(PathBuf, u64, Option<SystemTime>), String>,
}

impl Digests {
    /// What is remembered of a file on disk as it is now.
    pub(crate) fn get(&self, path: &Path, size: u64) -> Option<String> {
        self.known.get(&key(path, size)).cloned()
    }

    pub(crate) fn put(&mut self, path: &Path, size: u64, digest: String) {
        self.known.insert(key(path, size), digest);
    }
}

fn key(path: &Path, size: u64) -> (PathBuf, u64, Option<SystemTime>) {
    let modified = std::fs::metadata(path)
        .and_then(|metadata| metadata.modified())
        .ok();
    (path.to_path_buf(), size, modified)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_the_directory_is_served() {
        let mount = Mount {
            prefix: "/files".into(),
            directory: env!("CARGO_MANIFEST_DIR").into(),
        };
        assert!(mount.find("/files/Cargo.toml").is_some());
        for path in [
            "/files/../Cargo.toml",
            "/files//etc/passwd",
            "/Cargo.toml",
            "/files",
            "/filesCargo.toml",
        ] {
            assert_eq!(mount.find(path), None, "{path}");
        }
    }

    #[test]
    fn names_tell_types() {
        assert_eq!(content_type("/a/b.wasm"), "application/wasm");
        assert_eq!(content_type("/one.gguf"), "application/octet-stream");
        assert_eq!(content_type("/blob"), "application/octet-stream");
        assert_eq!(content_type("/"), "text/html; charset=utf-8");
    }
}
