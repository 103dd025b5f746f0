//! The way through a value that is sent. It is checked against its contract, or written as JSON, or both at once.

use super::constraints::Constraints;
use super::json_writer::{write_name, write_scalar};
use super::object::{Fields, Object};
use super::path::Path;
use super::table::{Access, Additional, Presence, Strictness, Table};
use super::union::Tag;
use super::value::{Entries, List, Node};
use super::violations::Violations;

/// Most requests fit.
const USUAL_SIZE: usize = 1024;

static UNCONSTRAINED: Constraints = Constraints::new();

/// A walk that checks, writes, or does both. What it does is known to the compiler, so that nothing is asked on the way.
pub(super) struct Walk<const CHECKS: bool, const WRITES: bool> {
    violations: Violations,
    out: Vec<u8>,
}

impl<const CHECKS: bool, const WRITES: bool> Walk<CHECKS, WRITES> {
    /// Walks a whole value, which stands at `path`, and returns what was found and what was written.
    pub(super) fn through(node: &Node<'_>, constraints: &Constraints, path: &Path<'_>) -> (Violations, Vec<u8>) {
        let out = if WRITES { Vec::with_capacity(USUAL_SIZE) } else { Vec::new() };
        let mut walk = Self { violations: Violations::default(), out };
        walk.value(node, constraints, path, Strictness::Strict);
        (walk.violations, walk.out)
    }

    /// Walks a value in an object of this strictness.
    fn value(&mut self, node: &Node<'_>, constraints: &Constraints, path: &Path<'_>, strictness: Strictness) {
        if let Node::Union(_) = node {
            return self.union(node.clone(), constraints, path, strictness);
        }
        self.tagged(node, &[], constraints, path, strictness);
    }

    /// Walks the value of a union's variant, which has to have tags.
    #[inline(never)]
    fn union(&mut self, node: Node<'_>, constraints: &Constraints, path: &Path<'_>, strictness: Strictness) {
        let (node, tags) = node.within_unions();
        self.tagged(&node, &tags, constraints, path, strictness);
    }

    /// Walks a value that is no union.
    #[inline]
    fn tagged(
        &mut self,
        node: &Node<'_>,
        tags: &[Tag],
        constraints: &Constraints,
        path: &Path<'_>,
        strictness: Strictness,
    ) {
        if CHECKS {
            self.check(node, constraints, path, strictness);
        }
        match node {
            Node::List(list) => self.list(*list, constraints.each.unwrap_or(&UNCONSTRAINED), path, strictness),
            Node::Map(map) => self.map(*map, tags, constraints.each.unwrap_or(&UNCONSTRAINED), path, strictness),
            Node::Object(object) => self.object(*object, tags, path),
            _ if WRITES => write_scalar(node, &mut self.out),
            _ => {}
        }
    }

    /// Checks a value by itself.
    fn check(&mut self, node: &Node<'_>, constraints: &Constraints, path: &Path<'_>, strictness: Strictness) {
        let violations = &mut self.violations;
        if constraints.apply && strictness != Strictness::Lenient {
            constraints.check(node, &mut |message| violations.push(path, message));
        }
        match node {
            // Only reading makes such values; where they were read from the service, they may go back.
            Node::Enum { known: false, listed, .. } if strictness == Strictness::Strict => {
                violations.push(path, format!("is not one of {}", listed()));
            }
            Node::Unknown { union, .. } if strictness == Strictness::Strict && !union.is_exchanged => {
                violations.push(path, format!("is none of what {} can be", union.name));
            }
            Node::File(_) if !path.is_part() => {
                violations.push(path, "is a file, which can only be a member of a multipart body");
            }
            _ => {}
        }
    }

    /// Walks a list. Not inlined, like the functions below, since most values are scalars.
    #[inline(never)]
    fn list(&mut self, list: &dyn List, each: &Constraints, path: &Path<'_>, strictness: Strictness) {
        self.put(b'[');
        for (index, item) in list.items().enumerate() {
            if index > 0 {
                self.put(b',');
            }
            // Paths are only needed for checks.
            let place = Path::Index(path, index);
            self.value(&item.node(), each, if CHECKS { &place } else { path }, strictness);
        }
        self.put(b']');
    }

    #[inline(never)]
    fn map(&mut self, map: &dyn Entries, tags: &[Tag], each: &Constraints, path: &Path<'_>, strictness: Strictness) {
        self.put(b'{');
        let mut follows = self.tags(&Node::Map(map), tags, path);
        for (name, value) in map.entries() {
            self.name(std::mem::replace(&mut follows, true), name);
            let place = Path::Member(path, name);
            self.value(&value.node(), each, if CHECKS { &place } else { path }, strictness);
        }
        self.put(b'}');
    }

    #[inline(never)]
    fn object(&mut self, object: &dyn Object, tags: &[Tag], path: &Path<'_>) {
        let table = object.table();
        self.put(b'{');
        let tagged = self.tags(&Node::Object(object), tags, path);
        object.with_fields(|fields| {
            let mut follows = tagged;
            for (row, value) in fields.iter() {
                // What is checked is sent. OpenAPI 3.0.4, "Schema Object", `readOnly`: "it MAY be sent as part of a response but
                // SHOULD NOT be sent as part of the request".
                if CHECKS && row.access == Access::ReadOnly {
                    continue;
                }
                let node = value.node();
                if let Node::Absent = node {
                    if CHECKS && row.presence == Presence::Required && tags.iter().all(|tag| tag.member != row.name) {
                        self.miss(row.name, object, path);
                    }
                    continue;
                }
                if table.plain {
                    self.put_all(row.lead(follows));
                } else {
                    self.name(follows, row.name);
                }
                let place = Path::Member(path, row.name);
                let constraints = row.constraints.unwrap_or(&UNCONSTRAINED);
                self.value(&node, constraints, if CHECKS { &place } else { path }, table.strictness);
                follows = true;
            }
            if object.additional().is_some() || !object.extra().is_empty() {
                self.undeclared(object, fields, tags, path, follows);
            }
            if CHECKS && table.strictness != Strictness::Lenient {
                table.rules.iter().for_each(|rule| rule.check(object, fields, path, &mut self.violations));
            }
        });
        self.put(b'}');
    }

    /// Checks the tags that a value has as the variant of unions, and writes those that it does not have. Returns whether any was
    /// written.
    fn tags(&mut self, node: &Node<'_>, tags: &[Tag], path: &Path<'_>) -> bool {
        let mut follows = false;
        for tag in tags {
            if CHECKS && matches!(node, Node::Object(object) if object.table().is_read_only(tag.member)) {
                continue;
            }
            let found = node.member(tag.member);
            match (found, tag.text()) {
                (Some(found), _) if CHECKS => {
                    if let Some(refusal) = tag.refusal(found) {
                        self.violations.push(Path::Member(path, tag.member), refusal);
                    }
                }
                (None, Some(text)) if WRITES => {
                    self.name(follows, tag.member);
                    write_scalar(&Node::Text(text.into()), &mut self.out);
                    follows = true;
                }
                _ => {}
            }
        }
        follows
    }

    /// Notes that a required member is not there.
    #[cold]
    fn miss(&mut self, name: &str, object: &dyn Object, path: &Path<'_>) {
        let is_due = match object.table().strictness {
            Strictness::Strict => true,
            Strictness::Lenient => false,
            // What could not be read goes back as it came.
            Strictness::Exchanged => object.extra().get(name).is_none(),
        };
        if is_due {
            self.violations.push(Path::Member(path, name), "is required");
        }
    }

    /// Walks the undeclared members: those that have a type, then the others. A member that was set before wins over one of the
    /// same name, which is what could not be read into it.
    fn undeclared(
        &mut self,
        object: &dyn Object,
        fields: Fields<'_, '_>,
        tags: &[Tag],
        path: &Path<'_>,
        mut follows: bool,
    ) {
        let table = object.table();
        let typed = || object.additional().into_iter().flat_map(|members| members.entries());
        for (name, value) in typed() {
            let path = Path::Member(path, name);
            if CHECKS
                && table.strictness != Strictness::Lenient
                && let Some(flaw) = flaw_of_name(name, table)
            {
                self.violations.push(path, flaw);
            }
            if fields.named(name).is_none() {
                self.name(follows, name);
                self.value(&value.node(), table.each.unwrap_or(&UNCONSTRAINED), &path, table.strictness);
                follows = true;
            }
        }
        for (name, json) in object.extra().iter().filter(|(name, _)| !(CHECKS && table.is_read_only(name))) {
            if CHECKS
                && table.strictness == Strictness::Strict
                && tags.iter().all(|tag| tag.member != name)
                && let Some(flaw) = flaw_of_extra(name, table)
            {
                self.violations.push(Path::Member(path, name), flaw);
            }
            if WRITES && fields.named(name).is_none() && typed().all(|(other, _)| other != name) {
                self.name(follows, name);
                write_scalar(&Node::Json(json), &mut self.out);
                follows = true;
            }
        }
    }

    fn put(&mut self, byte: u8) {
        if WRITES {
            self.out.push(byte);
        }
    }

    fn put_all(&mut self, bytes: &[u8]) {
        if WRITES {
            self.out.extend_from_slice(bytes);
        }
    }

    /// Writes the name of a member, which follows another or does not.
    fn name(&mut self, follows: bool, name: &str) {
        if WRITES {
            write_name(follows, name, &mut self.out);
        }
    }
}

/// Returns what is wrong with the name of an undeclared member that has no type.
fn flaw_of_extra(name: &str, table: &Table) -> Option<String> {
    match table.additional {
        Additional::Kept if table.position(name).is_none() => Some(format!("is not a member of {}", table.name)),
        _ => flaw_of_name(name, table),
    }
}

/// Returns what is wrong with the name of an undeclared member, where such are welcome.
fn flaw_of_name(name: &str, table: &Table) -> Option<String> {
    if table.position(name).is_some() {
        return Some("is declared, set its own field instead".to_owned());
    }
    let refusal = table.additional.refusal(name)?;
    Some(format!("is not a member of {}, and its name {refusal}", table.name))
}
