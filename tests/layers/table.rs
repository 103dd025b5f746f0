//! Which layers there are, from the lowest to the highest.

/// The layers of a crate.
pub(crate) struct Layers {
    /// The folder of its `lib.rs`, from here.
    pub(crate) src: &'static str,
    /// The folders and files of each layer. Those of one layer are independent or recursive.
    pub(crate) layers: &'static [&'static [&'static str]],
    /// The files that import each other because their data is recursive.
    pub(crate) circles: &'static [Circle],
}

/// Files of one folder that import each other.
pub(crate) struct Circle {
    pub(crate) files: &'static [&'static str],
    pub(crate) reason: &'static str,
}

pub(crate) const GENERATOR: Layers = Layers {
    src: "../generator/src",
    layers: &[
        &["document", "mode"],
        &["source"],
        &["diagnostics"],
        &["names"],
        &["ir"],
        &["overlay"],
        &["ledger", "read"],
        &["lower"],
        &["analyze"],
        &["emit"],
        &["render"],
        &["output"],
        &["surface"],
        &["compare", "lint", "page", "reach"],
        // The crate's root has `generate`, and the program calls it.
        &["lib"],
        &["cli"],
        &["main"],
    ],
    circles: &[
        Circle {
            files: &["document/object_members.rs", "document/value.rs"],
            reason: "a value holds members, and members hold values",
        },
        Circle {
            files: &["emit/prose/inline.rs", "emit/prose/mod.rs"],
            reason: "inline markup stands in blocks, and an image or a link holds inline markup",
        },
        Circle {
            files: &["lower/objects.rs", "lower/schema_type.rs", "lower/unions.rs"],
            reason: "a schema's type is an object or a union, and those are made of schemas",
        },
    ],
};

pub(crate) const RUNTIME: Layers = Layers {
    src: "../generator/runtime/src",
    layers: &[
        // Re-exports alone; code of this crate names what they lead to.
        &["codegen", "lib"],
        &["syntax"],
        &["model"],
        &["environment"],
        &["redaction"],
        &["transport_api"],
        &["contract"],
        &["idempotency"],
        &["response"],
        &["classification"],
        &["retry"],
        &["error"],
        &["observe"],
        &["auth"],
        &["body"],
        &["transports"],
        &["client"],
        &["calls"],
        &["testing"],
    ],
    circles: &[
        Circle {
            files: &["model/object.rs", "model/union.rs", "model/value.rs"],
            reason: "a value can be an object or a union, and those hold values",
        },
        Circle {
            files: &["transports/hyper/builder.rs", "transports/hyper/mod.rs"],
            reason: "a transport begins its builder, and the builder builds the transport",
        },
    ],
};
