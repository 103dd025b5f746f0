//! The type of a response: a body, nothing, one of several bodies by the status, or a stream.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::docs;
use super::types;
use crate::ir::{Api, ByStatus, Operation, ResponseBody};

/// Returns the name of the enum of a response by status.
pub(super) fn name(response: &ResponseBody) -> Option<Ident> {
    match response {
        ResponseBody::ByStatus(by_status) => Some(by_status.name.ident()),
        ResponseBody::Empty | ResponseBody::Body(_) | ResponseBody::Optional(_) | ResponseBody::Stream => None,
    }
}

/// Returns the type of a response.
pub(crate) fn rust_type(api: &Api, response: &ResponseBody) -> TokenStream {
    match response {
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

/// Returns the enum of a response by status.
pub(super) fn emit(api: &Api, operation: &Operation) -> Option<TokenStream> {
    let ResponseBody::ByStatus(ByStatus { name, cases }) = &operation.response_body else { return None };
    let (name, method) = (name.ident(), operation.name.rust());
    let docs = docs::attributes(&[format!("The response of [`Client::{method}`], by its status.")]);
    let variants = cases.iter().map(|case| {
        let ident = case.name.ident();
        let docs = docs::attributes(&[format!("The response with the status {}.", docs::code(case.name.wire()))]);
        let ty = case.ty.as_ref().map_or_else(|| quote!(()), |ty| types::rust_type(api, ty));
        quote!(#docs #ident(#ty))
    });
    let idents: Vec<_> = cases.iter().map(|case| case.name.ident()).collect();
    let first = idents.first();
    // Clippy warns of a function call whose result is `()`.
    let blanks = cases.iter().map(|case| case.ty.as_ref().map_or_else(|| quote!(()), |_| quote!(Value::blank())));
    let blanks: Vec<_> = blanks.collect();
    let blank = blanks.first();
    // The last case takes every status without a case.
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

/// Returns the pattern for the statuses of a response; `None` for `default`.
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

/// Returns the method that requests the response as a stream instead of JSON.
pub(super) fn download(operation: &Operation) -> Option<TokenStream> {
    let streams = operation.streams.as_ref()?;
    let docs = docs::attributes(&[
        format!("Sends the call, and requests the response as a stream of type {}.", docs::code(streams)),
        "Some services require a member of the request body for this, too.".to_owned(),
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
