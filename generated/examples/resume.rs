//! A payment that outlives the process that makes it.
//!
//! ```text
//! cargo run -p zuora-payments --example resume
//! ```
//!
//! A service sends a payment and is killed before the response is there: by a deployment, for want of memory, with the
//! power. Has the customer been charged? To pay again could charge twice, and to leave it could charge never. The way
//! out:
//!
//! 1. Before a payment is sent, the call is kept in the service's database, leased to the one who sends it
//!    ([`Outbox::keep`]).
//! 2. An instance that finds a call without a known end whose lease is over takes the lease and resumes the call
//!    ([`resume_all`]): the same bytes under the same idempotency key. If Zuora has acted on it before, it gives the
//!    response of then; if not, it acts now. Either way there is one payment.
//! 3. The end of a call is written into its row by the holder of the lease, and only while the row is still pending
//!    ([`Outbox::settle`]).
//!
//! Copy [`Outbox`] and [`resume_all`] into your service. What they need around them:
//!
//! - Keep the call in the same transaction as the order it pays for, so that there is never one without the other.
//! - A lease lasts longer than the longest wait for the database and the total timeout of a call together, so that it is over
//!   only when nobody sends the call any more. Clocks of several machines differ: take the time of leases from the database.
//! - Zuora remembers a key for 24 hours, and a call can be resumed until five minutes before. So resume at the start,
//!   and then every few minutes; what is left open by trouble on the network closes by itself.
//! - A row holds the body of the request, and no credentials. Guard it like the order it was made from.
//! - SQLite serves here because it needs no server. Its calls block; in a service they belong on a thread of their own.
//!
//! Here one program plays all parts. It starts a simulator of Zuora that holds its response back, and itself once more as
//! the service; once the simulator has the money it kills the service, for good. Then it is the service that starts
//! again. After that two instances work side by side: first one of them finds the call that the other one is sending and leaves it
//! alone; then the lease of a stalled instance runs out, another one resumes the call, and the stalled one comes too late to say how
//! it ended. It fails unless each payment is in the ledger once and its row says so, so that it is its own test.

use std::env;
use std::error::Error as StdError;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, params};
use zuora_payments::operations::CreatePayment;
use zuora_payments::{
    BaseUrl, Client, CreatePaymentRequest, Error, IdempotencyKey, Outcome, Payment, PaymentType, Response,
    ResumableCall, decimal,
};
use zuora_simulator::{CLIENT_ID, CLIENT_SECRET, Fault, Simulator};

type Result<T, E = Box<dyn StdError>> = std::result::Result<T, E>;

/// The total timeout of a call: in a service, the client's default of 300 s.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(4);

/// How long a call belongs to the one who sends it.
const LEASE: Duration = Duration::from_secs(6);

/// How long a statement waits for another one.
const BUSY: Duration = Duration::from_secs(1);

/// Calls that are about to be sent, and how they ended: a table in the service's database.
struct Outbox {
    database: Connection,
    /// Which instance of the service this is.
    instance: String,
    /// How long a call belongs to it.
    lease: Duration,
}

impl Outbox {
    fn open(path: &Path, instance: &str) -> Result<Self> {
        let database = Connection::open(path)?;
        database.busy_timeout(BUSY)?;
        database.execute_batch(
            "CREATE TABLE IF NOT EXISTS outbox (
                idempotency_key TEXT PRIMARY KEY,
                operation       TEXT NOT NULL,
                call            TEXT NOT NULL,                    -- JSON
                state           TEXT NOT NULL DEFAULT 'pending',  -- then 'done', 'open', 'failed' or 'look up'
                note            TEXT,                             -- the payment's number, or what went wrong
                holder          TEXT NOT NULL,                    -- who sends it
                leased_until    INTEGER NOT NULL                  -- milliseconds since 1970
            ) STRICT",
        )?;
        Ok(Self { database, instance: instance.to_owned(), lease: LEASE })
    }

    /// Writes a call down and takes its lease, before it is sent. SQLite returns when the row is on the disk.
    fn keep(&self, call: &ResumableCall) -> Result<()> {
        self.database.execute(
            "INSERT INTO outbox (idempotency_key, operation, call, holder, leased_until) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                call.idempotency_key().as_str(),
                call.operation(),
                serde_json::to_string(call)?,
                self.instance,
                millis(SystemTime::now() + self.lease),
            ],
        )?;
        Ok(())
    }

    /// Takes the lease of a call of which the end is not known and that nobody holds; `None` if there is none.
    fn lease(&self) -> Result<Option<ResumableCall>> {
        let now = SystemTime::now();
        // One statement, so that of two who try at the same time one finds nothing.
        let mut query = self.database.prepare(
            "UPDATE outbox SET holder = ?1, leased_until = ?2 WHERE rowid = (
                SELECT rowid FROM outbox WHERE state = 'pending' AND leased_until < ?3 ORDER BY rowid LIMIT 1
            ) RETURNING call",
        )?;
        let mut rows = query.query_map(params![self.instance, millis(now + self.lease), millis(now)], |row| {
            row.get::<_, String>("call")
        })?;
        rows.next().map(|call| Ok(serde_json::from_str(&call?)?)).transpose()
    }

    /// Writes down how a call ended, if it did and it is still this instance's to say. Returns whether it did.
    fn settle(&self, key: &IdempotencyKey, ended: Result<Response<Payment>, Error>) -> Result<bool> {
        let (state, note) = match ended {
            Ok(payment) if payment.is_done() => ("done", payment.number.clone().unwrap_or_default()),
            // Zuora has the payment, and the gateway is still at it: ask for it by its number.
            Ok(payment) => ("open", payment.number.clone().unwrap_or_default()),
            Err(error) => match error.outcome() {
                // Nothing happened, surely. Where `error.is_retryable()`, a new call makes sense: a new row with a new
                // key.
                Outcome::NotSent | Outcome::Rejected => ("failed", error.to_string()),
                // Too old to be resumed, or Zuora's own response leaves it open: a person has to look into Zuora's books.
                Outcome::Unknown if error.resumable().is_none() => ("look up", to_look_up(&error)),
                // It may have happened. The row stays as it is, and the call is resumed when the lease is over.
                Outcome::Unknown => return Ok(false),
                // It has happened, and the response cannot be read.
                _ => ("look up", to_look_up(&error)),
            },
        };
        let rows = self.database.execute(
            "UPDATE outbox SET state = ?2, note = ?3
             WHERE idempotency_key = ?1 AND state = 'pending' AND holder = ?4",
            params![key.as_str(), state, note, self.instance],
        )?;
        let said = if rows == 1 { "is" } else { "is another's to settle, and not written as" };
        println!("{:<10} {key} {said} {state}: {note}", "outbox:");
        Ok(rows == 1)
    }

    /// Returns the states of all calls, oldest first.
    fn states(&self) -> Result<Vec<String>> {
        let mut query = self.database.prepare("SELECT state FROM outbox ORDER BY rowid")?;
        let states = query.query_map([], |row| row.get("state"))?;
        Ok(states.collect::<std::result::Result<_, _>>()?)
    }
}

/// Returns what went wrong, and what to look for in Zuora's books: amount, account, order and track ID, and the time.
fn to_look_up(error: &Error) -> String {
    let Some(look_up) = error.look_up() else { return error.to_string() };
    let members: Vec<_> = look_up.members().map(|(name, text)| format!("{name} {text}")).collect();
    let track_id = look_up.track_id().unwrap_or("-");
    format!("{error}; look for {}, track ID {track_id}, sent {:?}", members.join(", "), look_up.sent_at())
}

fn millis(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Finds out what became of the calls that nobody sends any more, or finishes them. Returns how many there were.
async fn resume_all(client: &Client, outbox: &Outbox) -> Result<usize> {
    let mut resumed = 0;
    while let Some(call) = outbox.lease()? {
        let key = call.idempotency_key().clone();
        println!("{:<10} {} {key} has no end yet, resuming it", "restart:", call.operation());
        match call.operation() {
            CreatePayment::OPERATION => {
                outbox.settle(&key, client.resume::<CreatePayment>(call).await)?;
            }
            // It keeps its lease for a while, and so is not in the way of the others.
            other => println!("{:<10} {key} is a call of {other}, which this service does not make", "outbox:"),
        }
        resumed += 1;
    }
    Ok(resumed)
}

/// Makes a payment, and returns whether its end was recorded.
async fn pay(client: &Client, outbox: &Outbox) -> Result<bool> {
    let request = CreatePaymentRequest::new(decimal!("49.90"), "EUR", PaymentType::Electronic)
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
    let client = Client::builder(BaseUrl::new(base_url)?).client_credentials(CLIENT_ID, CLIENT_SECRET);
    Ok(client.total_timeout(TOTAL_TIMEOUT).build()?)
}

/// The argument by which this program starts itself as the service that is going to be killed.
const AS_SERVICE: &str = "--as-service";

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    if let [AS_SERVICE, base_url, database] = *arguments.iter().map(String::as_str).collect::<Vec<_>>() {
        pay(&client(base_url)?, &Outbox::open(Path::new(database), "killed")?).await?;
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let database = folder.path().join("service.sqlite");
    let simulator = Simulator::start().await?;
    die_while_paying(&simulator, &database).await?;

    // The next start of the service, once the lease of the killed one is over.
    tokio::time::sleep(LEASE).await;
    let restarted = Outbox::open(&database, "restarted")?;
    if resume_all(&client(&simulator.base_url())?, &restarted).await? != 1 {
        return Err("the call of the killed service was not resumed".into());
    }
    work_side_by_side(&simulator, &database).await?;
    come_too_late(&simulator, &database).await?;
    print_and_check(&simulator, &restarted)
}

/// Runs two instances: one sends a payment whose response takes a while, the other one looks for calls
/// without an end meanwhile.
async fn work_side_by_side(simulator: &Simulator, database: &Path) -> Result<()> {
    let sender = Outbox::open(database, "sender")?;
    match pay_beside(simulator, &sender, &Outbox::open(database, "other")?).await? {
        (true, 0) => Ok(()),
        (settled, found) => {
            Err(format!("{found} calls were resumed that another instance sent; settled: {settled}").into())
        }
    }
}

/// Runs the same with a sender that stalls, so that its lease is over before the response is there.
async fn come_too_late(simulator: &Simulator, database: &Path) -> Result<()> {
    let stalled = Outbox { lease: Duration::ZERO, ..Outbox::open(database, "stalled")? };
    match pay_beside(simulator, &stalled, &Outbox::open(database, "other")?).await? {
        (false, 1) => Ok(()),
        (settled, found) => {
            Err(format!("{found} calls of the stalled instance were resumed; settled by it: {settled}").into())
        }
    }
}

/// Pays, and looks for calls without an end while the response is on its way. Returns whether the one that paid wrote down how that ended,
/// and how many calls the other one resumed.
async fn pay_beside(simulator: &Simulator, sender: &Outbox, other: &Outbox) -> Result<(bool, usize)> {
    simulator.fault(Fault::DelayResponse(TOTAL_TIMEOUT / 2));
    let client = client(&simulator.base_url())?;
    let look = async {
        // By then the payment is made.
        tokio::time::sleep(TOTAL_TIMEOUT / 4).await;
        resume_all(&client, other).await
    };
    let (paid, found) = tokio::join!(pay(&client, sender), look);
    Ok((paid?, found?))
}

/// Starts the service and kills it between its payment and the response.
async fn die_while_paying(simulator: &Simulator, database: &Path) -> Result<()> {
    simulator.fault(Fault::DelayResponse(Duration::from_secs(60)));
    let mut service =
        Command::new(env::current_exe()?).args([AS_SERVICE, &simulator.base_url()]).arg(database).spawn()?;
    while simulator.ledger().entries().is_empty() {
        if let Some(status) = service.try_wait()? {
            return Err(format!("the service ended before it could be killed: {status}").into());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    service.kill()?;
    println!("{:<10} the payment is made, the response is not there yet: {}", "killed:", service.wait()?);
    Ok(())
}

fn print_and_check(simulator: &Simulator, outbox: &Outbox) -> Result<()> {
    let ledger = simulator.ledger();
    for entry in ledger.entries() {
        let key = entry.idempotency_key.as_deref().unwrap_or("-");
        println!("{:<10} {:?} of {} {} under {key}", "ledger:", entry.movement, entry.amount, entry.currency);
    }
    let states = outbox.states()?;
    match (ledger.entries().len(), &states[..]) {
        (3, [_, _, _]) if states.iter().all(|state| state == "done") => Ok(()),
        (moved, _) => Err(format!("money moved {moved} times, and the calls are {states:?}").into()),
    }
}
