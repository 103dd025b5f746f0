//! The stability policy: what each kind of change means for requests and responses, for the document, and for Rust code.
//!
//! The table is declared once, by a macro that makes the enum of rules, the rows that decide and the Markdown that
//! `docs/stability.md` shows.

use std::fmt::{self, Display};

use crate::ir::Usage;

/// Gives each value of an enum its word in tables.
macro_rules! words {
    ($of:ident { $($value:ident => $word:literal),+ }) => {
        impl $of {
            /// Returns the word in tables.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$value => $word,)+
                }
            }
        }

        impl Display for $of {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

/// How much a change costs those who rely on what was before, from the least to the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Nothing.
    None,
    /// Nothing, and there is more to use than before, or something warns.
    Compatible,
    /// What worked still works and means something else.
    Behavior,
    /// What worked is refused: requests by the server, code by the compiler, responses by their readers.
    Breaking,
}

words!(Effect { None => "none", Compatible => "compatible", Behavior => "behavior", Breaking => "breaking" });

/// What of the document a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The order of what it says.
    Order,
    /// What it says to people.
    Words,
    /// What it calls things that no wire names.
    Name,
    /// What may be sent and what comes back.
    Contract,
}

words!(Part { Order => "order", Words => "words", Name => "name", Contract => "contract" });

/// Which way goes what has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// From callers to the server.
    Sent,
    /// From the server to callers.
    Received,
    /// Both.
    Exchanged,
    /// It is no value.
    Neither,
}

impl Direction {
    /// Creates the ways of the values of a type.
    #[must_use]
    pub fn of(usage: Usage) -> Self {
        match usage {
            Usage::Request => Self::Sent,
            Usage::Response => Self::Received,
            Usage::Both => Self::Exchanged,
            Usage::Unused => Self::Neither,
        }
    }
}

words!(Direction { Sent => "sent", Received => "received", Exchanged => "exchanged", Neither => "any" });

/// What a change means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Verdict {
    /// To the wire: whether requests made by the old document are refused, and their responses misread.
    pub wire: Effect,
    /// To the document.
    pub document: Part,
    /// To Rust: whether code that compiled still does, and means the same.
    pub rust: Effect,
}

impl Verdict {
    fn and(self, other: Self) -> Self {
        Self {
            wire: self.wire.max(other.wire),
            document: self.document.max(other.document),
            rust: self.rust.max(other.rust),
        }
    }

    /// Returns the worse of what it does to the wire and to Rust.
    #[must_use]
    pub fn worst(self) -> Effect {
        self.wire.max(self.rust)
    }
}

/// One line of the policy.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// What has changed.
    pub rule: Rule,
    /// Which way goes what has changed.
    pub way: Direction,
    /// What that means.
    pub verdict: Verdict,
}

macro_rules! policy {
    ($($rule:ident $id:literal $what:literal { $($way:ident: $wire:ident $document:ident $rust:ident),+ })+) => {
        /// A kind of change.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $(#[doc = $what] $rule,)+
        }

        impl Rule {
            /// All rules, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$rule),+];

            /// Returns the name, which never changes: accepted changes are known by it.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self {
                    $(Self::$rule => $id,)+
                }
            }

            /// Returns what has happened, in words.
            #[must_use]
            pub fn what(self) -> &'static str {
                match self {
                    $(Self::$rule => $what,)+
                }
            }
        }

        /// The policy.
        pub const POLICY: &[Row] = &[$($(Row {
            rule: Rule::$rule,
            way: Direction::$way,
            verdict: Verdict { wire: Effect::$wire, document: Part::$document, rust: Effect::$rust },
        }),+),+];
    };
}

policy! {
    OperationAdded "operation-added" "an operation is new" { Neither: Compatible Contract Compatible }
    OperationRemoved "operation-removed" "an operation is gone" { Neither: Breaking Contract Breaking }
    OperationRenamed "operation-renamed" "an operation has another name" { Neither: None Name Breaking }
    OperationIdChanged "operation-id-changed" "an operation has another `operationId`, and the same name in Rust: calls that were kept cannot be resumed"
        { Neither: None Name Behavior }
    MethodChanged "method-changed" "an operation has another HTTP method" { Neither: Breaking Contract Behavior }
    PathChanged "path-changed" "an operation has another path" { Neither: Breaking Contract Behavior }
    PathParametersChanged "path-parameters-changed" "the path has more or fewer parameters, or others" { Neither: Breaking Contract Breaking }
    ArgumentRenamed "argument-renamed" "an argument of a call has another name, which no wire and no caller sees" { Neither: None Name None }
    SecurityChanged "security-changed" "an operation asks for other credentials" { Neither: Breaking Contract Behavior }
    OperationServersChanged "operation-servers-changed" "an operation runs at another place than before" { Neither: Breaking Contract Behavior }
    IdempotencyAdded "idempotency-added" "an operation takes an idempotency key" { Neither: Compatible Contract Compatible }
    IdempotencyRemoved "idempotency-removed" "an operation takes no idempotency key any more" { Neither: Behavior Contract Breaking }

    ParameterAdded "parameter-added" "a parameter is new that may be left out" { Sent: Compatible Contract Compatible }
    ParameterAddedRequired "parameter-added-required" "a parameter is new that has to be given" { Sent: Breaking Contract Breaking }
    HeaderAddedRequired "header-added-required" "a required header is new that need not be given with each call" { Sent: Breaking Contract Behavior }
    ParameterRemoved "parameter-removed" "a parameter is gone" { Sent: Behavior Contract Breaking }
    ParameterMoved "parameter-moved" "a parameter stands elsewhere in the request, or has another name there, and callers write the same"
        { Sent: Breaking Contract Behavior }
    ParameterRequired "parameter-required" "a parameter that could be left out has to be given" { Sent: Breaking Contract Breaking }
    HeaderRequired "header-required" "a header has to be there that need not be given with each call" { Sent: Breaking Contract Behavior }
    ParameterOptional "parameter-optional" "a parameter that had to be given may be left out" { Sent: Compatible Contract Breaking }
    HeaderOptional "header-optional" "a header may be missing that need not be given with each call" { Sent: Compatible Contract Compatible }
    ParameterStyleChanged "parameter-style-changed" "a parameter is written in another style" { Sent: Breaking Contract Behavior }
    HeaderSentChanged "header-sent-changed" "another value is sent for a header that nobody sets" { Sent: Behavior Contract Behavior }
    HeaderSetByClient "header-set-by-client" "a header can be set on the client, too" { Sent: None Contract Compatible }
    HeaderSetByCall "header-set-by-call" "a header that is set on the client is no longer sent with an operation" { Sent: None Contract Behavior }
    ClientHeaderRemoved "client-header-removed" "a header can no longer be set on the client" { Neither: None Contract Breaking }

    RuntimeHeaderAdded "runtime-header-added" "a header is declared that the runtime sends" { Sent: Compatible Contract None }
    RuntimeHeaderRemoved "runtime-header-removed" "a header is no longer declared that the runtime sends" { Sent: Behavior Contract None }

    BodyAdded "body-added" "an operation takes a body that may be left out" { Sent: Compatible Contract Compatible }
    BodyAddedRequired "body-added-required" "an operation takes a body that has to be given" { Sent: Breaking Contract Breaking }
    BodyRemoved "body-removed" "an operation takes no body any more" { Sent: Breaking Contract Breaking }
    BodyRequired "body-required" "a body that could be left out has to be given" { Sent: Breaking Contract Breaking }
    BodyOptional "body-optional" "a body that had to be given may be left out" { Sent: Compatible Contract Breaking }
    MediaTypeChanged "media-type-changed" "a body is of another media type" { Sent: Breaking Contract Behavior, Received: Breaking Contract Behavior }
    MediaTypeAdded "media-type-added" "a body may be of another media type, too" { Sent: Compatible Contract Compatible, Received: Behavior Contract Compatible }
    MediaTypeRemoved "media-type-removed" "a body can no longer be of a media type" { Sent: Breaking Contract Behavior, Received: Compatible Contract Behavior }
    MediaTypePreferred "media-type-preferred" "a body is of another of its media types unless a call chooses one"
        { Sent: None Contract Behavior, Received: None Order None }
    EncodingChanged "encoding-changed" "the members of a form are written in another way" { Sent: Breaking Contract Behavior }

    ResponseAdded "response-added" "a failure with another status is declared" { Received: Compatible Contract None }
    SuccessAdded "success-added" "a success with another status is declared" { Received: Behavior Contract None }
    ResponseRemoved "response-removed" "a failure with a status is no longer declared" { Received: Compatible Contract None }
    SuccessRemoved "success-removed" "a success with a status is no longer declared" { Received: Behavior Contract None }
    ResponseChanged "response-changed" "a success has a response of another kind: no body, a body, an optional body, one of several by status, or a stream" { Received: Breaking Contract Breaking }
    ResponseCaseAdded "response-case-added" "a response by status has a further case" { Received: Behavior Contract Compatible }
    ResponseCaseRemoved "response-case-removed" "a response by status has a case less" { Received: Compatible Contract Breaking }
    FailureTypeChanged "failure-type-changed" "a failure has a body of another type" { Received: Breaking Contract Behavior }
    ResponseHeaderAdded "response-header-added" "a response has a further header" { Received: Compatible Contract None }
    ResponseHeaderRemoved "response-header-removed" "a response no longer has a header" { Received: Behavior Contract None }
    ResponseHeaderChanged "response-header-changed" "a header of a response has another type" { Received: Breaking Contract None }

    TypeAdded "type-added" "a type is new" { Neither: None Contract Compatible }
    TypeRemoved "type-removed" "a type is gone" { Neither: None Name Breaking }
    TypeRenamed "type-renamed" "a type has another name" { Neither: None Name Breaking }
    SchemaRenamed "schema-renamed" "a schema has another name, and the same in Rust" { Neither: None Name None }
    TypeKindChanged "type-kind-changed" "a type is of another kind: object, enum, union, or the name of another" { Neither: Breaking Contract Breaking }
    TypeSentToo "type-sent-too" "values of a type that was only in responses are sent, too" { Neither: None Contract Compatible }
    TypeUsageChanged "type-usage-changed" "values of a type go another way, which changes what Rust asks of them" { Neither: None Contract Breaking }

    FieldAdded "field-added" "a field is new that may be left out" { Sent: Compatible Contract Compatible, Received: Compatible Contract Compatible }
    FieldAddedRequired "field-added-required" "a field is new that has to be there" { Sent: Breaking Contract Breaking, Received: Compatible Contract Compatible }
    FieldRemoved "field-removed" "a field is gone" { Sent: Breaking Contract Breaking, Received: Breaking Contract Breaking }
    FieldRenamed "field-renamed" "a field has another name on the wire" { Sent: Breaking Contract Breaking, Received: Breaking Contract Breaking }
    FieldWireNameChanged "field-wire-name-changed" "a field has another name on the wire, and the same in Rust"
        { Sent: Breaking Contract Behavior, Received: Breaking Contract Behavior }
    FieldRequired "field-required" "a field that could be left out has to be there" { Sent: Breaking Contract Breaking, Received: Compatible Contract None }
    FieldOptional "field-optional" "a field that had to be there may be left out" { Sent: Compatible Contract Breaking, Received: Behavior Contract None }
    FieldAlwaysReceived "field-always-received" "a field is in every response, and is no `Option` any more" { Received: Compatible Contract Breaking }
    FieldMayBeMissing "field-may-be-missing" "a field that was in every response may be missing or null: it is an `Option`" { Received: Breaking Contract Breaking }
    FieldHeldOtherwise "field-held-otherwise"
        "a required field begins or ceases to be optional in Rust: a union adds it as its tag, it is only sent, or `x-sdk-missing-response-members` is another"
        { Neither: None Contract Breaking }
    TagRequired "tag-required" "a tag that a union adds has to be there where the object is sent by itself" { Neither: Breaking Contract Behavior }
    TagOptional "tag-optional" "a tag that a union adds may be left out where the object is sent by itself" { Neither: Behavior Contract Compatible }
    FieldNullable "field-nullable" "a field may be null" { Sent: Compatible Contract Breaking, Received: Behavior Contract None }
    FieldNotNullable "field-not-nullable" "a field may no longer be null" { Sent: Breaking Contract Breaking, Received: Compatible Contract None }
    FieldReadOnly "field-read-only" "a field is the server's to set" { Sent: Behavior Contract Breaking, Received: None Contract None }
    FieldWritable "field-writable" "a field is the caller's to set, too" { Sent: Compatible Contract Compatible, Received: None Contract None }
    FieldWriteOnly "field-write-only" "a field is no longer in responses" { Sent: None Contract None, Received: Behavior Contract None }
    FieldReadable "field-readable" "a field may be in responses, too" { Sent: None Contract None, Received: Compatible Contract None }
    FieldRedacted "field-redacted" "a field is no longer shown where values are printed" { Neither: None Contract Compatible }
    FieldShown "field-shown" "a field is shown where values are printed" { Neither: None Contract Behavior }
    ConstantChanged "constant-changed" "a required field that could have one value only can have others: it is an argument now"
        { Sent: Compatible Contract Breaking, Received: Behavior Contract None }
    ConstantFixed "constant-fixed" "a required field can have one value only: it is no argument any more"
        { Sent: Breaking Contract Breaking, Received: Compatible Contract None }
    SuccessProofChanged "success-proof-changed" "a success is known by other fields" { Received: None Contract Breaking }
    SuccessMeaningChanged "success-meaning-changed" "a success means something else: done, open or declined" { Received: Behavior Contract Behavior }
    LookUpChanged "look-up-changed" "a call is looked up by other fields of its request" { Neither: None Contract Compatible }
    ArgumentsReordered "arguments-reordered" "arguments stand in another order" { Neither: None Order Breaking }
    ArgumentsSwapped "arguments-swapped" "arguments of one type stand in another order: code compiles and says something else"
        { Neither: None Order Behavior }

    TypeWidened "type-widened" "a value may be more than before" { Sent: Compatible Contract Breaking, Received: Breaking Contract Breaking }
    TypeNarrowed "type-narrowed" "a value may be less than before" { Sent: Breaking Contract Breaking, Received: Compatible Contract Breaking }
    TypeChanged "type-changed" "a value is of another type" { Sent: Breaking Contract Breaking, Received: Breaking Contract Breaking }
    TypeExchanged "type-exchanged" "a value is of another named type; how the two differ is said by itself" { Neither: None Name Breaking }
    FormatChanged "format-changed" "a value has another format, which is the same in Rust" { Sent: Behavior Contract None, Received: Behavior Contract None }
    DefaultChanged "default-changed" "another value is assumed where there is none" { Sent: Behavior Contract Behavior, Received: Behavior Contract None }
    LimitTightened "limit-tightened" "a limit lets less pass" { Sent: Breaking Contract Behavior, Received: Compatible Contract None }
    LimitLoosened "limit-loosened" "a limit lets more pass" { Sent: Compatible Contract Compatible, Received: Behavior Contract None }
    PatternChanged "pattern-changed" "a text has to match another pattern" { Sent: Breaking Contract Behavior, Received: Behavior Contract None }
    RuleAdded "rule-added" "something more has to hold between fields" { Sent: Breaking Contract Behavior }
    RuleRemoved "rule-removed" "something need not hold between fields any more" { Sent: Compatible Contract Compatible }
    ConstructorAdded "constructor-added" "there is another way to make a value" { Neither: None Contract Compatible }
    ConstructorRemoved "constructor-removed" "a way to make a value is gone" { Neither: None Contract Breaking }
    ConstructorArgumentsChanged "constructor-arguments-changed" "a way to make a value takes other arguments" { Neither: None Contract Breaking }
    ConstructorFixedChanged "constructor-fixed-changed" "a way to make a value settles something else" { Neither: None Contract Behavior }
    AdditionalAllowed "additional-allowed" "undeclared fields may be sent" { Sent: Compatible Contract Compatible, Received: Compatible Contract None }
    AdditionalTyped "additional-typed" "undeclared fields are of a type, and have a field in Rust"
        { Sent: Breaking Contract Breaking, Received: Compatible Contract Behavior }
    AdditionalRefused "additional-refused" "undeclared fields may no longer be sent" { Sent: Breaking Contract Breaking, Received: Compatible Contract None }
    AdditionalUntyped "additional-untyped" "undeclared fields are of no type any more, and lose their field in Rust"
        { Sent: Compatible Contract Breaking, Received: Behavior Contract Breaking }
    AdditionalNamesChanged "additional-names-changed" "undeclared fields have to have other names" { Sent: Breaking Contract Behavior }

    EnumValueAdded "enum-value-added" "an enum has a further value" { Sent: Compatible Contract Compatible, Received: Behavior Contract Compatible }
    EnumValueRemoved "enum-value-removed" "an enum has a value less" { Sent: Breaking Contract Breaking, Received: Compatible Contract Breaking }
    EnumValueRespelt "enum-value-respelt" "a value of an enum is another one on the wire, and the same in Rust"
        { Sent: Breaking Contract Behavior, Received: Behavior Contract Behavior }
    AlternativeAdded "alternative-added" "a union has a further alternative" { Sent: Compatible Contract Compatible, Received: Behavior Contract Compatible }
    AlternativeRemoved "alternative-removed" "a union has an alternative less" { Sent: Breaking Contract Breaking, Received: Compatible Contract Breaking }
    DiscriminatorChanged "discriminator-changed" "alternatives are told apart by something else" { Sent: Breaking Contract Behavior, Received: Breaking Contract Behavior }

    ServerAdded "server-added" "the service runs at another place, too" { Neither: Compatible Contract Compatible }
    ServerRemoved "server-removed" "the service no longer runs at a place" { Neither: Breaking Contract Breaking }
    ServerUrlChanged "server-url-changed" "a place of the service has another URL" { Neither: Breaking Contract Behavior }
    ServerValuesChanged "server-values-changed" "a part of a URL that is chosen has other values" { Neither: Behavior Contract None }
    ServerVariablesChanged "server-variables-changed" "the URL of a place has more or fewer parts that are chosen"
        { Neither: Breaking Contract Breaking }
    SchemeAdded "scheme-added" "there is another way to prove who is calling" { Neither: Compatible Contract None }
    SchemeRemoved "scheme-removed" "a way to prove who is calling is gone" { Neither: Breaking Contract Behavior }
    SchemeChanged "scheme-changed" "a way to prove who is calling is another" { Neither: Breaking Contract Behavior }
    FailureCodeAdded "failure-code-added" "a code of failures has a meaning" { Neither: None Contract Behavior }
    FailureCodeRemoved "failure-code-removed" "a code of failures has no meaning any more" { Neither: None Contract Behavior }
    FailureCodeChanged "failure-code-changed" "a code of failures has another meaning" { Neither: None Contract Behavior }
    ServiceChanged "service-changed" "calls are made, or failures are read, in another way" { Neither: Behavior Contract Behavior }

    Deprecated "deprecated" "something should no longer be used" { Sent: None Contract Compatible, Received: None Contract None, Neither: None Contract Compatible }
    NotDeprecated "not-deprecated" "something may be used again" { Sent: None Contract Compatible, Received: None Contract None, Neither: None Contract Compatible }
    RustNameChanged "rust-name-changed" "something has another name in Rust" { Neither: None Name Breaking }
    RustItemChanged "rust-item-changed" "a public item is gone or spelt otherwise, for a reason that no other line names" { Neither: None Contract Breaking }
    RustTypeSplit "rust-type-split" "two names in Rust stood for one type, and stand for two now" { Neither: None Contract Breaking }
    RustTypeMerged "rust-type-merged" "two names in Rust stood for two types, and stand for one now" { Neither: None Contract Compatible }
    DescriptionChanged "description-changed" "something is described in other words" { Neither: None Words None }
    ExampleChanged "example-changed" "something is shown by other examples" { Neither: None Words None }
    OrderChanged "order-changed" "things stand in another order" { Neither: None Order None }
}

impl Rule {
    fn rows(self) -> impl Iterator<Item = &'static Row> {
        POLICY.iter().filter(move |row| row.rule == self)
    }

    /// Returns the way that decides about a change of something that goes a way: there is a row for it, or for each of
    /// both.
    pub(super) fn way(self, way: Direction) -> Direction {
        let mut ways = self.rows().map(|row| row.way);
        let has_row = |way: Direction| self.rows().any(|row| row.way == way);
        let is_decided =
            has_row(way) || way == Direction::Exchanged && has_row(Direction::Sent) && has_row(Direction::Received);
        if is_decided { way } else { ways.next().expect("the macro takes no rule without a row") }
    }

    /// Returns what a change of this kind means for what goes a way; of what goes both ways, the worse.
    #[must_use]
    pub fn verdict(self, way: Direction) -> Verdict {
        let way = self.way(way);
        let rows =
            self.rows().filter(|row| row.way == way || way == Direction::Exchanged && row.way != Direction::Neither);
        let verdicts = rows.map(|row| row.verdict);
        verdicts.reduce(Verdict::and).expect("the way is one that has rows")
    }
}

/// Returns the policy as a table in Markdown, for `docs/stability.md`.
#[must_use]
pub fn table() -> String {
    let head = "| change | what | goes | wire | document | Rust |\n|---|---|---|---|---|---|\n".to_owned();
    POLICY.iter().fold(head, |table, Row { rule, way, verdict }| {
        let Verdict { wire, document, rust } = verdict;
        table + &format!("| `{}` | {} | {way} | {wire} | {document} | {rust} |\n", rule.id(), rule.what())
    })
}

/// By how much a version number has to grow, before any rule about versions below 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bump {
    /// Nothing changed that is published.
    None,
    /// The last number: the same code is described in other words.
    Patch,
    /// The second number: more is possible.
    Minor,
    /// The first number: code no longer compiles, or means something else.
    Major,
}

impl Bump {
    /// Returns what some changes ask for. The version is that of the crate, so it follows what they do to Rust.
    #[must_use]
    pub fn of(verdicts: impl Iterator<Item = Verdict>) -> Self {
        let needed = verdicts.map(|verdict| match (verdict.rust, verdict.document) {
            (Effect::Breaking | Effect::Behavior, _) => Self::Major,
            (Effect::Compatible, _) => Self::Minor,
            (Effect::None, Part::Order) => Self::None,
            (Effect::None, _) => Self::Patch,
        });
        needed.max().unwrap_or(Self::None)
    }

    /// Returns the word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }

    /// Returns the reason as text.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::None => "nothing changed that is published",
            Self::Patch => "all Rust code stays as it is, while more or something else is said of it",
            Self::Minor => "Rust code has more to use, and all that compiled does so with the same meaning",
            Self::Major => "Rust code that compiled does not, or means something else",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_rule_has_a_name_of_its_own_and_is_decided_for_all_ways() {
        let ids: BTreeSet<_> = Rule::ALL.iter().map(|rule| rule.id()).collect();
        assert_eq!(ids.len(), Rule::ALL.len());
        for rule in Rule::ALL {
            let ways: Vec<_> = POLICY.iter().filter(|row| row.rule == *rule).map(|row| row.way).collect();
            let distinct: BTreeSet<_> = ways.iter().collect();
            assert_eq!(distinct.len(), ways.len(), "{}", rule.id());
            assert!(
                !ways.contains(&Direction::Exchanged),
                "{}: what goes both ways is decided by its two rows",
                rule.id()
            );
        }
    }

    #[test]
    fn what_goes_both_ways_takes_the_worse_of_two_verdicts() {
        let verdict = Rule::EnumValueAdded.verdict(Direction::Exchanged);
        assert_eq!((verdict.wire, verdict.rust), (Effect::Behavior, Effect::Compatible));
        let verdict = Rule::FieldOptional.verdict(Direction::Exchanged);
        assert_eq!((verdict.wire, verdict.rust), (Effect::Behavior, Effect::Breaking));
    }

    #[test]
    fn the_version_follows_the_worst_that_happens_to_rust() {
        let of = |rules: &[(Rule, Direction)]| Bump::of(rules.iter().map(|(rule, way)| rule.verdict(*way)));
        assert_eq!(of(&[]), Bump::None);
        assert_eq!(of(&[(Rule::OrderChanged, Direction::Neither)]), Bump::None);
        assert_eq!(of(&[(Rule::FieldNullable, Direction::Received)]), Bump::Patch);
        assert_eq!(of(&[(Rule::FieldNullable, Direction::Received), (Rule::FieldAdded, Direction::Sent)]), Bump::Minor);
        assert_eq!(of(&[(Rule::LimitTightened, Direction::Sent), (Rule::FieldAdded, Direction::Sent)]), Bump::Major);
    }
}
