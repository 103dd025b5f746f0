//! What the body of a success means, and by what a call is looked up.

use super::{Content, FailureOutcome, Operation, Service, Shape, Struct, Type, TypeDef, Types};
use crate::document::Pointer;

/// What the body of a success means.
#[derive(Debug, Clone)]
pub struct Success {
    /// Lists of members: a body without the member that declares success is one all the same with all members of one list.
    pub known_by: Vec<Vec<String>>,
    /// What values of members mean. The first that holds decides; if none does, the call is open.
    pub states: Vec<State>,
    /// The reason codes, whole, by which a failure is known to be a decline.
    pub decline_codes: Vec<String>,
    /// Where the document says so.
    pub at: Pointer,
}

impl Success {
    /// Whether both say the same, wherever they stand.
    #[must_use]
    pub fn means_same(&self, other: &Self) -> bool {
        let Self { known_by, states, decline_codes, at: _ } = self;
        (known_by, states, decline_codes) == (&other.known_by, &other.states, &other.decline_codes)
    }
}

/// What a success means whose members have certain values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Members, and the values of which each has one.
    pub when: Vec<(String, Vec<String>)>,
    /// Members that are there as well, and not empty.
    pub with: Vec<String>,
    /// What that means.
    pub means: Means,
}

/// What a success means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
    /// What was asked for is done.
    Done,
    /// What was asked for is under way.
    Open,
    /// What was asked for is declined; whether the server may have acted.
    Declined(FailureOutcome),
}

impl Types {
    /// The object that a type is, behind aliases.
    #[must_use]
    pub fn object<'a>(&'a self, ty: &'a Type) -> Option<&'a Struct> {
        let Type::Named(id) = self.resolve(ty) else { return None };
        match &self.get(*id).shape {
            Shape::Struct(object) => Some(object),
            Shape::Enum(_) | Shape::Union(_) | Shape::Alias(_) => None,
        }
    }
}

impl Operation {
    /// What the bodies of its successes mean, as the first says that says it.
    #[must_use]
    pub fn success<'a>(&'a self, types: &'a Types) -> Option<&'a Success> {
        self.answer.types().find_map(|ty| types.object(ty)?.success.as_deref())
    }

    /// Returns the type that [`success`](Self::success) stands with.
    #[must_use]
    pub fn success_type<'a>(&'a self, types: &'a Types) -> Option<&'a TypeDef> {
        let has_success = |ty: &&Type| types.object(ty).is_some_and(|object| object.success.is_some());
        match types.resolve(self.answer.types().find(has_success)?) {
            Type::Named(id) => Some(types.get(*id)),
            _ => None,
        }
    }

    /// Whether its bodies declare the member of the service's result codes.
    #[must_use]
    pub fn has_result_codes(&self, types: &Types, service: &Service) -> bool {
        let Some(result) = &service.failure.result else { return false };
        let bodies = self.answer.types().chain(self.failures.iter().map(|failure| &failure.ty));
        let mut objects = bodies.filter_map(|ty| types.object(ty));
        objects.any(|object| object.declares(&result.member))
    }

    /// The members of its body in JSON by which a call can be looked up with the service, in the document's order.
    pub fn look_up_by<'a>(&'a self, types: &'a Types) -> impl Iterator<Item = &'a str> {
        let object = self.body.as_ref().and_then(|body| match &body.content {
            Content::Json { ty, .. } => types.object(ty),
            Content::Form { .. } | Content::Multipart { .. } | Content::Raw { .. } => None,
        });
        let fields = object.into_iter().flat_map(|object| &object.fields);
        fields.filter(|field| field.look_up).map(|field| field.name.wire())
    }
}

impl Struct {
    /// Whether a member is declared.
    #[must_use]
    pub fn declares(&self, wire: &str) -> bool {
        self.fields.iter().any(|field| field.name.wire() == wire)
    }
}
