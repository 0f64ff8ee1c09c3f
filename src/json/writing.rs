//! Writing JSON texts: what serde derives, into a text, with nothing on the way that could fail.
//!
//! `serde_json` writes into anything and asks after each piece whether that went well; with some hundred fields that is
//! a good part of a wasm file. A text takes everything, so here nothing is asked: the error of this serializer has no
//! values, and the compiler leaves out all that would deal with one.
//!
//! What is written is what `serde_json` writes, except that control characters are escaped by their numbers.

use std::fmt;

use serde::ser::{self, Serialize};

/// A value as JSON text.
pub fn to_string<T: Serialize + ?Sized>(value: &T) -> String {
    let mut writer = Writer(String::with_capacity(128));
    let Ok(()) = value.serialize(&mut writer);
    writer.0
}

/// The text so far.
struct Writer(String);

/// What can go wrong: nothing.
#[derive(Debug)]
enum Never {}

/// A list or an object that is not closed.
struct Open<'a> {
    writer: &'a mut Writer,
    end: &'static str,
}

impl Writer {
    fn raw(&mut self, json: &str) {
        self.0.push_str(json);
    }

    /// Whatever comes before stands apart. Only what has just been opened ends with a bracket that opens.
    fn next(&mut self) {
        if !self.0.ends_with(['{', '[']) {
            self.0.push(',');
        }
    }

    /// The name of a field, which has nothing to escape.
    fn field(&mut self, name: &str) {
        self.next();
        self.0.push('"');
        self.0.push_str(name);
        self.raw("\":");
    }

    fn quoted(&mut self, text: &str) {
        self.0.push('"');
        let mut rest = text;
        let special = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
        while let Some(at) = rest.bytes().position(special) {
            let (plain, from) = rest.split_at(at);
            self.0.push_str(plain);
            let (one, after) = from.split_at(1);
            match one.as_bytes()[0] {
                byte @ 0..b' ' => {
                    self.raw(if byte < 16 { "\\u000" } else { "\\u001" });
                    self.0
                        .push(char::from(b"0123456789abcdef"[usize::from(byte % 16)]));
                }
                byte => {
                    self.0.push('\\');
                    self.0.push(char::from(byte));
                }
            }
            rest = after;
        }
        self.0.push_str(rest);
        self.0.push('"');
    }

    fn number(&mut self, number: u64) {
        let mut unit = 10_u64.pow(number.checked_ilog10().unwrap_or(0));
        while unit > 0 {
            // One digit always fits.
            let digit = u8::try_from(number / unit % 10).unwrap_or(0);
            self.0.push(char::from(b'0' + digit));
            unit /= 10;
        }
    }

    /// A variant that holds something: an object with its name as the only field.
    fn variant(&mut self, name: &str) {
        self.0.push('{');
        self.field(name);
    }

    fn open(&mut self, begin: char, end: &'static str) -> Open<'_> {
        self.0.push(begin);
        Open { writer: self, end }
    }
}

impl fmt::Display for Never {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

impl std::error::Error for Never {}

impl ser::Error for Never {
    fn custom<T: fmt::Display>(reason: T) -> Self {
        // Nothing in this crate refuses to be written.
        panic!("{reason}")
    }
}

/// Numbers that are larger numbers.
macro_rules! numbers {
    ($($name:ident: $kind:ty => $as:ident),*) => {
        $(fn $name(self, value: $kind) -> Result<(), Never> {
            self.$as(value.into())
        })*
    };
}

impl<'a> ser::Serializer for &'a mut Writer {
    type Ok = ();
    type Error = Never;
    type SerializeSeq = Open<'a>;
    type SerializeTuple = Open<'a>;
    type SerializeTupleStruct = Open<'a>;
    type SerializeTupleVariant = Open<'a>;
    type SerializeMap = Open<'a>;
    type SerializeStruct = Open<'a>;
    type SerializeStructVariant = Open<'a>;

    numbers! {
        serialize_i8: i8 => serialize_i64, serialize_i16: i16 => serialize_i64, serialize_i32: i32 => serialize_i64,
        serialize_u8: u8 => serialize_u64, serialize_u16: u16 => serialize_u64, serialize_u32: u32 => serialize_u64,
        serialize_f32: f32 => serialize_f64
    }

    fn serialize_bool(self, value: bool) -> Result<(), Never> {
        self.raw(if value { "true" } else { "false" });
        Ok(())
    }

    fn serialize_i64(self, value: i64) -> Result<(), Never> {
        if value < 0 {
            self.0.push('-');
        }
        self.number(value.unsigned_abs());
        Ok(())
    }

    fn serialize_u64(self, value: u64) -> Result<(), Never> {
        self.number(value);
        Ok(())
    }

    fn serialize_f64(self, value: f64) -> Result<(), Never> {
        // Its way of writing fractions is short, and they are rare.
        self.raw(&serde_json::to_string(&value).unwrap_or_default());
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Never> {
        self.quoted(value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), Never> {
        self.quoted(value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Never> {
        self.collect_seq(value)
    }

    fn serialize_none(self) -> Result<(), Never> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Never> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Never> {
        self.raw("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Never> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, name: &'static str) -> Result<(), Never> {
        self.quoted(name);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Never> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        value: &T,
    ) -> Result<(), Never> {
        self.variant(name);
        value.serialize(&mut *self)?;
        self.0.push('}');
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Open<'a>, Never> {
        Ok(self.open('[', "]"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Open<'a>, Never> {
        Ok(self.open('[', "]"))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Open<'a>, Never> {
        Ok(self.open('[', "]"))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Open<'a>, Never> {
        self.variant(name);
        Ok(self.open('[', "]}"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Open<'a>, Never> {
        Ok(self.open('{', "}"))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Open<'a>, Never> {
        Ok(self.open('{', "}"))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Open<'a>, Never> {
        self.variant(name);
        Ok(self.open('{', "}}"))
    }
}

impl Open<'_> {
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        self.writer.next();
        value.serialize(&mut *self.writer)
    }

    fn named<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Never> {
        self.writer.field(name);
        value.serialize(&mut *self.writer)
    }

    fn close(self) {
        self.writer.raw(self.end);
    }
}

/// Lists of each kind, and objects of each kind.
macro_rules! parts {
    ($($kind:ident $part:ident $write:ident $(, $name:ident)?);* $(;)?) => {
        $(impl ser::$kind for Open<'_> {
            type Ok = ();
            type Error = Never;

            fn $part<T: Serialize + ?Sized>(
                &mut self,
                $($name: &'static str,)?
                value: &T,
            ) -> Result<(), Never> {
                self.$write($($name,)? value)
            }

            fn end(self) -> Result<(), Never> {
                self.close();
                Ok(())
            }
        })*
    };
}

parts! {
    SerializeSeq serialize_element item;
    SerializeTuple serialize_element item;
    SerializeTupleStruct serialize_field item;
    SerializeTupleVariant serialize_field item;
    SerializeStruct serialize_field named, name;
    SerializeStructVariant serialize_field named, name;
}

impl ser::SerializeMap for Open<'_> {
    type Ok = ();
    type Error = Never;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Never> {
        self.writer.next();
        let start = self.writer.0.len();
        key.serialize(&mut *self.writer)?;
        // A key is a text, whatever it was.
        if !self.writer.0[start..].starts_with('"') {
            self.writer.0.insert(start, '"');
            self.writer.0.push('"');
        }
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        self.writer.0.push(':');
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Result<(), Never> {
        self.close();
        Ok(())
    }
}
