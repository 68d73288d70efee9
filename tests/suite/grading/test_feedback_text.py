"""Texts of others in Markdown: read back by a parser, they are the same text, and nothing but text."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from lab.grading.feedback_steps import Finding, findings_of, without_hint
from lab.grading.feedback_text import LONGEST_LINE, block, folded, markdown_block, markdown_line
from lab.spec import LabSpec
from lab.verdict import Check, RunFacts, judge_run
from tests.suite.grading.feedback_students import NO_CLEAN_UP
from tests.suite.lab.fakes import the_spec

# What an inline text may be made of: words and code.
PLAIN = {"text", "code_inline", "softbreak"}


def rendered(markdown: str) -> str:
    """The text of one line of Markdown, which must be nothing but text and code."""
    (tokens,) = [token.children for token in MarkdownIt("commonmark").parse(f"- Label: {markdown}") if token.children]
    assert {token.type for token in tokens} <= PLAIN
    return "".join(token.content for token in tokens).removeprefix("Label: ")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Ada Lovelace", id="name"),
        pytest.param("O’Neil, Grace (she/her)", id="punctuation"),
        pytest.param("김하늘", id="hangul"),
        pytest.param("capacity of ft-travel: found 10, the lab asks for 5", id="reason"),
    ],
)
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert markdown_line(text) == text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[click](https://evil.example)", id="link"),
        pytest.param("![x](https://evil.example/x.png)", id="image"),
        pytest.param("<img src=x onerror=alert(1)>", id="html"),
        pytest.param("<https://evil.example>", id="autolink"),
        pytest.param("see https://evil.example now", id="address"),
        pytest.param("see WWW.evil.example or evil.example", id="address-without-scheme"),
        pytest.param("see www.1.2 and ftp://1.2", id="address-of-numbers"),
        pytest.param("thanks @octocat and ada@contoso.edu", id="mention"),
        pytest.param("closes #12", id="reference"),
        pytest.param("*a* _b_ ~~c~~ **d e**", id="emphasis"),
        pytest.param("a * b * c", id="signs-by-themselves"),
        pytest.param("a | b | c", id="table"),
        pytest.param("`code` and ``more``", id="backticks"),
        pytest.param("`", id="one-backtick"),
        pytest.param("a\\", id="backslash"),
        pytest.param("&lt;b&gt; &#64;all", id="entities"),
        pytest.param(":tada: $x^2$ [^1]", id="extensions"),
    ],
)
def test_marked_up_text_is_shown_as_text(text: str) -> None:
    markdown = markdown_line(text)
    assert rendered(markdown) == text
    outside = "".join(
        token.content
        for line in MarkdownIt("commonmark").parse(f"- {markdown}")
        for token in line.children or []
        if token.type == "text"
    )
    # What other renderers look for in the text that is left: mentions, references, addresses, formulas, pictures.
    for sign in ("@", "#", "://", "www.", "WWW.", ".example", "$", ":tada:", "|", "[", "<", "*", "_", "~"):
        assert sign not in outside


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("# heading\n\n- item\r\n> quote", "# heading - item > quote", id="lines"),
        pytest.param("a\u2028b\u2029c\x0bd\x85e", "a b c d e", id="line-breaks-of-every-kind"),
        pytest.param("\x1b[31mred\x1b[0m\x07", "␛[31mred␛[0m␇", id="ansi"),
        pytest.param("\u202eevil\u202c \u2066x\u2069", "evil x", id="direction"),
        pytest.param("a\x00b\ud800c", "a␀b\ufffdc", id="no-characters"),
    ],
)
def test_what_cannot_be_shown_on_one_line_is_not(text: str, shown: str) -> None:
    assert folded(text) == shown
    assert rendered(markdown_line(text)) == shown


def test_no_text_is_none() -> None:
    assert (folded(""), markdown_line(""), block("")) == ("", "", "")


def test_right_to_left_text_turns_nothing_around_it() -> None:
    assert markdown_line("أحمد") == "\u2068أحمد\u2069"
    assert markdown_line("نص @all") == "\u2068نص `@all`\u2069"


def test_a_megabyte_on_one_line_is_cut() -> None:
    assert len(markdown_line("a" * 1_000_000)) < LONGEST_LINE + 50
    assert "(1000000 characters)" in markdown_line("a" * 1_000_000)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("plain\n\ntwo paragraphs", id="paragraphs"),
        pytest.param("```\n# out of the fence\n```\n````` five", id="fences"),
        pytest.param("~~~\n<script>alert(1)</script>", id="html"),
        pytest.param("    indented\n- list", id="structure"),
        pytest.param("\n\nlines around\n\n", id="empty-lines"),
    ],
)
def test_a_block_is_one_fenced_block(text: str) -> None:
    tokens = MarkdownIt("commonmark").parse(f"Label\n\n{markdown_block(text)}\n\nafter\n")
    assert [token.type for token in tokens if token.type in ("fence", "inline")] == ["inline", "fence", "inline"]
    (fence,) = [token for token in tokens if token.type == "fence"]
    assert fence.content == f"{text}\n"


def test_a_block_keeps_its_lines_and_nothing_that_is_obeyed() -> None:
    assert block("a\r\nb\rc\n\x1b[2Jd\u202e") == "a\nb\nc\n␛[2Jd"


@pytest.mark.parametrize(
    ("reason", "findings"),
    [
        pytest.param("", (), id="nothing"),
        pytest.param("ValueError: no", (Finding("ValueError: no", ""),), id="not-apart"),
        pytest.param("hub: found X, the lab asks for Y", (Finding("hub: found X", "Y"),), id="one"),
        pytest.param(
            "sku: found A, the lab asks for B; capacity: found 10, the lab asks for 5",
            (Finding("sku: found A", "B"), Finding("capacity: found 10", "5")),
            id="two",
        ),
        pytest.param(
            "job j: failed, a; b; the lab asks for a job that succeeds",
            (Finding("job j: failed, a; b", "a job that succeeds"),),
            id="semicolons-before",
        ),
        pytest.param(
            "quota: found 0, the lab asks for 5; ask for more; wait",
            (Finding("quota: found 0", "5; ask for more; wait"),),
            id="semicolons-after",
        ),
    ],
)
def test_a_reason_is_taken_apart(reason: str, findings: tuple[Finding, ...]) -> None:
    assert findings_of(reason) == findings


@pytest.fixture(scope="module")
def spec() -> LabSpec:
    return the_spec()


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("outcome", ["failed", "inconclusive"])
def test_the_hint_that_a_verdict_ends_a_reason_with_is_taken_off(spec: LabSpec, outcome: str, language: str) -> None:
    facts = RunFacts("", "", "", "", "", "", "", "")
    check = Check("3.2", outcome, "sku: found A, the lab asks for B.", 0)  # type: ignore[arg-type]
    verdict = judge_run(spec, facts, [check], NO_CLEAN_UP, language)  # type: ignore[arg-type]
    (result,) = [step for step in verdict.steps if step.id == "3.2"]
    assert result.reason != check.reason
    assert without_hint(result.reason, spec.step("3.2"), spec) == "sku: found A, the lab asks for B"


def test_a_traceback_is_left_out_and_a_text_about_one_is_not(spec: LabSpec) -> None:
    crash = 'KeyError: 1\nTraceback (most recent call last):\n  File "x.py", line 1\n'
    assert without_hint(crash, spec.step("3.2"), spec) == "KeyError: 1"
    said = "it said: Traceback (most recent call last): is what Python prints"
    assert without_hint(said, spec.step("3.2"), spec) == said
