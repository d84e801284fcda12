"""Nothing that stands in a record becomes markup in a mail."""

from __future__ import annotations

import re
from dataclasses import replace

from lxml import html

from litwatch.domain.prose import Provenance, Sentence
from litwatch.publish.message import issue_message, notice_message
from litwatch.publish.proof import taken_apart
from tests.publish.attacks import ATTACKS
from tests.publish.later import RETRACTION, all_filled
from tests.publish.sample import DELIVERY, PUBLICATION
from tests.publish.test_message import MAILING

ALLOWED_TAGS = frozenset(
    re.findall(
        r"\w+",
        "html head meta title style body div p h1 h2 h3 h4 a b i br small ol ul li span bdi cite time section article "
        "blockquote img",
    )
)
ALLOWED_ATTRIBUTES = frozenset(
    re.findall(r"\S+", "lang charset name content class href dir id datetime role aria-hidden src width height alt")
)


def is_harmless(page: str) -> None:
    document = html.document_fromstring(page)
    for element in document.iter():
        assert isinstance(element.tag, str), f"a comment: {element}"
        assert element.tag in ALLOWED_TAGS, html.tostring(element)[:200]
        assert ALLOWED_ATTRIBUTES.issuperset(element.attrib), html.tostring(element)[:200]
        for name in ("href", "src"):
            assert element.get(name, "https://").startswith(("https://", "mailto:", "cid:", "data:image/png;base64,"))
    assert len(document.xpath("//style")) == 1


TEXTS = [" ".join(ATTACKS[start : start + 5]) for start in range(0, len(ATTACKS), 5)]
"""Five to a mail, which has each in every field."""


def test_the_corpus_is_large() -> None:
    assert len(set(ATTACKS)) >= 200


def test_an_issue_made_of_the_corpus_is_harmless() -> None:
    for text in TEXTS:
        is_harmless(taken_apart(issue_message(all_filled(text).issues[0], DELIVERY, MAILING)).html)


def test_a_notice_and_a_publication_made_of_the_corpus_are_harmless() -> None:
    for text in TEXTS:
        notice = replace(RETRACTION, headline=text, sentences=(Sentence(text, Provenance.EDITOR),))
        named = replace(MAILING, publication=replace(PUBLICATION, title=text), sender_name=text)
        is_harmless(taken_apart(notice_message(notice, DELIVERY, named)).html)
