//! Families of models: which one a name belongs to, and what each is for (requirements F1–F4).
//!
//! A name has the family of the first word of a table that stands in it on its own: what comes before the word is the
//! beginning or a sign, what follows is the end, a sign or a number. So `llama3` is llama, `ollama` and `graphite` are
//! nothing. The order of the table decides between several words: what is more specific comes first, then the makers
//! whose name people say although another model lies beneath (`DeepSeek-R1-Distill-Qwen-7B` behaves, and is asked for,
//! as a deepseek), then what lies beneath (`Hermes-3-Llama-3.1-8B` is a llama), and last those whose names only tell
//! the teacher (`Qwen3-14B-Claude-Distill`). Registry and owner are never looked at.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

use super::name::ModelName;

/// A family, for instance `llama`; in lower case. `unknown` where none is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(type = "string"))]
pub struct Family(Cow<'static, str>);

/// What a family is for (requirement F2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum FamilyClass {
    /// Anything.
    General,
    /// Programs.
    Code,
    /// Anything, on little hardware.
    Small,
}

/// A family, what it is for, and the words that tell it.
struct Row(&'static str, FamilyClass, &'static [&'static str]);

/// The families; the first row with a word that is in a name wins. A hyphen in a word also stands for `_` and for
/// nothing.
const ROWS: [Row; 54] = [
    Row("codellama", CODE, &["code-llama"]),
    Row("codegemma", CODE, &["code-gemma"]),
    Row("deepseek-coder", CODE, &["deepseek-coder"]),
    Row("starcoder", CODE, &["starcoder", "starchat", "starcoderbase"]),
    Row("mistral", CODE, &["codestral", "devstral"]),
    Row("qwen", CODE, &["code-qwen"]),
    Row("granite", CODE, &["granite-code"]),
    Row("glm", CODE, &["codegeex"]),
    Row("codegen", CODE, &["codegen"]),
    Row("stablelm", CODE, &["stable-code"]),
    Row("smollm", SMALL, &["smollm", "smolvlm"]),
    Row("deepseek", GENERAL, &["deepseek"]),
    Row(
        "mistral",
        GENERAL,
        &[
            "mistral",
            "mixtral",
            "ministral",
            "magistral",
            "mathstral",
            "pixtral",
            "voxtral",
            "mistrallite",
            "biomistral",
            "bakllava",
            "zephyr",
            "open-hermes",
            "neural-chat",
            "starling-lm",
            "open-orca-platypus",
            "notus",
            "samantha-mistral",
        ],
    ),
    Row("llama", SMALL, &["tiny-llama", "mobile-llama"]),
    Row(
        "llama",
        GENERAL,
        &[
            "llama",
            "open-llama",
            "vicuna",
            "alpaca",
            "guanaco",
            "llava",
            "wizard-vicuna",
            "wizard-math",
            "stable-beluga",
            "tulu",
            "hermes-3",
            "hermes-4",
            "nous-hermes",
            "orca-mini",
            "everythinglm",
            "medllama",
            "meditron",
            "llamaguard",
            "bitllama",
            "xwinlm",
            "nexusraven",
            "longalpaca",
            "firefunction",
        ],
    ),
    Row(
        "qwen",
        GENERAL,
        &["qwen", "qwq", "qvq", "qwenlong", "marco-o1", "athene-v2"],
    ),
    Row("phi", SMALL, &["phi", "moondream", "nuextract"]),
    Row(
        "gemma",
        GENERAL,
        &[
            "gemma",
            "paligemma",
            "medgemma",
            "shieldgemma",
            "embeddinggemma",
            "functiongemma",
            "recurrentgemma",
            "txgemma",
            "t5gemma",
            "vaultgemma",
            "datagemma",
            "translategemma",
        ],
    ),
    Row("granite", GENERAL, &["granite"]),
    Row("olmo", GENERAL, &["olmo", "olmoe", "molmo"]),
    Row("falcon", GENERAL, &["falcon"]),
    Row("yi", GENERAL, &["yi"]),
    Row("glm", GENERAL, &["glm", "chatglm"]),
    Row("internlm", GENERAL, &["internlm", "internvl"]),
    Row("baichuan", GENERAL, &["baichuan"]),
    Row("minicpm", GENERAL, &["minicpm"]),
    Row("minimax", GENERAL, &["minimax", "abab"]),
    Row("kimi", GENERAL, &["kimi", "moonlight", "moonshot"]),
    Row("stablelm", GENERAL, &["stablelm", "stablelm2"]),
    Row("exaone", GENERAL, &["exaone"]),
    Row("hunyuan", GENERAL, &["hunyuan"]),
    Row("ernie", GENERAL, &["ernie"]),
    Row("solar", GENERAL, &["solar"]),
    Row("jamba", GENERAL, &["jamba"]),
    Row("dbrx", GENERAL, &["dbrx"]),
    Row("lfm", SMALL, &["lfm"]),
    Row("nemotron", GENERAL, &["nemotron"]),
    Row("bloom", GENERAL, &["bloom", "bloomz"]),
    Row("pythia", GENERAL, &["pythia"]),
    Row("opt", SMALL, &["opt"]),
    Row("rwkv", GENERAL, &["rwkv"]),
    Row("mpt", GENERAL, &["mpt"]),
    Row("flan-t5", SMALL, &["flan-t5"]),
    Row("aya", GENERAL, &["aya"]),
    Row("arctic", GENERAL, &["arctic"]),
    Row("grok", GENERAL, &["grok"]),
    Row("nova", GENERAL, &["nova"]),
    Row("sonar", GENERAL, &["sonar"]),
    Row("seed", GENERAL, &["seed-oss"]),
    Row("mimo", GENERAL, &["mimo"]),
    Row("command", GENERAL, &["command"]),
    Row("gemini", GENERAL, &["gemini", "learnlm"]),
    Row("claude", GENERAL, &["claude"]),
    Row("gpt", GENERAL, &["gpt", "chatgpt", "o1", "o3", "o4", "distilgpt"]),
];
const GENERAL: FamilyClass = FamilyClass::General;
const CODE: FamilyClass = FamilyClass::Code;
const SMALL: FamilyClass = FamilyClass::Small;

/// Names that begin like a word and its number, and are something else.
const NO_FAMILY: [&str; 1] = ["gpt4all"];
/// Words of a family that also mean something else, and count only at the beginning of a name.
const ONLY_IN_FRONT: [&str; 11] = [
    "command", "aya", "solar", "nova", "sonar", "arctic", "opt", "seed-oss", "o1", "o3", "o4",
];
/// What may stand before them.
const FRONTS: [&str; 3] = ["c4ai-", "cohere-", "chat-"];
/// Words that say that a model of a general family was made for programs. They all start with a `c`.
const CODE_WORDS: [&str; 4] = ["coder", "code", "codex", "coding"];

impl Family {
    /// No family is known.
    pub const UNKNOWN: Self = Self(Cow::Borrowed("unknown"));

    /// A family this package knows by name.
    pub const fn known(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// The family an app names; letter case does not matter.
    pub fn named(name: &str) -> Self {
        Self(Cow::Owned(name.to_ascii_lowercase()))
    }

    /// Its name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// All families this package knows by name, each once.
    pub fn all() -> impl Iterator<Item = Self> {
        let families = FAMILIES.iter().enumerate();
        let first = |(index, (family, _)): &(usize, &(&str, FamilyClass))| {
            !FAMILIES[..*index].iter().any(|other| other.0 == *family)
        };
        families.filter(first).map(|(_, (family, _))| Self::known(family))
    }

    /// What the family is for; `None` where the family is not known by name.
    ///
    /// ```
    /// use modelyard::catalog::family::{Family, FamilyClass};
    ///
    /// assert_eq!(Family::named("CodeLlama").class(), Some(FamilyClass::Code));
    /// assert_eq!(Family::named("phi").class(), Some(FamilyClass::Small));
    /// assert_eq!(Family::UNKNOWN.class(), None);
    /// ```
    pub fn class(&self) -> Option<FamilyClass> {
        let is = |row: &usize| FAMILIES[*row].0 == self.as_str();
        // The row with the word the family is called by: `codestral` is a mistral of another class.
        let called = |(word, row): &(&str, usize)| {
            (is(row) && same_but_for_signs(word, self.as_str())).then_some(*row)
        };
        let own = BY_LETTER.0.iter().filter_map(called).min();
        let row = own.or_else(|| (0..FAMILIES.len()).find(is))?;
        Some(FAMILIES[row].1)
    }

    /// The profiles a family suits, by name, as requirement D8 has them; none for the others.
    pub fn profiles(&self) -> &'static [&'static str] {
        match self.as_str() {
            "llama" => &["general", "code", "creative"],
            "codellama" | "deepseek-coder" | "starcoder" | "codegemma" => &["code"],
            "mistral" => &["general", "fast"],
            "phi" => &["fast"],
            "gemma" => &["fast", "general"],
            "qwen" => &["general", "code"],
            _ => &[],
        }
    }

    /// The family a name tells, and what the model is for.
    ///
    /// ```
    /// use modelyard::catalog::family::{Family, FamilyClass};
    ///
    /// let of = |name| Family::of_name(name).map(|(family, class)| (family.as_str().to_owned(), class));
    /// assert_eq!(of("dolphin-mistral:7b"), Some(("mistral".to_owned(), FamilyClass::General)));
    /// assert_eq!(of("ollama/codestral"), Some(("mistral".to_owned(), FamilyClass::Code)));
    /// assert_eq!(of("graphite"), None);
    /// ```
    pub fn of_name(name: &str) -> Option<(Self, FamilyClass)> {
        Self::of(&ModelName::parse(name).ok()?)
    }

    /// The same for a name that is taken apart already.
    pub fn of(name: &ModelName) -> Option<(Self, FamilyClass)> {
        let body = name.body();
        let in_tag = || first_row(&name.tag().unwrap_or_default().to_ascii_lowercase());
        let (family, class) = first_row(body).or_else(in_tag)?;
        let for_code = |at| CODE_WORDS.iter().any(|word| stands_at(body, at, word));
        let for_code = starts(body).any(|at| body.as_bytes()[at] == b'c' && for_code(at));
        let class = if for_code { FamilyClass::Code } else { *class };
        Some((Self::known(family), class))
    }
}

/// The words of all rows.
const WORDS: usize = {
    let (mut count, mut row) = (0, 0);
    while row < ROWS.len() {
        count += ROWS[row].2.len();
        row += 1;
    }
    count
};
/// The rows without their words.
static FAMILIES: [(&str, FamilyClass); ROWS.len()] = {
    let mut families = [("", GENERAL); ROWS.len()];
    let mut row = 0;
    while row < ROWS.len() {
        families[row] = (ROWS[row].0, ROWS[row].1);
        row += 1;
    }
    families
};
/// How many letters words start with.
const LETTERS: usize = 26;

/// The words of all rows, each with its row, sorted by their first letter and then by row; and where each letter
/// begins. Made by the compiler, so that a place of a name is held against the words of one letter alone.
static BY_LETTER: ([(&str, usize); WORDS], [usize; LETTERS + 1]) = {
    let (mut words, mut begins) = ([("", 0); WORDS], [0; LETTERS + 1]);
    let (mut at, mut letter) = (0, 0);
    while letter < LETTERS {
        let mut row = 0;
        while row < ROWS.len() {
            let mut word = 0;
            while word < ROWS[row].2.len() {
                let text = ROWS[row].2[word];
                assert!(text.as_bytes()[1] != b'-', "a hyphen may be missing in a name");
                if (text.as_bytes()[0] - b'a') as usize == letter {
                    words[at] = (text, row);
                    at += 1;
                }
                word += 1;
            }
            row += 1;
        }
        letter += 1;
        begins[letter] = at;
    }
    assert!(at == WORDS, "each word is there once");
    (words, begins)
};

/// The family of the first row with a word that stands in a text in lower case.
fn first_row(text: &str) -> Option<&'static (&'static str, FamilyClass)> {
    let (words, begins) = &BY_LETTER;
    let mut best = FAMILIES.len();
    for at in starts(text) {
        let letter = usize::from(text.as_bytes()[at].wrapping_sub(b'a'));
        let Some([begin, end]) = begins.get(letter..letter + 2) else {
            continue;
        };
        let tells = |(word, row): &&(&str, usize)| {
            *row >= best
                || stands_at(text, at, word) && (is_front(&text[..at]) || !ONLY_IN_FRONT.contains(word))
        };
        // A row that is no better than the best so far ends the search as one that is.
        let found = words[*begin..*end].iter().find(tells);
        best = found.map_or(best, |(_, row)| best.min(*row));
    }
    FAMILIES.get(best)
}

/// Where a word can start: at the beginning, and behind what is no letter and no digit.
fn starts(text: &str) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    (0..bytes.len())
        .filter(move |at| (*at == 0 || !bytes[at - 1].is_ascii_alphanumeric()) && text.is_char_boundary(*at))
}

fn is_front(before: &str) -> bool {
    before.is_empty() || FRONTS.contains(&before)
}

/// Whether a word stands at a place of a text, with any sign or none for its hyphens, and no letter follows it.
fn stands_at(text: &str, at: usize, word: &str) -> bool {
    let mut rest = &text.as_bytes()[at..];
    // Nearly all words are ruled out here; none has a hyphen so early.
    if rest.get(..2) != word.as_bytes().get(..2) {
        return false;
    }
    for byte in word.bytes() {
        match rest.split_first() {
            Some((first, tail)) if *first == byte || byte == b'-' && *first == b'_' => rest = tail,
            _ if byte == b'-' => {}
            _ => return false,
        }
    }
    !rest.first().is_some_and(u8::is_ascii_alphabetic)
        && !NO_FAMILY.iter().any(|name| text[at..].starts_with(name))
}

/// Whether two words are the same but for hyphens.
fn same_but_for_signs(one: &str, other: &str) -> bool {
    one.bytes()
        .filter(|byte| *byte != b'-')
        .eq(other.bytes().filter(|byte| *byte != b'-'))
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
