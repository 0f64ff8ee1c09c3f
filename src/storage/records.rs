//! The port for small records: JSON texts under a store and a key.

/// The stores of the database. Their names in the browser are in [`Store::name`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Store {
    /// One record a conversation.
    Conversations,
    /// One record a job.
    Jobs,
    /// One record a partial file, written by the transfer worker.
    Journal,
    /// One record a model that is kept: which blobs it consists of.
    Refs,
    /// Counters and other single values.
    Meta,
}

impl Store {
    /// All stores, in the order they were introduced.
    pub const ALL: [Self; 5] = [
        Self::Conversations,
        Self::Jobs,
        Self::Journal,
        Self::Refs,
        Self::Meta,
    ];

    /// The name of the store in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Conversations => "conversations",
            Self::Jobs => "jobs",
            Self::Journal => "journal",
            Self::Refs => "refs",
            Self::Meta => "meta",
        }
    }
}

/// One change of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// The store.
    pub store: Store,
    /// The key.
    pub key: String,
    /// The new text; `None` deletes the record.
    pub value: Option<String>,
}

/// How sure a write must be before it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// The browser may still hold it in memory.
    Relaxed,
    /// The operating system was asked to write it down.
    Strict,
}

/// Why records cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordsError {
    /// No room on the disk.
    Full,
    /// The database was written by a newer version of this package.
    NewerSchema {
        /// The version found.
        found: u32,
    },
    /// Another tab with an older version holds the database open.
    Blocked,
    /// The browser refuses or lost the database; its own words.
    Unavailable(String),
}

/// Keeps records.
pub trait Records {
    /// The record under `key`.
    ///
    /// # Errors
    /// [`RecordsError`].
    fn get(&self, store: Store, key: &str) -> impl Future<Output = Result<Option<String>, RecordsError>>;

    /// All records of a store, by key.
    ///
    /// # Errors
    /// [`RecordsError`].
    fn all(&self, store: Store) -> impl Future<Output = Result<Vec<(String, String)>, RecordsError>>;

    /// Makes all changes or none, in one transaction.
    ///
    /// # Errors
    /// [`RecordsError`]; then nothing was changed.
    fn write(
        &self,
        writes: Vec<Write>,
        durability: Durability,
    ) -> impl Future<Output = Result<(), RecordsError>>;

    /// Empties a store.
    ///
    /// # Errors
    /// [`RecordsError`].
    fn clear(&self, store: Store) -> impl Future<Output = Result<(), RecordsError>>;
}
