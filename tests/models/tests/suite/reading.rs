//! A reader of GGUF files that shares no code with the writer, and the arithmetic of a model whose blocks add
//! nothing: enough to hear it speak.

use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Number(u32),
    Float(f32),
    Bool(bool),
    Text(String),
    Texts(Vec<String>),
    Floats(Vec<f32>),
    Ints(Vec<i32>),
}

pub(crate) struct Tensor {
    pub(crate) dimensions: Vec<u64>,
    pub(crate) numbers: Vec<f32>,
}

pub(crate) struct Parsed {
    pub(crate) metadata: BTreeMap<String, Value>,
    pub(crate) tensors: BTreeMap<String, Tensor>,
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let taken = self.bytes[self.at..self.at + N].try_into().unwrap();
        self.at += N;
        taken
    }
    fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }
    fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.take())
    }
    fn f32(&mut self) -> f32 {
        f32::from_le_bytes(self.take())
    }
    fn text(&mut self) -> String {
        let length = usize::try_from(self.u64()).unwrap();
        let text = std::str::from_utf8(&self.bytes[self.at..self.at + length])
            .unwrap()
            .to_string();
        self.at += length;
        text
    }
    fn value(&mut self) -> Value {
        match self.u32() {
            2 => Value::Number(u16::from_le_bytes(self.take()).into()),
            5 => Value::Number(u32::from_le_bytes(self.take())),
            4 => Value::Number(self.u32()),
            6 => Value::Float(self.f32()),
            7 => Value::Bool(self.take::<1>()[0] == 1),
            8 => Value::Text(self.text()),
            9 => {
                let element = self.u32();
                let count = self.u64();
                match element {
                    5 => Value::Ints((0..count).map(|_| i32::from_le_bytes(self.take())).collect()),
                    6 => Value::Floats((0..count).map(|_| self.f32()).collect()),
                    8 => Value::Texts((0..count).map(|_| self.text()).collect()),
                    other => panic!("array of type {other}"),
                }
            }
            other => panic!("value of type {other}"),
        }
    }
}

pub(crate) fn parse(bytes: &[u8]) -> Parsed {
    let mut cursor = Cursor { bytes, at: 0 };
    assert_eq!(&cursor.take::<4>(), b"GGUF");
    assert_eq!(cursor.u32(), 3);
    let tensors = cursor.u64();
    let entries = cursor.u64();
    let metadata = (0..entries).map(|_| (cursor.text(), cursor.value())).collect();
    let lines: Vec<(String, Vec<u64>, usize)> = (0..tensors)
        .map(|_| {
            let name = cursor.text();
            let count = cursor.u32();
            let dimensions = (0..count).map(|_| cursor.u64()).collect();
            assert_eq!(cursor.u32(), 0, "{name} is F32");
            (name, dimensions, usize::try_from(cursor.u64()).unwrap())
        })
        .collect();
    let data_start = cursor.at.next_multiple_of(32);
    let mut end = data_start;
    let tensors = lines
        .into_iter()
        .map(|(name, dimensions, offset)| {
            assert_eq!(data_start + offset, end, "{name} follows the tensor before it");
            let count = usize::try_from(dimensions.iter().product::<u64>()).unwrap();
            cursor.at = data_start + offset;
            let numbers = (0..count).map(|_| cursor.f32()).collect();
            end = cursor.at.next_multiple_of(32);
            (name, Tensor { dimensions, numbers })
        })
        .collect();
    assert_eq!(end, bytes.len(), "nothing after the last tensor");
    Parsed { metadata, tensors }
}

impl Parsed {
    pub(crate) fn tokens(&self) -> &[String] {
        match &self.metadata["tokenizer.ggml.tokens"] {
            Value::Texts(texts) => texts,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn id(&self, text: &str) -> usize {
        self.tokens().iter().position(|token| token == text).unwrap()
    }

    /// The token with the highest score after `current`, and by how much it leads.
    pub(crate) fn next(&self, current: usize) -> (usize, f32) {
        let width = self.tokens().len();
        let row = &self.tensors["token_embd.weight"].numbers[current * width..(current + 1) * width];
        let mean = row.iter().map(|x| x * x).sum::<f32>() / f32::from(u16::try_from(width).unwrap());
        let scale = 1.0 / (mean + 1e-5).sqrt();
        let output = &self.tensors["output.weight"].numbers;
        let mut scores: Vec<(usize, f32)> = (0..width)
            .map(|token| {
                let cells = &output[token * width..(token + 1) * width];
                (token, cells.iter().zip(row).map(|(a, b)| a * b * scale).sum())
            })
            .collect();
        scores.sort_by(|a, b| b.1.total_cmp(&a.1));
        (scores[0].0, scores[0].1 - scores[1].1)
    }
}
