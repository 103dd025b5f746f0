//! Text, booleans and integers, and what they forgive when they are read.

use std::borrow::Cow;

use super::decimal::Decimal;
use super::input::{Fault, Input, Kind};
use super::value::{Node, Value};

/// Reads text; a number or boolean where a string was promised is read as its own text.
impl Value for String {
    fn node(&self) -> Node<'_> {
        Node::Text(Cow::Borrowed(self))
    }

    fn read(&mut self, input: &mut Input<'_>) -> Result<(), Fault> {
        *self = input.text("a string")?.into_owned();
        Ok(())
    }

    fn blank() -> Self {
        Self::new()
    }
}

/// Reads a boolean, also one in quotes.
impl Value for bool {
    fn node(&self) -> Node<'_> {
        Node::Bool(*self)
    }

    fn read(&mut self, input: &mut Input<'_>) -> Result<(), Fault> {
        let kind = input.kind()?;
        let start = input.offset();
        input.forgive(kind == Kind::Text);
        *self = match (kind, &*input.scalar_of(kind, "a boolean")?) {
            (Kind::Bool | Kind::Text, "true") => true,
            (Kind::Bool | Kind::Text, "false") => false,
            _ => return Err(Fault::unexpected(start, "a boolean", kind)),
        };
        Ok(())
    }

    fn blank() -> Self {
        false
    }
}

/// Nothing, whatever stands there: of a response without a declared body nobody expects anything.
impl Value for () {
    fn node(&self) -> Node<'_> {
        Node::Absent
    }

    fn read(&mut self, input: &mut Input<'_>) -> Result<(), Fault> {
        input.pass_all();
        Ok(())
    }

    fn blank() -> Self {}
}

macro_rules! integers {
    ($($integer:ty as $node:ident($convert:path): $expected:literal)*) => {$(
        /// Reads a whole number, also one in quotes or with zeros after the point.
        impl Value for $integer {
            fn node(&self) -> Node<'_> {
                Node::$node($convert(*self))
            }

            fn read(&mut self, input: &mut Input<'_>) -> Result<(), Fault> {
                let kind = input.kind()?;
                let start = input.offset();
                let number = input.number($expected)?.to_integer();
                let fitting = number.and_then(|number| number.try_into().ok());
                *self = fitting.ok_or_else(|| Fault::unexpected(start, $expected, kind))?;
                Ok(())
            }

            fn blank() -> Self {
                0
            }
        }
    )*};
}

integers! {
    i32 as Integer(i64::from): "a whole number of 32 bits"
    i64 as Integer(i64::from): "a whole number of 64 bits"
    u32 as Integer(i64::from): "a whole number of 32 bits that is not negative"
    u64 as Decimal(Decimal::whole): "a whole number of 64 bits that is not negative"
}
