"""Checks one term with its field tag and turns it into a leaf of the tree."""

from __future__ import annotations

import re
from dataclasses import dataclass

from litwatch.errors import QueryError
from litwatch.pubmed.query import fields
from litwatch.pubmed.query.fields import Field, Match
from litwatch.pubmed.query.fold import fold
from litwatch.pubmed.query.lexer import OPERATORS, Token
from litwatch.pubmed.query.tree import DateRange, Day, HasAbstract, LastDays, Node, Term, Unit, all_of, any_of
from litwatch.pubmed.query.vocabulary import language_codes, stopwords

_MIN_STEM = 4  # characters before the first wildcard (NLM Technical Bulletin 2024 May-Jun;(458):e5)
_MAX_NEAR_WORDS = 10  # bounds the work of a proximity search

_PMID = re.compile(r"\d{1,8}\Z")
_BARE_PMID = re.compile(r"\d{5,8}\Z")  # without a tag: shorter numbers are more likely years or counts
_DAY = re.compile(r"(\d{4})(?:/(\d{1,2})(?:/(\d{1,2}))?)?\Z")
_LAST = re.compile(r"last (\d{1,5}) (day|month|year)s?\Z", re.IGNORECASE)
_CODE = re.compile(r"[a-z]{3}\Z")

STATUSES = {
    "medline": ("medline",),
    "inprocess": ("in process", "in data review"),
    "pubmednotmedline": ("pubmed not medline",),
    "publisher": ("publisher",),
}
"""Subsets that a record's own status decides: name -> folded statuses."""
_TYPE_FILTERS = {
    "casereports": "case reports",
    "clinicaltrial": "clinical trial",
    "clinicaltrialprotocol": "clinical trial protocol",
    "editorial": "editorial",
    "guideline": "guideline",
    "letter": "letter",
    "meta-analysis": "meta-analysis",
    "metaanalysis": "meta-analysis",
    "multicenterstudy": "multicenter study",
    "observationalstudy": "observational study",
    "practiceguideline": "practice guideline",
    "pragmaticclinicaltrial": "pragmatic clinical trial",
    "preprint": "preprint",
    "randomizedcontrolledtrial": "randomized controlled trial",
    "review": "review",
}


@dataclass(frozen=True, slots=True)
class Written:
    """A term as it stands in the query: one quoted token, or a row of words."""

    tokens: tuple[Token, ...]
    quoted: bool

    @property
    def text(self) -> str:
        return " ".join(token.text for token in self.tokens).lower()

    @property
    def position(self) -> int:
        return self.tokens[0].position


def untagged(query: str, written: Written) -> Node:
    """Words without a tag: each must occur. Stop words and bare punctuation are left out; a row of numbers is PMIDs."""
    if written.quoted:
        _check_words(query, written)
        return Term(written.text, exact=True, position=written.position)
    if all(_BARE_PMID.match(token.text) for token in written.tokens):
        return _pmids(query, written)
    nodes: list[Node] = []
    for token in written.tokens:
        word = token.text.lower()
        if word in ("or", "not"):
            raise QueryError(f"write {word.upper()} in upper case to combine terms", query, token.position)
        if word.startswith("#"):
            raise QueryError("search history is not available; write the search itself", query, token.position)
        if word == "hasabstract":
            nodes.append(HasAbstract(token.position))
        elif word not in stopwords() and fold(word):
            _check_words(query, Written((token,), quoted=False))
            nodes.append(Term(word, position=token.position))
    if not nodes:
        raise QueryError("nothing to search for: PubMed ignores these words", query, written.position)
    return all_of(*nodes)


def tagged(query: str, written: Written, tag: Token) -> Node:
    """A term of the field `tag`."""
    field, explode, near = _field(query, tag)
    if field.match is Match.DATE:
        return _date(query, written, field)
    if field.match is Match.FILTER:
        return _filter(query, written, field)
    if field.tag == "pmid":
        return _pmids(query, written)
    if field.tag == "all" and written.text == "hasabstract":
        return HasAbstract(written.position)
    _check_words(query, written)
    if not written.quoted and field.match in (Match.TEXT, Match.AUTHOR):
        _check_operators(query, written)
    if near is not None:
        _check_near(query, written)
    if field.tag == "la":
        _check_language(query, written)
    exact = written.quoted and field.match is Match.AUTHOR
    return Term(written.text, field.tag, exact, explode, near, written.position)


def date_range(query: str, start: Token, start_tag: Token | None, end: Token, end_tag: Token) -> DateRange:
    """`start:end` of a date field; where both ends carry a tag, it must be the same."""
    field, _, _ = _field(query, end_tag)
    if start_tag is not None and _field(query, start_tag)[0] is not field:
        raise QueryError("both ends of a range need the same field", query, end_tag.position)
    if field.match is not Match.DATE:
        raise QueryError(f"ranges work with dates only, not with [{field.tag}]", query, end_tag.position)
    first, last = _day(query, start.text, start.position), _day(query, end.text, end.position)
    if first.first > last.last:
        raise QueryError("the range ends before it starts", query, start.position)
    return DateRange(field.tag, first, last, start.position)


def _field(query: str, tag: Token) -> tuple[Field, bool, int | None]:
    """The field that a tag names, whether to explode, and the N of `:~N`."""
    name, colon, modifier = (part.strip() for part in tag.text.partition(":"))
    field = fields.find(name)
    if field is None:
        raise QueryError(fields.complaint(name), query, tag.position)
    if not colon:
        return field, True, None
    if modifier.lower() == "noexp":
        if field.match is not Match.TREE:
            raise QueryError(f"[{field.tag}] has no hierarchy to switch off with :noexp", query, tag.position)
        return field, False, None
    if modifier.startswith("~") and re.fullmatch(r"~\s*\d{1,4}", modifier):
        if not field.proximity:
            raise QueryError("proximity works with [ti], [tiab] and [ad] only", query, tag.position)
        return field, True, int(modifier[1:])
    raise QueryError(f"unknown modifier :{modifier}; there are :noexp and :~N", query, tag.position)


def _check_words(query: str, written: Written) -> None:
    """Something to search for, and enough characters before each wildcard."""
    if not fold(written.text).replace("*", "").strip():
        raise QueryError("nothing to search for", query, written.position)
    at = written.position
    for word in written.text.split():
        stem, star, _ = word.partition("*")
        at = max(at, query.lower().find(word, at))
        if star and sum(map(str.isalnum, stem)) < _MIN_STEM:
            raise QueryError(f"PubMed wants at least {_MIN_STEM} characters before *", query, at)


def _check_operators(query: str, written: Written) -> None:
    for token in written.tokens:
        if token.text.upper() in OPERATORS:
            hint = f"write {token.text.upper()} in upper case to combine terms, or put the phrase in quotes"
            raise QueryError(hint, query, token.position)


def _check_near(query: str, written: Written) -> None:
    words = fold(written.text).split()
    if not written.quoted:
        raise QueryError("a proximity search needs its words in quotes", query, written.position)
    if "*" in written.text:
        raise QueryError("a proximity search takes no wildcard", query, written.position)
    if len(set(words)) < 2:
        raise QueryError("a proximity search needs two words or more", query, written.position)
    if len(set(words)) > _MAX_NEAR_WORDS:
        raise QueryError(f"a proximity search takes at most {_MAX_NEAR_WORDS} words", query, written.position)


def _check_language(query: str, written: Written) -> None:
    name = fold(written.text)
    if name not in language_codes() and not _CODE.match(name):
        raise QueryError("unknown language", query, written.position)


def _pmids(query: str, written: Written) -> Node:
    numbers = [number for number in re.split(r"[\s,]+", written.text) if number]
    for number in numbers:
        if not _PMID.match(number):
            raise QueryError("a PMID has one to eight digits", query, written.position)
    return any_of(*(Term(number, "pmid", position=written.position) for number in dict.fromkeys(numbers)))


def _day(query: str, text: str, position: int) -> Day:
    if match := _DAY.match(text.strip()):
        day = Day(*(int(part) if part is not None else None for part in match.groups()))  # type: ignore[arg-type]
        try:
            _ = day.first, day.last
        except (ValueError, IndexError):
            pass
        else:
            if day.month != 0 and day.day != 0:
                return day
    raise QueryError("not a date; write 2024, 2024/03 or 2024/03/15", query, position)


def _date(query: str, written: Written, field: Field) -> Node:
    if match := _LAST.match(written.text):
        if int(match[1]) == 0:
            raise QueryError("a relative date needs at least 1", query, written.position)
        units: dict[str, Unit] = {"day": "day", "month": "month", "year": "year"}
        return LastDays(field.tag, int(match[1]), units[match[2].lower()], written.position)
    start, colon, end = written.text.partition(":")
    first = _day(query, start, written.position)
    last = _day(query, end, written.position) if colon else first
    if first.first > last.last:
        raise QueryError("the range ends before it starts", query, written.position)
    return DateRange(field.tag, first, last, written.position)


def _filter(query: str, written: Written, field: Field) -> Node:
    """A filter as what it stands for; those that need more than the record are refused."""
    name = written.text
    if name in ("hasabstract", "has abstract"):
        return HasAbstract(written.position)
    if name == "humans":
        return Term("humans", "mh", position=written.position)
    if name in language_codes() and len(name) > 3:
        return Term(name, "la", position=written.position)
    squeezed = name.replace(" ", "")
    if squeezed in _TYPE_FILTERS:
        return Term(_TYPE_FILTERS[squeezed], "pt", position=written.position)
    if squeezed in STATUSES:
        return Term(squeezed, field.tag, position=written.position)
    raise QueryError(f"the filter {name!r} cannot be evaluated from a record", query, written.position)
