//! The data of the tenant: accounts, gateways, authorizations, and the ledger.

use std::collections::HashMap;
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::failure::{Category, Refusal};
use crate::ids::Ids;
use crate::ledger::{Entry, Ledger, Movement};

/// Everything a call can change.
#[derive(Debug)]
pub(crate) struct Books {
    pub(crate) ledger: Ledger,
    pub(crate) accounts: Names,
    pub(crate) gateways: Names,
    authorizations: HashMap<String, Held>,
    payments: u32,
}

/// Funds held by an authorization.
#[derive(Debug)]
struct Held {
    amount: Decimal,
    currency: String,
    gateway_order_id: String,
    captured: bool,
}

impl Books {
    pub(crate) fn new(ids: &Arc<Ids>) -> Self {
        Self {
            ledger: Ledger::default(),
            accounts: Names::new("A", ids),
            gateways: Names::new("PG-", ids),
            authorizations: HashMap::new(),
            payments: 0,
        }
    }

    /// Returns the number of the next payment.
    pub(crate) fn payment_number(&mut self) -> String {
        self.payments += 1;
        format!("P-{:08}", self.payments)
    }

    /// Enters an authorization, so that it can be captured.
    pub(crate) fn hold(&mut self, amount: Decimal, entry: Entry) {
        let held = Held {
            amount,
            currency: entry.currency.clone(),
            gateway_order_id: entry.gateway_order_id.clone().unwrap_or_default(),
            captured: false,
        };
        self.authorizations.insert(entry.reference.clone(), held);
        self.ledger.push(entry);
    }

    /// Returns whether an authorization can be captured: known, not captured yet, not for more, not under another order
    /// id.
    pub(crate) fn check_capture(&self, entry: &Entry, amount: Decimal) -> Result<(), Refusal> {
        let refuse = |message: &str| Err(Refusal::new(Category::BusinessRule, message));
        let transaction = entry.captured.as_deref().unwrap_or_default();
        let Some(held) = self.authorizations.get(transaction) else {
            return refuse("'authTransactionId' names no authorization made here");
        };
        let order = entry.gateway_order_id.as_deref();
        if held.captured {
            refuse("the authorization of 'authTransactionId' is captured already")
        } else if order != Some(held.gateway_order_id.as_str()) {
            refuse("'gatewayOrderId' is not the one of the authorization")
        } else if entry.currency != held.currency {
            refuse("'currency' is not the one of the authorization")
        } else if amount > held.amount {
            refuse("'amount' is more than the authorization holds")
        } else {
            Ok(())
        }
    }

    /// Enters a payment or a capture.
    pub(crate) fn pay(&mut self, entry: Entry) {
        let captured = entry.captured.as_ref();
        if let Some(held) = captured.and_then(|id| self.authorizations.get_mut(id)) {
            held.captured = entry.movement == Movement::Capture;
        }
        self.ledger.push(entry);
    }
}

/// Objects with an id and a number, made up when they are first named.
#[derive(Debug)]
pub(crate) struct Names {
    prefix: &'static str,
    ids: Arc<Ids>,
    by_id: HashMap<String, Number>,
    by_number: HashMap<String, String>,
}

#[derive(Debug)]
struct Number {
    text: String,
    /// Made up here: a request that gives id and number together overrides it.
    made_up: bool,
}

impl Names {
    fn new(prefix: &'static str, ids: &Arc<Ids>) -> Self {
        Self { prefix, ids: Arc::clone(ids), by_id: HashMap::new(), by_number: HashMap::new() }
    }

    /// Returns ID and number of the object that either names; `None` when neither is given, an error when they contradict.
    pub(crate) fn resolve(&mut self, id: Option<&str>, number: Option<&str>) -> Result<Option<(String, String)>, ()> {
        let (id, number) = match (id, number) {
            (None, None) => return Ok(None),
            (Some(id), None) => (id.to_owned(), self.number_of(id)),
            (None, Some(number)) => (self.id_of(number), number.to_owned()),
            (Some(id), Some(number)) => {
                self.link(id, number)?;
                (id.to_owned(), number.to_owned())
            }
        };
        Ok(Some((id, number)))
    }

    fn link(&mut self, id: &str, number: &str) -> Result<(), ()> {
        let settled = |known: Option<&Number>| known.is_some_and(|n| !n.made_up);
        if settled(self.by_id.get(id)) && self.by_id[id].text != number {
            return Err(());
        }
        match self.by_number.get(number).cloned() {
            Some(other) if other != id && settled(self.by_id.get(&other)) => return Err(()),
            Some(other) if other != id => drop(self.by_id.remove(&other)),
            _ => {}
        }
        self.set(id, number, false);
        Ok(())
    }

    fn number_of(&mut self, id: &str) -> String {
        if let Some(number) = self.by_id.get(id) {
            return number.text.clone();
        }
        let candidates = self.by_id.len() + 1..;
        let mut candidates = candidates.map(|n| format!("{}{n:08}", self.prefix));
        let free = candidates.find(|number| !self.by_number.contains_key(number));
        let number = free.expect("there are more numbers than objects");
        self.set(id, &number, true);
        number
    }

    fn id_of(&mut self, number: &str) -> String {
        if let Some(id) = self.by_number.get(number) {
            return id.clone();
        }
        let id = self.ids.object();
        self.set(&id, number, true);
        id
    }

    fn set(&mut self, id: &str, number: &str, made_up: bool) {
        let text = number.to_owned();
        self.by_number.insert(text.clone(), id.to_owned());
        let former = self.by_id.insert(id.to_owned(), Number { text, made_up });
        if let Some(former) = former.filter(|former| former.text != number) {
            self.by_number.remove(&former.text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_up_and_then_hold() {
        let mut names = Names::new("A", &Arc::default());
        let made = names.resolve(Some("x"), None).unwrap().unwrap();
        assert_eq!(made.1, "A00000001");
        assert!(names.resolve(Some("x"), Some("A7")).is_ok());
        assert!(names.resolve(Some("x"), Some("A8")).is_err());
        assert!(names.resolve(Some("y"), Some("A7")).is_err());
        assert_eq!(names.resolve(None, Some("A7")).unwrap().unwrap().0, "x");
        assert_eq!(names.resolve(None, None), Ok(None));
        // The number made up for `x` is free again, and never given to two.
        assert_ne!(names.resolve(None, Some("A00000001")).unwrap().unwrap().0, "x");
        let made = names.resolve(Some("z"), None).unwrap().unwrap();
        assert_eq!(made.1, "A00000003");
    }
}
