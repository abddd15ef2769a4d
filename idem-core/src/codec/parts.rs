//! The insides of arrays, objects and variants, with their values marked.

use super::encode::Marked;
use super::place::{Place, name};
use serde::ser::{self, Serialize, SerializeMap};

/// The wrapped `SerializeSeq`, `SerializeMap` and so on.
pub(super) struct Parts<C> {
    pub(super) inner: C,
    pub(super) place: Place,
    /// Whether a field's name is `serde_json`'s own affair.
    pub(super) number: bool,
}

macro_rules! elements {
    ($($kind:ident $method:ident),*) => {$(
        impl<C: ser::$kind> ser::$kind for Parts<C> {
            type Ok = C::Ok;
            type Error = C::Error;

            #[inline]
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), C::Error> {
                let place = self.place;
                self.inner.$method(&Marked { value, place })
            }

            #[inline]
            fn end(self) -> Result<C::Ok, C::Error> {
                self.inner.end()
            }
        }
    )*};
}

macro_rules! fields {
    ($($kind:ident),*) => {$(
        impl<C: ser::$kind> ser::$kind for Parts<C> {
            type Ok = C::Ok;
            type Error = C::Error;

            #[inline]
            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Result<(), C::Error> {
                let key = if self.number { key } else { name(key)? };
                let place = self.place;
                self.inner.serialize_field(key, &Marked { value, place })
            }

            #[inline]
            fn end(self) -> Result<C::Ok, C::Error> {
                self.inner.end()
            }
        }
    )*};
}

elements! {
    SerializeSeq serialize_element,
    SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field
}

fields!(SerializeStruct, SerializeStructVariant);

impl<C: SerializeMap> SerializeMap for Parts<C> {
    type Ok = C::Ok;
    type Error = C::Error;

    #[inline]
    fn serialize_key<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), C::Error> {
        let place = Place::Key;
        self.inner.serialize_key(&Marked { value, place })
    }

    #[inline]
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), C::Error> {
        let place = self.place;
        self.inner.serialize_value(&Marked { value, place })
    }

    #[inline]
    fn end(self) -> Result<C::Ok, C::Error> {
        self.inner.end()
    }
}
