//! Models as the generator writes them.

use crate::codegen::{Additional, Condition, Constraints, Extra, Mode, Object, Rule};
use crate::{Date, Decimal, IntoDecimal, Json, Map, Nullable, Secret};

crate::object! {
    /// A strict object.
    pub strict struct ParcelRequest {
        weight: Decimal = "weight".required().exclusive_minimum("0").maximum("99.5").multiple_of("0.01"),
            new impl IntoDecimal => weight.into_decimal();
        shelf: String = "shelf".required().min_length(2).pattern("^[A-Z]"), new impl Into<String> => shelf.into();
        note: Option<String> = "note".max_length(5), set impl Into<String> => note.into();
        labels: Option<Map<String>> = "labels".sensitive().max_properties(2).each(&Constraints::new().max_length(3)),
            set impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>
                => labels.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        kind: Option<Kind> = "kind".default(r#""Flat""#), set Kind => kind;
        pin: Option<Secret> = "pin".max_length(4);
        door_code: Option<String> = "door code".sensitive();
        boxes: Option<Vec<ParcelBox>> = "boxes".min_items(1).max_items(3),
            set impl IntoIterator<Item = ParcelBox> => boxes.into_iter().collect();
        lids: Option<Vec<String>> = "lids".unique_items().each(&Constraints::new().min_length(1));
        until: Option<Nullable<Date>> = "until";
        insured: Option<bool> = "insured".default("false");
        fragile: Option<bool> = "fragile".default("true");
        copies: Option<i32> = "copies".minimum("1").exclusive_maximum("10");
        inner: Option<Box<ParcelRequest>> = "inner";
    }
    new("Creates a request with its required fields.")
    .additional(Additional::Named("^[A-Za-z][A-Za-z0-9_]*__c$"))
    .rules(&[
        Rule::required_when(&[Condition::new("kind", "Bag")], &[&["note"], &["lids", "pin"]]),
        Rule::equals_when(&[Condition::new("kind", "Bag")], "copies", "1"),
        Rule::max_total(3, &["boxes[].items[]", "lids[]", "inner.boxes[].items[]"], "things"),
        Rule::modes(&[
            Mode { name: "careful", fixed: &[("insured", "true"), ("fragile", "true")] },
            Mode { name: "plain", fixed: &[("insured", "false"), ("fragile", "true")] },
        ]),
    ])
}

impl ParcelRequest {
    #[must_use]
    pub fn additional_property(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        self.extra.insert(name, value);
        self
    }
}

crate::object! {
    /// A strict object that declares no additional members.
    pub strict struct ParcelBox {
        items: Option<Vec<Item>> = "items";
    }
    .rules(&[Rule::any_of(&[&["items"], &["note", "name"]])])
}

impl ParcelBox {
    pub fn of(items: impl IntoIterator<Item = Item>) -> Self {
        Self { items: Some(items.into_iter().collect()), ..Object::blank() }
    }
}

crate::object! {
    /// A small strict object.
    pub strict struct Item {
        size: Decimal = "size".required().minimum("0.5");
    }
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

crate::object! {
    /// A lenient object.
    pub lenient struct Parcel: Default {
        id: String = "id".required();
        weight: Option<Decimal> = "weight";
        code: Option<String> = "code";
        kind: Option<Kind> = "kind";
        sent_on: Option<Date> = "sentOn";
        count: Option<i64> = "count";
        boxes: Option<Vec<Parcel>> = "boxes";
        weights: Option<Map<Decimal>> = "weights";
        request: Option<Item> = "request";
        open: Option<bool> = "open";
        any: Option<Json> = "any";
    }
}

crate::open_enum! {
    /// An open enum.
    pub enum Kind {
        Flat = "Flat";
        Bag = "Bag";
    }
}

crate::open_enum! {
    /// An open enum that YAML readers garble.
    pub enum Choice {
        Yes = "Yes";
        No = "No";
    }
}

crate::open_enum! {
    /// An open enum of values that are not all strings.
    pub enum Level: Json {
        One = "1";
        Half = "0.5";
        Off = "false";
        Auto = r#""auto""#;
    }
}
