"""The picture of a note in mails and feeds: only where it says more than the numbers, never without what is not in it."""

from __future__ import annotations

import email
import email.policy
import json
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from lxml import html
from PIL import Image

from litwatch.domain.difference import MinimalDifference
from litwatch.domain.digest import Issue, LedgerLine, Nugget
from litwatch.domain.prose import Provenance, Sentence
from litwatch.domain.study import Effect, Measure
from litwatch.domain.subscriber import MailFormat
from litwatch.publish import forest
from litwatch.publish.archive import Archive
from litwatch.publish.feed_items import LARGEST_NOTE, Item, issue_item, nugget_item
from litwatch.publish.forest_png import draw, spelt
from litwatch.publish.forest_size import WIDTH, height
from litwatch.publish.message import MAX_HTML_BYTES, issue_message
from litwatch.publish.pictures import attached, linked, png, worth
from litwatch.publish.site import Documents
from tests.publish.nasty import any_text
from tests.publish.rules import made
from tests.publish.sample import (
    COHORT,
    DELIVERY,
    ISSUE,
    PROTOCOL,
    PUBLICATION,
    PUBLISHED,
    READER,
    REVIEW,
    line,
    many_issues,
)
from tests.publish.test_message import MAILING, part

ROOT = Path(__file__).resolve().parent.parent.parent


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
        "Not drawn, because no interval was found for them in the abstract: 1 better, 2 no clear change"
        in page.text_content()
    )


def test_only_a_note_with_rows_to_compare_gets_one() -> None:
    assert set(attached(ISSUE, PUBLICATION)) == {REVIEW.slug}
    assert not worth(replace(COHORT, better=rows(1), worse=rows(1)))
    assert worth(replace(COHORT, better=rows(2), worse=rows(1)))


def test_a_picture_that_is_too_high_to_be_taken_in_is_not_shown() -> None:
    assert worth(replace(COHORT, better=rows(18), worse=()))
    high = replace(COHORT, better=rows(22), worse=())
    assert not worth(high)
    assert not linked([high], PUBLICATION) and not attached(replace(ISSUE, nuggets=(high,)), PUBLICATION)
    with pytest.raises(ValueError, match="no picture for pmid-99000003"):
        png(PROTOCOL)


def many(number: int) -> Issue:
    return replace(ISSUE, nuggets=tuple(replace(COHORT, slug=f"pmid-{n}", better=rows(4)) for n in range(number)))


def test_a_mail_has_three_at_most_of_the_best_notes() -> None:
    assert list(attached(many(5), PUBLICATION)) == ["pmid-0", "pmid-1", "pmid-2"]
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


def shown_in(content: str) -> list[dict[str, str]]:
    """The attributes of each image in an item."""
    return [dict(image.attrib) for image in html.fragment_fromstring(content, create_parent="div").iter("img")]


def test_items_of_feeds_show_the_picture_from_the_site_with_its_words() -> None:
    laid_out = forest.layout(REVIEW)
    assert laid_out
    expected = {
        "src": "https://litwatch.example/notes/pmid-99000001.png",
        "alt": forest.alternative(laid_out),
        "width": "480",
        "height": str(height(laid_out.outline)),
    }
    files = made([ISSUE])
    for path in ("feed.json", "nuggets.json", "topics/exercise-pain.json"):
        items = json.loads(files[path])["items"]
        assert shown_in(items[0]["content_html"]) == [expected]
        assert forest.caption(laid_out) in items[0]["content_html"]
        assert not any(shown_in(item["content_html"]) for item in items[1:])


def test_each_picture_that_a_feed_shows_is_a_file_of_the_site_of_that_size() -> None:
    site = Documents(Archive(many_issues(3)), PUBLICATION)
    shown = [
        image
        for path, render in site.items()
        if path.endswith(".json") and not path.endswith(".csl.json")
        for item in json.loads(render())["items"]
        for image in shown_in(item["content_html"])
    ]
    assert shown
    for image in shown:
        picture = Image.open(BytesIO(site[image["src"].removeprefix(PUBLICATION.base_url)]()))
        assert picture.format == "PNG"
        assert picture.size == (2 * int(image["width"]), 2 * int(image["height"]))


def test_an_item_of_an_issue_shows_three_at_most() -> None:
    item = issue_item(many(5), PUBLICATION)
    assert [image["src"] for image in shown_in(item.content)] == [
        f"{PUBLICATION.base_url}notes/pmid-{number}.png" for number in range(3)
    ]


def test_a_heavy_item_loses_its_pictures_before_its_words() -> None:
    def item(letters: int) -> Item:
        takeaway = Sentence("x" * letters, Provenance.DERIVED)
        return nugget_item(replace(REVIEW, takeaway=takeaway), PUBLISHED, PUBLICATION)

    room = LARGEST_NOTE - item(0).weight
    assert shown_in(item(room - 100).content), "as heavy as may be"
    tight = item(room + 100)
    assert tight.weight <= LARGEST_NOTE
    assert not shown_in(tight.content) and "too long" not in tight.content
    assert "too long" in item(room + 2_000).content


def test_making_feeds_does_not_even_load_what_draws() -> None:
    code = """
import sys
from litwatch.publish.archive import Archive
from litwatch.publish.feeds import documents
from tests.publish.sample import ISSUE, PUBLICATION
made = b"".join(render() for _, render in documents(Archive([ISSUE]), PUBLICATION))
assert b"notes/pmid-99000001.png" in made
sys.exit("PIL" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_picture_is_drawn_once_whatever_else_people_choose() -> None:
    first = attached(ISSUE, PUBLICATION)[REVIEW.slug]
    chosen = attached(replace(ISSUE, nuggets=(COHORT, replace(REVIEW))), PUBLICATION)[REVIEW.slug]
    assert chosen.file.png is first.file.png


def drawn(nugget: Nugget) -> Image.Image:
    laid_out = forest.layout(nugget)
    assert laid_out
    png = draw(laid_out)
    assert draw(laid_out) == png
    image = Image.open(BytesIO(png))
    assert image.size == (2 * WIDTH, 2 * height(laid_out.outline))
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


def test_no_picture_that_is_shown_weighs_more_than_forty_kilobytes() -> None:
    dense = "MWQ@&%ghkRSEBabcdefxyz0123456789"
    names = [dense[at:] + dense[:at] for at in range(18)]
    largest = replace(REVIEW, better=tuple(replace(row, name=name) for row, name in zip(rows(18), names, strict=True)))
    largest = replace(largest, unchanged=(), worse=(), other=())
    assert worth(largest)
    assert 25_000 < len(png(largest)) <= 40_000


@settings(max_examples=15, deadline=None)
@given(any_text)
def test_any_name_is_drawn(text: str) -> None:
    drawn(replace(REVIEW, better=(replace(REVIEW.better[0], name=text), *rows(1, text))))
    assert spelt(text).isascii()


def test_letters_that_the_font_lacks_are_spelt() -> None:
    assert spelt("TNF-α −1.2 µg/L, β₂, naïve Łódź") == "TNF-alpha -1.2 ug/L, beta2, naive ?odz"


def test_what_people_notice_is_a_line_that_can_be_seen() -> None:
    """The grey alone has a contrast of 1.2 with white; WCAG 2.2, 1.4.11 asks for 3."""
    shown = replace(rows(3)[0], noticeable=MinimalDifference(0.3, "points", "rowers", "doi:10.5555/x"))
    nugget = replace(COHORT, better=(shown,), worse=())
    laid_out = forest.layout(nugget)
    assert laid_out
    (mark,) = laid_out.marks
    image = drawn(nugget)
    for edge in mark.edges:
        column = round(2 * (176 + edge * (WIDTH - 16 - 176)))
        ink = [image.getpixel((column, y)) for y in range(2 * (12 + 30), 2 * (12 + 30 + 24))]
        assert sum(_luminance(pixel) < 0.3 for pixel in ink) >= 12, "(1 + 0.05) / (0.3 + 0.05) is 3"
    assert len(mark.edges) == 2


def _luminance(pixel: Any) -> float:
    """Relative luminance (WCAG 2.2), without the part for the darkest channels, which are no matter here."""
    red, green, blue = (((channel / 255 + 0.055) / 1.055) ** 2.4 for channel in pixel)
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)
