//! Reads values of one of several types.

use std::ptr;

use super::json::Json;
use super::json_reader::{Checkpoint, JsonReader, ReadError};
use super::union::{Named, Union};
use super::union_match::UnionMatch;

/// Reads a value into the variant that its tag names; if it has no tag, into the variant that it fits best. What fits none is kept
/// as it came.
///
/// So is a value whose tag the document's discriminator maps to nothing. OpenAPI 3.0.4, "Discriminator Object": "If the discriminating
/// value does not match an implicit or explicit mapping, no schema can be determined". A number and a boolean are tags by their text. What
/// a value without a tag means is undefined there: it is of the variant that it fits best, of those that do not require the tag, since a
/// server that leaves the tag out may send the rest as documented.
///
/// A variant does not fit a value without a tag that lacks one of its required members.
///
/// # Errors
///
/// When the next value is no JSON, lacks a required member of the variant that its tag names, or is read as this union already.
pub fn read_union(union: &mut dyn Union, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
    let place @ (offset, _) = (reader.offset(), ptr::from_ref(union.table()).addr());
    let here = reader.union_trials.under_way.iter().rev().take_while(|(at, _)| *at == offset);
    if here.into_iter().any(|known| *known == place) {
        return Err(ReadError::new(offset, "a union that is within itself has no further variant"));
    }
    reader.union_trials.under_way.push(place);
    let read = read_untried(union, reader);
    reader.union_trials.under_way.pop();
    read
}

/// Reads a value that is not being read as this union already.
fn read_untried(union: &mut dyn Union, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
    let table = union.table();
    let kind = reader.kind()?;
    match table.named(kind, reader)? {
        Named::Variant(index) => return read_named(union, index, reader),
        Named::Unmapped => return keep(union, reader),
        Named::Nothing => {}
    }
    match table.candidates(kind)[..] {
        [] => keep(union, reader),
        [only] => read_variant(union, only, reader),
        ref several => read_best(union, several, reader),
    }
}

/// Reads a value into the variant that its tag names, or keeps it.
fn read_named(union: &mut dyn Union, index: usize, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
    let start = reader.checkpoint();
    match union.choose(index).map(|value| value.read(reader)) {
        Some(Ok(())) => return Ok(()),
        Some(Err(error)) => reader.recover(start, error)?,
        None => {}
    }
    keep(union, reader)
}

/// Reads a value into a variant, or keeps it.
fn read_variant(union: &mut dyn Union, index: usize, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
    let (start, table) = (reader.checkpoint(), union.table());
    if let Some(value) = union.choose(index) {
        match value.read(reader) {
            Ok(()) if !table.misses_tag(value) => return Ok(()),
            Ok(()) => reader.rewind(start),
            Err(error) => reader.recover_variant(start, error)?,
        }
    }
    keep(union, reader)
}

/// Keeps a value that fits no variant.
fn keep(union: &mut dyn Union, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
    union.set_unknown(Json::from_checked(reader.skip()?));
    Ok(())
}

fn read_best(union: &mut dyn Union, candidates: &[usize], reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
    let (start, place) = (reader.checkpoint(), (reader.offset(), ptr::from_ref(union.table()).addr()));
    if let Some(&best_variant) = reader.union_trials.best_variants.get(&place) {
        return read_as(union, best_variant, reader);
    }
    reader.union_trials.open += 1;
    let (mut best, mut stands) = (None::<(UnionMatch, usize)>, false);
    for &index in candidates {
        reader.rewind(start);
        let found = read_trial(union, index, start, reader)?;
        stands = found.is_some_and(|found| best.is_none_or(|(best, _)| found.is_better_than(best)));
        best = if stands { found.map(|found| (found, index)) } else { best };
        if found.is_some_and(UnionMatch::is_perfect) {
            break;
        }
    }
    reader.union_trials.open -= 1;
    let best = best.map(|(_, index)| index);
    if reader.union_trials.open > 0 {
        reader.union_trials.best_variants.insert(place, best);
    }
    if stands {
        return Ok(());
    }
    reader.rewind(start);
    read_as(union, best, reader)
}

/// Reads a value into a variant, if one was found, or keeps it.
fn read_as(union: &mut dyn Union, index: Option<usize>, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
    match index {
        Some(index) => read_variant(union, index, reader),
        None => keep(union, reader),
    }
}

/// Reads a value into a variant and says how well it fits; `None` when it cannot be read.
fn read_trial(
    union: &mut dyn Union,
    index: usize,
    start: Checkpoint,
    reader: &mut JsonReader<'_>,
) -> Result<Option<UnionMatch>, ReadError> {
    let table = union.table();
    let Some(value) = union.choose(index) else { return Ok(None) };
    let read = value.read(reader);
    let value = &*value;
    match read {
        Ok(()) if table.misses_tag(value) => Ok(None),
        Ok(()) => Ok(Some(UnionMatch::of(value, reader.since(start)))),
        Err(error) => reader.recover_variant(start, error).map(|()| None),
    }
}
