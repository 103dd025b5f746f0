//! Hooks of the caller's that panic lose no response.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use super::{Client, GOOD, NewParcel, TOKEN, builder};
use crate::observe::{AttemptReport, CallReport, Metrics};
use crate::testing::ScriptedTransport;
use crate::{BoxFuture, ClientBuilder, Clock, Outcome, RetryPolicy};

struct PanickingMetrics(Arc<AtomicUsize>);

impl Metrics for PanickingMetrics {
    fn attempt_ended(&self, _: &AttemptReport) {
        self.0.fetch_add(1, Ordering::Relaxed);
        panic!("a mistake in the metrics");
    }

    fn call_ended(&self, _: &CallReport<'_>) {
        self.0.fetch_add(1, Ordering::Relaxed);
        panic!("a mistake in the metrics");
    }
}

/// Sends one call that is refused for a moment, and then succeeds.
async fn send(client: ClientBuilder<Client>) -> crate::Response<super::Parcel> {
    let client = client.retry(RetryPolicy::default()).build().unwrap();
    client.send_parcel("D1", &NewParcel::new(1)).await.unwrap()
}

fn server() -> ScriptedTransport {
    ScriptedTransport::new().json(503, "").json(200, r#"{"success": true, "number": "P-1", "colour": "red"}"#)
}

#[tokio::test(start_paused = true)]
async fn metrics_that_panic_lose_no_response() {
    let calls = Arc::new(AtomicUsize::new(0));
    let client = builder(&server()).access_token("fixed").metrics(PanickingMetrics(Arc::clone(&calls)));
    assert_eq!(send(client).await.number.as_deref(), Some("P-1"));
    assert_eq!(calls.load(Ordering::Relaxed), 3);
}

#[tokio::test(start_paused = true)]
async fn metrics_that_panic_lose_no_error() {
    let calls = Arc::new(AtomicUsize::new(0));
    let client = builder(&ScriptedTransport::new().interrupted()).access_token("fixed");
    let client = client.metrics(PanickingMetrics(Arc::clone(&calls))).build().unwrap();
    let error = client.send_parcel("D1", &NewParcel::new(1)).await.unwrap_err();
    assert!(error.outcome() == Outcome::Unknown && error.resumable().is_some());
    assert_eq!(calls.load(Ordering::Relaxed), 2);
}

#[tokio::test(start_paused = true)]
async fn a_drift_hook_that_panics_loses_no_response() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&calls);
    let client = builder(&server()).access_token("fixed").on_drift(move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
        panic!("a mistake in the hook");
    });
    assert_eq!(send(client).await.number.as_deref(), Some("P-1"));
    assert!(calls.load(Ordering::Relaxed) > 0);
}

#[tokio::test(start_paused = true)]
async fn chance_that_panics_loses_no_response() {
    let server = ScriptedTransport::new().json(200, TOKEN).json(503, "").json(200, GOOD);
    let client =
        builder(&server).client_credentials("id", "secret").random_source(|| panic!("a mistake in the source"));
    assert_eq!(send(client).await.attempts(), 2);
}

/// A clock of which everything panics from some reading on.
struct PanickingClock {
    readings: AtomicUsize,
    sound: usize,
}

impl PanickingClock {
    fn read(&self) {
        assert!(self.readings.fetch_add(1, Ordering::Relaxed) < self.sound, "a mistake in the clock");
    }
}

impl Clock for PanickingClock {
    fn now(&self) -> SystemTime {
        self.read();
        SystemTime::now()
    }

    fn elapsed(&self) -> Duration {
        self.read();
        Duration::from_secs(1)
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        self.read();
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn a_clock_that_panics_loses_no_response() {
    for sound in 0..40 {
        let server = ScriptedTransport::new().response(200, &[("date", "Sun, 22 Nov 2026 12:00:00 GMT")], GOOD);
        let clock = PanickingClock { readings: AtomicUsize::new(0), sound };
        let client = builder(&server).access_token("fixed").clock(clock).build().unwrap();
        let parcel = client.send_parcel("D1", &NewParcel::new(1)).await.unwrap();
        assert_eq!(parcel.number.as_deref(), Some("P-1"), "{sound}");
    }
}

struct PanickingAlarm;

impl Clock for PanickingAlarm {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(async { panic!("a mistake in the alarm") })
    }
}

/// Tokio's clock waits in its place.
#[tokio::test(start_paused = true)]
async fn an_alarm_that_panics_loses_no_response() {
    for (response, outcome) in [(Duration::from_secs(60), None), (Duration::from_secs(600), Some(Outcome::Unknown))] {
        let server = ScriptedTransport::new().json(200, GOOD).after(response);
        let client = builder(&server).access_token("fixed").clock(PanickingAlarm).retry(RetryPolicy::never());
        let sent = client.build().unwrap().send_parcel("D1", &NewParcel::new(1)).await;
        assert_eq!(sent.map_err(|error| error.outcome()).err(), outcome);
    }
}
