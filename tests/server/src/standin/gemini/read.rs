//! A request for an answer, and what the real server refuses of it.

use serde_json::Value;

use super::super::prompt::{Choice, Prompt, Role, Turn};
use super::super::settings::Model;
use super::super::standing::Refusal;
use super::errors::{invalid, of, unknown_field};
use super::write::SIGNATURE;

const FIELDS: [&str; 10] = [
    "cachedContent",
    "contents",
    "generationConfig",
    "model",
    "safetySettings",
    "serviceTier",
    "store",
    "systemInstruction",
    "toolConfig",
    "tools",
];

const GENERATION: [&str; 20] = [
    "candidateCount",
    "enableEnhancedCivicAnswers",
    "frequencyPenalty",
    "imageConfig",
    "logprobs",
    "maxOutputTokens",
    "mediaResolution",
    "presencePenalty",
    "responseFormat",
    "responseJsonSchema",
    "responseLogprobs",
    "responseMimeType",
    "responseModalities",
    "responseSchema",
    "seed",
    "speechConfig",
    "stopSequences",
    "temperature",
    "thinkingConfig",
    "topK",
];

/// What the parameters may be.
pub(super) fn check(model: &Model, body: &Value) -> Result<(), Refusal> {
    known(body, &FIELDS, "")?;
    let config = &body["generationConfig"];
    let mut fields = GENERATION.to_vec();
    fields.push("topP");
    known(config, &fields, " at 'generation_config'")?;
    known(
        &config["thinkingConfig"],
        &["includeThoughts", "thinkingBudget", "thinkingLevel"],
        " at 'generation_config.thinking_config'",
    )?;
    if config["temperature"]
        .as_f64()
        .is_some_and(|heat| !(0.0..=2.0).contains(&heat))
    {
        return Err(invalid(
            "* GenerateContentRequest.generation_config.temperature: must be in the range [0.0, 2.0].",
        ));
    }
    if !model.thinking && !config["thinkingConfig"].is_null() {
        return Err(invalid("Thinking is not enabled for this model."));
    }
    if model.id.starts_with("gemini-3") {
        signed(body)?;
    }
    for (index, tool) in declarations(body).enumerate() {
        if names_schema(&tool["parameters"]) {
            let place = format!(" at 'tools[0].function_declarations[{index}].parameters'");
            return Err(unknown_field("$schema", &place));
        }
    }
    Ok(())
}

/// From the third generation on, the first call after what the person said last comes back with its signature, or with
/// the word that stands for none.
fn signed(body: &Value) -> Result<(), Refusal> {
    let contents = body["contents"].as_array().map_or(&[][..], Vec::as_slice);
    let asked =
        |content: &Value| content["role"] == "user" && count(&content["parts"], "functionResponse") == 0;
    let since = contents.iter().rposition(asked).map_or(0, |at| at + 1);
    for content in &contents[since..] {
        let parts = content["parts"].as_array().into_iter().flatten();
        let Some(call) = parts.into_iter().find(|part| part["functionCall"].is_object()) else {
            continue;
        };
        let signature = &call["thoughtSignature"];
        if *signature != SIGNATURE && *signature != "skip_thought_signature_validator" {
            return Err(of("noSignature"));
        }
    }
    Ok(())
}

/// Fields in the way this protocol writes them; in the other way, with underscores, they are known too.
fn known(value: &Value, fields: &[&str], place: &str) -> Result<(), Refusal> {
    let is_known = |name: &str| {
        let plain = name.replace('_', "").to_lowercase();
        fields.iter().any(|field| field.to_lowercase() == plain)
    };
    match value
        .as_object()
        .and_then(|found| found.keys().find(|name| !is_known(name)))
    {
        Some(name) => Err(unknown_field(name, place)),
        None => Ok(()),
    }
}

/// Whether a schema has words of JSON Schema that this one has not.
fn names_schema(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields
            .iter()
            .any(|(name, value)| name.starts_with('$') || names_schema(value)),
        Value::Array(values) => values.iter().any(names_schema),
        _ => false,
    }
}

fn declarations(body: &Value) -> impl Iterator<Item = &Value> {
    let tools = body["tools"].as_array().into_iter().flatten();
    tools.flat_map(|tool| tool["functionDeclarations"].as_array().into_iter().flatten())
}

/// What is asked.
pub(super) fn prompt(body: &Value) -> Result<Prompt, Refusal> {
    let contents = body["contents"]
        .as_array()
        .filter(|contents| !contents.is_empty());
    let contents =
        contents.ok_or_else(|| invalid("* GenerateContentRequest.contents: contents is not specified\n"))?;
    let config = &body["generationConfig"];
    let calling = &body["toolConfig"]["functionCallingConfig"];
    let allowed = calling["allowedFunctionNames"][0].as_str();
    let mut prompt = Prompt {
        system: text(&body["systemInstruction"]["parts"]),
        tools: declarations(body)
            .filter_map(|tool| tool["name"].as_str().map(str::to_owned))
            .collect(),
        choice: match (calling["mode"].as_str(), allowed) {
            (Some("NONE"), _) => Choice::None,
            (Some("ANY"), Some(name)) => Choice::Named(name.to_owned()),
            (Some("ANY"), None) => Choice::Any,
            _ => Choice::Auto,
        },
        max_tokens: config["maxOutputTokens"].as_u64(),
        stop: config["stopSequences"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|stop| stop.as_str().map(str::to_owned))
            .collect(),
        json: config["responseMimeType"] == "application/json",
        ..Prompt::default()
    };
    let mut called = 0;
    for (index, content) in contents.iter().enumerate() {
        let parts = &content["parts"];
        if parts.as_array().is_none_or(Vec::is_empty) {
            let text = format!(
                "* GenerateContentRequest.contents[{index}].parts: contents.parts must not be empty.\n"
            );
            return Err(invalid(&text));
        }
        let answered = count(parts, "functionResponse");
        if answered > 0 && answered != called {
            return Err(invalid(
                "Please ensure that the number of function response parts is equal to the number of function call parts \
                 of the function call turn.",
            ));
        }
        called = count(parts, "functionCall");
        prompt.turns.push(turn(content, answered > 0)?);
    }
    Ok(prompt)
}

fn turn(content: &Value, is_result: bool) -> Result<Turn, Refusal> {
    let parts = &content["parts"];
    let role = match content["role"].as_str() {
        _ if is_result => Role::Tool,
        None | Some("user") => Role::User,
        Some("model") => Role::Assistant,
        Some(_) => return Err(invalid("Please use a valid role: user, model.")),
    };
    let results = parts.as_array().into_iter().flatten().filter_map(|part| {
        let response = &part["functionResponse"]["response"];
        let told = ["output", "result"]
            .iter()
            .find_map(|field| response[field].as_str().map(str::to_owned));
        response
            .is_object()
            .then(|| told.unwrap_or_else(|| response.to_string()))
    });
    Ok(Turn {
        role,
        text: if is_result {
            results.collect::<Vec<_>>().join("\n")
        } else {
            text(parts)
        },
        images: count(parts, "inlineData") + count(parts, "fileData"),
    })
}

/// The text of parts, thoughts left out.
fn text(parts: &Value) -> String {
    let parts = parts.as_array().into_iter().flatten();
    let texts: Vec<&str> = parts
        .filter(|part| part["thought"] != true)
        .filter_map(|part| part["text"].as_str())
        .collect();
    texts.join("\n")
}

fn count(parts: &Value, kind: &str) -> usize {
    let parts = parts.as_array().into_iter().flatten();
    parts.filter(|part| !part[kind].is_null()).count()
}
