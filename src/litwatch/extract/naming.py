"""Where arms are named: titles, aims, the sentence that allocates people, the one on the control group.

"The effect of tai chi versus stretching on …" → "tai chi", "stretching". Where a place may be read in two ways, it names
nothing.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from typing import NamedTuple

from litwatch.domain.study import Evidence
from litwatch.extract.quoting import TITLE, evidence, trimmed, without_brackets
from litwatch.extract.resources import load, word_set
from litwatch.extract.sentences import Sentence
from litwatch.extract.treatment import WORD, Span, arm, names_treatment, phrase_end


class Contrast(NamedTuple):
    """What is tested, and what it is compared with."""

    intervention: Evidence | None = None
    comparator: Evidence | None = None


NOTHING = Contrast()

_MOST_PARTS = 8
_MOST_BEFORE = 7
_MOST_DONE = 16
_SEGMENT = re.compile(r"[:?;] |\. | [-–—]+ |--|\.$|\?$")
_EFFECTS = r"(?:(?:effects?|effectiveness|efficacy|impact|benefits?|outcomes)(?: and \w+)? of )?"
_COMPARE = re.compile(rf"\bcompar(?:e|ed|ing|es)\b +(?:the )?(?:(?:short|long)-term )?{_EFFECTS}", re.IGNORECASE)
_WITH = re.compile(
    r" (?:with|to|versus|vs\.?|against|and) (?:that of |those of |the effects? of |the )?", re.IGNORECASE
)
_SECOND = re.compile(r",? (?:and|with|to) (?:the )?", re.IGNORECASE)
_ALLOCATED = re.compile(
    r"\b(?:randomi[sz]ed|randomly|assigned|allocated|divided)\b(?: (?:assigned|allocated|divided|randomi[sz]ed))?"
    r"(?: (?:equally|randomly))?,? *(?:(?:in)?to|in|receive)\b *(?:be )?"
    r"(?:(?:either|receive|undergo|one of (?:two|2) (?:groups|arms|conditions)"
    r"|(?:two|2) (?:equal )?(?:groups|arms)|the|an?)\b[:,]? *)*",
    re.IGNORECASE,
)
_OR = re.compile(r",? *\b(?:or|versus|vs\.?)(?: to)?\b *(?:the |an? )?", re.IGNORECASE)
_CLAUSE_END = re.compile(r"[.;:,]|\b(?:while|whereas|but|and (?:the|both|all|were|was))\b")
_SENTENCE_END = re.compile(r"[.;]")
_FACTOR = re.compile(r" as (?:an? )?(?:[\w-]+ ){0,2}(?:factor|predictor|marker|determinant)s?\b", re.IGNORECASE)
# "…, stretching (control group, n = 12)": the words before the bracket, from what sets them apart.
_BRACKETED = re.compile(
    r"(?:\b(?:or|and|versus|vs\.?|receiv(?:ed?|ing)|to)|[:,)]) (?:(?:a|an|the|to|receive|either) )*"
    r"((?:[\w'+/-]+ ){0,6}?[\w'+/-]+) \((?:(?:active|attention) )?controls?(?: group| arm| condition)?"
    r"(?:[,;] [^()]{0,25})?\)|\bcontrols?(?: group| arm| condition) \(((?![^()]*\bgroup)[^()\d=]{6,60})\)",
    re.IGNORECASE,
)
# How a title may begin before it says what is tested ("A randomised trial to evaluate the …").
_TRIAL_TO = re.compile(
    r"^.*\b(?:trial|study) to (?:evaluate|assess|examine|investigate|determine|test|explore)\b", re.IGNORECASE
)
_COMPARING = frozenset({"compares", "compare", "compared", "comparing", "comparison", "versus"})


def by_title(title: Sentence, given: frozenset[str]) -> Contrast:
    """The arms by the title: the first of its parts that names one."""
    start = 0
    marks = islice(_SEGMENT.finditer(title.plain), _MOST_PARTS)
    for end in [*(mark.start() for mark in marks), len(title.plain)]:
        if end > start:
            found = _tested(title, (start, end), given)
            if found.intervention is None and not _test().search(title.plain, start, end):
                found = _opening(title, (start, end), given)
            if found.intervention:
                return found
        start = end + 1
    return NOTHING


def by_aim(sentence: Sentence, given: frozenset[str]) -> Contrast:
    """The arms by a sentence that states the aim."""
    if word_set("contrast", "aiming").isdisjoint(sentence.words.words):
        return NOTHING
    return _tested(sentence, (0, len(sentence.text)), given)


def by_allocation(sentence: Sentence, given: frozenset[str]) -> Contrast:
    """The arms by a sentence that allocates people to them: "randomised to tai chi (n = 20) or a waiting list"."""
    if word_set("contrast", "allocating").isdisjoint(sentence.words.words):
        return NOTHING
    text = without_brackets(sentence.plain)
    match = _ALLOCATED.search(text)
    if match is None:
        return NOTHING
    stop = _SENTENCE_END.search(text, match.end())
    limit = stop.start() if stop else len(text)
    ways = list(_OR.finditer(text, match.end(), limit))
    if len(ways) != 1:
        return NOTHING
    second = ways[0].end()
    end = phrase_end(text, second, limit)
    comma = text.find(",", second, end)
    found = _checked(sentence, (match.end(), ways[0].start()), (second, end if comma < 0 else comma), given)
    # "A, B or C" are three arms; the last of them is still the control if it is called one.
    return Contrast(None, found.comparator) if "," in text[match.end() : ways[0].start()] else found


def control_group(sentence: Sentence, given: frozenset[str]) -> Evidence | None:
    """What the control group got, by a sentence of its own ("the control group continued usual care")."""
    if word_set("contrast", "controlling").isdisjoint(sentence.words.words):
        return None
    text = without_brackets(sentence.plain)
    match = _control().search(text)
    if match is None:
        return None
    stop = _CLAUSE_END.search(text, match.end())
    limit = stop.start() if stop else len(text)
    if match["got"]:
        return arm(sentence, (match.end(), phrase_end(text, match.end(), limit)), given)
    start, end = trimmed(text, match.start(), limit)
    return evidence(sentence, start, end) if len(text[start:end].split()) <= _MOST_DONE else None


def named_control(sentence: Sentence, given: frozenset[str]) -> Evidence | None:
    """What a bracket tells of the control ("stretching (control group)"), or a name ("placebo-controlled", "or placebo")."""
    if word_set("contrast", "naming").isdisjoint(sentence.words.words):
        return None
    if not word_set("contrast", "borrowed").isdisjoint(sentence.words.words):
        return None  # what an earlier study was
    bracketed = _BRACKETED.search(sentence.plain)
    found = arm(sentence, bracketed.span(bracketed.lastindex or 0), given) if bracketed else None
    match = None if found else _dummy().search(sentence.plain)
    return evidence(sentence, *match.span(match.lastindex or 0)) if match else found


def _tested(sentence: Sentence, span: Span, given: frozenset[str]) -> Contrast:
    """The arms by "to compare X with Y", else by "the effect of X on …"."""
    start, end = span
    words = sentence.words.words
    testing = not word_set("contrast", "tested").isdisjoint(words)
    if not testing and _COMPARING.isdisjoint(words):
        return NOTHING
    text = without_brackets(sentence.plain)
    compared = _compared(sentence, text, span, given)
    if compared is not None:
        return compared
    if not testing:
        return NOTHING
    match = _test().search(text, start, end)
    if match is None or (sentence.section == TITLE and not _opens(text[start : match.start()])):
        return NOTHING
    comparing = match.group().lower().startswith("comparison") or "comparative" in words
    first = phrase_end(text, match.end(), end, joined=not comparing)
    if _FACTOR.match(text, first, end):
        return NOTHING
    middle = _against().match(text, first, end)
    if middle is None and comparing:
        rest = text[first : phrase_end(text, first, end)]
        if " with " in rest and " and " in rest:
            return NOTHING  # "comparison of mobilisation with movement and stretching": which is the second arm?
        if "," in text[match.end() : first]:
            return NOTHING  # "comparison of ibuprofen, paracetamol and placebo": more than two arms
        middle = _SECOND.match(text, first, end)
    # "to compare the effects of X and Y"
    both = sentence.section != TITLE and not _COMPARING.isdisjoint(words)
    if middle is None and both and " and " in text[match.end() : first]:
        return NOTHING
    return _checked(sentence, (match.end(), first), _second(text, middle, end), given)


def _compared(sentence: Sentence, text: str, span: Span, given: frozenset[str]) -> Contrast | None:
    """The arms by "to compare X with Y"; None where nothing is compared so."""
    start, end = span
    match = None if _COMPARING.isdisjoint(sentence.words.words) else _COMPARE.search(text, start, end)
    if match is None:
        return None
    first = phrase_end(text, match.end(), end, joined=False)
    middle = _WITH.match(text, first, end)
    if middle is None:
        return None
    by_with = middle[0].split()[0] == "with"
    if by_with and " and " in text[middle.end() : phrase_end(text, middle.end(), end)]:
        return NOTHING
    before = text[match.end() : first].lower().split()
    if not before or (by_with and before[-1] in word_set("contrast", "combining")):
        return None
    return _checked(sentence, (match.end(), first), _second(text, middle, end), given)


def _opens(before: str) -> bool:
    """Whether a title's words before "the effect of" leave the effect its subject."""
    words = _TRIAL_TO.sub("", before).lower().split()
    # A verb before it ("celiprolol augments the effect of exercise") makes it another's.
    verbs = any(word.endswith("s") and len(word) > 4 for word in words)
    return len(words) <= _MOST_BEFORE and not verbs and word_set("contrast", "stops").isdisjoint(words)


def _opening(title: Sentence, span: Span, given: frozenset[str]) -> Contrast:
    """The arms by a title that begins with them: "Yoga versus stretching for …", "Supervised walking in …"."""
    start, end = span
    text = without_brackets(title.plain)
    first = phrase_end(text, start, end)
    if first >= end and start == 0 and end == len(title.plain):
        return NOTHING
    middle = _against().match(text, first, end)
    following = WORD.search(text, first, end)
    if _FACTOR.match(text, first, end):
        return NOTHING  # "physical activity as a prognostic factor"
    words = WORD.findall(text[start:first].lower())
    if not words or (middle is None and (following is None or not _goes_on(words[-1], following[0].lower()))):
        return NOTHING
    if not (names_treatment(words[-1:]) or (words[-1] in given and "and" not in words)):
        return NOTHING
    return _checked(title, (start, first), _second(text, middle, end), given)


def _goes_on(last: str, following: str) -> bool:
    """Whether a title goes on after a phrase that ends with `last` as after a treatment: "Yoga for …", "Yoga lowers …".

    "Yoga after surgery" is one too, "sleep after surgery" is not.
    """
    if following in word_set("contrast", "after_treatment"):
        return names_treatment([last]) and last not in word_set("contrast", "also_outcomes")
    return following in word_set("contrast", "after_opening")


def _second(text: str, middle: re.Match[str] | None, end: int) -> Span | None:
    """The phrase that `middle` introduces."""
    return (middle.end(), phrase_end(text, middle.end(), end)) if middle else None


def _checked(sentence: Sentence, first: Span, second: Span | None, given: frozenset[str]) -> Contrast:
    return Contrast(arm(sentence, first, given), arm(sentence, second, given) if second else None)


@cache
def _test() -> re.Pattern[str]:
    """The nouns of "the effect of", which make what follows the thing tested."""
    nouns = "|".join(load("contrast")["tested"])
    return re.compile(
        rf"\b(?:{nouns})(?:,? (?:and|or|/) [\w-]+(?: [\w-]+)?)? of (?:the |an? )?"
        r"(?:effects? of |efficacy of |effectiveness of |use of |addition of )?(?:(?:adding|including|using) )?(?:the |an? )?",
        re.IGNORECASE,
    )


@cache
def _dummy() -> re.Pattern[str]:
    """A control that its own name tells: "placebo-controlled", "waiting-list control"."""
    return re.compile("|".join(f"(?:{each})" for each in load("contrast")["control"]["dummies"]), re.IGNORECASE)


@cache
def _against() -> re.Pattern[str]:
    phrases = "|".join(load("contrast")["against"])
    return re.compile(rf",? *\b(?:{phrases})\b\.? *(?:that of |those of )?(?:the |an? )?", re.IGNORECASE)


@cache
def _control() -> re.Pattern[str]:
    """The control group as a subject, and what it got or did; not how it fared."""
    names, got, did, fared = ("|".join(load("contrast")["control"][key]) for key in ("names", "got", "did", "fared"))
    who = rf"(?<!and )\b(?:{names})(?: (?:group|arm|participants|subjects|patients|condition|individuals))?s? *,?(?: only| will)?"
    return re.compile(rf"{who} (?:(?P<got>{got})|(?P<did>{did})) (?!{fared})", re.IGNORECASE)
