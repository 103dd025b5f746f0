//! The value that a successful call returns.

use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};

use super::download::Download;
use crate::contract::{ContentForm, Operation, ResponseContent, SuccessBody, content_of};
use crate::model::{JsonReader, Node, ReadError, Value};

/// The value that a successful call returns.
///
/// Every [`Value`] is one, and so is a [`Download`]. An operation whose responses differ in type by status or media type has an enum
/// instead, which [`response!`](crate::response) declares.
pub trait ResponseValue: Sized + Send + 'static {
    /// The contents that responses can have; none if all responses are decoded into one type.
    const CONTENTS: &'static [ResponseContent] = &[];

    /// Returns the value for a response with one of the [`CONTENTS`](Self::CONTENTS), before it is decoded.
    fn blank(content: usize) -> Self;

    /// Returns the slot into which the response is decoded.
    fn slot(&mut self) -> Slot<'_>;
}

/// Where the body of a response goes.
pub enum Slot<'a> {
    /// It is decoded.
    Value(&'a mut dyn Value),
    /// It is read by the caller.
    Download(&'a mut Download),
}

impl<T: Value + 'static> ResponseValue for T {
    fn blank(_: usize) -> Self {
        Value::blank()
    }

    fn slot(&mut self) -> Slot<'_> {
        Slot::Value(self)
    }
}

impl ResponseValue for Download {
    const CONTENTS: &'static [ResponseContent] = &[ResponseContent::download("default", &["*/*"])];

    fn blank(_: usize) -> Self {
        Self::default()
    }

    fn slot(&mut self) -> Slot<'_> {
        Slot::Download(self)
    }
}

/// The calls of one operation, as a type.
pub trait OperationCall {
    /// What a call brings when it succeeds.
    type Response: ResponseValue;

    /// The wire contract of the operation.
    const DECLARATION: &'static Operation;
}

/// Receives the value of a response, whatever its type.
pub(super) trait ResponseReceiver: Send {
    /// Returns the contents that responses can have; none if all responses are decoded into one type.
    fn contents(&self) -> &'static [ResponseContent];

    /// Returns an empty slot for a response with this content; called once for each response.
    fn begin(&mut self, content: usize) -> Slot<'_>;
}

impl<T: ResponseValue> ResponseReceiver for Option<T> {
    fn contents(&self) -> &'static [ResponseContent] {
        T::CONTENTS
    }

    fn begin(&mut self, content: usize) -> Slot<'_> {
        self.insert(T::blank(content)).slot()
    }
}

/// The content of a response, among those that its operation declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SelectedContent {
    /// The operation has one type for all responses.
    Only,
    /// One of several.
    Declared(usize, ContentForm),
    /// None, beside one that other statuses have.
    Empty,
    /// None of several.
    Undeclared,
}

impl SelectedContent {
    /// Returns the index among the contents.
    pub(super) fn index(self) -> usize {
        match self {
            Self::Declared(index, _) => index,
            Self::Only | Self::Empty | Self::Undeclared => 0,
        }
    }

    /// Returns whether the body is read as text where it is not JSON.
    pub(super) fn reads_text(self, operation: &Operation) -> bool {
        match self {
            Self::Declared(_, form) => form == ContentForm::Text,
            Self::Only => operation.reads_text,
            Self::Empty | Self::Undeclared => false,
        }
    }

    /// Selects the content of a response by its head.
    pub(super) fn of(
        contents: &[ResponseContent],
        operation: &Operation,
        status: StatusCode,
        headers: &HeaderMap,
    ) -> Self {
        if contents.is_empty() {
            return match operation.successes.map(|successes| successes.body(status)) {
                None | Some(SuccessBody::Required) => Self::Only,
                Some(SuccessBody::Absent) => Self::Empty,
                Some(SuccessBody::Undeclared) => Self::Undeclared,
            };
        }
        let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        match content_of(contents, status.as_u16(), content_type) {
            Some(index) => Self::Declared(index, contents[index].form),
            None => Self::Undeclared,
        }
    }
}

/// The value of a response whose content is not declared: it cannot be read.
pub(super) struct UndeclaredContent;

impl Value for UndeclaredContent {
    fn node(&self) -> Node<'_> {
        Node::Absent
    }

    fn read(&mut self, _: &mut JsonReader<'_>) -> Result<(), ReadError> {
        Err(ReadError::new(0, "the operation declares no response of this status and content type"))
    }

    fn blank() -> Self {
        Self
    }
}
