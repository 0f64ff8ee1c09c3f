//! Where something stands among many, by the hash of its text: a table of places, so that what is not there costs one
//! look.

/// A slot nothing was put into.
const FREE: u32 = u32::MAX;

/// Places by hash. The texts are kept by whoever asks.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// A hash and a place each; a power of two, at least half of them free.
    slots: Vec<(u32, u32)>,
    count: usize,
}

impl Index {
    /// With room for so many places.
    pub(super) fn with_room(count: usize) -> Self {
        Self {
            slots: vec![(0, FREE); (count * 2).next_power_of_two()],
            count: 0,
        }
    }

    /// The place of a text with this hash; `is` says whether the one at a place is it.
    pub(super) fn find(&self, hash: u32, is: &dyn Fn(usize) -> bool) -> Option<usize> {
        let last = self.slots.len().wrapping_sub(1);
        let mut at = hash as usize & last;
        // A free slot ends it at the latest.
        while let Some((other, place)) = self.slots.get(at) {
            if *place == FREE {
                return None;
            }
            if *other == hash && is(*place as usize) {
                return Some(*place as usize);
            }
            at = (at + 1) & last;
        }
        None
    }

    /// Adds a place; what is there with the same hash stays and is found first.
    pub(super) fn add(&mut self, hash: u32, place: usize) {
        if (self.count + 1) * 2 > self.slots.len() {
            let mut wider = Self::with_room((self.count + 1) * 2);
            for (hash, place) in self.slots.iter().filter(|(_, place)| *place != FREE) {
                wider.add(*hash, *place as usize);
            }
            *self = wider;
        }
        let last = self.slots.len() - 1;
        let mut at = hash as usize & last;
        while self.slots[at].1 != FREE {
            at = (at + 1) & last;
        }
        self.slots[at] = (hash, u32::try_from(place).unwrap_or(FREE));
        self.count += 1;
    }
}

/// The hash of a text. Texts that are made to fall together only make a search longer or each other forgotten.
pub(super) fn hash(text: &str) -> u32 {
    let hash = long_hash(text);
    (hash >> 32) as u32
}

/// A hash of 64 bits, eight bytes at a time; the upper ones are the better mixed. It is the same each time: what is made
/// of names must not depend on chance.
pub(crate) fn long_hash(text: &str) -> u64 {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let mix = |hash: u64, word: u64| (hash.rotate_left(29) ^ word).wrapping_mul(FACTOR);
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let mut hash = text.len() as u64;
    for word in words {
        hash = mix(hash, u64::from_le_bytes(*word));
    }
    let last = rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
    mix(hash, last)
}
