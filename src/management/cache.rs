//! What providers said, for as long as it is of use: lists, one for each provider, and details of models, the least
//! recently used of which go first.
//!
//! Everything here is tagged with the address of the server that said it: under the same name somewhere else is another
//! server. What is expired stays, for when its server cannot be reached (requirement M3).

use crate::engine::ids::Timestamp;
use crate::providers::Provider;
use crate::providers::listed::ShownModel;

use super::kept::{Kept, weight};
use super::order;
use super::record::{list_key, show_key};

/// The most lists of providers that are not configured: what is stored of them is kept until they are.
const MAX_STRANGERS: usize = 16;
/// About how much memory details may take together.
const MAX_DETAIL_BYTES: usize = 16 << 20;

/// Where a server is and what it speaks.
pub(super) fn address(provider: &Provider) -> String {
    [provider.kind.name(), " ", provider.base.as_str()].concat()
}

/// When something was said, and whether it still counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Age {
    pub(super) at: Timestamp,
    /// Something has happened since that may have changed it, or asking again has failed.
    pub(super) expired: bool,
}

impl Age {
    pub(super) fn new(at: Timestamp) -> Self {
        Self { at, expired: false }
    }

    pub(super) fn ms(self, now: Timestamp) -> u64 {
        now.saturating_sub(self.at)
    }

    /// What comes from the future was written by a clock that went wrong: it counts for nothing.
    pub(super) fn is_fresh(self, now: Timestamp, seconds: u32) -> bool {
        !self.expired && self.at <= now && self.ms(now) < u64::from(seconds) * 1_000
    }
}

/// The list of a provider.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct List {
    pub(super) provider: String,
    pub(super) address: String,
    pub(super) age: Age,
    pub(super) models: Vec<Kept>,
    pub(super) left_out: u32,
}

/// The details of a model.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Detail {
    pub(super) provider: String,
    pub(super) address: String,
    pub(super) age: Age,
    /// With the name it was asked by.
    pub(super) shown: ShownModel,
}

/// All of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Cache {
    lists: Vec<List>,
    /// The most recently used last.
    details: Vec<Detail>,
}

impl Detail {
    pub(super) fn key(&self) -> String {
        show_key(&self.provider, &self.shown.listed.name)
    }
}

impl Cache {
    pub(super) fn list(&self, provider: &str) -> Option<&List> {
        self.lists.iter().find(|list| list.provider == provider)
    }

    pub(super) fn list_mut(&mut self, provider: &str) -> Option<&mut List> {
        self.lists.iter_mut().find(|list| list.provider == provider)
    }

    /// Puts a list in the place of the one before.
    pub(super) fn put_list(&mut self, list: List) {
        match self.list_mut(&list.provider) {
            Some(old) => *old = list,
            None => self.lists.push(list),
        }
    }

    pub(super) fn drop_list(&mut self, provider: &str) {
        self.lists.retain(|list| list.provider != provider);
    }

    fn place(&self, provider: &Provider, model: &str) -> Option<usize> {
        let is_it = |detail: &Detail| {
            detail.provider == provider.id && provider.same_model(&detail.shown.listed.name, model)
        };
        self.details.iter().position(is_it)
    }

    pub(super) fn detail(&self, provider: &Provider, model: &str) -> Option<&Detail> {
        let at = self.place(provider, model)?;
        self.details.get(at)
    }

    pub(super) fn detail_mut(&mut self, provider: &Provider, model: &str) -> Option<&mut Detail> {
        let at = self.place(provider, model)?;
        self.details.get_mut(at)
    }

    /// Details somebody looks at: they are the last to go.
    pub(super) fn used(&mut self, provider: &Provider, model: &str) -> Option<&Detail> {
        let at = self.place(provider, model)?;
        self.details[at..].rotate_left(1);
        self.details.last()
    }

    pub(super) fn take_detail(&mut self, provider: &Provider, model: &str) -> Option<Detail> {
        let at = self.place(provider, model)?;
        Some(self.details.remove(at))
    }

    pub(super) fn put_detail(&mut self, detail: Detail) {
        self.details.push(detail);
    }

    /// Whether there are details of that model, by its very name.
    pub(super) fn has(&self, other: &Detail) -> bool {
        let same = |detail: &Detail| {
            detail.provider == other.provider && detail.shown.listed.name == other.shown.listed.name
        };
        self.details.iter().any(same)
    }

    /// Restored details: the older, the sooner they go, and all sooner than what is in use.
    pub(super) fn restore_details(&mut self, restored: Vec<Detail>) {
        let at = |place: usize| restored[place].age.at;
        let order = order::places(restored.len(), &|one, other| at(one).cmp(&at(other)));
        let mut restored: Vec<Option<Detail>> = restored.into_iter().map(Some).collect();
        let mut details = Vec::with_capacity(restored.len() + self.details.len());
        for place in order {
            details.extend(restored[place].take());
        }
        details.append(&mut self.details);
        self.details = details;
    }

    /// Drops what is too much, and gives the keys of it.
    pub(super) fn shrink(&mut self, max_details: u32, configured: &dyn Fn(&str) -> bool) -> Vec<String> {
        let mut gone = Vec::new();
        let max = usize::try_from(max_details).unwrap_or(usize::MAX);
        let mut bytes: usize = self.details.iter().map(|detail| weight(&detail.shown)).sum();
        let mut surplus = 0;
        while self.details.len() - surplus > max || bytes > MAX_DETAIL_BYTES {
            bytes -= weight(&self.details[surplus].shown);
            surplus += 1;
        }
        gone.extend(self.details.drain(..surplus).map(|detail| detail.key()));
        let mut strangers = self
            .lists
            .iter()
            .filter(|list| !configured(&list.provider))
            .count();
        while strangers > MAX_STRANGERS {
            let mut oldest: Option<usize> = None;
            for (at, list) in self.lists.iter().enumerate() {
                let older = |other: usize| list.age.at < self.lists[other].age.at;
                if !configured(&list.provider) && oldest.is_none_or(older) {
                    oldest = Some(at);
                }
            }
            let Some(oldest) = oldest else { break };
            gone.push(list_key(&self.lists.remove(oldest).provider));
            strangers -= 1;
        }
        gone
    }

    /// Everything of a provider is expired. Gives the time of the newest of it.
    pub(super) fn expire(&mut self, provider: &str) -> Option<Timestamp> {
        let mut newest = None;
        let lists = self.lists.iter_mut().map(|list| (&list.provider, &mut list.age));
        let details = self
            .details
            .iter_mut()
            .map(|detail| (&detail.provider, &mut detail.age));
        for (_, age) in lists.chain(details).filter(|(of, _)| *of == provider) {
            age.expired = true;
            newest = newest.max(Some(age.at));
        }
        newest
    }

    /// Everything said by those that `is_gone` says yes to, by provider and address, goes. Gives the keys of it.
    pub(super) fn drop_of(&mut self, is_gone: &dyn Fn(&str, &str) -> bool) -> Vec<String> {
        let mut gone = Vec::new();
        self.lists.retain(|list| {
            let goes = is_gone(&list.provider, &list.address);
            gone.extend(goes.then(|| list_key(&list.provider)));
            !goes
        });
        self.details.retain(|detail| {
            let goes = is_gone(&detail.provider, &detail.address);
            gone.extend(goes.then(|| detail.key()));
            !goes
        });
        gone
    }
}
