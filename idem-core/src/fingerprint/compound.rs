//! The canonical form of what has parts: sequences, and maps sorted by their keys' forms.

use super::canonical::{Canonical, Entry, Unserializable};
use super::tags::{MAP, MAP_END, SEQUENCE, SEQUENCE_END};
use serde::ser::{self, Error, Serialize, SerializeMap};

type Done = Result<(), Unserializable>;

/// A sequence that is being written.
pub(super) struct Items<'a> {
    form: &'a mut Canonical,
    /// Whether it is the content of a variant, whose map ends with it.
    in_variant: bool,
}

impl<'a> Items<'a> {
    pub(super) fn open(form: &'a mut Canonical, in_variant: bool) -> Self {
        form.bytes.push(SEQUENCE);
        Self { form, in_variant }
    }
}

macro_rules! items {
    ($($kind:ident $method:ident),*) => {$(
        impl ser::$kind for Items<'_> {
            type Ok = ();
            type Error = Unserializable;

            #[inline]
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
                value.serialize(&mut *self.form)
            }

            fn end(self) -> Done {
                self.form.bytes.push(SEQUENCE_END);
                if self.in_variant {
                    self.form.bytes.push(MAP_END);
                }
                Ok(())
            }
        }
    )*};
}

items! {
    SerializeSeq serialize_element,
    SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field
}

/// What is written as a map.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Map,
    /// The content of a variant, whose map ends with it.
    Variant,
    /// A number that `serde_json` hands over as a struct with its text.
    Number,
}

/// A map or a struct that is being written.
pub(super) struct Fields<'a> {
    form: &'a mut Canonical,
    kind: Kind,
    /// Where its entries start in `Canonical::bytes`, and in `Canonical::entries`.
    at: usize,
    first: usize,
    /// Where the entry that is being written starts, and its value.
    key: usize,
    value: usize,
}

impl<'a> Fields<'a> {
    pub(super) fn open(form: &'a mut Canonical, kind: Kind) -> Self {
        if kind != Kind::Number {
            form.bytes.push(MAP);
        }
        let (at, first) = (form.bytes.len(), form.entries.len());
        Self {
            form,
            kind,
            at,
            first,
            key: at,
            value: at,
        }
    }

    #[inline]
    fn write_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Done {
        self.key = self.form.bytes.len();
        key.serialize(&mut *self.form)?;
        self.value = self.form.bytes.len();
        Ok(())
    }

    #[inline]
    fn write_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        value.serialize(&mut *self.form)?;
        self.form.entries.push(Entry {
            key: self.key,
            value: self.value,
            end: self.form.bytes.len(),
        });
        Ok(())
    }

    fn close(self) -> Done {
        let Canonical {
            bytes,
            entries,
            spare,
        } = self.form;
        let own = &mut entries[self.first..];
        // The position decides between equal keys, so that the order is one and the same.
        let rank = |entry: &Entry| (&bytes[entry.key..entry.value], entry.key);
        if !own.is_sorted_by(|a, b| rank(a) <= rank(b)) {
            own.sort_unstable_by(|a, b| rank(a).cmp(&rank(b)));
            spare.clear();
            for entry in &*own {
                spare.extend_from_slice(&bytes[entry.key..entry.end]);
            }
            bytes.truncate(self.at);
            bytes.extend_from_slice(spare);
        }
        entries.truncate(self.first);
        bytes.push(MAP_END);
        if self.kind == Kind::Variant {
            bytes.push(MAP_END);
        }
        Ok(())
    }
}

impl SerializeMap for Fields<'_> {
    type Ok = ();
    type Error = Unserializable;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Done {
        self.write_key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        self.write_value(value)
    }

    fn end(self) -> Done {
        self.close()
    }
}

macro_rules! fields {
    ($($kind:ident),*) => {$(
        impl ser::$kind for Fields<'_> {
            type Ok = ();
            type Error = Unserializable;

            #[inline]
            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Done {
                if self.kind == Kind::Number {
                    let text = serde_json::to_string(value).map_err(Error::custom)?;
                    return self.form.number(text.trim_matches('"'));
                }
                self.write_key(key)?;
                self.write_value(value)
            }

            fn end(self) -> Done {
                match self.kind {
                    Kind::Number => Ok(()),
                    Kind::Map | Kind::Variant => self.close(),
                }
            }
        }
    )*};
}

fields!(SerializeStruct, SerializeStructVariant);
