//! A payment session, an authorization and its capture, a declined call and a refused one.
//!
//! ```text
//! cargo run -p zuora-payments --example quickstart
//! ```
//!
//! runs against an embedded simulator. With `ZUORA_CLIENT_ID`, `ZUORA_CLIENT_SECRET` and `ZUORA_ENVIRONMENT` (such as
//! `us-central-sandbox`) set it runs against a tenant instead; `ZUORA_ACCOUNT_ID` and `ZUORA_PAYMENT_METHOD_ID` then
//! say whom to charge 1.99 USD. It refuses to run in production.

use std::env;
use std::error::Error as StdError;

use zuora_payments::{
    BaseUrl, Client, CreateAuthorizationRequest, CreatePaymentRequest, CreatePaymentSessionRequest, Environment, Error,
    IdempotencyKey, PaymentType, decimal,
};
use zuora_simulator::Simulator;

#[tokio::main]
async fn main() -> Result<(), Box<dyn StdError>> {
    let stage = Stage::from_env().await?;
    let amount = decimal!("1.99");

    // Opens a session. Its token goes to the browser, where the customer enters a card.
    let session = stage
        .client
        .create_payment_session(&CreatePaymentSessionRequest::pay_and_save(&stage.account_id, amount, "USD"))
        .track_id("quickstart-session")
        .await?;
    println!("session:       token {:?}, request {}", session.token, session.request_id().unwrap_or("-"));

    // Holds the amount on the payment method, ...
    let request = CreateAuthorizationRequest::new(amount, "quickstart-1").account_id(&stage.account_id);
    let authorization = stage.client.create_authorization(&stage.payment_method_id, &request).await?;
    let transaction_id = authorization.transaction_id.as_deref().ok_or("the authorization has no transaction ID")?;
    println!("authorization: {} holds {amount} USD", transaction_id);

    // ... and takes it.
    let capture = CreatePaymentRequest::new(amount, "USD", PaymentType::Electronic)
        .account_id(&stage.account_id)
        .payment_method_id(&stage.payment_method_id)
        .auth_transaction_id(transaction_id)
        .gateway_order_id("quickstart-1");
    let call = stage.client.create_payment(&capture);
    // Noted down first: should this program die now, the same call with this key finds out what became of it.
    println!("payment:       key {}", call.key().map_or("-", IdempotencyKey::as_str));
    match call.await {
        Ok(payment) => {
            let number = payment.number.as_deref().unwrap_or("-");
            // Zuora takes a payment in before the gateway is done with it.
            println!("payment:       {number} is {}", if payment.is_done() { "paid" } else { "open" });
        }
        Err(error) => print_error("payment", &error),
    }

    // A decline is an error, whatever the HTTP status, and says whether money may have moved.
    match stage.client.create_authorization(&stage.declining_payment_method_id, &request).await {
        Ok(_) => println!("decline:       this payment method was not declined"),
        Err(error) => print_error("decline", &error),
    }

    // What the API would refuse is refused before a byte is sent, all of it at once.
    let wrong = CreatePaymentRequest::new(amount, "USD", PaymentType::Electronic).comment("x".repeat(300));
    match stage.client.create_payment(&wrong).await {
        Ok(_) => println!("validation:    this request was not refused"),
        Err(error) => print_error("validation", &error),
    }

    if let Some(simulator) = &stage.simulator {
        println!("ledger:        money moved {} time(s)", simulator.ledger().money_moved());
    }
    Ok(())
}

fn print_error(what: &str, error: &Error) {
    let declined = if error.is_decline() { "declined" } else { "not declined" };
    println!("{:<14} {:?}, {declined}, outcome {:?}", format!("{what}:"), error.kind(), error.outcome());
    for line in error.to_string().lines() {
        println!("    {line}");
    }
}

/// Where the example plays, and with whom.
struct Stage {
    client: Client,
    account_id: String,
    payment_method_id: String,
    declining_payment_method_id: String,
    simulator: Option<Simulator>,
}

impl Stage {
    async fn from_env() -> Result<Self, Box<dyn StdError>> {
        match (env::var("ZUORA_CLIENT_ID"), env::var("ZUORA_CLIENT_SECRET"), env::var("ZUORA_ENVIRONMENT")) {
            (Ok(id), Ok(secret), Ok(environment)) => Self::tenant(id, secret, environment.parse()?),
            (Err(_), Err(_), Err(_)) => Self::simulated().await,
            _ => Err("set all of ZUORA_CLIENT_ID, ZUORA_CLIENT_SECRET and ZUORA_ENVIRONMENT, or none".into()),
        }
    }

    async fn simulated() -> Result<Self, Box<dyn StdError>> {
        let simulator = Simulator::start().await?;
        let client = Client::builder(BaseUrl::new(simulator.base_url())?)
            .client_credentials(simulator.client_id(), simulator.client_secret())
            .build()?;
        Ok(Self {
            client,
            account_id: "402881e861bd8a7e0161c6a453750026".to_owned(),
            payment_method_id: "402881e522cf4f9b0122cf5dc4020045".to_owned(),
            declining_payment_method_id: "pm-declined".to_owned(),
            simulator: Some(simulator),
        })
    }

    fn tenant(id: String, secret: String, environment: Environment) -> Result<Self, Box<dyn StdError>> {
        if environment.name().contains("production") {
            return Err(format!("{environment} is a production environment, and this example takes money").into());
        }
        let account_id = env::var("ZUORA_ACCOUNT_ID").map_err(|_| "ZUORA_ACCOUNT_ID says whom to charge")?;
        let payment_method_id =
            env::var("ZUORA_PAYMENT_METHOD_ID").map_err(|_| "ZUORA_PAYMENT_METHOD_ID says what to charge")?;
        let declining_payment_method_id =
            env::var("ZUORA_DECLINING_PAYMENT_METHOD_ID").unwrap_or_else(|_| payment_method_id.clone());
        let client = Client::builder(environment).client_credentials(id, secret).build()?;
        Ok(Self { client, account_id, payment_method_id, declining_payment_method_id, simulator: None })
    }
}
