//! What each provider's codec adds to the download.
//!
//! The management wasm is optimised once more, with the names of its functions kept. Those of a codec are found by them
//! (`modelyard::providers::<codec>::…`) and their bodies emptied; a codec's size is by how much the compressed file
//! shrinks. So nothing in the code is there for this figure. Texts of a codec are not in it, nor what the compiler put
//! into a function of somebody else.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context as _, Result, bail};

use super::sizes::{Size, gzip_bytes};
use super::wasm;
use crate::project::Project;

/// The codecs, and the names of their figures.
const CODECS: [(&str, &str); 6] = [
    ("ollama", "codec_ollama_gzip_kb"),
    ("openai", "codec_openai_gzip_kb"),
    ("anthropic", "codec_anthropic_gzip_kb"),
    ("gemini", "codec_gemini_gzip_kb"),
    ("openrouter", "codec_openrouter_gzip_kb"),
    ("huggingface", "codec_huggingface_gzip_kb"),
];

/// A function that fails at once: no locals, `unreachable`, `end`.
const EMPTY: &[u8] = &[0x00, 0x00, 0x0b];

/// Measures all codecs.
///
/// # Errors
/// When the wasm cannot be made or read.
pub(super) fn measure(project: &Project) -> Result<Vec<Size>> {
    let file = wasm::management_with_names(project)?;
    let content = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let module = Module::read(&content).context("the wasm file is not as expected")?;
    let whole = gzip_bytes(&module.without("no function is called so"));
    let size = |(codec, name)| Size {
        name,
        bytes: whole - gzip_bytes(&module.without(&format!("providers::{codec}::"))),
        budget: None,
    };
    Ok(CODECS.map(size).into())
}

/// A wasm file, as far as it matters here.
struct Module<'m> {
    /// All sections but custom ones, in their order: kind and content.
    sections: Vec<(u8, &'m [u8])>,
    /// The bodies of the functions.
    bodies: Vec<&'m [u8]>,
    /// The names of the functions, by the place of the body.
    names: BTreeMap<usize, &'m str>,
}

const CUSTOM: u8 = 0;
const IMPORTS: u8 = 2;
const CODE: u8 = 10;

impl<'m> Module<'m> {
    fn read(content: &'m [u8]) -> Result<Self> {
        let mut reader = Reader(content);
        if reader.take(8)? != b"\0asm\x01\0\0\0" {
            bail!("it is no wasm of version 1");
        }
        let mut module = Self {
            sections: Vec::new(),
            bodies: Vec::new(),
            names: BTreeMap::new(),
        };
        let mut imported = 0;
        while !reader.0.is_empty() {
            let kind = reader.byte()?;
            let length = reader.number()?;
            let content = reader.take(length)?;
            let mut section = Reader(content);
            match kind {
                CUSTOM if section.text()? == "name" => module.names = names(section, imported)?,
                CUSTOM => {}
                IMPORTS => imported = imported_functions(section)?,
                CODE => {
                    for _ in 0..section.number()? {
                        let length = section.number()?;
                        module.bodies.push(section.take(length)?);
                    }
                }
                _ => {}
            }
            if kind != CUSTOM {
                module.sections.push((kind, content));
            }
        }
        if module.names.is_empty() || module.bodies.is_empty() {
            bail!("its functions have no names");
        }
        Ok(module)
    }

    /// The file without names, and with empty functions for those whose name has `part` in it.
    fn without(&self, part: &str) -> Vec<u8> {
        let mut file = b"\0asm\x01\0\0\0".to_vec();
        for (kind, content) in &self.sections {
            let mut code = Vec::new();
            if *kind == CODE {
                write_number(&mut code, self.bodies.len());
                for (at, body) in self.bodies.iter().enumerate() {
                    let is_left_out = self.names.get(&at).is_some_and(|name| name.contains(part));
                    let body = if is_left_out { EMPTY } else { body };
                    write_number(&mut code, body.len());
                    code.extend_from_slice(body);
                }
            }
            let content = if *kind == CODE { &code } else { *content };
            file.push(*kind);
            write_number(&mut file, content.len());
            file.extend_from_slice(content);
        }
        file
    }
}

/// The names of functions that are not imported, from the section of names.
fn names(mut section: Reader<'_>, imported: usize) -> Result<BTreeMap<usize, &str>> {
    const FUNCTIONS: u8 = 1;
    let mut found = BTreeMap::new();
    while !section.0.is_empty() {
        let kind = section.byte()?;
        let length = section.number()?;
        let mut part = Reader(section.take(length)?);
        if kind == FUNCTIONS {
            for _ in 0..part.number()? {
                let at = part.number()?;
                let name = part.text()?;
                found.extend(at.checked_sub(imported).map(|at| (at, name)));
            }
        }
    }
    Ok(found)
}

/// How many functions are imported: they are counted first.
fn imported_functions(mut section: Reader<'_>) -> Result<usize> {
    let mut functions = 0;
    for _ in 0..section.number()? {
        section.text()?;
        section.text()?;
        match section.byte()? {
            0 => {
                functions += 1;
                section.number()?;
            }
            1 => {
                section.byte()?;
                section.limits()?;
            }
            2 => section.limits()?,
            3 => drop(section.take(2)?),
            kind => bail!("an import is of the unknown kind {kind}"),
        }
    }
    Ok(functions)
}

/// What is left to be read.
#[derive(Clone, Copy)]
struct Reader<'r>(&'r [u8]);

impl<'r> Reader<'r> {
    fn take(&mut self, length: usize) -> Result<&'r [u8]> {
        let (taken, rest) = self.0.split_at_checked(length).context("it ends too early")?;
        self.0 = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8> {
        Ok(self.take(1)?[0])
    }

    /// A number in LEB128.
    fn number(&mut self) -> Result<usize> {
        let mut value = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            value |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        bail!("a number is too long")
    }

    fn text(&mut self) -> Result<&'r str> {
        let length = self.number()?;
        Ok(std::str::from_utf8(self.take(length)?)?)
    }

    fn limits(&mut self) -> Result<()> {
        let has_maximum = self.byte()? & 1 != 0;
        self.number()?;
        if has_maximum {
            self.number()?;
        }
        Ok(())
    }
}

fn write_number(file: &mut Vec<u8>, mut value: usize) {
    loop {
        let low = u8::try_from(value & 0x7f).unwrap_or_default();
        value >>= 7;
        file.push(if value == 0 { low } else { low | 0x80 });
        if value == 0 {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One imported function, then two with bodies of their own; the second is called `providers::gemini::chat`.
    fn sample() -> Vec<u8> {
        let mut names = b"\x04name\x01".to_vec();
        let functions = b"\x03\x00\x01i\x01\x01a\x02\x17providers::gemini::chat";
        write_number(&mut names, functions.len());
        names.extend_from_slice(functions);
        let mut file = b"\0asm\x01\0\0\0".to_vec();
        for (kind, content) in [
            (1, &b"\x01\x60\x00\x00"[..]),
            (IMPORTS, b"\x01\x01m\x01f\x00\x00"),
            (3, b"\x02\x00\x00"),
            (CODE, b"\x02\x03\x00\x01\x0b\x05\x00\x01\x01\x01\x0b"),
            (CUSTOM, &names),
        ] {
            file.push(kind);
            write_number(&mut file, content.len());
            file.extend_from_slice(content);
        }
        file
    }

    #[test]
    fn the_functions_of_a_codec_are_emptied_and_no_others() {
        let sample = sample();
        let module = Module::read(&sample).unwrap();
        let code_of = |file: &[u8]| {
            let start = file.windows(2).position(|pair| pair[0] == CODE).unwrap();
            file[start + 2..].to_vec()
        };
        let whole = module.without("nobody");
        assert_eq!(code_of(&whole), b"\x02\x03\x00\x01\x0b\x05\x00\x01\x01\x01\x0b");
        let without = module.without("providers::gemini::");
        assert_eq!(code_of(&without), b"\x02\x03\x00\x01\x0b\x03\x00\x00\x0b");
    }

    #[test]
    fn a_file_without_names_is_refused() {
        let sample = sample();
        let without_names = Module::read(&sample).unwrap().without("nobody");
        assert!(Module::read(&without_names).is_err());
        assert!(Module::read(b"text").is_err());
    }
}
