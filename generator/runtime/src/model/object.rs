//! Objects with declared members.

use std::mem;

use super::extra::Extra;
use super::input::{Fault, Input, Name, Segment};
use super::json::Json;
use super::table::{Field, Presence, Strictness, Table};
use super::value::Value;

/// An object with declared members: a plain struct and the table of its wire contract.
///
/// Indices are those of the table's fields.
pub trait Object: Send + Sync {
    /// The wire contract.
    fn table(&self) -> &'static Table;

    /// The object before anything is set.
    fn blank() -> Self
    where
        Self: Sized;

    /// The value of a field.
    fn get(&self, index: usize) -> Option<&dyn Value>;

    /// The place of a field's value.
    fn get_mut(&mut self, index: usize) -> Option<&mut dyn Value>;

    /// The undeclared members.
    fn extra(&self) -> &Extra;

    /// The undeclared members.
    fn extra_mut(&mut self) -> &mut Extra;
}

/// Reads the members of an object into their fields.
///
/// # Errors
///
/// When the next value is no object or no JSON, a required member is missing or unreadable, or, where the table is strict, any
/// member is unreadable.
pub fn read_object(object: &mut dyn Object, input: &mut Input<'_>) -> Result<(), Fault> {
    let table = object.table();
    object.extra_mut().clear();
    // Answers mostly require nothing, and then there is nothing to note.
    let mut seen = vec![false; if table.requires { table.fields.len() } else { 0 }];
    let (mut first, mut next, mut kept) = (true, 0, false);
    input.open()?;
    while let Some(name) = input.name(mem::take(&mut first), table.likely(next))? {
        let index = match name {
            Name::Likely => Ok(next),
            Name::Text(name) => table.position(&name).ok_or(name),
        };
        match index {
            Ok(index) => {
                next = index + 1;
                let filled = read_field(object, table, index, input)?;
                seen.get_mut(index).into_iter().for_each(|seen| *seen = filled);
                if !filled {
                    kept = true;
                } else if kept {
                    // an unreadable twin may have come before
                    object.extra_mut().remove(table.fields[index].name);
                }
            }
            Err(name) => keep(object, name.into_owned(), input)?,
        }
    }
    let required = |(field, seen): &(&Field, &bool)| field.presence == Presence::Required && !**seen;
    match table.fields.iter().zip(&seen).find(required) {
        Some((field, _)) => Err(input.fault("a required member is missing").within(Segment::Member(field.name.into()))),
        None => Ok(()),
    }
}

/// Reads a declared member, or keeps its text where a tolerant table has it unreadable; returns whether it was read.
fn read_field(object: &mut dyn Object, table: &Table, index: usize, input: &mut Input<'_>) -> Result<bool, Fault> {
    let field = &table.fields[index];
    let start = input.mark();
    if let Some(value) = object.get_mut(index) {
        let Err(fault) = value.read(input) else { return Ok(true) };
        let merciful = table.strictness == Strictness::Tolerant && field.presence == Presence::Optional;
        let passed = if merciful { input.back(start, fault) } else { Err(fault) };
        passed.map_err(|fault| fault.within(Segment::Member(field.name.into())))?;
    }
    keep(object, field.name.to_owned(), input).map(|()| false)
}

fn keep(object: &mut dyn Object, name: String, input: &mut Input<'_>) -> Result<(), Fault> {
    match input.skip() {
        Ok(text) => {
            object.extra_mut().insert(name, Json::from_checked(text));
            Ok(())
        }
        Err(fault) => Err(fault.within(Segment::Member(name.into()))),
    }
}

/// Makes an [`Object`](crate::seam::Object) a value of the model, with a `Debug` that redacts.
#[macro_export]
macro_rules! object {
    ($name:ident) => {
        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::seam::debug_object(self, f)
            }
        }

        impl $crate::seam::Value for $name {
            fn node(&self) -> $crate::seam::Node<'_> {
                $crate::seam::Node::Object(self)
            }

            fn read(&mut self, input: &mut $crate::seam::Input<'_>) -> ::std::result::Result<(), $crate::seam::Fault> {
                $crate::seam::read_object(self, input)
            }

            fn blank() -> Self {
                $crate::seam::Object::blank()
            }
        }

        $crate::__bridge!($name);
    };
}
