//! Reports mistakes of one document, and decides whether to go on.

use super::diagnostic::{Code, Diagnostic, Diagnostics, Omission};
use crate::document::Pointer;
use crate::mode::Mode;

/// What is assumed of a third-party document. An own document says it, or gets an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Assumption {
    /// A reference may name any node, not only a component of its kind.
    ReferencesToAnyNode,
    /// A name that is taken or cannot be spelt is replaced by another one.
    AnyFreeName,
    /// A long description of a server is no name.
    ServersNamedByUrl,
    /// Types in place are named after components and operations, and not after what operations are called in the document.
    NamesByContext,
    /// Keywords imply the `type` that a schema does not give.
    ImpliedType,
    /// Text and other scalars differ to the server, and constraints of alternatives of a union are not needed.
    TextBesideScalars,
    /// Base64 in a form can be a file.
    Base64FilesInForms,
    /// Keywords of other types than the schema's are passed over.
    KeywordsOfOtherTypes,
    /// An optional request body that can only be `{}` is no body.
    EmptyBodyIsNoBody,
    /// Methods for idempotency keys are only reserved where an operation has such a key.
    UnkeyedCalls,
    /// An operation without a name, or with one that is taken, is named after its method and path.
    OperationsNamedByPath,
    /// `default` is a success where no other response is one.
    DefaultIsSuccess,
    /// Headers of successes and streams beside JSON are of interest to callers.
    HeadersAndStreams,
    /// Where bytes may come, text in JSON stands for them.
    BytesBesideJsonText,
    /// A failure may have a body that is not JSON.
    FailureStreams,
    /// Token endpoints may be on another server.
    TokensFromElsewhere,
    /// Components that nothing refers to are no mistake.
    UnusedComponents,
    /// Examples need not fit their schemas.
    UncheckedExamples,
}

/// Collects the diagnostics of one document. It knows whether the document is read strictly or leniently.
#[derive(Debug)]
pub(crate) struct Reporter<'d> {
    mode: Mode,
    diagnostics: &'d mut Diagnostics,
}

impl<'d> Reporter<'d> {
    pub(crate) fn new(mode: Mode, diagnostics: &'d mut Diagnostics) -> Self {
        Self { mode, diagnostics }
    }

    /// Reports a mistake without whose correction no code can be made, in whatever mode.
    pub(crate) fn error(&mut self, code: Code, at: &Pointer, message: impl Into<String>) -> &mut Diagnostic {
        self.diagnostics.error(code, at, message)
    }

    /// Reports something that is left out: an error in strict mode, a warning in lenient mode.
    pub(crate) fn unsupported(
        &mut self,
        omission: Omission,
        code: Code,
        at: &Pointer,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        self.diagnostics.unsupported(self.mode, omission, code, at, message)
    }

    /// Reports a mistake of the weight that the mode gives it, with nothing left out.
    pub(crate) fn mistake(&mut self, code: Code, at: &Pointer, message: impl Into<String>) -> &mut Diagnostic {
        self.diagnostics.push(super::Severity::of(self.mode), code, at, message.into())
    }

    /// Reports a mistake that only own documents must not have. Returns `None` if it was reported, so that lowering stops.
    pub(crate) fn strict_error(
        &mut self,
        code: Code,
        at: &Pointer,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Option<()> {
        if self.mode == Mode::Strict {
            self.diagnostics.error(code, at, message).help(help);
        }
        self.go_on_if_lenient()
    }

    /// Returns `None` if lowering stops at a part that is not supported: in strict mode.
    pub(crate) fn go_on_if_lenient(&self) -> Option<()> {
        (self.mode == Mode::Lenient).then_some(())
    }

    /// Returns whether something is assumed of the document.
    pub(crate) fn assumes(&self, _: Assumption) -> bool {
        self.mode == Mode::Lenient
    }

    /// Returns the diagnostics so far.
    pub(crate) fn diagnostics(&mut self) -> &mut Diagnostics {
        self.diagnostics
    }

    /// Returns whether a node has a diagnostic.
    pub(crate) fn has_reported(&self, at: &Pointer) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.at() == at)
    }
}
