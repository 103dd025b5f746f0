//! The document's examples become Rust that compiles: a request as its constructor and setters, awaited by the client.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value;

use crate::ir::{
    Additional, Api, Constructor, Field, Operation, Presence, Scalar, Segment, Shape, Status, Struct, Type, TypeId,
};

/// A fenced example of a call, or nothing when the document has none that can be spelt.
pub(super) fn operation(api: &Api, operation: &Operation, crate_name: &str) -> Option<String> {
    let mut arguments = Vec::new();
    for segment in &operation.path {
        if let Segment::Parameter(parameter) = segment {
            let text = parameter.example.clone().unwrap_or_else(|| parameter.name.wire().to_owned());
            arguments.push(quote!(#text));
        }
    }
    let mut lines = String::new();
    if let Some(body) = &operation.body {
        let value = expression(api, &body.ty, body.example.as_ref()?)?;
        lines.push_str(&statement(&quote!(let request = #value;))?);
        arguments.push(quote!(&request));
    }
    let (method, crate_ident) = (operation.name.ident(), format_ident!("{}", crate_name.replace('-', "_")));
    lines.push_str(&statement(&quote!(let answer = client.#method(#(#arguments),*).await?;))?);
    let names: Vec<_> = imports(&lines).iter().map(|name| format_ident!("{name}")).collect();
    let uses = match names.is_empty() {
        true => String::new(),
        false => statement(&quote!(use #crate_ident::{#(#names),*};))? + "\n",
    };
    Some(format!(
        "```no_run\n{uses}# async fn example(client: {crate_ident}::Client) -> Result<(), Box<dyn std::error::Error>> {{\n{lines}# let _ = answer;\n# Ok(())\n# }}\n```"
    ))
}

/// A statement as the formatter spells it, without the function around it.
fn statement(tokens: &TokenStream) -> Option<String> {
    let file = syn::parse2(quote!(async fn example() { #tokens })).ok()?;
    let text = prettyplease::unparse(&file);
    let body = text.lines().skip(1).filter(|line| *line != "}");
    Some(body.map(|line| format!("{}\n", line.strip_prefix("    ").unwrap_or(line))).collect())
}

/// The names in the example that come from the crate: all in PascalCase but what the prelude has.
fn imports(lines: &str) -> Vec<String> {
    let Ok(tokens) = lines.parse::<TokenStream>() else { return Vec::new() };
    let idents = super::types::idents(&tokens);
    let mut names: Vec<_> = idents.into_iter().filter(|name| name.starts_with(char::is_uppercase)).collect();
    let paths: Vec<String> = variants(&tokens);
    names.retain(|name| !paths.contains(name));
    names
}

/// The identifiers that follow `::`, which need no import of their own.
fn variants(tokens: &TokenStream) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![tokens.clone()];
    while let Some(tokens) = open.pop() {
        let mut after_colons = false;
        for tree in tokens {
            match tree {
                proc_macro2::TokenTree::Ident(ident) => {
                    if after_colons {
                        found.push(ident.to_string());
                    }
                    after_colons = false;
                }
                proc_macro2::TokenTree::Punct(punct) => after_colons = punct.as_char() == ':',
                proc_macro2::TokenTree::Group(group) => {
                    open.push(group.stream());
                    after_colons = false;
                }
                proc_macro2::TokenTree::Literal(_) => after_colons = false,
            }
        }
    }
    found
}

/// A JSON value as an expression of a type; nothing when the value does not fit the type.
fn expression(api: &Api, ty: &Type, value: &Value) -> Option<TokenStream> {
    match ty {
        Type::Named(id) => named(api, *id, value),
        Type::Scalar(scalar) => self::scalar(*scalar, value),
        Type::List(element) => {
            let elements: Option<Vec<_>> =
                value.as_array()?.iter().map(|value| expression(api, element, value)).collect();
            let elements = elements?;
            Some(quote!([#(#elements),*]))
        }
        Type::Map(element) => {
            let entries: Option<Vec<_>> = value
                .as_object()?
                .iter()
                .map(|(name, value)| expression(api, element, value).map(|value| quote!((#name, #value))))
                .collect();
            let entries = entries?;
            Some(quote!([#(#entries),*]))
        }
        Type::Json => json(value),
    }
}

fn named(api: &Api, id: TypeId, value: &Value) -> Option<TokenStream> {
    let definition = api.types.get(id);
    let name = definition.name.ident();
    match &definition.shape {
        Shape::Alias(ty) => expression(api, ty, value),
        Shape::Enum(choice) => {
            let text = value.as_str()?;
            let variant = choice.variants.iter().find(|variant| variant.name.wire() == text)?.name.ident();
            Some(quote!(#name::#variant))
        }
        Shape::Struct(object) => structure(api, &name, object, value.as_object()?),
    }
}

fn scalar(scalar: Scalar, value: &Value) -> Option<TokenStream> {
    match scalar {
        Scalar::Text | Scalar::Secret => {
            let text = super::super::lower::extensions::scalar_text(value)?;
            Some(quote!(#text))
        }
        Scalar::Date => {
            let text = value.as_str()?;
            Some(quote!(#text.parse::<Date>()?))
        }
        Scalar::Decimal => match value.as_i64() {
            Some(whole) if i32::try_from(whole).is_ok() => {
                let whole = Literal::i64_unsuffixed(whole);
                Some(quote!(#whole))
            }
            _ => {
                let text = value.as_number()?.to_string();
                Some(quote!(#text.parse::<Decimal>()?))
            }
        },
        Scalar::Integer32 | Scalar::Integer64 => {
            let whole = Literal::i64_unsuffixed(value.as_i64()?);
            Some(quote!(#whole))
        }
        Scalar::Boolean => {
            let flag = value.as_bool()?;
            Some(quote!(#flag))
        }
    }
}

fn json(value: &Value) -> Option<TokenStream> {
    match value {
        Value::String(text) => Some(quote!(#text)),
        Value::Bool(flag) => Some(quote!(#flag)),
        Value::Number(number) => number.as_i64().map(|whole| {
            let whole = Literal::i64_unsuffixed(whole);
            quote!(#whole)
        }),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// An object as its constructor with the required members and a setter for each of the others.
fn structure(
    api: &Api,
    name: &proc_macro2::Ident,
    object: &Struct,
    members: &serde_json::Map<String, Value>,
) -> Option<TokenStream> {
    let (constructor, arguments, fixed) = match object.constructors.as_slice() {
        [] => (format_ident!("new"), required(object), Vec::new()),
        constructors => {
            let one = constructors.iter().find(|one| fits(object, one, members))?;
            let fixed = one.fixed.iter().map(|condition| condition.property.as_str()).collect();
            (one.name.ident(), one.arguments.iter().map(String::as_str).collect(), fixed)
        }
    };
    let field = |wire: &str| object.fields.iter().find(|field| field.name.wire() == wire);
    let mut values = Vec::new();
    for wire in &arguments {
        values.push(expression(api, &field(wire)?.ty, members.get(*wire)?)?);
    }
    let mut setters = Vec::new();
    let others =
        members.iter().filter(|(wire, _)| !arguments.contains(&wire.as_str()) && !fixed.contains(&wire.as_str()));
    for (wire, value) in others {
        setters.push(match field(wire) {
            Some(field) if field.status == Status::Deprecated => continue,
            Some(field) => setter(api, field, value)?,
            None if object.additional == Additional::Undeclared => return None,
            None => {
                let value = json(value)?;
                quote!(.additional_property(#wire, #value))
            }
        });
    }
    Some(quote!(#name::#constructor(#(#values),*) #(#setters)*))
}

fn setter(api: &Api, field: &Field, value: &Value) -> Option<TokenStream> {
    let (name, value) = (field.name.ident(), expression(api, &field.ty, value)?);
    Some(quote!(.#name(#value)))
}

fn required(object: &Struct) -> Vec<&str> {
    let required =
        object.fields.iter().filter(|field| matches!(field.presence, Presence::Required | Presence::Nullable));
    required.map(|field| field.name.wire()).collect()
}

/// Whether an example is what a constructor makes: the settled members have their values, by default if absent.
fn fits(object: &Struct, constructor: &Constructor, members: &serde_json::Map<String, Value>) -> bool {
    let has_arguments = constructor.arguments.iter().all(|wire| members.contains_key(wire));
    let settled = constructor.fixed.iter().all(|condition| {
        let default = || object.fields.iter().find(|field| field.name.wire() == condition.property)?.default.clone();
        let given = members.get(&condition.property).and_then(super::super::lower::extensions::scalar_text);
        given.or_else(default).as_deref() == Some(condition.text.as_str())
    });
    has_arguments && settled
}
