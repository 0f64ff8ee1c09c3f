//! Names that look like a wrong one.

/// Less alike than this is another name, not a slip.
const LIKE: f64 = 0.7;
/// Nobody types more by hand; longer ones would only cost time.
const MAX_BYTES: usize = 300;

/// The places of up to `count` of the names that look most like `wanted`, the most alike first. Equally alike ones
/// stand in the order of characters, so that the order they are given in does not matter.
pub(crate) fn places(wanted: &str, names: &mut dyn Iterator<Item = &str>, count: usize) -> Vec<usize> {
    let mut best: Vec<(f64, &str, usize)> = Vec::new();
    if wanted.len() > MAX_BYTES {
        return Vec::new();
    }
    let wanted = wanted.to_ascii_lowercase();
    for (place, name) in names.enumerate() {
        if name.len() > MAX_BYTES || best.iter().any(|(_, known, _)| *known == name) {
            continue;
        }
        let likeness = strsim::jaro_winkler(&name.to_ascii_lowercase(), &wanted);
        if likeness > LIKE {
            let before = |(other, known, _): &&(f64, &str, usize)| {
                other.total_cmp(&likeness).then_with(|| name.cmp(known)).is_gt()
            };
            let at = best.iter().take_while(before).count();
            best.insert(at, (likeness, name, place));
            best.truncate(count);
        }
    }
    best.into_iter().map(|(_, _, place)| place).collect()
}

/// The one name that looks most like `wanted`.
pub(crate) fn one<'a>(wanted: &str, names: &[&'a str]) -> Option<&'a str> {
    let places = places(wanted, &mut names.iter().copied(), 1);
    places.first().map(|place| names[*place])
}
