//! Constraints of single values.

use super::decimal::Decimal;

/// What a value has to keep to, apart from its type. The constraints are those of JSON Schema.
#[derive(Clone, Copy, Debug, Default)]
pub struct Constraints {
    pub(crate) min_length: Option<usize>,
    pub(crate) max_length: Option<usize>,
    pub(crate) pattern: Option<&'static str>,
    pub(crate) minimum: Option<Decimal>,
    pub(crate) exclusive_minimum: Option<Decimal>,
    pub(crate) maximum: Option<Decimal>,
    pub(crate) exclusive_maximum: Option<Decimal>,
    pub(crate) multiple_of: Option<Decimal>,
    pub(crate) min_items: Option<usize>,
    pub(crate) max_items: Option<usize>,
    pub(crate) unique_items: bool,
    pub(crate) min_properties: Option<usize>,
    pub(crate) max_properties: Option<usize>,
    pub(crate) each: Option<&'static Constraints>,
    /// Whether there are any, apart from those of the elements.
    pub(crate) apply: bool,
}

macro_rules! setters {
    ($($(#[$doc:meta])* $name:ident: $argument:ty => $set:expr;)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub const fn $name(mut self, $name: $argument) -> Self {
            self.$name = Some($set);
            self.apply = true;
            self
        }
    )*};
}

impl Constraints {
    /// Creates an empty set of constraints.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            min_length: None,
            max_length: None,
            pattern: None,
            minimum: None,
            exclusive_minimum: None,
            maximum: None,
            exclusive_maximum: None,
            multiple_of: None,
            min_items: None,
            max_items: None,
            unique_items: false,
            min_properties: None,
            max_properties: None,
            each: None,
            apply: false,
        }
    }

    setters! {
        /// The fewest characters (Unicode scalar values) of a text.
        min_length: usize => min_length;
        /// The most characters (Unicode scalar values) of a text.
        max_length: usize => max_length;
        /// A regular expression that has to match somewhere in a text.
        pattern: &'static str => pattern;
        /// The least number, as decimal text.
        minimum: &'static str => number(minimum);
        /// The number above which a number has to be, as decimal text.
        exclusive_minimum: &'static str => number(exclusive_minimum);
        /// The greatest number, as decimal text.
        maximum: &'static str => number(maximum);
        /// The number below which a number has to be, as decimal text.
        exclusive_maximum: &'static str => number(exclusive_maximum);
        /// The number of which a number has to be a whole multiple, as decimal text.
        multiple_of: &'static str => number(multiple_of);
        /// The fewest elements of a list.
        min_items: usize => min_items;
        /// The most elements of a list.
        max_items: usize => max_items;
        /// The fewest members of a map or an object.
        min_properties: usize => min_properties;
        /// The most members of a map or an object.
        max_properties: usize => max_properties;
    }

    /// Sets the constraints of each element of a list or each value of a map.
    #[must_use]
    pub const fn each(mut self, each: &'static Self) -> Self {
        self.each = Some(each);
        self
    }

    /// Requires the elements of a list to be distinct.
    #[must_use]
    pub const fn unique_items(mut self) -> Self {
        self.unique_items = true;
        self.apply = true;
        self
    }
}

/// Returns a limit from its text; one that is no number stops the compiler, since contracts are statics.
const fn number(text: &'static str) -> Decimal {
    Decimal::parse(text).expect("a limit is decimal text of at most 28 digits")
}
