//! A lowered schema.

use crate::ir::{Access, Constraints, Docs, Status, Type, Visibility};

/// The type, constraints and annotations of a schema.
#[derive(Debug, Clone)]
pub(super) struct LoweredSchema {
    pub(super) ty: Type,
    pub(super) nullable: bool,
    pub(super) constraints: Constraints,
    pub(super) visibility: Visibility,
    pub(super) access: Access,
    pub(super) look_up: bool,
    pub(super) default: Option<String>,
    pub(super) status: Status,
    pub(super) docs: Docs,
    pub(super) rust_name: Option<String>,
}

impl LoweredSchema {
    /// Creates a schema that only has a type.
    pub(super) fn plain(ty: Type) -> Self {
        Self {
            ty,
            nullable: false,
            constraints: Constraints::default(),
            visibility: Visibility::Shown,
            access: Access::Both,
            look_up: false,
            default: None,
            status: Status::Current,
            docs: Docs::default(),
            rust_name: None,
        }
    }

    /// Returns the type of an element or a value, which has no presence of its own.
    pub(super) fn element(&self) -> Type {
        if self.nullable { Type::Nullable(Box::new(self.ty.clone())) } else { self.ty.clone() }
    }
}
