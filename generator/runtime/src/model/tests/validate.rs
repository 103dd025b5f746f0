//! Constraints and rules.

use super::models::{Item, Kind, Level, Parcel, ParcelBox, ParcelRequest};
use crate::codegen::{Rule, Value};
use crate::model::{Constraints, decode, encode, encode_valid, validate};
use crate::{Decimal, Map, Nullable};

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn request() -> ParcelRequest {
    ParcelRequest::new(Decimal::new(1, 0), "A1")
}

fn wrong(value: &dyn Value) -> Vec<String> {
    match validate(value) {
        Ok(()) => Vec::new(),
        Err(violations) => violations.iter().map(ToString::to_string).collect(),
    }
}

/// Returns the violations of a value.
fn broken(constraints: Constraints, value: &dyn Value) -> Vec<String> {
    constraints.violations(value, "it").iter().map(ToString::to_string).collect()
}

#[test]
fn what_keeps_to_the_contract_passes() {
    let full = request()
        .note("ééééé")
        .labels([("a", "123"), ("b", "")])
        .kind(Kind::Flat)
        .boxes([ParcelBox::of([Item::of(decimal("0.50"))])])
        .additional_property("own__c", 1_i64);
    assert_eq!(wrong(&request()), [""; 0]);
    assert_eq!(wrong(&full), [""; 0]);
}

#[test]
fn what_is_checked_while_it_is_written_is_written_alike() {
    let full = request()
        .note("é\"\n")
        .labels([("a", "123"), ("b \"", "")])
        .boxes([ParcelBox::of([]), ParcelBox::of([Item::of(decimal("0.50"))])])
        .additional_property("own__c", 1_i64)
        .additional_property("two__c", "2");
    // One that was read, with members that are unknown or unreadable.
    let parcel: Parcel = decode(br#"{"id":"p","level":"new","x":[1,{}],"weight":{}}"#).unwrap();
    for value in [&request() as &dyn Value, &full, &parcel, &Vec::<ParcelRequest>::new()] {
        assert_eq!(encode_valid(value), Ok(encode(value)));
    }
    let wrong = request().note("canary");
    assert_eq!(encode_valid(&wrong), Err(validate(&wrong).unwrap_err()));
}

#[test]
fn all_violations_are_listed_with_their_paths_and_without_values() {
    let mut request = ParcelRequest::new(decimal("100.001"), "x")
        .note("canary")
        .labels([("a", "1234"), ("b c", "1234"), ("d", "")])
        .boxes([ParcelBox::of([]), ParcelBox::of([Item::new(1), Item::new(0)])])
        .kind(decode(b"\"Crate\"").unwrap())
        .additional_property("own", "canary")
        .additional_property("copies", "canary");
    request.pin = Some("canary".into());
    request.lids = Some(vec!["a".into(), String::new(), "a".into()]);
    assert_eq!(
        wrong(&request),
        [
            "$.weight must be at most 99.5",
            "$.weight must be a multiple of 0.01",
            "$.shelf is 1 character long, at least 2 are needed",
            "$.shelf does not match the pattern ^[A-Z]",
            "$.note is 6 characters long, at most 5 are allowed",
            "$.labels has 3 members, at most 2 are allowed",
            "$.labels.a is 4 characters long, at most 3 are allowed",
            r#"$.labels["b c"] is 4 characters long, at most 3 are allowed"#,
            "$.kind is not one of Flat, Bag",
            "$.pin is 6 characters long, at most 4 are allowed",
            "$.boxes[1].items[1].size must be at least 0.5",
            "$.lids has the same item at [0] and [2], each is allowed once",
            "$.lids[1] is 0 characters long, at least 1 is needed",
            "$.copies is declared, set its own field instead",
            "$.own is not a member of ParcelRequest, and its name does not match the pattern ^[A-Za-z][A-Za-z0-9_]*__c$",
            "$ has 5 things in total, at most 3 are allowed",
        ]
    );
    let violations = validate(&request).unwrap_err();
    assert_eq!(violations.len(), 16);
    assert!(!format!("{violations} {violations:?}").contains("canary"));
    let first = violations.iter().next().unwrap();
    assert_eq!((first.path(), first.message()), ("$.weight", "must be at most 99.5"));
}

#[test]
fn numbers_keep_to_their_limits() {
    let constraints = Constraints::new().minimum("-1.5").maximum("1e2");
    assert_eq!(broken(constraints, &decimal("-1.50")), [""; 0]);
    assert_eq!(broken(constraints, &100_i64), [""; 0]);
    assert_eq!(broken(constraints, &decimal("-1.51")), ["it must be at least -1.5"]);
    assert_eq!(broken(constraints, &101_i32), ["it must be at most 100"]);
    let constraints = Constraints::new().exclusive_minimum("0").exclusive_maximum("10");
    assert_eq!(broken(constraints, &0_i64), ["it must be greater than 0"]);
    assert_eq!(broken(constraints, &decimal("10.00")), ["it must be less than 10"]);
    let constraints = Constraints::new().multiple_of("0.01");
    assert_eq!(broken(constraints, &decimal("10.10")), [""; 0]);
    assert_eq!(broken(constraints, &decimal("10.100")), [""; 0]);
    assert_eq!(broken(constraints, &decimal("79228162514264337593543950335")), [""; 0]);
    assert_eq!(broken(constraints, &decimal("10.101")), ["it must be a multiple of 0.01"]);
    assert_eq!(broken(Constraints::new().multiple_of("0"), &1_i64), ["it must be a multiple of 0"]);
}

#[test]
fn texts_lists_and_maps_keep_to_their_limits() {
    let text = |text: &str| text.to_owned();
    assert_eq!(broken(Constraints::new().max_length(1), &text("é")), [""; 0]);
    assert_eq!(
        broken(Constraints::new().max_length(1), &text("ab")),
        ["it is 2 characters long, at most 1 is allowed"]
    );
    assert_eq!(broken(Constraints::new().pattern("^a+$"), &text("b")), ["it does not match the pattern ^a+$"]);
    assert_eq!(broken(Constraints::new().min_items(2), &vec![1_i64]), ["it has 1 item, at least 2 are needed"]);
    assert_eq!(broken(Constraints::new().max_items(0), &vec![1_i64]), ["it has 1 item, at most 0 are allowed"]);
    const NESTED: Constraints = Constraints::new().each(&Constraints::new().each(&Constraints::new().maximum("1")));
    assert_eq!(broken(NESTED, &vec![vec![1_i64], vec![0, 2]]), ["it[1][1] must be at most 1"]);
    let map = Map::from([("a".to_owned(), 5_i64)]);
    const ENTRIES: Constraints = Constraints::new().min_properties(2).each(&Constraints::new().maximum("4"));
    assert_eq!(broken(ENTRIES, &map), ["it has 1 member, at least 2 are needed", "it.a must be at most 4"]);
    assert_eq!(broken(Constraints::new().max_properties(1), &Item::new(1)), [""; 0]);
    let nothing = Constraints::new().min_length(9).minimum("9").min_items(9);
    assert_eq!(broken(nothing, &None::<String>), [""; 0]);
    assert_eq!(broken(nothing, &Nullable::<String>::Null), [""; 0]);
    assert_eq!(broken(nothing, &Nullable::Value(8_i64)), ["it must be at least 9"]);
}

#[test]
fn values_of_enums_of_json_are_listed_and_need_keep_to_nothing_else() {
    let levels: Vec<Level> = decode(br#"[1,"auto",2,"canary"]"#).unwrap();
    const LIMITS: Constraints = Constraints::new().each(&Constraints::new().min_length(9).minimum("9"));
    let flaw = |at: usize| format!(r#"it[{at}] is not one of 1, 0.5, false, "auto""#);
    assert_eq!(broken(LIMITS, &levels), [flaw(2), flaw(3)]);
}

#[test]
fn an_undeclared_member_is_sent_only_where_the_contract_allows_it() {
    let parcel_box: ParcelBox = decode(br#"{"items":[],"lid":1}"#).unwrap();
    assert_eq!(wrong(&parcel_box), ["$.lid is not a member of ParcelBox"]);
}

#[test]
fn one_of_several_alternatives_has_to_be_there() {
    let parcel_box: ParcelBox = decode(b"{}").unwrap();
    assert_eq!(wrong(&parcel_box), ["$ needs items, or note and name"]);
}

#[test]
fn conditions_call_for_members_and_values() {
    let mut request = request().kind(Kind::Bag);
    assert_eq!(
        wrong(&request),
        ["$ needs note, or lids and pin, when kind is Bag", "$.copies must be 1 when kind is Bag"]
    );
    request.copies = Some(1);
    request.lids = Some(Vec::new());
    assert_eq!(wrong(&request), ["$ needs note, or lids and pin, when kind is Bag"]);
    request.pin = Some("1".into());
    assert_eq!(wrong(&request), [""; 0]);
    request.copies = Some(10);
    assert_eq!(wrong(&request), ["$.copies must be less than 10", "$.copies must be 1 when kind is Bag"]);
}

#[test]
fn counts_are_taken_together_over_all_paths() {
    let two = || ParcelBox::of([Item::new(1), Item::new(1)]);
    let mut outer = request().boxes([two()]);
    outer.inner = Some(Box::new(request().boxes([two()])));
    assert_eq!(wrong(&outer), ["$ has 4 things in total, at most 3 are allowed"]);
}

#[test]
fn modes_count_defaults_in() {
    let mut request = request();
    request.insured = Some(true);
    assert_eq!(wrong(&request), [""; 0]);
    request.fragile = Some(false);
    assert_eq!(
        wrong(&request),
        [
            "$ has to be in one of the modes careful (insured is true, fragile is true); plain (insured is false, fragile is true)"
        ]
    );
}

#[test]
fn what_others_wrote_is_not_validated_but_what_we_put_in_is() {
    let mut parcel: Parcel = decode(br#"{"id":"p","kind":"Crate","x":1,"boxes":[{"id":"q"}]}"#).unwrap();
    assert_eq!(wrong(&parcel), [""; 0]);
    parcel.boxes.as_mut().unwrap()[0].request = Some(Item::new(0));
    assert_eq!(wrong(&parcel), ["$.boxes[0].request.size must be at least 0.5"]);
}

crate::object! {
    /// What is ordered.
    strict struct Order {
        total: Option<Decimal> = "total";
        shipping: Option<i64> = "shipping";
        lines: Option<Vec<Line>> = "lines";
    }
    .rules(&[Rule::max_sum("total", &["lines[].price", "shipping"])])
}

crate::object! {
    /// A line of an order.
    strict struct Line {
        price: Option<Decimal> = "price";
    }
}

#[test]
fn a_sum_is_at_most_its_bound() {
    let breaks = |body: &str| {
        let order: Order = decode(body.as_bytes()).unwrap();
        validate(&order).err().map(|violations| violations.to_string())
    };
    for fits in [
        r#"{"total":44.10,"lines":[{"price":40},{"price":4.1}]}"#,
        r#"{"total":44.10,"lines":[{"price":40},{}],"shipping":4}"#,
        r#"{"total":44.10}"#,
        r#"{"total":-1,"lines":[]}"#,
        r#"{"lines":[{"price":40}]}"#,
        r#"{"total":1,"lines":[{"price":79228162514264337593543950335},{"price":0.1}]}"#,
    ] {
        assert_eq!(breaks(fits), None, "{fits}");
    }
    for exceeds in [
        r#"{"total":44.09,"lines":[{"price":40},{"price":4.1}]}"#,
        r#"{"total":44.10,"lines":[{"price":40},{"price":4}],"shipping":1}"#,
        r#"{"total":0,"shipping":1}"#,
    ] {
        assert_eq!(breaks(exceeds).as_deref(), Some("$.total is less than the sum of lines[].price and shipping"));
    }
}
