//! The HTML page of the API: complete, safe for any document, and usable in a browser.

#![allow(clippy::panic, reason = "a test that cannot go on can only stop")]

#[path = "page/chrome.rs"]
mod chrome;

use std::path::PathBuf;
use std::{env, fs};

use chrome::Chrome;
use sdk_generator::diagnostics::Diagnostics;
use sdk_generator::ir::{Api, Shape, Usage};
use sdk_generator::mode::Mode;
use sdk_generator::source::Source;
use sdk_generator::{model, page::page, read};
use sdk_tests::{document, fixture, hostile, root, source};

fn api(source: &Source, mode: Mode) -> Api {
    let mut diagnostics = Diagnostics::new();
    let document = read::read(source, mode, &mut diagnostics).expect("the document can be read");
    let (api, _) = model(&document, mode, &mut diagnostics);
    assert!(!diagnostics.has_errors(), "the document has errors");
    api
}

fn own() -> (Api, String) {
    let api = api(&document(), Mode::Strict);
    let page = page(&api, "zuora-payments");
    (api, page)
}

/// Escapes text as HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Returns the text of a page without its tags.
fn text_of(page: &str) -> String {
    let mut text = String::new();
    for piece in page.split('<') {
        text.push_str(piece.split_once('>').map_or(piece, |(_, text)| text));
    }
    text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[test]
fn everything_of_the_document_is_in_the_page() {
    let (api, page) = own();
    let has = |what: &str| assert!(page.contains(what), "{what} is missing");
    for operation in &api.operations {
        has(&format!("id=\"operation-{}\"", operation.name.rust()));
        for parameter in operation.headers.iter().map(|header| &header.name) {
            has(&format!("id=\"parameter-{}-{}\"", operation.name.rust(), parameter.rust()));
        }
        for response in &operation.documented_responses {
            has(&format!(">{}</span>", response.status));
        }
    }
    for definition in api.types.iter().filter(|definition| definition.usage != Usage::Unused) {
        let owner = definition.name.rust();
        has(&format!("id=\"type-{owner}\""));
        let (kind, names) = match &definition.shape {
            Shape::Struct(object) => ("field", object.fields.iter().map(|field| &field.name).collect()),
            Shape::Enum(choice) => ("value", choice.variants.iter().map(|variant| &variant.name).collect()),
            Shape::Union(_) | Shape::Alias(_) => ("", Vec::new()),
        };
        for name in names {
            has(&format!(
                "<tr id=\"{kind}-{owner}-{}\" data-kind=\"{kind}\" data-name=\"{}\"",
                name.rust(),
                escaped(name.wire())
            ));
        }
    }
}

#[test]
fn every_example_is_in_the_page_as_json_and_the_rust_of_it_is_tested() {
    let (api, page) = own();
    let text = text_of(&page);
    let mut shown = 0;
    for operation in &api.operations {
        let path = root().join("generated/src/operations").join(format!("{}.rs", operation.name.rust()));
        let docs = fs::read_to_string(path).unwrap();
        let docs = docs.lines().filter_map(|line| line.trim_start().strip_prefix("///"));
        let docs = docs.map(|line| line.strip_prefix(' ').unwrap_or(line)).filter(|line| !line.starts_with("# "));
        let docs = docs.collect::<Vec<_>>().join("\n");
        for example in operation.body.iter().flat_map(|body| &body.examples) {
            assert!(text.contains(&example.summary), "{} is missing", example.summary);
            let compact: String = text.split_whitespace().collect();
            let json: String = example.value.to_string().split_whitespace().collect();
            assert!(compact.contains(&json), "{} is not shown as JSON", example.summary);
            shown += 1;
        }
        let method = format!(".{}(", operation.name.rust());
        let snippets = page.split("Rust<button").skip(1).filter_map(|rest| rest.split_once("</figure>"));
        let snippets = snippets.map(|(pane, _)| text_of(pane.split_once("<pre").unwrap().1));
        let snippets: Vec<_> = snippets.filter(|code| code.contains(&method)).collect();
        assert_eq!(snippets.len(), operation.body.iter().flat_map(|body| &body.examples).count());
        for code in snippets {
            let code = code.split_once('>').map_or(&*code, |(_, code)| code).trim();
            assert!(docs.contains(code), "not tested:\n{code}");
        }
    }
    assert!(shown >= 8, "the document shows {shown} requests");
}

#[test]
fn links_within_the_page_lead_somewhere_and_none_twice() {
    let (_, page) = own();
    let ids: Vec<_> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let unique: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(ids.len(), unique.len(), "an anchor is there twice");
    for target in page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(unique.contains(&target), "nothing is at #{target}");
    }
}

#[test]
fn a_small_document_makes_this_page() {
    let api = api(&source("tests/fixtures/accepted/minimal.yaml"), Mode::Strict);
    let page = page(&api, "minimal");
    let body = page.split_once("<main").and_then(|(_, rest)| rest.split_once("</main>")).expect("there is content").0;
    let sentence = "The page of the least document: what people read of its operation and its types.";
    fixture::snapshot("page", sentence).bind(|| insta::assert_snapshot!("minimal", body.replace("><", ">\n<")));
}

/// Returns a document in which everything that is text tries to become code.
fn injecting() -> Source {
    let script =
        "</script></style><script>document.title='hit'</script><img src=x onerror=alert(1)>\\\" onclick=alert(1)";
    let text = fs::read_to_string(root().join("tests/fixtures/page/injection.yaml")).expect("the fixture is there");
    Source::new("injection.yaml", text.replace("INJECTION", script))
}

#[test]
fn what_a_document_says_stays_text() {
    let page = page(&api(&injecting(), Mode::Lenient), "injection");
    assert_eq!(page.matches("<script").count(), 1, "there is one script, and it is ours");
    assert_eq!(page.matches("<style").count(), 1);
    assert!(!page.contains("<img"), "a picture is in the page");
    let tags = page.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag);
    let outside: String = tags.map(|tag| tag.split('"').step_by(2).collect::<String>()).collect();
    assert!(!outside.contains("onclick=") && !outside.contains("onerror="), "an attribute got out");
}

#[test]
fn documents_that_nobody_would_write_make_pages() {
    for one in hostile::small().into_iter().chain([hostile::names()]) {
        let page = page(&api(&Source::new(format!("{}.yaml", one.name), one.text), Mode::Lenient), "hostile");
        assert!(page.ends_with("</html>"), "{}", one.name);
    }
}

/// Returns the browser, or nothing where none is and none has to be.
fn browser() -> Option<Chrome> {
    let found = chrome::installed();
    let required = env::var_os("REQUIRE_CHROMIUM").is_some();
    if found.is_none() {
        eprintln!("NOT TRIED: no Chromium is on this machine, so nobody looked at the page");
        assert!(!required, "a browser is required here: install Chromium");
    }
    found.map(|program| Chrome::start(&program))
}

/// Returns the page on the disk.
fn file(name: &str, page: &str) -> PathBuf {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&file, page).expect("the folder is there");
    file
}

/// The smallest contrast of the texts of some elements with what is behind them, by the formula of WCAG.
const CONTRAST: &str = r#"(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (c) => { c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const luminance = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const color = rgb(getComputedStyle(node).backgroundColor);
      if (color[3] === 255) return color;
    }
    return [255, 255, 255, 255];
  };
  const contrast = (node) => {
    const two = [luminance(rgb(getComputedStyle(node).color)), luminance(behind(node))].sort((a, b) => b - a);
    return (two[0] + 0.05) / (two[1] + 0.05);
  };
  const seen = "p, td, th, a, h2, .mark, .rust, .limits p, .note, .method, .status, .pane .text, figcaption, button, kbd";
  const nodes = [...document.querySelectorAll(seen)].filter((node) => node.textContent.trim() && !node.matches(".anchor, .skip, #told"));
  const worst = nodes.map((node) => [contrast(node), node.className || node.tagName]).sort((a, b) => a[0] - b[0])[0];
  return { worst: worst[0], where: worst[1], ground: getComputedStyle(document.documentElement).backgroundColor };
})()"#;

const OVERFLOW: &str = "document.documentElement.scrollWidth - document.documentElement.clientWidth";

#[test]
fn the_page_works_in_a_browser() {
    let Some(mut chrome) = browser() else { return };
    let file = file("page.html", &own().1);
    chrome.resize(1280, 900);
    chrome.prefer("light");
    chrome.open(&file);
    chrome.picture("light");
    searches(&mut chrome);
    copies(&mut chrome);
    has_two_sets_of_colours(&mut chrome);
    fits_a_phone(&mut chrome);
    assert_eq!(chrome.complaints(), [""; 0]);
    let own = format!("file://{}", file.display());
    let others = chrome.requests().into_iter().filter(|url| *url != own && !url.starts_with("data:"));
    assert_eq!(others.collect::<Vec<_>>(), [""; 0], "the page asks for something");
    reads_without_its_script(&mut chrome, &file);
}

fn searches(chrome: &mut Chrome) {
    chrome.press("/");
    assert_eq!(chrome.eval("document.activeElement.id"), "search");
    chrome.type_text("gatewayOrderId");
    let first = chrome.eval("document.querySelector('#found [aria-selected=true] code').textContent");
    assert_eq!(first, "gatewayOrderId");
    chrome.picture("search");
    let first = chrome.eval("document.querySelector('#found [aria-selected=true]').dataset.target");
    chrome.press("ArrowDown");
    let second = chrome.eval("document.querySelector('#found [aria-selected=true]').dataset.target");
    assert_ne!(first, second);
    chrome.press("Enter");
    assert_eq!(chrome.eval("document.activeElement.id"), second);
    assert_eq!(chrome.eval("decodeURIComponent(location.hash.slice(1))"), second);
    assert_eq!(chrome.eval("document.querySelector('#found').hidden"), true);
    let is_seen = "(() => { const r = document.activeElement.getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight; })()";
    chrome.wait_for(is_seen);
    chrome.picture("found");
    // By the name it has in Rust, and by a word of its description.
    for (query, name) in [("gateway_order_id", "gatewayOrderId"), ("Orbital", "authTransactionId")] {
        chrome.press("/");
        chrome.type_text(query);
        let names = chrome.eval("[...document.querySelectorAll('#found code')].map((code) => code.textContent)");
        assert!(names.as_array().is_some_and(|names| names.iter().any(|found| found == name)), "{query} found {names}");
        chrome.press("Escape");
    }
    chrome.press("/");
    chrome.type_text("no such thing");
    assert_eq!(chrome.eval("document.querySelector('#found').textContent"), "Nothing found");
    chrome.press("Escape");
}

fn copies(chrome: &mut Chrome) {
    let origin_free = serde_json::json!({"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]});
    chrome.call("Browser.grantPermissions", origin_free);
    let pane = "document.querySelectorAll('.pane')[1]";
    chrome.eval(&format!("{pane}.scrollIntoView(); {pane}.querySelector('.copy').click()"));
    chrome.wait_for(&format!("{pane}.querySelector('.copy').textContent === 'Copied'"));
    let copied = chrome.eval("navigator.clipboard.readText()");
    assert_eq!(copied, chrome.eval(&format!("{pane}.querySelector('code').textContent")));
    assert!(copied.as_str().is_some_and(|code| code.contains("await?")), "{copied}");
    chrome.picture("example");
}

fn has_two_sets_of_colours(chrome: &mut Chrome) {
    let light = chrome.eval(CONTRAST);
    chrome.prefer("dark");
    let dark = chrome.eval(CONTRAST);
    chrome.picture("dark");
    assert_ne!(light["ground"], dark["ground"]);
    for colours in [&light, &dark] {
        assert!(colours["worst"].as_f64().is_some_and(|contrast| contrast >= 4.5), "too pale: {colours}");
    }
    chrome.eval("document.querySelector('#theme').click()");
    assert_eq!(chrome.eval(CONTRAST)["ground"], light["ground"], "the button overrides the system");
    assert_eq!(chrome.eval("document.querySelector('#theme').textContent"), "Dark");
}

fn fits_a_phone(chrome: &mut Chrome) {
    for width in [320, 360, 400, 768] {
        chrome.resize(width, 740);
        let wide = "[...document.querySelectorAll('main *')].find((node) => node.getBoundingClientRect().right > innerWidth + 1 && !node.closest('pre, table'))?.outerHTML.slice(0, 200) ?? ''";
        assert_eq!(chrome.eval(OVERFLOW), 0, "at {width} the page is wider than the window: {}", chrome.eval(wide));
        chrome.picture(&format!("width-{width}"));
    }
    chrome.resize(360, 740);
    chrome.eval("document.querySelector('#type-CreatePaymentRequest').scrollIntoView()");
    chrome.picture("phone-fields");
    chrome.resize(1280, 900);
}

fn reads_without_its_script(chrome: &mut Chrome, file: &std::path::Path) {
    chrome.call("Emulation.setScriptExecutionDisabled", serde_json::json!({"value": true}));
    chrome.open(file);
    // What the protocol evaluates runs all the same.
    assert_eq!(chrome.eval("document.querySelector('.search').hidden && document.querySelector('.copy').hidden"), true);
    let height =
        chrome.eval("document.querySelector('#field-CreatePaymentRequest-amount').getBoundingClientRect().height");
    assert!(height.as_f64().is_some_and(|height| height > 10.0), "fields are not seen");
    assert_eq!(chrome.eval("document.querySelectorAll('details.example[open] pre').length > 0"), true);
    chrome.call("Emulation.setScriptExecutionDisabled", serde_json::json!({"value": false}));
}

#[test]
fn a_hostile_document_runs_nothing_in_a_browser() {
    let Some(mut chrome) = browser() else { return };
    let page = page(&api(&injecting(), Mode::Lenient), "injection");
    chrome.open(&file("injection.html", &page));
    let title = chrome.eval("document.title");
    assert!(title.as_str().unwrap().contains("<script>"), "the title is what the document says: {title}");
    assert_eq!(chrome.eval("document.scripts.length"), 1);
    chrome.press("/");
    chrome.type_text("script");
    assert_eq!(chrome.eval("document.querySelectorAll('#found img, #found script').length"), 0);
    assert_eq!(chrome.complaints(), [""; 0]);
}
