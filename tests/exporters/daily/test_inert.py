import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from exporters.daily.inert import TEXT_LIMIT, markdown, plain

HOSTILE = [
    "<script>alert(1)</script>",
    "a | b | c",
    "| --- |",
    "`code`",
    "**bold** _em_ __x__ ~~s~~",
    "[x](javascript:alert(1))",
    "![x](http://192.0.2.1/p.png)",
    "<img src=x onerror=alert(1)>",
    "# heading",
    "- list",
    "1. list",
    "1) list",
    "> quote",
    "```\nfence",
    "line\nbreak",
    "\r\n\r\n# x",
    "&lt;b&gt; &#60;",
    "http://evil.example/ www.evil.example",
    "\\| \\\\|",
    "=====",
    "---",
    "+ plus",
    "* star",
    "\u202egnp.exe",
    "\x1b[2J",
    "zero\u200bwidth",
    "\ufeff",
    "\ud800",
    "a\u2028b",
    ": colon",
    "<!-- x",
    "<http://evil.example>",
    "a\tb",
    "    code",
    "[^1]",
    "[x]: http://evil.example",
    "\U000e0041",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_shows_it_as_it_is(text):
    shown = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = shown.parse(f"x\n\n{markdown(text)}\n\ny")
    assert [t.type for t in tokens if t.type.endswith("_open")] == ["paragraph_open"] * 3
    inline = tokens[4]
    assert all(child.type in ("text", "text_special") for child in inline.children or ())
    assert "".join(child.content for child in inline.children or ()) == plain(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_cell_stays_one_cell(text):
    tokens = MarkdownIt("commonmark").enable("table").parse(f"| a | b |\n| --- | --- |\n| {markdown(text)} | x |\n")
    assert [t.type for t in tokens].count("td_open") == 2
    assert [t.type for t in tokens].count("tr_open") == 2


@given(st.text())
def test_plain_is_one_short_visible_line(text):
    shown = plain(text)
    assert len(shown.splitlines()) <= 1
    assert len(shown) <= TEXT_LIMIT * 10  # an invisible character becomes up to ten visible ones
    assert shown.isprintable() or any(c.isspace() for c in shown)
    shown.encode("utf-8")


def test_what_steers_the_eye_is_written_out():
    assert plain("a\u202eb") == "a\\u202eb"
    assert plain("\x1b[31m") == "\\u001b[31m"
    assert plain("中文 ok") == "中文 ok"
