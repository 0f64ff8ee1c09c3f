//! The schema of the database, as a ladder: each step is written once and never changed after a release, and an
//! upgrade climbs from the version found. A step creates or changes what it names and touches nothing else.

use idb::{Database, Error, ObjectStoreParams};

/// The newest version.
pub(super) const VERSION: u32 = 1;

/// Climbs from `found` (0: a new database) to [`VERSION`]. Only inside an upgrade.
pub(super) fn migrate(database: &Database, found: u32) -> Result<(), Error> {
    if found < 1 {
        v1::climb(database)?;
    }
    Ok(())
}

/// Five stores of JSON texts with out-of-line keys: a key inside a value cannot be set while Safari's database
/// process is down.
mod v1 {
    use super::{Database, Error, ObjectStoreParams};

    const STORES: [&str; 5] = ["conversations", "jobs", "journal", "refs", "meta"];

    pub(super) fn climb(database: &Database) -> Result<(), Error> {
        STORES.iter().try_for_each(|name| {
            database.create_object_store(name, ObjectStoreParams::new())?;
            Ok(())
        })
    }
}
