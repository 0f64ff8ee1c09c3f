//! The stored form of the core's records: which store, which key, which text.

use crate::engine::ids::JobId;
use crate::engine::record::{ConversationRecord, JobRecord, Persist, RECORD_VERSION, RefRecord, Stored};
use crate::json;
use crate::storage::records::{Durability, Records, RecordsError, Store, Write};

/// The key of the order of the queue, in [`Store::Meta`].
const ORDER_KEY: &str = "queue-order";

/// The write a change asks for, and how sure it must be. What a user would miss most is written strictly.
pub fn write_of(change: &Persist) -> (Write, Durability) {
    match change {
        Persist::Conversation(record) => (
            Write {
                store: Store::Conversations,
                key: record.id.to_string(),
                value: Some(json::to_string(record)),
            },
            Durability::Relaxed,
        ),
        Persist::NoConversation(id) => (
            Write {
                store: Store::Conversations,
                key: id.to_string(),
                value: None,
            },
            Durability::Relaxed,
        ),
        Persist::Job(record) => (
            Write {
                store: Store::Jobs,
                key: record.id.to_string(),
                value: Some(json::to_string(record)),
            },
            Durability::Strict,
        ),
        Persist::NoJob(id) => (
            Write {
                store: Store::Jobs,
                key: id.to_string(),
                value: None,
            },
            Durability::Relaxed,
        ),
        Persist::Order(order) => (
            Write {
                store: Store::Meta,
                key: ORDER_KEY.to_owned(),
                value: Some(json::to_string(order)),
            },
            Durability::Relaxed,
        ),
        Persist::Ref(record) => (
            Write {
                store: Store::Refs,
                key: record.model.to_string(),
                value: Some(json::to_string(record)),
            },
            Durability::Strict,
        ),
        Persist::NoRef(id) => (
            Write {
                store: Store::Refs,
                key: id.to_string(),
                value: None,
            },
            Durability::Relaxed,
        ),
    }
}

/// Everything that is stored. A record that cannot be read is left where it is, counted and passed over: one broken
/// text must not take the others with it.
///
/// # Errors
/// [`RecordsError`] when the store itself cannot be read.
pub async fn read_stored<R: Records>(records: &R) -> Result<(Stored, usize), RecordsError> {
    let mut unreadable = 0;
    let mut stored = Stored::default();
    for (_, text) in records.all(Store::Conversations).await? {
        match json::from_str::<ConversationRecord>(&text) {
            Ok(record) if record.v == RECORD_VERSION => stored.conversations.push(record),
            _ => unreadable += 1,
        }
    }
    for (_, text) in records.all(Store::Jobs).await? {
        match json::from_str::<JobRecord>(&text) {
            Ok(record) if record.v == RECORD_VERSION => stored.jobs.push(record),
            _ => unreadable += 1,
        }
    }
    for (_, text) in records.all(Store::Refs).await? {
        match json::from_str::<RefRecord>(&text) {
            Ok(record) if record.v == RECORD_VERSION => stored.refs.push(record),
            _ => unreadable += 1,
        }
    }
    if let Some(text) = records.get(Store::Meta, ORDER_KEY).await? {
        match json::from_str::<Vec<JobId>>(&text) {
            Ok(order) => stored.order = order,
            Err(_) => unreadable += 1,
        }
    }
    Ok((stored, unreadable))
}
