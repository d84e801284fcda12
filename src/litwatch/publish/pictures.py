"""Which notes of a mail or a feed come with a picture of their effects, and how HTML shows it: one rule for both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from litwatch.domain.digest import Issue, Nugget
from litwatch.publish import forest
from litwatch.publish.forest import Forest
from litwatch.publish.forest_size import WIDTH, height
from litwatch.publish.mime import Picture
from litwatch.publish.publication import Publication, anchor, picture_path

LEAST_MARKS = 3
"""With fewer rows the numbers in the text say as much."""
MAX_HEIGHT = 560
"""In CSS pixels: what is higher is hard to take in, and weighs more than 40 kB."""
MOST = 3
"""Pictures of an issue in a mail or in an item, the best notes first: about 15 kB each."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture as the HTML shows it; `width` and `height` in CSS pixels. `caption` says what is not in it."""

    src: str
    width: int
    height: int
    alternative: str
    caption: str


@dataclass(frozen=True, slots=True)
class Attached:
    """A picture that comes with the mail whose HTML shows it."""

    shown: Shown
    file: Picture


def worth(nugget: Nugget) -> bool:
    """Whether the note's picture earns its bytes."""
    outline = forest.outline(nugget)
    return outline.rows >= LEAST_MARKS and height(outline) <= MAX_HEIGHT


def png(nugget: Nugget) -> bytes:
    """The picture of a note that is `worth` one, drawn: up to 40 kB."""
    picture = forest.layout(nugget)
    if picture is None:
        raise ValueError(f"no picture for {nugget.slug}")
    return _drawn(picture)


def linked(nuggets: Iterable[Nugget], publication: Publication) -> dict[str, Shown]:
    """The pictures of an issue's notes by slug, each as a file of the site. None is drawn for it."""
    return {
        nugget.slug: _shown(picture, publication.url(picture_path(nugget.slug))) for nugget, picture in _chosen(nuggets)
    }


def attached(issue: Issue, publication: Publication) -> dict[str, Attached]:
    """The pictures of the issue's notes by slug, drawn."""
    found = {}
    for nugget, picture in _chosen(issue.nuggets):
        # RFC 2392: unlike any other in the world; one issue tells a note once.
        name = f"{anchor(nugget)}.{issue.week}@{urlsplit(publication.base_url).hostname}"
        found[nugget.slug] = Attached(_shown(picture, f"cid:{name}"), Picture(name, _drawn(picture)))
    return found


def _chosen(nuggets: Iterable[Nugget]) -> list[tuple[Nugget, Forest]]:
    best = [nugget for nugget in nuggets if worth(nugget)][:MOST]
    return [(nugget, picture) for nugget in best if (picture := forest.layout(nugget))]


def _shown(picture: Forest, src: str) -> Shown:
    return Shown(src, WIDTH, height(picture.outline), forest.alternative(picture), forest.caption(picture))


@lru_cache(maxsize=64)
def _drawn(picture: Forest) -> bytes:
    """Drawing takes a fifth of a second, and whatever people choose, their pictures are of the same few notes."""
    from litwatch.publish.forest_png import draw  # Pillow takes its time, and few commands need it

    return draw(picture)
