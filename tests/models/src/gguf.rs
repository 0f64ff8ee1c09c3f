//! The GGUF container, version 3, as far as a writer of small F32 models needs it.
//!
//! A file is: the magic `GGUF`, version, number of tensors, number of metadata entries; the metadata; a line for
//! each tensor (name, dimensions, type, where its data starts); padding; the data. All numbers are little-endian,
//! strings are a 64-bit length and UTF-8, and each tensor starts at a multiple of [`ALIGNMENT`].

use crate::noise::Noise;

/// Tensors start at multiples of this many bytes, counted from the start of the data section.
pub const ALIGNMENT: usize = 32;

/// A metadata value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// An unsigned 16-bit number.
    U16(u16),
    /// An unsigned 32-bit number.
    U32(u32),
    /// A signed 32-bit number.
    I32(i32),
    /// A 32-bit float.
    F32(f32),
    /// A truth value.
    Bool(bool),
    /// A string.
    Text(String),
    /// An array of strings.
    Texts(Vec<String>),
    /// An array of floats.
    Floats(Vec<f32>),
    /// An array of signed 32-bit numbers.
    Ints(Vec<i32>),
}

/// What a tensor is filled with.
#[derive(Debug, Clone, PartialEq)]
pub enum Fill {
    /// All 0.
    Zeros,
    /// All 1.
    Ones,
    /// The next numbers of the file's [`Noise`].
    Noise,
    /// Zero but for these (index, value) cells, in rising order of index.
    Cells(Vec<(usize, f32)>),
}

/// A named array of F32 numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    /// The name the engine looks for, such as `token_embd.weight`.
    pub name: String,
    /// Lengths of the dimensions; the first varies fastest.
    pub dimensions: Vec<usize>,
    /// Its numbers.
    pub fill: Fill,
}

impl Tensor {
    /// A tensor of this name, these dimensions and this content.
    pub fn new(name: impl Into<String>, dimensions: &[usize], fill: Fill) -> Self {
        Self {
            name: name.into(),
            dimensions: dimensions.to_vec(),
            fill,
        }
    }

    /// How many numbers it holds.
    pub fn len(&self) -> usize {
        self.dimensions.iter().product()
    }

    /// Whether it holds no number at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn size_in_file(&self) -> usize {
        (self.len() * size_of::<f32>()).next_multiple_of(ALIGNMENT)
    }
}

/// A model file before it is bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Gguf {
    /// Metadata in file order.
    pub metadata: Vec<(String, Value)>,
    /// Tensors in file order.
    pub tensors: Vec<Tensor>,
    /// Where the numbers of [`Fill::Noise`] start; they run on from tensor to tensor.
    pub noise_seed: u32,
}

impl Gguf {
    /// The whole file.
    pub fn to_bytes(&self) -> Vec<u8> {
        write(&self.metadata, &self.tensors, &mut Noise::new(self.noise_seed))
    }

    /// The same model in so many files, as `llama-gguf-split` writes them: each has some of the tensors, the first one
    /// all the metadata, and each says which part it is.
    pub fn to_parts(&self, parts: u16) -> Vec<Vec<u8>> {
        let total = i32::try_from(self.tensors.len()).unwrap_or(i32::MAX);
        let each = self.tensors.len().div_ceil(parts.max(1).into()).max(1);
        let mut noise = Noise::new(self.noise_seed);
        let part = |(number, tensors): (u16, &[Tensor])| {
            let mut metadata = if number == 0 {
                self.metadata.clone()
            } else {
                Vec::new()
            };
            metadata.extend([
                ("split.no".to_owned(), Value::U16(number)),
                ("split.count".to_owned(), Value::U16(parts)),
                ("split.tensors.count".to_owned(), Value::I32(total)),
            ]);
            write(&metadata, tensors, &mut noise)
        };
        (0..parts).zip(self.tensors.chunks(each)).map(part).collect()
    }
}

/// One file.
fn write(metadata: &[(String, Value)], tensors: &[Tensor], noise: &mut Noise) -> Vec<u8> {
    let data_size: usize = tensors.iter().map(Tensor::size_in_file).sum();
    let mut out = Vec::with_capacity(data_size + (64 << 10));
    out.extend_from_slice(b"GGUF");
    put_u32(&mut out, 3);
    put_u64(&mut out, tensors.len());
    put_u64(&mut out, metadata.len());
    for (key, value) in metadata {
        put_text(&mut out, key);
        put_value(&mut out, value);
    }
    let mut offset = 0;
    for tensor in tensors {
        put_tensor_line(&mut out, tensor, offset);
        offset += tensor.size_in_file();
    }
    pad(&mut out);
    for tensor in tensors {
        put_numbers(&mut out, tensor, noise);
        pad(&mut out);
    }
    out
}

fn put_u32(out: &mut Vec<u8>, number: u32) {
    out.extend_from_slice(&number.to_le_bytes());
}

fn put_u64(out: &mut Vec<u8>, number: usize) {
    out.extend_from_slice(&(number as u64).to_le_bytes());
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put_u64(out, text.len());
    out.extend_from_slice(text.as_bytes());
}

fn put_value(out: &mut Vec<u8>, value: &Value) {
    // The codes are fixed by the format: u16 2, u32 4, i32 5, f32 6, bool 7, string 8, array 9.
    match value {
        Value::U16(number) => {
            put_u32(out, 2);
            out.extend_from_slice(&number.to_le_bytes());
        }
        Value::U32(number) => {
            put_u32(out, 4);
            put_u32(out, *number);
        }
        Value::I32(number) => {
            put_u32(out, 5);
            out.extend_from_slice(&number.to_le_bytes());
        }
        Value::F32(number) => {
            put_u32(out, 6);
            out.extend_from_slice(&number.to_le_bytes());
        }
        Value::Bool(truth) => {
            put_u32(out, 7);
            out.push(u8::from(*truth));
        }
        Value::Text(text) => {
            put_u32(out, 8);
            put_text(out, text);
        }
        Value::Texts(texts) => {
            put_array_head(out, 8, texts.len());
            for text in texts {
                put_text(out, text);
            }
        }
        Value::Floats(numbers) => {
            put_array_head(out, 6, numbers.len());
            for number in numbers {
                out.extend_from_slice(&number.to_le_bytes());
            }
        }
        Value::Ints(numbers) => {
            put_array_head(out, 5, numbers.len());
            for number in numbers {
                out.extend_from_slice(&number.to_le_bytes());
            }
        }
    }
}

fn put_array_head(out: &mut Vec<u8>, element_type: u32, count: usize) {
    put_u32(out, 9);
    put_u32(out, element_type);
    put_u64(out, count);
}

fn put_tensor_line(out: &mut Vec<u8>, tensor: &Tensor, offset: usize) {
    const F32: u32 = 0;
    put_text(out, &tensor.name);
    out.extend_from_slice(
        &u32::try_from(tensor.dimensions.len())
            .unwrap_or(u32::MAX)
            .to_le_bytes(),
    );
    for &length in &tensor.dimensions {
        put_u64(out, length);
    }
    put_u32(out, F32);
    put_u64(out, offset);
}

fn put_numbers(out: &mut Vec<u8>, tensor: &Tensor, noise: &mut Noise) {
    let count = tensor.len();
    match &tensor.fill {
        Fill::Zeros => out.resize(out.len() + count * size_of::<f32>(), 0),
        Fill::Ones => (0..count).for_each(|_| out.extend_from_slice(&1_f32.to_le_bytes())),
        Fill::Noise => (0..count).for_each(|_| out.extend_from_slice(&noise.weight().to_le_bytes())),
        Fill::Cells(cells) => {
            let start = out.len();
            out.resize(start + count * size_of::<f32>(), 0);
            for (index, value) in cells {
                let at = start + index * size_of::<f32>();
                out[at..at + size_of::<f32>()].copy_from_slice(&value.to_le_bytes());
            }
        }
    }
}

fn pad(out: &mut Vec<u8>) {
    out.resize(out.len().next_multiple_of(ALIGNMENT), 0);
}
