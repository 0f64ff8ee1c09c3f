//! An ingest file in the origin private file system, open through a sync access handle: a lock across all tabs that
//! ends with the tab that holds it.

use wasm_bindgen::JsCast;
use web_sys::{FileSystemFileHandle, FileSystemReadWriteOptions, FileSystemSyncAccessHandle};

use super::opfs_directory::weights_error;
use super::weights::{Ingest, WeightsError};
use crate::js;
use crate::net::Chunk;
use crate::net::browser_chunk::BrowserChunk;

/// An open ingest file, closed when it is dropped.
#[derive(Debug)]
pub struct OpfsIngest {
    handle: FileSystemSyncAccessHandle,
}

fn at(offset: u64) -> FileSystemReadWriteOptions {
    let options = FileSystemReadWriteOptions::new();
    options.set_at(js::from_bytes(offset));
    options
}

impl OpfsIngest {
    /// Opens `file` alone.
    pub(super) async fn open(file: &FileSystemFileHandle) -> Result<Self, WeightsError> {
        let handle = js::call_async(file, "createSyncAccessHandle", &[]).await;
        handle
            .map(|handle| Self {
                handle: handle.unchecked_into(),
            })
            .map_err(|error| weights_error(&error))
    }
}

impl Ingest for OpfsIngest {
    type Chunk = BrowserChunk;

    fn len(&self) -> Result<u64, WeightsError> {
        self.handle
            .get_size()
            .map(js::to_bytes)
            .map_err(|error| weights_error(&error))
    }

    fn write_at(&self, offset: u64, chunk: &BrowserChunk) -> Result<(), WeightsError> {
        let written = self
            .handle
            .write_with_js_u8_array_and_options(chunk.view(), &at(offset));
        let written = written.map(js::to_bytes).map_err(|error| weights_error(&error))?;
        if written < chunk.len() as u64 {
            Err(WeightsError::Full)
        } else {
            Ok(())
        }
    }

    fn read_at(&self, offset: u64, target: &mut [u8]) -> Result<usize, WeightsError> {
        let read = self.handle.read_with_u8_array_and_options(target, &at(offset));
        let read = read.map(js::to_bytes).map_err(|error| weights_error(&error))?;
        Ok(usize::try_from(read).unwrap_or(target.len()).min(target.len()))
    }

    fn truncate(&self, len: u64) -> Result<(), WeightsError> {
        self.handle
            .truncate_with_f64(js::from_bytes(len))
            .map_err(|error| weights_error(&error))
    }

    fn flush(&self) -> Result<(), WeightsError> {
        self.handle.flush().map_err(|error| weights_error(&error))
    }

    fn close(&self) {
        self.handle.close();
    }
}

impl Drop for OpfsIngest {
    fn drop(&mut self) {
        self.handle.close();
    }
}
