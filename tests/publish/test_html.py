"""Every page of a whole demo is valid HTML by the Nu checker (what validator.w3.org runs), and light."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from lxml import html

from litwatch.publish.site import Documents, write_site
from tests.absent import absent
from tests.publish import heavy
from tests.publish.later import ARCHIVE, all_filled
from tests.publish.sample import PUBLICATION

CHECKER = Path(".cache/vnu.jar")
"""Where .ci/run puts it, below the repository's top folder."""
MOST_BYTES = 100_000
"""Of a page with all that it needs."""
LONG = Documents(heavy.archive(), heavy.PUBLICATION)
MISREADS = ("Inline style violates Content Security Policy", "Inline script violates Content Security Policy")
"""The checker looks at an element before its text, so it cannot know its hash, and takes a block of data for a script.
What a browser makes of both is tested in test_browser.py."""


def checker(root: Path) -> Path:
    jar = Path(os.environ.get("VNU_JAR", root / CHECKER))
    if not jar.is_file() or shutil.which("java") is None:
        absent("the Nu HTML checker (java, and .cache/vnu.jar or VNU_JAR)")
    return jar


def said_by_checker(root: Path, *paths: Path) -> list[str]:
    command = ["java", "-Xss4m", "-jar", str(checker(root)), "--format", "json", "--skip-non-html", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    return [message["message"] for message in json.loads(done.stderr)["messages"]]


def pages_of_lists() -> list[str]:
    """The second page of each kind of list, and the issue that is too long for its page."""
    second = re.compile(
        r"(?:index|updates|questions/index|questions/walking\S+|not-picked/2026-W03|issues/2026-W03)/2\.html"
    )
    return ["issues/2026-W03.html", *filter(second.fullmatch, LONG)]


def test_pages_are_valid_html(root: Path, tmp_path: Path, demo_site: Path) -> None:
    write_site(tmp_path / "sample", ARCHIVE, PUBLICATION)
    for path in pages_of_lists():
        (tmp_path / "long" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "long" / path).write_bytes(LONG[path]())
    write_site(tmp_path / "hostile", all_filled('</p><table><b> "quoted" & \u202eturned'), PUBLICATION)
    (tmp_path / "wrong.html").write_text("<!doctype html><html lang=en><title>x</title><p><div></p>")
    found = said_by_checker(root, *(tmp_path / name for name in ("sample", "hostile", "long")), demo_site)
    assert [said for said in found if not said.startswith(MISREADS)] == []
    assert {said[:20] for said in found} == {"Inline style violate", "Inline script violat"}, "it has looked"
    assert len(said_by_checker(root, tmp_path / "wrong.html")) >= 2


def test_a_whole_issue_is_light(demo_site: Path) -> None:
    """A page needs nothing beside itself (test_pages.py), so its own bytes are its weight; the demo's first issue has
    seven notes, some forty more studies, and every quote."""
    weights = {path.relative_to(demo_site).as_posix(): path.stat().st_size for path in demo_site.rglob("*.html")}
    first = min(path for path in weights if path.startswith("issues/"))
    assert (demo_site / first).read_text(encoding="utf-8").count("<article class=") >= 7
    assert {path: weight for path, weight in weights.items() if weight > MOST_BYTES} == {}


def test_no_link_of_a_site_leads_nowhere(demo_site: Path, tmp_path: Path) -> None:
    """Every relative address of every page, with its fragment."""
    write_site(tmp_path, ARCHIVE, PUBLICATION)
    lost = []
    for folder in (demo_site, tmp_path):
        pages = {path: html.document_fromstring(path.read_bytes()) for path in folder.rglob("*.html")}
        ids = {path: set(page.xpath("//@id")) for path, page in pages.items()}
        for path, page in pages.items():
            for link in page.xpath("//@href[not(contains(., ':'))]"):
                address, _, fragment = link.partition("#")
                target = (path.parent / address).resolve() if address else path
                if not target.is_file() or (fragment and fragment not in ids[target]):
                    lost.append(f"{path.relative_to(folder)}: {link}")
    assert lost == ["issues/2026-W03.html: ../notes/pmid-98000001.html"], "told before the sample begins"
