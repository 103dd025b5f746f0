//! Models as the generator writes them.

#![expect(unreachable_pub, reason = "written as in a crate whose models are public")]

use crate::seam::{Additional, Condition, Extra, Field, Limits, Mode, Object, OpenEnum, Rule, Slots, Table, Value};
use crate::{Date, Decimal, IntoDecimal, Json, Map, Nullable, Secret, UnknownValue};

/// An object of a few members, as the generator writes it at greater length.
macro_rules! small_object {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty,)* $(..$rest:ident: $rest_type:ty,)? } $table:expr) => {
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

            fn fields<'a>(&'a self, visit: &mut dyn FnMut(&[&'a dyn Value])) {
                visit(&[$(&self.$field),*]);
            }

            fn slots(&mut self, visit: &mut dyn FnMut(Slots<'_>)) {
                let additional: &mut [&mut dyn crate::seam::Members] = &mut [$(&mut self.$rest)?];
                let additional = additional.first_mut().map(|members| &mut **members);
                visit(Slots { fields: &mut [$(&mut self.$field),*], additional, extra: &mut self.extra });
            }

            fn extra(&self) -> &Extra {
                &self.extra
            }
            $(
                fn additional(&self) -> Option<&dyn Entries> {
                    Some(&self.$rest)
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

    fn fields<'a>(&'a self, visit: &mut dyn FnMut(&[&'a dyn Value])) {
        visit(&[
            &self.weight,
            &self.shelf,
            &self.note,
            &self.labels,
            &self.kind,
            &self.pin,
            &self.door_code,
            &self.boxes,
            &self.lids,
            &self.until,
            &self.insured,
            &self.fragile,
            &self.copies,
            &self.inner,
        ]);
    }

    fn slots(&mut self, visit: &mut dyn FnMut(Slots<'_>)) {
        visit(Slots {
            fields: &mut [
                &mut self.weight,
                &mut self.shelf,
                &mut self.note,
                &mut self.labels,
                &mut self.kind,
                &mut self.pin,
                &mut self.door_code,
                &mut self.boxes,
                &mut self.lids,
                &mut self.until,
                &mut self.insured,
                &mut self.fragile,
                &mut self.copies,
                &mut self.inner,
            ],
            additional: None,
            extra: &mut self.extra,
        });
    }

    fn extra(&self) -> &Extra {
        &self.extra
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

    fn fields<'a>(&'a self, visit: &mut dyn FnMut(&[&'a dyn Value])) {
        visit(&[&self.items]);
    }

    fn slots(&mut self, visit: &mut dyn FnMut(Slots<'_>)) {
        visit(Slots { fields: &mut [&mut self.items], additional: None, extra: &mut self.extra });
    }

    fn extra(&self) -> &Extra {
        &self.extra
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

    fn fields<'a>(&'a self, visit: &mut dyn FnMut(&[&'a dyn Value])) {
        visit(&[&self.size]);
    }

    fn slots(&mut self, visit: &mut dyn FnMut(Slots<'_>)) {
        visit(Slots { fields: &mut [&mut self.size], additional: None, extra: &mut self.extra });
    }

    fn extra(&self) -> &Extra {
        &self.extra
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

    fn fields<'a>(&'a self, visit: &mut dyn FnMut(&[&'a dyn Value])) {
        visit(&[
            &self.id,
            &self.weight,
            &self.code,
            &self.kind,
            &self.sent_on,
            &self.count,
            &self.boxes,
            &self.weights,
            &self.request,
            &self.open,
            &self.any,
        ]);
    }

    fn slots(&mut self, visit: &mut dyn FnMut(Slots<'_>)) {
        visit(Slots {
            fields: &mut [
                &mut self.id,
                &mut self.weight,
                &mut self.code,
                &mut self.kind,
                &mut self.sent_on,
                &mut self.count,
                &mut self.boxes,
                &mut self.weights,
                &mut self.request,
                &mut self.open,
                &mut self.any,
            ],
            additional: None,
            extra: &mut self.extra,
        });
    }

    fn extra(&self) -> &Extra {
        &self.extra
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
