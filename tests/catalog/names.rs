//! Real names, and traps: each gives the family, class, size and quantization a person would say.

use modelyard::catalog::bundled::{BUNDLED, Bundled};
use modelyard::catalog::family::FamilyClass;
use modelyard::catalog::lookup::Lookup;
use modelyard::catalog::record::{Source, Support};
use modelyard::catalog::{Catalog, Step};

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
fn limits_are_found_through_every_way_to_write_a_name() {
    let catalog = catalog();
    for (name, context, output) in [
        ("llama3.1", 128_000, 4_096),
        ("Llama3.1:8b-instruct-q4_K_M", 128_000, 4_096),
        (
            "hf.co/bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M",
            131_072,
            2_048,
        ),
        ("meta-llama/Llama-3.1-8B-Instruct", 131_072, 16_384),
        ("onnx-community/Qwen3-0.6B-ONNX", 40_960, 2_048),
        ("qwen3:0.6b", 40_960, 2_048),
        ("models/gemini-2.5-pro", 1_048_576, 65_536),
        ("claude-sonnet-4-5-20250929", 200_000, 64_000),
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", 200_000, 64_000),
        ("anthropic/claude-sonnet-4.5", 200_000, 64_000),
        ("gpt-4o-2024-08-06", 128_000, 16_384),
        ("gpt-4o-2024-05-13", 128_000, 4_096),
        ("azure/gpt-35-turbo", 16_385, 4_096),
        ("openai/gpt-oss-20b", 131_072, 2_048),
        ("deepseek-r1:7b", 131_072, 2_048),
        ("DeepSeek-R1-Distill-Qwen-7B-Q4_K_M.gguf", 131_072, 2_048),
        ("smollm2:135m", 8_192, 2_048),
    ] {
        let found = catalog.lookup(name);
        let got = (found.context.tokens, found.max_output.tokens);
        assert_eq!(got, (context, output), "{name}: {:?}", found.matched);
    }
}

#[test]
fn a_model_for_pages_has_the_window_of_the_model_and_that_of_the_page() {
    let found = catalog().lookup("Llama-3.2-3B-Instruct-q4f16_1-MLC");
    assert_eq!(found.context.tokens, 131_072);
    assert_eq!(found.effective_context.tokens, 4_096);
    assert_eq!(found.gpu_memory_bytes, Some(2_264 << 20));
}

#[test]
fn the_eight_classic_patterns_hold_for_bare_tagged_capital_and_prefixed_names() {
    let catalog = catalog();
    for (model, tag, context, output, tools, vision) in [
        ("llama3.1", "8b", 128_000, 4_096, Support::Yes, Support::No),
        ("llama3.2", "3b", 128_000, 4_096, Support::Yes, Support::Yes),
        ("codellama", "7b", 16_384, 4_096, Support::No, Support::No),
        ("mistral", "7b", 32_768, 4_096, Support::Yes, Support::No),
        ("phi3", "mini", 4_096, 2_048, Support::No, Support::No),
        ("gemma", "2b", 8_192, 2_048, Support::No, Support::No),
        ("deepseek-coder", "6.7b", 16_384, 4_096, Support::No, Support::No),
        ("qwen", "7b", 32_768, 4_096, Support::Yes, Support::No),
    ] {
        let upper = model.to_ascii_uppercase();
        for name in [
            model.to_owned(),
            format!("{model}:{tag}"),
            format!("{model}:latest"),
            format!("{upper}:{tag}"),
            upper,
            format!("ollama/{model}"),
            format!("library/{model}:{tag}"),
        ] {
            let found = catalog.lookup(&name);
            let limits = (found.context.tokens, found.max_output.tokens);
            assert_eq!(limits, (context, output), "{name}: {:?}", found.matched);
            assert_eq!(found.capabilities.tools, tools, "{name}");
            assert_eq!(found.capabilities.vision, vision, "{name}");
            assert_eq!(found.capabilities.streaming, Support::Yes, "{name}");
        }
    }
}

#[test]
fn every_name_of_the_data_is_found_as_it_stands() {
    let catalog = catalog();
    let bundled = catalog.bundle();
    for name in bundled.names() {
        let found = catalog.lookup(&name.to_ascii_uppercase());
        assert_eq!(found.matched.step, Step::Exact, "{name}: {:?}", found.matched);
        assert_eq!(found.matched.key.as_deref(), Some(name.as_str()));
        assert!(found.effective_context.tokens <= found.context.tokens, "{name}");
    }
    for (alias, name) in bundled.aliases() {
        let found = catalog.lookup(&alias);
        assert_eq!(found.matched.step, Step::Alias, "{alias}");
        assert_eq!(
            found.context.tokens,
            catalog.lookup(&name).context.tokens,
            "{alias}"
        );
    }
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
    let unknown = |row: &&Named| catalog.lookup(row.name).context.source == Source::Default;
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
