"""Queries that cannot be used: the message, and the character that it points at (drawn as a caret below the query)."""

from __future__ import annotations

import re

import pytest

from litwatch.errors import QueryError
from litwatch.pubmed.query import parse

ERRORS = [
    ("", "", "empty"),
    ("  \n ", "", "empty"),
    ("()", " ^", "nothing between the parentheses"),
    ("pain AND ( )", "           ^", "nothing between the parentheses"),
    ("(pain", "^", "this parenthesis is never closed"),
    ("(", "^", "this parenthesis is never closed"),
    ("((pain)", "^", "this parenthesis is never closed"),
    ("pain AND (gout OR (ache)", "         ^", "this parenthesis is never closed"),
    ("pain)", "    ^", "this parenthesis was never opened"),
    (")pain", "^", "this parenthesis was never opened"),
    ('"chronic pain', "^", "this quote is never closed"),
    ('pain AND "', "         ^", "this quote is never closed"),
    ('pain ""', "     ^", "nothing between the quotes"),
    ('pain "--"', "     ^", "nothing to search for"),
    ("pain[tiab", "    ^", "this bracket is never closed"),
    ("pain[tiab OR ache[ti]", "    ^", "this bracket is never closed"),
    ("pain]", "    ^", "this bracket was never opened"),
    ("pain[]", "    ^", "an empty field tag"),
    ("pain[tiba]", "    ^", r"unknown field tag \[tiba\]; did you mean \[tiab\]"),
    ("pain[xqzw]", "    ^", r"unknown field tag \[xqzw\]$"),
    ("pain[pa]", "    ^", "cannot be evaluated"),
    ("gout[MeSH Trems]", "    ^", r"did you mean \[mesh terms\]"),
    ("[tiab] pain", "^", "no term before it"),
    ("pain[ti][ab]", "        ^", "no term before it"),
    ("(pain OR ache)[tiab]", "              ^", "cannot follow a parenthesis"),
    ("pain AND", "     ^", "AND needs a term after it"),
    ("(pain OR)", "      ^", "OR needs a term after it"),
    ("OR pain", "^", "OR needs a term before it"),
    ("(NOT pain)", " ^", "NOT needs a term before it"),
    ("pain AND NOT gout", "         ^", "two operators in a row; write NOT alone"),
    ("pain OR AND gout", "        ^", "two operators in a row$"),
    ("pain or gout", "     ^", "write OR in upper case"),
    ("pain Not gout", "     ^", "write NOT in upper case"),
    ("pain or gout[tiab]", "     ^", "write OR in upper case"),
    ("pain and gout[tiab]", "     ^", "write AND in upper case"),
    ("smith or jones[au]", "      ^", "write OR in upper case"),
    ("#1 AND pain", "^", "search history"),
    ("#a", "^", "search history"),
    ("pain AND #12", "         ^", "search history"),
    ("the", "^", "PubMed ignores these words"),
    ("pain AND (of the)", "          ^", "PubMed ignores these words"),
    ("pai*", "^", "at least 4 characters"),
    ("exercise pai*[tiab]", "         ^", "at least 4 characters"),
    ('"vaccin* sch*"[tiab]', "         ^", "at least 4 characters"),
    ("*itis[ti]", "^", "at least 4 characters"),
    ("* pain[ti]", "^", "at least 4 characters"),
    ("*", "^", "nothing to search for"),
    ("gout[tiab:noexp]", "    ^", "no hierarchy"),
    ("gout[mh:nope]", "    ^", "unknown modifier :nope"),
    ('"gout pain"[tiab:~]', "           ^", "unknown modifier"),
    ('"gout pain"[mh:~3]', "           ^", r"\[ti\], \[tiab\] and \[ad\] only"),
    ('"gout pain"[ab:~3]', "           ^", "only"),
    ("gout pain[tiab:~3]", "^", "in quotes"),
    ('"gout"[tiab:~3]', "^", "two words or more"),
    ('"gout gout"[tiab:~3]', "^", "two words or more"),
    ('"goutish* pain"[tiab:~3]', "^", "no wildcard"),
    ('"b c d e f g h i j k l"[ti:~3]', "^", "at most 10 words"),
    ("2024/13[dp]", "^", "not a date"),
    ("2024/02/30[dp]", "^", "not a date"),
    ("2024/00[dp]", "^", "not a date"),
    ("0000[dp]", "^", "not a date"),
    ("24[dp]", "^", "not a date"),
    ("2024-03-15[dp]", "^", "not a date"),
    ("pain[dp]", "^", "not a date"),
    ("2020:202[dp]", "     ^", "not a date"),
    ("2023:2020[dp]", "^", "ends before it starts"),
    ('"2023:2020"[dp]', "^", "ends before it starts"),
    ('"2024/05/02"[crdt] : "2024/05/01"[crdt]', "^", "ends before it starts"),
    ("2020:[dp]", "    ^", "date after the colon"),
    (": 2020[dp]", "^", "date before the colon"),
    ("2020:2021", "^", "needs a date field"),
    ("2020[dp]:2021", "^", "needs a date field"),
    ("2020[dp]:2021[crdt]", "             ^", "same field"),
    ("1:2[tiab]", "   ^", "dates only"),
    ('"last 0 days"[crdt]', "^", "at least 1"),
    ('"last week"[crdt]', "^", "not a date"),
    ("x1[uid]", "^", "a PMID has one to eight digits"),
    ("123456789[pmid]", "^", "a PMID has one to eight digits"),
    ("klingon[la]", "^", "unknown language"),
    ("free full text[sb]", "^", "'free full text' cannot be evaluated"),
    ("systematic[sb]", "^", "cannot be evaluated"),
    ("(" * 101 + "pain" + ")" * 101, " " * 100 + "^", "more than 100 levels"),
    ("x1" + " OR x2 AND x3" * 60, "^", "more than 100 deep"),
]


@pytest.mark.parametrize(("query", "caret", "message"), ERRORS)
def test_an_error_points_at_the_character(query: str, caret: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert re.search(message, caught.value.message)
    assert caught.value.position == max(caret.find("^"), 0)
    assert caught.value.query == query


def test_the_deepest_query_still_runs() -> None:
    query = parse("(" * 100 + "x1" + ")" * 100 + " OR x2 AND x3" * 50)
    assert parse(str(query)) == query
    assert hash(query) == hash(parse(str(query)))


def test_ten_thousand_alternatives_are_no_problem() -> None:
    query = parse(" OR ".join(f"word{number}" for number in range(10_000)))
    assert sum(1 for _ in query.terms()) == 10_000
