//! Whole numbers with bounds.

/// Makes a type of whole numbers: `number! { /// What it is. Cents(i64), 1..=100 }`. Reading another
/// one is an error that names the bounds, and the schema has them.
macro_rules! number {
    ($(#[doc = $doc:literal])+ $name:ident($integer:ty), $min:literal ..= $max:literal) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "i64")]
        pub(crate) struct $name($integer);

        impl $name {
            pub(crate) const MIN: $integer = $min;
            pub(crate) const MAX: $integer = $max;

            pub(crate) const fn get(self) -> $integer {
                self.0
            }
        }

        impl TryFrom<i64> for $name {
            type Error = String;

            fn try_from(number: i64) -> Result<Self, String> {
                match <$integer>::try_from(number) {
                    Ok(number @ Self::MIN..=Self::MAX) => Ok(Self(number)),
                    _ => Err(format!(
                        "{number} is not between {} and {}", Self::MIN, Self::MAX
                    )),
                }
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
                let object: Object = ObjectBuilder::new()
                    .schema_type(Type::Integer)
                    .minimum(Some(i64::from(Self::MIN)))
                    .maximum(Some(i64::from(Self::MAX)))
                    .description(Some(concat!($($doc),+).trim()))
                    .build();
                object.into()
            }
        }

        impl utoipa::ToSchema for $name {}
    };
}

pub(crate) use number;
