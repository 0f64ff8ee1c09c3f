//! The contract of [`Records`].

use modelyard::storage::records::{Durability, Records, Store, Write};

/// A place where records are kept, opened as often as a test likes. Each test gets a new place.
pub trait Place {
    /// The back end.
    type Records: Records;

    /// Opens it, as a tab does.
    fn open(&self) -> impl Future<Output = Self::Records>;
}

/// Calls `$case!` with the name of each line of the contract.
#[macro_export]
macro_rules! records_contract {
    ($case:ident) => {
        $case! { records:
            what_was_written_is_read,
            a_missing_record_is_none,
            stores_do_not_share_keys,
            all_records_come_sorted_by_key,
            a_later_write_replaces_the_record,
            writes_of_one_call_act_in_order,
            a_write_of_none_deletes_the_record,
            deleting_a_missing_record_is_no_error,
            an_empty_write_does_nothing,
            one_write_spans_stores,
            clearing_a_store_leaves_the_others,
            keys_and_values_may_be_any_text,
            two_openers_see_the_same_records,
            what_was_written_is_there_after_reopening,
            a_thousand_records_are_read_at_once,
        }
    };
}

fn put(store: Store, key: &str, value: &str) -> Write {
    Write {
        store,
        key: key.to_owned(),
        value: Some(value.to_owned()),
    }
}

fn delete(store: Store, key: &str) -> Write {
    Write {
        store,
        key: key.to_owned(),
        value: None,
    }
}

async fn write(records: &impl Records, writes: Vec<Write>) {
    records.write(writes, Durability::Strict).await.unwrap();
}

async fn get(records: &impl Records, store: Store, key: &str) -> Option<String> {
    records.get(store, key).await.unwrap()
}

pub async fn what_was_written_is_read(place: impl Place) {
    let records = place.open().await;
    for durability in [Durability::Relaxed, Durability::Strict] {
        let text = format!(r#"{{"durability":"{durability:?}"}}"#);
        records
            .write(vec![put(Store::Jobs, "1", &text)], durability)
            .await
            .unwrap();
        assert_eq!(get(&records, Store::Jobs, "1").await, Some(text));
    }
}

pub async fn a_missing_record_is_none(place: impl Place) {
    let records = place.open().await;
    for store in Store::ALL {
        assert_eq!(get(&records, store, "nothing").await, None);
        assert_eq!(records.all(store).await.unwrap(), []);
    }
}

pub async fn stores_do_not_share_keys(place: impl Place) {
    let records = place.open().await;
    write(
        &records,
        Store::ALL.map(|store| put(store, "same", store.name())).to_vec(),
    )
    .await;
    for store in Store::ALL {
        assert_eq!(get(&records, store, "same").await.as_deref(), Some(store.name()));
    }
}

pub async fn all_records_come_sorted_by_key(place: impl Place) {
    let records = place.open().await;
    write(
        &records,
        ["b", "10", "a", "9"]
            .map(|key| put(Store::Refs, key, &format!("\"{key}\"")))
            .to_vec(),
    )
    .await;
    let all = records.all(Store::Refs).await.unwrap();
    let expected = ["10", "9", "a", "b"].map(|key| (key.to_owned(), format!("\"{key}\"")));
    assert_eq!(all, expected);
}

pub async fn a_later_write_replaces_the_record(place: impl Place) {
    let records = place.open().await;
    write(&records, vec![put(Store::Meta, "k", "1")]).await;
    write(&records, vec![put(Store::Meta, "k", "2")]).await;
    assert_eq!(get(&records, Store::Meta, "k").await.as_deref(), Some("2"));
    assert_eq!(records.all(Store::Meta).await.unwrap().len(), 1);
}

pub async fn writes_of_one_call_act_in_order(place: impl Place) {
    let records = place.open().await;
    write(
        &records,
        vec![
            put(Store::Meta, "a", "1"),
            delete(Store::Meta, "a"),
            put(Store::Meta, "b", "1"),
            put(Store::Meta, "b", "2"),
        ],
    )
    .await;
    assert_eq!(get(&records, Store::Meta, "a").await, None);
    assert_eq!(get(&records, Store::Meta, "b").await.as_deref(), Some("2"));
}

pub async fn a_write_of_none_deletes_the_record(place: impl Place) {
    let records = place.open().await;
    write(
        &records,
        vec![put(Store::Jobs, "1", "{}"), put(Store::Jobs, "2", "{}")],
    )
    .await;
    write(&records, vec![delete(Store::Jobs, "1")]).await;
    assert_eq!(
        records.all(Store::Jobs).await.unwrap(),
        [("2".to_owned(), "{}".to_owned())]
    );
}

pub async fn deleting_a_missing_record_is_no_error(place: impl Place) {
    let records = place.open().await;
    write(&records, vec![delete(Store::Jobs, "1")]).await;
}

pub async fn an_empty_write_does_nothing(place: impl Place) {
    let records = place.open().await;
    write(&records, vec![]).await;
}

pub async fn one_write_spans_stores(place: impl Place) {
    let records = place.open().await;
    write(&records, vec![put(Store::Journal, "f", "{}")]).await;
    write(
        &records,
        vec![put(Store::Refs, "m", "{}"), delete(Store::Journal, "f")],
    )
    .await;
    assert_eq!(get(&records, Store::Refs, "m").await.as_deref(), Some("{}"));
    assert_eq!(get(&records, Store::Journal, "f").await, None);
}

pub async fn clearing_a_store_leaves_the_others(place: impl Place) {
    let records = place.open().await;
    write(
        &records,
        vec![put(Store::Jobs, "1", "{}"), put(Store::Meta, "k", "1")],
    )
    .await;
    records.clear(Store::Jobs).await.unwrap();
    assert_eq!(records.all(Store::Jobs).await.unwrap(), []);
    assert_eq!(get(&records, Store::Meta, "k").await.as_deref(), Some("1"));
}

pub async fn keys_and_values_may_be_any_text(place: impl Place) {
    let records = place.open().await;
    for text in [
        "",
        "__proto__",
        "constructor",
        "a/b\\c\0d",
        "\u{1F600}\u{FEFF}",
        &"long".repeat(1000),
    ] {
        write(&records, vec![put(Store::Conversations, text, text)]).await;
        assert_eq!(
            get(&records, Store::Conversations, text).await.as_deref(),
            Some(text)
        );
    }
    assert_eq!(records.all(Store::Conversations).await.unwrap().len(), 6);
}

pub async fn two_openers_see_the_same_records(place: impl Place) {
    let (one, two) = (place.open().await, place.open().await);
    write(&one, vec![put(Store::Jobs, "1", "one")]).await;
    assert_eq!(get(&two, Store::Jobs, "1").await.as_deref(), Some("one"));
    write(&two, vec![put(Store::Jobs, "1", "two")]).await;
    assert_eq!(get(&one, Store::Jobs, "1").await.as_deref(), Some("two"));
}

pub async fn what_was_written_is_there_after_reopening(place: impl Place) {
    let records = place.open().await;
    write(&records, vec![put(Store::Conversations, "c", "{}")]).await;
    drop(records);
    assert_eq!(
        get(&place.open().await, Store::Conversations, "c")
            .await
            .as_deref(),
        Some("{}")
    );
}

pub async fn a_thousand_records_are_read_at_once(place: impl Place) {
    let records = place.open().await;
    let writes = (0..1000).map(|n| {
        put(
            Store::Conversations,
            &format!("c{n:04}"),
            &format!(r#"{{"n":{n}}}"#),
        )
    });
    write(&records, writes.collect()).await;
    let all = records.all(Store::Conversations).await.unwrap();
    assert_eq!(all.len(), 1000);
    assert_eq!(all[999], ("c0999".to_owned(), r#"{"n":999}"#.to_owned()));
}
