"""Capitals that are a word's own, and those that a title or the beginning of a sentence gave it."""

from __future__ import annotations

import re

_TITLE_WORD = re.compile(r"\b[A-Z][a-z]+\b")
_BEGINNING = re.compile(r"[A-Z][a-z]+(?:-[a-z]+)*")
_LOWER_WORD = re.compile(r"\b[a-z]+\b")
_LONG_WORD = re.compile(r"\b[A-Za-z][a-z]{3,}\b")
_SHOUTED = re.compile(r"\b[A-Z][A-Z’'-]*(?::? [A-Z][A-Z’'-]*){2,}(?![\w-])")
"""Three words and more in capitals only."""
_CAPITALS = re.compile(r"A(?![\w-])|(?!(?:I{2,3}|I?V)\b)[A-Z]{2,}|(?<=['’])S\b")
_ABBREVIATION = re.compile(r"(?<![A-Z] )\b[A-Z]{2,}\b(?! [A-Z])")
_RUN = re.compile(r"\b[A-Z][a-z]+(?:[ -][A-Z][a-z]+)+\b")
"""Words with a capital side by side: in a text without the capitals of a title most often a name."""
_CAPITAL_WITHIN = re.compile(r"(?<=[a-z0-9,;)] )[A-Z][a-z]+\b")

_PEOPLE_AND_PLACES = (
    "Achilles Alberta Aldrete Alzheimer Apgar Ashworth Barthel Bath Beck Behcet Berg Bishop Borg Candida Cobb Constant "
    "Crohn Doppler Down Epworth Fugl Glasgow Hamilton Harris Helicobacter Hodgkin Hoffmann Huntington Karnofsky Likert "
    "Lysholm Montgomery Oswestry Oxford Parkinson Pilates Plasmodium Ramadan Ramsay Rankin Roland Romberg Tegner "
    "Tinetti Tourette Yale Africa African America American Asia Asian Australia Australian Austria Brazil Brazilian "
    "Britain British Canada Canadian Chile China Chinese Danish Denmark Dutch Egypt Egyptian England English Europe "
    "European Finland Finnish France French German Germany Ghana Greece Greek Hispanic India Indian Indonesia Iran "
    "Iranian Iraq Ireland Irish Israel Israeli Italian Italy Japan Japanese Kenya Korea Korean Latino Malawi Malaysia "
    "Mexican Mexico Muslim Nepal Nigeria Nigerian Nordic Norway Norwegian Pakistan Poland Polish Portugal Portuguese "
    "Scotland Scottish Spain Spanish Sweden Swedish Swiss Switzerland Taiwan Taiwanese Tanzania Thai Thailand Turkey "
    "Turkish Uganda Vietnam Vietnamese York Zambia Zealand Zimbabwe"
)
_COMMON = (
    "a acute adolescents adult adults aged among an and at after before between by care children chronic control during "
    "education elderly exercise female females for from girls boys group groups healthy in individuals infants "
    "intervention male males men middle of older on or over participants patients people persons placebo pre post "
    "pregnant program programme receiving students subjects supervised the therapy to training treated treatment type "
    "undergoing untreated using versus volunteers vs with without women workers young"
)
_PROPER = frozenset(_PEOPLE_AND_PLACES.split())
_ORDINARY = frozenset(_COMMON.split())


class Capitals:
    """What one abstract tells about the capitals of its words: those within a sentence are a word's own."""

    def __init__(self, abstract: str) -> None:
        self._abbreviations = frozenset(_ABBREVIATION.findall(abstract))
        self._small = _ORDINARY.union(_LOWER_WORD.findall(abstract))
        own = frozenset(_CAPITAL_WITHIN.findall(abstract))
        self._own = _PROPER.union(word for word in own if word.lower() not in self._small)

    def lowered(self, text: str) -> str:
        """`text` without the capitals of a title, and not in capitals only.

        In a text with capitals all over, every word loses its capital unless it is its own; in another text only
        words do that the abstract has in small letters, too, and names of several words are left as they are.
        """
        text = _SHOUTED.sub(lambda shouted: _CAPITALS.sub(self._quietly, shouted.group()), text)
        long = _LONG_WORD.findall(text)
        title = 2 * sum(word[0].isupper() for word in long) >= max(len(long), 1)
        names = [] if title else [run.span() for run in _RUN.finditer(text) if not self._is_small(run.group())]

        def lower(word: re.Match[str]) -> str:
            small = word.group().lower()
            if any(start <= word.start() < end for start, end in names):
                return word.group()
            return small if small in self._small or (title and word.group() not in self._own) else word.group()

        return _TITLE_WORD.sub(lower, text)

    def _quietly(self, word: re.Match[str]) -> str:
        """A word in capitals as it is written otherwise."""
        text = word.group()
        if text.capitalize() in self._own:
            return text.capitalize()
        return text if text in self._abbreviations and text.lower() not in self._small else text.lower()

    def _is_small(self, run: str) -> bool:
        return all(word in self._small for word in re.split("[ -]", run.lower()))

    def within(self, name: str) -> str:
        """`name` as it stands within a sentence: its first letter small, unless the capital is its own."""
        first, space, rest = name.partition(" ")
        # What goes on in capitals is a proper name ("Oswestry Disability Index").
        if _TITLE_WORD.match(rest) or not _BEGINNING.fullmatch(first) or first in self._own:
            return name
        return first.lower() + space + rest
