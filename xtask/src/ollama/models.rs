//! The models that the servers of tests begin with.
//!
//! Made once, by an Ollama that runs models, of a file this repository generates; each server then has a copy. A new
//! Ollama built by Go alone could not make them: it wants another program to look at the file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, Result};

use super::{ENDLESS, MODEL, Ollama, Registry, Settings};
use crate::process;
use crate::project::{Project, is_newer_than};
use crate::server::Output;
use crate::setup::ollama as built;

/// The directory of models to copy, made of the model files in `files` if need be; none where no Ollama runs models.
///
/// # Errors
/// When a model cannot be made.
pub(crate) fn prepare(project: &Project, files: &Path, output: &Output) -> Result<Option<PathBuf>> {
    let Some((_, program)) = built::running(project) else {
        return Ok(None);
    };
    let model = files.join("one.gguf");
    let directory = built::directory(project).join("models");
    let done = directory.join("made");
    if is_newer_than(&done, std::slice::from_ref(&model)) {
        return Ok(Some(directory));
    }
    println!("making models for the servers of tests");
    let ollama = Ollama::start(&program, &settings(project, None), output)?;
    create(&ollama, MODEL, "hello", &model)?;
    create(&ollama, ENDLESS, "forever", &model)?;
    let _ = fs::remove_dir_all(&directory);
    copy(&ollama.models(), &directory)?;
    fs::write(&done, "").with_context(|| format!("cannot write {}", done.display()))?;
    Ok(Some(directory))
}

/// Lets an Ollama make a model and push it to a registry, as people do.
pub(super) fn publish(
    project: &Project,
    registry: &Registry,
    program: &Path,
    model: &Path,
    output: &Output,
) -> Result<()> {
    println!("putting a model into the registry");
    let ollama = Ollama::start(program, &settings(project, Some(registry)), output)?;
    let name = registry.model();
    create(&ollama, &name, "story", model)?;
    process::run(
        ollama
            .command("push")
            .arg(&name)
            .stdout(Stdio::null())
            .stderr(ollama.log()?),
    )
}

fn settings<'a>(project: &Project, registry: Option<&'a Registry>) -> Settings<'a> {
    Settings {
        name: "ollama-making",
        home: built::directory(project).join("run"),
        origins: &[],
        registry,
        models: None,
    }
}

/// Makes a model that speaks of a topic, whatever it is asked: where in its vocabulary it begins is all there is to it.
fn create(ollama: &Ollama, name: &str, topic: &str, model: &Path) -> Result<()> {
    let modelfile = ollama.home().join("Modelfile");
    let template = format!("<|user|>{{{{ .Prompt }}}}<|assistant|><|topic_{topic}|>");
    let model = model.display();
    let text = format!("FROM {model}\nTEMPLATE \"\"\"{template}\"\"\"\nPARAMETER num_ctx 512\n");
    fs::write(&modelfile, text).with_context(|| format!("cannot write {}", modelfile.display()))?;
    let mut create = ollama.command("create");
    create.arg(name).arg("-f").arg(modelfile);
    // Its progress is for a terminal.
    process::run(create.stdout(Stdio::null()).stderr(ollama.log()?))
}

/// Copies a directory; files are linked where that can be done, since an Ollama never writes into one it has.
pub(super) fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot create {}", to.display()))?;
    let entries = fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))?;
    for entry in entries.flatten() {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy(&source, &target)?;
        } else if fs::hard_link(&source, &target).is_err() {
            fs::copy(&source, &target).with_context(|| format!("cannot copy {}", source.display()))?;
        }
    }
    Ok(())
}
