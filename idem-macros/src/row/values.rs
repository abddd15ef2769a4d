//! The values of options that several derives have.

use crate::setting::Wrong;
use syn::parse::ParseStream;
use syn::{Ident, LitStr, Path, Token};

/// A column's name, without its table: that one is the model's.
pub(crate) fn column_name(input: ParseStream<'_>) -> Result<Ident, Wrong> {
    if input.peek(LitStr) {
        let text: LitStr = input.parse()?;
        let mistake = syn::Error::new(text.span(), "a column is named without quotes");
        return Err(match text.parse::<Ident>() {
            Ok(name) => Wrong::instead(mistake, name),
            Err(_) => mistake.into(),
        });
    }
    if !input.peek(Token![::]) && !input.peek2(Token![::]) {
        return Ok(input.parse::<Ident>()?);
    }
    let path = input.call(Path::parse_mod_style)?;
    let mistake = syn::Error::new_spanned(&path, "the table is the model's");
    Err(match path.segments.last() {
        Some(last) => Wrong::instead(mistake, &last.ident),
        None => mistake.into(),
    })
}

/// Where the library is found.
pub(crate) fn krate(input: ParseStream<'_>) -> syn::Result<Path> {
    input.call(Path::parse_mod_style)
}
