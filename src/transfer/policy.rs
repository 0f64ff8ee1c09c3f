//! The numbers of a transfer, each with the reason for it.

/// A body, or a head, silent for this long is given up for a new connection (Q9).
pub const STALL_MS: u64 = 30_000;

/// Fewer bytes than this a second, over [`SLOW_WINDOW_MS`], are worth a new connection (aria2's floor is the same).
pub const SLOW_BYTES_PER_SECOND: u64 = 1024;

/// How long a connection may be slow.
pub const SLOW_WINDOW_MS: u64 = 60_000;

/// A gap between two looks at the clock counts as at most this much silence: after a sleep of the machine, or with
/// throttled timers, the server is not to blame.
pub const LONGEST_TICK_MS: u64 = 5_000;

/// Failures in a row without [`PROGRESS_BYTES`] in between before a transfer gives up, or waits for the network (Q9).
pub const MAX_ATTEMPTS: u32 = 6;

/// This many new bytes make the failures before them forgotten (Q9).
pub const PROGRESS_BYTES: u64 = 1 << 20;

/// The first pause after a failure (Q9).
pub const FIRST_PAUSE_MS: u64 = 1_000;

/// The longest pause after a failure that the server gave no time for (Q9).
pub const LONGEST_PAUSE_MS: u64 = 60_000;

/// The longest time a server can make us wait (Q9).
pub const LONGEST_RETRY_AFTER_MS: u64 = 600_000;

/// While the network seems gone, one try this often: a browser that was online all along never says `online`.
pub const PROBE_MS: u64 = 60_000;

/// The bytes before the end of what is here that are asked for again and compared (Chromium compares 1 KiB; servers
/// that number revisions in a header block deserve more).
pub const OVERLAP_BYTES: u64 = 64 << 10;

/// The end of the safe bytes the journal keeps a checksum of.
pub const TAIL_BYTES: u64 = 64 << 10;

/// The sizes that matter where the network is faster than the hash. One value, so that tests can use smaller ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartSizes {
    /// How much is asked for at a time once the network has shown to be faster than the hash.
    pub part: u64,
    /// The next part is asked for while this much of the one before is still to come, so that the way to the server
    /// and back costs no time.
    pub ahead: u64,
    /// A network that brings so many bytes in a millisecond gets parts as soon as the hash falls behind; without it, only
    /// a body that was not read for [`UNREAD_TICKS`] is given up.
    pub fast_bytes_per_ms: Option<u64>,
    /// With more than this still to come, a request for all the rest is given up for parts when the hash cannot keep up.
    pub give_up_from: u64,
    /// Parts are asked for no further than this beyond what is safe.
    pub at_risk: u64,
    /// A checkpoint is due after this many bytes.
    pub checkpoint: u64,
    /// The same while a file comes in parts: then what is asked for counts as well.
    pub checkpoint_in_parts: u64,
}

impl PartSizes {
    /// The sizes in use. A request costs a browser some 3 ms of work, which is 5 % of the time that 8 MiB take. A kill may
    /// cost 16 MiB (Q8), the overlap included. A checkpoint is due after half of that, because the hash and the journal
    /// lag behind the write; below a quarter, the flushes show.
    ///
    /// Parts are for devices that cannot keep up at all. Where the hash is a little behind a network of gigabits, they cost
    /// more than they give: on two cores a sixth of the speed, to spare some 50 MiB for the time of a download.
    pub const USUAL: Self = Self {
        part: 8 << 20,
        ahead: 2 << 20,
        fast_bytes_per_ms: None,
        give_up_from: 32 << 20,
        at_risk: (16 << 20) - (256 << 10),
        checkpoint: 8 << 20,
        checkpoint_in_parts: 4 << 20,
    };

    /// The same, with parts also on a network of 100 MiB a second or more as soon as the hash is behind: memory first.
    pub const EAGER: Self = Self {
        fast_bytes_per_ms: Some((100 << 20) / 1000),
        ..Self::USUAL
    };
}

/// A body that is not read for so many looks at the clock in a row, one second, fills a browser's memory.
pub const UNREAD_TICKS: u32 = 4;

/// A checkpoint is due after this time if any byte came (Q8).
pub const CHECKPOINT_MS: u64 = 1_000;

/// When all bytes are here, how long to wait for the body to end, or for the byte too many that gives it away.
pub const END_GRACE_MS: u64 = 2_000;

/// How often an ingest file that someone else holds is tried again; a closed tab lets go within 110 ms.
pub const LOCKED_PAUSE_MS: u64 = 500;

/// How many times.
pub const LOCKED_TRIES: u32 = 10;

/// Full tries, from byte 0 to a wrong digest, before the file is called damaged.
pub const FULL_TRIES: u32 = 2;

/// Times the bytes may turn out different from before without a wrong digest (another `ETag`, another overlap).
pub const MAX_CHANGES: u32 = 2;

/// The least time between two reports of progress (Q6: at most 10 a second, some of them forced).
pub const REPORT_GAP_MS: u64 = 125;

/// The most time between two reports of progress, one tick short of the promised second.
pub const REPORT_HEARTBEAT_MS: u64 = 750;

/// How often a running transfer looks at the clock.
pub const TICK_MS: u64 = 250;

/// A journal entry untouched for this long is not worth its space (Chromium drops interrupted downloads after 90 days).
pub const JOURNAL_MAX_AGE_MS: u64 = 30 * 24 * 3_600_000;
