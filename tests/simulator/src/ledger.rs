//! The ledger: one entry for each payment, capture, authorization and session.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::amount::Amount;
use crate::json::{Object, array};

/// What an [`Entry`] of the ledger stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Movement {
    /// A payment that names no authorization.
    Payment,
    /// A payment that takes the money an authorization holds.
    Capture,
    /// Money held, not taken.
    Authorization,
    /// A session created; its amount moves only when a browser completes it, which nothing here does.
    Session,
}

impl Movement {
    fn name(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Capture => "capture",
            Self::Authorization => "authorization",
            Self::Session => "session",
        }
    }
}

/// One line of the [`Ledger`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Entry {
    /// What moved.
    pub movement: Movement,
    /// The amount, exactly as the request spelled it.
    pub amount: String,
    /// The currency code.
    pub currency: String,
    /// The account's id; made up when the request gave only its number.
    pub account: Option<String>,
    /// Id of the payment, transaction id of the authorization, or token of the session.
    pub reference: String,
    /// The authorization a capture takes.
    pub captured: Option<String>,
    /// The order id at the gateway.
    pub gateway_order_id: Option<String>,
    /// The idempotency key of the request.
    pub idempotency_key: Option<String>,
    value: Decimal,
}

impl Entry {
    pub(crate) fn new(movement: Movement, amount: &Amount, currency: &str) -> Self {
        Self {
            movement,
            amount: amount.text().to_owned(),
            currency: currency.to_owned(),
            account: None,
            reference: String::new(),
            captured: None,
            gateway_order_id: None,
            idempotency_key: None,
            value: amount.value(),
        }
    }

    fn to_json(&self) -> Object {
        Object::new()
            .text("movement", self.movement.name())
            .text("amount", &self.amount)
            .text("currency", &self.currency)
            .nullable("account", self.account.as_deref())
            .text("reference", &self.reference)
            .nullable("captured", self.captured.as_deref())
            .nullable("gatewayOrderId", self.gateway_order_id.as_deref())
            .nullable("idempotencyKey", self.idempotency_key.as_deref())
    }
}

/// All movements so far, oldest first: a copy, taken when it was asked for.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    entries: Vec<Entry>,
    by_key: BTreeMap<String, usize>,
}

impl Ledger {
    /// Returns the movements, oldest first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Returns how many movements there were, of whatever kind: the effects of all calls.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns how many effects one idempotency key had; sessions and authorizations count, though they move no money.
    ///
    /// More than one is an error of the simulator, unless a day lies between them.
    pub fn effects_of(&self, key: &str) -> usize {
        self.by_key.get(key).copied().unwrap_or_default()
    }

    /// Returns the keys that had more than one effect; see [`effects_of`](Self::effects_of).
    pub fn repeated_keys(&self) -> impl Iterator<Item = &str> {
        self.by_key.iter().filter(|(_, effects)| **effects > 1).map(|(key, _)| key.as_str())
    }

    /// Returns how many movements of one kind there were.
    pub fn count(&self, movement: Movement) -> usize {
        self.of(movement).count()
    }

    /// Returns how often money changed hands: payments and captures.
    pub fn money_moved(&self) -> usize {
        self.count(Movement::Payment) + self.count(Movement::Capture)
    }

    /// Returns the exact total of one kind of movement in one currency, as decimal text; `0` when there was none.
    pub fn total(&self, movement: Movement, currency: &str) -> String {
        let mut of_currency = self.of(movement).filter(|e| e.currency == currency);
        let add = |sum: Decimal, entry: &Entry| sum.checked_add(entry.value);
        match of_currency.try_fold(Decimal::ZERO, add) {
            Some(sum) => sum.to_string(),
            None => "more than 28 digits".to_owned(),
        }
    }

    /// Returns the movements that one idempotency key caused, by key; requests without a key are left out.
    pub fn by_key(&self) -> BTreeMap<&str, Vec<&Entry>> {
        let mut keys: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
        for entry in &self.entries {
            if let Some(key) = &entry.idempotency_key {
                keys.entry(key).or_default().push(entry);
            }
        }
        keys
    }

    /// Returns whether nothing moved.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn push(&mut self, entry: Entry) {
        if let Some(key) = &entry.idempotency_key {
            *self.by_key.entry(key.clone()).or_default() += 1;
        }
        self.entries.push(entry);
    }

    pub(crate) fn to_json(&self) -> String {
        let entries: Vec<Object> = self.entries.iter().map(Entry::to_json).collect();
        array(&entries)
    }

    fn of(&self, movement: Movement) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |e| e.movement == movement)
    }
}
