//! The seed documents, and the sequence of mutants.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use anyhow::{Context, bail};
use fastrand::Rng;
use sdk_generator::cli::corpus;
use serde_yaml::Value;

use super::mutate::{slip, slip_in_text};

/// How a tree is spelt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    Yaml,
    Json,
}

impl Spelling {
    /// Returns the text of a tree. What JSON cannot say is spelt as YAML; nothing if that cannot say it either.
    pub(super) fn of(self, tree: &Value) -> Option<String> {
        let json = || serde_json::to_string(tree).ok();
        Some(self)
            .filter(|spelling| *spelling == Self::Json)
            .and_then(|_| json())
            .or_else(|| serde_yaml::to_string(tree).ok())
    }
}

/// A document.
struct Seed {
    name: String,
    text: String,
    spelling: Spelling,
    /// Read when it is needed; nothing for what is no YAML, which is good for slips in the text.
    tree: OnceLock<Option<Value>>,
}

impl Seed {
    fn tree(&self) -> Option<&Value> {
        let read = || match self.spelling {
            Spelling::Json => serde_json::from_str(&self.text).ok(),
            Spelling::Yaml => serde_yaml::from_str(&self.text).ok(),
        };
        self.tree.get_or_init(read).as_ref()
    }

    /// Returns how often it is taken: what takes longer is taken less often, so that each has about the same time.
    fn weight(&self) -> u64 {
        let bytes = u64::try_from(self.text.len()).unwrap_or(u64::MAX);
        ((1 << 26) / bytes.max(1 << 11)).max(1)
    }
}

/// All documents.
pub(super) struct Seeds(Vec<Seed>);

/// A document with slips in it.
#[derive(Debug, Clone)]
pub(super) struct Mutant {
    /// The document it was made of.
    pub(super) name: String,
    pub(super) form: Form,
}

/// A mutant as far as it can be taken apart.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Form {
    Tree(Value, Spelling),
    Text(String),
}

impl Form {
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Self::Tree(tree, spelling) => spelling.of(tree),
            Self::Text(text) => Some(text.clone()),
        }
    }
}

/// Documents of this repository, relative to its root: files, and folders of them.
const OWN: [&str; 2] = ["spec", "tests/fixtures/accepted"];

impl Seeds {
    /// Returns the repository's own documents, and those below another folder.
    pub(super) fn load(root: &Path, corpus: Option<&Path>) -> anyhow::Result<Self> {
        let mut seeds = Vec::new();
        for folder in OWN.iter().map(|folder| root.join(folder)).chain(corpus.map(Path::to_owned)) {
            for document in corpus::find(&folder)? {
                let text = fs::read_to_string(&document.path)
                    .with_context(|| format!("{} cannot be read", document.path.display()))?;
                let is_json = text.trim_start().starts_with('{');
                let spelling = if is_json { Spelling::Json } else { Spelling::Yaml };
                seeds.push(Seed { name: document.name, text, spelling, tree: OnceLock::new() });
            }
        }
        if seeds.is_empty() {
            bail!("there is no document to make slips in");
        }
        Ok(Self(seeds))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the mutant of a number: the same for the same seed, on every machine and in every run.
    pub(super) fn mutant(&self, seed: u64, number: u64) -> Mutant {
        let mut rng = Rng::with_seed(seed.rotate_left(32) ^ number);
        let weights: Vec<_> = self.0.iter().map(Seed::weight).collect();
        let mut at = rng.u64(..weights.iter().sum::<u64>());
        let chosen = self.0.iter().zip(weights).find(|(_, weight)| {
            let is_here = at < *weight;
            at = at.saturating_sub(*weight);
            is_here
        });
        let (chosen, _) = chosen.expect("the number is less than the sum of the weights");
        Mutant { name: chosen.name.clone(), form: form(chosen, &mut rng) }
    }
}

fn form(seed: &Seed, rng: &mut Rng) -> Form {
    let Some(tree) = seed.tree() else { return Form::Text(slip_in_text(&seed.text, rng)) };
    // One in twelve is no tree any more.
    if rng.u8(..12) == 0 {
        let once = slip_in_text(&seed.text, rng);
        return Form::Text(if rng.bool() { slip_in_text(&once, rng) } else { once });
    }
    let mut tree = tree.clone();
    // Mostly one slip, so that others do not hide it; sometimes several that only together do harm.
    let slips = [1, 1, 1, 2, 3, 6][rng.usize(..6)];
    (0..slips).for_each(|_| slip(&mut tree, rng));
    let spelling = if rng.u8(..4) == 0 { Spelling::Json } else { seed.spelling };
    Form::Tree(tree, spelling)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seeds() -> Seeds {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        Seeds::load(root, None).unwrap()
    }

    #[test]
    fn a_mutant_is_the_same_whenever_it_is_made() {
        let (one, other) = (seeds(), seeds());
        for number in [3, 1, 2] {
            assert_eq!(one.mutant(7, number).form, other.mutant(7, number).form);
        }
        let made = |seed| (0..20).map(|number| one.mutant(seed, number).form.text()).collect::<Vec<_>>();
        assert_ne!(made(7), made(8));
    }

    #[test]
    fn what_json_cannot_say_is_spelt_as_yaml() {
        let odd: Value = serde_yaml::from_str("{[a]: 1}").unwrap();
        assert!(Spelling::Json.of(&odd).unwrap().contains("? "));
        assert_eq!(Spelling::Json.of(&1.into()).as_deref(), Some("1"));
    }
}
