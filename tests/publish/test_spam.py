"""SpamAssassin's own rules, without network, find nothing against the sample issue."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

from litwatch.domain.subscriber import MailFormat
from litwatch.publish.message import issue_message, notice_message
from tests.absent import absent
from tests.publish.later import RECENT, RETRACTION
from tests.publish.sample import DELIVERY, ISSUE, READER
from tests.publish.test_message import MAILING

PLAIN = replace(DELIVERY, subscriber=replace(READER, format=MailFormat.TEXT))


def test_the_local_score_is_zero_or_less(tmp_path: Path) -> None:
    program = shutil.which("spamassassin")
    if program is None:
        absent("spamassassin")
    messages = (
        issue_message(ISSUE, DELIVERY, MAILING),
        issue_message(RECENT, DELIVERY, MAILING),
        issue_message(ISSUE, PLAIN, MAILING),
        notice_message(RETRACTION, DELIVERY, MAILING),
    )
    mbox = b"".join(
        b"From x Fri Jan 16 07:00:03 2026\n" + message.replace(b"\r\n", b"\n") + b"\n" for message in messages
    )
    (tmp_path / "mbox").write_bytes(mbox)
    (tmp_path / "prefs").write_text("")
    command = [program, "--local", "--mbox", "-p", str(tmp_path / "prefs"), str(tmp_path / "mbox")]
    home = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, capture_output=True, timeout=240, check=True, env=home)
    scores = [
        float(score) for score in re.findall(rb"^X-Spam-Status: \w+, score=(-?[\d.]+)", done.stdout, re.MULTILINE)
    ]
    assert len(scores) == len(messages), done.stderr.decode()
    assert max(scores) <= 0.0, re.findall(rb"^X-Spam-Status:(?:.|\n[ \t])*", done.stdout, re.MULTILINE)
