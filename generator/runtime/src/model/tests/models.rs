//! Models as the generator writes them.

#![expect(unreachable_pub, reason = "written as in a crate whose models are public")]

use crate::seam::{Additional, Condition, Extra, Field, Limits, Mode, Object, OpenEnum, Rule, Table, Value};
use crate::{Date, Decimal, IntoDecimal, Json, Map, Nullable, Secret, UnknownValue};

/// An object of a few members, as the generator writes it at greater length.
macro_rules! small_object {
    ($(#[$doc:meta])* $name:ident { $($index:literal $field:ident: $type:ty,)* $(..$rest:ident: $rest_type:ty,)? } $table:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq)]
        struct $name {
            $($field: $type,)*
            $($rest: $rest_type,)?
            extra: Extra,
        }

        impl Object for $name {
            fn table(&self) -> &'static Table {
                static TABLE: Table = $table;
                &TABLE
            }

            fn blank() -> Self {
                Self { $($field: Value::blank(),)* $($rest: Value::blank(),)? extra: Extra::new() }
            }

            fn get(&self, index: usize) -> Option<&dyn Value> {
                Some(match index {
                    $($index => &self.$field,)*
                    _ => return None,
                })
            }

            fn get_mut(&mut self, index: usize) -> Option<&mut dyn Value> {
                Some(match index {
                    $($index => &mut self.$field,)*
                    _ => return None,
                })
            }

            fn extra(&self) -> &Extra {
                &self.extra
            }

            fn extra_mut(&mut self) -> &mut Extra {
                &mut self.extra
            }
            $(
                fn additional(&self) -> Option<&dyn Entries> {
                    Some(&self.$rest)
                }

                fn additional_mut(&mut self) -> Option<&mut dyn Members> {
                    Some(&mut self.$rest)
                }
            )?
        }
        crate::object!($name);
    };
}

/// A union, as the generator writes it at greater length.
macro_rules! small_union {
    ($(#[$doc:meta])* $name:ident { $($index:literal $variant:ident: $type:ty,)* } $table:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq)]
        enum $name {
            $($variant($type),)*
            Unknown(Json),
        }

        impl Union for $name {
            fn table(&self) -> &'static UnionTable {
                static TABLE: UnionTable = $table;
                &TABLE
            }

            fn blank() -> Self {
                Self::Unknown(Json::null())
            }

            fn get(&self) -> Option<&dyn Value> {
                Some(match self {
                    $(Self::$variant(value) => value,)*
                    Self::Unknown(_) => return None,
                })
            }

            fn choose(&mut self, index: usize) -> Option<&mut dyn Value> {
                *self = match index {
                    $($index => Self::$variant(Value::blank()),)*
                    _ => return None,
                };
                Some(match self {
                    $(Self::$variant(value) => value,)*
                    Self::Unknown(_) => return None,
                })
            }

            fn unknown(&self) -> Option<&Json> {
                match self {
                    Self::Unknown(json) => Some(json),
                    _ => None,
                }
            }

            fn set_unknown(&mut self, value: Json) {
                *self = Self::Unknown(value);
            }
        }
        crate::union!($name);
    };
}

pub(crate) use {small_object, small_union};

/// A strict object.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct ParcelRequest {
    pub weight: Decimal,
    pub shelf: String,
    pub note: Option<String>,
    pub labels: Option<Map<String>>,
    pub kind: Option<Kind>,
    pub pin: Option<Secret>,
    pub door_code: Option<String>,
    pub boxes: Option<Vec<ParcelBox>>,
    pub lids: Option<Vec<String>>,
    pub until: Option<Nullable<Date>>,
    pub insured: Option<bool>,
    pub fragile: Option<bool>,
    pub copies: Option<i32>,
    pub inner: Option<Box<ParcelRequest>>,
    extra: Extra,
}

impl ParcelRequest {
    pub fn new(weight: impl IntoDecimal, shelf: impl Into<String>) -> Self {
        Self { weight: weight.into_decimal(), shelf: shelf.into(), ..Object::blank() }
    }

    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    #[must_use]
    pub fn labels(mut self, labels: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>) -> Self {
        self.labels = Some(labels.into_iter().map(|(name, value)| (name.into(), value.into())).collect());
        self
    }

    #[must_use]
    pub fn kind(mut self, kind: Kind) -> Self {
        self.kind = Some(kind);
        self
    }

    #[must_use]
    pub fn boxes(mut self, boxes: impl IntoIterator<Item = ParcelBox>) -> Self {
        self.boxes = Some(boxes.into_iter().collect());
        self
    }

    #[must_use]
    pub fn additional_property(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        self.extra.insert(name, value);
        self
    }

    pub fn extra(&self) -> &Extra {
        &self.extra
    }
}

impl Object for ParcelRequest {
    fn table(&self) -> &'static Table {
        static TABLE: Table = Table::strict(
            "ParcelRequest",
            &[
                Field::new("weight")
                    .required()
                    .limits(Limits::new().exclusive_minimum("0").maximum("99.5").multiple_of("0.01")),
                Field::new("shelf").required().limits(Limits::new().min_length(2).pattern("^[A-Z]")),
                Field::new("note").limits(Limits::new().max_length(5)),
                Field::new("labels")
                    .sensitive()
                    .limits(Limits::new().max_properties(2).each(&Limits::new().max_length(3))),
                Field::new("kind").default(r#""Flat""#),
                Field::new("pin").limits(Limits::new().max_length(4)),
                Field::new("door code").sensitive(),
                Field::new("boxes").limits(Limits::new().min_items(1).max_items(3)),
                Field::new("lids").limits(Limits::new().unique_items().each(&Limits::new().min_length(1))),
                Field::new("until"),
                Field::new("insured").default("false"),
                Field::new("fragile").default("true"),
                Field::new("copies").limits(Limits::new().minimum("1").exclusive_maximum("10")),
                Field::new("inner"),
            ],
        )
        .additional(Additional::Named("^[A-Za-z][A-Za-z0-9_]*__c$"))
        .rules(&[
            Rule::required_when(&[Condition::new("kind", "Bag")], &[&["note"], &["lids", "pin"]]),
            Rule::equals_when(&[Condition::new("kind", "Bag")], "copies", "1"),
            Rule::max_total(3, &["boxes[].items[]", "lids[]", "inner.boxes[].items[]"], "things"),
            Rule::modes(&[
                Mode { name: "careful", fixed: &[("insured", "true"), ("fragile", "true")] },
                Mode { name: "plain", fixed: &[("insured", "false"), ("fragile", "true")] },
            ]),
        ]);
        &TABLE
    }

    fn blank() -> Self {
        Self {
            weight: Value::blank(),
            shelf: Value::blank(),
            note: Value::blank(),
            labels: Value::blank(),
            kind: Value::blank(),
            pin: Value::blank(),
            door_code: Value::blank(),
            boxes: Value::blank(),
            lids: Value::blank(),
            until: Value::blank(),
            insured: Value::blank(),
            fragile: Value::blank(),
            copies: Value::blank(),
            inner: Value::blank(),
            extra: Extra::new(),
        }
    }

    fn get(&self, index: usize) -> Option<&dyn Value> {
        Some(match index {
            0 => &self.weight,
            1 => &self.shelf,
            2 => &self.note,
            3 => &self.labels,
            4 => &self.kind,
            5 => &self.pin,
            6 => &self.door_code,
            7 => &self.boxes,
            8 => &self.lids,
            9 => &self.until,
            10 => &self.insured,
            11 => &self.fragile,
            12 => &self.copies,
            13 => &self.inner,
            _ => return None,
        })
    }

    fn get_mut(&mut self, index: usize) -> Option<&mut dyn Value> {
        Some(match index {
            0 => &mut self.weight,
            1 => &mut self.shelf,
            2 => &mut self.note,
            3 => &mut self.labels,
            4 => &mut self.kind,
            5 => &mut self.pin,
            6 => &mut self.door_code,
            7 => &mut self.boxes,
            8 => &mut self.lids,
            9 => &mut self.until,
            10 => &mut self.insured,
            11 => &mut self.fragile,
            12 => &mut self.copies,
            13 => &mut self.inner,
            _ => return None,
        })
    }

    fn extra(&self) -> &Extra {
        &self.extra
    }

    fn extra_mut(&mut self) -> &mut Extra {
        &mut self.extra
    }
}
crate::object!(ParcelRequest);

/// A strict object that declares no additional members.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct ParcelBox {
    pub items: Option<Vec<Item>>,
    extra: Extra,
}

impl ParcelBox {
    pub fn of(items: impl IntoIterator<Item = Item>) -> Self {
        Self { items: Some(items.into_iter().collect()), ..Object::blank() }
    }
}

impl Object for ParcelBox {
    fn table(&self) -> &'static Table {
        static TABLE: Table =
            Table::strict("ParcelBox", &[Field::new("items")]).rules(&[Rule::any_of(&[&["items"], &["note", "name"]])]);
        &TABLE
    }

    fn blank() -> Self {
        Self { items: Value::blank(), extra: Extra::new() }
    }

    fn get(&self, index: usize) -> Option<&dyn Value> {
        Some(match index {
            0 => &self.items,
            _ => return None,
        })
    }

    fn get_mut(&mut self, index: usize) -> Option<&mut dyn Value> {
        Some(match index {
            0 => &mut self.items,
            _ => return None,
        })
    }

    fn extra(&self) -> &Extra {
        &self.extra
    }

    fn extra_mut(&mut self) -> &mut Extra {
        &mut self.extra
    }
}
crate::object!(ParcelBox);

/// A small strict object.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Item {
    pub size: Decimal,
    extra: Extra,
}

impl Item {
    pub fn new(size: i64) -> Self {
        Self::of(Decimal::new(size, 0))
    }

    #[must_use]
    pub fn of(size: impl IntoDecimal) -> Self {
        Self { size: size.into_decimal(), extra: Extra::new() }
    }
}

impl Object for Item {
    fn table(&self) -> &'static Table {
        static TABLE: Table =
            Table::strict("Item", &[Field::new("size").required().limits(Limits::new().minimum("0.5"))]);
        &TABLE
    }

    fn blank() -> Self {
        Self { size: Value::blank(), extra: Extra::new() }
    }

    fn get(&self, index: usize) -> Option<&dyn Value> {
        Some(match index {
            0 => &self.size,
            _ => return None,
        })
    }

    fn get_mut(&mut self, index: usize) -> Option<&mut dyn Value> {
        Some(match index {
            0 => &mut self.size,
            _ => return None,
        })
    }

    fn extra(&self) -> &Extra {
        &self.extra
    }

    fn extra_mut(&mut self) -> &mut Extra {
        &mut self.extra
    }
}
crate::object!(Item);

/// A tolerant object.
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Parcel {
    pub id: String,
    pub weight: Option<Decimal>,
    pub code: Option<String>,
    pub kind: Option<Kind>,
    pub sent_on: Option<Date>,
    pub count: Option<i64>,
    pub boxes: Option<Vec<Parcel>>,
    pub weights: Option<Map<Decimal>>,
    pub request: Option<Item>,
    pub open: Option<bool>,
    pub any: Option<Json>,
    extra: Extra,
}

impl Parcel {
    pub fn extra(&self) -> &Extra {
        &self.extra
    }
}

impl Object for Parcel {
    fn table(&self) -> &'static Table {
        static TABLE: Table = Table::tolerant(
            "Parcel",
            &[
                Field::new("id").required(),
                Field::new("weight"),
                Field::new("code"),
                Field::new("kind"),
                Field::new("sentOn"),
                Field::new("count"),
                Field::new("boxes"),
                Field::new("weights"),
                Field::new("request"),
                Field::new("open"),
                Field::new("any"),
            ],
        );
        &TABLE
    }

    fn blank() -> Self {
        Self::default()
    }

    fn get(&self, index: usize) -> Option<&dyn Value> {
        Some(match index {
            0 => &self.id,
            1 => &self.weight,
            2 => &self.code,
            3 => &self.kind,
            4 => &self.sent_on,
            5 => &self.count,
            6 => &self.boxes,
            7 => &self.weights,
            8 => &self.request,
            9 => &self.open,
            10 => &self.any,
            _ => return None,
        })
    }

    fn get_mut(&mut self, index: usize) -> Option<&mut dyn Value> {
        Some(match index {
            0 => &mut self.id,
            1 => &mut self.weight,
            2 => &mut self.code,
            3 => &mut self.kind,
            4 => &mut self.sent_on,
            5 => &mut self.count,
            6 => &mut self.boxes,
            7 => &mut self.weights,
            8 => &mut self.request,
            9 => &mut self.open,
            10 => &mut self.any,
            _ => return None,
        })
    }

    fn extra(&self) -> &Extra {
        &self.extra
    }

    fn extra_mut(&mut self) -> &mut Extra {
        &mut self.extra
    }
}
crate::object!(Parcel);

/// An open enum.
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    Flat,
    Bag,
    Unknown(UnknownValue),
}

impl OpenEnum for Kind {
    const NAME: &'static str = "Kind";
    const VALUES: &'static [(&'static str, Self)] = &[("Flat", Self::Flat), ("Bag", Self::Bag)];

    fn unknown(value: UnknownValue) -> Self {
        Self::Unknown(value)
    }

    fn as_unknown(&self) -> Option<&UnknownValue> {
        match self {
            Self::Unknown(value) => Some(value),
            _ => None,
        }
    }
}
crate::open_enum!(Kind);

/// An open enum that YAML readers garble.
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Answer {
    Yes,
    No,
    Unknown(UnknownValue),
}

impl OpenEnum for Answer {
    const NAME: &'static str = "Answer";
    const VALUES: &'static [(&'static str, Self)] = &[("Yes", Self::Yes), ("No", Self::No)];

    fn unknown(value: UnknownValue) -> Self {
        Self::Unknown(value)
    }

    fn as_unknown(&self) -> Option<&UnknownValue> {
        match self {
            Self::Unknown(value) => Some(value),
            _ => None,
        }
    }
}
crate::open_enum!(Answer);

/// An open enum of values that are not all strings.
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Level {
    One,
    Half,
    Off,
    Auto,
    Unknown(UnknownValue),
}

impl OpenEnum for Level {
    const NAME: &'static str = "Level";
    const VALUES: &'static [(&'static str, Self)] =
        &[("1", Self::One), ("0.5", Self::Half), ("false", Self::Off), (r#""auto""#, Self::Auto)];
    const JSON: bool = true;

    fn unknown(value: UnknownValue) -> Self {
        Self::Unknown(value)
    }

    fn as_unknown(&self) -> Option<&UnknownValue> {
        match self {
            Self::Unknown(value) => Some(value),
            _ => None,
        }
    }
}
crate::open_enum!(Level);
