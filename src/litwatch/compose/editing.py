"""An editor's changes to a draft. Pure: an edition and an edit → the next edition.

No edit touches the program's text: the editor's words stand in paragraphs of their own, with their provenance. A note
that is added, or told anew because the editor has amended a row of its ledger, has to pass the same gate as the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from litwatch.compose.amending import same_row
from litwatch.compose.issue import Wanted, retell
from litwatch.compose.words import count
from litwatch.domain.digest import AmendedRow, Issue, Length, Mention, Nugget, Rating
from litwatch.domain.edits import Add, Amend, Drop, Edit, Foreword, Move, Override, Words
from litwatch.domain.prose import Paragraph, Part, Provenance, Sentence
from litwatch.domain.text import clean_text
from litwatch.errors import UsageError

Feature = Callable[[Wanted], Nugget | tuple[str, ...]]
"""Makes the note that is wanted, or says what stands against it."""

MOST_STARS = 5

# The choice of notes first, then their order, then what is said about them.
_ORDER = (Add, Drop, Move, Amend, Override, Words, Foreword)
_NEW_PARAGRAPH = re.compile(r"\n\s*\n")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


@dataclass(frozen=True, slots=True)
class Edition:
    """An issue before it is published, and what it makes of each paper."""

    issue: Issue
    fates: Mapping[str, tuple[str, str]]
    """PMID → (nugget, mention or excluded; the reason in words)."""


def revise(edition: Edition, edit: Edit, feature: Feature) -> Edition:
    """The edition after `edit`. UsageError, one line, for an edit that makes no sense in it."""
    if isinstance(edit, Foreword):
        return replace(edition, issue=replace(edition.issue, foreword=_paragraphs_text(edit.text)))
    if isinstance(edit, Add):
        return _add(edition, edit, feature)
    place, nugget = nugget_on(edition.issue, edit.pmid)
    if isinstance(edit, Drop):
        return _drop(edition, edit, nugget)
    nuggets = list(edition.issue.nuggets)
    if isinstance(edit, Move):
        if not 1 <= edit.place <= len(nuggets):
            raise UsageError(f"there is no place {edit.place}: the draft has {count(len(nuggets), 'nugget')}")
        nuggets.insert(edit.place - 1, nuggets.pop(place))
    elif isinstance(edit, Amend):
        nuggets[place] = _amend(nugget, edit, [*nuggets[:place], *nuggets[place + 1 :]], feature)
    else:
        nuggets[place] = _override(nugget, edit) if isinstance(edit, Override) else _speak(nugget, edit)
    return replace(edition, issue=retell(replace(edition.issue, nuggets=tuple(nuggets))))


def replay(edition: Edition, edits: Iterable[Edit], feature: Feature) -> tuple[Edition, tuple[str, ...]]:
    """A newly composed edition with the editor's changes made again, and those that do not fit it, each in a line."""
    unfit: list[str] = []
    for edit in sorted(edits, key=lambda edit: _ORDER.index(type(edit))):
        if _is_so_already(edition.issue, edit):
            continue
        try:
            edition = revise(edition, edit, feature)
        except UsageError as error:
            unfit.append(f"{edit.kind}: {error}")
    return edition, tuple(unfit)


def told(issue: Issue, pmid: str) -> bool:
    """Whether the issue has a note about this paper."""
    return any(nugget.pmid == pmid for nugget in issue.nuggets)


def nugget_on(issue: Issue, pmid: str) -> tuple[int, Nugget]:
    """The note about this paper and its place, counted from 0; UsageError, one line, if the draft has none."""
    for place, nugget in enumerate(issue.nuggets):
        if nugget.pmid == pmid:
            return place, nugget
    if any(mention.pmid == pmid for mention in issue.also):
        raise UsageError(f"{pmid} is listed under 'Also new': add it first")
    raise UsageError(f"the draft of {issue.week} has no nugget on {pmid}")


def _is_so_already(issue: Issue, edit: Edit) -> bool:
    """The choice of the week's papers may have come to the same by itself."""
    if isinstance(edit, Add):
        return told(issue, edit.pmid)
    return isinstance(edit, Drop) and any(mention.pmid == edit.pmid for mention in issue.also)


def _add(edition: Edition, edit: Add, feature: Feature) -> Edition:
    issue, pmid = edition.issue, edit.pmid
    if told(issue, pmid):
        raise UsageError(f"the draft of {issue.week} has a nugget on {pmid} already")
    mention = next((mention for mention in issue.also if mention.pmid == pmid), None)
    if mention is None:
        raise UsageError(f"{pmid} is not listed under 'Also new' in the draft of {issue.week}")
    made = feature(Wanted(mention, issue.nuggets, Length.NOTE if issue.nuggets else Length.FEATURE))
    if not isinstance(made, Nugget):
        raise UsageError(f"{pmid} cannot be told: {'; '.join(made)}")
    also = tuple(mention for mention in issue.also if mention.pmid != pmid)
    fates = {**edition.fates, pmid: ("nugget", f"added by the editor, {edit.by}")}
    return Edition(retell(replace(issue, nuggets=(*issue.nuggets, made), also=also)), fates)


def _drop(edition: Edition, edit: Drop, nugget: Nugget) -> Edition:
    issue = edition.issue
    mention = _as_mention(nugget)
    nuggets = tuple(kept for kept in issue.nuggets if kept is not nugget)
    reason = f"dropped by the editor, {edit.by}: {clean_text(edit.reason)}"
    fates = {**edition.fates, nugget.pmid: ("mention", reason)}
    return Edition(retell(replace(issue, nuggets=nuggets, also=(mention, *issue.also))), fates)


def _amend(nugget: Nugget, edit: Amend, beside: list[Nugget], feature: Feature) -> Nugget:
    """The note told anew from its ledger with the row as the editor wants it; what is the editor's own in it stays."""
    amended = tuple(each for each in nugget.amended if not same_row(each.row, edit.row))
    if edit.direction is not edit.row.direction:
        amended += (AmendedRow(edit.row, edit.direction, clean_text(edit.why), edit.by),)
    length = Length.FEATURE if nugget.length is Length.FEATURE else Length.NOTE
    made = feature(Wanted(_as_mention(nugget), beside, length, amended))
    if not isinstance(made, Nugget):
        raise UsageError(f"{nugget.pmid} cannot be told so: {'; '.join(made)}")
    own = tuple(paragraph for paragraph in nugget.paragraphs if paragraph.part is Part.EDITOR)
    made = replace(made, why=nugget.why, paragraphs=made.paragraphs + own)
    before = nugget.rating
    if before is None or before.editor is None:
        return made
    return _override(made, Override(nugget.pmid, before.stars, before.reasons[0], before.editor))


def _as_mention(nugget: Nugget) -> Mention:
    """The line about a paper without its note. Counts of rows that the editor has amended stand only beside the mark."""
    title = nugget.citation.title.removesuffix(".")
    meta = nugget.meta.partition(": ")[0] if nugget.amended else nugget.meta
    return Mention(nugget.pmid, title, meta, nugget.topics, nugget.citation.doi, nugget.siblings)


def _override(nugget: Nugget, edit: Override) -> Nugget:
    """The editor's stars and why; what the key gives stays beside them."""
    if not 1 <= edit.stars <= MOST_STARS:
        raise UsageError(f"stars are 1 to {MOST_STARS}, not {edit.stars}")
    before = nugget.rating
    by_key: tuple[str, ...] = ()
    if before is not None:
        by_key = before.reasons[1:] if before.editor else (f"by the key {before.stars}", *before.reasons)
    return replace(nugget, rating=Rating(edit.stars, (clean_text(edit.why), *by_key), edit.by))


def _speak(nugget: Nugget, edit: Words) -> Nugget:
    others = tuple(paragraph for paragraph in nugget.paragraphs if paragraph.part is not Part.EDITOR)
    own = tuple(
        Paragraph(
            Part.EDITOR,
            tuple(Sentence(text, Provenance.EDITOR, basis=edit.by) for text in _SENTENCE_END.split(paragraph)),
        )
        for paragraph in _paragraphs(edit.text)
    )
    return replace(nugget, paragraphs=others + own)


def _paragraphs_text(text: str) -> str:
    return "\n\n".join(_paragraphs(text))


def _paragraphs(text: str) -> Iterator[str]:
    yield from filter(None, map(clean_text, _NEW_PARAGRAPH.split(text)))
