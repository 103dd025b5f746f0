//! The parameters of a call: in its path, its query, its headers and its cookies.

use http::header::HeaderValue;
use http::{HeaderMap, header};

use super::call::Call;
use super::given_parameter::{Given, ParameterPlace};
use crate::contract::{Parameter, Segment, parameter};
use crate::model::{Constraints, Node, Value, Violations};

impl Call {
    /// Gives the next path parameter, in the style that the operation wants.
    pub fn path_value(mut self, value: &dyn Value) -> Self {
        let mut parameters = self.operation.path.iter().filter(|segment| !matches!(segment, Segment::Literal(_)));
        let text = match parameters.nth(self.path.len()) {
            Some(Segment::Styled(parameter)) => {
                let name = format!("path parameter {}", parameter.name);
                self.violations.append(parameter.constraints.violations(value, &name));
                parameter.in_path(&value.node())
            }
            _ => parameter::text(&value.node()).into_owned(),
        };
        self.path.push(text);
        self
    }

    /// Sets a parameter of the query. Without a value, it is left out.
    pub fn query(mut self, name: &'static str, value: &dyn Value) -> Self {
        self.give(ParameterPlace::Query, name, value, Parameter::in_query);
        self
    }

    /// Sets a cookie of the operation for this call. Without a value, it is left out.
    pub fn cookie(mut self, name: &'static str, value: &dyn Value) -> Self {
        self.give(ParameterPlace::Cookie, name, value, Parameter::in_cookies);
        self
    }

    /// Sets a header of the operation for this call. Without a value, it is left out.
    pub fn header_value(mut self, name: &'static str, value: &dyn Value) -> Self {
        let node = value.node();
        let field = self.operation.headers.iter().find(|field| field.name.eq_ignore_ascii_case(name));
        let text = match field {
            Some(field) if field.json && !matches!(node, Node::Absent) => Some(parameter::ascii_json(&node)),
            field => parameter::header_text(&node, field.is_some_and(|field| field.explode)),
        };
        let Some(text) = text else { return self };
        // Constraints of texts are checked when the call is sent, as those of any header.
        let is_text = matches!(node, Node::Text(_) | Node::Enum { .. } | Node::Secret(_) | Node::Bytes(..));
        let constraints = field.filter(|_| !is_text).map_or(Constraints::new(), |field| field.constraints);
        self.violations.append(constraints.violations(value, &format!("header {name}")));
        self.headers.push((name, text));
        self.secret_headers.extend(matches!(node, Node::Secret(_)).then_some(name));
        self
    }

    fn give(
        &mut self,
        place: ParameterPlace,
        name: &'static str,
        value: &dyn Value,
        text: fn(&Parameter, &Node<'_>) -> Option<String>,
    ) {
        let path = format!("{place} parameter {name}");
        let Some(parameter) = place.declared(self.operation).iter().find(|parameter| parameter.name == name) else {
            return self.violations.push(path, "is not one that the operation takes");
        };
        self.parameters.retain(|given| (given.place, given.name) != (place, name));
        if let Some(text) = text(parameter, &value.node()) {
            self.violations.append(parameter.constraints.violations(value, &path));
            self.parameters.push(Given { place, name, text });
        }
    }

    /// Appends the query to the URL.
    pub(crate) fn write_query(&self, url: &mut String, violations: &mut Violations) {
        // A path may have a query of its own.
        let mut between = if self.operation.has_query() { '&' } else { '?' };
        for text in self.given(ParameterPlace::Query, violations) {
            url.push(between);
            url.push_str(text);
            between = '&';
        }
    }

    /// Marks secret headers as sensitive.
    pub(crate) fn mark_secrets(&self, headers: &mut HeaderMap) {
        for name in &self.secret_headers {
            headers.get_mut(*name).into_iter().for_each(|value| value.set_sensitive(true));
        }
    }

    /// Sets the cookies.
    pub(crate) fn write_cookies(&self, headers: &mut HeaderMap, violations: &mut Violations) {
        if self.operation.cookies.is_empty() {
            return;
        }
        let cookies = self.given(ParameterPlace::Cookie, violations).join("; ");
        // Encoded text is always a header value.
        if let Some(mut value) = HeaderValue::from_str(&cookies).ok().filter(|_| !cookies.is_empty()) {
            value.set_sensitive(true);
            headers.insert(header::COOKIE, value);
        }
    }

    /// Returns the given parameters of a location, in the order of the document.
    fn given(&self, place: ParameterPlace, violations: &mut Violations) -> Vec<&str> {
        let mut texts = Vec::new();
        for parameter in place.declared(self.operation) {
            let is_this = |given: &&Given| given.place == place && given.name == parameter.name;
            match self.parameters.iter().find(is_this) {
                // An empty list is there and has nothing to write.
                Some(given) => texts.extend(Some(given.text.as_str()).filter(|text| !text.is_empty())),
                None if parameter.required => {
                    violations
                        .push(format_args!("{place} parameter {}", parameter.name), "is required, but was not set");
                }
                None => {}
            }
        }
        texts
    }
}
