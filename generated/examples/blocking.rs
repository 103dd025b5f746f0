//! A payment without `async`: `wait` in place of `await`.
//!
//! ```text
//! cargo run -p zuora-payments --features blocking --example blocking
//! ```
//!
//! `wait` blocks its thread until the call has ended. The client starts one thread of its own for it, where tokens are
//! renewed and connections closed between calls; clones share it, and any number of threads may wait at the same time.
//! On a thread of an async runtime nothing is sent, and the error says so. A client that is awaited elsewhere needs
//! that runtime to go on running while it is waited for here: connections and fetches of tokens live where they were
//! begun.
//!
//! Everything else is as with `await`: outcomes, timeouts, repetitions, and calls that are [resumed](ResumableCall).

use std::error::Error as StdError;
use std::thread;

use zuora_payments::operations::CreatePayment;
use zuora_payments::{
    BaseUrl, Client, CreatePaymentRequest, Outcome, PaymentType, ResumableCall, RetryPolicy, decimal,
};
use zuora_simulator::{Fault, Simulator};

fn main() -> Result<(), Box<dyn StdError>> {
    // Only the simulator needs a runtime here.
    let runtime = tokio::runtime::Runtime::new()?;
    let simulator = runtime.block_on(Simulator::start())?;
    let client = Client::builder(BaseUrl::new(simulator.base_url())?)
        .client_credentials(simulator.client_id(), simulator.client_secret())
        .build()?;
    let request = CreatePaymentRequest::new(decimal!("44.10"), "USD", PaymentType::External)
        .account_id("402881e861bd8a7e0161c6a453750026");

    let payment = client.create_payment(&request).wait()?;
    println!("payment: {}", payment.number.as_deref().unwrap_or("-"));

    // From several threads at once.
    thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| client.create_payment(&request).wait())).collect();
        for thread in threads {
            match thread.join().map_err(|_| "a thread has panicked")? {
                Ok(payment) => println!("thread:  {}", payment.number.as_deref().unwrap_or("-")),
                Err(error) => println!("thread:  {error}"),
            }
        }
        Ok::<_, Box<dyn StdError>>(())
    })?;

    // A lost response, which would be asked for again unless told otherwise, and what became of the call.
    simulator.fault(Fault::CloseAfterProcessing);
    if let Err(error) = client.create_payment(&request).retry(RetryPolicy::never()).wait() {
        println!("lost:    outcome {:?}", error.outcome());
        let call: Option<ResumableCall> = error.resumable().filter(|_| error.outcome() == Outcome::Unknown);
        let payment = client.resume::<CreatePayment>(call.ok_or("there is nothing to resume")?).wait()?;
        println!("resumed: {}", payment.number.as_deref().unwrap_or("-"));
    }

    match simulator.ledger().len() {
        6 => Ok(()),
        moved => Err(format!("6 payments were made, and money moved {moved} times").into()),
    }
}
