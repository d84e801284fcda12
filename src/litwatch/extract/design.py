"""The study's design, by publication type and by what title and abstract say (rules: data/design.toml)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from litwatch.domain.article import Article
from litwatch.domain.study import Design
from litwatch.extract.resources import load
from litwatch.extract.words import plain


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the data file; text is compared in lower case."""

    design: Design
    types: frozenset[str]
    title: tuple[str, ...]
    text: tuple[str, ...]
    also: tuple[str, ...]
    unless: tuple[str, ...]

    def fits(self, types: frozenset[str], title: str, text: str) -> bool:
        if self.types and self.types.isdisjoint(types):
            return False
        if self.title and not _any_in(self.title, title):
            return False
        if self.text and not _any_in(self.text, text):
            return False
        if self.also and not _any_in(self.also, text):
            return False
        return not _any_in(self.unless, text)


def _any_in(phrases: tuple[str, ...], text: str) -> bool:
    # A plain loop: this is called thousands of times a second, and any() over a generator takes twice as long.
    for phrase in phrases:  # noqa: SIM110
        if phrase in text:
            return True
    return False


@cache
def rules() -> tuple[Rule, ...]:
    """The rules in their order of precedence."""
    return tuple(
        Rule(
            Design(rule["design"]),
            frozenset(rule.get("types", ())),
            *(tuple(rule.get(key, ())) for key in ("title", "text", "also", "unless")),
        )
        for rule in load("design")["rule"]
    )


def design_of(article: Article) -> Design:
    """The design by the first rule that fits; `other` if none does."""
    title = f" {plain(article.title).lower()} "
    labels = " ".join(section.label.lower() for section in article.sections if section.label)
    text = f"{title} {plain(article.abstract).lower()} {labels} "
    types = frozenset(article.publication_types)
    return next((rule.design for rule in rules() if rule.fits(types, title, text)), Design.OTHER)
