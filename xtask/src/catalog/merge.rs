//! One row a name out of all listings of it: they vote, field by field.
//!
//! Who votes on a limit: what the vendor lists under the very name; else what the vendor lists under the name with a
//! date; else what anybody lists under the very name; else all. The first of these circles that says a number
//! decides, by the most frequent number in it; among equally frequent ones the one of the fresher package wins (they
//! stand in `inputs.toml` by age), then the least, which is the one that fits both. On a capability the vendor decides too, else all; a draw is unknown.
//!
//! The vendor of an open-weight model serves it seldom, and those who do shorten its window as they like. Its word is
//! the model card, which is in the rules: where the vendor lists nothing, the card's window wins if anybody lists it
//! too, or nearly (128,000 for 131,072). That condition keeps a rule that reaches too far from speaking for a model it does not know.
//!
//! A context window is sometimes listed as the longest input. Where input and output of a listing add up to the
//! window another one gives, it means that window.
//!
//! A longest answer as long as the whole window says nothing and is dropped. A name with a date gets a row of its own
//! only where its facts differ from those of the name without.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::listing::{CAPABILITIES, Capabilities, Listing};
use super::name;
use super::row::Row;
use super::rules::Rules;

/// The packages that vote, the freshest first.
const SOURCES: &str = "lpg";

/// Merges all listings. What is written by hand wins over what is listed, and fills what nobody lists.
pub(super) fn merge(listings: Vec<Listing>, rules: &Rules) -> Vec<Row> {
    let mut groups: BTreeMap<String, Vec<Listing>> = BTreeMap::new();
    for listing in listings {
        let base = name::undated(&listing.name).map_or(listing.name.as_str(), |(base, _)| base);
        groups.entry(base.to_owned()).or_default().push(listing);
    }
    let mut rows = Vec::new();
    for (base, mut listings) in groups {
        one_vote_each(&mut listings);
        as_windows(&mut listings);
        let all: Vec<&Listing> = listings.iter().collect();
        let row = Row {
            released: released(&all),
            ..filled(row(&base, &all), &all, rules)
        };
        let dated: BTreeSet<&str> = all
            .iter()
            .map(|one| one.name.as_str())
            .filter(|name| *name != base)
            .collect();
        for name in dated {
            let own: Vec<&Listing> = all.iter().filter(|one| one.name == name).copied().collect();
            let own = filled(self::row(name, &own), &own, rules);
            if differs(&own, &row) {
                rows.push(own);
            }
        }
        rows.push(row);
    }
    rows.retain(|row| row.says_something() && !rules.name(&row.name));
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    rows
}

/// A provider that serves one model in ten regions has one vote.
fn one_vote_each(listings: &mut Vec<Listing>) {
    listings.sort_by(|a, b| {
        let key = |one: &Listing| {
            (
                one.source,
                one.provider.clone(),
                one.name.clone(),
                one.context,
                one.output,
            )
        };
        key(a).cmp(&key(b)).then(a.capabilities.cmp(&b.capabilities))
    });
    listings.dedup();
}

/// Turns the longest input into the window where another listing shows that it is one.
fn as_windows(listings: &mut [Listing]) {
    let windows: BTreeSet<u32> = listings.iter().filter_map(|one| one.context).collect();
    for one in listings {
        if let (Some(input), Some(output)) = (one.context, one.output) {
            let sum = input.saturating_add(output);
            if windows.contains(&sum) {
                one.context = Some(sum);
            }
        }
    }
}

fn row(name: &str, listings: &[&Listing]) -> Row {
    let context = limit(name, listings, |one| one.context);
    let output =
        limit(name, listings, |one| one.output).filter(|output| context.is_none_or(|all| *output < all));
    let sources: BTreeSet<usize> = listings
        .iter()
        .filter_map(|one| SOURCES.find(one.source))
        .collect();
    Row {
        name: name.to_owned(),
        context,
        output,
        capabilities: capabilities(listings),
        spread: spread(listings.iter().map(|one| one.context)),
        sources: sources
            .into_iter()
            .map(|place| char::from(SOURCES.as_bytes()[place]))
            .collect(),
        ..Row::default()
    }
}

fn limit(name: &str, listings: &[&Listing], says: impl Fn(&Listing) -> Option<u32>) -> Option<u32> {
    let circles: [&dyn Fn(&Listing) -> bool; 4] = [
        &|one| one.vendor && one.name == name,
        &|one| one.vendor,
        &|one| one.name == name,
        &|_| true,
    ];
    circles.iter().find_map(|inside| {
        let mut votes: BTreeMap<u32, (usize, Reverse<Option<usize>>)> = BTreeMap::new();
        for one in listings.iter().filter(|one| inside(one)) {
            if let Some(value) = says(one) {
                let age = Reverse(SOURCES.find(one.source));
                let (count, freshest) = votes.entry(value).or_insert((0, age));
                *count += 1;
                *freshest = age.max(*freshest);
            }
        }
        // The least comes first, and is kept against one that is as good.
        let votes = votes.into_iter().rev();
        votes.max_by_key(|(_, weight)| *weight).map(|(value, _)| value)
    })
}

fn capabilities(listings: &[&Listing]) -> Capabilities {
    let mut merged = [None; CAPABILITIES];
    for (place, verdict) in merged.iter_mut().enumerate() {
        let says = |vendor: bool| {
            let votes = listings
                .iter()
                .filter(|one| one.vendor || !vendor)
                .filter_map(|one| one.capabilities[place]);
            votes.fold(
                (0, 0),
                |(yes, no), vote| if vote { (yes + 1, no) } else { (yes, no + 1) },
            )
        };
        let votes = match says(true) {
            (0, 0) => says(false),
            votes => votes,
        };
        *verdict = match votes.0.cmp(&votes.1) {
            std::cmp::Ordering::Greater => Some(true),
            std::cmp::Ordering::Less => Some(false),
            std::cmp::Ordering::Equal => None,
        };
    }
    merged
}

fn spread(contexts: impl Iterator<Item = Option<u32>>) -> Option<(u32, u32, usize)> {
    let values: Vec<u32> = contexts.flatten().collect();
    let (lowest, highest) = (*values.iter().min()?, *values.iter().max()?);
    (lowest < highest).then_some((lowest, highest, values.len()))
}

/// The first day in any of the names.
fn released(listings: &[&Listing]) -> Option<String> {
    listings
        .iter()
        .filter_map(|one| name::undated(&one.name))
        .map(|(_, date)| date)
        .min()
}

/// Takes over from the rules what nobody lists, and the window of the model card.
fn filled(mut row: Row, listings: &[&Listing], rules: &Rules) -> Row {
    let Some(rule) = rules.of(&row.name) else {
        return row;
    };
    let listed = row.clone();
    let vendor_says = listings.iter().any(|one| one.vendor && one.context.is_some());
    let confirmed = listings.iter().any(|one| nearly(one.context, rule.context));
    if row.context.is_none() || (confirmed && !vendor_says) {
        row.context = rule.context.or(row.context);
        // The card is a listing too.
        row.spread = spread(listings.iter().map(|one| one.context).chain([rule.context]));
    }
    let fits = |output: &u32| row.context.is_none_or(|all| *output < all);
    row.output = row.output.filter(fits).or(rule.output.filter(fits));
    row.family.clone_from(&rule.family);
    row.profiles.clone_from(&rule.profiles);
    for (own, other) in row.capabilities.iter_mut().zip(rule.capabilities) {
        *own = own.or(other);
    }
    if row != listed {
        row.sources.push(super::rules::KEY);
    }
    row
}

/// Whether two numbers are the same but for rounding.
fn nearly(one: Option<u32>, other: Option<u32>) -> bool {
    let (Some(one), Some(other)) = (one, other) else {
        return false;
    };
    one.abs_diff(other) <= other / 20
}

/// Whether a name with a date says something else than the name without.
fn differs(dated: &Row, base: &Row) -> bool {
    let limits = [(dated.context, base.context), (dated.output, base.output)];
    let capabilities = dated.capabilities.iter().zip(base.capabilities);
    limits.iter().any(|(own, other)| own.is_some() && own != other)
        || capabilities
            .into_iter()
            .any(|(own, other)| own.is_some() && other.is_some() && *own != other)
}

#[cfg(test)]
mod tests {
    use super::super::listing::{TOOLS, VISION};
    use super::super::rules;
    use super::*;

    fn listing(provider: &str, name: &str, context: u32) -> Listing {
        Listing {
            source: 'l',
            provider: provider.to_owned(),
            name: name.to_owned(),
            vendor: provider == "vendor",
            context: Some(context),
            output: None,
            capabilities: [None; CAPABILITIES],
        }
    }

    fn merged(listings: Vec<Listing>) -> Vec<Row> {
        merge(listings, &Rules::default())
    }

    #[test]
    fn the_vendor_decides_against_any_number_of_others() {
        let rows = merged(vec![
            listing("a", "m-1", 8_000),
            listing("b", "m-1", 8_000),
            listing("vendor", "m-1", 9_000),
        ]);
        assert_eq!(rows[0].context, Some(9_000));
        assert_eq!(rows[0].spread, Some((8_000, 9_000, 3)));
    }

    #[test]
    fn without_a_vendor_the_most_frequent_number_wins_and_in_a_draw_the_least() {
        let three = vec![
            listing("a", "m-1", 9_000),
            listing("b", "m-1", 9_000),
            listing("c", "m-1", 8_000),
        ];
        assert_eq!(merged(three)[0].context, Some(9_000));
        assert_eq!(
            merged(vec![listing("a", "m-1", 9_000), listing("b", "m-1", 8_000)])[0].context,
            Some(8_000)
        );
    }

    #[test]
    fn in_a_draw_the_fresher_package_wins() {
        let mut old = listing("a", "m-1", 8_000);
        old.source = 'g';
        assert_eq!(
            merged(vec![old, listing("b", "m-1", 9_000)])[0].context,
            Some(9_000)
        );
    }

    #[test]
    fn a_provider_with_many_regions_has_one_vote() {
        let many = vec![
            listing("a", "m-1", 8_000),
            listing("a", "m-1", 8_000),
            listing("b", "m-1", 7_000),
        ];
        assert_eq!(merged(many)[0].context, Some(7_000));
    }

    #[test]
    fn an_input_limit_that_adds_up_to_a_window_is_that_window() {
        let mut input = listing("vendor", "m-1", 272_000);
        input.output = Some(128_000);
        assert_eq!(
            merged(vec![input, listing("b", "m-1", 400_000)])[0].context,
            Some(400_000)
        );
    }

    #[test]
    fn a_draw_on_a_capability_is_unknown() {
        let (mut yes, mut no) = (listing("a", "m-1", 8_000), listing("b", "m-1", 8_000));
        yes.capabilities[TOOLS] = Some(true);
        no.capabilities[TOOLS] = Some(false);
        yes.capabilities[VISION] = Some(true);
        let rows = merged(vec![yes, no]);
        assert_eq!(rows[0].capabilities[TOOLS], None);
        assert_eq!(rows[0].capabilities[VISION], Some(true));
    }

    #[test]
    fn a_date_is_kept_only_where_the_facts_differ() {
        let rows = merged(vec![
            listing("vendor", "m-1", 8_000),
            listing("vendor", "m-1-2025-02-01", 8_000),
            listing("vendor", "m-1-20250101", 4_000),
        ]);
        let names: Vec<_> = rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["m-1", "m-1-20250101"]);
        assert_eq!(rows[0].released.as_deref(), Some("2025-01-01"));
    }

    #[test]
    fn an_answer_as_long_as_the_window_is_not_believed() {
        let mut one = listing("a", "m-1", 8_000);
        one.output = Some(8_000);
        assert_eq!(merged(vec![one])[0].output, None);
    }

    #[test]
    fn the_window_of_the_card_wins_where_somebody_lists_it_and_the_vendor_does_not() {
        let rules = rules::read("date 2026-01-01\npattern m-* 9K").unwrap();
        let context = |listings: Vec<Listing>| merge(listings, &rules)[0].context;
        let short = || vec![listing("a", "m-1", 8_000), listing("b", "m-1", 8_000)];
        let with = |provider: &str, tokens: u32| [short(), vec![listing(provider, "m-1", tokens)]].concat();
        assert_eq!(context(short()), Some(8_000));
        assert_eq!(context(with("c", 9_216)), Some(9_216));
        assert_eq!(context(with("c", 9_000)), Some(9_216));
        assert_eq!(context(with("vendor", 7_000)), Some(7_000));
    }

    #[test]
    fn rules_fill_what_nobody_lists_and_keep_bare_names_for_themselves() {
        let rules = rules::read("date 2026-01-01\npattern m-* 4K T =m\npattern n:* 4K").unwrap();
        let rows = merge(vec![listing("a", "m-1", 8_000), listing("a", "n", 8_000)], &rules);
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].context, Some(8_000));
        assert_eq!(rows[0].capabilities[TOOLS], Some(true));
        assert_eq!(rows[0].sources, "lr");
    }
}
