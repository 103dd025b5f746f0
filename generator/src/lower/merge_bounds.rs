//! Merges the same schemas once, and limits how many are merged.

use super::lowered::LoweredSchema;
use super::state::Schemas;
use super::subschemas::Subschemas;
use crate::diagnostics::Omission;
use crate::document::{NodeRef, Pointer};

/// The most members of merged schemas.
const MAX_MERGED_MEMBERS: usize = 20_000;

impl<'a> Schemas<'a> {
    /// Lowers a merge of several declarations, once.
    pub(super) fn merge_once(
        &mut self,
        nodes: &[NodeRef<'a>],
        lower: impl FnOnce(&mut Self) -> Option<LoweredSchema>,
    ) -> Option<LoweredSchema> {
        let declarations: Vec<_> = nodes.iter().map(|node| node.at.clone()).collect();
        if let Some(done) = self.memo.merged.get(&declarations) {
            return done.clone();
        }
        let lowered = lower(self);
        self.memo.merged.insert(declarations, lowered.clone());
        lowered
    }

    /// Returns whether one more merged schema may become a type. The number of merges multiplies with nested unions.
    pub(super) fn may_merge(&mut self, subschemas: &Subschemas<'a>, at: &Pointer) -> bool {
        self.bounds.merged_members +=
            1 + subschemas.list.iter().map(|subschema| subschema.keywords.properties.len()).sum::<usize>();
        let may = self.bounds.merged_members <= MAX_MERGED_MEMBERS;
        if !may {
            self.unsupported(
                Omission::Schema,
                at,
                "too many schemas are merged; the keywords beside the union are left out",
            )
            .help("write what is shared in each alternative, or choose between fewer");
        }
        may
    }
}
