"""The exercise card: which kind of exercise the intervention arm did, and how much of it.

The kinds are those that the intervention's own phrase names. A dose counts if its sentence speaks of exercise and of no
other arm before it; where the sentences give two different amounts, the card gives none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from litwatch.domain.study import Amount, Design, Evidence, ExerciseCard, Named, Oversight, Supervision
from litwatch.extract.contrast import TESTING
from litwatch.extract.counts import REVIEWS
from litwatch.extract.dose import Dose, Slot, doses
from litwatch.extract.naming import Contrast
from litwatch.extract.quoting import TITLE, evidence
from litwatch.extract.resources import load, word_set
from litwatch.extract.sentences import Role, Sentence, states_aim
from litwatch.extract.words import Hit, Phrases, plain, split_words, stem

_GENERAL = "exercise"
_NEAR = 4
_FOLLOWED = re.compile(
    r"\bfollow\w*[ -]?(?:up)?[^,;.]{0,20}$"
    r"|\b(?:after|before|within|until|past|previous|last|assess\w*|measured|evaluated|at)(?: (?:the|a|an))? $",
    re.IGNORECASE,
)
# A comparator told by what its group did ("control group kept to its habits") has no words of its own.
_CONTROLS = re.compile(r"(?:[\w-]+ )?(?:control|comparison|placebo|usual care)\w*(?: group| arm)?s? \w+", re.IGNORECASE)
_FOR = re.compile(r"(?:for|over|during|lasting|lasted|across|throughout)\b", re.IGNORECASE)


class Told(NamedTuple):
    """A dose in its sentence."""

    dose: Dose
    sentence: Sentence

    @property
    def evidence(self) -> Evidence:
        return evidence(self.sentence, self.dose.start, self.dose.end)


def exercise_card(
    title: Sentence, sentences: tuple[Sentence, ...], design: Design, arms: Contrast
) -> ExerciseCard | None:
    """The exercise of the intervention arm; None where what is tested is no exercise, or not plainly.

    A review's card gives the kinds alone: its trials differ in their doses.
    """
    if design not in TESTING:
        return None
    kinds = _kinds(title, arms)
    if not kinds:
        return None
    if design in REVIEWS:
        return ExerciseCard(types=kinds)
    told = list(_told(title, sentences, arms))
    return ExerciseCard(
        types=kinds,
        frequency=_amount(told, Slot.FREQUENCY),
        session=_amount(told, Slot.SESSION),
        length=_amount(told, Slot.LENGTH),
        intensity=_intensity(told),
        supervision=_supervision(told, arms),
    )


def _kinds(title: Sentence, arms: Contrast) -> tuple[Named, ...]:
    """The kinds of exercise that the intervention's phrase names, or else the general one."""
    if arms.intervention:
        phrase = arms.intervention
    else:
        cut = _others().search(title.plain)
        if cut or not _contexts()["comparing"].isdisjoint(title.words.words):
            return ()
        phrase = evidence(title, 0, len(title.text))
    found: dict[str, Named] = {}
    split = split_words(plain(phrase.text))
    words = split.words
    for hit in _kind_phrases().find(words):
        if _is_exercise(words, hit) and (arms.intervention or _is_done(words, hit)):
            start, end = split.starts[hit.start], split.ends[hit.end - 1]
            place = Evidence(phrase.section, phrase.start + start, phrase.start + end, phrase.text[start:end])
            found.setdefault(hit.payload, Named(hit.payload, place))
    if len(found) > 1 or arms.intervention is None:
        found.pop(_GENERAL, None)
    return tuple(found.values())


def _is_exercise(words: list[str], hit: Hit[str]) -> bool:
    """Whether a kind's words mean the exercise: not "exercise capacity", not "after exercise"."""
    context = load("exercise")["context"]
    if hit.start and words[hit.start - 1] in context["not_before"]:
        return False
    following = words[hit.end] if hit.end < len(words) else ""
    if following in context["not_after"]:
        return False
    half = load("exercise")["half"]
    if hit.end - hit.start > 1 or words[hit.start] not in half["words"]:
        return True
    return not set(half["with"]).isdisjoint(words[hit.end : hit.end + 5])


def _is_done(words: list[str], hit: Hit[str]) -> bool:
    """Whether a kind in a title that names no arm is done there: walking may be what a drug improves."""
    if hit.start == 0 or hit.end - hit.start > 1 or words[hit.start] not in _contexts()["ambiguous"]:
        return True
    return not _contexts()["programmes"].isdisjoint(words[hit.end : hit.end + _NEAR])


def _told(title: Sentence, sentences: tuple[Sentence, ...], arms: Contrast) -> Iterator[Told]:
    """The doses of the intervention arm, in order of appearance."""
    for sentence in _sentences(title, sentences):
        if not _speaks_of_exercise(sentence):
            continue
        text = sentence.plain
        shared = _both().first(sentence.words.words) is not None
        if shared and not _contexts()["background"].isdisjoint(sentence.words.words):
            continue
        limit = len(text) if shared else _others_begin(text, arms)
        given = [dose for dose in doses(text) if dose.start < limit or _of_all(sentence, dose)]
        often = any(dose.slot in (Slot.FREQUENCY, Slot.SESSION) for dose in given)
        for dose in given:
            if dose.slot is not Slot.LENGTH or _is_programme(text, dose, often=often):
                yield Told(dose, sentence)


def _of_all(sentence: Sentence, dose: Dose) -> bool:
    """Whether a length ends the sentence that allocates people: "to yoga or usual care for 12 weeks"."""
    if dose.slot is not Slot.LENGTH or _contexts()["allocating"].isdisjoint(sentence.words.words):
        return False
    return _FOR.match(sentence.plain, dose.start) is not None and not sentence.plain[dose.end :].strip(" .")


def _is_programme(text: str, dose: Dose, *, often: bool) -> bool:
    """Whether a length of time is that of the exercise: not of a follow-up, and beside how often or what was done."""
    before = text[max(0, dose.start - 70) : dose.start]
    if _FOLLOWED.search(before[-40:]):
        return before.lower().endswith("before and after ")
    return often or _FOR.match(text, dose.start) is None or _done().search(before) is not None


def _sentences(title: Sentence, sentences: tuple[Sentence, ...]) -> Iterable[Sentence]:
    yield title
    yield from (part for part in sentences if part.role is Role.METHODS or states_aim(part))


def _speaks_of_exercise(sentence: Sentence) -> bool:
    words = sentence.words.words
    context = _contexts()
    return (
        not context["gate"].isdisjoint(words)
        and not context["told"].isdisjoint(words)
        and not _is_outside(words)
        and context["foreign"].isdisjoint(words)
    )


def _is_outside(words: list[str]) -> bool:
    """Whether a sentence tells of other exercise than was planned; a mean age does not."""
    outside = _contexts()["outside"]
    if outside.isdisjoint(words):
        return False
    about = _contexts()["mean_of"]
    return any(
        word in outside and not (word in ("mean", "average") and not about.isdisjoint(words[at + 1 : at + 4]))
        for at, word in enumerate(words)
    )


def _others_begin(text: str, arms: Contrast) -> int:
    """Where a sentence begins to speak of another arm than the intervention."""
    mark = _others().search(text)
    limit = mark.start() if mark else len(text)
    if arms.comparator and arms.intervention and not _CONTROLS.match(arms.comparator.text):
        own = word_set("contrast", "shared") | {stem(word) for word in split_words(plain(arms.intervention.text)).words}
        split = split_words(text)
        theirs = {
            stem(word) for word in split_words(plain(arms.comparator.text)).words if word.isalpha() and len(word) > 3
        } - own
        place = next(
            (start for word, start in zip(split.words, split.starts, strict=True) if stem(word) in theirs), limit
        )
        limit = min(limit, place)
    return limit


def _amount(told: list[Told], slot: Slot) -> Amount | None:
    """The one amount that is given; None where two differ."""
    found = [one for one in told if one.dose.slot is slot]
    if len({(one.dose.low, one.dose.high, one.dose.unit) for one in found}) != 1:
        return None
    dose = found[0].dose
    return Amount(dose.low, dose.high, dose.unit, found[0].evidence)


def _intensity(told: list[Told]) -> Evidence | None:
    """The one intensity that is given; of words and a number the number."""
    found = [one for one in told if one.dose.slot is Slot.INTENSITY]
    numbers = [one for one in found if any(char.isdigit() for char in one.evidence.text)]
    chosen = numbers or found
    texts = {one.evidence.text.lower().replace("-", " ").removeprefix("at ").removeprefix("a ") for one in chosen}
    return chosen[0].evidence if len(texts) == 1 else None


def _supervision(told: list[Told], arms: Contrast) -> Oversight | None:
    """Supervised, home-based or both; what the intervention's own phrase says goes first."""
    found = [one for one in told if one.dose.slot in (Slot.SUPERVISED, Slot.HOME)]
    if arms.intervention and arms.intervention.section == TITLE:
        own = [
            one
            for one in found
            if arms.intervention.start <= one.evidence.start < arms.intervention.end and one.sentence.section == TITLE
        ]
        found = own or found
    supervised = next((one for one in found if one.dose.slot is Slot.SUPERVISED), None)
    home = next((one for one in found if one.dose.slot is Slot.HOME), None)
    if supervised and home:
        if supervised.sentence is not home.sentence:
            return None
        return Oversight(Supervision.BOTH, (supervised.evidence, home.evidence))
    if supervised:
        return Oversight(Supervision.SUPERVISED, (supervised.evidence,))
    return Oversight(Supervision.HOME_BASED, (home.evidence,)) if home else None


@cache
def _kind_phrases() -> Phrases[str]:
    data = load("exercise")
    kinds = [(phrase, name) for name, phrases in data["types"].items() for phrase in phrases]
    return Phrases([*kinds, *((phrase, _GENERAL) for phrase in data["general"]["phrases"])])


@cache
def _contexts() -> dict[str, frozenset[str]]:
    return {key: frozenset(words) for key, words in load("exercise")["context"].items()}


@cache
def _both() -> Phrases[str]:
    return Phrases((phrase, phrase) for phrase in load("exercise")["context"]["both"])


@cache
def _others() -> re.Pattern[str]:
    """What says that a sentence goes on to another arm."""
    return re.compile(rf"\b(?:{'|'.join(load('exercise')['arms']['others'])})\b", re.IGNORECASE)


@cache
def _done() -> re.Pattern[str]:
    """What was done for as long as a sentence says."""
    return re.compile(rf"\b(?:{'|'.join(load('exercise')['arms']['done'])})", re.IGNORECASE)
