//! One way of putting things in order, compiled once: the sorting of the standard library is compiled anew for each
//! type, and each time is longer than this file makes the whole.

use std::cmp::Ordering;

/// The places from 0 to `count`, in the order of what stands there; of what is equal, the first comes first.
pub(super) fn places(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    let mut merged = Vec::with_capacity(count);
    let mut run = 1;
    while run < count {
        merged.clear();
        for pair in places.chunks(2 * run) {
            let (mut left, mut right) = pair.split_at(run.min(pair.len()));
            while let (Some((one, left_rest)), Some((other, right_rest))) =
                (left.split_first(), right.split_first())
            {
                if compare(*one, *other).is_le() {
                    merged.push(*one);
                    left = left_rest;
                } else {
                    merged.push(*other);
                    right = right_rest;
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        std::mem::swap(&mut places, &mut merged);
        run *= 2;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::places;

    #[test]
    fn places_are_those_of_a_stable_sort() {
        let mut seed = 7_u32;
        for count in 0..70 {
            let numbers: Vec<u32> = (0..count)
                .map(|_| {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    seed >> 28
                })
                .collect();
            let mut expected: Vec<usize> = (0..numbers.len()).collect();
            expected.sort_by_key(|at| numbers[*at]);
            let found = places(numbers.len(), &|one, other| numbers[one].cmp(&numbers[other]));
            assert_eq!(found, expected);
        }
    }
}
