//! Objects: fields, what holds between them, and the ways to make one.

use super::api_change::Detail;
use super::comparison::{Comparing, Matched, Subject, matched};
use super::policy::{Direction, Rule};
use super::types::Relation;
use crate::document::Pointer;
use crate::emit;
use crate::ir::{
    self, Access, Additional, Api, Condition, Constructor, Docs, Field, Means, Presence, State, Struct, Success,
    Visibility,
};

impl Comparing<'_> {
    pub(super) fn objects(&mut self, subject: &Subject, old: &Struct, new: &Struct) {
        let Matched { mut both, mut gone, mut added, in_order } =
            matched(&old.fields, &new.fields, |field| field.name.wire().to_owned());
        self.renamed(&mut gone, &mut added, &mut both, subject);
        self.order(subject, in_order);
        // In the place of another type, fields that do not go its way are none of it.
        let is_reported = |field: &&Field| match (subject.way, field.access) {
            (Direction::Sent, Access::ReadOnly) | (Direction::Received, Access::WriteOnly) => subject.rust.is_some(),
            _ => true,
        };
        for field in gone.into_iter().filter(is_reported) {
            let subject = self.field_subject(subject, field, field);
            let spelt = emit::spelt(self.old, &field.ty);
            self.note(Rule::FieldRemoved, &subject, Detail::Was(spelt));
        }
        for field in added.into_iter().filter(is_reported) {
            let subject = self.field_subject(subject, field, field);
            let spelt = emit::spelt(self.new, &field.ty);
            let is_asked = field.declared.is_required() && !is_constant(self.new, field);
            let rule = if is_asked { Rule::FieldAddedRequired } else { Rule::FieldAdded };
            self.note(rule, &subject, Detail::Now(spelt));
        }
        for (field, new_field) in both {
            let subject = self.field_subject(subject, field, new_field);
            self.field(&subject, field, new_field);
            // What constructors settle has no setter that could come or go.
            let is_settled = is_settled(old, field) && is_settled(new, new_field);
            let way = if is_settled { Direction::Received } else { subject.way };
            self.access(&subject.going(way), field.access, new_field.access);
        }
        self.additional(subject, &old.additional, &new.additional);
        self.rules(subject, old, new);
        self.success(subject, old, new);
        if matches!(subject.way, Direction::Sent | Direction::Exchanged) && subject.rust.is_some() {
            self.constructors(&subject.going(Direction::Neither), old, new);
        }
    }

    fn field_subject(&self, subject: &Subject, old: &Field, new: &Field) -> Subject {
        let part = subject.part(&format!(".{}", new.name.wire()), Some(new.name.rust()), &old.at, &new.at);
        let access = if old.access == new.access { new.access } else { Access::Both };
        let way = match (subject.way, access) {
            // What the server sets is no caller's business, and the other way round.
            (Direction::Sent | Direction::Exchanged, Access::ReadOnly) => Direction::Received,
            (Direction::Exchanged, Access::WriteOnly) => Direction::Sent,
            (way, _) => way,
        };
        part.going(way)
    }

    /// Takes fields that only have another name out of those that are gone and those that are new.
    fn renamed<'o, 'n>(
        &mut self,
        gone: &mut Vec<&'o Field>,
        added: &mut Vec<&'n Field>,
        both: &mut Vec<(&'o Field, &'n Field)>,
        subject: &Subject,
    ) {
        gone.retain(|old| {
            let same_rust = added.iter().position(|new| new.name.rust() == old.name.rust());
            let index = same_rust.or_else(|| added.iter().position(|new| self.is_described_alike(old, new)));
            let Some(index) = index else { return true };
            let new = added.remove(index);
            let part = self.field_subject(subject, old, new);
            let rule = if same_rust.is_some() { Rule::FieldWireNameChanged } else { Rule::FieldRenamed };
            self.note_both(rule, &part, old.name.wire(), new.name.wire());
            if same_rust.is_some() {
                both.push((old, new));
            }
            false
        });
    }

    /// Returns whether two fields are told of in the same words, and are of one type.
    fn is_described_alike(&mut self, old: &Field, new: &Field) -> bool {
        let text = old.docs.text.trim();
        !text.is_empty()
            && text == new.docs.text.trim()
            && old.declared == new.declared
            && emit::spelt(self.old, &old.ty) == emit::spelt(self.new, &new.ty)
    }

    fn field(&mut self, subject: &Subject, old: &Field, new: &Field) {
        self.rust_name(subject, old.name.rust(), new.name.rust());
        let relation = self.relation(subject, &old.ty, &new.ty);
        self.presence(subject, old, new);
        if matches!(relation, Relation::Same | Relation::Exchanged) {
            self.limits(subject, &old.constraints, &new.constraints);
        }
        self.default(subject, old.default.as_ref(), new.default.as_ref());
        self.constant(subject, old, new);
        self.status(subject, old.status, new.status);
        self.care(&subject.going(Direction::Neither), old, new);
        self.docs(subject, &old.docs, &new.docs);
    }

    /// Compares what becomes of a value beside being sent: whether it is shown, and whether calls are looked up by it.
    fn care(&mut self, subject: &Subject, old: &Field, new: &Field) {
        match (old.visibility, new.visibility) {
            (Visibility::Shown, Visibility::Sensitive) => self.note(Rule::FieldRedacted, subject, Detail::None),
            (Visibility::Sensitive, Visibility::Shown) => self.note(Rule::FieldShown, subject, Detail::None),
            _ => {}
        }
        if old.look_up != new.look_up {
            let spelt = |field: &Field| if field.look_up { "to look up by" } else { "not to look up by" };
            self.note_both(Rule::LookUpChanged, subject, spelt(old), spelt(new));
        }
        if old.docs.annotations != new.docs.annotations && old.docs.text == new.docs.text && old.access == new.access {
            self.notes(subject, old, new);
        }
    }

    /// Notes that follow from no other keyword are examples.
    fn notes(&mut self, subject: &Subject, old: &Field, new: &Field) {
        if old.default == new.default {
            self.note(Rule::ExampleChanged, subject, Detail::None);
        }
    }

    fn presence(&mut self, subject: &Subject, old_field: &Field, new_field: &Field) {
        let (old, new) = (old_field.declared, new_field.declared);
        let anyway = || subject.going(Direction::Neither);
        if subject.way == Direction::Received && old_field.presence.in_rust() != new_field.presence.in_rust() {
            return match (old == Presence::Required, new == Presence::Required) {
                (false, true) => self.note(Rule::FieldAlwaysReceived, subject, Detail::None),
                (true, false) => self.note(Rule::FieldMayBeMissing, subject, Detail::None),
                (true, true) | (false, false) => self.note(Rule::FieldHeldOtherwise, &anyway(), Detail::None),
            };
        }
        match (old.is_required(), new.is_required()) {
            (false, true) if new_field.presence == Presence::Tag => {
                self.note(Rule::TagRequired, &anyway(), Detail::None)
            }
            (true, false) if old_field.presence == Presence::Tag => {
                self.note(Rule::TagOptional, &anyway(), Detail::None)
            }
            (false, true) => self.note(Rule::FieldRequired, subject, Detail::None),
            (true, false) => self.note(Rule::FieldOptional, subject, Detail::None),
            (true, true) if is_held_otherwise(old_field, new_field) => {
                self.note(Rule::FieldHeldOtherwise, &anyway(), Detail::None);
            }
            _ => {}
        }
        match (old.is_nullable(), new.is_nullable()) {
            (false, true) => self.note(Rule::FieldNullable, subject, Detail::None),
            (true, false) => self.note(Rule::FieldNotNullable, subject, Detail::None),
            _ => {}
        }
    }

    fn access(&mut self, subject: &Subject, old: Access, new: Access) {
        if old == new {
            return;
        }
        if old == Access::ReadOnly {
            self.note(Rule::FieldWritable, subject, Detail::None);
        }
        if old == Access::WriteOnly {
            self.note(Rule::FieldReadable, subject, Detail::None);
        }
        if new == Access::ReadOnly {
            self.note(Rule::FieldReadOnly, subject, Detail::None);
        }
        if new == Access::WriteOnly {
            self.note(Rule::FieldWriteOnly, subject, Detail::None);
        }
    }

    /// Notes that a required field begins or ceases to be an argument, since it has one value only.
    fn constant(&mut self, subject: &Subject, old: &Field, new: &Field) {
        if !old.declared.is_required() || !new.declared.is_required() {
            return;
        }
        match (is_constant(self.old, old), is_constant(self.new, new)) {
            (true, false) => self.note(Rule::ConstantChanged, subject, Detail::None),
            (false, true) => self.note(Rule::ConstantFixed, subject, Detail::None),
            _ => {}
        }
    }

    /// Compares what is allowed beside the declared fields.
    fn additional(&mut self, subject: &Subject, old: &Additional, new: &Additional) {
        use Additional::{Any, Named, Typed, Undeclared};
        let spelt = (spelt_additional(self.old, old), spelt_additional(self.new, new));
        let mut note = |rule: Rule, way: Direction| {
            self.note_both(rule, &subject.going(way), spelt.0.clone(), spelt.1.clone());
        };
        let way = subject.way;
        match (old, new) {
            (Typed(name, old, old_limits), Typed(new_name, new, new_limits)) => {
                let subject = subject.part("{}", Some(new_name.rust()), &subject.old, &subject.new);
                self.rust_name(&subject, name.rust(), new_name.rust());
                self.value(&subject, (old, old_limits), (new, new_limits));
            }
            (Typed(..), Undeclared) => {
                note(Rule::AdditionalUntyped, way);
                note(Rule::AdditionalRefused, way);
            }
            (Typed(..), _) => note(Rule::AdditionalUntyped, way),
            (Undeclared, Typed(..)) => {
                // Nobody could send them, and the party that reads them found them elsewhere.
                if matches!(way, Direction::Sent | Direction::Exchanged) {
                    note(Rule::AdditionalAllowed, Direction::Sent);
                }
                if matches!(way, Direction::Received | Direction::Exchanged) {
                    note(Rule::AdditionalTyped, Direction::Received);
                }
            }
            (_, Typed(..)) => note(Rule::AdditionalTyped, way),
            (Undeclared, Any | Named(_)) => note(Rule::AdditionalAllowed, way),
            (Any | Named(_), Undeclared) => note(Rule::AdditionalRefused, way),
            (Any, Named(_)) | (Named(_), Any) => note(Rule::AdditionalNamesChanged, way),
            (Named(was), Named(is)) if was != is => note(Rule::AdditionalNamesChanged, way),
            (Undeclared, Undeclared) | (Any, Any) | (Named(_), Named(_)) => {}
        }
    }

    fn rules(&mut self, subject: &Subject, old: &Struct, new: &Struct) {
        let (old, new): (Vec<_>, Vec<_>) = (spelt_rules(old), spelt_rules(new));
        let Matched { gone, added, in_order, .. } = matched(&old, &new, Clone::clone);
        for rule in gone {
            self.note(Rule::RuleRemoved, subject, Detail::Was(rule.clone()));
        }
        for rule in added {
            self.note(Rule::RuleAdded, subject, Detail::Now(rule.clone()));
        }
        self.order(subject, in_order);
    }

    fn success(&mut self, subject: &Subject, old: &Struct, new: &Struct) {
        let spelt = |names: &[String]| {
            let mut names = names.to_vec();
            names.sort_unstable();
            names.dedup();
            if names.is_empty() { "no field".to_owned() } else { names.join(", ") }
        };
        let (was, is) = (spelt(&old.success_requires), spelt(&new.success_requires));
        if was != is {
            self.note_both(Rule::SuccessProofChanged, subject, was, is);
        }
        let spelt = |object: &Struct| object.success.as_deref().map_or_else(|| "done".to_owned(), spelt_success);
        let (was, is) = (spelt(old), spelt(new));
        if was != is {
            self.note_both(Rule::SuccessMeaningChanged, subject, was, is);
        }
    }

    /// Compares constructors, and the order of their arguments.
    fn constructors(&mut self, subject: &Subject, old: &Struct, new: &Struct) {
        let (old_ways, new_ways) = (ways(self.old, old), ways(self.new, new));
        let Matched { both, gone, added, .. } = matched(&old_ways, &new_ways, |way| way.name.clone());
        let part = |old: &MadeBy, new: &MadeBy| {
            let (old_at, new_at) = (old.at.as_ref().unwrap_or(&subject.old), new.at.as_ref().unwrap_or(&subject.new));
            subject.part(&format!(".{}", new.name), Some(&new.name), old_at, new_at)
        };
        for way in gone {
            self.note(Rule::ConstructorRemoved, &part(way, way), Detail::Was(way.spelt()));
        }
        for way in added {
            self.note(Rule::ConstructorAdded, &part(way, way), Detail::Now(way.spelt()));
        }
        for (old, new) in both {
            self.constructor(&part(old, new), old, new);
        }
    }

    fn constructor(&mut self, subject: &Subject, old: &MadeBy, new: &MadeBy) {
        self.docs(subject, &old.docs, &new.docs);
        if old.fixed != new.fixed && old.at.is_some() && new.at.is_some() {
            self.note(Rule::ConstructorFixedChanged, subject, Detail::None);
        }
        let both = matched(&old.arguments, &new.arguments, |argument| argument.field.clone());
        if !(both.gone.is_empty() && both.added.is_empty()) {
            // Of `new` each field says itself whether it is an argument.
            if old.at.is_some() || new.at.is_some() {
                self.note_both(Rule::ConstructorArgumentsChanged, subject, old.spelt(), new.spelt());
            }
        }
        if both.in_order {
            return;
        }
        let types = |way: &MadeBy| way.arguments.iter().map(|argument| argument.ty.clone()).collect::<Vec<_>>();
        let rule = if types(old) == types(new) { Rule::ArgumentsSwapped } else { Rule::ArgumentsReordered };
        self.note_both(rule, subject, old.spelt(), new.spelt());
    }
}

/// A way to make a value.
#[derive(Debug)]
struct MadeBy {
    name: String,
    docs: Docs,
    /// Where it is declared; nothing for `new`, which follows from the fields.
    at: Option<Pointer>,
    arguments: Vec<Argument>,
    fixed: Vec<Condition>,
}

#[derive(Debug)]
struct Argument {
    field: String,
    ty: String,
}

impl MadeBy {
    fn spelt(&self) -> String {
        let arguments: Vec<_> = self.arguments.iter().map(|argument| argument.field.as_str()).collect();
        format!("{}({})", self.name, arguments.join(", "))
    }
}

fn ways(api: &Api, object: &Struct) -> Vec<MadeBy> {
    let argument =
        |field: &Field| Argument { field: field.name.wire().to_owned(), ty: emit::argument_type(api, field) };
    let required = object.fields.iter().filter(|field| field.presence.is_argument() && !is_constant(api, field));
    if object.constructors.is_empty() {
        let arguments = required.map(argument).collect();
        return vec![MadeBy { name: "new".to_owned(), docs: Docs::default(), at: None, arguments, fixed: Vec::new() }];
    }
    let field = |wire: &String| object.fields.iter().find(|field| field.name.wire() == wire);
    let declared = object.constructors.iter().map(|constructor: &Constructor| MadeBy {
        name: constructor.name.rust().to_owned(),
        docs: constructor.docs.clone(),
        at: Some(constructor.at.clone()),
        arguments: constructor.arguments.iter().filter_map(field).map(argument).collect(),
        fixed: constructor.fixed.clone(),
    });
    declared.collect()
}

/// Returns whether a required field begins or ceases to be optional in Rust, and not since its type goes another way.
fn is_held_otherwise(old: &Field, new: &Field) -> bool {
    let is_optional = |field: &Field| field.presence != field.presence.in_rust();
    is_optional(old) != is_optional(new) && old.presence.in_rust() != new.presence.in_rust()
}

/// Returns whether all constructors settle a field.
fn is_settled(object: &Struct, field: &Field) -> bool {
    let settles = |one: &Constructor| one.fixed.iter().any(|fixed| fixed.property == field.name.wire());
    !object.constructors.is_empty() && object.constructors.iter().all(settles)
}

/// Returns whether a field can have one value only, so that nobody is asked for it.
fn is_constant(api: &Api, field: &Field) -> bool {
    emit::only_value(api, field).is_some()
}

/// Returns what may stand beside declared fields, in a few words.
fn spelt_additional(api: &Api, additional: &Additional) -> String {
    match additional {
        Additional::Undeclared => "none".to_owned(),
        Additional::Any => "any".to_owned(),
        Additional::Named(pattern) => format!("any called {pattern}"),
        Additional::Typed(_, ty, _) => emit::spelt(api, ty),
    }
}

/// Returns what a success means, in one line.
fn spelt_success(success: &Success) -> String {
    let Success { known_by, states, decline_codes, .. } = success;
    let known_by = known_by.iter().map(|members| format!("known by {}", members.join(" and ")));
    let states = states.iter().map(|State { when, with, means }| {
        let when = when.iter().map(|(member, values)| format!("{member} = {}", values.join(" or ")));
        let conditions: Vec<_> = when.chain(with.iter().map(|member| format!("{member} there"))).collect();
        let means = match means {
            Means::Done => "done".to_owned(),
            Means::Open => "open".to_owned(),
            Means::Declined(outcome) => format!("declined ({})", outcome.as_str()),
        };
        format!("{means} if {}", conditions.join(" and "))
    });
    let codes = (!decline_codes.is_empty()).then(|| format!("declined by {}", decline_codes.join(", ")));
    let all: Vec<_> = known_by.chain(states).chain(codes).collect();
    if all.is_empty() { "done".to_owned() } else { all.join("; ") }
}

fn spelt_rules(object: &Struct) -> Vec<String> {
    object.rules.iter().map(spelt_rule).collect()
}

/// Returns a rule in one line.
fn spelt_rule(rule: &ir::Rule) -> String {
    let when = |when: &[Condition]| {
        let conditions: Vec<_> = when.iter().map(|one| format!("{} = {}", one.property, one.text)).collect();
        if conditions.is_empty() { String::new() } else { format!("if {}: ", conditions.join(" and ")) }
    };
    match rule {
        ir::Rule::Require { when: conditions, any_of } => {
            let lists: Vec<_> = any_of.iter().map(|names| names.join(" and ")).collect();
            format!("{}{} required", when(conditions), lists.join(", or "))
        }
        ir::Rule::Equals { when: conditions, then } => format!("{}{} = {}", when(conditions), then.property, then.text),
        ir::Rule::MaxTotal { max, of, counts, .. } => format!("at most {max} {counts} in {}", of.join(", ")),
        ir::Rule::MaxSum { of, at_most, .. } => format!("the sum of {} is at most {at_most}", of.join(" and ")),
    }
}
