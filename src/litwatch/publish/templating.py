"""The Jinja2 environment: escaping always on, an unknown name is an error, and every printed text is legal XML."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from litwatch.domain.links import pubmed_url
from litwatch.domain.text import xml_chars
from litwatch.publish import forest, phrases, telling
from litwatch.publish.publication import (
    METHOD,
    anchor,
    issue_path,
    note_path,
    notice_anchor,
    question_path,
    rejects_path,
    shelf_path,
    topic_path,
)
from litwatch.publish.references import FORMS


def render(template: str, **values: object) -> str:
    """The template filled in. HTML with inline style sheets is the result; texts in `values` are escaped."""
    return _environment().get_template(template).render(**values)


@cache
def source(template: str) -> Markup:
    """A template file as it is, which is also how templates print it (the style sheets)."""
    environment = _environment()
    assert environment.loader is not None
    return Markup(environment.loader.get_source(environment, template)[0])  # noqa: S704 (the package's own file)


def _clean(value: object) -> object:
    """Cleans what a template prints; `Markup` was made by a template and is clean already."""
    return value if isinstance(value, Markup) else xml_chars(str(value))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("litwatch.publish"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_clean,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(
        phrases=phrases,
        telling=telling,
        forest=forest,
        pubmed_url=pubmed_url,
        anchor=anchor,
        notice_anchor=notice_anchor,
        issue_path=issue_path,
        note_path=note_path,
        question_path=question_path,
        rejects_path=rejects_path,
        shelf_path=shelf_path,
        topic_path=topic_path,
        METHOD=METHOD,
        reference_forms=tuple(FORMS.values()),
    )
    return environment
