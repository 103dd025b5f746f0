//! The body of a failure: which documented form it has, and what its codes mean.

use http::{HeaderMap, StatusCode, header};

use super::evidence::{Evidence, ResponseIds, TURNED_AWAY};
use super::reason::Reason;
use crate::contract::{Code, CodeClass, FailureFormat, Operation};
use crate::model::RawObject;
use crate::redaction::Secrets;

/// Failure bodies are read up to this size. Those of the service have some hundred bytes.
pub(crate) const LARGEST_FAILURE: usize = 256 * 1024;

/// The most reasons that are kept.
const MOST_REASONS: usize = 32;

/// The most reasons that are evaluated. A longer list has no documented form.
const MOST_JUDGED: usize = 256;

/// The body of a failure, as far as it could be decoded.
#[derive(Default)]
pub(crate) struct FailureBody {
    /// The first of the reasons.
    pub(crate) reasons: Vec<Reason>,
    /// How many reasons there are in all.
    pub(crate) reason_count: usize,
    pub(crate) result: Option<Reason>,
    pub(crate) message: Option<String>,
    pub(crate) ids: ResponseIds,
    /// It has the members of a success, or says that it is one. No failure does.
    has_result: bool,
    form: Form,
}

/// The form of a body. Only a documented one is a witness.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Form {
    /// None that is documented, or not whole.
    #[default]
    Unknown,
    /// A documented one without a code.
    Plain,
    /// One with reasons or a result code, and what its codes say.
    Coded(Codes),
}

/// What the codes of a body say.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Codes {
    /// What the result code says; `None` for a code that is not known. It goes before the reasons.
    result: Option<Option<CodeClass>>,
    /// What the code of each reason says.
    reasons: Vec<Option<CodeClass>>,
    /// One of them is known to speak of a decline.
    decline: bool,
}

impl FailureBody {
    /// Reads what can be read. `flawed` says that the body did not come, or could not be unpacked.
    pub(crate) fn read(
        failure: &FailureFormat,
        operation: &Operation,
        (status, headers): (StatusCode, &HeaderMap),
        text: &str,
        members: &RawObject<'_>,
        flawed: bool,
    ) -> Self {
        let mut failure_body = Self::explained(failure, operation.result_codes, members);
        if failure_body.message.is_none() && failure_body.reasons.is_empty() && is_problem(headers) {
            failure_body.message = problem(members);
        }
        failure_body.has_result =
            has_identifying_members(operation, members) || success_flag(failure, members) == Some(true);
        let declares_form = failure.reasons.is_some() || failure.plain.is_some() || failure.success_flag.is_some();
        failure_body.form = if flawed {
            Form::Unknown
        } else if !declares_form {
            // The document says nothing of failures, so the status alone decides.
            Form::Plain
        } else if text.is_empty() {
            if is_empty_by_length(headers) { Form::Plain } else { Form::Unknown }
        } else {
            form(failure, operation, status, members)
        };
        failure_body
    }

    /// Takes the secrets out of it, should the server repeat them.
    pub(crate) fn redact(&mut self, secrets: &Secrets) {
        let Self { reasons, result, message, ids, .. } = self;
        ids.retain(|id| !secrets.are_in(id));
        let reasons = reasons.iter_mut().chain(result);
        let texts = reasons.flat_map(|reason| [&mut reason.code, &mut reason.message]).chain(message);
        texts.for_each(|text| secrets.redact_in(text));
    }

    /// Codes, messages and IDs, whatever the form.
    pub(crate) fn explained(failure: &FailureFormat, result_codes: bool, members: &RawObject<'_>) -> Self {
        let reason = |known: Option<&'static Code>, code: String, message: Option<String>| Reason {
            code,
            message: message.unwrap_or_default(),
            meaning: known.map(|known| known.meaning),
        };
        let (mut reasons, mut codes) = (Vec::new(), Vec::new());
        let reason_count = failure.reasons.and_then(|at| {
            members.elements(at.member, MOST_JUDGED, |element| {
                let code = element.text(at.code).unwrap_or_default();
                codes.push(code.clone());
                if reasons.len() < MOST_REASONS {
                    reasons.push(reason(category(failure, &code), code, element.text(at.message)));
                }
            })
        });
        let result = failure.result_codes.filter(|_| result_codes).and_then(|at| {
            let code = members.text(at.member)?;
            Some(reason(at.find(&code), code, at.message.and_then(|member| members.text(member))))
        });
        let message = failure
            .message
            .filter(|_| reasons.is_empty())
            .and_then(|member| members.text(member))
            .filter(|message| !message.is_empty());
        let text = |member: Option<&str>| members.text(member?).filter(|text| !text.trim().is_empty());
        let codes = result.iter().map(|result| result.code.clone()).chain(codes).collect();
        let ids = ResponseIds { body: [text(failure.process_id), text(failure.request_id)], header: None, codes };
        Self {
            reasons,
            reason_count: reason_count.unwrap_or_default(),
            result,
            message,
            ids,
            has_result: false,
            form: Form::Unknown,
        }
    }

    /// Returns whether a code says that the call was declined.
    pub(crate) fn is_decline(&self) -> bool {
        matches!(&self.form, Form::Coded(codes) if codes.decline)
    }

    /// Returns what the failure is evidence of. The first that decides: 401 and 429; 409 and locks; the result code; the reasons; the status.
    pub(crate) fn evidence(&self, status: StatusCode, is_keyed: bool) -> Evidence {
        match (status.as_u16(), &self.form) {
            (401 | 429, _) if self.has_result => Evidence::UndecodableResponse,
            (401, _) => Evidence::Unauthorized,
            (429, _) => Evidence::TooMany,
            // Nothing that is documented has such a status.
            (..=199 | 300..=399 | 600.., _) => Evidence::UndecodableResponse,
            (_, Form::Coded(codes)) => codes.evidence(status.as_u16(), is_keyed),
            // What is in front of the service needs no form.
            (408 | 425 | 444 | 460 | 499 | 500..=599, _) => Evidence::Unavailable,
            (409, _) => Evidence::InProgress,
            (422, _) if is_keyed => Evidence::KeyOfAnotherRequest,
            (_, Form::Unknown) => Evidence::UndecodableResponse,
            (422, Form::Plain) => Evidence::Denied,
            (status, Form::Plain) if TURNED_AWAY.contains(&status) => Evidence::Denied,
            (_, Form::Plain) => Evidence::UndecodableResponse,
        }
    }
}

impl Codes {
    fn evidence(&self, status: u16, is_keyed: bool) -> Evidence {
        match (status, self.class()) {
            (422, _) if is_keyed => Evidence::KeyOfAnotherRequest,
            (408 | 425 | 444 | 460 | 499 | 502..=504, class) if class != Some(CodeClass::Locked) => {
                Evidence::Unavailable
            }
            (409, None) => Evidence::InProgress,
            (_, Some(CodeClass::Open) | None) => Evidence::Open,
            // What the door says is no result that is kept.
            (409, Some(CodeClass::Denied | CodeClass::Unauthorized | CodeClass::TooMany)) => Evidence::InProgress,
            (_, Some(CodeClass::Locked)) if self.speaks_at_the_door() => Evidence::InProgress,
            (_, Some(CodeClass::Locked)) => Evidence::Locked,
            (409, _) => Evidence::RefusedInConflict,
            (500, Some(CodeClass::Refused | CodeClass::Declined)) if self.result.is_some() => {
                Evidence::FailedAndRefused
            }
            (500.., _) => Evidence::Open,
            (_, Some(CodeClass::Unauthorized)) => Evidence::Unauthorized,
            (_, Some(CodeClass::TooMany)) => Evidence::TooMany,
            // It may have been said before the key was looked at.
            (403, _) | (_, Some(CodeClass::Denied)) => Evidence::Denied,
            (_, Some(CodeClass::Refused | CodeClass::Declined)) => Evidence::Refused,
        }
    }

    /// Returns whether one of the reasons is said before the service looks at the call.
    fn speaks_at_the_door(&self) -> bool {
        let door = [CodeClass::Denied, CodeClass::Unauthorized, CodeClass::TooMany];
        self.reasons.iter().flatten().any(|class| door.contains(class))
    }

    /// Returns what all codes say together; `None` if one that counts is not known. A lock goes first, then the result code.
    fn class(&self) -> Option<CodeClass> {
        let known: Option<Vec<CodeClass>> = self.reasons.iter().copied().collect();
        let reasons = known.map(|known| together(&known));
        match (self.result, reasons) {
            (Some(None | Some(CodeClass::Open)), _) => self.result.flatten(),
            (_, Some(Some(CodeClass::Locked))) => Some(CodeClass::Locked),
            (Some(result), _) => result,
            (None, reasons) => reasons.flatten(),
        }
    }
}

/// Returns what several codes say together; `None` if there is none.
fn together(codes: &[CodeClass]) -> Option<CodeClass> {
    let first = *codes.first()?;
    let worst = [CodeClass::Open, CodeClass::Locked].into_iter().find(|class| codes.contains(class));
    let is_refusal = |class: &CodeClass| matches!(class, CodeClass::Refused | CodeClass::Declined);
    Some(worst.unwrap_or_else(|| {
        if codes.iter().all(|class| *class == first) {
            first
        } else if codes.iter().all(is_refusal) {
            CodeClass::Refused
        } else {
            // Some of them were said before the service looked at the call.
            CodeClass::Denied
        }
    }))
}

/// Returns the form of a body that came whole and is not empty.
fn form(failure: &FailureFormat, operation: &Operation, status: StatusCode, members: &RawObject<'_>) -> Form {
    if !members.is_complete_object() || contradicts_failure(failure, operation, members) {
        return Form::Unknown;
    }
    let decline_codes = operation.success.map_or(&[][..], |success| success.decline_codes);
    let mut codes = Codes { result: None, reasons: Vec::new(), decline: false };
    if let Some(at) = failure.result_codes.filter(|_| operation.result_codes)
        && members.has(at.member)
    {
        let Some(code) = members.single_text(at.member) else { return Form::Unknown };
        let class = at.find(&code).map(|known| known.class);
        codes.decline |= class == Some(CodeClass::Declined);
        codes.result = Some(class);
    }
    if let Some(at) = failure.reasons
        && members.has(at.member)
    {
        // Each element is an object with a code, or the list has no documented form.
        let mut all_have_codes = true;
        let count = members.single_elements(at.member, MOST_JUDGED, |element| {
            let code = element.is_complete_object().then(|| element.single_text(at.code)).flatten();
            match code.filter(|code| is_plain_code(failure, code)) {
                Some(code) => {
                    codes.decline |= decline_codes.contains(&code.as_str());
                    codes.reasons.push(category(failure, &code).map(|known| known.class));
                }
                None => all_have_codes = false,
            }
        });
        if !all_have_codes || count.is_none_or(|count| count > MOST_JUDGED) {
            return Form::Unknown;
        }
    }
    if codes.result.is_some() || !codes.reasons.is_empty() {
        return Form::Coded(codes);
    }
    plain_form(failure, status, members)
}

/// Returns whether a body contradicts a failure: by a success flag, by the identifying members of a success, or by a
/// significant member that is spelt otherwise than documented.
fn contradicts_failure(failure: &FailureFormat, operation: &Operation, members: &RawObject<'_>) -> bool {
    let success =
        failure.success_flag.is_some_and(|name| members.has(name) && members.single_boolean(name) != Some(false));
    let names = [failure.success_flag, failure.reasons.map(|at| at.member), failure.result_codes.map(|at| at.member)];
    success
        || names.into_iter().flatten().any(|name| members.has_misspelt(name))
        || has_identifying_members(operation, members)
}

/// Returns whether a body has the members that identify a success of the operation.
pub(crate) fn has_identifying_members(operation: &Operation, members: &RawObject<'_>) -> bool {
    let is_there = |name: &&str| members.text(name).is_some_and(|text| !text.trim().is_empty());
    operation.success.is_some_and(|success| success.known_by.iter().any(|list| list.iter().all(is_there)))
}

/// Returns whether a text is spelt as codes are: one that only resembles a code with a category is none, and may be any.
fn is_plain_code(failure: &FailureFormat, code: &str) -> bool {
    let digits = code.bytes().filter(u8::is_ascii_digit).count();
    failure.code_digits == 0 || digits < failure.code_digits || code.len() == digits
}

/// Returns the form of a body without reasons and without a result code.
fn plain_form(failure: &FailureFormat, status: StatusCode, members: &RawObject<'_>) -> Form {
    let Some(plain) = failure.plain.filter(|plain| plain.statuses.contains(&status.as_u16())) else {
        return Form::Unknown;
    };
    let (Some(code), Some(_)) = (members.single_text(plain.code), members.single_text(plain.message)) else {
        return Form::Unknown;
    };
    if !members.has_only(&[plain.code, plain.message]) {
        return Form::Unknown;
    }
    // A word, or a status that turns away, says no more than the status. Anything else may be the code of a reason.
    let is_word = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    if is_word || code.parse().is_ok_and(|status: u16| status.to_string() == code && TURNED_AWAY.contains(&status)) {
        return Form::Plain;
    }
    let class = category(failure, &code).map(|known| known.class);
    Form::Coded(Codes { result: None, reasons: vec![class], decline: false })
}

/// Returns the code that a text ends in, if it is a code that has a category, or one that also stands alone.
pub(crate) fn category(failure: &FailureFormat, code: &str) -> Option<&'static Code> {
    let is_whole = code.len() == failure.code_digits && code.bytes().all(|byte| byte.is_ascii_digit());
    failure.categories.iter().find(|known| {
        known.bare && code == known.code || is_whole && code.ends_with(known.code) && known.code.len() == 2
    })
}

/// Returns the value of the success flag of a body, if it has one.
pub(crate) fn success_flag(failure: &FailureFormat, members: &RawObject<'_>) -> Option<bool> {
    failure.success_flag.and_then(|success| members.boolean(success))
}

/// Returns whether a body declares a failure; the status does not count. Without a success flag, reasons or a known failure
/// code mean failure.
pub(crate) fn denies_success(failure: &FailureFormat, operation: &Operation, members: &RawObject<'_>) -> bool {
    let result = || {
        let result = failure.result_codes.filter(|_| operation.result_codes);
        result.is_some_and(|at| members.text(at.member).is_some_and(|code| at.find(&code).is_some()))
    };
    success_flag(failure, members).map_or_else(|| lists_reasons(failure, members) || result(), |success| !success)
}

/// Returns whether a body has reasons.
pub(crate) fn lists_reasons(failure: &FailureFormat, members: &RawObject<'_>) -> bool {
    failure.reasons.and_then(|at| members.elements(at.member, 0, |_| {})).is_some_and(|count| count > 0)
}

/// Returns whether a body is empty because the server says so, and not because it did not come.
fn is_empty_by_length(headers: &HeaderMap) -> bool {
    let mut lengths = headers.get_all(header::CONTENT_LENGTH).iter();
    lengths.next().is_some_and(|length| length.as_bytes().trim_ascii() == b"0") && lengths.next().is_none()
}

/// Returns whether a body is problem details of RFC 9457, which any service may send, whatever its document says of failures.
fn is_problem(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/problem+json")
}

/// Returns problem details as one sentence: title and detail, then what names the kind of problem and its occurrence.
fn problem(members: &RawObject<'_>) -> Option<String> {
    let text = |name| members.single_text(name).filter(|text| !text.trim().is_empty());
    let said: Vec<_> = ["title", "detail"].into_iter().filter_map(text).collect();
    // `about:blank` says that the status is all there is.
    let named = ["type", "instance"].into_iter().filter_map(text).filter(|uri| uri != "about:blank");
    let named = named.collect::<Vec<_>>().join(", ");
    match (said.join(": "), named) {
        (said, named) if said.is_empty() && named.is_empty() => None,
        (said, named) if named.is_empty() => Some(said),
        (said, named) if said.is_empty() => Some(named),
        (said, named) => Some(format!("{said} ({named})")),
    }
}
