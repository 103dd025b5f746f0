//! The handle of a client, which generated clients wrap.

use std::fmt;
use std::sync::Arc;

use super::shared::Shared;

/// The handle of a client. Clones share one connection pool and one token.
#[derive(Clone)]
pub struct Core {
    pub(crate) shared: Arc<Shared>,
    pub(crate) headers: Arc<[(&'static str, String)]>,
}

impl Core {
    /// Returns the same client, which also sends this header with every call of an operation that takes it. A header of the same name
    /// set before is replaced.
    #[must_use]
    pub fn with_header(&self, name: &'static str, value: impl Into<String>) -> Self {
        let others = self.headers.iter().filter(|(known, _)| !known.eq_ignore_ascii_case(name));
        let headers = others.cloned().chain([(name, value.into())]).collect();
        Self { shared: Arc::clone(&self.shared), headers }
    }
}

/// Shows where the client points, and no credentials. Header values may be sensitive, so only their names are there.
impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("Core")
            .field("service", &self.shared.service.name)
            .field("base_url", &self.shared.base_url)
            .field("headers", &headers)
            .finish_non_exhaustive()
    }
}
