//! The fields of an object, handed out in the order of the type that reads them.

use super::value::{Value, plain};

/// The fields of an object; made by [`Value::fields`].
pub struct Fields<'t, 'p> {
    object: Value<'t>,
    names: &'static [&'static str],
    places: &'p [usize],
    next: usize,
}

impl<'t, 'p> Fields<'t, 'p> {
    pub(super) fn new(object: Value<'t>, names: &'static [&'static str], places: &'p [usize]) -> Self {
        Self {
            object,
            names,
            places,
            next: 0,
        }
    }

    /// The next one. One that is missing and may not be is noted now: what is wrong with those before comes first.
    pub fn take(&mut self) -> Value<'t> {
        let name = self.names[self.next];
        let value = self.object.place(self.places[self.next]);
        self.next += 1;
        if value.is_missing() && plain(name).len() == name.len() {
            self.object.missing(name);
        }
        value
    }
}
