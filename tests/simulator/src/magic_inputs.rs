//! Magic inputs: identifiers that choose the result of a call.

use crate::failure::Category;

/// How a call is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// The gateway says no, with this result code.
    Decline(i64),
    /// The gateway says no to the payment, with this result code, and yes to its authorization.
    DeclinePayment(i64),
    /// The gateway holds the funds, but the response carries this result code.
    Held(i64),
    /// The API refuses with this category.
    Fail(Category),
    /// The payment is there, with status `Error`, and with this response code of the gateway.
    StatusError(Option<i64>),
    /// The payment is there, with status `Canceled`, and with this response code of the gateway.
    Canceled(Option<i64>),
    /// The payment is there, submitted, and its settlement failed.
    Unsettled,
    /// The authorization is said to be a success, with this result code.
    Result(i64),
    /// The payment is there, with status `Pending`.
    Pending,
}

/// Returns the wish in the first of these texts that holds one.
pub(crate) fn wish<'a>(texts: impl IntoIterator<Item = Option<&'a str>>) -> Option<Wish> {
    texts.into_iter().flatten().find_map(read)
}

fn read(text: &str) -> Option<Wish> {
    let text = text.strip_prefix("pm-").or_else(|| text.strip_prefix("acc-")).unwrap_or(text);
    if let Some(rest) = text.strip_prefix("decline") {
        return Some(Wish::Decline(number(rest).unwrap_or(1)));
    }
    if let Some(rest) = text.strip_prefix("payment-declined") {
        return Some(Wish::DeclinePayment(number(rest).unwrap_or(1)));
    }
    if let Some(rest) = text.strip_prefix("held") {
        return number(rest).map(Wish::Held);
    }
    if let Some(rest) = text.strip_prefix("category") {
        let digits = number(rest).and_then(|number| u32::try_from(number).ok());
        return digits.and_then(Category::from_digits).map(Wish::Fail);
    }
    if let Some(rest) = text.strip_prefix("status-error") {
        return Some(Wish::StatusError(number(rest)));
    }
    if let Some(rest) = text.strip_prefix("canceled") {
        return Some(Wish::Canceled(number(rest)));
    }
    if let Some(rest) = text.strip_prefix("result") {
        return number(rest).map(Wish::Result);
    }
    match text {
        "unknown" => Some(Wish::Fail(Category::NotFound)),
        "failed-to-settle" => Some(Wish::Unsettled),
        "pending" => Some(Wish::Pending),
        _ => None,
    }
}

/// Returns the number after the first hyphen; 0 is an approval and not to be had this way.
fn number(rest: &str) -> Option<i64> {
    let (_, number) = rest.split_once('-')?;
    number.parse().ok().filter(|number| *number != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes() {
        assert_eq!(read("decline"), Some(Wish::Decline(1)));
        assert_eq!(read("pm-declined"), Some(Wish::Decline(1)));
        assert_eq!(read("pm-declined-65"), Some(Wish::Decline(65)));
        assert_eq!(read("decline--1"), Some(Wish::Decline(-1)));
        assert_eq!(read("decline-0"), Some(Wish::Decline(1)));
        assert_eq!(read("pm-payment-declined"), Some(Wish::DeclinePayment(1)));
        assert_eq!(read("payment-declined-13"), Some(Wish::DeclinePayment(13)));
        assert_eq!(read("held-11"), Some(Wish::Held(11)));
        assert_eq!(read("acc-unknown"), Some(Wish::Fail(Category::NotFound)));
        assert_eq!(read("category-61"), Some(Wish::Fail(Category::Temporary)));
        assert_eq!(read("category-12"), None);
        assert_eq!(read("acc-status-error"), Some(Wish::StatusError(None)));
        assert_eq!(read("status-error-51"), Some(Wish::StatusError(Some(51))));
        assert_eq!(read("canceled"), Some(Wish::Canceled(None)));
        assert_eq!(read("canceled-51"), Some(Wish::Canceled(Some(51))));
        assert_eq!(read("result-1"), Some(Wish::Result(1)));
        assert_eq!(read("result"), None);
        assert_eq!(read("A001"), None);
    }
}
