"""The picture of a note in a mail: only where it says more than the numbers, and never without what is not in it."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from lxml import html
from PIL import Image

from litwatch.domain.digest import Issue, LedgerLine, Nugget
from litwatch.domain.study import Effect, Measure
from litwatch.domain.subscriber import MailFormat
from litwatch.publish import forest
from litwatch.publish.forest_png import WIDTH, draw, spelt
from litwatch.publish.mail_pictures import MAX_BYTES, pictures
from litwatch.publish.message import MAX_HTML_BYTES, issue_message
from tests.publish.nasty import any_text
from tests.publish.sample import COHORT, DELIVERY, ISSUE, PUBLICATION, READER, REVIEW, line
from tests.publish.test_message import MAILING, part


def rows(number: int, name: str = "outcome") -> tuple[LedgerLine, ...]:
    return tuple(
        line(f"{name} {at}", "SMD x", "q", effect=Effect(Measure.SMD, -0.1 * at, (-0.1 * at - 0.3, 0.2 - 0.1 * at)))
        for at in range(number)
    )


def images(message: bytes) -> dict[str, bytes]:
    parsed = email.message_from_bytes(message, policy=email.policy.default)
    return {
        str(part["Content-ID"]).strip("<>"): part.get_content()
        for part in parsed.walk()
        if part.get_content_type() == "image/png"
    }


def test_the_html_shows_each_picture_with_its_words() -> None:
    message = issue_message(ISSUE, DELIVERY, MAILING)
    page = html.document_fromstring(part(message, "html"))
    [shown] = page.xpath("//img")
    attached = images(message)
    assert list(attached) == [shown.get("src").removeprefix("cid:")] == ["n-pmid-99000001.2026-W03@litwatch.example"]
    image = Image.open(BytesIO(attached[shown.get("src").removeprefix("cid:")]))
    width, height = int(shown.get("width")), int(shown.get("height"))
    assert image.size == (2 * width, 2 * height)
    assert width == WIDTH
    laid_out = forest.layout(REVIEW)
    assert laid_out
    assert shown.get("alt") == forest.alternative(laid_out)
    assert "pain, better, SMD −0.41 (95% CI −0.66 to −0.16)" in shown.get("alt")
    assert (
        "Not drawn, because the abstract gives no interval for them: 1 better, 2 no clear change" in page.text_content()
    )


def test_only_a_note_with_rows_to_compare_gets_one() -> None:
    assert set(pictures(ISSUE, PUBLICATION)) == {REVIEW.slug}
    two = replace(COHORT, better=rows(1), worse=rows(1))
    three = replace(COHORT, better=rows(2), worse=rows(1))
    assert not pictures(replace(ISSUE, nuggets=(two,)), PUBLICATION)
    assert pictures(replace(ISSUE, nuggets=(three,)), PUBLICATION)


def many(number: int) -> Issue:
    return replace(ISSUE, nuggets=tuple(replace(COHORT, slug=f"pmid-{n}", better=rows(4)) for n in range(number)))


def test_a_mail_has_three_at_most_of_the_best_notes() -> None:
    assert list(pictures(many(5), PUBLICATION)) == ["pmid-0", "pmid-1", "pmid-2"]
    message = issue_message(many(5), DELIVERY, MAILING)
    assert len(images(message)) == 3
    assert len(message) < 150_000


def test_a_note_that_moved_to_the_web_leaves_no_picture_behind() -> None:
    wordy = replace(REVIEW, why="Take care. " * 9_000)
    message = issue_message(replace(ISSUE, nuggets=(COHORT, wordy)), DELIVERY, MAILING)
    assert len(part(message, "html").encode()) <= MAX_HTML_BYTES
    assert not images(message)


def test_plain_text_has_none() -> None:
    plain = replace(DELIVERY, subscriber=replace(READER, format=MailFormat.TEXT))
    assert not images(issue_message(ISSUE, plain, MAILING))


def drawn(nugget: Nugget) -> Image.Image:
    laid_out = forest.layout(nugget)
    assert laid_out
    png, height = draw(laid_out)
    assert draw(laid_out) == (png, height)
    assert len(png) <= MAX_BYTES
    image = Image.open(BytesIO(png))
    assert image.size == (2 * WIDTH, 2 * height)
    return image.convert("RGB")


def _far(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(
    ("list_", "colour"), [("better", (23, 102, 58)), ("worse", (160, 44, 32)), ("unchanged", (74, 74, 74))]
)
def test_each_way_has_its_colour(list_: str, colour: tuple[int, int, int]) -> None:
    bare = replace(REVIEW, better=(), unchanged=(), worse=(), other=())
    ways: dict[str, Any] = {"better": rows(1), "unchanged": rows(1), "worse": rows(1)}

    def near(image: Image.Image) -> int:
        counted = image.getcolors(1 << 20) or []
        # An image in RGB counts triples.
        return sum(n for n, pixel in counted if isinstance(pixel, tuple) and _far(pixel, colour) <= 24)

    without = near(drawn(replace(bare, **{key: value for key, value in ways.items() if key != list_})))
    assert near(drawn(replace(bare, **ways))) > without + 400


def test_a_long_picture_fits() -> None:
    drawn(replace(REVIEW, better=rows(20), worse=rows(10, "a name that is longer than the column is wide")))


@settings(max_examples=15, deadline=None)
@given(any_text)
def test_any_name_is_drawn(text: str) -> None:
    drawn(replace(REVIEW, better=(replace(REVIEW.better[0], name=text), *rows(1, text))))
    assert spelt(text).isascii()


def test_letters_that_the_font_lacks_are_spelt() -> None:
    assert spelt("TNF-α −1.2 µg/L, β₂, naïve Łódź") == "TNF-alpha -1.2 ug/L, beta2, naive ?odz"
