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
    /// At least one of the alternatives has to be there with all its members.
    #[must_use]
    pub const fn any_of(alternatives: &'static [&'static [&'static str]]) -> Self {
        Self(Kind::RequiredWhen { conditions: &[], alternatives })
    }

    /// Under the conditions, at least one of the alternatives has to be there with all its members.
    #[must_use]
    pub const fn required_when(
        conditions: &'static [Condition],
        alternatives: &'static [&'static [&'static str]],
    ) -> Self {
        Self(Kind::RequiredWhen { conditions, alternatives })
    }

    /// Under the conditions, the field has to have this text; its default counts in.
    #[must_use]
    pub const fn equals_when(conditions: &'static [Condition], field: &'static str, text: &'static str) -> Self {
        Self(Kind::EqualsWhen { conditions, field, text })
    }

    /// The paths, such as `boxes[].items[]`, lead to at most `max` values, counted together; `what` names them in messages.
    #[must_use]
    pub const fn max_total(max: usize, paths: &'static [&'static str], what: &'static str) -> Self {
        Self(Kind::MaxTotal { max, paths, what })
    }

    /// The numbers at the paths, such as `boxes[].weight`, are together at most the field.
    #[must_use]
    pub const fn max_sum(field: &'static str, paths: &'static [&'static str]) -> Self {
        Self(Kind::MaxSum { field, paths })
    }

    /// The fields the modes fix, defaults counted in, have to be those of one mode.
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
    /// The field's string, number or boolean is this text.
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
