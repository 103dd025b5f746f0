//! The types of bodies: the members of objects, the values of enums, the alternatives of unions.

use maud::{Markup, html};

use super::view::{View, link};
use super::{labels, markdown};
use crate::emit::{docs, success_meaning, types};
use crate::ir::{
    Additional, Alternative, Constructor, Enum, Field, Shape, Struct, Success, Type, TypeDef, TypeId, Union, Usage,
};

/// Returns the section of a type that stands by itself.
pub(super) fn section(view: &View<'_>, id: TypeId, definition: &TypeDef) -> Markup {
    let name = definition.name.rust();
    let anchor = format!("type-{name}");
    html! {
        section.type id=(anchor) data-kind="type" data-name=(name) data-also=(definition.name.wire()) data-in=""
            tabindex="-1" {
            h2 { code { (name) } (link(&anchor)) }
            (description(definition))
            (shape(view, id, definition))
        }
    }
}

/// Returns the type of a body, if this is the only place where it is used.
pub(super) fn in_place(view: &View<'_>, ty: &Type) -> Markup {
    let Type::Named(id) = ty else { return Markup::default() };
    if !view.inline_types.contains(id) {
        return Markup::default();
    }
    let definition = view.api.types.get(*id);
    let name = definition.name.rust();
    html! {
        div.type id={ "type-" (name) } data-kind="type" data-name=(name) data-also=(definition.name.wire()) data-in=""
            tabindex="-1" {
            (description(definition))
            (shape(view, *id, definition))
        }
    }
}

fn description(definition: &TypeDef) -> Markup {
    html! {
        div.prose.about {
            (markdown::blocks(&definition.docs.text))
            (markdown::commonmark(&docs::notes(&definition.docs, None)))
        }
    }
}

fn shape(view: &View<'_>, id: TypeId, definition: &TypeDef) -> Markup {
    match &definition.shape {
        Shape::Struct(object) => structure(view, id, definition, object),
        Shape::Enum(choice) => values(definition, choice),
        Shape::Union(union) => alternatives(view, union),
        Shape::Alias(ty) => html! { p.facts { span { "The same as " (labels::kind(view.api, ty)) } } },
    }
}

fn structure(view: &View<'_>, id: TypeId, definition: &TypeDef, object: &Struct) -> Markup {
    html! {
        @if !object.rules.is_empty() {
            ul.rules { @for rule in &object.rules { li { (labels::rule(rule)) } } }
        }
        @if !object.success_requires.is_empty() {
            p.note { "A success has " (labels::listed(object.success_requires.iter().map(String::as_str))) "." }
        }
        @if let Some(success) = &object.success { (meaning(success)) }
        @if definition.usage.is_sent() { (constructors(definition, object)) }
        @if !object.fields.is_empty() {
            table.fields {
                thead { tr { th { "Field" } th { "Type" } th { "Description" } } }
                tbody { @for member in &object.fields { (field(view, id, definition.usage, member)) } }
            }
        }
        (additional(view, object))
    }
}

/// Returns what the values of a type mean as the body of a success.
fn meaning(success: &Success) -> Markup {
    html! {
        @for members in &success.known_by {
            p.note { "Without a member that says so, a body with " (labels::listed(members.iter().map(String::as_str))) " is a success, too." }
        }
        @if !success.states.is_empty() {
            h4 { "What a success means" }
            p { "The first that holds decides; where none does, the call is open." }
            (markdown::commonmark(&success_meaning::states(success).join("\n")))
        }
        @if !success.decline_codes.is_empty() {
            p.note { "A failure is a decline with the reason code " (labels::listed(success.decline_codes.iter().map(String::as_str))) "." }
        }
    }
}

fn field(view: &View<'_>, owner: TypeId, usage: Usage, field: &Field) -> Markup {
    let owner = view.api.types.get(owner).name.rust();
    let (wire, rust) = (field.name.wire(), field.name.rust());
    let anchor = format!("field-{owner}-{rust}");
    let notes = docs::notes(&field.docs, Some(&field.constraints));
    html! {
        tr id=(anchor) data-kind="field" data-name=(wire) data-also=(rust) data-in=(owner) tabindex="-1" {
            th scope="row" {
                code { (wire) } (link(&anchor))
                div.marks { @for mark in labels::marks(usage, field) { (self::mark(mark)) } }
            }
            td {
                div { (labels::kind(view.api, &field.ty)) }
                div.rust { code { (rust) ": " (labels::rust(&types::field_type(view.api, field))) } }
            }
            td.about {
                (markdown::blocks(&field.docs.text))
                div.limits { (markdown::commonmark(&notes)) }
            }
        }
    }
}

/// Returns something that is to be seen at once, such as that a member is required.
pub(super) fn mark(mark: &str) -> Markup {
    html! { span.mark.(mark.replace(' ', "-")) { (mark) } " " }
}

/// Returns the named ways to make an object.
fn constructors(definition: &TypeDef, object: &Struct) -> Markup {
    html! {
        @if !object.constructors.is_empty() {
            h4 { "Ways to make one" }
            dl.constructors { @for one in &object.constructors { (constructor(definition, one)) } }
        }
    }
}

fn constructor(definition: &TypeDef, one: &Constructor) -> Markup {
    html! {
        dt { code { (definition.name.rust()) "::" (one.name.rust()) "(" (one.arguments.join(", ")) ")" } }
        dd {
            (markdown::blocks(&one.docs.text))
            @if !one.fixed.is_empty() {
                p { "Settles " @for (index, settled) in one.fixed.iter().enumerate() {
                    @if index > 0 { ", " }
                    code { (settled.property) } " as " code { (settled.text) }
                } "." }
            }
        }
    }
}

fn additional(view: &View<'_>, object: &Struct) -> Markup {
    html! {
        @match &object.additional {
            Additional::Undeclared => {}
            Additional::Any => p.note { "Takes members of any other name." }
            Additional::Named(pattern) => p.note { "Takes other members whose names match " code { (pattern) } "." }
            Additional::Typed(name, ty, limits) => {
                p.note {
                    "Takes members of any other name, each " (labels::kind(view.api, ty)) "; in Rust they are in "
                    code { (name.rust()) } "."
                }
                div.limits { (markdown::commonmark(&docs::notes(&crate::ir::Docs::default(), Some(limits)))) }
            }
        }
    }
}

fn values(definition: &TypeDef, choice: &Enum) -> Markup {
    let owner = definition.name.rust();
    html! {
        table.fields {
            thead { tr { th { "Value" } th { "Rust" } th { "Meaning" } } }
            tbody { @for value in &choice.variants {
                tr id={ "value-" (owner) "-" (value.name.rust()) } data-kind="value" data-name=(value.name.wire())
                    data-also=(value.name.rust()) data-in=(owner) tabindex="-1" {
                    th scope="row" { code { (value.name.wire()) } }
                    td.rust { code { (owner) "::" (value.name.rust()) } }
                    td.about {
                        (markdown::blocks(&value.docs.text))
                        (markdown::commonmark(&docs::notes(&value.docs, None)))
                    }
                }
            } }
        }
    }
}

fn alternatives(view: &View<'_>, union: &Union) -> Markup {
    html! {
        @if let Some(member) = &union.discriminator {
            p.note { "The member " code { (member.property()) } " tells which one it is." }
        }
        table.fields {
            thead { tr { th { "Variant" } th { "Type" } th { "Description" } } }
            tbody { @for alternative in &union.alternatives { (self::alternative(view, alternative)) } }
        }
    }
}

fn alternative(view: &View<'_>, alternative: &Alternative) -> Markup {
    html! {
        tr {
            th scope="row" { code { (alternative.name.rust()) } }
            td { (labels::kind(view.api, &alternative.ty)) }
            td {
                @if !alternative.tags.is_empty() { p { "For " (labels::listed(alternative.tags.iter().map(String::as_str))) "." } }
                (markdown::blocks(&alternative.docs.text))
            }
        }
    }
}
