//! When the keys behind a passphrase are locked again, and how often one may be tried.

/// How long nobody may have used a key, in milliseconds.
pub const IDLE_MS: u64 = 15 * 60_000;
/// How many wrong passphrases cost nothing.
pub const FREE_TRIES: u32 = 5;
const FIRST_DELAY_MS: u64 = 1_000;
const LONGEST_DELAY_MS: u64 = 60_000;

/// Whether the keys behind the passphrase can be used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LockState {
    /// No passphrase was ever made.
    #[default]
    NoPassphrase,
    /// It has to be entered.
    Locked,
    /// It was entered.
    Open {
        /// When one of its keys was last used.
        used_at: u64,
    },
}

/// The lock. Times are in milliseconds of any clock; one that jumps back gives nobody more time than from now on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock {
    state: LockState,
    wrong: u32,
    /// When the next try is allowed.
    try_at: u64,
}

impl Lock {
    /// Its state.
    pub fn state(&self) -> LockState {
        self.state
    }

    /// Whether a key can be had.
    pub fn is_open(&self) -> bool {
        matches!(self.state, LockState::Open { .. })
    }

    /// There is a passphrase, and it was not entered.
    pub fn lock(&mut self) {
        self.state = LockState::Locked;
    }

    /// There is no passphrase any more.
    pub fn remove(&mut self) {
        *self = Self::default();
    }

    /// The right one was entered, or a new one made.
    pub fn open(&mut self, now: u64) {
        *self = Self {
            state: LockState::Open { used_at: now },
            ..Self::default()
        };
    }

    /// A key was used.
    pub fn used(&mut self, now: u64) {
        if let LockState::Open { used_at } = &mut self.state {
            *used_at = now;
        }
    }

    /// Locks what nobody used for long; whether it did. A clock that went back counts from now.
    pub fn idle(&mut self, now: u64) -> bool {
        let LockState::Open { used_at } = &mut self.state else {
            return false;
        };
        *used_at = (*used_at).min(now);
        let is_over = now - *used_at >= IDLE_MS;
        if is_over {
            self.lock();
        }
        is_over
    }

    /// How long it will be open if nobody uses it.
    pub fn left_ms(&self, now: u64) -> Option<u64> {
        let LockState::Open { used_at } = self.state else {
            return None;
        };
        Some((used_at + IDLE_MS).saturating_sub(now).min(IDLE_MS))
    }

    /// How long the next try has to wait.
    pub fn delay_ms(&self, now: u64) -> u64 {
        self.try_at.saturating_sub(now).min(LONGEST_DELAY_MS)
    }

    /// A wrong passphrase was tried. From the fifth on the next try has to wait: a second, and twice as long each time.
    pub fn wrong(&mut self, now: u64) {
        self.wrong = self.wrong.saturating_add(1);
        if self.wrong >= FREE_TRIES {
            let doubled = FIRST_DELAY_MS << (self.wrong - FREE_TRIES).min(6);
            self.try_at = now + doubled.min(LONGEST_DELAY_MS);
        }
    }
}
