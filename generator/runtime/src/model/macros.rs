//! The macros that declare the types of a document: the Rust item and its wire contract, one row each member.
//!
//! What a row says stands nowhere else in the code of its crate, so that one more member is one more row.

/// Declares an object: a struct of public fields, its constructor and setters, and its wire contract.
///
/// ```text
/// /// A line of an order.
/// pub strict struct Line: Default {
///     /// How many.
///     count: i64 = "count".required().minimum("1"), new i64 => count;
///
///     /// A note.
///     note: Option<String> = "note".max_length(40), set impl Into<String> => note.into();
///
///     unit: Unit = "unit".required(), fixed Unit::Piece;
///
///     ..others: Map<Decimal>;
/// }
/// new("Creates a line with its required fields.")
/// .rules(&[...])
/// ```
///
/// - `strict`, `lenient` or `exchanged` is the constructor of its [`Table`](crate::codegen::Table).
/// - `: Default` gives it a default, with everything absent.
/// - A row is the field, its type, its name on the wire and what its [`Field`](crate::codegen::Field) has to keep to. `set` makes a
///   setter of that name: the type of its argument, and the field's value made of the argument. `new` makes it an argument of `new`,
///   `fixed` the only value that the contract allows, which `new` sets.
/// - `..` is the map of the members that the document does not list.
/// - What follows the braces goes to the table.
#[macro_export]
macro_rules! object {
    (
        $(#[$about:meta])*
        $vis:vis $strictness:ident struct $name:ident $(: $default:ident)? {
            $(
                $(#[$field_about:meta])*
                $field:ident: $type:ty = $wire:literal $(.$contract:ident($($of:tt)*))*
                $(, $(#[$set_about:meta])* set $set:ty => $set_value:expr)?
                $(, new $new:ty => $new_value:expr)?
                $(, fixed $fixed:expr)?;
            )*
            $(..$rest:ident: $rest_type:ty;)?
        }
        $(new($new_about:literal))?
        $(.$term:ident($($term_of:tt)*))*
    ) => {
        $(#[$about])*
        #[derive(Clone)]
        #[non_exhaustive]
        $vis struct $name {
            $($(#[$field_about])* pub $field: $type,)*
            $(
                /// Members that the document does not list, by name.
                pub $rest: $rest_type,
            )?
            extra: $crate::codegen::Extra,
        }

        $crate::__new! {
            $name ($($new_about)?) ($($($field: $new = $new_value;)?)*) ($($($field = $fixed;)?)*)
        }

        impl $name {
            $($(
                #[doc = concat!("Sets [`", stringify!($field), "`](#fields).")]
                $(#[$set_about])*
                #[must_use]
                pub fn $field(mut self, $field: $set) -> Self {
                    self.$field = ::std::option::Option::Some($set_value);
                    self
                }
            )?)*

            /// Returns unknown or undecodable members, kept verbatim.
            #[must_use]
            pub fn extra(&self) -> &$crate::codegen::Extra {
                &self.extra
            }
        }

        $(
            impl $default for $name {
                fn default() -> Self {
                    $crate::codegen::Object::blank()
                }
            }
        )?

        impl $crate::codegen::Object for $name {
            fn table(&self) -> &'static $crate::codegen::Table {
                const FIELDS: &[$crate::codegen::Field] =
                    &[$($crate::codegen::Field::new(::std::concat!(",\"", $wire, "\":"))$(.$contract($($of)*))*),*];
                const ROWS: &[$crate::codegen::Row] = &$crate::codegen::Row::all::<{ FIELDS.len() }>(FIELDS);
                static TABLE: $crate::codegen::Table =
                    $crate::codegen::Table::$strictness(stringify!($name), FIELDS, ROWS)$(.$term($($term_of)*))*;
                &TABLE
            }

            fn blank() -> Self {
                Self {
                    $($field: $crate::codegen::Value::blank(),)*
                    $($rest: $crate::codegen::Value::blank(),)?
                    extra: $crate::codegen::Extra::new(),
                }
            }

            fn fields<'a>(&'a self, visit: &mut dyn ::std::ops::FnMut(&[&'a dyn $crate::codegen::Value])) {
                visit(&[$(&self.$field),*]);
            }

            fn slots(&mut self, visit: &mut dyn ::std::ops::FnMut($crate::codegen::Slots<'_>)) {
                visit($crate::codegen::Slots::new(&mut [$(&mut self.$field),*], &mut self.extra)$(.additional(&mut self.$rest))?);
            }

            fn extra(&self) -> &$crate::codegen::Extra {
                &self.extra
            }

            $(
                fn additional(&self) -> ::std::option::Option<&dyn $crate::codegen::Entries> {
                    ::std::option::Option::Some(&self.$rest)
                }
            )?
        }

        impl ::std::cmp::PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                $crate::codegen::equal_objects(self, other)
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::codegen::debug_object(self, f)
            }
        }

        impl $crate::codegen::Value for $name {
            fn node(&self) -> $crate::codegen::Node<'_> {
                $crate::codegen::Node::Object(self)
            }

            fn read(&mut self, reader: &mut $crate::codegen::JsonReader<'_>) -> ::std::result::Result<(), $crate::codegen::ReadError> {
                $crate::codegen::read_object(self, reader)
            }

            fn blank() -> Self {
                $crate::codegen::Object::blank()
            }
        }

        $crate::__serde_impls!($name);
    };
}

/// Makes the constructor of an object that has one: its arguments, and what it fills in.
#[doc(hidden)]
#[macro_export]
macro_rules! __new {
    ($name:ident () $arguments:tt $fixed:tt) => {};
    (
        $name:ident ($about:literal)
        ($($field:ident: $type:ty = $value:expr;)*)
        ($($fixed:ident = $fixed_value:expr;)*)
    ) => {
        impl $name {
            #[doc = $about]
            #[allow(clippy::too_many_arguments, reason = "all of them are required")]
            #[must_use]
            pub fn new($($field: $type),*) -> Self {
                Self { $($field: $value,)* $($fixed: $fixed_value,)* ..<Self as $crate::codegen::Object>::blank() }
            }
        }
    };
}

/// Declares an enum: its variants with their texts on the wire, and one for texts that it does not list.
///
/// ```text
/// /// A unit of measure.
/// pub enum Unit {
///     /// A piece.
///     Piece = "piece";
/// }
/// ```
///
/// With `: Json` behind its name the texts are JSON, since not all values are strings.
#[macro_export]
macro_rules! open_enum {
    (
        $(#[$about:meta])*
        $vis:vis enum $name:ident $(: $notation:ident)? {
            $($(#[$variant_about:meta])* $variant:ident = $wire:literal;)*
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        $vis enum $name {
            $($(#[$variant_about])* $variant,)*
            /// A value that this version does not list, kept verbatim.
            Unknown($crate::UnknownValue),
        }

        impl $crate::codegen::OpenEnum for $name {
            const NAME: &'static str = stringify!($name);
            const VALUES: &'static [(&'static str, Self)] = &[$(($wire, Self::$variant)),*];
            $(const NOTATION: $crate::codegen::Notation = $crate::codegen::Notation::$notation;)?

            fn unknown(value: $crate::UnknownValue) -> Self {
                Self::Unknown(value)
            }

            fn as_unknown(&self) -> ::std::option::Option<&$crate::UnknownValue> {
                match self {
                    Self::Unknown(value) => ::std::option::Option::Some(value),
                    _ => ::std::option::Option::None,
                }
            }
        }

        impl $name {
            /// Returns the text of the value on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                $crate::codegen::enum_text(self)
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str($crate::codegen::enum_text(self))
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::codegen::debug_enum(self, f)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::ParseError;

            /// Parses one of the values this version knows.
            fn from_str(text: &str) -> ::std::result::Result<Self, $crate::ParseError> {
                $crate::codegen::parse_enum(text)
            }
        }

        impl $crate::codegen::Value for $name {
            fn node(&self) -> $crate::codegen::Node<'_> {
                $crate::codegen::enum_node(self)
            }

            fn read(&mut self, reader: &mut $crate::codegen::JsonReader<'_>) -> ::std::result::Result<(), $crate::codegen::ReadError> {
                *self = $crate::codegen::read_enum(reader)?;
                ::std::result::Result::Ok(())
            }

            fn blank() -> Self {
                $crate::codegen::blank_enum()
            }
        }

        $crate::__serde_impls!($name);
    };
}

/// Declares a union: an enum whose variants hold a value each, what tells them apart, and a variant for values of none of them.
///
/// ```text
/// /// What is sold.
/// pub enum Article {
///     /// A book.
///     Book(Box<Book>) = object(&["book"]), from Book;
///
///     /// Its number.
///     Number(String) = text(), from String, &str;
/// }
/// .discriminator("kind")
/// ```
///
/// A row is the variant, what it holds, the constructor of its [`Variant`](crate::codegen::Variant), and the types it is made from. What
/// follows the braces goes to the [`UnionTable`](crate::codegen::UnionTable).
#[macro_export]
macro_rules! union {
    (
        $(#[$about:meta])*
        $vis:vis enum $name:ident {
            $(
                $(#[$variant_about:meta])*
                $variant:ident($held:ty) = $form:ident($($of:tt)*) $(, from $($from:ty),+)?;
            )*
        }
        $(.$term:ident($($term_of:tt)*))*
    ) => {
        $(#[$about])*
        #[derive(Clone)]
        #[non_exhaustive]
        $vis enum $name {
            $($(#[$variant_about])* $variant($held),)*
            /// A value of none of these types, kept verbatim.
            Unknown($crate::Json),
        }

        $($($(
            impl ::std::convert::From<$from> for $name {
                fn from(value: $from) -> Self {
                    Self::$variant(::std::convert::Into::into(value))
                }
            }
        )+)?)*

        impl $crate::codegen::Union for $name {
            fn table(&self) -> &'static $crate::codegen::UnionTable {
                static TABLE: $crate::codegen::UnionTable = $crate::codegen::UnionTable::new(
                    stringify!($name),
                    &[$($crate::codegen::Variant::$form($($of)*)),*],
                )$(.$term($($term_of)*))*;
                &TABLE
            }

            fn blank() -> Self {
                Self::Unknown($crate::codegen::Value::blank())
            }

            fn get(&self) -> ::std::option::Option<(usize, &dyn $crate::codegen::Value)> {
                /// The variants by their index.
                enum Index {
                    $($variant),*
                }
                match self {
                    $(Self::$variant(value) => ::std::option::Option::Some((Index::$variant as usize, value)),)*
                    Self::Unknown(_) => ::std::option::Option::None,
                }
            }

            fn choose(&mut self, index: usize) -> ::std::option::Option<&mut dyn $crate::codegen::Value> {
                /// The variants by their index.
                enum Index {
                    $($variant),*
                }
                match index {
                    $(index if index == Index::$variant as usize => *self = Self::$variant($crate::codegen::Value::blank()),)*
                    _ => return ::std::option::Option::None,
                }
                match self {
                    $(Self::$variant(value) => ::std::option::Option::Some(value),)*
                    Self::Unknown(_) => ::std::option::Option::None,
                }
            }

            fn unknown(&self) -> ::std::option::Option<&$crate::Json> {
                match self {
                    Self::Unknown(value) => ::std::option::Option::Some(value),
                    _ => ::std::option::Option::None,
                }
            }

            fn set_unknown(&mut self, value: $crate::Json) {
                *self = Self::Unknown(value);
            }
        }

        impl ::std::cmp::PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                $crate::codegen::equal_unions(self, other)
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::codegen::debug_union(self, f)
            }
        }

        impl $crate::codegen::Value for $name {
            fn node(&self) -> $crate::codegen::Node<'_> {
                $crate::codegen::union_node(self)
            }

            fn read(&mut self, reader: &mut $crate::codegen::JsonReader<'_>) -> ::std::result::Result<(), $crate::codegen::ReadError> {
                $crate::codegen::read_union(self, reader)
            }

            fn blank() -> Self {
                $crate::codegen::Union::blank()
            }
        }

        $crate::__serde_impls!($name);
    };
}
