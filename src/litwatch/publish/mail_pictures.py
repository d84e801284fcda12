"""Which notes of a mail come with a picture: those where it earns its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from litwatch.domain.digest import Issue
from litwatch.publish import forest
from litwatch.publish.mime import Picture
from litwatch.publish.publication import Publication, anchor

LEAST_MARKS = 3
"""With fewer rows the numbers in the text say as much."""
MOST = 3
"""Pictures in a mail, the best notes first: about 15 kB each."""
MAX_BYTES = 40_000


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture as the HTML shows it; `width` and `height` in CSS pixels. `caption` says what is not in it."""

    file: Picture
    width: int
    height: int
    alternative: str
    caption: str


def pictures(issue: Issue, publication: Publication) -> dict[str, Shown]:
    """The pictures of the issue's notes by slug."""
    laid_out = ((nugget, forest.layout(nugget)) for nugget in issue.nuggets)
    worth = [(nugget, picture) for nugget, picture in laid_out if picture and len(picture.marks) >= LEAST_MARKS][:MOST]
    if not worth:
        return {}
    from litwatch.publish.forest_png import WIDTH, draw  # Pillow takes its time, and few commands need it

    shown = {}
    for nugget, picture in worth:
        png, height = draw(picture)
        if len(png) <= MAX_BYTES:
            # RFC 2392: unlike any other in the world; one issue tells a note once.
            name = f"{anchor(nugget)}.{issue.week}@{urlsplit(publication.base_url).hostname}"
            file = Picture(name, png)
            shown[nugget.slug] = Shown(file, WIDTH, height, forest.alternative(picture), forest.caption(picture))
    return shown
