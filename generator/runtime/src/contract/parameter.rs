//! How values are written where there is no JSON: in paths, queries, headers, cookies and forms.
//!
//! The styles are those of OpenAPI 3.0.4, which are those of RFC 6570; earlier editions differ in their example of a label
//! alone. Where no style has a place for a value, a list within a list say, its JSON stands for it. What is absent is
//! left out, and so is `null` where a style knows no word for it.

use std::borrow::Cow;

use crate::model::{Constraints, Node, Value, each_sent_member, encode_sent};
use crate::syntax::{is_json, percent_encode, percent_encode_query};

/// One parameter of an operation.
#[derive(Debug)]
pub struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) required: bool,
    pub(crate) constraints: Constraints,
    style: Style,
    explode: bool,
    allow_reserved: bool,
    json: bool,
    members: bool,
}

impl Parameter {
    /// Creates an optional parameter without constraints, written as in a form, each element by itself.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            required: false,
            constraints: Constraints::new(),
            style: Style::Form,
            explode: true,
            allow_reserved: false,
            json: false,
            members: false,
        }
    }

    /// Sets how the value is written. Sets [`explode`](Self::explode) to what is usual for the style.
    #[must_use]
    pub const fn style(mut self, style: Style) -> Self {
        self.style = style;
        self.explode = style.explodes();
        self
    }

    /// Returns whether each element or member stands by itself.
    #[must_use]
    pub const fn explode(mut self, explode: bool) -> Self {
        self.explode = explode;
        self
    }

    /// Marks the parameter as required.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Sets the constraints of the value.
    #[must_use]
    pub const fn constraints(mut self, constraints: Constraints) -> Self {
        self.constraints = constraints;
        self
    }

    /// Sends punctuation in a query unencoded wherever that cannot change what the URL means.
    #[must_use]
    pub const fn allow_reserved(mut self) -> Self {
        self.allow_reserved = true;
        self
    }

    /// Writes the value as JSON.
    #[must_use]
    pub const fn json(mut self) -> Self {
        self.json = true;
        self
    }

    /// Marks a value that may be an object. With `explode` each member stands under its own name, which can
    /// be any: a call that was kept and has such names is refused without this.
    #[must_use]
    pub const fn members(mut self) -> Self {
        self.members = true;
        self
    }

    /// Returns whether the parameter, in a query, goes by this name.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        let rest = name.strip_prefix(self.name);
        rest.is_some_and(|rest| rest.is_empty() || self.style == Style::DeepObject && rest.starts_with('['))
    }

    /// Returns whether the value may, in a query, stand under the names of its members.
    pub(crate) fn may_spread(&self) -> bool {
        self.members && self.explode && !self.json && self.style != Style::DeepObject
    }

    /// Returns the value as a piece of a path; empty when there is none.
    pub(crate) fn in_path(&self, node: &Node<'_>) -> String {
        if self.json {
            return percent_encode(&json(node));
        }
        expand(self.name, shape(node), self.style, self.explode, &percent_encode).unwrap_or_default()
    }

    /// Returns the value as pieces of a query; `None` when there is none, and nothing when it is an empty list or object.
    pub(crate) fn in_query(&self, node: &Node<'_>) -> Option<String> {
        let encode = if self.allow_reserved { percent_encode_query } else { percent_encode };
        self.pairs(node, "&", &encode)
    }

    /// Returns the value as cookies; `None` when there is none.
    pub(crate) fn in_cookies(&self, node: &Node<'_>) -> Option<String> {
        self.pairs(node, "; ", &percent_encode)
    }

    fn pairs(&self, node: &Node<'_>, between: &str, encode: Encode<'_>) -> Option<String> {
        let pairs = match node {
            Node::Absent => return None,
            node if self.json => vec![(self.name.to_owned(), encode(&json(node)))],
            node if is_null(node) && self.style != Style::DeepObject => return None,
            node => pairs(self.name, node, self.style, self.explode, encode),
        };
        let pairs = pairs.iter().map(|(name, value)| format!("{}={value}", percent_encode(name)));
        Some(pairs.collect::<Vec<_>>().join(between))
    }
}

/// How a value that is not JSON is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `name=a&name=b`, or `name=a,b`.
    Form,
    /// `name=a b`.
    SpaceDelimited,
    /// `name=a|b`.
    PipeDelimited,
    /// `name[member]=a`.
    DeepObject,
    /// `a,b`.
    Simple,
    /// `.a.b`.
    Label,
    /// `;name=a;name=b`.
    Matrix,
}

impl Style {
    /// Returns whether elements stand by themselves unless the document says otherwise.
    const fn explodes(self) -> bool {
        matches!(self, Self::Form)
    }
}

/// How one property of a form or of a multipart body is written.
#[derive(Clone, Copy, Debug)]
pub struct Encoding {
    pub(crate) property: &'static str,
    pub(crate) content_type: Option<&'static str>,
    /// The headers that a part must have.
    pub(crate) required_headers: &'static [&'static str],
    /// Bytes of the part are base64.
    pub(crate) base64: bool,
    style: Option<Style>,
    explode: Option<bool>,
    allow_reserved: bool,
}

impl Encoding {
    /// Creates the usual encoding of a property.
    #[must_use]
    pub const fn new(property: &'static str) -> Self {
        Self {
            property,
            content_type: None,
            required_headers: &[],
            base64: false,
            style: None,
            explode: None,
            allow_reserved: false,
        }
    }

    /// Sets the content type of the property.
    #[must_use]
    pub const fn content_type(mut self, content_type: &'static str) -> Self {
        self.content_type = Some(content_type);
        self
    }

    /// Sets how the property is written in a form. The content type does not count then.
    #[must_use]
    pub const fn style(mut self, style: Style) -> Self {
        self.style = Some(style);
        self
    }

    /// Returns whether each element or member stands by itself.
    #[must_use]
    pub const fn explode(mut self, explode: bool) -> Self {
        self.explode = Some(explode);
        self
    }

    /// Sets the headers that a part of the property must have.
    #[must_use]
    pub const fn required_headers(mut self, names: &'static [&'static str]) -> Self {
        self.required_headers = names;
        self
    }

    /// Sends bytes in a part as base64, unless they are a file with a name.
    #[must_use]
    pub const fn base64(mut self) -> Self {
        self.base64 = true;
        self
    }

    /// Sends punctuation unencoded wherever that cannot change what the form means.
    #[must_use]
    pub const fn allow_reserved(mut self) -> Self {
        self.allow_reserved = true;
        self
    }

    /// Returns the names and values of the property, both encoded.
    fn pairs(&self, node: &Node<'_>) -> Vec<(String, String)> {
        let name = || percent_encode(self.property);
        let is_json = self.content_type.is_some_and(is_json);
        match (self.style, self.explode, node) {
            (None, None, node) if is_json => vec![(name(), percent_encode(&json(node)))],
            (None, None, node) => content_pairs(self.property, node),
            (_, _, node) if is_null(node) => vec![(name(), String::new())],
            (style, explode, node) => {
                let style = style.unwrap_or(Style::Form);
                let encode = if self.allow_reserved { percent_encode_query } else { percent_encode };
                let pairs = pairs(self.property, node, style, explode.unwrap_or(style.explodes()), &encode);
                pairs.into_iter().map(|(name, value)| (percent_encode(&name), value)).collect()
            }
        }
    }
}

/// Returns the names and values of a form, both encoded.
///
/// A property without an encoding is written by its content type, which is that of text for a scalar, and that of JSON for an object
/// (OpenAPI 3.0.4 and 3.1.1, Encoding Object). A list is written as its elements under the same name. A form has no word for `null`; an
/// empty value stands for it, since leaving it out says something else.
pub(crate) fn form_pairs(body: &dyn Value, encodings: &[Encoding]) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    each_property(&body.node(), &mut |name, node| {
        let encoding = encodings.iter().find(|encoding| encoding.property == name);
        pairs.append(&mut encoding.map_or_else(|| content_pairs(name, node), |encoding| encoding.pairs(node)));
    });
    pairs
}

/// Returns encoded names and values as `application/x-www-form-urlencoded`.
pub(crate) fn form_urlencode(pairs: &[(String, String)]) -> String {
    let pairs = pairs.iter().map(|(name, value)| format!("{name}={value}"));
    pairs.collect::<Vec<_>>().join("&")
}

/// Returns the names and values of a property that is written by its content type.
fn content_pairs(name: &str, node: &Node<'_>) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut add = |node: &Node<'_>| match node {
        Node::Absent => {}
        node => {
            let text = if is_null(node) { Cow::Borrowed("") } else { text(node) };
            pairs.push((percent_encode(name), percent_encode(&text)));
        }
    };
    if is_list(node) {
        each_item(node, &mut |item| {
            if !is_null(item) {
                add(item);
            }
        });
    } else {
        add(node);
    }
    pairs
}

/// Returns the value of a header; `None` when there is none, or it is an empty list or object.
pub(crate) fn header_text(node: &Node<'_>, explode: bool) -> Option<String> {
    expand("", shape(node), Style::Simple, explode, &str::to_owned)
}

/// Returns a value as text: a scalar by itself, anything else as JSON.
pub(crate) fn text<'a>(node: &'a Node<'_>) -> Cow<'a, str> {
    match node {
        Node::Text(text) => Cow::Borrowed(text),
        node => node.clone().into_scalar().unwrap_or_else(|| Cow::Owned(json(node))),
    }
}

/// Returns a value as JSON in ASCII, for headers: other characters are escaped (RFC 8259, 7).
pub(crate) fn ascii_json(node: &Node<'_>) -> String {
    let mut units = [0; 2];
    let mut escaped = |c: char| c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect();
    json(node).chars().map(|c| if c.is_ascii() { c.to_string() } else { escaped(c) }).collect()
}

/// Returns a value as JSON.
pub(crate) fn json(node: &Node<'_>) -> String {
    String::from_utf8(encode_sent(node)).expect("JSON is written from str and ASCII only")
}

/// What makes a text fit for where it will stand.
type Encode<'a> = &'a dyn Fn(&str) -> String;

/// What the styles tell apart.
enum Shape<'a> {
    Nothing,
    Scalar(Cow<'a, str>),
    List(Vec<String>),
    Members(Vec<(String, String)>),
}

fn shape<'a>(node: &'a Node<'_>) -> Shape<'a> {
    let is_there = |node: &Node<'_>| !matches!(node, Node::Absent) && !is_null(node);
    if !is_there(node) {
        return Shape::Nothing;
    }
    if is_list(node) {
        let mut items = Vec::new();
        each_item(node, &mut |item| items.extend(is_there(item).then(|| text(item).into_owned())));
        return Shape::List(items);
    }
    if is_object(node) {
        let mut members = Vec::new();
        each_property(node, &mut |name, node| {
            members.extend(is_there(node).then(|| (name.to_owned(), text(node).into_owned())));
        });
        return Shape::Members(members);
    }
    Shape::Scalar(text(node))
}

/// Names and values, these encoded, of a value that goes by a name.
fn pairs(name: &str, node: &Node<'_>, style: Style, explode: bool, encode: Encode<'_>) -> Vec<(String, String)> {
    if style == Style::DeepObject {
        let mut pairs = Vec::new();
        deepen(name, node, encode, &mut pairs);
        return pairs;
    }
    let between = match style {
        Style::SpaceDelimited => encode(" "),
        Style::PipeDelimited => encode("|"),
        _ => ",".to_owned(),
    };
    let named = |value: String| (name.to_owned(), value);
    let joined = |items: &[&String]| {
        let items: Vec<_> = items.iter().map(|item| encode(item)).collect();
        if items.is_empty() { Vec::new() } else { vec![named(items.join(&between))] }
    };
    match shape(node) {
        Shape::Nothing => Vec::new(),
        Shape::Scalar(text) => vec![named(encode(&text))],
        Shape::List(items) if explode => items.iter().map(|item| named(encode(item))).collect(),
        Shape::List(items) => joined(&items.iter().collect::<Vec<_>>()),
        Shape::Members(members) if explode => members.into_iter().map(|(name, value)| (name, encode(&value))).collect(),
        Shape::Members(members) => joined(&members.iter().flat_map(|(name, value)| [name, value]).collect::<Vec<_>>()),
    }
}

/// Writes the way to each value into its name. Elements have their numbers there, also those of lists of scalars: with `[]` it
/// would be open where one object ends and the next one begins, and servers that know either form know this one.
fn deepen(name: &str, node: &Node<'_>, encode: Encode<'_>, pairs: &mut Vec<(String, String)>) {
    if is_list(node) {
        let mut index = 0;
        each_item(node, &mut |item| {
            // An absent element still has its place.
            let item = if matches!(item, Node::Absent) { &Node::Null } else { item };
            deepen(&format!("{name}[{index}]"), item, encode, pairs);
            index += 1;
        });
    } else if is_object(node) {
        each_property(node, &mut |member, node| deepen(&format!("{name}[{member}]"), node, encode, pairs));
    } else if !matches!(node, Node::Absent) {
        let text = if is_null(node) { Cow::Borrowed("") } else { text(node) };
        pairs.push((name.to_owned(), encode(&text)));
    }
}

/// Returns a value in one of the styles that stand by themselves; `None` when there is nothing to write.
fn expand(name: &str, shape: Shape<'_>, style: Style, explode: bool, encode: Encode<'_>) -> Option<String> {
    let (start, between) = match style {
        Style::Label if explode => (".", "."),
        Style::Label => (".", ","),
        Style::Matrix if explode => (";", ";"),
        Style::Matrix => (";", ","),
        _ => ("", ","),
    };
    // Only a matrix says the name, and without a value nothing but that.
    let equals = |name: &str, value: &str| match value {
        "" if style == Style::Matrix => encode(name),
        value => format!("{}={value}", encode(name)),
    };
    let named = |value: String| if style == Style::Matrix { equals(name, &value) } else { value };
    let joined = |items: Vec<String>| (!items.is_empty()).then(|| items.join(between));
    let body = match shape {
        Shape::Nothing => None,
        Shape::Scalar(text) => Some(named(encode(&text))),
        Shape::List(items) if explode => joined(items.iter().map(|item| named(encode(item))).collect()),
        Shape::List(items) => joined(items.iter().map(|item| encode(item)).collect()).map(named),
        Shape::Members(members) if explode => {
            joined(members.iter().map(|(name, value)| equals(name, &encode(value))).collect())
        }
        Shape::Members(members) => {
            joined(members.iter().flat_map(|(name, value)| [encode(name), encode(value)]).collect()).map(named)
        }
    };
    body.map(|body| format!("{start}{body}"))
}

/// Returns the text of a value that is kept as JSON.
fn raw<'a>(node: &Node<'a>) -> Option<&'a str> {
    match node {
        Node::Json(json) | Node::Unknown { json, .. } => Some(json.text()),
        _ => None,
    }
}

fn is_null(node: &Node<'_>) -> bool {
    matches!(node, Node::Null) || raw(node).is_some_and(|text| text == "null")
}

fn is_list(node: &Node<'_>) -> bool {
    matches!(node, Node::List(_)) || raw(node).is_some_and(|text| text.starts_with('['))
}

fn is_object(node: &Node<'_>) -> bool {
    matches!(node, Node::Object(_) | Node::Map(_) | Node::Union(_))
        || raw(node).is_some_and(|text| text.starts_with('{'))
}

/// Passes the elements of a list.
fn each_item(node: &Node<'_>, item: &mut dyn FnMut(&Node<'_>)) {
    match node {
        Node::List(list) => (0..list.count()).filter_map(|at| list.item(at)).for_each(|value| item(&value.node())),
        Node::Json(json) | Node::Unknown { json, .. } => {
            json.items().iter().flatten().for_each(|json| item(&Node::Json(json)));
        }
        _ => {}
    }
}

/// Passes the members of an object that are there.
pub(crate) fn each_property(node: &Node<'_>, property: &mut dyn FnMut(&str, &Node<'_>)) {
    match node {
        Node::Object(_) | Node::Union(_) | Node::Map(_) => each_sent_member(node, property),
        Node::Json(json) | Node::Unknown { json, .. } => {
            json.members().iter().flatten().for_each(|(name, json)| property(name, &Node::Json(json)));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
