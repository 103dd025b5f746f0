use crate::diagnostics::Diagnostics;
use crate::document::{Pointer, Value};
use crate::read::read_unrepaired;
use crate::source::Source;

/// Returns what becomes of a document, and what is said about it.
fn applied(document: &str, overlay: &str) -> (Option<Value>, Vec<String>) {
    let source = Source::new("api.yaml", document).with_overlays([("overlay.yaml".to_owned(), overlay.to_owned())]);
    let mut diagnostics = Diagnostics::new();
    let value = read_unrepaired(&source, &mut diagnostics).map(|document| document.value);
    assert_eq!(value.is_none(), diagnostics.has_errors());
    let lines = diagnostics.to_json_lines(&source);
    let found = lines.lines().map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
        let location = format!("{}:{}:{} {}", text("file"), line["line"], line["column"], text("pointer"));
        format!("{location} {}: {} ({})", text("severity"), text("message"), text("help"))
    });
    (value, found.collect())
}

/// Returns an overlay of version 1.1 with these actions.
fn overlay(actions: &str) -> String {
    format!("overlay: 1.1.0\ninfo: {{title: t, version: '1'}}\nactions:\n{actions}")
}

#[track_caller]
fn becomes(document: &str, actions: &str, expected: &str) {
    let (value, found) = applied(document, &overlay(actions));
    assert_eq!(found, [""; 0]);
    assert_eq!(value.unwrap().to_string(), crate::read::tree(expected).unwrap().to_string(), "{actions}");
}

/// Returns what is said about actions of version 1.1.
fn said(document: &str, actions: &str) -> Vec<String> {
    applied(document, &overlay(actions)).1
}

// The examples of the specification.

#[test]
fn an_update_mirrors_the_structure_of_the_document() {
    becomes(
        "info: {title: a}\npaths: {/: {get: {summary: b, tags: [x]}}}\ncomponents: {}",
        "- target: '$'\n  update:\n    info: {x-applied: yes}\n    paths:\n      /: {summary: c, get: {summary: d, x-rate: 1.00}}\n      /pets: {get: {}}\n",
        "info: {title: a, x-applied: yes}\npaths: {/: {get: {summary: d, tags: [x], x-rate: 1.00}, summary: c}, /pets: {get: {}}}\ncomponents: {}",
    );
}

#[test]
fn targeted_actions_replace_primitives_and_merge_mappings() {
    becomes(
        "paths: {/foo: {get: {description: a}}, /bar: {get: {description: b}}}",
        "- target: $.paths['/foo'].get.description\n  update: c\n- target: $.paths['/bar']\n  update: {post: {x-safe: false}}\n",
        "paths: {/foo: {get: {description: c}}, /bar: {get: {description: b}, post: {x-safe: false}}}",
    );
}

#[test]
fn wildcards_and_filters_select_many_nodes() {
    becomes(
        "paths: {/a: {get: {parameters: [{name: filter, in: query}, {name: filter, in: header}]}}, /b: {put: {}}, /c: {get: {}}}",
        "- target: $.paths.*.get\n  update: {x-safe: true}\n- target: $.paths.*.get.parameters[?@.name=='filter' && @.in=='query']\n  update: {schema: {}}\n",
        "paths: {/a: {get: {parameters: [{name: filter, in: query, schema: {}}, {name: filter, in: header}], x-safe: true}}, /b: {put: {}}, /c: {get: {x-safe: true}}}",
    );
}

#[test]
fn lists_get_elements_and_lose_them() {
    becomes(
        "a: [{n: 1}]\nb: [{n: 1}]\nc: [dummy, x, dummy]\nd: [{n: dummy}, {n: 2}, {n: dummy}]\ne: {}",
        "- target: $.a\n  update: {n: 2}\n- target: $.b\n  update: [{n: 2}, {n: 3}]\n- target: $.a\n  update: text\n\
         - target: $.c[?@ == 'dummy']\n  remove: true\n- target: $.d[?@.n == 'dummy']\n  remove: true\n- target: $.e\n  remove: true\n",
        "a: [{n: 1}, {n: 2}, text]\nb: [{n: 1}, {n: 2}, {n: 3}]\nc: [x]\nd: [{n: 2}]",
    );
}

#[test]
fn traits_invert_control() {
    becomes(
        "paths: {/i: {get: {x-traits: [paged]}}, /s: {get: {x-traits: [paged], parameters: [{name: id}]}}, /o: {get: {}}}",
        "- target: $.paths[?(@.get['x-traits'][?(@ == 'paged')])].get\n  update: {parameters: [{name: top}, {name: skip}]}\n",
        "paths: {/i: {get: {x-traits: [paged], parameters: [{name: top}, {name: skip}]}}, \
         /s: {get: {x-traits: [paged], parameters: [{name: id}, {name: top}, {name: skip}]}}, /o: {get: {}}}",
    );
}

#[test]
fn a_node_is_copied_and_moved() {
    let document = "paths: {/items: {get: {a: 1.10}}, /some: {delete: {}}}";
    becomes(
        document,
        "- target: '$.paths[\"/some\"]'\n  copy: '$.paths[\"/items\"]'\n",
        "paths: {/items: {get: {a: 1.10}}, /some: {delete: {}, get: {a: 1.10}}}",
    );
    becomes(
        document,
        "- target: $.paths\n  update: {/new: {}}\n- target: $.paths['/new']\n  copy: $.paths['/items']\n- target: $.paths['/items']\n  remove: true\n",
        "paths: {/some: {delete: {}}, /new: {get: {a: 1.10}}}",
    );
    becomes("a: {b: 1}\nc: {}", "- {target: $.c, copy: $}\n", "a: {b: 1}\nc: {a: {b: 1}, c: {}}");
}

// The rules of the specification.

#[test]
fn actions_apply_to_the_result_of_the_ones_before() {
    becomes(
        "servers: [{url: a}, {url: b}]",
        "- {target: $.servers, remove: true}\n- {target: $, update: {servers: [{url: c}]}}\n- {target: '$.servers[0].url', update: d}\n",
        "servers: [{url: d}]",
    );
}

#[test]
fn numbers_keep_their_digits() {
    becomes(
        "a: {max: 12345678901234567890.10}\nb: 1",
        "- {target: $.a, update: {min: -0.100}}\n- {target: $.b, update: 1e400}\n",
        "a: {max: 12345678901234567890.10, min: -0.100}\nb: 1e400",
    );
}

#[test]
fn members_keep_their_order_and_a_node_that_is_selected_twice_changes_once() {
    becomes(
        "z: 1\na: [x]\nb: 2",
        "- {target: \"$['a','a']\", update: [y]}\n- {target: $, update: {z: 3, c: 4}}\n",
        "z: 3\na: [x, y]\nb: 2\nc: 4",
    );
}

#[test]
fn nested_selections_are_removed_from_the_inside() {
    becomes(
        "a: {x-no: {x-no: 1}, b: [{x-no: 1}, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}",
        "- {target: \"$..['x-no']\", remove: true}\n- {target: '$.a.b[2, 10, -1]', remove: true}\n",
        "a: {b: [{}, 0, 2, 3, 4, 5, 6, 7, 8]}",
    );
}

#[test]
fn values_of_different_kinds_do_not_merge() {
    for (document, actions, expected) in [
        (
            "a: {b: [1]}",
            "- {target: $.a, update: {b: {c: 1}}}",
            "4:26 #/actions/0/update/b error: a mapping cannot be merged with a list",
        ),
        (
            "a: {b: 1}",
            "- {target: $.a, update: {b: [1]}}",
            "4:26 #/actions/0/update/b error: a list cannot be merged with a number",
        ),
        (
            "a: {b: {c: 1}}",
            "- {target: $.a, update: {b: }}",
            "4:26 #/actions/0/update/b error: null cannot be merged with a mapping",
        ),
        (
            "a: {b: 1}",
            "- {target: $.a, update: 1}",
            "4:17 #/actions/0/update error: a number cannot be merged with a mapping",
        ),
        (
            "a: 1",
            "- {target: $.a, update: {b: 1}}",
            "4:17 #/actions/0/update error: a mapping cannot be merged with a number",
        ),
        (
            "a: {}\nb: []",
            "- {target: $.*, update: {}}",
            "4:4 #/actions/0/target error: the target selects nodes of several kinds",
        ),
        (
            "a: {}\nb: []",
            "- {target: $.a, copy: $.b}",
            "4:17 #/actions/0/copy error: a list cannot be merged with a mapping",
        ),
        (
            "a: {}\nb: []",
            "- {target: $.a, copy: $.*}",
            "4:17 #/actions/0/copy error: one node is copied, and the query selects 2",
        ),
        (
            "a: {}\nb: []",
            "- {target: $, remove: true}",
            "4:4 #/actions/0/target error: the whole document cannot be removed",
        ),
    ] {
        let found = said(document, actions);
        assert!(found.len() == 1 && found[0].contains(expected), "{found:?}\n{expected}");
    }
    becomes("a: null\nb: [x]", "- {target: $.a, update: x}\n- {target: $.b, update: }\n", "a: x\nb: [x, null]");
}

#[test]
fn an_action_that_matches_nothing_is_an_error_that_says_how_far_the_query_leads() {
    let document = "paths: {/orders: {get: {}}, /carts: {put: {}}}";
    for (target, expected) in [
        ("$.paths['/order'].get", "`$.paths` matches, and has `/orders`: was that meant?"),
        ("$.path", "`$` matches, and has `paths`: was that meant?"),
        ("$.paths.*.delete", "`$.paths.*` matches, but not `.delete` in it: correct that, or remove the action"),
        (
            "$.paths[?@.get.tags]",
            "`$.paths` matches, but not `[?@.get.tags]` in it: correct that, or remove the action",
        ),
    ] {
        let found = said(document, &format!("- target: \"{target}\"\n  remove: true\n"));
        let expected = format!(
            "overlay.yaml:4:3 #/actions/0/target error: `{target}` matches nothing in the document ({expected})"
        );
        assert_eq!(found, [expected]);
    }
    assert!(said("a: {}", "- {target: $.a, copy: $.b}")[0].contains("#/actions/0/copy error: `$.b` matches nothing"));
}

#[test]
fn a_malformed_overlay_says_what_where_and_what_to_do() {
    let info = "info: {title: t, version: '1'}";
    let actions = "actions: [{target: $, update: {}}]";
    for (text, expected) in [
        (
            "[]",
            ":1:1 # error: an overlay is a mapping, and this is a list (write a mapping with `overlay`, `info`, `actions`)",
        ),
        ("overlay: [", "syntax"),
        (&format!("overlay: 1.0.0\n{info}"), ":1:1 # error: an overlay has no `actions` (add `actions`: a list)"),
        (
            &format!("overlay: 1.0\n{info}\n{actions}"),
            ":1:1 #/overlay error: `overlay` is a number, not text (put it in quotes)",
        ),
        (
            &format!("overlay: 1.2.0\n{info}\n{actions}"),
            ":1:1 #/overlay error: version 1.2.0 of the Overlay Specification is not supported (write `overlay: 1.0.0` or `overlay: 1.1.0`)",
        ),
        (&format!("overlay: 1.0.x\n{info}\n{actions}"), ":1:1 #/overlay error: version 1.0.x"),
        (
            &format!("overlay: 1.0.0\ninfo: {{title: 3}}\n{actions}"),
            ":2:8 #/info/title error: `title` is a number, not text (put it in quotes)",
        ),
        (&format!("overlay: 1.0.0\n{info}\nactions: []"), ":3:1 #/actions error: an overlay has at least one action"),
        (
            &format!("overlay: 1.0.0\n{info}\nactions: [3]"),
            ":3:11 #/actions/0 error: an action is a mapping, and this is a number (write a mapping with `target`)",
        ),
        (
            &format!("overlay: 1.0.0\n{info}\nactions: [{{remove: true}}]"),
            ":3:12 #/actions/0 error: an action has no `target` (add `target`: text)",
        ),
        (
            &format!("overlay: 1.0.0\n{info}\nactions: [{{target: $, updat: {{}}}}]"),
            ":3:23 #/actions/0/updat error: `updat` has no meaning in an action (did you mean `update`?)",
        ),
        (
            &format!("overlay: 1.0.0\n{info}\n{actions}\nactoins: 1"),
            ":4:1 #/actoins error: `actoins` has no meaning in an overlay (did you mean `actions`?)",
        ),
        (
            &format!("overlay: 1.0.0\n{info}\nactions: [{{target: $, remove: 'yes'}}]"),
            ":3:23 #/actions/0/remove error: `remove` is text, not `true` or `false` (write `true` or `false`)",
        ),
        (
            &format!("overlay: 1.0.0\n{info}\nactions: [{{target: $, copy: $.a}}]"),
            "#/actions/0/copy error: `copy` is a member of actions since version 1.1 (write `overlay: 1.1.0`)",
        ),
        (
            &format!("overlay: 1.1.0\n{info}\nactions: [{{target: $, copy: $.a, update: {{}}}}]"),
            "#/actions/0/copy error: an action has `update` or `copy`, and not both (write two actions)",
        ),
        (
            &format!("overlay: 1.1.0\n{info}\nactions: [{{target: $, update: {{}}}}, {{target: $, update: {{}}}}]"),
            "#/actions/1 error: the action is given twice (remove one of them)",
        ),
        (
            &format!("overlay: 1.1.0\n{info}\nactions: [{{target: '$.a[?(@.b='}}]"),
            "#/actions/0/target error: `$.a[?(@.b=` is no JSONPath query: `$.a` is one, and what follows it is not",
        ),
        (
            &format!("overlay: 1.1.0\n{info}\nactions: [{{target: paths}}]"),
            "#/actions/0/target error: `paths` is no JSONPath query: it begins with `$`, which is the whole document",
        ),
        (&format!("overlay: 1.1.0\n{info}\n{actions}\n{info}"), "the key `info` is given twice"),
    ] {
        let (_, found) = applied("a: {}", text);
        assert!(!found.is_empty() && found.iter().all(|line| line.starts_with("overlay.yaml:")), "{text}: {found:?}");
        assert!(expected == "syntax" || found.iter().any(|line| line.contains(expected)), "{found:#?}\n{expected}");
    }
}

#[test]
fn one_run_shows_the_mistakes_of_all_objects() {
    let (_, found) =
        applied("a: {}", "info: 3\nextends: [a]\nx: 1\nactions:\n- {target: $.b, remove: true}\n- {target: 3}\n");
    let nodes: Vec<_> = found.iter().filter_map(|line| line.split(' ').nth(1)).collect();
    assert_eq!(nodes, ["#/info", "#", "#/extends", "#/x", "#/actions/0/target", "#/actions/1/target"], "{found:#?}");
    assert_eq!(applied("a: {}", "3").1.len(), 1);
}

#[test]
fn what_has_no_effect_is_a_warning() {
    let found = said("a: {}\nb: {}", "- {target: $.a}\n- {target: $.b, remove: true, update: {}}\n");
    assert_eq!(
        found,
        [
            "overlay.yaml:4:4 #/actions/0 warning: the action changes nothing (add `update`, `copy` or `remove: true`)",
            "overlay.yaml:5:31 #/actions/1/update warning: it has no effect beside `remove: true` (remove it, or write an action of its own)",
        ]
    );
}

#[test]
fn extensions_of_an_overlay_are_left_alone() {
    let text =
        "overlay: 1.0.7\nx-a: 1\ninfo: {title: t, version: '1', x-b: 1}\nactions: [{target: $, update: {}, x-c: 1}]";
    assert_eq!(applied("a: 1", text).1, [""; 0]);
}

#[test]
fn extends_names_the_document() {
    let text = |extends: &str| {
        format!(
            "overlay: 1.0.0\ninfo: {{title: t, version: '1'}}\nextends: {extends}\nactions: [{{target: $, update: {{}}}}]"
        )
    };
    for extends in ["api.yaml", "./api.yaml", "../spec/api%2Eyaml?v=1#x", "https://example.com/v1/api.yaml"] {
        assert_eq!(applied("a: 1", &text(extends)).1, [""; 0], "{extends}");
    }
    for extends in ["./other.yaml", "https://example.com/other.yaml"] {
        let expected = format!(
            "overlay.yaml:3:1 #/extends warning: the overlay extends `{extends}`, and is applied to `api.yaml` \
             (apply it to that document, or write `extends: api.yaml`)"
        );
        assert_eq!(applied("a: 1", &text(extends)).1, [expected]);
    }
}

#[test]
fn an_overlay_can_be_json() {
    let text = r#"{"overlay": "1.1.0", "info": {"title": "t", "version": "1"}, "actions": [{"target": "$.a", "update": 1.50}]}"#;
    assert_eq!(applied("a: 1", text).0.unwrap().to_string(), r#"{"a":1.50}"#);
    assert_eq!(applied("{\"a\": 1}", text).0.unwrap().to_string(), r#"{"a":1.50}"#);
}

#[test]
fn nothing_is_nested_deeper_than_a_document() {
    let deep = |levels| format!("{}1{}", "{a: ".repeat(levels), "}".repeat(levels));
    let into = |levels| format!("- target: $.b{}\n  update: {{c: {}}}\n", ".a".repeat(50), deep(levels));
    let document = format!("b: {}", deep(100));
    assert_eq!(said(&document, &into(76)), [""; 0]);
    let found = said(&document, &into(77));
    assert!(
        found[0].contains("#/actions/0/update error: the document would be nested deeper than 128 levels"),
        "{found:?}"
    );
    let copy = format!("- target: $.b{}\n  copy: $.b\n", ".a".repeat(50));
    assert!(said(&document, &copy)[0].contains("#/actions/0/copy error: the document would be nested"));
}

// Where nodes are written.

fn locations(document: &str, overlays: &[&str], nodes: &[&str]) -> Vec<String> {
    let overlays = overlays.iter().enumerate().map(|(number, text)| (format!("{number}.yaml"), overlay(text)));
    let source = Source::new("api.yaml", document).with_overlays(overlays);
    let mut diagnostics = Diagnostics::new();
    assert!(read_unrepaired(&source, &mut diagnostics).is_some(), "{diagnostics:?}");
    let nodes: Vec<_> = nodes.iter().map(|node| Pointer::parse(node).unwrap()).collect();
    let locations = source.locate_all(&nodes);
    nodes.iter().zip(locations).map(|(node, location)| format!("{}:{location}", source.file_name(node))).collect()
}

#[test]
fn nodes_of_an_overlay_are_found_there_and_others_where_they_stand() {
    let document = "a:\n  b: 1\n  list:\n  - {n: 0}\n  - {n: 1}\n  - {n: 2}\n";
    let first = "- target: $.a\n  update:\n    b: 2\n    c: {d: 1}\n- target: $.a.list\n  update: {n: 3}\n";
    let second = "- {target: '$.a.list[?@.n == 1]', remove: true}\n- target: $.a.c\n  update: {e: 1}\n\
                  - target: $\n  update: {copy: {}}\n- {target: $.copy, copy: $.a}\n";
    let nodes = [
        "/a",
        "/a/b",
        "/a/c",
        "/a/c/d",
        "/a/c/e",
        "/a/list/0/n",
        "/a/list/1/n",
        "/a/list/2/n",
        "/copy/list/1/n",
        "/copy/c/e",
        "/copy",
    ];
    let expected = [
        "api.yaml:1:1",
        "0.yaml:6:5",
        "0.yaml:7:5",
        "0.yaml:7:9",
        "1.yaml:6:12",
        "api.yaml:4:6",
        "api.yaml:6:6",
        "0.yaml:9:12",
        "api.yaml:6:6",
        "1.yaml:6:12",
        "1.yaml:8:12",
    ];
    assert_eq!(locations(document, &[first, second], &nodes), expected);
}

#[test]
fn what_a_text_says_is_found_in_that_text() {
    let overlays = [("overlay.yaml".to_owned(), overlay("- {target: $.a, update: 3}\n"))];
    let source = Source::new("api.yaml", "a: 1\na: 2\n").with_overlays(overlays);
    let mut diagnostics = Diagnostics::new();
    assert!(read_unrepaired(&source, &mut diagnostics).is_some());
    let lines = diagnostics.to_json_lines(&source);
    assert!(
        lines.contains("the key `a` is given twice") && lines.contains("\"file\":\"api.yaml\",\"line\":2"),
        "{lines}"
    );
}

#[test]
fn keys_may_be_numbers_as_in_documents() {
    becomes(
        "responses: {'200': {a: 1}}",
        "- target: $.responses['200']\n  update: {404: x}\n- target: $.responses\n  update: {200: {a: 2}}\n",
        "responses: {'200': {a: 2, '404': x}}",
    );
}

// RFC 9535.

#[test]
fn queries_are_those_of_the_rfc() {
    let document = "store:\n  book:\n  - {category: reference, author: Nigel Rees, price: 8.95}\n  - {category: fiction, author: Evelyn Waugh, price: 12.99}\n\
                    \x20 - {category: fiction, author: Herman Melville, isbn: 0-553, price: 8.990}\n  bicycle: {color: red, price: 399}\n'a/b~c''d': {x: 1}\n";
    for (query, expected) in [
        ("$.store.book[*].author", "/store/book/0/author /store/book/1/author /store/book/2/author"),
        ("$..author", "/store/book/0/author /store/book/1/author /store/book/2/author"),
        ("$.store.*.price", "/store/bicycle/price"),
        ("$..book[2]", "/store/book/2"),
        ("$..book[-1]", "/store/book/2"),
        ("$..book[0,1]", "/store/book/0 /store/book/1"),
        ("$..book[:2]", "/store/book/0 /store/book/1"),
        ("$..book[::-2]", "/store/book/0 /store/book/2"),
        ("$..book[?@.isbn]", "/store/book/2"),
        ("$..book[?!@.isbn]", "/store/book/0 /store/book/1"),
        ("$..book[?@.price<10]", "/store/book/0 /store/book/2"),
        ("$..book[?@.price == 8.99]", "/store/book/2"),
        ("$..book[?@.price == 895e-2]", "/store/book/0"),
        (
            "$..book[?@.category == 'fiction' && @.price > 10 || @.author == \"Nigel Rees\"]",
            "/store/book/0 /store/book/1",
        ),
        ("$..book[?length(@.author) > 12]", "/store/book/2"),
        ("$..book[?count(@.*) == 4]", "/store/book/2"),
        ("$..book[?match(@.author, 'E.*')]", "/store/book/1"),
        ("$..book[?search(@.author, 'Rees')]", "/store/book/0"),
        ("$..book[?value(@..isbn) == '0-553']", "/store/book/2"),
        ("$[\"a/b~c'd\"].x", "/a~1b~0c'd/x"),
        ("$['a/b~c\\'d']['x']", "/a~1b~0c'd/x"),
    ] {
        let json = crate::read::tree(document).unwrap().to_json();
        let text = Value::from(query);
        let node = crate::document::NodeRef::root(&text);
        let mut diagnostics = Diagnostics::new();
        let query = super::query::Query::read(&node, &mut diagnostics).unwrap_or_else(|| panic!("{query}"));
        let found: Vec<_> = query.select(&json).iter().map(|at| at.to_string()[1..].to_owned()).collect();
        assert_eq!(found.join(" "), expected, "{text}");
    }
}
