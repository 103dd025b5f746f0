//! What the body of a success means: as data for the runtime, and as sentences for readers.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use super::docs;
use crate::ir::{Api, FailureOutcome, Means, Operation, Shape, State, Success, TypeDef};

/// Returns the file with the data of all types whose success the document explains, if there are any. Operations share it: it
/// is the same for all that return the type.
pub(super) fn emit(api: &Api) -> Option<TokenStream> {
    let types = api.operations.iter().filter_map(|operation| operation.success_type(&api.types));
    let types: BTreeMap<_, _> = types.map(|definition| (definition.name.rust(), definition)).collect();
    let statics: Vec<_> = types.into_values().filter_map(data).collect();
    let outcome = super::imports::idents(&quote!(#(#statics)*)).contains("Outcome").then(|| {
        quote!(
            use sdk_runtime::Outcome;
        )
    });
    (!statics.is_empty()).then(|| {
        quote! {
            //! What the body of a success means, by its type.

            #outcome
            use sdk_runtime::codegen::{Means, State, Success};

            #(#statics)*
        }
    })
}

fn data(definition: &TypeDef) -> Option<TokenStream> {
    let Shape::Struct(object) = &definition.shape else { return None };
    let Success { known_by, states, decline_codes, .. } = object.success.as_deref()?;
    let constant = definition.name.const_ident();
    let known_by = known_by.iter().map(|members| quote!(&[#(#members),*]));
    let states = states.iter().map(state);
    Some(quote! {
        pub(crate) static #constant: Success = Success {
            known_by: &[#(#known_by),*],
            states: &[#(#states),*],
            decline_codes: &[#(#decline_codes),*],
        };
    })
}

/// Returns the call that hands the data over.
pub(super) fn step(api: &Api, operation: &Operation) -> Option<TokenStream> {
    let constant = operation.success_type(&api.types)?.name.const_ident();
    Some(quote!(.success(&crate::success::#constant)))
}

fn state(state: &State) -> TokenStream {
    let State { when, with, means } = state;
    let when = when.iter().map(|(member, values)| quote!((#member, &[#(#values),*])));
    let means = match means {
        Means::Done => quote!(Done),
        Means::Open => quote!(Open),
        Means::Declined(FailureOutcome::Rejected) => quote!(Declined(Outcome::Rejected)),
        Means::Declined(FailureOutcome::Unknown) => quote!(Declined(Outcome::Unknown)),
    };
    quote!(State { when: &[#(#when),*], with: &[#(#with),*], means: Means::#means })
}

/// Returns the states, one a line of Markdown.
pub(crate) fn states(success: &Success) -> Vec<String> {
    let line = |state: &State| {
        let means = match state.means {
            Means::Done => "done",
            Means::Open => "open",
            Means::Declined(FailureOutcome::Rejected) => "declined, `Rejected`",
            Means::Declined(FailureOutcome::Unknown) => "declined, `Unknown`",
        };
        let values = |values: &[String]| values.iter().map(|value| docs::code(value)).collect::<Vec<_>>().join(" or ");
        let when = state.when.iter().map(|(member, all)| format!("{} is {}", docs::code(member), values(all)));
        let with = state.with.iter().map(|member| format!("{} is there", docs::code(member)));
        format!("- {means}: {}", when.chain(with).collect::<Vec<_>>().join(", and "))
    };
    success.states.iter().map(line).collect()
}

/// Returns what the method of an operation says of its successes.
pub(super) fn paragraph(api: &Api, operation: &Operation) -> Option<String> {
    operation.success(&api.types).filter(|success| !success.states.is_empty())?;
    let name = operation.success_type(&api.types)?.name.rust();
    Some(format!(
        "A success says whether it is done, still open or declined: see [`{name}`](crate::{name}#what-a-success-means)."
    ))
}

/// Returns what a type says of the successes whose body it is.
pub(super) fn paragraphs(success: &Success) -> Vec<String> {
    if success.states.is_empty() {
        return Vec::new();
    }
    let is_declined = success.states.iter().any(|state| matches!(state.means, Means::Declined(_)));
    let declined = "A success whose body says that the call was declined is an error, and \
         [`Error::is_decline`](crate::Error::is_decline) tells it from others.";
    let codes: Vec<_> = success.decline_codes.iter().map(|code| docs::code(code)).collect();
    let coded = format!("A failure with the reason code {} is a decline, too.", codes.join(" or "));
    vec![
        "# What a success means".to_owned(),
        "[`Response::is_done`](crate::Response::is_done) tells what is done from what is still open. The first of these that \
         holds decides; where none does, the call is open:"
            .to_owned(),
        states(success).join("\n"),
        if is_declined { declined.to_owned() } else { String::new() },
        if codes.is_empty() { String::new() } else { coded },
    ]
}
