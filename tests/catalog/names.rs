//! Real names, and traps: each gives the family, class, size and quantization a person would say.

use modelyard::catalog::Catalog;
use modelyard::catalog::bundled::{BUNDLED, Bundled};
use modelyard::catalog::family::FamilyClass;
use modelyard::catalog::lookup::Lookup;

const NAMES: &str = include_str!("names.tsv");

/// One line of the table.
struct Named {
    section: &'static str,
    name: &'static str,
    family: &'static str,
    class: &'static str,
    millions: &'static str,
    quantization: &'static str,
}

fn table() -> Vec<Named> {
    let mut section = "";
    let mut table = Vec::new();
    for line in NAMES.lines().filter(|line| !line.starts_with('#')) {
        if let Some(title) = line.strip_prefix('[') {
            section = title.trim_end_matches(']');
            continue;
        }
        let columns: Vec<&str> = line.split('\t').collect();
        let [name, family, class, millions, quantization] = columns[..] else {
            panic!("{line} has not five columns");
        };
        table.push(Named {
            section,
            name,
            family,
            class,
            millions,
            quantization,
        });
    }
    table
}

fn catalog() -> Catalog {
    Catalog::new(Bundled::read(BUNDLED).expect("the data is whole"))
}

fn class_of(lookup: &Lookup) -> &'static str {
    match lookup.class {
        Some(FamilyClass::General) => "general",
        Some(FamilyClass::Code) => "code",
        Some(FamilyClass::Small) => "small",
        None => "-",
    }
}

#[test]
fn the_table_has_enough_names_and_traps_and_each_once() {
    let table = table();
    let traps = table.iter().filter(|row| row.section == "traps").count();
    assert!(traps >= 60, "{traps} traps");
    assert!(table.len() - traps >= 300, "{} names", table.len() - traps);
    let mut names: Vec<_> = table.iter().map(|row| row.name).collect();
    names.sort_unstable();
    let twice: Vec<_> = names.windows(2).filter(|pair| pair[0] == pair[1]).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

#[test]
fn every_name_is_understood_as_a_person_would() {
    let catalog = catalog();
    let mut wrong = Vec::new();
    for row in table() {
        let found = catalog.lookup(row.name);
        let millions = found
            .parameters_millions
            .map_or_else(|| "-".to_owned(), |count| count.to_string());
        let quantization = found.quantization.as_deref().unwrap_or("-");
        let got = [found.family.as_str(), class_of(&found), &millions, quantization];
        let said = [row.family, row.class, row.millions, row.quantization];
        if !got
            .iter()
            .zip(said)
            .all(|(got, said)| got.eq_ignore_ascii_case(said))
        {
            wrong.push(format!("{}: {got:?}, but a person says {said:?}", row.name));
        }
    }
    assert!(wrong.is_empty(), "{} names:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn names_in_use_are_found_in_the_data_and_most_have_a_context_window() {
    let catalog = catalog();
    let in_use: Vec<_> = table().into_iter().filter(|row| row.section != "traps").collect();
    let lost: Vec<_> = in_use
        .iter()
        .filter(|row| !catalog.lookup(row.name).is_known())
        .map(|row| row.name)
        .collect();
    let unknown =
        |row: &&Named| catalog.lookup(row.name).context.source == modelyard::catalog::record::Source::Default;
    let short: Vec<_> = in_use.iter().filter(unknown).map(|row| row.name).collect();
    println!("not found: {lost:#?}\nwithout a window: {short:#?}");
    assert!(
        lost.len() * 20 <= in_use.len(),
        "{} of {} are not found: {lost:#?}",
        lost.len(),
        in_use.len()
    );
    assert!(
        short.len() * 10 <= in_use.len(),
        "{} of {} have no window: {short:#?}",
        short.len(),
        in_use.len()
    );
}

#[test]
fn no_name_in_use_is_decided_by_the_order_of_patterns_alone() {
    let catalog = catalog();
    for row in table() {
        catalog.lookup(row.name);
    }
    let ties = catalog.take_ties();
    assert!(ties.is_empty(), "{ties:#?}");
}
