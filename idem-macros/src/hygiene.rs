//! Names and places of what is emitted.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::Path;

/// Where the library's names are found.
pub(crate) fn krate(given: Option<&Path>) -> TokenStream {
    let given = given.map(Path::to_token_stream);
    given.unwrap_or_else(|| quote_spanned!(Span::mixed_site()=> ::idem_diesel))
}

/// A name of ours: a user's `name` is another one.
pub(crate) fn ours(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

/// `tokens` in another place, with the same meaning.
pub(crate) fn placed(tokens: TokenStream, place: Span) -> TokenStream {
    let token = |mut token: TokenTree| {
        token.set_span(token.span().located_at(place));
        token
    };
    tokens.into_iter().map(token).collect()
}

/// The place of `tokens` in the user's source, for tokens of ours that the compiler's messages
/// about `tokens` will point at.
pub(crate) fn at(tokens: impl ToTokens) -> Span {
    let first = tokens.to_token_stream().into_iter().next();
    let place = first.map_or_else(Span::mixed_site, |token| token.span());
    Span::mixed_site().located_at(place)
}
