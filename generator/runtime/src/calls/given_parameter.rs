//! Parameters that were given to a call, encoded.

use std::fmt::{self, Display};

use crate::contract::{Operation, Parameter};

/// The location of a named parameter.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ParameterPlace {
    Query,
    Cookie,
}

impl ParameterPlace {
    pub(crate) fn declared(self, operation: &Operation) -> &'static [Parameter] {
        match self {
            Self::Query => operation.query,
            Self::Cookie => operation.cookies,
        }
    }
}

impl Display for ParameterPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Query => "query",
            Self::Cookie => "cookie",
        })
    }
}

/// A parameter that was given, encoded.
pub(crate) struct Given {
    pub(crate) place: ParameterPlace,
    pub(crate) name: &'static str,
    pub(crate) text: String,
}
