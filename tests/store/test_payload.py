"""What goes in comes out, for any study and any issue."""

from __future__ import annotations

import json
from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litwatch.domain.calendar import Week
from litwatch.domain.citation import Citation
from litwatch.domain.digest import Issue, LedgerLine, Length, Mention, Nugget, Receipt, Tags
from litwatch.domain.prose import Paragraph, Part, Provenance, Sentence
from litwatch.domain.run import PollReceipt
from litwatch.domain.study import Effect, Measure, Study
from litwatch.errors import StoreError
from litwatch.store import payload
from tests.store import samples

# A few of each, so that a whole issue stays small.
text = st.text(max_size=8)
texts = st.lists(text, max_size=2).map(tuple)
number = st.floats(allow_nan=False, allow_infinity=False)
moments = st.datetimes(timezones=st.just(UTC))

effects = st.builds(
    Effect,
    measure=st.sampled_from(Measure),
    value=st.none() | number,
    ci=st.none() | st.tuples(number, number),
    ci_level=number,
    i2=st.none() | number,
)
outcomes = st.builds(samples.outcome, text, effect=st.none() | effects)
studies = st.builds(Study, registry_ids=texts, counts=st.just(()), outcomes=st.lists(outcomes, max_size=2).map(tuple))

lines = st.lists(st.builds(LedgerLine, *[text] * 4, timepoint=st.none() | text), max_size=2).map(tuple)
citations = st.builds(Citation, pmid=text, title=text, authors=texts, journal=text, ahead_of_print=st.booleans())
sentences = st.builds(Sentence, text, st.sampled_from(Provenance), st.lists(st.integers(), max_size=2).map(tuple), text)
paragraphs = st.builds(Paragraph, st.sampled_from(Part), st.lists(sentences, max_size=2).map(tuple))
nuggets = st.builds(
    Nugget,
    *[text] * 5,
    texts,
    *[lines] * 4,
    citations,
    paragraphs=st.lists(paragraphs, max_size=2).map(tuple),
    takeaway=st.none() | sentences,
    length=st.sampled_from(Length),
    tags=st.builds(Tags, text, texts, texts),
)
polls = st.builds(PollReceipt, topic=text, query=text, started=moments, seconds=number)
receipts = st.builds(Receipt, st.lists(polls, max_size=2).map(tuple), *[st.integers()] * 3)
issues = st.builds(
    Issue,
    week=st.dates().map(Week.of),
    guid=text,
    title=text,
    summary=text,
    published=moments,
    nuggets=st.lists(nuggets, max_size=2).map(tuple),
    also=st.lists(st.builds(Mention, text, text, text, texts, st.none() | text), max_size=2).map(tuple),
    receipt=receipts,
)


@settings(max_examples=50, deadline=None)
@given(studies)
def test_a_study_comes_back_equal(value: Study) -> None:
    stored = payload.dump(Study, value)
    again = payload.load(Study, stored)
    assert again == value
    assert hash(again) == hash(value)
    assert payload.dump(Study, again) == stored


@settings(max_examples=50, deadline=None)
@given(issues)
def test_an_issue_comes_back_equal(value: Issue) -> None:
    stored = payload.dump(Issue, value)
    again = payload.load(Issue, stored)
    assert again == value
    assert again.published.utcoffset() == value.published.utcoffset()
    assert payload.dump(Issue, again) == stored
    assert "\x00" not in stored


def test_fields_added_since_take_their_defaults() -> None:
    old = '{"pmid": "11", "extractor": "1", "design": "cohort", "stance": "none"}'
    assert payload.load(Study, old).outcomes == ()


@pytest.mark.parametrize("broken", ["", "{", "{}", '{"pmid": 11}'])
def test_a_payload_that_cannot_be_read(broken: str) -> None:
    with pytest.raises(StoreError, match="a stored Study cannot be read"):
        payload.load(Study, broken)


def test_a_note_of_before_there_were_tags_has_none() -> None:
    note = samples.issue(Week(2025, 12), "11").nuggets[0]
    written = json.loads(payload.dump(Nugget, note))
    del written["tags"]
    assert payload.load(Nugget, json.dumps(written)) == note
