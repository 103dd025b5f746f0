//! The keys of the `x-sdk-` extensions.
//!
//! [`crate::read`] checks every key against [`KNOWN`], so that a misspelt extension is an error.

/// The Rust name of a schema, property, operation, parameter or server.
pub(crate) const NAME: &str = "x-sdk-name";
/// `true`: the value is redacted wherever values are printed.
pub(crate) const SENSITIVE: &str = "x-sdk-sensitive";
/// Where a header parameter is set.
pub(crate) const SET_BY: &str = "x-sdk-set-by";
/// The default value of a header parameter.
pub(crate) const SEND: &str = "x-sdk-send";
/// Marks the idempotency key among the header parameters.
pub(crate) const IDEMPOTENCY_KEY: &str = "x-sdk-idempotency-key";
/// What becomes of a response without a required member.
pub(crate) const MISSING_RESPONSE_MEMBERS: &str = "x-sdk-missing-response-members";
/// What texts of requests may hold.
pub(crate) const TEXT: &str = "x-sdk-text";
/// What a response header means.
pub(crate) const ROLE: &str = "x-sdk-role";
/// How client credentials are sent to the token endpoint.
pub(crate) const CLIENT_AUTHENTICATION: &str = "x-sdk-client-authentication";
/// Where failures stand in a body and what they mean.
pub(crate) const FAILURE: &str = "x-sdk-failure";
/// The members that the body of a success must have.
pub(crate) const SUCCESS_REQUIRES: &str = "x-sdk-success-requires";
/// What the body of a success means.
pub(crate) const SUCCESS: &str = "x-sdk-success";
/// `true`: a call can be looked up with the service by the value.
pub(crate) const LOOK_UP: &str = "x-sdk-look-up";
/// Named constructors of a request.
pub(crate) const CONSTRUCTORS: &str = "x-sdk-constructors";
/// What holds between the members of a request.
pub(crate) const RULES: &str = "x-sdk-rules";
/// The pattern that undeclared member names match.
pub(crate) const ADDITIONAL_PROPERTY_NAMES: &str = "x-sdk-additional-property-names";
/// The meaning of each value of an enum; a spelling that other tools render too.
pub(crate) const ENUM_DESCRIPTIONS: &str = "x-enumDescriptions";

/// Every extension with the prefix.
pub(crate) const KNOWN: &[&str] = &[
    NAME,
    SENSITIVE,
    SET_BY,
    SEND,
    IDEMPOTENCY_KEY,
    MISSING_RESPONSE_MEMBERS,
    TEXT,
    ROLE,
    CLIENT_AUTHENTICATION,
    FAILURE,
    SUCCESS_REQUIRES,
    SUCCESS,
    LOOK_UP,
    CONSTRUCTORS,
    RULES,
    ADDITIONAL_PROPERTY_NAMES,
];

/// What can stand at the document's root.
pub(crate) const OF_ROOT: &[&str] = &[FAILURE, MISSING_RESPONSE_MEMBERS, TEXT];

/// What can stand at any schema.
pub(crate) const OF_SCHEMAS: &[&str] = &[NAME, SENSITIVE];

/// What can stand at the schema of a property, beside that.
pub(crate) const OF_PROPERTIES: &[&str] = &[NAME, SENSITIVE, LOOK_UP];

/// What can stand at the schema of an object.
pub(crate) const OF_OBJECTS: &[&str] =
    &[NAME, SENSITIVE, SUCCESS_REQUIRES, SUCCESS, CONSTRUCTORS, RULES, ADDITIONAL_PROPERTY_NAMES];

/// The prefix of [`KNOWN`].
pub(crate) const PREFIX: &str = "x-sdk-";
