//! Checks for ambiguous paths and trailing slashes.

use super::findings::{Edit, Findings};
use super::nodes::Nodes;
use super::rules::Rule;
use crate::document::NodeRef;
use crate::document::grammar::{Kind, Shape};

pub(super) fn check(nodes: &Nodes<'_>, findings: &mut Findings) {
    for paths in nodes.of_kind(Kind::Paths) {
        let routes: Vec<_> = paths.members().filter_map(|(path, item)| Route::of(nodes, path, item)).collect();
        for (index, route) in routes.iter().enumerate() {
            routes[..index].iter().for_each(|earlier| compare(earlier, route, findings));
            if route.path.len() > 1 && route.path.ends_with('/') {
                let message = format!("the path `{}` ends with a slash", route.path);
                findings.add(Rule::PathTrailingSlash, &route.item.at, message);
            }
        }
    }
    for server in nodes.of_kind(Kind::Server) {
        let Some(url) = server.get("url") else { continue };
        let Some(text) = url.value.as_text().filter(|text| text.ends_with('/')) else { continue };
        let trimmed = text.trim_end_matches('/');
        // The root of the document's own server, and a scheme alone, are nothing without their slashes.
        if !trimmed.is_empty() && !trimmed.ends_with(':') {
            findings.add(Rule::ServerTrailingSlash, &url.at, format!("the server `{text}` ends with a slash"));
            findings.fix(Rule::ServerTrailingSlash, &url.at, Edit::Text(trimmed.to_owned()));
        }
    }
}

fn compare(one: &Route<'_>, other: &Route<'_>, findings: &mut Findings) {
    let (rule, message) = match Overlap::of(&one.segments, &other.segments) {
        Overlap::Same => (Rule::IdenticalPaths, "are the same but for the names of parameters"),
        // Where no method is the same, no request fits both.
        Overlap::Ambiguous if one.methods.iter().any(|method| other.methods.contains(method)) => {
            (Rule::AmbiguousPaths, "may both be meant by the same request")
        }
        Overlap::Ambiguous | Overlap::None => return,
    };
    let message = format!("`{}` and `{}` {message}", one.path, other.path);
    findings.add(rule, &other.item.at, message).related(&one.item.at, "the other one");
}

/// A path, as a server finds it.
struct Route<'a> {
    path: &'a str,
    item: NodeRef<'a>,
    methods: Vec<&'a str>,
    segments: Vec<Segment<'a>>,
}

impl<'a> Route<'a> {
    fn of(nodes: &Nodes<'a>, path: &'a str, item: NodeRef<'a>) -> Option<Self> {
        let segments = path.strip_prefix('/')?.split('/').map(Segment::read).collect();
        let target = nodes.follow(item.clone())?;
        let is_method = |key: &str| Kind::PathItem.member(key) == Some(Shape::Object(Kind::Operation));
        let methods = target.members().map(|(key, _)| key).filter(|key| is_method(key)).collect();
        Some(Self { path, item, methods, segments })
    }
}

/// What stands between two slashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Segment<'a> {
    Fixed(&'a str),
    /// Has a parameter.
    Open {
        text: &'a str,
        /// What stands before the first one.
        before: &'a str,
        /// What stands behind the last one.
        after: &'a str,
    },
}

impl<'a> Segment<'a> {
    fn read(text: &'a str) -> Self {
        match (text.split_once('{'), text.rsplit_once('}')) {
            (Some((before, _)), Some((_, after))) => Self::Open { text, before, after },
            _ => Self::Fixed(text),
        }
    }

    /// Returns whether some text is both.
    fn meets(self, other: Self) -> bool {
        match (self, other) {
            (Self::Fixed(one), Self::Fixed(other)) => one == other,
            (Self::Fixed(text), Self::Open { before, after, .. })
            | (Self::Open { before, after, .. }, Self::Fixed(text)) => {
                text.len() > before.len() + after.len() && text.starts_with(before) && text.ends_with(after)
            }
            (Self::Open { before: a, after: z, .. }, Self::Open { before: b, after: y, .. }) => {
                (a.starts_with(b) || b.starts_with(a)) && (z.ends_with(y) || y.ends_with(z))
            }
        }
    }

    /// Returns how much of it is fixed: a segment as a whole more than any part of one.
    fn weight(self) -> usize {
        match self {
            Self::Fixed(_) => usize::MAX,
            Self::Open { text, .. } => unnamed(text).len(),
        }
    }

    /// Returns whether both are the same except for the names of parameters.
    fn is_alike(self, other: Self) -> bool {
        match (self, other) {
            (Self::Fixed(one), Self::Fixed(other)) => one == other,
            (Self::Open { text: one, .. }, Self::Open { text: other, .. }) => unnamed(one) == unnamed(other),
            _ => false,
        }
    }
}

/// Returns what of a segment is no name of a parameter.
fn unnamed(segment: &str) -> String {
    let mut parts = segment.split(['{', '}']);
    let mut text = parts.next().unwrap_or_default().to_owned();
    while let (Some(_), Some(fixed)) = (parts.next(), parts.next()) {
        text.push('{');
        text.push_str(fixed);
    }
    text
}

/// What requests fit two paths.
#[derive(Debug, PartialEq, Eq)]
enum Overlap {
    /// None, or those of the path that is more exact, which servers try first.
    None,
    /// All.
    Same,
    /// Some, and neither path is the more exact one.
    Ambiguous,
}

impl Overlap {
    fn of(one: &[Segment<'_>], other: &[Segment<'_>]) -> Self {
        if one.len() != other.len() || !one.iter().zip(other).all(|(one, other)| one.meets(*other)) {
            return Self::None;
        }
        let orders = || one.iter().zip(other).map(|(one, other)| one.weight().cmp(&other.weight()));
        match (orders().any(|order| order.is_gt()), orders().any(|order| order.is_lt())) {
            (true, true) => Self::Ambiguous,
            (false, false) if one.iter().zip(other).all(|(one, other)| one.is_alike(*other)) => Self::Same,
            (false, false) => Self::Ambiguous,
            _ => Self::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overlap(one: &str, other: &str) -> Overlap {
        let segments = |path: &'static str| path.split('/').map(Segment::read).collect::<Vec<_>>();
        Overlap::of(&segments(one.to_owned().leak()), &segments(other.to_owned().leak()))
    }

    #[test]
    fn paths_overlap_as_servers_see_it() {
        for (one, other, expected) in [
            ("/a/{x}", "/a/{y}", Overlap::Same),
            ("/a/{x}", "/a/b", Overlap::None),
            ("/a/{x}", "/a/{x}/b", Overlap::None),
            ("/{x}/b", "/a/{y}", Overlap::Ambiguous),
            ("/{e}/{id}/last", "/pet/first/{id}", Overlap::Ambiguous),
            ("/good/{id}/{pet}", "/good/last/{id}", Overlap::None),
            ("/a/{x}.json", "/a/{x}", Overlap::None),
            ("/a/{x}.json", "/a/{y}.xml", Overlap::None),
            ("/a/{x}.json", "/a/b{x}", Overlap::None),
            ("/a/ab{x}", "/a/{x}cd", Overlap::Ambiguous),
            ("/a/{x}:run", "/a/{y}:run", Overlap::Same),
            ("/a/{x}...{y}", "/a/{z}", Overlap::None),
            ("/a/{x}...{y}", "/a/{v}...{w}", Overlap::Same),
            ("/a/{x}..{y}", "/a/{v}-.{w}", Overlap::Ambiguous),
            ("/a", "/b", Overlap::None),
        ] {
            assert_eq!(overlap(one, other), expected, "{one} and {other}");
            assert_eq!(overlap(other, one), expected, "{other} and {one}");
        }
    }
}
