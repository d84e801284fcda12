"""Whatever is done to a record: an item for each record, or an InputError, and nothing else ever."""

from __future__ import annotations

import io
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from litwatch.domain.article import Deletion, ParseFailure, Record
from litwatch.errors import InputError
from litwatch.pubmed.parse import Item, read_records
from tests.pubmed.full_record import FULL
from tests.pubmed.samples import BOOK, article_set, pmids, record

_ELEMENT = re.compile(r"<(\w+)[^<>]*>[^<]*</\1>|<\w+[^<>]*>|</\w+>")
_SOURCES = st.sampled_from([FULL, BOOK, record(abstract="<Abstract><AbstractText>Pain.</AbstractText></Abstract>")])
_ODD = st.sampled_from(
    ["", " ", "<", "&", "&lt;", "&nbsp;", "]]>", "<![CDATA[", "<!--", "-->", "\x00", "\ufffe", "９", "-1", "1e9", "<b>", "</b>", "9" * 30]
)  # fmt: skip


def read(data: bytes) -> tuple[list[Item], InputError | None]:
    items: list[Item] = []
    try:
        items.extend(read_records(io.BytesIO(data), "mutated.xml"))
    except InputError as error:
        return items, error
    return items, None


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A record with one to four of its parts dropped, doubled, moved, renamed or replaced."""
    xml = draw(_SOURCES)
    for _ in range(draw(st.integers(1, 4))):
        parts = list(_ELEMENT.finditer(xml))
        if not parts:
            break
        part = draw(st.sampled_from(parts))
        before, it, after = xml[: part.start()], part.group(), xml[part.end() :]
        match draw(st.sampled_from(["drop", "double", "move", "rename", "text", "attribute"])):
            case "drop":
                xml = before + after
            case "double":
                xml = before + it + it + after
            case "move":
                place = draw(st.integers(0, len(after)))
                xml = before + after[:place] + it + after[place:]
            case "rename":
                other = draw(st.sampled_from(parts)).group()
                xml = before + re.sub(r"\w+", re.search(r"\w+", other).group(), it, count=1) + after  # type: ignore[union-attr]
            case "text":
                xml = before + it + draw(_ODD) + after
            case _:
                xml = before + re.sub(r'"[^"]*"', f'"{draw(st.sampled_from(["", "N", "x<y", "&", "-5"]))}"', it) + after
    return xml


@settings(deadline=None, max_examples=300)
@given(mutated())
def test_a_mutated_record_never_harms_its_neighbours(xml: str) -> None:
    data = article_set(record("99000001"), xml, record("99000003"))
    items, error = read(data)
    assert all(isinstance(item, Record | ParseFailure | Deletion) for item in items)
    assert pmids(items)[:1] == ["99000001"]
    if error is None:
        assert pmids(items)[-1] == "99000003"
        for item in items:
            if isinstance(item, ParseFailure):
                assert item.reason
                assert data[item.offset : item.offset + len(item.raw)] == item.raw


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_bytes_changed_anywhere(data: st.DataObject) -> None:
    source = article_set(FULL, BOOK)
    start = data.draw(st.integers(0, len(source)))
    end = data.draw(st.integers(start, min(len(source), start + 40)))
    items, _ = read(source[:start] + data.draw(st.binary(max_size=12)) + source[end:])
    assert all(isinstance(item, Record | ParseFailure | Deletion) for item in items)


@settings(deadline=None, max_examples=100)
@given(
    st.binary(max_size=80)
    | st.text(alphabet=st.sampled_from("<>/!?-[]PubmedArticleSet \"'&;=x"), max_size=80).map(str.encode)
)
def test_anything_at_all(data: bytes) -> None:
    items, error = read(data)
    assert not any(isinstance(item, Record) for item in items)
    assert error is not None or data


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from([FULL, BOOK, record("99000001")]), max_size=5))
def test_every_record_of_a_sound_file_is_read_in_order(sources: list[str]) -> None:
    items, error = read(article_set(*sources))
    assert error is None
    assert [item.raw.decode() for item in items if isinstance(item, Record)] == sources
