//! The table of all keys (requirements K2, K3): the one place that says which there are.

use super::key::{Bounds, CAPABILITIES, Key, Kind, Word};

/// Engines take counts of tokens as signed 32-bit numbers.
const COUNT: Kind = Kind::Integer(Bounds::between(1, 2_147_483_647));
/// The whole numbers JavaScript has all of.
const SAFE: i64 = (1 << 53) - 1;
const BYTES: Kind = Kind::Integer(Bounds::between(1, SAFE));

const CONTEXT_SIZE: Key = Key::new(
    "contextSize",
    COUNT,
    "8192",
    "The context window to ask for, in tokens. Without it the model's own.",
);
const TEMPERATURE: Key = Key::new(
    "temperature",
    Kind::Number(Bounds::between(0, 2)),
    "0.7",
    "How much chance there is in an answer.",
);
const MAX_TOKENS: Key = Key::new("maxTokens", COUNT, "1024", "The longest answer, in tokens.");
const TOP_P: Key = Key::new(
    "topP",
    Kind::Number(Bounds::between(0, 1)),
    "0.9",
    "Choose among the likeliest tokens that have this probability together.",
);
const TOP_K: Key = Key::new(
    "topK",
    COUNT,
    "40",
    "Choose among so many of the likeliest tokens.",
);
const REPEAT_PENALTY: Key = Key::new(
    "repeatPenalty",
    Kind::Number(Bounds::POSITIVE),
    "1.1",
    "How much a repetition is made unlikely; 1 is not at all.",
);
const SEED: Key = Key::new(
    "seed",
    Kind::Integer(Bounds::between(-SAFE, SAFE)),
    "42",
    "The same seed gives the same chance.",
);
const STOP: Key = Key::new(
    "stop",
    Kind::Texts(Word::Any(256), 64),
    r#"["\n\n"]"#,
    "Texts that end the answer.",
);

/// What an answer is made with.
pub(super) static GENERATION: [Key; 7] = [TEMPERATURE, MAX_TOKENS, TOP_P, TOP_K, REPEAT_PENALTY, SEED, STOP];

/// The options of one model, and of one call.
pub(super) static MODEL: [Key; 8] = [
    CONTEXT_SIZE,
    TEMPERATURE,
    MAX_TOKENS,
    TOP_P,
    TOP_K,
    REPEAT_PENALTY,
    SEED,
    STOP,
];

/// The kinds of providers (requirement P1).
pub(super) const KINDS: [&str; 6] = [
    "ollama",
    "openai",
    "anthropic",
    "gemini",
    "openrouter",
    "huggingface",
];

/// The kind of which there are several servers.
pub(super) const SERVERED: &str = "openai";
/// The servers of that kind, each with words of its own.
pub(super) const SERVERS: [&str; 7] = [
    "openai", "llamacpp", "vllm", "lmstudio", "groq", "mistral", "other",
];

/// What is said of a provider.
pub(super) static PROVIDER: [Key; 6] = [
    Key::new(
        "kind",
        Kind::Text(Word::OneOf(&KINDS)),
        "\"ollama\"",
        "Which protocol it speaks. Without it the provider's name says it, where that is one of the kinds.",
    ),
    Key::new(
        "host",
        Kind::Text(Word::Host),
        "\"http://127.0.0.1:11434\"",
        "Where it is. Without it the usual place of its kind, or of its server.",
    ),
    Key::new(
        "server",
        Kind::Text(Word::OneOf(&SERVERS)),
        "\"llamacpp\"",
        "Which of the servers of the kind `openai` it is. Without it that is found out.",
    ),
    Key::new(
        "timeoutSeconds",
        Kind::Integer(Bounds::between(1, 600)),
        "10",
        "How long it may take to answer what is neither a chat nor a pull.",
    )
    .or("10"),
    Key::new(
        "models",
        Kind::Texts(Word::Model, 4_096),
        r#"["llama3.2:3b"]"#,
        "The models it serves, where it cannot list them itself.",
    ),
    Key::new(
        "options",
        Kind::Json,
        r#"{"num_thread":4}"#,
        "Handed to it with every chat as it is written here, byte for byte. Keys for access do not belong here.",
    ),
];

/// A model, for a profile.
static OVERRIDE: Key = Key::new(
    "*",
    Kind::Text(Word::Model),
    "\"qwen2.5-coder:7b\"",
    "The model for the profile of that name, whatever the profile asks.",
);

static PROFILE: [Key; 6] = [
    Key::new(
        "description",
        Kind::Text(Word::Line(500)),
        "\"Contracts\"",
        "What it is for.",
    ),
    Key::new(
        "required",
        Kind::Texts(Word::OneOf(&CAPABILITIES), 64),
        r#"["streaming"]"#,
        "What a model must be able to do; streaming if it does not say.",
    ),
    Key::new(
        "preferredFamilies",
        Kind::Texts(Word::Line(64), 256),
        r#"["llama","mistral"]"#,
        "The families it takes, the most wanted first; all alike if it does not say.",
    ),
    Key::new(
        "minContext",
        Kind::Integer(Bounds::between(0, 100_000_000)),
        "8192",
        "The smallest context window it takes, in tokens.",
    ),
    Key::new(
        "fallback",
        Kind::Text(Word::Profile),
        "\"general\"",
        "The profile that is asked when no model fits this one.",
    ),
    Key::new(
        "order",
        Kind::Text(Word::OneOf(&["smallestFirst", "largestContextFirst"])),
        "\"largestContextFirst\"",
        "Which model of a family comes first.",
    ),
];

static ROUTING: [Key; 4] = [
    Key::new(
        "enabled",
        Kind::Flag,
        "true",
        "Whether models are chosen by profile.",
    )
    .or("true"),
    Key::new(
        "defaultProfile",
        Kind::Text(Word::Profile),
        "\"general\"",
        "The profile of a task that names none.",
    )
    .or("\"general\""),
    Key::new(
        "overrides",
        Kind::MapOf(Word::Profile, 256, &OVERRIDE),
        r#"{"code":"qwen2.5-coder:7b"}"#,
        "Models for profiles, by the profile's name.",
    ),
    Key::new(
        "profiles",
        Kind::Map(Word::Profile, 256, &PROFILE),
        r#"{"legal":{"minContext":32768}}"#,
        "Profiles of the app, by name. The name of a built-in profile replaces that one.",
    ),
];

const fn capability(name: &'static str) -> Key {
    Key::new(
        name,
        Kind::Text(Word::OneOf(&["yes", "no", "unknown"])),
        "\"yes\"",
        "Whether it can.",
    )
}

static ABILITIES: [Key; 8] = [
    capability(CAPABILITIES[0]),
    capability(CAPABILITIES[1]),
    capability(CAPABILITIES[2]),
    capability(CAPABILITIES[3]),
    capability(CAPABILITIES[4]),
    capability(CAPABILITIES[5]),
    capability(CAPABILITIES[6]),
    capability(CAPABILITIES[7]),
];

static ENTRY: [Key; 12] = [
    Key::new(
        "aliasOf",
        Kind::Text(Word::Model),
        "\"llama3.2:3b\"",
        "The name it stands for.",
    ),
    Key::new("family", Kind::Text(Word::Line(64)), "\"llama\"", "Its family."),
    Key::new(
        "contextWindow",
        COUNT,
        "131072",
        "The context window it was made for, in tokens.",
    ),
    Key::new(
        "servedContextWindow",
        COUNT,
        "8192",
        "The context window it is served with, in tokens.",
    ),
    Key::new("maxOutputTokens", COUNT, "4096", "The longest answer, in tokens."),
    Key::section("capabilities", &ABILITIES, "What it can do."),
    Key::new(
        "profiles",
        Kind::Texts(Word::Profile, 64),
        r#"["general"]"#,
        "The profiles it suits.",
    ),
    Key::new(
        "parametersBillions",
        Kind::Number(Bounds {
            above: Some(0),
            from: None,
            to: Some(100_000),
        }),
        "3.2",
        "Its parameters, in billions.",
    ),
    Key::new(
        "quantization",
        Kind::Text(Word::Line(64)),
        "\"Q4_K_M\"",
        "How its weights are stored.",
    ),
    Key::new("sizeBytes", BYTES, "2019393189", "The length of its files."),
    Key::new(
        "gpuMemoryBytes",
        BYTES,
        "3221225472",
        "The memory a GPU needs to run it.",
    ),
    Key::new(
        "released",
        Kind::Text(Word::Date),
        "\"2024-09-25\"",
        "When it was published.",
    ),
];

static QUEUE: [Key; 1] = [Key::new(
    "superseded",
    Kind::Text(Word::OneOf(&["cancel", "keep"])),
    "\"cancel\"",
    "What becomes of a queued download that nobody waits for any more.",
)
.or("\"cancel\"")];

static CACHE: [Key; 3] = [
    Key::new(
        "listSeconds",
        Kind::Integer(Bounds::between(0, 86_400)),
        "60",
        "How long a provider's list of models is fresh.",
    )
    .or("60"),
    Key::new(
        "detailSeconds",
        Kind::Integer(Bounds::between(0, 86_400)),
        "300",
        "How long the details of a model are fresh.",
    )
    .or("300"),
    Key::new(
        "maxEntries",
        Kind::Integer(Bounds::between(1, 100_000)),
        "1000",
        "The most models whose details are kept.",
    )
    .or("1000"),
];

static STORAGE: [Key; 1] = [Key::new(
    "persist",
    Kind::Text(Word::OneOf(&["ask", "never"])),
    "\"ask\"",
    "Whether the browser is asked, on a click, to keep what is stored when space runs low.",
)
.or("\"ask\"")];

static ROOT: [Key; 12] = [
    Key::new(
        "$schema",
        Kind::Text(Word::Line(2_048)),
        "\"./node_modules/modelyard/dist/config.schema.json\"",
        "Where the schema is, for editors.",
    ),
    Key::new(
        "defaultModel",
        Kind::Text(Word::Model),
        "\"llama3.2:3b\"",
        "The model a new conversation starts with.",
    ),
    Key::new(
        "defaultProvider",
        Kind::Text(Word::Provider),
        "\"ollama\"",
        "The provider of a model that several have.",
    ),
    CONTEXT_SIZE,
    Key::section("generation", &GENERATION, "What every answer is made with."),
    Key::new(
        "models",
        Kind::Map(Word::Model, 4_096, &MODEL),
        r#"{"llama3.2:3b":{"temperature":0.2}}"#,
        "Options of single models, by name. They win over the general ones of the same layer.",
    ),
    Key::new(
        "providers",
        Kind::Map(Word::Provider, 256, &PROVIDER),
        r#"{"ollama":{"host":"http://127.0.0.1:11434"}}"#,
        "Who serves models, by a name of your choice.",
    ),
    Key::section("routing", &ROUTING, "How models are chosen by profile."),
    Key::new(
        "catalog",
        Kind::Map(Word::Pattern, 2_000, &ENTRY),
        r#"{"my-model*":{"contextWindow":32768}}"#,
        "What is known of models, by name or pattern; over the data that comes with the package.",
    ),
    Key::section("queue", &QUEUE, "Downloads."),
    Key::section("cache", &CACHE, "What is remembered of providers."),
    Key::section("storage", &STORAGE, "What is stored in the browser."),
];

/// The keys a configuration has.
pub fn keys() -> &'static [Key] {
    &ROOT
}

/// The key with a path, where `*` stands for a name.
pub fn find(path: &str) -> Option<&'static Key> {
    let mut keys: &'static [Key] = &ROOT;
    let mut found: Option<&'static Key> = None;
    for name in path.split('.') {
        found = match found.map(|key| key.kind) {
            Some(Kind::MapOf(_, _, of)) if name == "*" => Some(of),
            Some(Kind::Map(_, _, inside)) if name == "*" => {
                keys = inside;
                // What stands under a name is a section without a key of its own.
                continue;
            }
            _ => keys.iter().find(|key| key.name == name),
        };
        if let Kind::Section(inside) = found?.kind {
            keys = inside;
        }
    }
    found
}
