"""Write each student's feedback: `feedback.md` and `feedback.html`, which say the same."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lab.files import write_atomically
from lab.grading.feedback_page import page_of
from lab.grading.feedback_text import block, folded, markdown_block, markdown_line
from lab.grading.feedback_words import feedback_words
from lab.grading.graded import Graded
from lab.spec import LabSpec, Language

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).resolve().parent / "templates"


def write_feedback(
    folder: Path, graded: Graded, spec: LabSpec, language: Language, *, work: tuple[str, str] = ("", "")
) -> None:
    """Write `folder/feedback.md` and `folder/feedback.html`; the same grade gives the same bytes.

    `work` is when the student's work began and ended, ISO 8601 in UTC; empty texts are left out. `spec` says which
    steps are marked. Raises `InputError` when `data/feedback.toml` cannot be used.
    """
    words = feedback_words().in_language(language)
    page = page_of(graded, spec, language, words, work)
    for name, environment in (("feedback.md", _markdown()), ("feedback.html", _html())):
        write_atomically(folder / name, environment.get_template(f"{name}.j2").render(page=page, words=words))


@functools.cache
def _html() -> Environment:
    """Templates in which every text is escaped, and folded into one line unless `block` keeps its lines."""
    from markupsafe import Markup, escape

    return _environment(folded, lambda text: Markup(escape(block(text))), autoescape=True)


@functools.cache
def _markdown() -> Environment:
    """Templates in which every text is one line of plain words and code spans, or a fenced `block`."""
    from markupsafe import Markup

    return _environment(lambda text: Markup(markdown_line(text)), lambda text: Markup(markdown_block(text)))


def _environment(line: Callable[[str], str], lines: Callable[[str], str], *, autoescape: bool = False) -> Environment:
    # Imported here: a run that grades nobody does not pay for it.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    def finalized(value: Any) -> Any:
        return line(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        finalize=finalized,
        autoescape=autoescape,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.filters["block"] = lines
    return environment
