//! Every change of the service's document is reported, or is documentation.

use std::thread;

use sdk_generator::document::{Members, Value};

use super::*;

/// What an edit does to a node.
#[derive(Debug, Clone, Copy)]
enum Edit {
    Delete,
    /// Another value of the same kind.
    Alter,
    /// A value of another kind.
    Exchange,
}

impl Edit {
    const ALL: [Self; 3] = [Self::Delete, Self::Alter, Self::Exchange];

    /// Returns what becomes of a node: nothing when it is deleted. The inner `None` is for what has no other value of
    /// its kind.
    fn of(self, node: &Value) -> Option<Option<Value>> {
        Some(match (self, node) {
            (Self::Delete, _) => None,
            (Self::Alter, Value::Null) => return None,
            (Self::Alter, Value::Bool(truth)) => Some(Value::Bool(!truth)),
            (Self::Alter, Value::Number(digits)) => Some(Value::Number(format!("1{digits}"))),
            (Self::Alter, Value::Text(text)) => Some(Value::Text(format!("{text}Other"))),
            (Self::Alter, Value::List(_)) => Some(Value::List(vec!["other".into()])),
            (Self::Alter, Value::Object(_)) => {
                Some([("other", Value::from("other"))].into_iter().collect::<Members>().into())
            }
            (Self::Exchange, Value::Text(_)) => Some(Value::Number("7".to_owned())),
            (Self::Exchange, _) => Some("other".into()),
        })
    }
}

/// The steps from the root to a node.
pub(super) type Path = Vec<String>;

/// The keywords that are documentation, and nothing else is.
const DOCUMENTATION: [&str; 7] = ["description", "summary", "title", "example", "examples", "externalDocs", "tags"];

/// The keywords whose members have names of the document's own.
const NAMES: [&str; 9] =
    ["paths", "properties", "schemas", "parameters", "headers", "responses", "content", "securitySchemes", "scopes"];

/// Lists all nodes below one, each with its path and whether it is documentation.
fn nodes(node: &Value, path: &Path, names: bool, documentation: bool, found: &mut Vec<(Path, bool)>) {
    let below = |name: String| path.iter().cloned().chain([name]).collect::<Path>();
    for (key, member) in node.members() {
        let documentation = documentation || !names && DOCUMENTATION.contains(&key);
        let path = below(key.to_owned());
        nodes(member, &path, !names && NAMES.contains(&key), documentation, found);
        found.push((path, documentation));
    }
    for (index, element) in node.elements().enumerate() {
        let path = below(index.to_string());
        nodes(element, &path, false, documentation, found);
        found.push((path, documentation));
    }
}

/// Returns a tree in which the node at a path is another one, or is gone.
pub(super) fn edited(node: &Value, path: &[String], new: Option<&Value>) -> Value {
    let Some((step, rest)) = path.split_first() else { return new.cloned().unwrap_or(Value::Null) };
    let inner = |member: &Value| match (rest.is_empty(), new) {
        (true, new) => new.cloned(),
        (false, _) => Some(edited(member, rest, new)),
    };
    match node {
        Value::Object(members) => {
            let members = members.iter().filter_map(|(key, member)| match key == step {
                true => inner(member).map(|member| (key, member)),
                false => Some((key, member.clone())),
            });
            members.collect::<Members>().into()
        }
        Value::List(elements) => {
            let elements =
                elements.iter().enumerate().filter_map(|(index, element)| match index.to_string() == *step {
                    true => inner(element),
                    false => Some(element.clone()),
                });
            Value::List(elements.collect())
        }
        other => other.clone(),
    }
}

/// Returns whether a reviewer has something to look at.
fn is_noticed(setup: &Setup, value: Value) -> bool {
    let theirs = Document { value, files: Vec::new() };
    let differences = compare::upstream(&setup.ours.document, &setup.ours.api, &theirs);
    let fingerprints: Vec<_> = differences.iter().map(compare::Difference::fingerprint).collect();
    let is_unaccepted = |fingerprint: &String| setup.accepted.reason_of_upstream(fingerprint).is_none();
    let stale = setup.accepted.stale_upstream(|wanted| fingerprints.iter().any(|one| one == wanted));
    fingerprints.iter().any(is_unaccepted) || !stale.is_empty()
}

/// What became of some edits.
#[derive(Debug, Default)]
struct Tally {
    noticed: usize,
    /// Edits of documentation, which nobody has to look at.
    passed: usize,
    wrong: Vec<String>,
}

impl Tally {
    /// Makes every edit at some nodes of a document, one at a time.
    fn of(setup: &Setup, theirs: &Value, nodes: &[(Path, bool)]) -> Self {
        let mut tally = Self::default();
        for (path, is_documentation) in nodes {
            let node = path.iter().try_fold(theirs, |node, step| match node {
                Value::List(elements) => step.parse().ok().and_then(|index: usize| elements.get(index)),
                other => other.get(step),
            });
            for edit in Edit::ALL {
                let Some(new) = edit.of(node.expect("the path leads to a node")) else { continue };
                match is_noticed(setup, edited(theirs, path, new.as_ref())) {
                    true if !is_documentation => tally.noticed += 1,
                    false if *is_documentation => tally.passed += 1,
                    is_noticed => tally.wrong.push(format!("{edit:?} /{}: noticed {is_noticed}", path.join("/"))),
                }
            }
        }
        tally
    }

    fn and(mut self, other: Self) -> Self {
        self.wrong.extend(other.wrong);
        Self { noticed: self.noticed + other.noticed, passed: self.passed + other.passed, wrong: self.wrong }
    }
}

#[test]
fn every_edit_changes_the_report_unless_it_is_documentation() {
    let (setup, theirs) = (Setup::new(), extract().document.value);
    assert!(!is_noticed(&setup, theirs.clone()), "there is something to look at before anything is edited");
    let mut all = Vec::new();
    nodes(&theirs, &Path::new(), false, false, &mut all);
    let share = all.len().div_ceil(thread::available_parallelism().map_or(1, usize::from));
    let tally = thread::scope(|scope| {
        let shares = all.chunks(share).map(|share| scope.spawn(|| Tally::of(&setup, &theirs, share)));
        let shares: Vec<_> = shares.collect();
        shares.into_iter().map(|share| share.join().expect("no edit ends a comparison")).reduce(Tally::and)
    });
    let Tally { noticed, passed, wrong } = tally.unwrap_or_default();
    println!(
        "nodes: {}, edits: {}, noticed: {noticed}, documentation: {passed}",
        all.len(),
        noticed + passed + wrong.len()
    );
    assert!(wrong.is_empty(), "{} edits go wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(noticed > 3000 && passed > 50, "{noticed} and {passed}: the extract is not what it was");
}

/// An edit of the service's document, in words, and what the report says of it.
type Case = (&'static str, fn(&str) -> String, &'static [&'static str]);

/// Without them calls would be paid twice, or fail.
#[test]
fn a_change_of_key_server_scheme_or_token_path_is_reported_by_name() {
    let cases: [Case; 9] = [
        (
            "the key is gone",
            |text| text.replace("      - $ref: '#/components/parameters/GLOBAL_HEADER_Idempotency_Key'\n", ""),
            &["header Idempotency-Key, parameter: only ours", "takes no idempotency key any more"],
        ),
        (
            "the key has another name",
            |text| text.replace("name: Idempotency-Key", "name: Request-Key"),
            &["header Idempotency-Key, parameter: only ours", "header Request-Key, parameter: only theirs"],
        ),
        (
            "the key has to be given",
            |text| {
                let key = "      name: Idempotency-Key\n      required: false";
                text.replace(key, &key.replace("false", "true"))
            },
            &["header Idempotency-Key, required: ours false, theirs true"],
        ),
        (
            "the key is shorter",
            |text| {
                text.replace(
                    "        maxLength: 255\n        type: string\n    GLOBAL",
                    "        maxLength: 36\n    GLOBAL",
                )
            },
            &["header Idempotency-Key, maxLength: ours 254, theirs 36", "a limit lets less pass"],
        ),
        (
            "a server is gone",
            |text| text.replace("- url: https://rest.eu.zuora.com\n", ""),
            &["server https://rest.eu.zuora.com, server: only ours", "Environment::EuProduction"],
        ),
        (
            "a server is new",
            |text| text.replace("servers:\n", "servers:\n- url: https://rest.moon.zuora.com\n"),
            &["server https://rest.moon.zuora.com, server: only theirs"],
        ),
        (
            "the scheme is another one",
            |text| text.replace("scheme: bearer", "scheme: basic"),
            &["security, security: ours {\"flows\"", "theirs {\"scheme\":\"basic\",\"type\":\"http\"}"],
        ),
        (
            "tokens come from elsewhere",
            |text| text.replace("/oauth/token:", "/oauth2/token:"),
            &["token endpoint, operation: only ours: POST /oauth/token"],
        ),
        (
            "a token is called otherwise",
            |text| text.replace("access_token:", "token:"),
            &["token endpoint response 200.access_token, property: only ours"],
        ),
    ];
    let (setup, theirs) = (Setup::new(), extract());
    for (what, edit, wanted) in cases {
        let text = edit(theirs.source.text());
        assert!(text != theirs.source.text(), "{what}: the edit fits nowhere");
        let source = Source::new(EXTRACT, text);
        let document = document(&source).expect("the edit leaves a document");
        let report = setup.report(&Theirs { source, document });
        assert!(!report.is_settled(), "{what}");
        let text = report.text(1000, false);
        for wanted in wanted {
            assert!(text.contains(wanted), "{what}: {wanted} is not in\n{text}");
        }
    }
}
