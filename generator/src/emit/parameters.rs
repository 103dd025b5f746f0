//! Parameters: their rows in the wire contract, and the arguments and setters that take their values.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::types::{Argument, argument_of, like_operator, rust_type};
use super::{docs, prose, structs};
use crate::ir::{Api, Constraints, Docs, Encoding, Parameter, Presence, Scalar, Shape, Status, Style, StyleName, Type};
use crate::names::Name;

/// An argument of a method of the client, and the code that passes it to the call.
pub(super) struct MethodArgument {
    /// The argument with its type.
    pub(super) declaration: TokenStream,
    /// A statement that converts the argument, or nothing.
    pub(super) conversion: TokenStream,
    /// The method of the call that takes the value.
    pub(super) setter: TokenStream,
}

/// Returns the segment of the path that a parameter fills.
pub(super) fn segment(api: &Api, parameter: &Parameter) -> TokenStream {
    let wire = parameter.name.wire();
    if is_plain_text(parameter) {
        return quote!(Segment::Parameter(#wire));
    }
    let row = row(api, parameter);
    quote!(Segment::Styled(&#row))
}

/// Returns whether a path parameter is text without constraints in the default style.
pub(super) fn is_plain_text(parameter: &Parameter) -> bool {
    parameter.ty == Type::Scalar(Scalar::Text)
        && parameter.constraints.is_empty()
        && parameter.style == Style::plain(StyleName::Simple)
}

/// Returns the row of a parameter in the wire contract.
pub(super) fn row(api: &Api, parameter: &Parameter) -> TokenStream {
    let wire = parameter.name.wire();
    let style = style(parameter.style);
    let members = may_explode_to_members(api, parameter).then(|| quote!(.members()));
    let required = (parameter.presence == Presence::Required).then(|| quote!(.required()));
    let limits = (!parameter.constraints.is_empty()).then(|| {
        let limits = structs::limits(&parameter.constraints);
        quote!(.constraints(#limits))
    });
    quote!(Parameter::new(#wire) #style #members #required #limits)
}

/// Returns whether each member of a value becomes a parameter under its own name.
fn may_explode_to_members(api: &Api, parameter: &Parameter) -> bool {
    let is_form = matches!(parameter.style, Style::Styled { name: StyleName::Form, explode: true, .. });
    is_form
        && match api.types.resolve(&parameter.ty) {
            Type::Map(_) | Type::Json => true,
            Type::Named(id) => matches!(api.types.get(*id).shape, Shape::Struct(_) | Shape::Union(_)),
            Type::Scalar(_) | Type::List(_) | Type::Nullable(_) => false,
        }
}

/// Returns the style for a row, unless it is the default of a query parameter.
fn style(style: Style) -> TokenStream {
    match style {
        Style::Json => quote!(.json()),
        Style::Styled { name, explode, allow_reserved } => {
            let named = (name != StyleName::Form).then(|| {
                let name = style_name(name);
                quote!(.style(Style::#name))
            });
            // By OpenAPI's default, only `form` and `deepObject` explode.
            let default = matches!(name, StyleName::Form | StyleName::DeepObject);
            let explode = (explode != default).then(|| quote!(.explode(#explode)));
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

/// Returns the row of a member of a form.
pub(super) fn encoding(encoding: &Encoding) -> TokenStream {
    let property = &encoding.property;
    let content_type = encoding.content_type.as_ref().map(|content_type| quote!(.content_type(#content_type)));
    let style = encoding.style.map(|style| match style {
        Style::Json => TokenStream::new(),
        Style::Styled { name, explode, allow_reserved } => {
            let name = style_name(name);
            let allow_reserved = allow_reserved.then(|| quote!(.allow_reserved()));
            quote!(.style(Style::#name).explode(#explode)#allow_reserved)
        }
    });
    let headers = &encoding.required_headers;
    let headers = (!headers.is_empty()).then(|| quote!(.required_headers(&[#(#headers),*])));
    let base64 = encoding.base64.then(|| quote!(.base64()));
    quote!(Encoding::new(#property) #content_type #style #headers #base64)
}

/// Returns the argument for a path parameter.
pub(super) fn path_argument(api: &Api, parameter: &Parameter) -> MethodArgument {
    let name = parameter.name.ident();
    if is_plain_text(parameter) {
        let setter = quote!(.path_parameter(#name));
        return MethodArgument { declaration: quote!(#name: impl AsRef<str>), conversion: TokenStream::new(), setter };
    }
    let PassedValue { ty, conversion, value } = passed(api, &name, &parameter.ty);
    MethodArgument {
        declaration: quote!(#name: #ty),
        conversion: statement(&name, conversion),
        setter: quote!(.path_value(#value)),
    }
}

/// Returns the argument for a parameter outside of the path.
pub(super) fn argument(api: &Api, parameter: &Parameter, setter: &Ident) -> MethodArgument {
    named_argument(api, &parameter.name, &parameter.ty, setter)
}

/// Returns the argument for a named value.
pub(super) fn named_argument(api: &Api, name: &Name, ty: &Type, setter: &Ident) -> MethodArgument {
    let (ident, wire) = (name.ident(), name.wire());
    let PassedValue { ty, conversion, value } = passed(api, &ident, ty);
    MethodArgument {
        declaration: quote!(#ident: #ty),
        conversion: statement(&ident, conversion),
        setter: quote!(.#setter(#wire, #value)),
    }
}

fn statement(name: &Ident, conversion: Option<Conversion>) -> TokenStream {
    conversion.map(|Conversion { ty, value }| quote!(let #name: #ty = #value;)).unwrap_or_default()
}

/// Returns the row of the setter of an optional parameter.
pub(super) fn setter(api: &Api, parameter: &Parameter, method: &Ident) -> TokenStream {
    let mut paragraphs = vec![format!("Sends {}.", docs::code(parameter.name.wire()))];
    if parameter.status == Status::Deprecated {
        paragraphs.push("**Deprecated.**".to_owned());
    }
    paragraphs.extend(docs::paragraphs(&parameter.docs, Some(&parameter.constraints)));
    setter_of(api, &parameter.name, &parameter.ty, method, &docs::attributes(&paragraphs))
}

/// Returns the row of the setter of an optional value.
pub(super) fn setter_of(api: &Api, name: &Name, ty: &Type, method: &Ident, docs: &TokenStream) -> TokenStream {
    let (ident, wire) = (name.ident(), name.wire());
    let PassedValue { ty, conversion, value } = passed(api, &ident, ty);
    let conversion = conversion.map(|Conversion { ty, value }| quote!(= #value, as #ty));
    let allowed = like_operator(name);
    quote!(#docs #allowed #ident: #ty #conversion => #method(#wire, #value);)
}

/// Returns the paragraph about a parameter in the documentation of the method.
pub(super) fn paragraph(parameter: &Parameter) -> Option<String> {
    argument_paragraph(&parameter.name, &parameter.docs, &parameter.constraints)
}

/// Returns the paragraph about an argument in the documentation of the method.
pub(super) fn argument_paragraph(name: &Name, docs: &Docs, limits: &Constraints) -> Option<String> {
    let description = prose::labelled(&format!("`{}`:", name.rust()), &docs.text);
    let notes = docs::notes(docs, Some(limits));
    match (docs.text.trim().is_empty(), notes.is_empty()) {
        (true, true) => None,
        (true, false) => Some(format!("{} {notes}", description.trim_end())),
        (false, _) => Some([description, notes].join("\n\n")),
    }
}

/// Returns the type of the argument for a named value.
pub(super) fn argument_type(api: &Api, name: &Name, ty: &Type) -> TokenStream {
    passed(api, &name.ident(), ty).ty
}

/// A value that a caller passes as an argument.
struct PassedValue {
    /// The type of the argument.
    ty: TokenStream,
    conversion: Option<Conversion>,
    /// A reference to the converted value.
    value: TokenStream,
}

/// The conversion of an argument into the value of its parameter, under the same name.
struct Conversion {
    ty: TokenStream,
    value: TokenStream,
}

/// Returns how an argument is passed: converted, or borrowed if it is large.
fn passed(api: &Api, name: &Ident, of: &Type) -> PassedValue {
    let rust = rust_type(api, of);
    match api.types.resolve(of) {
        Type::Scalar(Scalar::Text | Scalar::Secret | Scalar::Decimal) | Type::List(_) => {
            let Argument { ty, value } = argument_of(api, name, of);
            PassedValue { ty, conversion: Some(Conversion { ty: rust, value }), value: quote!(&#name) }
        }
        Type::Scalar(_) => PassedValue { ty: rust, conversion: None, value: quote!(&#name) },
        Type::Named(_) | Type::Map(_) | Type::Nullable(_) | Type::Json => {
            PassedValue { ty: quote!(&#rust), conversion: None, value: quote!(#name) }
        }
    }
}
