//! Tells the origin's other tabs what was stored and how far a download is.
//!
//! Messages are hints: what matters is stored before it is told, and a tab that takes the lead reads all of it.

use std::rc::Rc;

use js_sys::{Function, Reflect};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use web_sys::{BroadcastChannel, MessageEvent};

use super::host::Host;
use crate::engine::ids::JobId;
use crate::engine::record::Persist;
use crate::json::{self, variants};

/// What tabs say to each other, as JSON text.
#[derive(Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(super) enum Word {
    /// These changes were stored, in this order.
    Stored(Vec<Persist>),
    /// How far the fetching tab is with a job.
    Progressed {
        job: JobId,
        downloaded_bytes: u64,
        total_bytes: Option<u64>,
    },
}

variants! {
    Word {
        "stored" => Stored(..),
        "progressed" => Progressed {
            job: "job",
            downloaded_bytes: "downloadedBytes",
            total_bytes: "totalBytes?",
        },
    }
}

/// The channel of one namespace. Closed when it is dropped.
pub(super) struct Channel {
    channel: BroadcastChannel,
    _on_message: Closure<dyn Fn(MessageEvent)>,
}

impl Channel {
    /// Opens the channel. `None` where the browser has none: then each tab is by itself until it is reloaded.
    pub(super) fn open(host: &Host, namespace: &str, hear: impl Fn(Word) + 'static) -> Option<Rc<Self>> {
        let channel = BroadcastChannel::new(&format!("modelyard:{namespace}")).ok()?;
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            // Another version of the package may say what this one does not understand.
            let word = event
                .data()
                .as_string()
                .and_then(|text| json::from_str(&text).ok());
            if let Some(word) = word {
                hear(word);
            }
        });
        let close = Reflect::get(&channel, &"close".into())
            .ok()
            .and_then(|close| close.dyn_into::<Function>().ok());
        if let Some(close) = close {
            let _ = host.on_end(&close.bind0(&channel));
        }
        channel.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Some(Rc::new(Self {
            channel,
            _on_message: on_message,
        }))
    }

    /// Says something to all other tabs.
    pub(super) fn say(&self, word: &Word) {
        let _ = self.channel.post_message(&json::to_string(word).into());
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.channel.set_onmessage(None);
        self.channel.close();
    }
}
