//! Reads objects with declared members.

use std::mem;

use super::json::Json;
use super::json_reader::{Checkpoint, JsonReader, Name, ReadError, Segment};
use super::object::{Object, Slots};
use super::table::{Presence, Strictness, Table};
use super::value::{EntriesMut, Node};

/// Reads the members of an object into their fields.
///
/// # Errors
///
/// When the next value is no object or no JSON, a required member is missing or unreadable, here or in an object within, or, where the
/// table is strict, any member is unreadable.
pub fn read_object(object: &mut dyn Object, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
    let table = object.table();
    let mut result = Ok(());
    object.slots(&mut |mut slots| result = slots.read(table, reader));
    result
}

impl Slots<'_> {
    fn read(&mut self, table: &Table, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        self.extra.clear();
        self.additional.as_deref_mut().into_iter().for_each(EntriesMut::clear_entries);
        // Responses mostly require nothing, and then there is nothing to note.
        let mut seen = vec![false; if table.requires { table.fields.len() } else { 0 }];
        let (mut first, mut next, mut kept) = (true, 0, false);
        reader.open()?;
        while let Some(name) = reader.name(mem::take(&mut first), table.expected_name(next))? {
            let index = match name {
                Name::Expected => next,
                Name::Text(name) => match table.position(&name) {
                    Some(index) => index,
                    None => {
                        self.read_additional(table, name.into_owned(), reader)?;
                        continue;
                    }
                },
            };
            next = index + 1;
            let start = reader.checkpoint();
            let read = self.fields[index].read(reader);
            if let Some(seen) = seen.get_mut(index) {
                *seen = read.is_ok();
            }
            match read {
                Ok(()) => {
                    if reader.union_trials.open > 0 {
                        self.count_null(table, index, reader);
                    }
                    if kept {
                        // An undecodable duplicate may have come before.
                        self.extra.remove(table.fields[index].name);
                    }
                }
                Err(error) => {
                    self.keep_unreadable(table, index, start, error, reader)?;
                    kept = true;
                }
            }
        }
        match (0..seen.len()).find(|&index| !seen[index] && self.is_needed(table, index)) {
            Some(index) => {
                let name = Segment::Member(table.fields[index].name.into());
                Err(reader.error("a required member is missing").mark_incomplete().within(name))
            }
            None => Ok(()),
        }
    }

    /// Returns whether an object cannot do without a field that was not read.
    fn is_needed(&self, table: &Table, index: usize) -> bool {
        let required = table.rows[index].presence == Presence::Required;
        match table.strictness {
            Strictness::Strict | Strictness::Lenient => required,
            // Whether it is there matters when it is sent. Until then its slot may be empty, if it can be; it may not be made up.
            Strictness::Exchanged => required && !matches!(self.fields[index].node(), Node::Absent),
        }
    }

    /// Notes a member that was expected and came without a value: within a union that is being tried it matters that it was there.
    fn count_null(&self, table: &Table, index: usize, reader: &mut JsonReader<'_>) {
        let is_expected = table.rows[index].presence == Presence::Expected;
        reader.deviations.nulls += usize::from(is_expected && matches!(self.fields[index].node(), Node::Absent));
    }

    /// Keeps the text of a declared member that cannot be decoded, where the table is lenient.
    #[cold]
    fn keep_unreadable(
        &mut self,
        table: &Table,
        index: usize,
        start: Checkpoint,
        error: ReadError,
        reader: &mut JsonReader<'_>,
    ) -> Result<(), ReadError> {
        let field = &table.fields[index];
        let recovered = if self.is_needed(table, index) {
            Err(error.mark_incomplete())
        } else if table.strictness == Strictness::Strict {
            Err(error)
        } else {
            reader.recover(start, error)
        };
        recovered.map_err(|error| error.within(Segment::Member(field.name.into())))?;
        self.keep(field.name.to_owned(), reader)
    }

    /// Reads a member that is not declared into the slot for such, or keeps its text.
    fn read_additional(&mut self, table: &Table, name: String, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        if let Some(members) = self.additional.as_deref_mut().filter(|_| table.additional.refusal(&name).is_none()) {
            let start = reader.checkpoint();
            let Err(error) = members.insert_blank(name.clone()).read(reader) else {
                // An undecodable duplicate may have come before.
                self.extra.remove(&name);
                return Ok(());
            };
            members.remove_entry(&name);
            let recovered =
                if table.strictness == Strictness::Strict { Err(error) } else { reader.recover(start, error) };
            recovered.map_err(|error| error.within(Segment::Member(name.clone().into())))?;
        }
        self.keep(name, reader)
    }

    fn keep(&mut self, name: String, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        match reader.skip() {
            Ok(text) => {
                self.extra.insert(name, Json::from_checked(text));
                Ok(())
            }
            Err(error) => Err(error.within(Segment::Member(name.into()))),
        }
    }
}
