//! What a call brings: a body, nothing, one of several bodies by the status, or a stream.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::docs;
use super::types;
use crate::ir::{Api, ByStatus, Operation, ResponseBody};

/// Returns the name of the type that is made for a response, if one is.
pub(super) fn name(answer: &ResponseBody) -> Option<Ident> {
    match answer {
        ResponseBody::ByStatus(by_status) => Some(by_status.name.ident()),
        ResponseBody::Empty | ResponseBody::Body(_) | ResponseBody::Optional(_) | ResponseBody::Stream => None,
    }
}

/// Returns the type of a response.
pub(crate) fn rust_type(api: &Api, answer: &ResponseBody) -> TokenStream {
    match answer {
        ResponseBody::Empty => quote!(()),
        ResponseBody::Body(ty) => types::rust_type(api, ty),
        ResponseBody::Optional(ty) => {
            let ty = types::rust_type(api, ty);
            quote!(Option<#ty>)
        }
        ResponseBody::ByStatus(by_status) => {
            let name = by_status.name.ident();
            quote!(#name)
        }
        ResponseBody::Stream => quote!(Download),
    }
}

/// Returns the type that holds any of several bodies.
pub(super) fn emit(api: &Api, operation: &Operation) -> Option<TokenStream> {
    let ResponseBody::ByStatus(ByStatus { name, cases }) = &operation.response_body else { return None };
    let (name, method) = (name.ident(), operation.name.rust());
    let docs = docs::attributes(&[format!("What [`Client::{method}`] brings, by the status of the answer.")]);
    let variants = cases.iter().map(|case| {
        let ident = case.name.ident();
        let docs = docs::attributes(&[format!("With the status {}.", docs::code(case.name.wire()))]);
        let ty = case.ty.as_ref().map_or_else(|| quote!(()), |ty| types::rust_type(api, ty));
        quote!(#docs #ident(#ty))
    });
    let idents: Vec<_> = cases.iter().map(|case| case.name.ident()).collect();
    let first = idents.first();
    // Clippy takes a function that makes `()` for a mistake.
    let blanks = cases.iter().map(|case| case.ty.as_ref().map_or_else(|| quote!(()), |_| quote!(Value::blank())));
    let blanks: Vec<_> = blanks.collect();
    let blank = blanks.first();
    // The last case is for whatever is not listed.
    let patterns = cases.iter().enumerate().map(|(index, case)| match pattern(case.name.wire()) {
        Some(pattern) if index + 1 < cases.len() => pattern,
        _ => quote!(_),
    });
    Some(quote! {
        #docs
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
        }

        impl ResponseValue for #name {
            fn blank() -> Self {
                Self::#first(#blank)
            }

            fn slot(&mut self, status: u16) -> &mut dyn Value {
                *self = match status {
                    #(#patterns => Self::#idents(#blanks),)*
                };
                match self {
                    #(Self::#idents(value) => value,)*
                }
            }
        }
    })
}

/// Returns the statuses that a response of the document is for; nothing for `default`.
fn pattern(status: &str) -> Option<TokenStream> {
    if let Ok(status) = status.parse::<u16>() {
        let status = proc_macro2::Literal::u16_unsuffixed(status);
        return Some(quote!(#status));
    }
    let hundreds: u16 = status.get(..1)?.parse().ok()?;
    let first = proc_macro2::Literal::u16_unsuffixed(hundreds * 100);
    let last = proc_macro2::Literal::u16_unsuffixed(hundreds * 100 + 99);
    Some(quote!(#first..=#last))
}

/// Returns the way to ask for a response in other words than those of JSON.
pub(super) fn download(operation: &Operation) -> Option<TokenStream> {
    let streams = operation.streams.as_ref()?;
    let docs = docs::attributes(&[
        format!("Sends the call and asks for an answer of type {}, to be read as it comes.", docs::code(streams)),
        "Some services want the body to say so, too.".to_owned(),
    ]);
    let parameters = operation.query.iter().chain(&operation.cookies).map(|parameter| &parameter.name);
    let mut names = parameters.chain(operation.headers.iter().map(|header| &header.name));
    let is_taken = names.any(|name| name.rust() == "download");
    let method = quote::format_ident!("{}", if is_taken { "download_response" } else { "download" });
    Some(quote! {
        #docs
        pub fn #method(self) -> DownloadFuture {
            self.call.accept(#streams).download()
        }
    })
}
