//! Objects with declared members.

use std::mem;

use super::extra::Extra;
use super::input::{Fault, Input, Mark, Name, Segment};
use super::json::Json;
use super::table::{Field, Presence, Strictness, Table};
use super::value::{Entries, Members, Node, Value};

/// An object with declared members: a plain struct and the table of its wire contract.
///
/// It hands out all of its fields at once, in the order of the table, so that nothing in it is numbered and walking it takes one call.
pub trait Object: Send + Sync {
    /// The wire contract.
    fn table(&self) -> &'static Table;

    /// The object before anything is set.
    fn blank() -> Self
    where
        Self: Sized;

    /// Passes the values of all fields.
    fn fields<'a>(&'a self, visit: &mut dyn FnMut(&[&'a dyn Value]));

    /// Passes the slots of all members.
    fn slots(&mut self, visit: &mut dyn FnMut(Slots<'_>));

    /// The undeclared members.
    fn extra(&self) -> &Extra;

    /// The undeclared members, where the contract gives them a type. Those that are not of it are among the others.
    fn additional(&self) -> Option<&dyn Entries> {
        None
    }
}

/// The fields of an object, to look several up by their names.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'s, 'a> {
    table: &'static Table,
    values: &'s [&'a dyn Value],
}

impl<'a> Fields<'_, 'a> {
    /// Returns what the field with a name on the wire holds; `None` if there is no such field, or nothing in it.
    pub(crate) fn named(&self, name: &str) -> Option<Node<'a>> {
        let node = self.values.get(self.table.position(name)?)?.node();
        (!matches!(node, Node::Absent)).then_some(node)
    }

    /// Returns the default of the field with a name on the wire, as JSON text.
    pub(crate) fn default(&self, name: &str) -> Option<&'static str> {
        self.table.fields[self.table.position(name)?].default
    }

    /// Returns the fields' values with their rows of the table. It is for the caller to ask for nodes: an iterator would move each
    /// about, which takes longer than all the rest.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static Field, &'a dyn Value)> {
        self.table.fields.iter().zip(self.values.iter().copied())
    }
}

impl dyn Object + '_ {
    /// Looks at the fields together.
    pub(crate) fn look<R: Default>(&self, look: impl FnOnce(Fields<'_, '_>) -> R) -> R {
        let (mut look, mut result, table) = (Some(look), R::default(), self.table());
        self.fields(&mut |values| {
            if let Some(look) = look.take() {
                result = look(Fields { table, values });
            }
        });
        result
    }

    /// Returns the value of the field at an index of the table. To look at many, ask for [all](Object::fields).
    pub(crate) fn field(&self, index: usize) -> Option<&dyn Value> {
        let mut value = None;
        self.fields(&mut |values| value = values.get(index).copied());
        value
    }

    /// Returns the value of the field with a name on the wire.
    pub(crate) fn field_named(&self, name: &str) -> Option<&dyn Value> {
        self.field(self.table().position(name)?)
    }
}

/// Where the members of an object are put when it is read.
pub struct Slots<'a> {
    /// The fields, in the order of the table.
    pub(crate) fields: &'a mut [&'a mut dyn Value],
    /// The undeclared members, where the contract gives them a type.
    pub(crate) additional: Option<&'a mut dyn Members>,
    /// The other undeclared members.
    pub(crate) extra: &'a mut Extra,
}

impl<'a> Slots<'a> {
    /// Creates the slots of an object's fields, in the order of its table, and of its undeclared members.
    #[must_use]
    pub fn new(fields: &'a mut [&'a mut dyn Value], extra: &'a mut Extra) -> Self {
        Self { fields, additional: None, extra }
    }

    /// Adds the slot of undeclared members that have a type.
    #[must_use]
    pub fn additional(mut self, additional: &'a mut dyn Members) -> Self {
        self.additional = Some(additional);
        self
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
    let mut result = Ok(());
    object.slots(&mut |mut slots| result = slots.read(table, input));
    result
}

impl Slots<'_> {
    fn read(&mut self, table: &Table, input: &mut Input<'_>) -> Result<(), Fault> {
        self.extra.clear();
        self.additional.as_deref_mut().into_iter().for_each(Members::empty);
        // Responses mostly require nothing, and then there is nothing to note.
        let mut seen = vec![false; if table.requires { table.fields.len() } else { 0 }];
        let (mut first, mut next, mut kept) = (true, 0, false);
        input.open()?;
        while let Some(name) = input.name(mem::take(&mut first), table.likely(next))? {
            let index = match name {
                Name::Likely => next,
                Name::Text(name) => match table.position(&name) {
                    Some(index) => index,
                    None => {
                        self.read_additional(table, name.into_owned(), input)?;
                        continue;
                    }
                },
            };
            next = index + 1;
            let start = input.mark();
            let read = self.fields[index].read(input);
            if let Some(seen) = seen.get_mut(index) {
                *seen = read.is_ok();
            }
            match read {
                Ok(()) => {
                    if input.trials.open > 0 {
                        self.count_null(table, index, input);
                    }
                    if kept {
                        // an unreadable twin may have come before
                        self.extra.remove(table.fields[index].name);
                    }
                }
                Err(fault) => {
                    self.keep_unreadable(table, index, start, fault, input)?;
                    kept = true;
                }
            }
        }
        for index in (0..seen.len()).filter(|index| !seen[*index]) {
            // Servers leave out lists that would be empty, whatever they promise.
            let is_empty = table.strictness == Strictness::Exchanged && is_empty(self.fields[index]);
            if !is_empty && self.is_needed(table, index) {
                let name = table.fields[index].name;
                return Err(input.fault("a required member is missing").within(Segment::Member(name.into())));
            }
            input.leniency.empty += usize::from(is_empty);
        }
        Ok(())
    }

    /// Whether an object cannot do without a field that was not read.
    fn is_needed(&self, table: &Table, index: usize) -> bool {
        let required = table.fields[index].presence == Presence::Required;
        match table.strictness {
            Strictness::Strict | Strictness::Lenient => required,
            // Whether it is there matters when it is sent. Until then its slot may be empty, if it can be; it may not be made up.
            Strictness::Exchanged => required && !matches!(self.fields[index].node(), Node::Absent),
        }
    }

    /// Notes a member that was expected and came without a value: within a union that is being tried it matters that it was there.
    fn count_null(&self, table: &Table, index: usize, input: &mut Input<'_>) {
        let is_expected = table.fields[index].presence == Presence::Expected;
        input.leniency.nulls += usize::from(is_expected && matches!(self.fields[index].node(), Node::Absent));
    }

    /// Keeps the text of a declared member that cannot be read, where a merciful table has it so.
    #[cold]
    fn keep_unreadable(
        &mut self,
        table: &Table,
        index: usize,
        start: Mark,
        fault: Fault,
        input: &mut Input<'_>,
    ) -> Result<(), Fault> {
        let field = &table.fields[index];
        let within = |fault: Fault| fault.within(Segment::Member(field.name.into()));
        if table.strictness == Strictness::Exchanged && is_empty(self.fields[index]) {
            input.rewind(start);
            if input.take_null().map_err(within)? {
                return Ok(());
            }
        }
        let merciful = table.strictness != Strictness::Strict && !self.is_needed(table, index);
        let passed = if merciful { input.back(start, fault) } else { Err(fault) };
        passed.map_err(within)?;
        self.keep(field.name.to_owned(), input)
    }

    /// Reads a member that is not declared into the slot for such, or keeps its text.
    fn read_additional(&mut self, table: &Table, name: String, input: &mut Input<'_>) -> Result<(), Fault> {
        if let Some(members) = self.additional.as_deref_mut().filter(|_| table.additional.refusal(&name).is_none()) {
            let start = input.mark();
            let Err(fault) = members.put(name.clone()).read(input) else {
                // an unreadable twin may have come before
                self.extra.remove(&name);
                return Ok(());
            };
            members.take_out(&name);
            let passed = if table.strictness == Strictness::Strict { Err(fault) } else { input.back(start, fault) };
            passed.map_err(|fault| fault.within(Segment::Member(name.clone().into())))?;
        }
        self.keep(name, input)
    }

    fn keep(&mut self, name: String, input: &mut Input<'_>) -> Result<(), Fault> {
        match input.skip() {
            Ok(text) => {
                self.extra.insert(name, Json::from_checked(text));
                Ok(())
            }
            Err(fault) => Err(fault.within(Segment::Member(name.into()))),
        }
    }
}

/// Whether a field holds a list or a map without anything in it.
fn is_empty(value: &dyn Value) -> bool {
    match value.node() {
        Node::List(list) => list.count() == 0,
        Node::Map(map) => map.entries().next().is_none(),
        _ => false,
    }
}
