"""How a note ends: the authors' conclusion and what it leaves out, the limits, the harms, and one line to take away."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from litwatch.compose.quotation import quote_claim, quote_words
from litwatch.compose.telling import Row, Wording, enumerated
from litwatch.compose.words import in_words, number_word, quoted
from litwatch.domain.article import Article
from litwatch.domain.labels import category_of
from litwatch.domain.prose import Provenance, Sentence
from litwatch.domain.study import (
    Comparison,
    ConclusionKind,
    Direction,
    Evidence,
    HarmsReport,
    Outcome,
    Stance,
    Study,
)

QUOTE_WORDS = 25
"""At most so many words of the authors' conclusion, and of what they say on harms, are quoted."""
TAKEN_AWAY = 2
"""So many names of a kind stand in the takeaway; the others are counted."""

MENTIONED = "The abstract mentions harms, but gives no result that can be quoted."

_SHORTEST_QUOTE = 4
_WORD = re.compile(r"[a-z0-9]{3,}")
# A conclusion with one of these may well speak of what did not differ, in words of its own: as a null, or as one of a
# kind.
_SPEAKS_OF_NULLS = re.compile(
    r"\b(?:no|not|nor|none|neither|without|but|however|although|though|albeit|while|whereas|except|only|fail\w*|lack\w*"
    r"|similar\w*|comparable|equal\w*|equivalen\w*|unchanged|unlikely|same|inferior\w*|limited|unclear|inconclusive"
    r"|mixed|most|some|certain|individual|other|safe\w*|tolera\w*|as \w+ as|components?|features?|measures"
    r"|parameters?|markers?|biomarkers?|assessments?|profiles?|outcomes?|glyc(?:a?e)mic)\b",
    re.IGNORECASE,
)
_RESPONSE = re.compile(r"\b(?:non-?)?respon(?:d|se|ses|der)", re.IGNORECASE)
_NO_CHANGE = "no clear change in"
_KINDS = (
    (Direction.IMPROVED, "better for"),
    (Direction.NO_DIFFERENCE, _NO_CHANGE),
    (Direction.WORSENED, "worse for"),
)
_NO_LINK = "no clear link with"
"""What is said of an association where nothing changes. It says itself what was compared, so it comes last."""
_OPENERS = ("In short", "The short version", "To take away", "In one line", "The upshot")
_ASIDES = {
    Comparison.BETWEEN: "",
    Comparison.ASSOCIATION: "as an association, ",
    Comparison.WITHIN: "before against after, ",
}


def conclusion(article: Article, study: Study, wording: Wording, words: int = QUOTE_WORDS) -> tuple[Sentence, ...]:
    """The authors' conclusion in their words, and in ours what it leaves out or claims too much."""
    if study.conclusion is None or len(study.conclusion.text.split()) < _SHORTEST_QUOTE:
        return ()
    told = wording.pick("conclusion", ("The authors conclude", "The authors’ conclusion", "In the authors’ own words"))
    quotation = quoted(quote_claim(study.conclusion.text, words))
    return (
        Sentence(f"{told}: {quotation}", Provenance.EXTRACTED, basis="conclusion"),
        *_conclusion_check(article, study, wording),
    )


def _conclusion_check(article: Article, study: Study, wording: Wording) -> Iterator[Sentence]:
    notes = {note.kind: note.rows for note in study.conclusion_check}
    silent = notes.get(ConclusionKind.NULLS_UNMENTIONED) or unmentioned(article, study)
    if silent:
        names = in_words(wording.name(study.outcomes[index]) for index in silent)
        text = f"It does not mention what showed no clear difference: {names}."
        yield Sentence(text, Provenance.DERIVED, tuple(silent), "conclusion_check")
    if ConclusionKind.CAUSAL_LANGUAGE in notes:
        text = "It speaks of cause and effect; what was observed is that things go together."
        yield Sentence(text, Provenance.DERIVED, basis="conclusion_check")


def unmentioned(article: Article, study: Study) -> tuple[int, ...]:
    """The rows without a clear difference, where a conclusion in favour passes over all of them; else nothing.

    Read strictly, from the whole conclusion: not one word of any such row's names may occur in it, nor a word by which
    it could speak of them otherwise. Harms that did not differ need no mention.
    """
    if study.stance is not Stance.FAVOURS or study.conclusion is None:
        return ()
    moved = {row.name.casefold() for row in study.outcomes if row.direction is not Direction.NO_DIFFERENCE}
    rows = [(index, row) for index, row in enumerated(study) if _is_null(row) and row.name.casefold() not in moved]
    text = concluding_text(article, study.conclusion)
    words = _stems_of(text)
    if not rows or _SPEAKS_OF_NULLS.search(text) or any(not words.isdisjoint(_stems(row)) for _, row in rows):
        return ()
    return tuple(index for index, _ in rows)


def _is_null(row: Outcome) -> bool:
    return (
        row.direction is Direction.NO_DIFFERENCE
        and row.comparison is Comparison.BETWEEN
        and row.concept is not None
        and row.domain not in (None, "harm")
    )


def _stems(row: Outcome) -> set[str]:
    return _stems_of(" ".join((row.name, row.concept or "", *row.aliases)))


def _stems_of(text: str) -> set[str]:
    return {word.removesuffix("s")[:5] for word in _WORD.findall(text.casefold())}


def concluding_text(article: Article, sentence: Evidence) -> str:
    """All that the abstract concludes: the sections called so, or without such from the concluding sentence on."""
    if sentence.section < 0:
        return sentence.text
    named = [part.text for part in article.sections if part.label and category_of(part.label) == "CONCLUSIONS"]
    rest = [part.text for part in article.sections[sentence.section + 1 :]]
    return " ".join(named or [article.sections[sentence.section].text[sentence.start :], *rest])


def harms(article: Article, study: Study, wording: Wording) -> tuple[Sentence, ...]:
    """What the abstract says of harms, or that it says nothing; nothing where harms are no question."""
    if study.harms is None:
        return ()
    evidence = study.harms.evidence
    if evidence is not None and evidence == study.conclusion:
        return (Sentence("On harms, see the conclusion quoted above.", Provenance.DERIVED, basis="harms"),)
    if evidence is not None:
        told = wording.pick("harms", ("On harms", "On harms the abstract says"))
        text = f"{told}: {quoted(quote_words(evidence.text, QUOTE_WORDS))}"
        return (Sentence(text, Provenance.EXTRACTED, basis="harms"),)
    if study.harms.report is HarmsReport.MENTIONED:
        if any(row.domain == "harm" for row in study.outcomes):
            return ()
        return (Sentence(MENTIONED, Provenance.DERIVED, basis="harms"),)
    if _RESPONSE.search(article.abstract):
        return (Sentence("Harms: not reported in the abstract.", Provenance.DERIVED, basis="harms"),)
    text = "Harms, and how many people had no benefit: not reported in the abstract."
    return (Sentence(text, Provenance.DERIVED, basis="harms"),)


def takeaway(study: Study, wording: Wording, used: Collection[str]) -> Sentence | None:
    """The note in one line that the issue does not have yet; None without a clear row.

    It tells every direction of every kind of comparison, and counts the rest: where something improved, what did not
    is there, too.
    """
    clear = [(index, row) for index, row in enumerated(study) if row.direction in dict(_KINDS)]
    if not clear:
        return None
    said = "; ".join(
        _said([(index, row) for index, row in clear if row.comparison is kind], wording, study.outcomes)
        for kind in _ASIDES
        if any(row.comparison is kind for _, row in clear)
    )
    unclear = len(study.outcomes) - len(clear)
    if unclear:
        said += f"; {number_word(unclear)} {'result' if unclear == 1 else 'results'} without a direction"
    first = _OPENERS.index(wording.pick("takeaway", _OPENERS))
    openers = (*_OPENERS[first:], *_OPENERS[:first], f"In short (PMID {study.pmid})")
    text = next(text for opener in openers if (text := f"{opener}: {said}.") not in used)
    return Sentence(text, Provenance.DERIVED, tuple(range(len(study.outcomes))), "rows")


def _said(rows: Sequence[Row], wording: Wording, every: Sequence[Outcome]) -> str:
    """What went which way, of rows of one kind of comparison."""
    ways: dict[str, set[Direction]] = {}
    names: dict[str, str] = {}
    # What the study was made for comes first.
    for _, row in sorted(rows, key=lambda entry: not entry[1].primary):
        ways.setdefault(row.name.casefold(), set()).add(row.direction)
        names.setdefault(row.name.casefold(), wording.brief(row, every))
    parts = {words: [names[key] for key in names if ways[key] == {direction}] for direction, words in _KINDS}
    parts["different results for"] = [names[key] for key in names if len(ways[key]) > 1]
    kind = rows[0][1].comparison
    unlinked = parts.pop(_NO_CHANGE) if kind is Comparison.ASSOCIATION else []
    told = "; ".join(f"{words} {_few(listed)}" for words, listed in parts.items() if listed)
    return "; ".join(
        [*([_ASIDES[kind] + told] if told else []), *([f"{_NO_LINK} {_few(unlinked)}"] if unlinked else [])]
    )


def _few(names: Sequence[str]) -> str:
    if len(names) <= TAKEN_AWAY + 1:
        return in_words(names)
    return in_words([*names[:TAKEN_AWAY], f"{number_word(len(names) - TAKEN_AWAY)} more"])
