//! Objects with declared members.

use super::extra::Extra;
use super::table::{Row, Table};
use super::value::{Entries, EntriesMut, Node, Value};

/// An object with declared members: a plain struct and the table of its wire contract.
///
/// It hands out all of its fields at once, in the order of the table, so that nothing in it is numbered and walking it takes one call.
pub trait Object: Send + Sync {
    /// Returns the wire contract.
    fn table(&self) -> &'static Table;

    /// Creates the object with all fields blank.
    fn blank() -> Self
    where
        Self: Sized;

    /// Passes the values of all fields.
    fn fields<'a>(&'a self, visit: &mut dyn FnMut(&[&'a dyn Value]));

    /// Passes the slots of all members.
    fn slots(&mut self, visit: &mut dyn FnMut(Slots<'_>));

    /// Returns the undeclared members.
    fn extra(&self) -> &Extra;

    /// Returns the undeclared members, where the contract gives them a type. Those that are not of it are among the others.
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
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static Row, &'a dyn Value)> {
        self.table.rows.iter().zip(self.values.iter().copied())
    }
}

impl dyn Object + '_ {
    /// Returns what a function makes of all fields.
    pub(crate) fn with_fields<R: Default>(&self, look: impl FnOnce(Fields<'_, '_>) -> R) -> R {
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

    /// Returns the member with a name on the wire, be it declared or not.
    pub(crate) fn member(&self, name: &str) -> Option<Node<'_>> {
        let field = self.field_named(name).map(Value::node).filter(|node| !matches!(node, Node::Absent));
        let additional =
            || self.additional()?.entries().find(|(known, _)| *known == name).map(|(_, value)| value.node());
        field.or_else(additional).or_else(|| self.extra().get(name).map(Node::Json))
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
    pub(crate) additional: Option<&'a mut dyn EntriesMut>,
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
    pub fn additional(mut self, additional: &'a mut dyn EntriesMut) -> Self {
        self.additional = Some(additional);
        self
    }
}

/// Passes the members that are there to `member`, with their names: declared ones in the order of the table, then those that have a
/// type, then the others.
///
/// A field that was set wins over an undeclared member of the same name, which is what could not be read into it. Nodes are
/// passed where they are: moving them about, as an iterator does, takes longer than all the rest.
pub(crate) fn each_member(object: &dyn Object, member: &mut dyn FnMut(&str, &Node<'_>)) {
    object.with_fields(|fields| {
        for (row, value) in fields.iter() {
            let node = value.node();
            if !matches!(node, Node::Absent) {
                member(row.name, &node);
            }
        }
    });
    let is_set = |name: &str| object.field_named(name).is_some_and(|value| !matches!(value.node(), Node::Absent));
    let additional = || object.additional().into_iter().flat_map(|members| members.entries());
    additional().filter(|(name, _)| !is_set(name)).for_each(|(name, value)| member(name, &value.node()));
    for (name, json) in object.extra().iter() {
        if !is_set(name) && additional().all(|(other, _)| other != name) {
            member(name, &Node::Json(json));
        }
    }
}
