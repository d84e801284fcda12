"""Sentences with a fixed form whose numbers, names and verdicts the gate computes for itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from litwatch.compose.gate.backing import Backing
from litwatch.compose.gate.known import CLEAR
from litwatch.compose.gate.passages import QUOTE_WORDS
from litwatch.compose.numbers import MINUS, as_decimal, values
from litwatch.compose.quotation import quotes
from litwatch.compose.size import people_counted
from litwatch.domain.prose import Part, Provenance
from litwatch.domain.study import Comparison, Design, Direction, Outcome

FEW_PEOPLE = 40
"""Fewer people than this may be called few."""
WIDE = 75.0
"""From this I² in percent pooled studies may be said to differ considerably (Cochrane Handbook, 10.10.2)."""

_HARM = re.compile(r"\b(?:adverse|side effects?|harms?|deaths?|mortality|complications?|safety)\b", re.IGNORECASE)

Rows = Mapping[int, Outcome]
Check = Callable[[re.Match[str], Rows, Backing], bool]


@dataclass(frozen=True, slots=True)
class Form:
    """Where a sentence of this form stands, where it comes from, and whether one that matches is true."""

    parts: tuple[Part, ...]
    provenance: Provenance
    pattern: re.Pattern[str]
    holds: Check
    needed: Callable[[Backing], bool] = lambda backing: False
    """Where this is so, a note has to have such a sentence among its limits."""


def _listed(names: Iterable[str]) -> str:
    """Names as a list reads: "a, b and c", each once."""
    *others, last = dict.fromkeys(names)
    return f"{', '.join(others)} and {last}" if others else last


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _few_people(match: re.Match[str], rows: Rows, backing: Backing) -> bool:
    return _has_few_people(backing) and match["n"] == str(backing.study.n_participants)


def _has_few_people(backing: Backing) -> bool:
    people = people_counted(backing.article, backing.study)
    return people is not None and people < FEW_PEOPLE and backing.study.design is not Design.CASE_REPORT


def _is_wide(row: Outcome) -> bool:
    return row.effect is not None and (row.effect.i2 or 0.0) >= WIDE


def primary_nulls(backing: Backing) -> Iterator[tuple[int, Outcome]]:
    """The primary outcomes that did not change in any row; harms that did not are good news."""
    moved = {row.name.casefold() for row in backing.study.outcomes if row.direction is not Direction.NO_DIFFERENCE}
    for number, row in enumerate(backing.study.outcomes):
        is_null = row.direction is Direction.NO_DIFFERENCE and row.name.casefold() not in moved
        if row.primary and is_null and row.domain != "harm" and not _HARM.search(row.name):
            yield number, row


def _heterogeneous(match: re.Match[str], rows: Rows, backing: Backing) -> bool:
    wide = [(row, row.effect.i2) for row in rows.values() if row.effect and row.effect.i2 is not None]
    told = _listed(f"{row.name} (I² {i2:g}%)" for row, i2 in wide)
    every = [row for row in backing.study.outcomes if _is_wide(row)]
    return len(wide) == len(rows) == len(every) and all(i2 >= WIDE for _, i2 in wide) and _same(told, match["names"])


_SIZE_ITEM = re.compile(r"(?P<name>.+) \((?P<estimate>\S+) against (?P<least>.+?) in (?P<people>.+)\)")


def _noticed(match: re.Match[str], rows: Rows, backing: Backing) -> bool:
    """Each estimate and its interval against the minimal important difference of the row's concept, recomputed."""
    items = [_SIZE_ITEM.fullmatch(item) for item in match["items"].split("; ")]
    return len(items) == len(rows) and all(
        item is not None and _is_noticed(item, match["verdict"], row, backing)
        for item, row in zip(items, rows.values(), strict=True)
    )


def _is_noticed(item: re.Match[str], verdict: str, row: Outcome, backing: Backing) -> bool:
    least = backing.differences.get(row.concept or "")
    if least is None or row.direction is not Direction.IMPROVED or row.comparison is Comparison.ASSOCIATION:
        return False
    if (
        row.effect is None
        or row.effect.value is None
        or row.effect.ci is None
        or not _calls(item["name"], row, backing)
    ):
        return False
    unit = "point" if least.unit == "points" and least.value == 1 else least.unit
    estimate = {as_decimal(row.effect.value)} & values(row.evidence.text) & values(item["estimate"])
    return (
        item["least"] == f"{least.value:g} {unit}"
        and item["people"] == least.population
        and bool(estimate)
        and item["estimate"].count(MINUS) == (row.effect.value < 0)
        and verdict == _verdict(abs(row.effect.value), [abs(bound) for bound in row.effect.ci], least.value)
    )


def _calls(name: str, row: Outcome, backing: Backing) -> bool:
    """Whether `name` is the row's, or an alias that no row with another name has."""
    if _same(name, row.name):
        return True
    called = {
        each.name for each in backing.study.outcomes if any(_same(name, own) for own in (each.name, *each.aliases))
    }
    return called == {row.name}


def _verdict(value: float, bounds: Sequence[float], least: float) -> str:
    if max(bounds) < least:
        return "Less than people notice, with the whole interval"
    if min(bounds) >= least:
        return "Enough for people to notice, with the whole interval"
    if value >= least:
        return "Enough for people to notice, but the interval reaches below that"
    return "Less than people notice, but the interval reaches that far"


_SIDE = (
    r"(?P<{0}_amount>the|both|all (?:\w+|\d+)) (?P<{0}_kind>symptom|marker|blood marker)s?"
    r"(?: \((?P<{0}_names>.+)\))? (?P<{0}_verb>improved|did not clearly change|showed no clear change|got worse|did not improve"
    r"|showed no clear change or got worse)"
)
_BLOOD = frozenset({"C-reactive protein", "erythrocyte sedimentation rate"})
_NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


def _parted(match: re.Match[str], rows: Rows, backing: Backing) -> bool:
    """Symptoms against biomarkers of one kind of comparison, all of them, one side better and nothing of the other."""
    comparisons = {row.comparison for row in rows.values()}
    if len(comparisons) != 1 or bool(match["association"]) != (comparisons == {Comparison.ASSOCIATION}):
        return False
    felt = [row for row in rows.values() if row.domain == "symptom"]
    measured = [row for row in rows.values() if row.domain == "biomarker"]
    if len(rows) != len(felt) + len(measured) or not felt or not measured:
        return False
    # Rows that it leaves out must not speak against it.
    alike = [row for row in backing.study.outcomes if row.comparison in comparisons and row.direction in CLEAR]
    every = [row for row in alike if row.domain == "biomarker" or row.concept not in _JUDGED_BY_OTHERS]
    good, bad = ("symptom", "biomarker") if match["better"].lower() == "felt" else ("biomarker", "symptom")
    one_sided = all(
        (row.domain == good) == (row.direction is Direction.IMPROVED) for row in every if row.domain in (good, bad)
    )
    other = "measured" if bad == "biomarker" else "felt"
    return one_sided and match["other"] == other and _side(match, "one", felt) and _side(match, "two", measured)


def _side(match: re.Match[str], side: str, rows: Sequence[Outcome]) -> bool:
    names = list(dict.fromkeys(row.name.casefold() for row in rows))
    amount = {1: "the", 2: "both"}.get(len(names), f"all {_number_word(len(names))}")
    kind = match[f"{side}_kind"]
    is_blood = all(row.concept in _BLOOD for row in rows)
    fits = kind == "symptom" if side == "one" else kind == "marker" or (kind == "blood marker" and is_blood)
    told = match[f"{side}_names"]
    return (
        fits
        and match[f"{side}_amount"] == amount
        and (told is None or told.casefold() == _listed(names))
        and match[f"{side}_verb"] in _verbs({row.direction for row in rows})
    )


def _number_word(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def _verbs(kinds: set[Direction]) -> tuple[str, ...]:
    if kinds == {Direction.IMPROVED}:
        return ("improved",)
    if kinds == {Direction.NO_DIFFERENCE}:
        return ("did not clearly change", "showed no clear change")
    return (
        ("got worse",) if kinds == {Direction.WORSENED} else ("did not improve", "showed no clear change or got worse")
    )


_JUDGED_BY_OTHERS = frozenset(
    {
        *("ACR20", "ACR50", "ACR70", "ASAS20", "ASAS40", "BASDAI50", "EULAR response", "OMERACT-OARSI response"),
        *("response rate", "remission", "recovery", "time to recovery", "wound healing", "ischaemic symptoms"),
        *("PASI", "SLEDAI", "swollen joint count", "physician global assessment", "apnoea-hypopnoea index"),
        *("sleep duration", "sleep efficiency", "sleep onset latency", "wake after sleep onset"),
    }
)
"""Concepts of the lexicon's symptoms that nobody feels: counted or judged by others, or measured by devices."""

_WAYS = {"better": Direction.IMPROVED, "no clear change": Direction.NO_DIFFERENCE, "worse": Direction.WORSENED}


def _depends(match: re.Match[str], rows: Rows, backing: Backing) -> bool:
    """One outcome, each of its rows with its direction and its time or people."""
    field = "timepoint" if match["what"] == "on when it is measured" else "subgroup"
    limits = [(row, row.timepoint if field == "timepoint" else row.subgroup) for row in rows.values()]
    words = {direction: way for way, direction in _WAYS.items()}
    told = _listed(f"{words.get(row.direction)} ({limit})" for row, limit in limits)
    one_name = all(_same(row.name, match["name"]) for row in rows.values())
    return one_name and len({row.direction for row in rows.values()}) > 1 and told == match["ways"]


def _unmentioned(match: re.Match[str], rows: Rows, backing: Backing) -> bool:
    """Rows that did not differ, and of whose names the conclusion has none."""
    conclusion = backing.study.conclusion
    if (
        conclusion is None
        or not rows
        or not _same(match["names"], _listed(row.name.casefold() for row in rows.values()))
    ):
        return False
    text = conclusion.text.casefold()
    return all(
        row.direction is Direction.NO_DIFFERENCE
        and not any(re.search(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", text) for name in (row.name, *row.aliases))
        for row in rows.values()
    )


def _behind(match: re.Match[str], rows: Rows, backing: Backing) -> bool:
    (row,) = rows.values() if len(rows) == 1 else (None,)
    if row is None or not _same(row.name, match["name"]) or len(match["quote"].split()) > QUOTE_WORDS:
        return False
    return quotes(row.evidence.text, match["quote"])


def _tested(match: re.Match[str], rows: Rows, backing: Backing) -> bool:
    return backing.study.intervention is not None and _is_phrase(match["what"], backing.study.intervention.text)


def _compared(match: re.Match[str], rows: Rows, backing: Backing) -> bool:
    return backing.study.comparator is not None and _is_phrase(match["what"], backing.study.comparator.text)


def _is_phrase(told: str, text: str) -> bool:
    phrase = text.strip(" .,;:").casefold()
    return told.casefold() in (phrase, f"a {phrase}", f"an {phrase}", f"the {phrase}")


def _form(part: Part | tuple[Part, ...], provenance: Provenance, pattern: str, holds: Check) -> Form:
    return Form(part if isinstance(part, tuple) else (part,), provenance, re.compile(pattern), holds)


def _limit(pattern: str, holds: Check, needed: Callable[[Backing], bool]) -> Form:
    return Form((Part.LIMITS,), Provenance.DERIVED, re.compile(pattern), holds, needed)


FORMS = (
    _form(
        (Part.BETTER, Part.UNCHANGED, Part.WORSE, Part.OTHER),
        Provenance.EXTRACTED,
        r"The sentence behind (?P<name>.+?): “(?P<quote>.+)”\.?\Z",
        _behind,
    ),
    _form(Part.LEAD, Provenance.EXTRACTED, r"(?:It tested|What it tested was|It looked at) (?P<what>.+)\.\Z", _tested),
    _form(Part.LEAD, Provenance.EXTRACTED, r"(?:The comparison was|It was compared with) (?P<what>.+)\.\Z", _compared),
    _form(
        Part.SPLIT,
        Provenance.DERIVED,
        r"(?P<association>As an association: )?(?P<better>[Ff]elt|[Mm]easured) better, but not (?P<other>measured|felt) better: "
        rf"{_SIDE.format('one')}, (?:while )?{_SIDE.format('two')}\.\Z",
        _parted,
    ),
    _form(
        Part.SPLIT,
        Provenance.DERIVED,
        r"It depends (?P<what>on when it is measured|on who is asked), for (?P<name>.+?): (?P<ways>.+)\.\Z",
        _depends,
    ),
    _form(
        Part.SIZE,
        Provenance.DERIVED,
        r"(?P<verdict>(?:Enough for|Less than) people (?:to )?notice, [^:]+): (?P<items>.+)\.\Z",
        _noticed,
    ),
    _form(
        Part.CONCLUSION,
        Provenance.DERIVED,
        r"It does not mention what showed no clear difference: (?P<names>.+)\.\Z",
        _unmentioned,
    ),
    _limit(
        r"The pooled studies differ considerably from each other: (?P<names>.+)\.\Z",
        _heterogeneous,
        lambda backing: any(_is_wide(row) for row in backing.study.outcomes),
    ),
    _limit(r"(?:A small study|Few people in all): (?P<n>\d+) participants?\.\Z", _few_people, _has_few_people),
)


def form_of(part: Part, text: str) -> tuple[Form, re.Match[str]] | None:
    """The form that `text` has in such a paragraph, if it has one."""
    for form in FORMS:
        if part in form.parts and (match := form.pattern.match(text)):
            return form, match
    return None
