//! What tabs say to each other of keys, over a channel of their own: one word, never what it is about.

use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use web_sys::{BroadcastChannel, MessageEvent};

use super::ports::TabWord;

const CHANGED: &str = "changed";
const LOCKED: &str = "locked";

/// The channel of one namespace. Closed when it is dropped.
pub struct Tabs {
    channel: BroadcastChannel,
    on_message: Option<Closure<dyn Fn(MessageEvent)>>,
}

impl Tabs {
    /// Opens the channel. `None` where the browser has none: then each tab knows what it read when it was opened.
    pub fn open(namespace: &str) -> Option<Self> {
        // The binding says that it is always there.
        Reflect::get(&js_sys::global(), &"BroadcastChannel".into())
            .ok()
            .filter(JsValue::is_function)?;
        let channel = BroadcastChannel::new(&["modelyard:", namespace].concat()).ok()?;
        Some(Self {
            channel,
            on_message: None,
        })
    }

    /// Hears the others.
    pub fn hear(&mut self, hear: impl Fn(TabWord) + 'static) {
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            match event.data().as_string().as_deref() {
                Some(CHANGED) => hear(TabWord::Changed),
                Some(LOCKED) => hear(TabWord::Locked),
                // Another version of the package may say what this one does not understand.
                _ => {}
            }
        });
        self.channel
            .set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        self.on_message = Some(on_message);
    }

    /// Tells the others.
    pub fn say(&self, word: TabWord) {
        let word = match word {
            TabWord::Changed => CHANGED,
            TabWord::Locked => LOCKED,
        };
        let _ = self.channel.post_message(&word.into());
    }
}

impl Drop for Tabs {
    fn drop(&mut self) {
        self.channel.set_onmessage(None);
        self.channel.close();
    }
}
