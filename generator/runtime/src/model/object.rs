//! Objects with declared members.

use std::mem;

use super::extra::Extra;
use super::input::{Fault, Input, Name, Segment};
use super::json::Json;
use super::table::{Presence, Strictness, Table};
use super::value::{Entries, Members, Node, Value};

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

    /// The undeclared members, where the contract gives them a type. Those that are not of it are among the others.
    fn additional(&self) -> Option<&dyn Entries> {
        None
    }

    /// The place of the undeclared members that have a type.
    fn additional_mut(&mut self) -> Option<&mut dyn Members> {
        None
    }
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
    object.additional_mut().into_iter().for_each(Members::empty);
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
            Err(name) => read_additional(object, table, name.into_owned(), input)?,
        }
    }
    for index in (0..seen.len()).filter(|index| !seen[*index]) {
        // Servers leave out lists that would be empty, whatever they promise.
        let is_empty = table.strictness == Strictness::Exchanged && is_empty(object, index);
        if !is_empty && is_needed(object, table, index) {
            let name = table.fields[index].name;
            return Err(input.fault("a required member is missing").within(Segment::Member(name.into())));
        }
        input.leniency.empty += usize::from(is_empty);
    }
    Ok(())
}

/// Whether a field holds a list or a map without anything in it.
fn is_empty(object: &dyn Object, index: usize) -> bool {
    match object.get(index).map(Value::node) {
        Some(Node::List(list)) => list.count() == 0,
        Some(Node::Map(map)) => map.entries().next().is_none(),
        _ => false,
    }
}

/// Whether an object cannot do without a field that was not read.
fn is_needed(object: &dyn Object, table: &Table, index: usize) -> bool {
    let required = table.fields[index].presence == Presence::Required;
    match table.strictness {
        Strictness::Strict | Strictness::Tolerant => required,
        // Whether it is there matters when it is sent. Until then its place may be empty, if it can be; it may not be made up.
        Strictness::Exchanged => {
            required && !object.get(index).is_some_and(|value| matches!(value.node(), Node::Absent))
        }
    }
}

/// Reads a declared member, or keeps its text where a merciful table has it unreadable; returns whether it was read.
fn read_field(object: &mut dyn Object, table: &Table, index: usize, input: &mut Input<'_>) -> Result<bool, Fault> {
    let field = &table.fields[index];
    let start = input.mark();
    let within = |fault: Fault| fault.within(Segment::Member(field.name.into()));
    if let Some(value) = object.get_mut(index) {
        let Err(fault) = value.read(input) else {
            // Within a union that is being tried it matters that a member was there, even without a value.
            let null = input.trials.open > 0 && field.presence == Presence::Expected;
            input.leniency.nulls += usize::from(null && matches!(value.node(), Node::Absent));
            return Ok(true);
        };
        if table.strictness == Strictness::Exchanged && is_empty(object, index) {
            input.rewind(start);
            if input.take_null().map_err(within)? {
                return Ok(false);
            }
        }
        let merciful = table.strictness != Strictness::Strict && !is_needed(object, table, index);
        let passed = if merciful { input.back(start, fault) } else { Err(fault) };
        passed.map_err(within)?;
    }
    keep(object, field.name.to_owned(), input).map(|()| false)
}

/// Reads a member that is not declared into the place for such, or keeps its text.
fn read_additional(object: &mut dyn Object, table: &Table, name: String, input: &mut Input<'_>) -> Result<(), Fault> {
    if let Some(members) = object.additional_mut().filter(|_| table.additional.refusal(&name).is_none()) {
        let start = input.mark();
        let Err(fault) = members.put(name.clone()).read(input) else {
            // an unreadable twin may have come before
            object.extra_mut().remove(&name);
            return Ok(());
        };
        members.take_out(&name);
        let passed = if table.strictness == Strictness::Strict { Err(fault) } else { input.back(start, fault) };
        passed.map_err(|fault| fault.within(Segment::Member(name.clone().into())))?;
    }
    keep(object, name, input)
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
