"""The outcome ledger of one article: a row for each outcome of each result-bearing clause, without repetitions."""

from __future__ import annotations

import re
from typing import NamedTuple

from litwatch.domain.study import Change, Design, Evidence, Outcome
from litwatch.extract.arms import Arms
from litwatch.extract.carry import completed, completes, levelled, levels, takes_back, without_difference
from litwatch.extract.cases import Setting
from litwatch.extract.clauses import Clause, clauses
from litwatch.extract.cues import Sense, phrases_of, words_of
from litwatch.extract.deciding import Decision
from litwatch.extract.details import aliases_of, key_in_full, primary_keys, subgroup_of, whole_name
from litwatch.extract.elliptic import Told, excepted, referred_to, set_apart, told_elsewhere
from litwatch.extract.finding import Finding
from litwatch.extract.glossary import NO_GLOSSARY, Glossary
from litwatch.extract.items import Item
from litwatch.extract.lexicon import Concept
from litwatch.extract.merging import Row, merged
from litwatch.extract.reading import decisions
from litwatch.extract.sentences import Role, Sentence
from litwatch.extract.times import points_of, times_in
from litwatch.extract.verdicts import Verdict, directed, polarity
from litwatch.extract.why import Stage, Step
from litwatch.extract.words import split_words

SILENT = frozenset({Design.PROTOCOL, Design.GUIDELINE, Design.COMMENTARY})


class ReadClause(NamedTuple):
    """A clause that was read for results."""

    sentence: Sentence
    clause: Clause
    setting: Setting
    decisions: list[Decision]
    """On each name in it; none where it tells the outcomes of the clause before at another place."""
    part: int | None
    """Where its rows stand among the ledger's parts."""


class Ledger(NamedTuple):
    """The outcomes that an abstract reports, in order, and how they came about."""

    outcomes: tuple[Outcome, ...]
    parts: list[list[Row]]
    """The rows of each clause that gave some; those that are not left out are the outcomes."""
    clauses: list[ReadClause]
    """Empty unless they were to be kept."""


def ledger(sentences: tuple[Sentence, ...], design: Design, title: str, *, keep: bool = False) -> Ledger:
    """All outcomes that an abstract reports, in order. Protocols, guidelines and commentaries report none.

    `keep`: with every clause that was read, to explain them; to hold on to them costs a few per cent of the time.
    """
    if design in SILENT:
        return Ledger((), [], [])
    arms = Arms.of(title, sentences, design)
    glossary = Glossary.of(title, sentences)
    primary = primary_keys(sentences, glossary)
    parts: list[list[Row]] = []
    kept: list[ReadClause] = []
    before: list[Told] = []
    for sentence in sentences:
        read, before = _read(sentence, design, arms, glossary, primary, parts, referred_to(before, sentence))
        if keep:
            kept += read
    rows = merged([row for part in parts for row in part])
    return Ledger(tuple([row.outcome for row in rows]), parts, kept)


def result_clauses(sentence: Sentence, glossary: Glossary = NO_GLOSSARY) -> tuple[Clause, ...]:
    """The clauses of a sentence that may tell results."""
    if sentence.role not in (Role.RESULTS, Role.CONCLUSIONS) and not _prints_result(sentence):
        return ()
    concluded = sentence.role is Role.CONCLUSIONS
    return clauses(sentence, lambda words: not _no_result(words, concluded), glossary)


def _prints_result(sentence: Sentence) -> bool:
    """Whether a sentence under another heading prints a p-value or an interval, or tells that no difference was found:
    abstracts are often mislabelled.
    """
    if sentence.role is not Role.METHODS:
        return False
    text = sentence.plain
    if any(map(text.__contains__, _SIGNS)) and _RESULT.search(text) is not None:
        return True
    words = sentence.words.words
    return phrases_of("null_told").first(words) is not None and words_of("sample_facts").isdisjoint(words)


_SIGNS = ("=", "<", ">", "CI", "confidence")
_RESULT = re.compile(r"\b[Pp] ?[<=>] ?0?\.\d|\b(?:CI|confidence intervals?)\b[^.]{0,12}\d")


def _read(
    sentence: Sentence,
    design: Design,
    arms: Arms,
    glossary: Glossary,
    primary: frozenset[str],
    rows: list[list[Row]],
    before: list[Told],
) -> tuple[list[ReadClause], list[Told]]:
    """Add the rows of each clause of a sentence to `rows`, and let a clause turn those of the clause before it.

    `before` is what the sentence before told, if this one speaks of it. Returned are the clauses, and what the last one
    with rows told.
    """
    setting = Setting(sentence.role, design, arms)
    read: list[ReadClause] = []
    ahead: Clause | None = None
    for clause in result_clauses(sentence, glossary):
        apart = excepted(clause, ahead)
        if apart is None and (elsewhere := told_elsewhere(clause, ahead, before, setting)):
            if ahead is not None and rows:
                rows[-1] = [set_apart(row, ahead, elsewhere) for row in rows[-1]]
            read.append(ReadClause(sentence, clause, setting, [], len(rows)))
            rows.append(elsewhere)
            continue
        ahead = clause
        if apart is None:
            _turn(clause, sentence, setting, rows)
        clause = apart.rest if apart else clause
        made = decisions(clause, setting)
        found = _told(sentence, clause, made, primary)
        found = apart.rows(found) if apart else found
        read.append(ReadClause(sentence, clause, setting, made, len(rows) if found else None))
        if found:
            rows.append([told.row for told in found])
            before = found
            setting = setting.after(told.row.outcome.direction for told in found)
    return read, before


def _turn(clause: Clause, sentence: Sentence, setting: Setting, rows: list[list[Row]]) -> None:
    """Let a clause turn the rows of the one before it."""
    if not rows:
        return
    if takes_back(clause):
        rows[-1] = [without_difference(row, clause, sentence) for row in rows[-1]]
    elif levels(clause):
        rows[-1] = [levelled(row, clause, sentence) for row in rows[-1]]
    elif completes(clause) and setting.before:
        rows[-1] = [completed(row, clause) for row in rows[-1]]


def _told(sentence: Sentence, clause: Clause, made: list[Decision], primary: frozenset[str]) -> list[Told]:
    """The rows of a clause."""
    return [
        Told(_row(sentence, clause, finding, primary, time), polarity(clause, finding.item))
        for decision in made
        for finding in decision.findings
        for time in ((finding.time,) if finding.time else _times(clause, finding.item))
    ]


def _times(clause: Clause, item: Item) -> tuple[str | None, ...]:
    """The time points of an outcome; (None,) where the clause names none for it."""
    found = times_in(clause.text, clause.starts[0], clause.ends[-1])
    first = min([name.start for name in clause.names], default=item.first)
    start, end = clause.starts[item.first], clause.ends[item.last - 1]
    return points_of(found, clause.starts[first], start, end) or (None,)


def _no_result(words: list[str], concluded: bool) -> bool:
    """Whether a clause states an aim, a plan, a baseline fact or, in a conclusion, a hope."""
    if phrases_of("baseline").first(words) is not None and "after" not in words and "change" not in words:
        return True
    if phrases_of("set_beforehand").first(words) is not None or _is_alike_before(words):
        return True
    if (concluded or "whether" in words or "aim" in words) and not words_of("hedge").isdisjoint(words):
        return True
    return concluded and ("may" in words or "might" in words)


def _is_alike_before(words: list[str]) -> bool:
    """Whether a clause says that the arms began alike: "baseline scores were not different between the groups"."""
    if "baseline" not in words[:2] or words[0] not in ("baseline", "the", "mean"):
        return False
    return not words_of("alike_before").isdisjoint(words) and {"after", "change", "changes"}.isdisjoint(words)


def _concept_of(clause: Clause, name: str) -> Concept | None:
    """The lexicon's concept in a name, if any."""
    return next((hit.payload for hit in clause.glossary.concepts(split_words(name).words)), None)


def _for_member(verdict: Verdict, concept: Concept | None) -> Verdict:
    """A class's verdict, read by the polarity of a member that the lexicon knows."""
    if concept is None or verdict.change in (None, Change.NO_DIFFERENCE):
        return verdict
    return directed(Sense.UP if verdict.change is Change.INCREASED else Sense.DOWN, concept.better, verdict.comparison)


def _row(
    sentence: Sentence,
    clause: Clause,
    finding: Finding,
    primary: frozenset[str],
    time: str | None,
) -> Row:
    item, verdict, statistic, steps = finding.item, finding.verdict, finding.statistic, finding.steps
    start, end = finding.member or (clause.starts[item.first], clause.ends[item.last - 1])
    text = sentence.text if finding.member else clause.text
    name = " ".join(text[start:end].split()).replace(" -", "-")
    name = " ".join(sentence.text[start:end].split()) if len(name) == end - start else name
    concept = item.concept
    if finding.member:
        concept = _concept_of(clause, name)
        verdict = _for_member(verdict, concept)
        if verdict != finding.verdict:
            steps = (*steps, Step(Stage.MEMBER_GOOD, verdict))
    key = key_in_full(name, clause.glossary)
    group = finding.subgroup or subgroup_of(clause)
    whole = None if finding.member else whole_name(clause, item)
    outcome = Outcome(
        name=name,
        direction=verdict.direction,
        comparison=verdict.comparison,
        evidence=Evidence(sentence.section, sentence.start, sentence.end, sentence.text),
        aliases=tuple(each for each in (whole, *aliases_of(clause, end, name, concept)) if each),
        change=verdict.change,
        effect=statistic.effect if statistic else None,
        timepoint=time,
        subgroup=group,
        primary=key in primary or "primary outcome" in clause.text.lower(),
        concept=concept.name if concept else None,
        domain=concept.domain if concept else None,
    )
    concluded = sentence.role is Role.CONCLUSIONS
    return Row(outcome, (key, time or "", group or ""), concluded, item, steps)
