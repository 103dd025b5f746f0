//! Rules over several members of an object.

/// A rule over several members of an object.
#[derive(Debug)]
pub struct Rule(pub(crate) Kind);

#[derive(Debug)]
pub(crate) enum Kind {
    RequiredWhen { conditions: &'static [Condition], alternatives: Alternatives },
    EqualsWhen { conditions: &'static [Condition], field: &'static str, text: &'static str },
    MaxTotal { max: usize, paths: &'static [&'static str], what: &'static str },
    MaxSum { field: &'static str, paths: &'static [&'static str] },
    Modes(&'static [Mode]),
}

/// Sets of members of which one has to be there completely.
pub(crate) type Alternatives = &'static [&'static [&'static str]];

impl Rule {
    /// Creates a rule: at least one of the alternatives is present with all its members.
    #[must_use]
    pub const fn any_of(alternatives: &'static [&'static [&'static str]]) -> Self {
        Self(Kind::RequiredWhen { conditions: &[], alternatives })
    }

    /// Creates a rule: under the conditions, at least one of the alternatives is present with all its members.
    #[must_use]
    pub const fn required_when(
        conditions: &'static [Condition],
        alternatives: &'static [&'static [&'static str]],
    ) -> Self {
        Self(Kind::RequiredWhen { conditions, alternatives })
    }

    /// Creates a rule: under the conditions, the field has this text, including by its default.
    #[must_use]
    pub const fn equals_when(conditions: &'static [Condition], field: &'static str, text: &'static str) -> Self {
        Self(Kind::EqualsWhen { conditions, field, text })
    }

    /// Creates a rule: the paths, such as `boxes[].items[]`, lead to at most `max` values together; `what` names them in messages.
    #[must_use]
    pub const fn max_total(max: usize, paths: &'static [&'static str], what: &'static str) -> Self {
        Self(Kind::MaxTotal { max, paths, what })
    }

    /// Creates a rule: the numbers at the paths, such as `boxes[].weight`, add up to at most the field.
    #[must_use]
    pub const fn max_sum(field: &'static str, paths: &'static [&'static str]) -> Self {
        Self(Kind::MaxSum { field, paths })
    }

    /// Creates a rule: the fields that the modes fix, including defaults, have the values of one mode.
    #[must_use]
    pub const fn modes(modes: &'static [Mode]) -> Self {
        Self(Kind::Modes(modes))
    }
}

/// A field has a certain text; its default counts in.
#[derive(Clone, Copy, Debug)]
pub struct Condition {
    pub(crate) field: &'static str,
    pub(crate) text: &'static str,
}

impl Condition {
    /// Creates a condition: the field's string, number or boolean is this text.
    #[must_use]
    pub const fn new(field: &'static str, text: &'static str) -> Self {
        Self { field, text }
    }
}

/// A combination of field values that goes by a name.
#[derive(Clone, Copy, Debug)]
pub struct Mode {
    /// How the mode is called.
    pub name: &'static str,
    /// The fields it fixes and their texts.
    pub fixed: &'static [(&'static str, &'static str)],
}
