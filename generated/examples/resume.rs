//! A payment that outlives the process that makes it.
//!
//! ```text
//! cargo run -p zuora-payments --example resume
//! ```
//!
//! A service sends a payment and is killed before the answer is there: by a deployment, for want of memory, with the
//! power. Has the customer been charged? To pay again could charge twice, and to leave it could charge never. The way
//! out:
//!
//! 1. Before a payment is sent, the call is kept in the service's database ([`Outbox::keep`]).
//! 2. When the service starts again, it finds the calls of which it does not know the end, and resumes them
//!    ([`resume_all`]): the same bytes under the same idempotency key. If Zuora has acted on one before, it gives the
//!    answer of then; if not, it acts now. Either way there is one payment.
//! 3. The end of a call is written into its row ([`Outbox::settle`]).
//!
//! Copy [`Outbox`] and [`resume_all`] into your service. What they need around them:
//!
//! - Keep the call in the same transaction as the order it pays for, so that there is never one without the other.
//! - Zuora remembers a key for 24 hours, and a call can be resumed until five minutes before. So resume at the start,
//!   and then every few minutes; what is left open by trouble on the network closes by itself.
//! - A row holds the body of the request, and no credentials. Guard it like the order it was made from.
//! - SQLite serves here because it needs no server. Its calls block; in a service they belong on a thread of their own.
//!
//! Here one program plays all parts. It starts a simulator of Zuora that holds its answer back, and itself once more as
//! the service; once the simulator has the money it kills the service, for good. Then it is the service that starts
//! again. It fails unless exactly one payment is in the ledger, so that it is its own test.

use std::env;
use std::error::Error as StdError;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use rusqlite::{Connection, params};
use simulator::{CLIENT_ID, CLIENT_SECRET, Fault, Simulator};
use zuora_payments::operations::CreatePayment;
use zuora_payments::{
    BaseUrl, Client, CreatePaymentRequest, Decimal, Error, IdempotencyKey, Outcome, Payment, PaymentType, Response,
    ResumableCall,
};

type Result<T, E = Box<dyn StdError>> = std::result::Result<T, E>;

/// Calls that are about to be sent, and how they ended: a table in the service's database.
struct Outbox {
    database: Connection,
}

impl Outbox {
    fn open(path: &Path) -> Result<Self> {
        let database = Connection::open(path)?;
        database.execute_batch(
            "CREATE TABLE IF NOT EXISTS outbox (
                idempotency_key TEXT PRIMARY KEY,
                operation       TEXT NOT NULL,
                call            TEXT NOT NULL,                    -- JSON
                state           TEXT NOT NULL DEFAULT 'pending',  -- then 'done', 'failed' or 'look up'
                note            TEXT                              -- the payment's number, or what went wrong
            ) STRICT",
        )?;
        Ok(Self { database })
    }

    /// Writes a call down, before it is sent. SQLite returns when the row is on the disk.
    fn keep(&self, call: &ResumableCall) -> Result<()> {
        self.database.execute(
            "INSERT INTO outbox (idempotency_key, operation, call) VALUES (?1, ?2, ?3)",
            params![call.idempotency_key().as_str(), call.operation(), serde_json::to_string(call)?],
        )?;
        Ok(())
    }

    /// The calls of which the end is not known, oldest first.
    fn pending(&self) -> Result<Vec<ResumableCall>> {
        let mut query = self.database.prepare("SELECT call FROM outbox WHERE state = 'pending' ORDER BY rowid")?;
        let rows = query.query_map([], |row| row.get::<_, String>("call"))?;
        rows.map(|call| Ok(serde_json::from_str(&call?)?)).collect()
    }

    /// Writes down how a call ended, if it did.
    fn settle(&self, key: &IdempotencyKey, ended: Result<Response<Payment>, Error>) -> Result<()> {
        let (state, note) = match ended {
            // Zuora has the payment. Its `status` says whether the gateway has taken the money.
            Ok(payment) => ("done", payment.number.clone().unwrap_or_default()),
            Err(error) => match error.outcome() {
                // Nothing happened, surely. Where `error.is_retryable()`, a new call makes sense: a new row with a new
                // key.
                Outcome::NotSent | Outcome::Rejected => ("failed", error.to_string()),
                // Too old to be resumed, or Zuora's own answer leaves it open: somebody has to look into Zuora's books.
                Outcome::Unknown if error.resumable().is_none() => ("look up", error.to_string()),
                // It may have happened. The row stays as it is, and the call is resumed another time.
                Outcome::Unknown => return Ok(()),
                // It has happened, and the answer cannot be read.
                _ => ("look up", error.to_string()),
            },
        };
        self.database.execute(
            "UPDATE outbox SET state = ?2, note = ?3 WHERE idempotency_key = ?1",
            params![key.as_str(), state, note],
        )?;
        println!("{:<10} {key} is {state}: {note}", "outbox:");
        Ok(())
    }
}

/// Finds out what became of the calls that were under way when the service ended, or finishes them.
async fn resume_all(client: &Client, outbox: &Outbox) -> Result<()> {
    for call in outbox.pending()? {
        let key = call.idempotency_key().clone();
        println!("{:<10} {} {key} has no end yet, resuming it", "restart:", call.operation());
        match call.operation() {
            CreatePayment::OPERATION => outbox.settle(&key, client.resume::<CreatePayment>(call).await)?,
            other => return Err(format!("the outbox holds a call of {other}, which this service does not make").into()),
        }
    }
    Ok(())
}

/// The service makes a payment.
async fn pay(client: &Client, outbox: &Outbox) -> Result<()> {
    let request = CreatePaymentRequest::new("49.90".parse::<Decimal>()?, "EUR", PaymentType::Electronic)
        .account_id("402881e861bd8a7e0161c6a453750026")
        .payment_method_id("402881e522cf4f9b0122cf5dc4020045");
    let call = client.create_payment(&request);
    let kept = call.resumable()?;
    outbox.keep(&kept)?;
    println!("{:<10} {} {} is kept, sending it", "service:", kept.operation(), kept.idempotency_key());
    // From here on the process may die at any moment.
    let ended = call.await;
    outbox.settle(kept.idempotency_key(), ended)
}

fn client(base_url: &str) -> Result<Client> {
    Ok(Client::builder(BaseUrl::new(base_url)?).client_credentials(CLIENT_ID, CLIENT_SECRET).build()?)
}

/// The argument by which this program starts itself as the service that is going to be killed.
const AS_SERVICE: &str = "--as-service";

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    if let [AS_SERVICE, base_url, database] = *arguments.iter().map(String::as_str).collect::<Vec<_>>() {
        return pay(&client(base_url)?, &Outbox::open(Path::new(database))?).await;
    }
    let folder = tempfile::tempdir()?;
    let database = folder.path().join("service.sqlite");
    let simulator = Simulator::start().await?;
    die_while_paying(&simulator, &database).await?;

    // The next start of the service.
    resume_all(&client(&simulator.base_url())?, &Outbox::open(&database)?).await?;
    print_and_check(&simulator, &Outbox::open(&database)?)
}

/// Starts the service and kills it between its payment and the answer.
async fn die_while_paying(simulator: &Simulator, database: &Path) -> Result<()> {
    simulator.fault(Fault::DelayAnswer(Duration::from_secs(60)));
    let mut service =
        Command::new(env::current_exe()?).args([AS_SERVICE, &simulator.base_url()]).arg(database).spawn()?;
    while simulator.ledger().entries().is_empty() {
        if let Some(status) = service.try_wait()? {
            return Err(format!("the service ended before it could be killed: {status}").into());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    service.kill()?;
    println!("{:<10} the payment is made, the answer is not there yet: {}", "killed:", service.wait()?);
    Ok(())
}

fn print_and_check(simulator: &Simulator, outbox: &Outbox) -> Result<()> {
    let ledger = simulator.ledger();
    for entry in ledger.entries() {
        let key = entry.idempotency_key.as_deref().unwrap_or("-");
        println!("{:<10} {:?} of {} {} under {key}", "ledger:", entry.movement, entry.amount, entry.currency);
    }
    match (ledger.entries().len(), outbox.pending()?.len()) {
        (1, 0) => Ok(()),
        (moved, pending) => Err(format!("money moved {moved} times, and {pending} calls are pending").into()),
    }
}
