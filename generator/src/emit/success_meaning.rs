//! The meaning of success bodies (done, open or declined): as data for the runtime, and as documentation.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use super::docs;
use crate::ir::{Api, FailureOutcome, Means, Operation, Shape, State, Success, TypeDef};

/// Returns the file with the data of all types for which the document declares the meaning of a success. Operations that
/// return one type share its data.
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
            //! The meaning of success bodies, by their type.

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

/// Returns the step of a declaration that passes the data to the runtime.
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

/// Returns the states as a list in Markdown, one line each.
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
        let with = state.with.iter().map(|member| format!("{} is present", docs::code(member)));
        format!("- {means}: {}", when.chain(with).collect::<Vec<_>>().join(", and "))
    };
    success.states.iter().map(line).collect()
}

/// Returns the paragraph about successes in the documentation of a method.
pub(super) fn paragraph(api: &Api, operation: &Operation) -> Option<String> {
    operation.success(&api.types).filter(|success| !success.states.is_empty())?;
    let name = operation.success_type(&api.types)?.name.rust();
    Some(format!(
        "A response is done or still open, and a decline is an error: see [`{name}`](crate::{name}#what-a-success-means)."
    ))
}

/// Returns the section about successes in the documentation of their type.
pub(super) fn paragraphs(success: &Success) -> Vec<String> {
    if success.states.is_empty() {
        return Vec::new();
    }
    let is_declined = success.states.iter().any(|state| matches!(state.means, Means::Declined(_)));
    let declined = "A declined call is an error, for which [`Error::is_decline`](crate::Error::is_decline) is `true`.";
    let codes: Vec<_> = success.decline_codes.iter().map(|code| docs::code(code)).collect();
    let coded = format!("A failure with the reason code {} is a decline, too.", codes.join(" or "));
    vec![
        "# What a success means".to_owned(),
        "[`Response::is_done`](crate::Response::is_done) tells a call that is done from one that is still open. The first rule \
         that holds decides; if none holds, the call is open:"
            .to_owned(),
        states(success).join("\n"),
        if is_declined { declined.to_owned() } else { String::new() },
        if codes.is_empty() { String::new() } else { coded },
    ]
}
