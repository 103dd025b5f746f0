//! Lowers `x-sdk-failure`: where a body holds reasons of failures, and what their codes mean.

use super::extensions::Extensions;
use crate::diagnostics::{Code, Reporter};
use crate::document::{NodeRef, Pointer, extension_keys};
use crate::ir::{Failure, FailureCode, PlainFailure};

/// How many digits of a reason's code are its category.
const CATEGORY_DIGITS: usize = 2;

/// Reads `x-sdk-failure`.
pub(super) fn lower(root: &NodeRef<'_>, reporter: &mut Reporter<'_>) -> Failure {
    let at = root.at.join(extension_keys::FAILURE);
    let failure: Failure = Extensions::new(root).get(extension_keys::FAILURE, reporter).unwrap_or_default();
    digits(&failure, &at, reporter);
    categories(&failure.categories, &at.join("categories"), reporter);
    if let Some(plain) = &failure.plain {
        statuses(plain, &at.join("plain").join("statuses"), reporter);
    }
    if let Some(result) = &failure.result {
        result_codes(&result.codes, &at.join("result").join("codes"), reporter);
    }
    failure
}

/// Reports missing or too few `code-digits`, which tell codes that end in a category.
fn digits(failure: &Failure, at: &Pointer, reporter: &mut Reporter<'_>) {
    match failure.code_digits {
        None if !failure.categories.is_empty() => {
            reporter
                .error(Code::Extension, at, "nothing says how long a code is that ends in one of the `categories`")
                .help("add `code-digits`, such as `code-digits: 8`");
        }
        Some(digits) if digits <= CATEGORY_DIGITS => {
            reporter
                .error(
                    Code::Extension,
                    &at.join("code-digits"),
                    "a code of this length has nothing in front of its category",
                )
                .help("count all digits of a code; a category alone is marked with `bare: true`");
        }
        _ => {}
    }
}

fn categories(codes: &[FailureCode], at: &Pointer, reporter: &mut Reporter<'_>) {
    refuse_repeated(codes, at, reporter);
    for (index, known) in codes.iter().enumerate() {
        let is_category = known.code.len() == CATEGORY_DIGITS && known.code.bytes().all(|byte| byte.is_ascii_digit());
        if !is_category {
            reporter
                .error(Code::Extension, &at.join(index).join("code"), format!("`{}` is no category", known.code))
                .help("write the last two digits of a code, in quotes");
        }
    }
}

fn result_codes(codes: &[FailureCode], at: &Pointer, reporter: &mut Reporter<'_>) {
    refuse_repeated(codes, at, reporter);
    for (index, _) in codes.iter().enumerate().filter(|(_, known)| known.bare) {
        reporter
            .error(Code::Extension, &at.join(index).join("bare"), "a result code always stands alone")
            .help("remove `bare`: it is for categories");
    }
}

/// Reports codes with two meanings, of which only the first would be used.
fn refuse_repeated(codes: &[FailureCode], at: &Pointer, reporter: &mut Reporter<'_>) {
    for (index, known) in codes.iter().enumerate() {
        if codes[..index].iter().any(|earlier| earlier.code == known.code) {
            reporter
                .error(Code::Extension, &at.join(index), format!("the code `{}` has a meaning already", known.code))
                .help("keep one of the two");
        }
    }
}

fn statuses(plain: &PlainFailure, at: &Pointer, reporter: &mut Reporter<'_>) {
    if plain.statuses.is_empty() {
        reporter
            .error(Code::Extension, at, "a body of this form comes with no status")
            .help("list the statuses with which it is documented");
    }
    for (index, status) in plain.statuses.iter().enumerate().filter(|(_, status)| !(400..600).contains(*status)) {
        reporter
            .error(Code::Extension, &at.join(index), format!("{status} is no status of a failure"))
            .help("list statuses from 400 to 599");
    }
}
