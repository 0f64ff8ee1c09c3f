//! How numbers, texts and lists are read.

use super::{Read, Value};

impl Read for bool {
    fn read(value: Value<'_>) -> Self {
        value.flag()
    }
}

impl Read for u64 {
    fn read(value: Value<'_>) -> Self {
        value.whole(Self::MAX)
    }
}

impl Read for u32 {
    fn read(value: Value<'_>) -> Self {
        Self::try_from(value.whole(Self::MAX.into())).unwrap_or_default()
    }
}

impl Read for u16 {
    fn read(value: Value<'_>) -> Self {
        Self::try_from(value.whole(Self::MAX.into())).unwrap_or_default()
    }
}

impl Read for f64 {
    fn read(value: Value<'_>) -> Self {
        value.number()
    }
}

impl Read for String {
    fn read(value: Value<'_>) -> Self {
        value.text().to_owned()
    }
}

/// `null` and what is missing are none.
impl<T: Read> Read for Option<T> {
    fn read(value: Value<'_>) -> Self {
        if value.is_nothing() {
            return None;
        }
        Some(T::read(value))
    }
}

impl<T: Read> Read for Box<T> {
    fn read(value: Value<'_>) -> Self {
        Self::new(T::read(value))
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(value: Value<'_>) -> Self {
        let mut all = Self::new();
        for (_, entry) in value.entries() {
            all.push(T::read(entry));
        }
        all
    }
}
