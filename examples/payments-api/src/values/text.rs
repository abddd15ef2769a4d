//! Texts with bounds.

/// Makes a type of texts: `text! { /// What it is. Owner, 1..=100, is_printable, "^…$" }`, with the
/// bounds of its length in characters, the rule for each character, and the same as a pattern for
/// the document. The rule has to refuse NUL, which PostgreSQL's `text` can't hold.
macro_rules! text {
    ($(#[doc = $doc:literal])+ $name:ident, $min:literal ..= $max:literal, $allows:path, $pattern:expr) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String")]
        pub(crate) struct $name(String);

        impl $name {
            pub(crate) fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                if !($min..=$max).contains(&text.chars().count()) {
                    return Err(format!("expected {} to {} characters", $min, $max));
                }
                match text.chars().find(|character| !$allows(*character)) {
                    None => Ok(Self(text)),
                    Some(character) => Err(format!("{character:?} can't be in it")),
                }
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
                let object: Object = ObjectBuilder::new()
                    .schema_type(Type::String)
                    .min_length(Some($min))
                    .max_length(Some($max))
                    .pattern(Some($pattern))
                    .description(Some(concat!($($doc),+).trim()))
                    .build();
                object.into()
            }
        }

        impl utoipa::ToSchema for $name {}
    };
}

/// Whether this is no control character.
pub(crate) const fn is_printable(character: char) -> bool {
    !matches!(character, '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}')
}

/// [`is_printable`] of each character, as a pattern.
pub(crate) const PRINTABLE: &str = r"^[^\u0000-\u001F\u007F-\u009F]*$";

pub(crate) use text;
