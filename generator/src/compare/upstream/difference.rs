//! What another document says otherwise, and what it would mean to say the same.

use std::hash::Hasher;

use siphasher::sip::SipHasher24;

use crate::compare::api_change::ChangeLocation;
use crate::compare::policy::{Direction, Effect, Rule, Verdict};

/// Something that another document says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What it would mean to say the same; nothing for a keyword of which no rule is made.
    pub rule: Option<Rule>,
    /// Which way goes what is otherwise.
    pub way: Direction,
    /// What it is a difference of, by the names of our document.
    pub subject: String,
    /// The keyword, or the part of OpenAPI.
    pub keyword: String,
    /// What our document says.
    pub ours: Option<String>,
    /// What the other one says.
    pub theirs: Option<String>,
    /// The public items of ours that it is about.
    pub items: Vec<String>,
    /// Where it is met, since a type may be shared; of several ways from one body to it, the shortest.
    pub users: Vec<String>,
    /// How many uses lead to it, those of types that have it in them included.
    pub uses: usize,
    /// Where it stands.
    pub at: ChangeLocation,
}

impl Difference {
    /// Returns what it means to take it over; nothing where no rule says it.
    #[must_use]
    pub fn verdict(&self) -> Option<Verdict> {
        self.rule.map(|rule| rule.verdict(self.way))
    }

    /// Returns how serious it is. What no rule knows is taken for what may break.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.verdict().map_or(Effect::Breaking, Verdict::worst)
    }

    /// Returns what it is known by, as long as both documents say the same of it, and the same places are affected.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut hasher = SipHasher24::new();
        let texts = [Some(&self.subject), Some(&self.keyword), self.ours.as_ref(), self.theirs.as_ref()];
        let uses = self.uses.to_string();
        for text in texts.into_iter().chain([Some(&uses)]).chain(self.users.iter().map(Some)) {
            hasher.write(text.map_or("", String::as_str).as_bytes());
            // No text has it: what is missing is told from what is empty, and no letters are passed to a neighbor.
            hasher.write_u8(if text.is_some() { 0xff } else { 0xfe });
        }
        format!("{:010x}", hasher.finish() >> 24)
    }
}
