//! Reports what a third-party document shows, and an extension would make safe: one warning for each kind, at its first place.

use crate::diagnostics::{Code, Diagnostics};
use crate::document::{Pointer, extension_keys};
use crate::ir::{Api, Field, Operation, Scalar, Shape, Struct, Type, Types, Visibility};

/// Members by which the body of a success can deny that it is one.
const SUCCESS_FLAGS: &[&str] = &["success", "succeeded", "ok"];

/// Members that hold the number or the security code of a card, in small letters without marks.
const CARD_DATA: &[&str] = &[
    "cardnumber",
    "creditcardnumber",
    "debitcardnumber",
    "primaryaccountnumber",
    "cardsecuritycode",
    "cvv",
    "cvv2",
    "cvc",
];

/// What an idempotency key is called in headers.
const KEY: &str = "idempoten";

/// Reports each kind once.
pub(super) fn report(api: &Api, diagnostics: &mut Diagnostics) {
    if api.service.failure.success.is_none() {
        let flags = api.operations.iter().filter_map(|operation| flag(operation, &api.types));
        warn(diagnostics, flags.map(|field| (&field.at, field.name.wire())), |name, count| {
            (
                format!(
                    "the body of a success may have `{name}: false`, which is not read as a failure; operations: {count}"
                ),
                format!("say so at the root: `{}: {{ success: {name} }}`", extension_keys::FAILURE),
            )
        });
    }
    let keys = api.operations.iter().flat_map(|operation| &operation.headers);
    let keys = keys.filter(|header| header.name.wire().to_lowercase().contains(KEY));
    warn(diagnostics, keys.map(|header| (&header.at, header.name.wire())), |name, count| {
        (
            format!(
                "`{name}` looks like an idempotency key, and callers have to make one for each call; operations: {count}"
            ),
            format!("mark the parameter: `{}: {{ kept-for-seconds: 86400 }}`", extension_keys::IDEMPOTENCY_KEY),
        )
    });
    let objects = api.types.ids().filter_map(|id| match &api.types.get(id).shape {
        Shape::Struct(object) => Some(object),
        _ => None,
    });
    let shown = objects.flat_map(card_data).filter(|field| field.visibility == Visibility::Shown);
    warn(diagnostics, shown.map(|field| (&field.at, field.name.wire())), |name, count| {
        (
            format!("`{name}` looks like data of a card, and is shown where values are printed; properties: {count}"),
            format!("mark the property: `{}: true`", extension_keys::SENSITIVE),
        )
    });
}

/// Reports what is found, at the first location and with the name there.
fn warn<'a>(
    diagnostics: &mut Diagnostics,
    mut found: impl Iterator<Item = (&'a Pointer, &'a str)>,
    text: impl Fn(&str, usize) -> (String, String),
) {
    let Some((at, name)) = found.next() else { return };
    let (message, help) = text(name, 1 + found.count());
    let help = format!("{help}; an overlay can do it for all of them");
    diagnostics.warning(Code::Extension, at, message).help(help);
}

/// Returns the member by which the success of an operation can say that it is none.
fn flag<'a>(operation: &'a Operation, types: &'a Types) -> Option<&'a Field> {
    let objects = operation.response_body.types().filter_map(|ty| types.object(ty));
    let is_flag = |field: &&Field| {
        SUCCESS_FLAGS.contains(&field.name.wire()) && *types.resolve(&field.ty) == Type::Scalar(Scalar::Boolean)
    };
    objects.flat_map(|object| &object.fields).find(is_flag)
}

/// Returns the members with data of a card; a `number` is one beside a security code.
fn card_data(object: &Struct) -> impl Iterator<Item = &Field> {
    let is_card_data = |field: &&Field| CARD_DATA.contains(&&*letters(field.name.wire()));
    let is_card = object.fields.iter().any(|field| is_card_data(&field));
    object.fields.iter().filter(move |field| is_card_data(field) || is_card && field.name.wire() == "number")
}

fn letters(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}
