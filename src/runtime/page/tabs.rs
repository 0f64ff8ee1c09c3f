//! This tab among the others of its origin: what it hears, when it leads, and how it leaves.

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::Page;
use super::channel::{Channel, Word};
use super::leader::Leader;
use crate::engine::event::Event;
use crate::engine::ids::JobId;
use crate::engine::input::Input;
use crate::engine::record::Persist;
use crate::runtime::stored::read_stored;
use crate::storage::browser::AnyRecords;

impl Page {
    /// Listens to the other tabs and seeks the lead.
    pub(super) fn join_tabs(self: &Rc<Self>, records: &Rc<AnyRecords>) {
        let this = Rc::downgrade(self);
        *self.channel.borrow_mut() = Channel::open(&self.host, &self.namespace, move |word| {
            if let Some(this) = this.upgrade().filter(|this| !this.closed.get()) {
                this.hear(word);
            }
        });
        let this = Rc::downgrade(self);
        let records = Rc::clone(records);
        let name = format!("modelyard:{}:fetch", self.namespace);
        *self.leader.borrow_mut() = Some(Leader::start(self.host.clone(), name, move || {
            let Some(this) = this.upgrade() else { return };
            let records = Rc::clone(&records);
            crate::js::spawn(async move { this.take_lead(&records).await });
        }));
        self.watch_lifecycle();
    }

    /// Whoever led before may have stored things without being heard.
    async fn take_lead(self: &Rc<Self>, records: &AnyRecords) {
        if let Ok((stored, _)) = read_stored(records).await {
            let refs = stored.refs.into_iter().map(Persist::Ref);
            let jobs = stored.jobs.into_iter().map(|job| Persist::Job(Box::new(job)));
            for change in refs.chain(jobs).chain([Persist::Order(stored.order)]) {
                let _ = self.dispatch(Input::PeerStored(Box::new(change)));
            }
        }
        if !self.closed.get() {
            let _ = self.dispatch(Input::Leading(true));
            self.leads.set(true);
        }
    }

    fn hear(self: &Rc<Self>, word: Word) {
        match word {
            Word::Stored(changes) => {
                for change in changes {
                    let _ = self.dispatch(Input::PeerStored(Box::new(change)));
                }
            }
            Word::Progressed {
                job,
                downloaded_bytes,
                total_bytes,
            } => {
                let _ = self.dispatch(Input::PeerProgressed {
                    job,
                    downloaded_bytes,
                    total_bytes,
                });
            }
        }
    }

    /// Tells the other tabs how far a download is.
    pub(super) fn tell_progress(&self, events: &[Event]) {
        let channel = self.channel.borrow();
        let Some(channel) = channel.as_ref().filter(|_| self.leads.get()) else {
            return;
        };
        for event in events {
            if let Event::DownloadProgress { progress } = event {
                channel.say(&Word::Progressed {
                    job: JobId::from_number(progress.job_id),
                    downloaded_bytes: progress.downloaded_bytes,
                    total_bytes: progress.total_bytes,
                });
            }
        }
    }

    /// A page that goes into the back-forward cache would keep the lock and the files: it lets go of them. Should it
    /// come back, what it has in memory is old; it starts anew from what is stored, as after a reload.
    fn watch_lifecycle(self: &Rc<Self>) {
        let Some(window) = web_sys::window() else { return };
        let this = Rc::downgrade(self);
        let hide = Closure::<dyn Fn()>::new(move || {
            if let Some(this) = this.upgrade() {
                this.leader.take();
                this.channel.take();
                if let Some(supervisor) = this.supervisor.take() {
                    supervisor.close();
                }
            }
        });
        let this = Rc::downgrade(self);
        let show = Closure::<dyn Fn(web_sys::PageTransitionEvent)>::new(
            move |event: web_sys::PageTransitionEvent| {
                if let Some(this) = this
                    .upgrade()
                    .filter(|this| event.persisted() && !this.closed.get())
                {
                    let _ = this.host.restored();
                }
            },
        );
        let online = self.on_online();
        let listen = |name: &str, listener: &JsValue| {
            let _ = window.add_event_listener_with_callback(name, listener.unchecked_ref());
        };
        listen("pagehide", hide.as_ref());
        listen("pageshow", show.as_ref());
        listen("online", online.as_ref());
        *self.listeners.borrow_mut() = Some((hide, show, online));
    }

    /// What waits for the network goes on when the browser says that it is back.
    fn on_online(self: &Rc<Self>) -> Closure<dyn Fn()> {
        let this = Rc::downgrade(self);
        Closure::new(move || {
            let supervisor = this.upgrade().and_then(|this| this.supervisor.borrow().clone());
            if let Some(supervisor) = supervisor {
                supervisor.post(&crate::engine::protocol::ToWorker::Online);
            }
        })
    }

    pub(super) fn leave_tabs(&self) {
        self.leader.take();
        self.channel.take();
        if let (Some(window), Some((hide, show, online))) = (web_sys::window(), self.listeners.take()) {
            let forget = |name: &str, listener: &JsValue| {
                let _ = window.remove_event_listener_with_callback(name, listener.unchecked_ref());
            };
            forget("pagehide", hide.as_ref());
            forget("pageshow", show.as_ref());
            forget("online", online.as_ref());
        }
    }
}
