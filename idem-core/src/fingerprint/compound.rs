//! The canonical form of what has parts: sequences, and maps sorted by their keys' forms.

use super::canonical::{Canonical, Entry, MAP, SEQUENCE, Unserializable};
use serde::ser::{self, Serialize, SerializeMap};
use std::fmt;

type Done = Result<(), Unserializable>;

/// A sequence that is being written.
pub(super) struct Items<'a> {
    form: &'a mut Canonical,
    at: usize,
    count: usize,
}

impl<'a> Items<'a> {
    pub(super) fn open(form: &'a mut Canonical) -> Self {
        let at = form.open(SEQUENCE);
        Self { form, at, count: 0 }
    }
}

macro_rules! items {
    ($($kind:ident $method:ident),*) => {$(
        impl ser::$kind for Items<'_> {
            type Ok = ();
            type Error = Unserializable;

            #[inline]
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
                self.count += 1;
                value.serialize(&mut *self.form)
            }

            fn end(self) -> Done {
                self.form.set_length(self.at, self.count);
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

/// A map or a struct that is being written.
pub(super) struct Fields<'a> {
    form: &'a mut Canonical,
    at: usize,
    /// Where its own entries start in `Canonical::entries`.
    first: usize,
    /// Where the entry that is being written starts, and its value.
    key: usize,
    value: usize,
    /// Whether it stands for a number that `serde_json` hands over as text.
    number: bool,
}

impl<'a> Fields<'a> {
    pub(super) fn open(form: &'a mut Canonical, number: bool) -> Self {
        let at = form.open(MAP);
        let first = form.entries.len();
        Self {
            form,
            at,
            first,
            key: 0,
            value: 0,
            number,
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
        let count = own.len();
        // The position decides between equal keys, so that the order is one and the same.
        let rank = |entry: &Entry| (&bytes[entry.key..entry.value], entry.key);
        if !own.is_sorted_by(|a, b| rank(a) <= rank(b)) {
            own.sort_unstable_by(|a, b| rank(a).cmp(&rank(b)));
            spare.clear();
            for entry in &*own {
                spare.extend_from_slice(&bytes[entry.key..entry.end]);
            }
            bytes.truncate(self.at + 8);
            bytes.extend_from_slice(spare);
        }
        entries.truncate(self.first);
        self.form.set_length(self.at, count);
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
                if self.number {
                    let at = self.at - 1; // the number takes the map's place
                    self.form.bytes.truncate(at);
                    value.serialize(&mut *self.form)?;
                    return self.form.number(at);
                }
                self.write_key(key)?;
                self.write_value(value)
            }

            fn end(self) -> Done {
                if self.number { Ok(()) } else { self.close() }
            }
        }
    )*};
}

fields!(SerializeStruct, SerializeStructVariant);

/// Bytes that take text.
pub(super) struct Text<'a>(pub(super) &'a mut Vec<u8>);

impl fmt::Write for Text<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}
