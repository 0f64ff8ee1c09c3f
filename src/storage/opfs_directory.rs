//! Where weights are in the origin private file system: `modelyard/<namespace>/v1/{blobs,ingest}`.
//!
//! Directories are looked up anew each time: a user may clear the site's data while the app runs, and a handle kept
//! from before would then fail for ever.

use js_sys::{Array, AsyncIterator};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions,
    FileSystemGetFileOptions,
};

use super::names::directory_name;
use super::weights::WeightsError;
use crate::engine::digest::Digest;
use crate::js;

/// The two directories of a namespace, and the one they are in.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    Top,
    Blobs,
    Ingest,
}

/// What an error of the file system means here.
pub(super) fn weights_error(error: &JsValue) -> WeightsError {
    match js::error_name(error).as_str() {
        _ if js::means_full(error) => WeightsError::Full,
        "NoModificationAllowedError" => WeightsError::Locked,
        "NotFoundError" => WeightsError::NotFound,
        _ => WeightsError::Unavailable(js::error_text(error)),
    }
}

async fn root() -> Result<JsValue, WeightsError> {
    let manager = js::global("navigator").and_then(|navigator| js::property(&navigator, "storage"));
    let missing =
        || WeightsError::Unavailable("there is no file system here (it needs https or localhost)".to_owned());
    js::call_async(&manager.ok_or_else(missing)?, "getDirectory", &[])
        .await
        .map_err(|error| weights_error(&error))
}

/// Goes to a directory of `namespace`, with `create` making what is missing on the way.
pub(super) async fn directory(
    namespace: &str,
    place: Place,
    create: bool,
) -> Result<FileSystemDirectoryHandle, WeightsError> {
    let namespace = directory_name(namespace);
    let last = match place {
        Place::Top => None,
        Place::Blobs => Some("blobs"),
        Place::Ingest => Some("ingest"),
    };
    let options = FileSystemGetDirectoryOptions::new();
    options.set_create(create);
    let mut directory = root().await?;
    for name in ["modelyard", &namespace, "v1"].into_iter().chain(last) {
        let entered = js::call_async(&directory, "getDirectoryHandle", &[&name.into(), &options]).await;
        directory = entered.map_err(|error| weights_error(&error))?;
    }
    Ok(directory.unchecked_into())
}

/// The handle of a file, with `create` making it where it is missing.
pub(super) async fn file(
    directory: &FileSystemDirectoryHandle,
    name: &str,
    create: bool,
) -> Result<FileSystemFileHandle, WeightsError> {
    let options = FileSystemGetFileOptions::new();
    options.set_create(create);
    let handle = directory.get_file_handle_with_options(name, &options).await;
    handle
        .map(JsCast::unchecked_into)
        .map_err(|error| weights_error(&error))
}

/// What a file is now. It is dead as soon as the file changes.
pub(super) async fn snapshot(file: &FileSystemFileHandle) -> Result<File, WeightsError> {
    file.get_file()
        .await
        .map(JsCast::unchecked_into)
        .map_err(|error| weights_error(&error))
}

/// Deletes a file; `false` if there was none.
pub(super) async fn remove(directory: &FileSystemDirectoryHandle, name: &str) -> Result<bool, WeightsError> {
    match directory
        .remove_entry(name)
        .await
        .map_err(|error| weights_error(&error))
    {
        Ok(_) => Ok(true),
        Err(WeightsError::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The names and lengths of the files of a directory whose names `wanted` takes.
pub(super) async fn list<T>(
    directory: &FileSystemDirectoryHandle,
    wanted: impl Fn(&str) -> Option<T>,
) -> Result<Vec<(T, u64)>, WeightsError> {
    let entries: AsyncIterator = directory.entries();
    let mut files = Vec::new();
    loop {
        let step = entries
            .next()
            .map_err(|error| weights_error(&error))?
            .await
            .map_err(|error| weights_error(&error))?;
        let Some(entry) = js::property(&step, "value") else {
            return Ok(files);
        };
        let entry = Array::from(&entry);
        let Some(name) = entry.get(0).as_string().as_deref().and_then(&wanted) else {
            continue;
        };
        let Ok(handle) = entry.get(1).dyn_into::<FileSystemFileHandle>() else {
            continue;
        };
        match snapshot(&handle).await {
            Ok(file) => files.push((name, js::to_bytes(file.size()))),
            // It went away while we looked.
            Err(WeightsError::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
}

/// The blob of `digest` as a file to read from, in a page or a worker. A deletion ends new reads of it.
///
/// # Errors
/// [`WeightsError::NotFound`] if there is no such blob.
pub async fn blob_file(namespace: &str, digest: &Digest) -> Result<File, WeightsError> {
    let blobs = directory(namespace, Place::Blobs, false).await?;
    snapshot(&file(&blobs, &digest.blob_name(), false).await?).await
}
