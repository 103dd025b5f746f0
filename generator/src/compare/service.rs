//! What holds for all calls: where the service runs, who may call it, and what its failures mean.

use crate::document::{Pointer, extension_keys};
use crate::ir::{Api, FailureCode, HeaderParameter, Scheme, SchemeKind, Server, Service, SetBy};
use std::collections::BTreeMap;

use super::api_change::Detail;
use super::comparison::{Comparing, Matched, Subject, matched};
use super::policy::{Direction, Rule};

impl Comparing<'_> {
    pub(super) fn service(&mut self) {
        let (old, new) = (self.old, self.new);
        let root = Pointer::root();
        let info = root.join("info");
        if old.version != new.version {
            let at = info.join("version");
            self.note_both(Rule::DescriptionChanged, &about("version", &at), &old.version, &new.version);
        }
        if old.title != new.title {
            self.note_both(Rule::DescriptionChanged, &about("title", &info.join("title")), &old.title, &new.title);
        }
        self.docs(&about("description", &info.join("description")), &old.docs, &new.docs);
        self.servers(&old.servers, &new.servers);
        self.client_headers();
        self.schemes(&old.schemes, &new.schemes);
        let failure = about("failures", &root.join(extension_keys::FAILURE));
        self.codes(&failure, "category", &old.service.failure.categories, &new.service.failure.categories);
        let results =
            |service: &Service| service.failure.result.as_ref().map(|result| result.codes.clone()).unwrap_or_default();
        self.codes(&failure, "result", &results(&old.service), &results(&new.service));
        let most = |service: &Service| service.max_character_bytes.map_or_else(none, |most| most.to_string());
        let (was, is) = (most(&old.service), most(&new.service));
        if was != is {
            let text = about("bytes of a character", &root.join(extension_keys::TEXT));
            self.note_both(Rule::ServiceChanged, &text, was, is);
        }
        for (what, was, is) in parts(&old.service, &new.service) {
            if was != is {
                self.note_both(Rule::ServiceChanged, &about(what, &root.join(extension_keys::FAILURE)), was, is);
            }
        }
    }

    fn servers(&mut self, old: &[Server], new: &[Server]) {
        let mut all = matched(old, new, |server| server.name.rust().to_owned());
        all.rematch(|old, new| new.url == old.url);
        let Matched { both, gone, added, in_order } = all;
        self.order(&about("servers", &Pointer::root().join("servers")), in_order);
        for server in gone {
            self.note(Rule::ServerRemoved, &server_subject(server, server), Detail::Was(server.url.clone()));
        }
        for server in added {
            self.note(Rule::ServerAdded, &server_subject(server, server), Detail::Now(server.url.clone()));
        }
        for (old, new) in both {
            let subject = server_subject(old, new);
            self.rust_name(&subject, old.name.rust(), new.name.rust());
            if old.default_url() != new.default_url() || old.url != new.url {
                let is_chosen_alike = old.variables.is_empty() || old.variables.len() == new.variables.len();
                let rule = if is_chosen_alike { Rule::ServerUrlChanged } else { Rule::ServerVariablesChanged };
                let url = |server: &Server| match server.variables.is_empty() {
                    true => server.url.clone(),
                    false => format!("{} ({})", server.url, server.default_url()),
                };
                self.note_both(rule, &subject, url(old), url(new));
            }
            self.docs(&subject, &old.docs, &new.docs);
            for (old, new) in old.variables.iter().zip(&new.variables) {
                let part = subject.part(&format!(" {{{}}}", new.name.wire()), None, &old.at, &new.at);
                self.docs(&part, &old.docs, &new.docs);
                if old.docs.annotations != new.docs.annotations {
                    self.note_both(
                        Rule::ServerValuesChanged,
                        &part,
                        old.docs.annotations.concat(),
                        new.docs.annotations.concat(),
                    );
                }
            }
        }
    }

    /// Compares the headers that the client sets for all calls.
    fn client_headers(&mut self) {
        let (old, new) = (client_headers(self.old), client_headers(self.new));
        for (name, header) in old.iter().filter(|(name, _)| !new.contains_key(*name)) {
            let rust = Some(format!("Client::with_{name}"));
            let subject = Subject { rust, ..about(&format!("header {}", header.name.wire()), &header.at) };
            self.note(Rule::ClientHeaderRemoved, &subject, Detail::Was(header.name.wire().to_owned()));
        }
    }

    fn schemes(&mut self, old: &[Scheme], new: &[Scheme]) {
        let subject = |old: &Scheme, new: &Scheme| Subject {
            name: format!("security {}", new.name.wire()),
            rust: None,
            old: old.at.clone(),
            new: new.at.clone(),
            way: Direction::Neither,
        };
        let Matched { both, gone, added, in_order } = matched(old, new, |scheme| scheme.name.wire().to_owned());
        self.order(&about("security schemes", &Pointer::root().join("components").join("securitySchemes")), in_order);
        for scheme in gone {
            self.note(Rule::SchemeRemoved, &subject(scheme, scheme), Detail::Was(spelt_scheme(&scheme.kind)));
        }
        for scheme in added {
            self.note(Rule::SchemeAdded, &subject(scheme, scheme), Detail::Now(spelt_scheme(&scheme.kind)));
        }
        for (old, new) in both {
            if old.kind != new.kind {
                let (was, is) = (spelt_scheme(&old.kind), spelt_scheme(&new.kind));
                self.note_both(Rule::SchemeChanged, &subject(old, new), was, is);
            }
            self.docs(&subject(old, new), &old.docs, &new.docs);
        }
    }

    /// Codes of failures: what they mean decides whether money may have moved.
    fn codes(&mut self, subject: &Subject, kind: &str, old: &[FailureCode], new: &[FailureCode]) {
        let Matched { both, gone, added, in_order } = matched(old, new, |code| code.code.clone());
        self.order(subject, in_order);
        let part = |code: &FailureCode| Subject { name: format!("{kind} {}", code.code), ..subject.clone() };
        for code in gone {
            self.note(Rule::FailureCodeRemoved, &part(code), Detail::Was(spelt_code(code)));
        }
        for code in added {
            self.note(Rule::FailureCodeAdded, &part(code), Detail::Now(spelt_code(code)));
        }
        for (old, new) in both {
            let (was, is) = (spelt_code(old), spelt_code(new));
            if was != is {
                self.note_both(Rule::FailureCodeChanged, &part(new), was, is);
            } else if old.meaning != new.meaning {
                self.note_both(Rule::DescriptionChanged, &part(new), &old.meaning, &new.meaning);
            }
        }
    }
}

/// Returns the headers that are set on the client, by name.
fn client_headers(api: &Api) -> BTreeMap<&str, &HeaderParameter> {
    let headers = api.operations.iter().flat_map(|operation| &operation.headers);
    headers.filter(|header| header.set_by == SetBy::Client).map(|header| (header.name.rust(), header)).collect()
}

/// Returns a part of the document as a whole.
fn about(name: &str, at: &Pointer) -> Subject {
    Subject { name: name.to_owned(), rust: None, old: at.clone(), new: at.clone(), way: Direction::Neither }
}

fn server_subject(old: &Server, new: &Server) -> Subject {
    Subject {
        name: format!("server {}", new.name.wire()),
        rust: Some(format!("Environment::{}", new.name.rust())),
        old: old.at.clone(),
        new: new.at.clone(),
        way: Direction::Neither,
    }
}

fn spelt_scheme(kind: &SchemeKind) -> String {
    match kind {
        SchemeKind::HeaderKey(name) => format!("a key in the header {name}"),
        SchemeKind::QueryKey(name) => format!("a key in the query parameter {name}"),
        SchemeKind::CookieKey(name) => format!("a key in the cookie {name}"),
        SchemeKind::Basic => "name and password".to_owned(),
        SchemeKind::Bearer => "a token".to_owned(),
        SchemeKind::OAuth2 => "OAuth 2.0".to_owned(),
        SchemeKind::Other => "something else".to_owned(),
    }
}

/// Returns the class of a code, and whether the code may stand alone.
fn spelt_code(code: &FailureCode) -> String {
    let bare = if code.bare { ", also alone" } else { "" };
    format!("{}{bare}", code.says.as_str())
}

/// Describes one part of a service.
type Describe = fn(&Service) -> String;

/// Returns the parts of a service that no other comparison covers: a name, the old description and the new one.
fn parts(old: &Service, new: &Service) -> Vec<(&'static str, String, String)> {
    let parts: [(&'static str, Describe); 10] = [
        ("token endpoint", |service| {
            service.token.as_ref().map_or_else(none, |token| format!("{} ({})", token.path, token.credentials.as_str()))
        }),
        ("idempotency key", |service| {
            service.idempotency.as_ref().map_or_else(none, |key| {
                format!("{}, at most {} characters, kept {} s", key.header, key.max_length, key.kept_seconds)
            })
        }),
        ("response headers with a role", |service| {
            let roles: Vec<_> = service.roles.iter().map(|(role, name)| format!("{} {name}", role.as_str())).collect();
            if roles.is_empty() { none() } else { roles.join(", ") }
        }),
        ("member that says success", |service| service.failure.success.clone().unwrap_or_else(none)),
        ("members of reasons", |service| {
            let reasons = service.failure.reasons.as_ref();
            reasons.map_or_else(none, |reasons| format!("{}: {}, {}", reasons.member, reasons.code, reasons.message))
        }),
        ("member of the message", |service| service.failure.message.clone().unwrap_or_else(none)),
        ("body with a code and a message", |service| {
            service.failure.plain.as_ref().map_or_else(none, |plain| {
                let statuses: Vec<_> = plain.statuses.iter().map(u16::to_string).collect();
                format!("{}, {} at {}", plain.code, plain.message, statuses.join(", "))
            })
        }),
        ("digits of a code", |service| service.failure.code_digits.map_or_else(none, |digits| digits.to_string())),
        ("members that name process and request", |service| {
            let failure = &service.failure;
            let named = [&failure.process_id, &failure.request_id].map(|name| name.clone().unwrap_or_else(none));
            named.join(", ")
        }),
        ("member of the result code", |service| {
            let result = service.failure.result.as_ref();
            result.map_or_else(none, |result| {
                format!("{}, {}", result.member, result.message.clone().unwrap_or_else(none))
            })
        }),
    ];
    parts.into_iter().map(|(name, describe)| (name, describe(old), describe(new))).collect()
}

fn none() -> String {
    "none".to_owned()
}
