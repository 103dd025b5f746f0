//! References to components, followed to their end.

use crate::diagnostics::{Assumption, Code, Omission, Reporter, correction};
use crate::document::references::{self, Broken};
use crate::document::{NodeRef, Pointer, References, Value, component_key};

/// Returns the component behind a reference of one kind (`parameters`, `headers`, `responses`, ...), or the node itself.
pub(super) fn follow<'a>(
    root: References<'a>,
    node: NodeRef<'a>,
    kind: &str,
    reporter: &mut Reporter<'_>,
) -> Option<NodeRef<'a>> {
    // In strict mode a reference may only name a component of its kind.
    let may_be = |found: &NodeRef<'a>| {
        reporter.assumes(Assumption::ReferencesToAnyNode) || component_key(&found.at, kind).is_some()
    };
    let followed =
        references::follow(node, NodeRef::reference, |_, reference| root.find(reference).filter(|found| may_be(found)));
    match followed {
        Ok(node) => Some(node),
        Err(Broken::Dangling(node)) => {
            let reference = node.reference().unwrap_or_default();
            let known = root.components(kind).into_iter().flat_map(Value::members).map(|(key, _)| key);
            let last = Pointer::parse(reference).and_then(|at| at.last());
            let help = correction(last.as_deref(), known, "define it there");
            let message = format!("`{reference}` points to nothing under #/components/{kind}");
            reporter.unsupported(Omission::Reference, Code::Reference, &node.at.join("$ref"), message).help(help);
            None
        }
        Err(Broken::Circle(node)) => {
            let message = "the references go round in a circle";
            reporter
                .unsupported(Omission::Reference, Code::Reference, &node.at, message)
                .help("let one of them be the thing itself");
            None
        }
    }
}
