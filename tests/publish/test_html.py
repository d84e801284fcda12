"""Every page of a whole demo is valid HTML by the Nu checker (what validator.w3.org runs), and light."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

from litwatch.publish.site import write_site
from tests.absent import absent
from tests.publish.later import ARCHIVE, all_filled
from tests.publish.sample import PUBLICATION

CHECKER = Path(".cache/vnu.jar")
"""Where .ci/run puts it, below the repository's top folder."""
MOST_BYTES = 100_000
"""Of a page with all that it needs."""
MISREADS = ("Inline style violates Content Security Policy", "Inline script violates Content Security Policy")
"""The checker looks at an element before its text, so it cannot know its hash, and takes a block of data for a script.
What a browser makes of both is tested in test_browser.py."""


def checker(root: Path) -> Path:
    jar = Path(os.environ.get("VNU_JAR", root / CHECKER))
    if not jar.is_file() or shutil.which("java") is None:
        absent("the Nu HTML checker (java, and .cache/vnu.jar or VNU_JAR)")
    return jar


def test_pages_are_valid_html(root: Path, tmp_path: Path, demo_site: Path) -> None:
    write_site(tmp_path / "sample", ARCHIVE, PUBLICATION)
    write_site(tmp_path / "hostile", all_filled('</p><table><b> "quoted" & \u202eturned'), PUBLICATION)
    command = ["java", "-Xss4m", "-jar", str(checker(root)), "--format", "json", "--skip-non-html"]
    folders = [str(tmp_path / "sample"), str(tmp_path / "hostile"), str(demo_site)]
    done = subprocess.run([*command, *folders], capture_output=True, text=True, check=False, timeout=240)
    messages = json.loads(done.stderr)["messages"]
    assert [each for each in messages if not each["message"].startswith(MISREADS)] == []
    assert {each["message"][:44] for each in messages} == {text[:44] for text in MISREADS}, "it has looked"


def test_a_whole_issue_is_light(demo_site: Path) -> None:
    """A page needs nothing beside itself (test_pages.py), so its own bytes are its weight; the demo's first issue has
    seven notes, some forty more studies, and every quote."""
    weights = {path.relative_to(demo_site).as_posix(): path.stat().st_size for path in demo_site.rglob("*.html")}
    first = min(path for path in weights if path.startswith("issues/"))
    assert (demo_site / first).read_text(encoding="utf-8").count("<article class=") >= 7
    assert {path: weight for path, weight in weights.items() if weight > MOST_BYTES} == {}
