//! References to components, followed to their end.

use crate::diagnostics::{Code, Diagnostics, Skip, correction};
use crate::document::node_ref::{Spot, component_key};
use crate::document::references::{self, Broken, References};
use crate::document::{Pointer, Value};
use crate::mode::Unsupported;

/// The component behind a reference of one kind (`parameters`, `headers`, `responses`, ...), or the node itself.
pub(super) fn follow<'a>(
    root: References<'a>,
    spot: Spot<'a>,
    kind: &str,
    unsupported: Unsupported,
    diagnostics: &mut Diagnostics,
) -> Option<Spot<'a>> {
    // In a document of our own, a component stands where components of its kind do.
    let may_be = |found: &Spot<'a>| unsupported == Unsupported::Skip || component_key(&found.at, kind).is_some();
    let followed =
        references::follow(spot, Spot::reference, |_, reference| root.find(reference).filter(|found| may_be(found)));
    match followed {
        Ok(spot) => Some(spot),
        Err(Broken::Dangling(spot)) => {
            let reference = spot.reference().unwrap_or_default();
            let known = root.components(kind).into_iter().flat_map(Value::members).map(|(key, _)| key);
            let last = Pointer::parse(reference).and_then(|at| at.last());
            let help = correction(last.as_deref(), known, "define it there");
            let message = format!("`{reference}` points to nothing under #/components/{kind}");
            diagnostics
                .left_out(unsupported, Skip::Reference, Code::Reference, &spot.at.join("$ref"), message)
                .help(help);
            None
        }
        Err(Broken::Circle(spot)) => {
            let message = "the references go round in a circle";
            diagnostics
                .left_out(unsupported, Skip::Reference, Code::Reference, &spot.at, message)
                .help("let one of them be the thing itself");
            None
        }
    }
}
