"""How an abstract was read, as text: each outcome with its sentence and the steps that led to it, then what gave none.

Everything told is a value of the reading itself (extract/why.py). Nothing is worked out again but the weights of the models, by
the models' own features.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from itertools import count, groupby

from litwatch.domain.study import Direction, Outcome
from litwatch.extract.arms import Subject
from litwatch.extract.cases import DIRECTIONS
from litwatch.extract.clauses import Clause
from litwatch.extract.cues import CueWord, Sense
from litwatch.extract.deciding import Decision
from litwatch.extract.deciding import reasons as decision_reasons
from litwatch.extract.items import Item
from litwatch.extract.leaning import reasons as leaning_reasons
from litwatch.extract.merging import Row
from litwatch.extract.outcomes import SILENT, ReadClause
from litwatch.extract.sentences import Role, Sentence
from litwatch.extract.study import ReadStudy
from litwatch.extract.verdicts import Source, Verdict, good_by
from litwatch.extract.why import Compared, Governed, Leaned, Stage, Step, Weighed
from litwatch.extract.words import Hit

_WIDTH = 120
_MOST_FOR = 4
_MOST_AGAINST = 2
_WHOSE = {
    Subject.INTERVENTION: "the intervention's result",
    Subject.CONTROL: "the control's result, turned round",
    Subject.CONTROL_ALONE: "the control group's own result",
    Subject.BOTH: "both arms' result",
    Subject.UNCLEAR: "unclear whose result it is",
    Subject.UNNAMED: "no arm named: the intervention's result",
}


def explanation(read: ReadStudy) -> Iterator[str]:
    """The lines of one record: a stanza for each sentence that may tell results."""
    study = read.study
    yield from _wrapped(f"{study.pmid}  {' '.join(read.title.split())}", "  ")
    yield f"  {study.design.value}, stance {study.stance.value}, outcomes: {len(study.outcomes)}"
    arms = (("intervention", study.intervention), ("comparator", study.comparator))
    yield from _wrapped(
        "  " + ", ".join(f"{key} {_quoted(told.text) if told else 'not told'}" for key, told in arms), "  "
    )
    if study.design in SILENT:
        yield from ("  No outcomes are read in an article of this design.", "")
        return
    numbers = count(1)
    clauses = {place: list(parts) for place, parts in groupby(read.ledger.clauses, lambda part: _place(part.sentence))}
    for sentence in read.sentences:
        parts = clauses.get(_place(sentence), [])
        if parts or sentence.role in (Role.RESULTS, Role.CONCLUSIONS):
            yield ""
            yield from _wrapped(f"{sentence.role.value}: {_quoted(sentence.text)}", "  ")
            yield from _sentence(read, parts, numbers)
    yield ""


def _place(sentence: Sentence) -> tuple[int, int]:
    return sentence.section, sentence.start


def _sentence(read: ReadStudy, parts: list[ReadClause], numbers: Iterator[int]) -> Iterator[str]:
    if not parts:
        yield "  - not read: no clause of it may tell a result (it tells an aim, a plan, a baseline fact or a hope)"
    for part in parts:
        clause = part.clause
        if len(parts) > 1 or clause.opener:
            opened = f"after {_quoted(clause.opener)} " if clause.opener else ""
            yield from _wrapped(f"  clause {opened}{_quoted(_text(clause))}", "    ")
        yield from _wrapped("  cues " + (", ".join(_cue(clause, cue) for cue in clause.cues) or "none"), "    ")
        rows = read.ledger.parts[part.part] if part.part is not None else []
        for row in rows:
            if row.left is None:
                yield from _row(next(numbers), row, part)
        for line in (*_left(rows), *_nothing(part)):
            yield from _wrapped(f"  - {line}", "    ")
        if not (rows or part.decisions):
            yield "  - no outcome is named"


def _row(number: int, row: Row, part: ReadClause) -> Iterator[str]:
    yield from _wrapped(f"  {number}. {row.outcome.name}: {', '.join(_told(row.outcome))}", "     ")
    whose = next((whose for step in row.steps if (whose := _whose(step)) is not None), None)
    if whose is not None:
        yield from _field("arms", _WHOSE[whose])
    yield from _field("good", _good(part.clause, row.item))
    before = None
    for at, step in enumerate(row.steps):
        became = "" if step.verdict == before else f" → {_verdict(step.verdict)}"
        yield from _field("then" if at else "read", f"{_step(step, part)}{became}")
        yield from _reasons(step, part, row.item)
        before = step.verdict


def _text(clause: Clause) -> str:
    return " ".join(clause.raw[clause.starts[0] : clause.ends[-1]].split())


def _told(outcome: Outcome) -> Iterator[str]:
    yield _verdict(Verdict(outcome.direction, outcome.change, outcome.comparison))
    effect = outcome.effect
    if effect is not None:
        value = "" if effect.value is None else f"{effect.measure.value} {effect.value:g}"
        interval = f"({effect.ci[0]:g} to {effect.ci[1]:g})" if effect.ci else ""
        yield " ".join(part for part in (value, interval, f"p {effect.p}" if effect.p else "") if part)
    yield from (part for part in (outcome.timepoint, outcome.subgroup) if part)


def _good(clause: Clause, item: Item) -> str:
    """Which way is good, and what tells it."""
    better, source = good_by(clause, item)
    name = clause.words[item.first : item.last]
    term = clause.glossary.ending(name)
    stands_for = f"; the abstract has {term.short} for {_quoted(term.long)}" if term else ""
    if source is Source.CONCEPT and item.concept is not None:
        own = item.concept.better
        turned = f" ({own or 'depends'} there, turned by the words of the name)" if own != better else ""
        return f"{better or 'depends'}: the lexicon's concept {_quoted(item.concept.name)}{turned}{stands_for}"
    if source is Source.FAULTY:
        return f"{better}: the word {_quoted(clause.words[item.first - 1])} before the name"
    words = " ".join(clause.glossary.in_full(name) if source is Source.ABBREVIATION else name)
    by = f"the words {_quoted(words)} (data/polarity.toml)"
    return f"{better}: {by}{stands_for}" if better else f"not known: neither the lexicon nor {by} tell{stands_for}"


def _step(step: Step, part: ReadClause) -> str:
    values = step.values
    if isinstance(values, Governed):
        listed = f", {values.listed} is good as for the list's other members" if values.listed else ""
        return f"{step.stage.value}, {_cue(part.clause, values.scope.cue)}{_as_read(values, step.verdict)}{listed}"
    if isinstance(values, Leaned):
        if step.stage is Stage.DENIED_NAME:
            return step.stage.value
        return f"{step.stage.value}: {values.leaning.sense.value} with {values.leaning.sure:.2f}"
    if isinstance(values, Compared):
        return f"{step.stage.value}, {values.first:g} ({values.whose.value}) and {values.second:g}"
    if isinstance(values, Weighed):
        return f"{step.stage.value}, {_likely(values)}{_held(step, values)}"
    if isinstance(values, Clause):
        return f"{step.stage.value}, {_quoted(_text(values))}"
    return step.stage.value


def _as_read(values: Governed, verdict: Verdict) -> str:
    """How the clause turned the sense of a verdict word, where it did."""
    own, reading = values.scope.cue.payload.sense, values.reading
    if reading.sense is not own:
        how = "denied or told as alike" if reading.sense is Sense.SAME else "turned by the words around it"
        return f", {how}: {reading.sense.value}"
    if verdict.direction is Direction.NO_DIFFERENCE and own is not Sense.SAME:
        return ", which only tends" if reading.tends else ", but its test shows no difference"
    return ""


def _held(step: Step, weighed: Weighed) -> str:
    """What kept the decision from its likeliest direction."""
    if step.stage is not Stage.DECIDED:
        if weighed.result <= weighed.enough:
            return ", but what only a conclusion tells stays"
        return "" if _likeliest(weighed) == step.verdict.direction.value else ", but what was read stays"
    if _likeliest(weighed) != weighed.direction.value:
        return ", but better and worse are too close"
    told = step.verdict.direction is weighed.direction
    return "" if told else ", but nothing in the clause tells it safely"


def _likely(weighed: Weighed) -> str:
    """How likely a result is, and which direction is the likeliest."""
    return f"a result with {weighed.result:.2f} ({weighed.enough:g} is enough), likeliest {_likeliest(weighed)}"


def _likeliest(weighed: Weighed) -> str:
    return DIRECTIONS[weighed.likely.index(max(weighed.likely))].value


def _whose(step: Step) -> Subject | None:
    values = step.values
    if isinstance(values, Governed):
        return values.reading.subject
    return values.whose if isinstance(values, Leaned | Weighed) else None


def _reasons(step: Step, part: ReadClause, item: Item) -> Iterator[str]:
    """The weights behind a step, where a model made it."""
    decision = _decision(part, item)
    values = step.values
    if decision is None:
        return
    if isinstance(values, Weighed) and step.stage is Stage.DECIDED:
        told = decision_reasons(part.clause, decision.case, part.setting, values)
        yield from _field("", _weights(_likeliest(values), told))
    elif isinstance(values, Leaned) and step.stage is not Stage.DENIED_NAME:
        told = leaning_reasons(part.clause, decision.case.name, values.leaning, values.good, values.significant)
        yield from _field("", _weights(values.leaning.sense.value, told))


def _weights(towards: str, reasons: list[tuple[str, float]]) -> str:
    """The heaviest weights for and against what a model told."""
    sides = (
        [each for each in reasons if each[1] > 0][:_MOST_FOR],
        [each for each in reasons if each[1] < 0][:_MOST_AGAINST],
    )
    told, against = (", ".join(f"[{key}] {weight:+.2f}" for key, weight in side) or "nothing" for side in sides)
    return f"for {towards} {told}; against {against} ({len(reasons)} in all)"


def _decision(part: ReadClause, item: Item) -> Decision | None:
    names = ((each, each.case.name) for each in part.decisions)
    return next((each for each, name in names if (name.start, name.end) == (item.first, item.last)), None)


def _left(rows: list[Row]) -> Iterator[str]:
    """The rows that are left out beside others."""
    for row in rows:
        if row.left is not None:
            yield f"{_quoted(row.outcome.name)}, {_verdict(row.steps[-1].verdict)}: left out, {row.left.value}"


def _nothing(part: ReadClause) -> Iterator[str]:
    """The names that gave no row."""
    for decision in part.decisions:
        if decision.findings:
            continue
        name = _quoted(" ".join(part.clause.words[decision.case.name.start : decision.case.name.end]))
        if decision.refusal is not None:
            yield f"{name}: refused, it {decision.refusal.value}"
        elif decision.weighed is not None:
            yield from _dropped(name, decision, part, decision.weighed)
        else:
            yield f"{name}: nothing is told of it"


def _dropped(name: str, decision: Decision, part: ReadClause, weighed: Weighed) -> Iterator[str]:
    """What the trained decision holds for no result."""
    read = [f"{_step(each.steps[0], part)} → {_verdict(each.verdict)}, but " for each in decision.case.findings]
    reasons = decision_reasons(part.clause, decision.case, part.setting, weighed)
    yield f"{name}: {''.join(read)}dropped by the trained decision, {_likely(weighed)}"
    yield _weights(_likeliest(weighed), reasons)


def _cue(clause: Clause, cue: Hit[CueWord]) -> str:
    return f"{_quoted(' '.join(clause.words[cue.start : cue.end]))} ({cue.payload.sense.value})"


def _verdict(verdict: Verdict) -> str:
    change = verdict.change.value if verdict.change else None
    told = f" ({change})" if change and change != verdict.direction.value else ""
    return f"{verdict.direction.value}{told}, {verdict.comparison.value}"


def _quoted(text: str) -> str:
    return f"“{' '.join(text.split())}”"


def _field(label: str, text: str) -> Iterator[str]:
    return _wrapped(f"     {label:5}{text}", " " * 10)


def _wrapped(text: str, indent: str) -> Iterator[str]:
    return iter(textwrap.wrap(text, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False))
