"""The normal form, and what parsing keeps."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litwatch.domain.article import Article, Section
from litwatch.errors import QueryError
from litwatch.pubmed.query import Or, parse
from litwatch.pubmed.query.fields import FIELDS, Match
from litwatch.pubmed.query.fold import fold, fold_entries
from litwatch.pubmed.query.vocabulary import mesh, parse_tree, publication_types


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("Chronic   Pain", "chronic AND pain"),
        ("chronic pain[tiab]", '"chronic pain"[tiab]'),
        ('"Pain"[Title/Abstract]', "pain[tiab]"),
        ('"Pain"', '"pain"'),
        ("“chronic pain”[ti]", '"chronic pain"[ti]'),
        ("a1 OR b1 AND c1", "(a1 OR b1) AND c1"),
        ("a1 AND b1 OR c1", "(a1 AND b1) OR c1"),
        ("a1 OR b1 c1", "a1 OR (b1 AND c1)"),
        ("a1 OR (b1 OR c1) OR d1", "a1 OR b1 OR c1 OR d1"),
        ("a1 NOT b1 NOT c1", "a1 NOT b1 NOT c1"),
        ("a1 NOT (b1 NOT c1)", "a1 NOT (b1 NOT c1)"),
        ("a1 AND b1 NOT c1 OR d1", "((a1 AND b1) NOT c1) OR d1"),
        ("(a1) (b1)", "a1 AND b1"),
        ("((a1))", "a1"),
        ("pain[ti]\n  AND\n  gout[ti]", "pain[ti] AND gout[ti]"),
        ("exercise [MeSH Terms:noexp]", "exercise[mh:noexp]"),
        ("Exercise[mesh]", "exercise[mh]"),
        ("pain, postoperative[MeSH Major Topic]", '"pain, postoperative"[majr]'),
        ('"Hip Pain"[Title/Abstract:~2]', '"hip pain"[tiab:~2]'),
        ("2024/3/5[Date - Publication]", "2024/03/05[dp]"),
        ('"2026/01/01"[CRDT] : "3000"[crdt]', "2026/01/01:3000[crdt]"),
        ("2020 : 2023 [dp]", "2020:2023[dp]"),
        ("2020:2020[dp]", "2020[dp]"),
        ("last 1 YEAR[pdat]", '"last 1 year"[dp]'),
        ('"last 60 day"[crdt]', '"last 60 days"[crdt]'),
        ("Smith J[Author]", "smith j[au]"),
        ('"Smith J"[Author]', '"smith j"[au]'),
        ("humans[filter]", "humans[mh]"),
        ("hasabstract pain", "hasabstract AND pain"),
        ("use of exercise for pain", "exercise AND pain"),
        ("8765432,9876543[uid]", "8765432[pmid] OR 9876543[pmid]"),
        ('"12345678"', '"12345678"'),
        ('"or"[ti]', '"or"[ti]'),
        ("delivery of health care[mh]", '"delivery of health care"[mh]'),
        ("wounds and injuries[mh]", '"wounds and injuries"[mh]'),
        ("10.1000/x(1)[doi]", None),
        ('"10.1000/x(1)"[doi]', '"10.1000/x(1)"[aid]'),
        ("pain 2020:2023[dp] gout", "pain AND 2020:2023[dp] AND gout"),
        ("mir:155", "mir:155"),
        ('"1:1"[tiab]', '"1:1"[tiab]'),
    ],
)
def test_normal_form(written: str, normal: str | None) -> None:
    if normal is None:
        with pytest.raises(QueryError):
            parse(written)
    else:
        assert str(parse(written)) == normal


def test_position_and_layout_do_not_count_for_equality() -> None:
    assert parse("pain[ti]   OR\ngout[Title]") == parse("(PAIN[ti] OR gout[ti])")
    assert parse("pain") != parse('"pain"')


def test_terms_tell_what_is_wanted_and_what_is_not() -> None:
    query = parse('exercise[ti] AND "back pain"[tiab] NOT (animals[mh] NOT humans[mh])')
    assert [term.text for term in query.terms()] == ["exercise", "back pain", "humans"]
    assert [term.text for term in query.terms(excluded=True)] == ["animals"]
    assert [term.position for term in query.terms()] == [0, 17, 56]


def test_every_field_name_is_known_once() -> None:
    names = [name for field in FIELDS for name in (field.tag, *field.names)]
    assert len(names) == len(set(names))
    assert all(name == name.lower() for name in names)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.tag)
def test_every_name_of_a_field_gives_its_tag(field: object) -> None:
    found = next(entry for entry in FIELDS if entry is field)
    term = {Match.DATE: "2024", Match.FILTER: "medline"}.get(found.match, "english" if found.tag == "la" else "12")
    for name in (found.tag, *found.names):
        assert str(parse(f"{term}[{name.upper()}]")) == f"{term}[{found.tag}]"


def test_hierarchies_explode_through_all_levels() -> None:
    assert {"exercise", "running", "marathon running", "resistance training"} <= set(mesh().explode("motor activity"))
    assert "spondylitis ankylosing" in mesh().explode("joint diseases")
    assert "osteoarthritis knee" in mesh().explode("rheumatic diseases")
    assert "humans" in mesh().explode("animals")
    assert set(publication_types().explode("clinical trial")) >= {
        "randomized controlled trial",
        "clinical trial phase iv",
    }
    assert set(publication_types().explode("review")) == {"review", "systematic review", "scoping review"}
    assert mesh().explode("knee") == ("knee",)


def test_a_hierarchy_with_a_cycle_ends() -> None:
    tree = parse_tree(iter(["A = x", "  B", "B", "  A"]))
    assert set(tree.explode("a")) == {"a", "b"}
    assert tree.explode("x") == tree.explode("a")


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold_entries([text]).replace("|", " ").split() == fold(text.replace("*", " ").replace("\x1f", " ")).split()


@given(st.text(max_size=80))
@settings(max_examples=300, deadline=None)
def test_any_text_parses_or_raises_a_query_error(text: str) -> None:
    """And whatever parses is stable: its normal form means the same."""
    try:
        query = parse(text)
    except QueryError as error:
        assert 0 <= error.position <= len(text)
        return
    assert parse(str(query)) == query


WORDS = st.sampled_from(
    ["pain", "exercise", "low-back", "il-1β", "crohn's", "walk*", "organi*ation", "müller", "the", "and"]
)
PHRASES = st.lists(WORDS, min_size=2, max_size=3).map(lambda words: f'"{" ".join(words)}"')
TAGS = st.sampled_from(["", "[tiab]", "[Title]", "[mh]", "[mh:noexp]", "[au]", "[all]", "[pt]", "[ta]"])
DAYS = st.sampled_from(["2019", "2020/02", "2021/12/31"])
SPECIAL = st.sampled_from(
    ["hasabstract", '"pain exercise"[tiab:~3]', '"last 60 days"[crdt]', "1234567[uid]", "english[la]"]
)


def tagged_words() -> st.SearchStrategy[str]:
    plain = WORDS.filter(lambda word: word not in ("the", "and"))
    return st.builds(lambda term, tag: f"{term}{tag}", plain | PHRASES, TAGS)


def ranges() -> st.SearchStrategy[str]:
    return st.builds(lambda day, tag: f"{day}:2022[{tag}]", DAYS, st.sampled_from(["dp", "crdt", "Date - Entry"]))


def nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    join: Callable[[str, str, str], str] = lambda left, operator, right: f"({left}){operator}({right})"  # noqa: E731
    operators = st.sampled_from([" AND ", " OR ", " NOT ", " "])
    return st.builds(join, inner, operators, inner) | inner.map(lambda query: f"({query})")


QUERIES = st.recursive(tagged_words() | ranges() | SPECIAL, nested, max_leaves=8)
ARTICLES = st.builds(
    lambda title, abstract: Article(
        pmid="1234567", title=" ".join(title), sections=(Section(None, " ".join(abstract)),)
    ),
    st.lists(WORDS, max_size=6),
    st.lists(WORDS, max_size=8),
)


@given(QUERIES)
@settings(max_examples=300, deadline=None)
def test_the_normal_form_parses_to_the_same_query(text: str) -> None:
    query = parse(text)
    assert parse(str(query)) == query
    assert str(parse(str(query))) == str(query)


@given(QUERIES, QUERIES, ARTICLES)
@settings(max_examples=150, deadline=None)
def test_operators_obey_logic(left: str, right: str, article: Article) -> None:
    from datetime import date

    def found(query: str) -> bool:
        return parse(query).matches(article, date(2024, 1, 1))

    assert found(f"({left}) AND ({right})") == (found(left) and found(right))
    assert found(f"({left}) OR ({right})") == (found(left) or found(right))
    assert found(f"({left}) NOT ({right})") == (found(left) and not found(right))
    assert found(f"({left}) AND ({right})") == found(f"({right}) AND ({left})")


def test_or_of_one_article_is_a_union() -> None:
    root = parse("a1 OR b1").root
    assert isinstance(root, Or)
    assert len(root.parts) == 2
