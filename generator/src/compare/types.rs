//! Types, in pairs: which type of one document is which of the other, and what differs between the two.

use std::collections::HashMap;

use super::api_change::Detail;
use super::comparison::{Comparing, Pair, Subject, matched};
use super::policy::{Direction, Rule};
use crate::emit;
use crate::ir::{Api, Field, Notation, Scalar, Shape, Type, TypeDef, TypeId, Types, Usage};

/// How a type relates to the one that has taken its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    /// They are one.
    Same,
    /// They are two types of different names; what differs between them is said of them.
    Exchanged,
    /// Every value of the old one is a value of the new one.
    Widened,
    /// Every value of the new one is a value of the old one.
    Narrowed,
    /// Neither.
    Other,
}

impl Relation {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Same, relation) | (relation, Self::Same) => relation,
            (Self::Exchanged, relation) | (relation, Self::Exchanged) => relation,
            (one, other) if one == other => one,
            _ => Self::Other,
        }
    }

    /// Returns how the old type relates to the new one, the other way round.
    fn reversed(self) -> Self {
        match self {
            Self::Widened => Self::Narrowed,
            Self::Narrowed => Self::Widened,
            other => other,
        }
    }

    /// Returns the rule that tells it.
    pub(super) fn rule(self) -> Option<Rule> {
        match self {
            Self::Same => None,
            Self::Exchanged => Some(Rule::TypeExchanged),
            Self::Widened => Some(Rule::TypeWidened),
            Self::Narrowed => Some(Rule::TypeNarrowed),
            Self::Other => Some(Rule::TypeChanged),
        }
    }
}

impl Comparing<'_> {
    /// Pairs the types that both documents have under one name: under both of its names first, since several parts of a document
    /// may be called the same, then under that of the document, then under that of Rust.
    pub(super) fn pair_names(&mut self) {
        type Names<'a> = (Option<&'a str>, Option<&'a str>);
        let keys: [fn(&TypeDef) -> Names<'_>; 3] = [
            |definition| (Some(definition.name.wire()), Some(definition.name.rust())),
            |definition| (Some(definition.name.wire()), None),
            |definition| (None, Some(definition.name.rust())),
        ];
        for key in keys {
            let left = lonely(&self.new.types, |id| self.pairs.taken.contains(id));
            let by_name: HashMap<Names<'_>, TypeId> = left.map(|(id, definition)| (key(definition), id)).collect();
            let gone = lonely(&self.old.types, |id| self.pairs.partners.contains_key(id));
            let found: Vec<_> =
                gone.filter_map(|(id, definition)| Some((id, *by_name.get(&key(definition))?))).collect();
            for (old, new) in found {
                if !self.pairs.taken.contains(&new) {
                    self.partner(old, new);
                }
            }
        }
    }

    /// Returns the types that have another name in Rust than before, by the one before.
    pub(super) fn renamed_types(&self) -> HashMap<&str, &str> {
        let names = self
            .pairs
            .partners
            .iter()
            .map(|(old, new)| (self.old.types.get(*old).name.rust(), self.new.types.get(*new).name.rust()));
        names.filter(|(old, new)| old != new).collect()
    }

    fn partner(&mut self, old: TypeId, new: TypeId) {
        self.pairs.partners.insert(old, new);
        self.pairs.taken.insert(new);
        self.meet(old, new, None);
    }

    fn meet(&mut self, old: TypeId, new: TypeId, place: Option<String>) {
        if self.pairs.met.insert((old, new)) {
            self.pairs.queue.push_back(Pair { old, new, place });
        }
    }

    /// Returns how a type relates to the one that has taken its place. Named types on the way are compared later.
    pub(super) fn relate(&mut self, old: &Type, new: &Type) -> Relation {
        if let (Type::Named(old), Type::Named(new)) = (old, new) {
            // An alias has a name of its own, which ends where it is resolved.
            self.take_place(*old, *new);
        }
        let (old_types, new_types) = (&self.old.types, &self.new.types);
        match (old_types.resolve(old), new_types.resolve(new)) {
            (Type::Nullable(old), Type::Nullable(new)) => self.relate(old, new),
            (Type::Nullable(old), new) => Relation::Narrowed.and(self.relate(old, new)),
            (old, Type::Nullable(new)) => Relation::Widened.and(self.relate(old, new)),
            (Type::List(old), Type::List(new)) | (Type::Map(old), Type::Map(new)) => self.relate(old, new),
            (Type::Named(old), Type::Named(new)) => self.relate_named(*old, *new),
            (Type::Scalar(old), Type::Scalar(new)) => relate_scalars(*old, *new),
            (Type::Json, Type::Json) => Relation::Same,
            (_, Type::Json) => Relation::Widened,
            (Type::Json, _) => Relation::Narrowed,
            (Type::Named(old), new) => relate_to_plain(self.old, *old, new),
            (old, Type::Named(new)) => relate_to_plain(self.new, *new, old).reversed(),
            _ => Relation::Other,
        }
    }

    /// Notes a renamed type: its name is gone, and a type with a new name is in its place.
    fn take_place(&mut self, old: TypeId, new: TypeId) {
        let is_left = !self.pairs.partners.contains_key(&old) && !self.pairs.taken.contains(&new);
        if is_left && same_kind(&self.old.types.get(old).shape, &self.new.types.get(new).shape) {
            self.partner(old, new);
        }
    }

    fn relate_named(&mut self, old: TypeId, new: TypeId) -> Relation {
        self.take_place(old, new);
        if self.pairs.partners.get(&old) == Some(&new) {
            return Relation::Same;
        }
        let (old_shape, new_shape) = (&self.old.types.get(old).shape, &self.new.types.get(new).shape);
        if same_kind(old_shape, new_shape) {
            return Relation::Exchanged;
        }
        match (old_shape, new_shape) {
            (_, Shape::Union(union)) => {
                let is_one = |new: TypeId| self.pairs.partners.get(&old) == Some(&new);
                let has_it = union.alternatives.iter().filter_map(|one| one.ty.named()).any(is_one);
                if has_it { Relation::Widened } else { Relation::Other }
            }
            (Shape::Union(union), _) => {
                let is_one = |old: TypeId| self.pairs.partners.get(&old) == Some(&new);
                let has_it = union.alternatives.iter().filter_map(|one| one.ty.named()).any(is_one);
                if has_it { Relation::Narrowed } else { Relation::Other }
            }
            _ => Relation::Other,
        }
    }

    /// Returns a type in words that tell it from the other one.
    pub(super) fn spelt(&self, old: &Type, new: &Type) -> (String, String) {
        (emit::spelt(self.old, old), emit::spelt(self.new, new))
    }

    /// Notes how the type of a value has changed.
    pub(super) fn relation(&mut self, subject: &Subject, old: &Type, new: &Type) -> Relation {
        let relation = self.relate(old, new);
        match relation.rule() {
            None => {}
            Some(_) if self.is_breaks_reported_at_types(old, new) => self.breaks_reported_at_types += 1,
            Some(rule) => {
                let (was, is) = self.spelt(old, new);
                self.note_both(rule, subject, was, is);
            }
        }
        if relation == Relation::Exchanged {
            self.compare_at(old, new, &subject.name);
        }
        relation
    }

    /// Returns whether two types are versions of one named type, whose differences are reported for that type.
    fn is_breaks_reported_at_types(&self, old: &Type, new: &Type) -> bool {
        match (old, new) {
            (Type::List(old), Type::List(new))
            | (Type::Map(old), Type::Map(new))
            | (Type::Nullable(old), Type::Nullable(new)) => self.is_breaks_reported_at_types(old, new),
            (Type::Named(old), Type::Named(new)) => self.pairs.partners.get(old) == Some(new),
            _ => false,
        }
    }

    /// Compares two types of which the second replaces the first, although they are not versions of one type.
    fn compare_at(&mut self, old: &Type, new: &Type, place: &str) {
        match (self.old.types.resolve(old), self.new.types.resolve(new)) {
            (Type::List(old), Type::List(new)) => self.compare_at(old, new, &format!("{place}[]")),
            (Type::Map(old), Type::Map(new)) => self.compare_at(old, new, &format!("{place}{{}}")),
            (Type::Nullable(old), new) => self.compare_at(old, new, place),
            (old, Type::Nullable(new)) => self.compare_at(old, new, place),
            (Type::Named(old), Type::Named(new)) => self.meet(*old, *new, Some(place.to_owned())),
            _ => {}
        }
    }

    /// Compares all pairs that were met, and those that are met on the way; then notes the types that have none.
    pub(super) fn types(&mut self) {
        while let Some(pair) = self.pairs.queue.pop_front() {
            self.pair(&pair);
        }
        let (old, new) = (&self.old.types, &self.new.types);
        let gone: Vec<_> = lonely(old, |id| self.pairs.partners.contains_key(id)).collect();
        let added: Vec<_> = lonely(new, |id| self.pairs.taken.contains(id)).collect();
        for (_, definition) in gone {
            let subject = self.subject_of(definition, definition);
            self.note(Rule::TypeRemoved, &subject, Detail::Was(kind(&definition.shape).to_owned()));
        }
        for (_, definition) in added {
            let subject = self.subject_of(definition, definition);
            self.note(Rule::TypeAdded, &subject, Detail::Now(kind(&definition.shape).to_owned()));
        }
    }

    pub(super) fn subject_of(&self, old: &TypeDef, new: &TypeDef) -> Subject {
        let name = new.name.wire().to_owned();
        Subject {
            name,
            rust: Some(new.name.rust().to_owned()),
            old: old.at.clone(),
            new: new.at.clone(),
            way: Direction::Neither,
        }
    }

    fn pair(&mut self, pair: &Pair) {
        let (old, new) = (self.old.types.get(pair.old), self.new.types.get(pair.new));
        let mut subject = self.subject_of(old, new);
        if let Some(place) = &pair.place {
            // What holds for a place is said of the place: the type has a name of its own, and is another.
            subject = Subject { name: place.clone(), rust: None, ..subject };
        }
        let checkpoint = self.checkpoint();
        if pair.place.is_none() {
            self.names(&subject, old, new);
            self.docs(&subject, &old.docs, &new.docs);
            self.usage(&subject, old, new);
        }
        let subject = subject.going(common_way(old.usage, new.usage));
        match (&old.shape, &new.shape) {
            (Shape::Struct(old), Shape::Struct(new)) => self.objects(&subject, old, new),
            (Shape::Enum(old), Shape::Enum(new)) => self.enums(&subject, old, new),
            (Shape::Union(old), Shape::Union(new)) => self.unions(&subject, old, new),
            (Shape::Alias(old), Shape::Alias(new)) => {
                self.relation(&subject, old, new);
            }
            (old, new) => self.note_both(Rule::TypeKindChanged, &subject, kind(old), kind(new)),
        }
        if pair.place.is_none() {
            self.compare_type_items(&subject.going(Direction::Neither), old, new, checkpoint);
        }
    }

    fn names(&mut self, subject: &Subject, old: &TypeDef, new: &TypeDef) {
        let rule = match (old.name.wire() == new.name.wire(), old.name.rust() == new.name.rust()) {
            (true, _) => return self.rust_name(subject, old.name.rust(), new.name.rust()),
            (false, true) => Rule::SchemaRenamed,
            (false, false) => Rule::TypeRenamed,
        };
        self.note_both(rule, subject, old.name.wire(), new.name.wire());
    }

    /// Notes that values of a type go another way than before.
    fn usage(&mut self, subject: &Subject, old: &TypeDef, new: &TypeDef) {
        if old.usage == new.usage {
            return;
        }
        let has_methods = matches!(old.shape, Shape::Struct(_) | Shape::Union(_));
        let loses_methods = has_methods && old.usage.is_sent() && !new.usage.is_sent();
        let asks_otherwise = match (&old.shape, &new.shape) {
            (Shape::Struct(old), Shape::Struct(new)) => {
                let fields = matched(&old.fields, &new.fields, |field| field.name.wire().to_owned());
                let in_rust = |field: &Field| (field.presence.in_rust(), field.presence.is_argument());
                fields.both.iter().any(|(old, new)| old.declared == new.declared && in_rust(old) != in_rust(new))
            }
            _ => false,
        };
        let rule = match asks_otherwise || loses_methods {
            true => Rule::TypeUsageChanged,
            false if new.usage.is_sent() && !old.usage.is_sent() => Rule::TypeSentToo,
            false => return,
        };
        self.note_both(rule, subject, Direction::of(old.usage).as_str(), Direction::of(new.usage).as_str());
    }
}

/// Returns how a plain type relates to the named one whose place it takes: values of an enum of texts are texts, and a
/// union has those of its alternatives.
fn relate_to_plain(api: &Api, named: TypeId, plain: &Type) -> Relation {
    match (&api.types.get(named).shape, plain) {
        (Shape::Enum(choice), Type::Scalar(Scalar::Text)) if choice.notation == Notation::Text => Relation::Widened,
        (Shape::Union(union), Type::Scalar(_)) => {
            let has_it = union.alternatives.iter().any(|one| api.types.resolve(&one.ty) == plain);
            if has_it { Relation::Narrowed } else { Relation::Other }
        }
        _ => Relation::Other,
    }
}

/// Returns the types that operations reach and that have no partner.
fn lonely(types: &Types, has_partner: impl Fn(&TypeId) -> bool) -> impl Iterator<Item = (TypeId, &TypeDef)> {
    let ids = types.ids().filter(move |id| !has_partner(id));
    ids.map(|id| (id, types.get(id))).filter(|(_, definition)| definition.usage != Usage::Unused)
}

/// Returns the way that values go in both documents; where there is none, that of the new one.
fn common_way(old: Usage, new: Usage) -> Direction {
    match (old, new) {
        (Usage::Both, other) | (other, Usage::Both) => Direction::of(other),
        (_, new) => Direction::of(new),
    }
}

/// Returns whether two shapes can be compared part by part.
fn same_kind(old: &Shape, new: &Shape) -> bool {
    std::mem::discriminant(old) == std::mem::discriminant(new)
}

fn kind(shape: &Shape) -> &'static str {
    match shape {
        Shape::Struct(_) => "object",
        Shape::Enum(_) => "enum",
        Shape::Union(_) => "union",
        Shape::Alias(_) => "alias",
    }
}

pub(super) fn relate_scalars(old: Scalar, new: Scalar) -> Relation {
    use Scalar::*;
    match (old, new) {
        (old, new) if old == new => Relation::Same,
        (Integer32, Integer64 | Decimal) | (Integer64, Decimal) => Relation::Widened,
        (Unsigned32, Unsigned64 | Integer64 | Decimal) | (Unsigned64, Decimal) => Relation::Widened,
        (Integer64 | Decimal, Integer32) | (Decimal, Integer64) => Relation::Narrowed,
        (Unsigned64 | Integer64 | Decimal, Unsigned32) | (Decimal, Unsigned64) => Relation::Narrowed,
        (Date | DateTime | Base64 | Base64Url | Secret, Text) => Relation::Widened,
        (Text, Date | DateTime | Base64 | Base64Url | Secret) => Relation::Narrowed,
        _ => Relation::Other,
    }
}
