//! Parameters: their rows in the wire contract, and how callers hand them over.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::types::{Argument, argument_of, like_operator, rust_type};
use super::{docs, prose, structs};
use crate::ir::{Api, Constraints, Docs, Encoding, Parameter, Presence, Scalar, Shape, Status, Style, StyleName, Type};
use crate::names::Name;

/// Something a method takes, and what becomes of it.
pub(super) struct Taken {
    /// The argument with its type.
    pub(super) argument: TokenStream,
    /// A statement that makes it a value, if it is none yet.
    pub(super) before: TokenStream,
    /// The step by which the call takes it.
    pub(super) step: TokenStream,
}

/// Returns a place in the path.
pub(super) fn segment(api: &Api, parameter: &Parameter) -> TokenStream {
    let wire = parameter.name.wire();
    if is_plain_text(parameter) {
        return quote!(Segment::Parameter(#wire));
    }
    let row = row(api, parameter);
    quote!(Segment::Styled(&#row))
}

/// Tells whether a parameter is text that is sent as it is.
pub(super) fn is_plain_text(parameter: &Parameter) -> bool {
    parameter.ty == Type::Scalar(Scalar::Text)
        && parameter.constraints.is_empty()
        && parameter.style == Style::plain(StyleName::Simple)
}

/// Returns the row of a parameter in the wire contract.
pub(super) fn row(api: &Api, parameter: &Parameter) -> TokenStream {
    let wire = parameter.name.wire();
    let style = style(parameter.style);
    let members = may_spread(api, parameter).then(|| quote!(.members()));
    let required = (parameter.presence == Presence::Required).then(|| quote!(.required()));
    let limits = (!parameter.constraints.is_empty()).then(|| {
        let limits = structs::limits(&parameter.constraints);
        quote!(.constraints(#limits))
    });
    quote!(Parameter::new(#wire) #style #members #required #limits)
}

/// Tells whether the members of a value stand by themselves, each under its own name.
fn may_spread(api: &Api, parameter: &Parameter) -> bool {
    let is_form = matches!(parameter.style, Style::Styled { name: StyleName::Form, explode: true, .. });
    is_form
        && match api.types.resolve(&parameter.ty) {
            Type::Map(_) | Type::Json => true,
            Type::Named(id) => matches!(api.types.get(*id).shape, Shape::Struct(_) | Shape::Union(_)),
            Type::Scalar(_) | Type::List(_) | Type::Nullable(_) => false,
        }
}

/// Returns what a row says of the style, where it is not the usual one of a query.
fn style(style: Style) -> TokenStream {
    match style {
        Style::Json => quote!(.json()),
        Style::Styled { name, explode, allow_reserved } => {
            let named = (name != StyleName::Form).then(|| {
                let name = style_name(name);
                quote!(.style(Style::#name))
            });
            // The runtime explodes forms and deep objects, as OpenAPI has it.
            let usual = matches!(name, StyleName::Form | StyleName::DeepObject);
            let explode = (explode != usual).then(|| quote!(.explode(#explode)));
            let reserved = allow_reserved.then(|| quote!(.allow_reserved()));
            quote!(#named #explode #reserved)
        }
    }
}

fn style_name(name: StyleName) -> Ident {
    quote::format_ident!(
        "{}",
        match name {
            StyleName::Simple => "Simple",
            StyleName::Label => "Label",
            StyleName::Matrix => "Matrix",
            StyleName::Form => "Form",
            StyleName::SpaceDelimited => "SpaceDelimited",
            StyleName::PipeDelimited => "PipeDelimited",
            StyleName::DeepObject => "DeepObject",
        }
    )
}

/// Returns how a member of a form is written.
pub(super) fn encoding(encoding: &Encoding) -> TokenStream {
    let property = &encoding.property;
    let content_type = encoding.content_type.as_ref().map(|content_type| quote!(.content_type(#content_type)));
    let style = encoding.style.map(|style| match style {
        Style::Json => TokenStream::new(),
        Style::Styled { name, explode, .. } => {
            let name = style_name(name);
            quote!(.style(Style::#name).explode(#explode))
        }
    });
    quote!(Encoding::new(#property) #content_type #style)
}

/// Returns what a method takes for a place in the path.
pub(super) fn place(api: &Api, parameter: &Parameter) -> Taken {
    let name = parameter.name.ident();
    if is_plain_text(parameter) {
        let step = quote!(.path_parameter(#name));
        return Taken { argument: quote!(#name: impl AsRef<str>), before: TokenStream::new(), step };
    }
    let Handed { ty, made, value } = handed(api, &name, &parameter.ty);
    Taken { argument: quote!(#name: #ty), before: before(&name, made), step: quote!(.path_value(#value)) }
}

/// Returns what a method takes for a parameter that stands elsewhere.
pub(super) fn taken(api: &Api, parameter: &Parameter, step: &Ident) -> Taken {
    taken_as(api, &parameter.name, &parameter.ty, step)
}

/// Returns what a method takes for a value that goes by a name.
pub(super) fn taken_as(api: &Api, name: &Name, ty: &Type, step: &Ident) -> Taken {
    let (ident, wire) = (name.ident(), name.wire());
    let Handed { ty, made, value } = handed(api, &ident, ty);
    Taken { argument: quote!(#ident: #ty), before: before(&ident, made), step: quote!(.#step(#wire, #value)) }
}

fn before(name: &Ident, made: Option<Made>) -> TokenStream {
    made.map(|Made { ty, value }| quote!(let #name: #ty = #value;)).unwrap_or_default()
}

/// Returns the setter of a parameter that a call can do without.
pub(super) fn setter(api: &Api, parameter: &Parameter, step: &Ident) -> TokenStream {
    let mut paragraphs = vec![format!("Sends {}.", docs::code(parameter.name.wire()))];
    if parameter.status == Status::Deprecated {
        paragraphs.push("**Deprecated.**".to_owned());
    }
    paragraphs.extend(docs::paragraphs(&parameter.docs, Some(&parameter.constraints)));
    setter_of(api, &parameter.name, &parameter.ty, step, &docs::attributes(&paragraphs))
}

/// Returns the setter of anything that a call can do without.
pub(super) fn setter_of(api: &Api, name: &Name, ty: &Type, step: &Ident, docs: &TokenStream) -> TokenStream {
    let (ident, wire) = (name.ident(), name.wire());
    let Handed { ty, made, value } = handed(api, &ident, ty);
    let made = made.map(|Made { ty, value }| quote!(= #value, as #ty));
    let allowed = like_operator(name);
    quote!(#docs #allowed #ident: #ty #made => #step(#wire, #value);)
}

/// Returns what is said of a parameter where the method is described.
pub(super) fn paragraph(parameter: &Parameter) -> Option<String> {
    told(&parameter.name, &parameter.docs, &parameter.constraints)
}

/// Returns what is said of an argument where the method is described.
pub(super) fn told(name: &Name, docs: &Docs, limits: &Constraints) -> Option<String> {
    let told = prose::labelled(&format!("`{}`:", name.rust()), &docs.text);
    let notes = docs::notes(docs, Some(limits));
    match (docs.text.trim().is_empty(), notes.is_empty()) {
        (true, true) => None,
        (true, false) => Some(format!("{} {notes}", told.trim_end())),
        (false, _) => Some([told, notes].join("\n\n")),
    }
}

/// Returns the type of the argument for a value that goes by a name.
pub(super) fn argument_type(api: &Api, name: &Name, ty: &Type) -> TokenStream {
    handed(api, &name.ident(), ty).ty
}

/// How a value is handed over.
struct Handed {
    ty: TokenStream,
    /// What is made of the argument first.
    made: Option<Made>,
    /// A reference to it.
    value: TokenStream,
}

/// A value that is made of an argument, under the same name.
struct Made {
    ty: TokenStream,
    value: TokenStream,
}

/// Returns how an argument is passed: converted, or borrowed if it is large.
fn handed(api: &Api, name: &Ident, of: &Type) -> Handed {
    let rust = rust_type(api, of);
    match api.types.resolve(of) {
        Type::Scalar(Scalar::Text | Scalar::Secret | Scalar::Decimal) | Type::List(_) => {
            let Argument { ty, value } = argument_of(api, name, of);
            Handed { ty, made: Some(Made { ty: rust, value }), value: quote!(&#name) }
        }
        Type::Scalar(_) => Handed { ty: rust, made: None, value: quote!(&#name) },
        Type::Named(_) | Type::Map(_) | Type::Nullable(_) | Type::Json => {
            Handed { ty: quote!(&#rust), made: None, value: quote!(#name) }
        }
    }
}
