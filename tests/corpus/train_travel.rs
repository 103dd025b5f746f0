//! Train Travel, a document in OpenAPI 3.1: what is required in a query, constants that tell a union apart, problems.

mod support;

use sdk::testing::ScriptedTransport;
use sdk::{BookingPayment, BookingPaymentCurrency, BookingPaymentSource, BookingPaymentSourceCard, BookingPaymentSourceCardObject, Client, CreateBookingPayment200Response, Environment, GetTrips200Response, NewBookingRequest, Problem, decimal};
use serde_json::json;
use support::{assert_headers, assert_json, assert_line, builder, failed, in_document, round, sent};

const BOOKING: &str = "1725ff48-ab45-4bb5-9d02-88745177dedb";

fn client(server: &ScriptedTransport) -> Client {
    builder(server, Environment::Production).access_token("t0ken").build().unwrap()
}

fn example(place: &str) -> serde_json::Value {
    in_document(&format!("/paths/{place}"))
}

#[tokio::test]
async fn what_is_required_is_an_argument() {
    let trips = example("~1trips/get/responses/200/content/application~1json/example");
    let server = ScriptedTransport::new().json(200, trips.to_string());
    let date = "2024-02-01T09:00:00+01:00".parse().unwrap();
    let response = client(&server).get_trips("efdbb9d1", "b2e783e1 & co", date).limit(1).dogs(true).await.unwrap();
    let request = sent(&server);
    assert_line(
        &request,
        "GET https://api.example.com/trips?limit=1&origin=efdbb9d1&destination=b2e783e1%20%26%20co\
         &date=2024-02-01T09%3A00%3A00%2B01%3A00&dogs=true",
    );
    assert_headers(&request, &["accept: application/json, application/problem+json", "authorization: Bearer t0ken"]);
    let trip = &response.data.as_ref().unwrap()[0];
    assert_eq!(trip.price, Some(decimal!("50")));
    assert_eq!(trip.departure_time.as_ref().unwrap().as_str(), "2024-02-01T10:00:00Z");
    assert!(response.links.as_ref().unwrap().next.is_some());
    round::<GetTrips200Response>(&trips);
}

#[tokio::test]
async fn constants_tell_a_union_apart() {
    let responses = "~1bookings~1{bookingId}~1payment/post/responses/200/content/application~1json/examples";
    let response = example(&format!("{responses}/Card/value"));
    let server = ScriptedTransport::new().json(200, response.to_string());
    let card = BookingPaymentSourceCard::new("J. Doe", "4242424242424242", "123", 12, 2025, "gb")
        .object(BookingPaymentSourceCardObject::Card);
    let payment = BookingPayment::new()
        .amount(decimal!("49.90"))
        .currency(BookingPaymentCurrency::Gbp)
        .source(card);
    let response = client(&server).create_booking_payment(BOOKING, &payment).await.unwrap();
    let request = sent(&server);
    assert_line(&request, &format!("POST https://api.example.com/bookings/{BOOKING}/payment"));
    // not a digit is lost
    assert!(
        request.text().starts_with(r#"{"amount":49.90,"currency":"gbp","source":{"object":"card","#),
        "{}",
        request.text()
    );
    assert_json(
        request.body(),
        json!({"amount": 49.90, "currency": "gbp", "source": {
            "object": "card", "name": "J. Doe", "number": "4242424242424242", "cvc": "123", "exp_month": 12,
            "exp_year": 2025, "address_country": "gb",
        }}),
    );
    assert!(matches!(response.source, Some(BookingPaymentSource::Card(_))));
    let bank = round::<CreateBookingPayment200Response>(&example(&format!("{responses}/Bank/value")));
    let Some(BookingPaymentSource::BankAccount(bank)) = bank.source else { panic!("a bank") };
    assert_eq!(bank.number, "*********2345");
    let requests = "~1bookings~1{bookingId}~1payment/post/requestBody/content/application~1json/examples";
    let card = round::<BookingPayment>(&example(&format!("{requests}/Card/value")));
    assert!(matches!(card.source, Some(BookingPaymentSource::Card(card)) if card.exp_year == 2025));
    round::<BookingPayment>(&example(&format!("{requests}/Bank/value")));
}

#[tokio::test]
async fn a_failure_is_a_problem() {
    let problem = in_document("/components/responses/Conflict/content/application~1problem+json/example");
    let server = ScriptedTransport::new()
        .response(409, &[("content-type", "application/problem+json")], problem.to_string())
        .response(204, &[], "");
    let client = client(&server);
    let error = failed(client.delete_booking("a b").await);
    assert_line(&sent(&server), "DELETE https://api.example.com/bookings/a%20b");
    let read: Problem = error.decode_body().unwrap().unwrap();
    assert_eq!(read.title.as_deref(), problem["title"].as_str());
    round::<Problem>(&problem);
    client.delete_booking(BOOKING).await.unwrap();
}

#[test]
fn what_a_webhook_brings_can_be_read() {
    let example = in_document("/webhooks/newBooking/post/requestBody/content/application~1json/example");
    assert_eq!(round::<NewBookingRequest>(&example).passenger_name.as_deref(), example["passenger_name"].as_str());
}
