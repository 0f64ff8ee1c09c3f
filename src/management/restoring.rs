//! What was stored comes back: as old as it is, and with what was invalidated before the page was left.

use crate::engine::ids::Timestamp;

use super::record::{Record, Said, mark_key, read};
use super::{Effect, Management, Outbox};

impl Management {
    pub(super) fn restore(&mut self, records: Vec<Record>, now: Timestamp, out: &mut Outbox) {
        let mut details = Vec::new();
        let mut lists = Vec::new();
        let mut marks = Vec::new();
        for record in records {
            match read(&record) {
                Some(Said::List(list)) => lists.push(list),
                Some(Said::Detail(detail)) => details.push(*detail),
                Some(Said::Mark { provider, at }) => marks.push((provider, at)),
                None => out.push(Effect::Forget(record.key)),
            }
        }
        let is_expired =
            |of: &str, said: Timestamp| marks.iter().any(|(provider, at)| provider == of && said <= *at);
        let mut told = Vec::new();
        for mut list in lists {
            // What was said since the page is there is newer.
            if self.cache.list(&list.provider).is_some() {
                continue;
            }
            list.age.expired = is_expired(&list.provider, list.age.at);
            told.push(list.provider.clone());
            self.cache.put_list(list);
        }
        for (provider, _) in &marks {
            let is_of = |of: &str| of == provider;
            let has_list = self.cache.list(provider).is_some();
            if !has_list && !details.iter().any(|detail| is_of(&detail.provider)) {
                out.push(Effect::Forget(mark_key(provider)));
            }
        }
        details.retain(|detail| !self.cache.has(detail));
        for detail in &mut details {
            detail.age.expired = is_expired(&detail.provider, detail.age.at);
        }
        self.cache.restore_details(details);
        for known in &self.known {
            let mine = known.address();
            let is_elsewhere =
                |provider: &str, address: &str| provider == known.id && Some(address) != mine.as_deref();
            out.forget(self.cache.drop_of(&is_elsewhere));
        }
        self.shrink(out);
        for id in told {
            self.tell_list(&id, now, out);
        }
    }
}
