//! stub
use crate::seam::Value;
use std::fmt;
/// What kind of thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DriftKind {
    /// x
    UnknownField,
}
impl fmt::Display for DriftKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unknown field")
    }
}
pub(crate) fn drift(_: &dyn Value, _: &mut dyn FnMut(DriftKind, String)) {}
