//! The rules of the linter, one row each.

use std::fmt;

use crate::diagnostics::Severity;

/// A rule of the linter.
///
/// A rule that Spectral, vacuum or Redocly has, too, has the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// The document says what the API is for.
    InfoDescription,
    /// A tag says what belongs to it.
    TagDescription,
    /// An operation says what it does.
    OperationDescription,
    /// An operation has a name.
    OperationId,
    /// Names of operations are written alike.
    OperationIdCasing,
    /// Tags are declared.
    OperationTagDefined,
    /// An operation says what its success looks like.
    OperationSuccessResponse,
    /// Bodies have examples.
    MissingExample,
    /// A response says when it comes.
    ResponseDescription,
    /// A parameter says what it does.
    ParameterDescription,
    /// A component says what it is.
    ComponentDescription,
    /// A property says what it holds.
    PropertyDescription,
    /// The values of an enum are explained.
    EnumValueDescription,
    /// Components are referred to.
    UnusedComponent,
    /// Examples of bodies, parameters and headers fit their schemas.
    ValidMediaExample,
    /// Examples and defaults in schemas fit these.
    ValidSchemaExample,
    /// The values of an enum are of its type.
    TypedEnum,
    /// An enum lists each value once.
    DuplicatedEntryInEnum,
    /// Constraints can be satisfied, and have an effect.
    SchemaCheck,
    /// What is required is declared.
    RequiredUndefined,
    /// No two paths are the same.
    IdenticalPaths,
    /// No request fits two paths.
    AmbiguousPaths,
    /// Paths end without a slash.
    PathTrailingSlash,
    /// Servers end without a slash.
    ServerTrailingSlash,
    /// The same name is spelt one way.
    NameSpelling,
    /// The same property is of one type.
    PropertyType,
    /// The same enum is there once.
    RepeatedEnum,
    /// Scalars mean the same to every YAML reader.
    AmbiguousScalar,
    /// Every part has a source.
    FactSource,
}

/// The description of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct About {
    /// The rule.
    pub rule: Rule,
    /// Its stable name.
    pub id: &'static str,
    /// How much a breach weighs: an error contradicts itself, a warning leaves readers without something.
    pub severity: Severity,
    /// What it requires.
    pub says: &'static str,
    /// What to do about a breach.
    pub help: &'static str,
    /// What `--fix` does about it; `None` if a person has to.
    pub fix: Option<&'static str>,
}

const fn row(rule: Rule, id: &'static str, severity: Severity, says: &'static str, help: &'static str) -> About {
    About { rule, id, severity, says, help, fix: None }
}

impl About {
    const fn fixed(self, fix: &'static str) -> Self {
        Self { fix: Some(fix), ..self }
    }
}

use Severity::{Error, Warning};

impl Rule {
    /// All rules, in the order of [`Rule`]'s variants.
    pub const ALL: &'static [About] = &[
        row(
            Self::InfoDescription,
            "info-description",
            Warning,
            "the document says what the API is for, and what holds for all of it",
            "add `description` to `info`",
        ),
        row(
            Self::TagDescription,
            "tag-description",
            Warning,
            "a tag says what its operations have in common",
            "add `description` to the tag",
        ),
        row(
            Self::OperationDescription,
            "operation-description",
            Warning,
            "an operation says what it does",
            "add a `summary`, and a `description` where there is more to know",
        ),
        row(
            Self::OperationId,
            "operation-operationId",
            Warning,
            "an operation has a name of its own, since a made-up one changes with its path",
            "add `operationId`",
        ),
        row(
            Self::OperationIdCasing,
            "operation-operationId-casing",
            Warning,
            "names of operations are written in one style",
            "write it like the others; the method of the client is called after it",
        ),
        row(
            Self::OperationTagDefined,
            "operation-tag-defined",
            Warning,
            "the tags of an operation are declared, so that a misspelt one shows",
            "declare it under `tags` at the document's root, or correct it",
        ),
        row(
            Self::OperationSuccessResponse,
            "operation-success-response",
            Warning,
            "an operation says what its success looks like",
            "add a response with a status of 2XX or 3XX",
        ),
        row(
            Self::MissingExample,
            "oas3-missing-example",
            Warning,
            "the body of a request, and that of a success, is shown by an example",
            "add `examples` beside `schema`",
        ),
        row(
            Self::ResponseDescription,
            "response-description",
            Warning,
            "a response says when it comes, and what it means",
            "add `description`",
        ),
        row(
            Self::ParameterDescription,
            "oas3-parameter-description",
            Warning,
            "a parameter says what it does",
            "add `description`",
        ),
        row(
            Self::ComponentDescription,
            "component-description",
            Warning,
            "a schema or a header with a name says what it is",
            "add `description`",
        ),
        row(
            Self::PropertyDescription,
            "property-description",
            Warning,
            "a property says what it holds, by itself or by the component it refers to",
            "add `description`",
        ),
        row(
            Self::EnumValueDescription,
            "enum-value-description",
            Warning,
            "the values of an enum are explained",
            "describe each value in `x-enumDescriptions`, or name it in the description",
        ),
        row(
            Self::UnusedComponent,
            "oas3-unused-component",
            Warning,
            "something refers to every component",
            "remove it, or refer to it",
        ),
        row(
            Self::ValidMediaExample,
            "oas3-valid-media-example",
            Error,
            "the example of a body, a parameter or a header fits its schema",
            "correct the example or the schema, whichever is wrong",
        )
        .fixed("quotes what is to be text"),
        row(
            Self::ValidSchemaExample,
            "oas3-valid-schema-example",
            Error,
            "an example or a default in a schema fits the schema",
            "correct the value or the schema, whichever is wrong",
        )
        .fixed("quotes what is to be text"),
        row(
            Self::TypedEnum,
            "typed-enum",
            Error,
            "the values of an enum are of its type",
            "correct the value or the type",
        )
        .fixed("quotes what is to be text"),
        row(
            Self::DuplicatedEntryInEnum,
            "duplicated-entry-in-enum",
            Error,
            "an enum lists each value once",
            "remove one of them",
        ),
        row(
            Self::SchemaCheck,
            "oas-schema-check",
            Error,
            "the constraints of a schema can be satisfied, go with its type, and admit the values of its enum",
            "correct one of the two",
        ),
        row(
            Self::RequiredUndefined,
            "no-required-schema-properties-undefined",
            Warning,
            "a property that is required is declared",
            "declare it under `properties`, or correct its name",
        ),
        row(
            Self::IdenticalPaths,
            "no-identical-paths",
            Error,
            "no two paths differ in the names of their parameters alone",
            "make one path of the two",
        ),
        row(
            Self::AmbiguousPaths,
            "no-ambiguous-paths",
            Warning,
            "no request fits two paths of which neither is the more exact one",
            "tell one from the other by a fixed segment",
        ),
        row(
            Self::PathTrailingSlash,
            "path-keys-no-trailing-slash",
            Warning,
            "paths end without a slash, which some servers take for another path",
            "remove the slash, if the server accepts the path without it",
        ),
        row(
            Self::ServerTrailingSlash,
            "oas3-server-trailing-slash",
            Warning,
            "servers end without a slash, since paths begin with one",
            "remove the slash",
        )
        .fixed("removes the slash"),
        row(
            Self::NameSpelling,
            "name-spelling",
            Warning,
            "the same words make the same name: not `accountId` here and `account_id` there",
            "if both mean the same, spell them alike",
        ),
        row(
            Self::PropertyType,
            "property-type",
            Warning,
            "properties of the same name are of the same type",
            "if both mean the same, give them one type",
        ),
        row(
            Self::RepeatedEnum,
            "repeated-enum",
            Warning,
            "a list of values is written once",
            "make it a component and refer to it",
        ),
        row(
            Self::AmbiguousScalar,
            "yaml-ambiguous-scalar",
            Warning,
            "what YAML readers take for truth values, dates or numbers, each in its way, is quoted where it is text",
            "quote it",
        )
        .fixed("quotes it"),
        row(
            Self::FactSource,
            "fact-source",
            Warning,
            "the table of sources says where every operation, schema, parameter and header comes from",
            "name it in a row of the table whose first column is called `part`",
        ),
    ];

    /// Returns the description of the rule.
    #[must_use]
    pub fn about(self) -> &'static About {
        &Self::ALL[self as usize]
    }

    /// Returns the rule with a stable name.
    #[must_use]
    pub fn by_id(id: &str) -> Option<Self> {
        Self::ALL.iter().find(|about| about.id == id).map(|about| about.rule)
    }

    /// Returns its stable name.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.about().id
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn rows_stand_at_the_number_of_their_rule() {
        for (number, about) in Rule::ALL.iter().enumerate() {
            assert_eq!(about.rule as usize, number, "{}", about.id);
            assert_eq!(about.rule.id(), about.id);
        }
        assert_eq!(Rule::FactSource as usize + 1, Rule::ALL.len());
    }

    #[test]
    fn names_are_there_once() {
        let names: HashSet<_> = Rule::ALL.iter().map(|about| about.id).collect();
        assert_eq!(names.len(), Rule::ALL.len());
    }
}
