//! The contract of [`Weights`] and [`Ingest`].

use modelyard::engine::digest::Digest;
use modelyard::storage::weights::{Ingest, Weights, WeightsError};

/// A place where weights are kept, opened as often as a test likes. Each test gets a new place.
pub trait Place {
    /// The back end.
    type Weights: Weights;

    /// Opens it, as a tab does.
    fn open(&self) -> impl Future<Output = Self::Weights>;

    /// A chunk that holds `bytes`.
    fn chunk(&self, bytes: &[u8]) -> <Self::Weights as Weights>::Chunk;

    /// All bytes of a blob, as whoever loads the model reads them.
    fn read_blob(&self, weights: &Self::Weights, digest: &Digest) -> impl Future<Output = Option<Vec<u8>>>;
}

/// Calls `$case!` with the name of each line of the contract.
#[macro_export]
macro_rules! weights_contract {
    ($case:ident) => {
        $case! { weights:
            a_new_place_is_empty,
            what_was_written_is_read,
            reading_behind_the_end_gives_fewer_bytes,
            a_chunk_may_be_written_anywhere,
            a_cut_file_does_not_bring_its_end_back,
            extending_reserves_zeros,
            an_open_ingest_is_locked,
            a_dropped_ingest_is_not_locked,
            closing_twice_does_nothing_and_use_after_closing_is_refused,
            an_ingest_is_there_after_reopening,
            a_renamed_ingest_keeps_its_bytes,
            an_open_ingest_is_not_renamed,
            renaming_a_missing_ingest_is_not_found,
            a_committed_ingest_is_a_blob,
            an_open_ingest_is_not_committed,
            committing_a_missing_ingest_is_not_found,
            a_commit_over_the_same_blob_drops_the_ingest,
            a_commit_over_a_shorter_blob_replaces_it,
            a_deleted_ingest_is_gone_and_a_missing_one_is_no_error,
            an_open_ingest_is_not_deleted,
            a_deleted_blob_says_its_length_and_a_missing_one_zero,
            two_openers_see_the_same_blobs,
            a_file_of_many_chunks_comes_back_whole,
        }
    };
}

const NAME: &str = "0123-1.part";

fn digest(fill: u8) -> Digest {
    Digest::from_bytes([fill; 32])
}

fn pattern(len: usize) -> Vec<u8> {
    (0..len).map(|n| u8::try_from(n * 31 % 251).unwrap()).collect()
}

/// Makes a closed ingest file of `bytes`.
async fn ingest<P: Place>(place: &P, weights: &P::Weights, name: &str, bytes: &[u8]) {
    let ingest = weights.open_ingest(name).await.unwrap();
    ingest.write_at(0, &place.chunk(bytes)).unwrap();
    ingest.flush().unwrap();
    ingest.close();
}

fn read(ingest: &impl Ingest, offset: u64, wanted: usize) -> Vec<u8> {
    let mut bytes = vec![0xEE; wanted];
    let filled = ingest.read_at(offset, &mut bytes).unwrap();
    bytes.truncate(filled);
    bytes
}

fn error<T>(result: Result<T, WeightsError>) -> Option<WeightsError> {
    result.err()
}

pub async fn a_new_place_is_empty(place: impl Place) {
    let weights = place.open().await;
    assert_eq!(weights.blobs().await.unwrap(), []);
    assert_eq!(weights.ingests().await.unwrap(), []);
}

pub async fn what_was_written_is_read(place: impl Place) {
    let weights = place.open().await;
    let ingest = weights.open_ingest(NAME).await.unwrap();
    assert!(ingest.is_empty().unwrap());
    ingest.write_at(0, &place.chunk(b"abc")).unwrap();
    ingest.write_at(3, &place.chunk(b"defgh")).unwrap();
    ingest.write_at(8, &place.chunk(b"")).unwrap();
    assert_eq!(ingest.len().unwrap(), 8);
    assert_eq!(read(&ingest, 0, 8), b"abcdefgh");
    assert_eq!(read(&ingest, 2, 3), b"cde");
}

pub async fn reading_behind_the_end_gives_fewer_bytes(place: impl Place) {
    let weights = place.open().await;
    let ingest = weights.open_ingest(NAME).await.unwrap();
    ingest.write_at(0, &place.chunk(b"abc")).unwrap();
    assert_eq!(read(&ingest, 1, 100), b"bc");
    assert_eq!(read(&ingest, 3, 100), b"");
    assert_eq!(read(&ingest, 1000, 100), b"");
}

pub async fn a_chunk_may_be_written_anywhere(place: impl Place) {
    let weights = place.open().await;
    let ingest = weights.open_ingest(NAME).await.unwrap();
    ingest.write_at(4, &place.chunk(b"efgh")).unwrap();
    ingest.write_at(2, &place.chunk(b"CDE")).unwrap();
    assert_eq!(read(&ingest, 0, 10), b"\0\0CDEfgh");
}

pub async fn a_cut_file_does_not_bring_its_end_back(place: impl Place) {
    let weights = place.open().await;
    let ingest = weights.open_ingest(NAME).await.unwrap();
    ingest.write_at(0, &place.chunk(&[7; 3000])).unwrap();
    ingest.truncate(10).unwrap();
    assert_eq!(ingest.len().unwrap(), 10);
    ingest.truncate(3000).unwrap();
    assert_eq!(read(&ingest, 8, 4), [7, 7, 0, 0]);
    assert_eq!(read(&ingest, 2998, 4), [0, 0]);
}

pub async fn extending_reserves_zeros(place: impl Place) {
    let weights = place.open().await;
    let ingest = weights.open_ingest(NAME).await.unwrap();
    ingest.truncate(5_000_000).unwrap();
    assert_eq!(ingest.len().unwrap(), 5_000_000);
    assert_eq!(read(&ingest, 4_999_999, 2), [0]);
    ingest.close();
    assert_eq!(weights.ingests().await.unwrap(), [(NAME.to_owned(), 5_000_000)]);
}

pub async fn an_open_ingest_is_locked(place: impl Place) {
    let (one, two) = (place.open().await, place.open().await);
    let held = one.open_ingest(NAME).await.unwrap();
    assert_eq!(error(one.open_ingest(NAME).await), Some(WeightsError::Locked));
    assert_eq!(error(two.open_ingest(NAME).await), Some(WeightsError::Locked));
    assert!(two.open_ingest("other.part").await.is_ok());
    held.close();
    assert!(two.open_ingest(NAME).await.is_ok());
}

pub async fn a_dropped_ingest_is_not_locked(place: impl Place) {
    let weights = place.open().await;
    drop(weights.open_ingest(NAME).await.unwrap());
    assert!(weights.open_ingest(NAME).await.is_ok());
}

pub async fn closing_twice_does_nothing_and_use_after_closing_is_refused(place: impl Place) {
    let weights = place.open().await;
    let old = weights.open_ingest(NAME).await.unwrap();
    old.close();
    let new = weights.open_ingest(NAME).await.unwrap();
    old.close();
    assert!(matches!(old.len(), Err(WeightsError::Unavailable(_))));
    assert!(matches!(
        old.write_at(0, &place.chunk(b"late")),
        Err(WeightsError::Unavailable(_))
    ));
    assert!(matches!(old.flush(), Err(WeightsError::Unavailable(_))));
    assert_eq!(error(weights.open_ingest(NAME).await), Some(WeightsError::Locked));
    assert!(new.is_empty().unwrap());
}

pub async fn an_ingest_is_there_after_reopening(place: impl Place) {
    let weights = place.open().await;
    ingest(&place, &weights, NAME, b"partial").await;
    drop(weights);
    let weights = place.open().await;
    assert_eq!(weights.ingests().await.unwrap(), [(NAME.to_owned(), 7)]);
    assert_eq!(read(&weights.open_ingest(NAME).await.unwrap(), 0, 7), b"partial");
}

pub async fn a_renamed_ingest_keeps_its_bytes(place: impl Place) {
    let weights = place.open().await;
    ingest(&place, &weights, NAME, b"partial").await;
    weights.rename_ingest(NAME, "0123-2.part").await.unwrap();
    assert_eq!(weights.ingests().await.unwrap(), [("0123-2.part".to_owned(), 7)]);
    assert_eq!(
        read(&weights.open_ingest("0123-2.part").await.unwrap(), 0, 7),
        b"partial"
    );
}

pub async fn an_open_ingest_is_not_renamed(place: impl Place) {
    let weights = place.open().await;
    let held = weights.open_ingest(NAME).await.unwrap();
    assert_eq!(
        error(weights.rename_ingest(NAME, "0123-2.part").await),
        Some(WeightsError::Locked)
    );
    held.write_at(0, &place.chunk(b"still")).unwrap();
    assert_eq!(read(&held, 0, 5), b"still");
}

pub async fn renaming_a_missing_ingest_is_not_found(place: impl Place) {
    let weights = place.open().await;
    assert_eq!(
        error(weights.rename_ingest(NAME, "0123-2.part").await),
        Some(WeightsError::NotFound)
    );
    assert_eq!(weights.ingests().await.unwrap(), []);
}

pub async fn a_committed_ingest_is_a_blob(place: impl Place) {
    let weights = place.open().await;
    ingest(&place, &weights, NAME, b"weights").await;
    weights.commit(NAME, &digest(1)).await.unwrap();
    assert_eq!(weights.ingests().await.unwrap(), []);
    let blobs = weights.blobs().await.unwrap();
    assert_eq!(
        blobs
            .iter()
            .map(|blob| (blob.digest, blob.size_bytes))
            .collect::<Vec<_>>(),
        [(digest(1), 7)]
    );
    assert_eq!(
        place.read_blob(&weights, &digest(1)).await.as_deref(),
        Some(&b"weights"[..])
    );
    assert_eq!(place.read_blob(&weights, &digest(2)).await, None);
}

pub async fn an_open_ingest_is_not_committed(place: impl Place) {
    let weights = place.open().await;
    let held = weights.open_ingest(NAME).await.unwrap();
    assert_eq!(
        error(weights.commit(NAME, &digest(1)).await),
        Some(WeightsError::Locked)
    );
    assert_eq!(weights.blobs().await.unwrap(), []);
    assert!(held.is_empty().unwrap());
}

pub async fn committing_a_missing_ingest_is_not_found(place: impl Place) {
    let weights = place.open().await;
    assert_eq!(
        error(weights.commit(NAME, &digest(1)).await),
        Some(WeightsError::NotFound)
    );
    assert_eq!(weights.blobs().await.unwrap(), []);
}

pub async fn a_commit_over_the_same_blob_drops_the_ingest(place: impl Place) {
    let weights = place.open().await;
    ingest(&place, &weights, "a.part", b"first..").await;
    weights.commit("a.part", &digest(1)).await.unwrap();
    ingest(&place, &weights, "b.part", b"second.").await;
    weights.commit("b.part", &digest(1)).await.unwrap();
    assert_eq!(weights.ingests().await.unwrap(), []);
    assert_eq!(
        place.read_blob(&weights, &digest(1)).await.as_deref(),
        Some(&b"first.."[..])
    );
}

pub async fn a_commit_over_a_shorter_blob_replaces_it(place: impl Place) {
    let weights = place.open().await;
    ingest(&place, &weights, "a.part", b"torn").await;
    weights.commit("a.part", &digest(1)).await.unwrap();
    ingest(&place, &weights, "b.part", b"whole..").await;
    weights.commit("b.part", &digest(1)).await.unwrap();
    assert_eq!(weights.ingests().await.unwrap(), []);
    assert_eq!(
        place.read_blob(&weights, &digest(1)).await.as_deref(),
        Some(&b"whole.."[..])
    );
}

pub async fn a_deleted_ingest_is_gone_and_a_missing_one_is_no_error(place: impl Place) {
    let weights = place.open().await;
    ingest(&place, &weights, NAME, b"partial").await;
    weights.delete_ingest(NAME).await.unwrap();
    weights.delete_ingest(NAME).await.unwrap();
    assert_eq!(weights.ingests().await.unwrap(), []);
}

pub async fn an_open_ingest_is_not_deleted(place: impl Place) {
    let weights = place.open().await;
    let _held = weights.open_ingest(NAME).await.unwrap();
    assert_eq!(
        error(weights.delete_ingest(NAME).await),
        Some(WeightsError::Locked)
    );
}

pub async fn a_deleted_blob_says_its_length_and_a_missing_one_zero(place: impl Place) {
    let weights = place.open().await;
    ingest(&place, &weights, NAME, b"weights").await;
    weights.commit(NAME, &digest(1)).await.unwrap();
    assert_eq!(weights.delete_blob(&digest(1)).await, Ok(7));
    assert_eq!(weights.delete_blob(&digest(1)).await, Ok(0));
    assert_eq!(weights.blobs().await.unwrap(), []);
}

pub async fn two_openers_see_the_same_blobs(place: impl Place) {
    let (one, two) = (place.open().await, place.open().await);
    ingest(&place, &one, NAME, b"weights").await;
    one.commit(NAME, &digest(1)).await.unwrap();
    assert_eq!(
        place.read_blob(&two, &digest(1)).await.as_deref(),
        Some(&b"weights"[..])
    );
    two.delete_blob(&digest(1)).await.unwrap();
    assert_eq!(one.blobs().await.unwrap(), []);
}

/// More than 16 MiB, in chunks that do not divide anything.
pub async fn a_file_of_many_chunks_comes_back_whole(place: impl Place) {
    let weights = place.open().await;
    let chunk = pattern(1_000_003);
    let open = weights.open_ingest(NAME).await.unwrap();
    for n in 0..18 {
        open.write_at(n * 1_000_003, &place.chunk(&chunk)).unwrap();
    }
    open.flush().unwrap();
    assert_eq!(open.len().unwrap(), 18 * 1_000_003);
    assert_eq!(read(&open, 17 * 1_000_003, 2_000_000), chunk);
    open.close();
    weights.commit(NAME, &digest(9)).await.unwrap();
    let blob = place.read_blob(&weights, &digest(9)).await.unwrap();
    assert_eq!(blob.len(), 18 * 1_000_003);
    assert!(blob.chunks(1_000_003).all(|part| part == chunk));
}
