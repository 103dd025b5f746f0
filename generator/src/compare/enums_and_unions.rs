//! Choices: the values of enums, and the alternatives of unions.

use super::api_change::Detail;
use super::comparison::{Comparing, Matched, Subject, matched};
use super::policy::Rule;
use super::types::{Relation, relate_scalars};
use crate::emit;
use crate::ir::{Alternative, Discriminator, Enum, Notation, Type, Union, Variant};

impl Comparing<'_> {
    pub(super) fn enums(&mut self, subject: &Subject, old: &Enum, new: &Enum) {
        let mut values = matched(&old.variants, &new.variants, |variant| variant.name.wire().to_owned());
        for (old, new) in values.rematch(|old, new| new.name.rust() == old.name.rust()) {
            let subject = value_subject(subject, old, new);
            self.note_both(Rule::EnumValueRespelt, &subject, old.name.wire(), new.name.wire());
        }
        let Matched { both, gone, added, in_order } = values;
        for variant in gone {
            let subject = value_subject(subject, variant, variant);
            self.note(Rule::EnumValueRemoved, &subject, Detail::Was(variant.name.wire().to_owned()));
        }
        for variant in added {
            let subject = value_subject(subject, variant, variant);
            self.note(Rule::EnumValueAdded, &subject, Detail::Now(variant.name.wire().to_owned()));
        }
        for (old, new) in both {
            let subject = value_subject(subject, old, new);
            self.rust_name(&subject, old.name.rust(), new.name.rust());
            self.docs(&subject, &old.docs, &new.docs);
        }
        if old.notation != new.notation {
            let spelt = |notation: Notation| if notation == Notation::Text { "as text" } else { "as JSON" };
            self.note_both(Rule::EnumValueRespelt, subject, spelt(old.notation), spelt(new.notation));
        }
        self.order(subject, in_order);
    }

    pub(super) fn unions(&mut self, subject: &Subject, old: &Union, new: &Union) {
        if old.discriminator != new.discriminator {
            let spelt = |discriminator: &Option<Discriminator>| match discriminator {
                Some(Discriminator::Declared(property)) => property.clone(),
                Some(Discriminator::Inferred(property)) => format!("the values of {property}"),
                None => "nothing".to_owned(),
            };
            let (was, is) = (spelt(&old.discriminator), spelt(&new.discriminator));
            self.note_both(Rule::DiscriminatorChanged, subject, was, is);
        }
        let names = |one: &Alternative| one.name.wire().to_owned();
        let Matched { mut both, mut gone, mut added, in_order } = matched(&old.alternatives, &new.alternatives, names);
        // Where names say nothing, an alternative is the one that looks most like it.
        gone.retain(|old| {
            let likeness = |new: &&&Alternative| self.likeness(old, new);
            let index = (0..added.len()).max_by_key(|index| likeness(&&added[*index]));
            match index.filter(|index| likeness(&&added[*index]) > 0) {
                Some(index) => {
                    both.push((old, added.remove(index)));
                    false
                }
                None => true,
            }
        });
        for alternative in gone {
            let subject = Self::alternative_subject(subject, alternative, alternative);
            let was = emit::spelt(self.old, &alternative.ty);
            self.note(Rule::AlternativeRemoved, &subject, Detail::Was(was));
        }
        for alternative in added {
            let subject = Self::alternative_subject(subject, alternative, alternative);
            let is = emit::spelt(self.new, &alternative.ty);
            self.note(Rule::AlternativeAdded, &subject, Detail::Now(is));
        }
        // Without a discriminator there is no tag either.
        let has_tags = old.discriminator.is_some() && new.discriminator.is_some();
        for (old, new) in both {
            self.alternative(subject, old, new, has_tags);
        }
        self.order(subject, in_order);
    }

    fn alternative_subject(subject: &Subject, old: &Alternative, new: &Alternative) -> Subject {
        subject.part(&format!("|{}", new.name.wire()), Some(new.name.rust()), &old.at, &new.at)
    }

    fn alternative(&mut self, subject: &Subject, old: &Alternative, new: &Alternative, has_tags: bool) {
        let subject = Self::alternative_subject(subject, old, new);
        self.rust_name(&subject, old.name.rust(), new.name.rust());
        self.relation(&subject, &old.ty, &new.ty);
        self.docs(&subject, &old.docs, &new.docs);
        if has_tags && old.tags != new.tags {
            self.note_both(Rule::DiscriminatorChanged, &subject, old.tags.join(", "), new.tags.join(", "));
        }
    }

    /// Returns how much two alternatives have in common; nothing where they are none of each other.
    fn likeness(&self, old: &Alternative, new: &Alternative) -> usize {
        if old.tags.iter().any(|tag| new.tags.contains(tag)) {
            return usize::MAX;
        }
        let (old_ty, new_ty) = (self.old.types.resolve(&old.ty), self.new.types.resolve(&new.ty));
        if let (Type::Scalar(old), Type::Scalar(new)) = (old_ty, new_ty) {
            return usize::from(relate_scalars(*old, *new) != Relation::Other);
        }
        if old_ty.in_place().is_none() || new_ty.in_place().is_none() {
            return usize::from(std::mem::discriminant(old_ty) == std::mem::discriminant(new_ty));
        }
        usize::from(old.name.rust() == new.name.rust())
    }
}

fn value_subject(subject: &Subject, old: &Variant, new: &Variant) -> Subject {
    subject.part(&format!("={}", new.name.wire()), Some(new.name.rust()), &old.at, &new.at)
}
