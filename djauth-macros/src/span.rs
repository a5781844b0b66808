//! Where the compiler is to complain.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::ToTokens;

/// Moves tokens to where something of the user's stands: from its first token to its last one.
pub(crate) fn respanned(tokens: TokenStream, place: &impl ToTokens) -> TokenStream {
    let (first, last) = ends(place);
    let mut tokens: Vec<_> = moved(tokens, first).into_iter().collect();
    if let Some(token) = tokens.last_mut() {
        token.set_span(last);
    }
    tokens.into_iter().collect()
}

/// Calls a function with the user's own argument, such that what the compiler says of either is said of the argument, once.
pub(crate) fn called(function: &TokenStream, argument: &impl ToTokens) -> TokenStream {
    let (first, last) = ends(argument);
    let mut arguments = Group::new(Delimiter::Parenthesis, argument.to_token_stream());
    arguments.set_span(last);
    let mut call = moved(function.clone(), first);
    call.extend([TokenTree::Group(arguments)]);
    call
}

fn moved(tokens: TokenStream, span: Span) -> TokenStream {
    let move_one = |token| {
        let mut token = match token {
            TokenTree::Group(group) => Group::new(group.delimiter(), moved(group.stream(), span)).into(),
            // Where it stands says whose crate it is.
            TokenTree::Ident(word) if word == "$crate" => return word.into(),
            other => other,
        };
        token.set_span(span);
        token
    };
    tokens.into_iter().map(move_one).collect()
}

/// Returns the spans of the first and the last token.
pub(crate) fn ends(place: &impl ToTokens) -> (Span, Span) {
    let mut spans = place.to_token_stream().into_iter().map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::call_site);
    (first, spans.last().unwrap_or(first))
}
