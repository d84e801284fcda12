"""Quoting a sentence in few words without making it say something else."""

from __future__ import annotations

import re

from litwatch.compose.words import ELLIPSIS, whole_phrase

_CLAUSE_END = re.compile(r"[,;:](?= )|(?= (?:which|while|whereas|because|suggesting|indicating) )")
# From here on a sentence may say the opposite of what it began with.
_TURN = re.compile(
    r"(?<=[,;.] )(?:however|though|whereas|while|yet|nor|except)\b|(?<= )(?:but|although|whereas)\b", re.IGNORECASE
)
# A sentence that begins by conceding makes its point after the comma.
_CONCESSION = re.compile(r"(?:although|though|even though|while|whilst|despite|in spite of)\b[^,]*, ", re.IGNORECASE)
_AUXILIARIES = (
    "is|are|was|were|may|might|can|could|should|would|will|has|have|had|do|does|did|cannot|seems?|appears?|remains?"
)
# Words with which a sentence may say something: nouns, too, and words that describe one.
_MAY_SAY = re.compile(
    rf"(?<!which )(?<!that )(?<!who )\b(?:{_AUXILIARIES}|appeared|remained|leads? to|led to|needs?|makes?|made|found|gives?"
    r"|gave|became|argues?|(?:show|suggest|indicat|support|result|produc|improv|reduc|increas|decreas|provid|offer|help"
    r"|eas|conclud|demonstrat|recommend|confirm|caus|requir|attenuat|enhanc|achiev|prevent|affect|influenc|play|reveal"
    r"|highlight|warrant|shorten|prolong|reliev|alleviat|accelerat|maintain|contribut|benefit|promot|strengthen|prov)"
    r"(?:e?s|ed)?)\b",
    re.IGNORECASE,
)
# Words with which it does.
_SAYS = re.compile(
    rf"(?<!which )(?<!that )(?<!who )\b(?:{_AUXILIARIES}|leads to|led to|improves|reduces|provides|shows|showed)\b"
    r"|(?<=\w )(?<!\ba )(?<!\ban )(?<!\bthe )(?<!\bof )(?<!\bwith )(?:improved|reduced|eased|increased|decreased|provided)\b"
)
_AUXILIARY = re.compile(rf"(?:{_AUXILIARIES})\b")
_OPENING = re.compile(
    r"(?:in|on|at|for|among|under|within|during|after|from|when|compared|relative|based|given|considering|due|even)\b"
    r"[^,()]*(?:\([^()]*\)[^,()]*)*, ",
    re.IGNORECASE,
)
"""What a sentence may begin with before it says of what it speaks."""
_OPENING_WORDS = 8
"""Of what comes before the point so many words are quoted."""
_AFTER_VERB = 3
"""A verb without so many words after it has not said anything: "did not…"."""
_WORD = re.compile(r"\S+")
_AFTER_TURN = 5
"""A turn is quoted with at least so many words, its own included."""


def quote_words(text: str, words: int) -> str:
    """`text` in at most `words` words: its beginning up to the end of a clause, and "…" where something is left out.

    A turn ("but", "although", …) is not cut off: what stands before it would mean something else alone. If it comes
    too late for one piece, the quotation has two, both in the text's own words.
    """
    if len(text.split()) <= words:
        return text
    turn = _last_turn(text)
    before = len(text[:turn].split())
    if before <= words - _AFTER_TURN:
        return _beginning(text, words, least=before + _AFTER_TURN if turn else words // 3)
    first = _beginning(text[:turn], max(words // 2, words - len(text[turn:].split())), least=words // 4)
    rest = words - len(first.split())
    return f"{first} {_beginning(text[turn:], rest, least=_AFTER_TURN)}"


def quote_claim(text: str, words: int) -> str:
    """Like `quote_words`, but of a sentence that comes late to its point both how it begins and what it says.

    "In patients with this and that and the other…" says nothing yet. What is left out in between is the end of such an
    opening, or what stands between commas before the verb; never a part of what the sentence is about.
    """
    whole = quote_words(text, words)
    if whole == text or _says(whole, _MAY_SAY) or _last_turn(text):
        return whole
    opening = _OPENING.match(text)
    start = opening.end() if opening else _verb_behind_comma(text)
    if not start:
        return whole
    first = _beginning(text[:start].rstrip(), _OPENING_WORDS, least=_OPENING_WORDS // 2)
    rest = _beginning(text[start:], words - len(first.split()), least=_AFTER_TURN)
    return f"{first} {rest}" if _says(rest, _SAYS) and _balanced(first) else whole


def _says(text: str, verbs: re.Pattern[str]) -> bool:
    """Whether `text` has one of the verbs and what follows it."""
    verb = verbs.search(text)
    return verb is not None and len(text[verb.end() :].split()) >= _AFTER_VERB


def _verb_behind_comma(text: str) -> int:
    """Where the first verb is, if it is one for sure and a comma stands before it; else 0."""
    verb = _MAY_SAY.search(text)
    if verb is None or not _AUXILIARY.match(text, verb.start()):
        return 0
    return verb.start() if text[: verb.start()].endswith(", ") and _balanced(text[: verb.start()]) else 0


def quotes(text: str, quotation: str) -> bool:
    """Whether `quotation` is `text`, or its beginning and more pieces in order, with "…" for what is left out."""
    if not quotation or quotation == text:
        return quotation == text
    *pieces, last = (piece.strip() for piece in quotation.split(ELLIPSIS))
    place = 0
    for piece in pieces:
        # Pieces begin and end with whole words; the first one is the text's beginning.
        start = _whole(text, piece, place) if piece else -1
        if start < 0 or (place == 0 and start != 0):
            return False
        place = start + len(piece)
    rest = text[place:]
    return bool(pieces) and rest.endswith(last) and (not last or not _goes_on(rest, len(rest) - len(last) - 1))


def _whole(text: str, piece: str, place: int) -> int:
    """Where `piece` stands in whole words at or after `place`; −1 if it does not. Found without a pattern of its own:
    to compile one takes longer than to look.
    """
    start = text.find(piece, place)
    while start >= 0 and (_goes_on(text, start - 1) or _goes_on(text, start + len(piece))):
        start = text.find(piece, start + 1)
    return start


def _goes_on(text: str, place: int) -> bool:
    """Whether a letter or a digit stands at `place`, which may lie before or behind the text."""
    return 0 <= place < len(text) and (text[place].isalnum() or text[place] == "_")


def _last_turn(text: str) -> int:
    """Where the sentence's last turn begins; 0 if it has none."""
    conceded = _CONCESSION.match(text)
    return max((found.start() for found in _TURN.finditer(text)), default=conceded.end() if conceded else 0)


def _beginning(text: str, words: int, *, least: int) -> str:
    """`text` in at most `words` words and at least `least`: cut at the end of a clause or else between words."""
    places = list(_WORD.finditer(text))
    if len(places) <= words:
        return text
    start, limit = places[least - 1].end(), places[words - 1].end()
    ends = [found.start() for found in _CLAUSE_END.finditer(text, start, limit + 1) if found.start() <= limit]
    end = next((end for end in reversed(ends) if _balanced(text[:end])), limit)
    return whole_phrase(text[:end]) + ELLIPSIS


def _balanced(text: str) -> bool:
    return text.count("(") == text.count(")") and text.count("[") == text.count("]")
