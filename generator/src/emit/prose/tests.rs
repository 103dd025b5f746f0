use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag};

use super::{labelled, line, prose};

#[track_caller]
fn becomes(text: &str, expected: &str) {
    assert_eq!(prose(text), expected, "{text:?}");
}

#[test]
fn well_behaved_text_stays_as_it_is() {
    for text in [
        "One *two* _three_ **four** `five` ~~six~~.",
        "snake_case, 2 * 3, a < b, ~5 & more!",
        "[a](https://example.com/b_(c)) <https://example.com>",
        "One line\nand another.\n\nA paragraph.",
        "- a\n- b\n  - c\n\n1. d\n2. e",
        "* a\n\n  b\n\n* c",
        "> quoted\n>\n> - deep",
        "| a | b |\n|:---|---:|\n| `c\\|d` | e |",
        "```json\n{}\n```",
        "a\\\nb",
    ] {
        becomes(text, text);
    }
}

#[test]
fn code_becomes_no_test() {
    becomes("```\nlet a = 1;\n```", "```text\nlet a = 1;\n```");
    becomes("~~~rust,should_panic\nopen", "```text\nopen\n```");
    becomes("```JSON {x}\n1\n```", "```json\n1\n```");
    becomes("a\n\n    deep\n\n\tdeeper", "a\n\n```text\ndeep\n\ndeeper\n```");
    becomes("      deep", "deep");
    becomes("> ```rust\n>     a\n> ```", "> ```text\n>     a\n> ```");
    becomes("-     a\n- ~~~\n  b", "- ```text\n  a\n  ```\n- ```text\n  b\n  ```");
    becomes("~~~\n```\n~~~", "````text\n```\n````");
    becomes("a\n\n```\n\n```\n\nb", "a\n\nb");
}

#[test]
fn html_becomes_common_mark() {
    becomes("<p>a <b>b</b> <i>c</i> <code>d_e*</code></p><p>f</p>", "a **b** *c* `d_e*`\n\nf");
    becomes("a<br>b<br/><br />c", "a\\\nb\n\nc");
    becomes("<b>Note: </b>a <b></b> <b>x", "**Note:** a x");
    becomes("a<sup>2</sup> <span class=\"x\">b</span><!-- c -->", "a^2 b");
    becomes("One of:<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>d", "One of:\n\n- a\n- b\n  1. c\n\nd");
    becomes("<ul>\n  <li>a\n  <li>**b**\n</ul>\n\nc", "- a\n- **b**\n\nc");
    becomes("<blockquote>a<p>b</blockquote>c", "> a\n>\n> b\n\nc");
    becomes("<h3>a</h3>b<hr>c", "#### a\n\nb\n\n---\n\nc");
    becomes("<pre><code>  a &lt; b\n\n  c</code></pre>", "```text\n  a < b\n\n  c\n```");
    becomes(
        "<table><tr><th>a</th><th>b|</th></tr>\n<tr><td>1</td><td>2<br>3</td></tr></table>",
        "| a | b\\| |\n|---|---|\n| 1 | 2 3 |",
    );
    becomes("<a href=\"https://example.com/?a&amp;b\">c</a> <a href='/d'>e</a>", "[c](https://example.com/?a&b) e");
    becomes("<img src=\"https://example.com/a.png\" alt='b'> <img src=c alt=d>", "![b](https://example.com/a.png) d");
}

#[test]
fn other_html_is_text() {
    becomes("a <id> </id> <script>b</script>", "a \\<id> \\</id> \\<script>b\\</script>");
    becomes("<your-token>\nb", "\\<your-token>\nb");
    becomes("Map<String, Vec<u8>>", "Map\\<String, Vec\\<u8>>");
    becomes("&lt;b&gt; &amp;lt; a&b; x &c", "\\<b> \\&lt; a\\&b; x &c");
    becomes("<std::vec> <a:b>", "\\<std::vec> \\<a:b>");
}

#[test]
fn what_leads_nowhere_is_no_link() {
    becomes("a [b] [c][d] `[e]` ![f] [^1]", "a \\[b\\] \\[c\\]\\[d\\] `[e]` !\\[f\\] \\[^1\\]");
    becomes("[a](/b) [c](#d) [e](f.md) [g]()", "a c e g");
    becomes(
        "[a]: https://example.com\n\nsee [a] and [b][a]",
        "see [a](https://example.com) and [b](https://example.com)",
    );
    becomes("[a](https://example.com \"b\")", "[a](https://example.com)");
    becomes("![a](b.png) ![](https://example.com/c)", "a ![](https://example.com/c)");
    becomes("[`Order`](Order) [a](crate::Order)", "`Order` a");
    becomes("- [x] a\n- [ ] b", "- \\[x\\] a\n- \\[ \\] b");
}

#[test]
fn bare_urls_become_links() {
    becomes("see https://example.com/a_b*c.", "see <https://example.com/a_b*c>.");
    becomes("(https://example.com/a_(b)), xhttp://a.bc", "(<https://example.com/a_(b)>), x<http://a.bc>");
    becomes("[https://example.com](https://example.com)", "[https://example.com](https://example.com)");
    becomes("https://<host>/ https:// the h of https", "https://\\<host>/ https:// the h of https");
    becomes("<me@example.com>", "<me@example.com>");
}

#[test]
fn marks_that_are_text_are_escaped_where_they_would_be_more() {
    becomes("\\*a\\* 2 * 3 \\`b\\` ` c", "\\*a\\* 2 * 3 \\`b\\` \\` c");
    becomes("\\_a\\_ b_c_d *e", "\\_a\\_ b_c_d *e");
    becomes("\\- a\n1986\\. b\n\\# c\n\\> d\n\\~~~", "\\- a\n1986\\. b\n\\# c\n\\> d\n\\~~~");
    becomes("a\n\\---\nb\n\\===", "a\n\\---\nb\n\\===");
    becomes("`a```` b ````", "\\`a`b`");
    becomes("`a`<code>b</code>", "`a` `b`");
    becomes("``a ` b``", "``a ` b``");
    becomes("\\\\https://example.com", "\\\\<https://example.com>");
    becomes("\\\\[a]", "\\\\\\[a\\]");
    becomes("x!<a href='https://example.com'>b</a>", "x\\![b](https://example.com)");
}

#[test]
fn blocks_stand_apart() {
    becomes("# a\ntext\n- b\n***\n```\nc\n```", "## a\n\ntext\n\n- b\n\n---\n\n```text\nc\n```");
    becomes("a\n===\n###### b #\n# c \\#", "## a\n\n###### b\n\n## c \\#");
    becomes("- a\nb\n  1. c\nd\n\ne", "- a\n  b\n  1. c\n     d\n\ne");
    becomes("- a\n\n<!-- -->\n\n- b", "- a\n\n* b");
    becomes("- a\n-\n- b", "- a\n- b");
    becomes("- a\n  ***\n  b", "- a\n\n  ___\n\n  b");
    becomes("> [!NOTE]\n> a", "> **Note:** a");
    becomes("5) a\n\n   b\n6) c", "5) a\n\n   b\n\n6) c");
}

#[test]
fn nothing_invisible_is_left() {
    becomes("\ta\rb\u{202e}c\u{7}\u{0}\u{feff}d", "a bcd");
    becomes("a\n\n&nbsp;\\~~~", "a\n\n\\~~~");
    becomes("a&#x202e;b&nbsp;c\u{a0}d\u{2028}e", "ab c d e");
    becomes("```\na\tb\n```", "```text\na    b\n```");
    becomes("[a](https://example.com/&#x202e;&#10;)", "[a](https://example.com/)");
}

#[test]
fn a_label_begins_the_first_paragraph() {
    assert_eq!(labelled("`a`:", "b\n\nc"), "`a`: b\n\nc");
    assert_eq!(labelled("`a`:", "<p>b</p>"), "`a`: b");
    assert_eq!(labelled("`a`:", "- b"), "`a`:\n\n- b");
}

#[test]
fn a_line_is_one_line() {
    assert_eq!(line("# a\n\n- b\n- c|d\n\n```\ne\n f\n```\n> g<br>h"), "a b c\\|d `e f` g h");
    assert_eq!(line("| a |\n|---|\n| b |"), "a b");
    assert_eq!(line("1. a"), "a");
    assert_eq!(line("2 - 1"), "2 - 1");
}

/// Returns what rustdoc would complain about, if anything.
fn fault(text: &str) -> Option<String> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_SMART_PUNCTUATION;
    let mut broken = None;
    let mut note = |link: pulldown_cmark::BrokenLink<'_>| {
        broken = Some(format!("the link {:?}", link.reference));
        None
    };
    let mut fault = None;
    let mut verbatim = 0;
    for event in Parser::new_with_broken_link_callback(text, options, Some(&mut note)) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => fault = Some(format!("the HTML {html:?}")),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => fault = Some("indented code".to_owned()),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                verbatim += 1;
                if !super::LANGUAGES.contains(&&*info) && &*info != "text" {
                    fault = Some(format!("code in {info:?}"));
                }
            }
            Event::Start(Tag::Link { link_type, dest_url, .. }) => {
                verbatim += 1;
                let is_mail = link_type == LinkType::Email || dest_url.starts_with("mailto:");
                if !is_mail && !dest_url.starts_with("http") {
                    fault = Some(format!("the link to {dest_url:?}"));
                }
            }
            Event::End(pulldown_cmark::TagEnd::CodeBlock | pulldown_cmark::TagEnd::Link) => verbatim -= 1,
            Event::Text(text) if verbatim == 0 && text.contains("://a.bc") => {
                fault = Some(format!("the URL in {text:?}"))
            }
            Event::FootnoteReference(name) => fault = Some(format!("the footnote {name:?}")),
            _ => {}
        }
    }
    fault.or(broken)
}

#[test]
#[allow(clippy::too_many_lines, reason = "a list of all pieces of Markdown")]
fn whatever_is_mixed_rustdoc_has_nothing_to_say() {
    const PARTS: &[&str] = &[
        "[",
        "]",
        "(",
        ")",
        "[a]",
        "[a][b]",
        "[`x`]",
        "(#x)",
        "(https://a.bc)",
        "![",
        "`",
        "``",
        "```",
        "~~~",
        "~~",
        "*",
        "_",
        "**",
        "***",
        " ",
        "    ",
        "\t",
        "\n",
        "\n\n",
        "\n    ",
        "\n> ",
        "\n- ",
        "\n1. ",
        "\n# ",
        "\n---\n",
        "\n===\n",
        "| a | b |\n",
        "|---|---|\n",
        "|",
        "<",
        "</",
        ">",
        "<b>",
        "</b>",
        "<p>",
        "<br>",
        "<ul>",
        "</ul>",
        "<li>",
        "<code>",
        "</code>",
        "<pre>",
        "</pre>",
        "<a href='https://a.bc/d'>",
        "</a>",
        "<div>",
        "<table>",
        "<td>",
        "<id>",
        "<script>",
        "<!--",
        "-->",
        "<h2>",
        "<hr>",
        "<blockquote>",
        "https://a.bc",
        "http://a.bc/x_(y)",
        "<x@y.zz>",
        "<a:b>",
        "&amp;",
        "&lt;",
        "&",
        "\\",
        "a",
        "snake_case",
        "\u{a0}",
        "\r",
        ":",
        "\"",
        "#",
        "[^1]",
        "[^1]: x",
        "\n[a]: https://x.yz\n",
        "\n[b]: /rel\n",
        "- [x] ",
        "1.",
        "+",
        "=",
        "-",
        "```rust\n",
        "fn main() {}",
    ];
    let mut seed = 1_u32;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        usize::try_from(seed >> 8).unwrap_or(0) % below
    };
    for _ in 0..4_000 {
        let text: String = (0..next(16) + 2).map(|_| PARTS[next(PARTS.len())]).collect();
        for written in [prose(&text), format!("- {}", line(&text)), labelled("`a`:", &text)] {
            let written = written.trim();
            assert_eq!(fault(written), None, "{text:?} became:\n{written}");
        }
    }
}

#[test]
fn plenty_of_one_mark_is_read_in_no_time() {
    let began = std::time::Instant::now();
    for part in
        ["[", "<", "<!--", "<a '", "*a", "`a``", "> ", "<b>x ", "<ul><li>x", "<blockquote>a", "](", "[a]: x\n\n"]
    {
        let text = part.repeat(300_000 / part.len());
        assert!(prose(&text).len() < 2_400_000, "{part:?}");
    }
    // A quadratic step takes minutes.
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
}
