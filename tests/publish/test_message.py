"""The mail as bytes: exactly the expected headers, lines that every relay takes, and the whole issue in both parts."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from datetime import timedelta
from email.header import decode_header, make_header
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given, settings
from lxml import html

from litwatch.domain.digest import Issue, Signature
from litwatch.domain.notice import Notice, NoticeKind
from litwatch.domain.prose import Paragraph, Part, Provenance, Sentence
from litwatch.domain.subscriber import Delivery, DeliveryKind, MailFormat
from litwatch.errors import DeliveryError
from litwatch.publish import headers
from litwatch.publish.mailing import Mailing
from litwatch.publish.message import MAX_HTML_BYTES, issue_message, notice_message, select
from litwatch.publish.subject import CHARACTERS as SUBJECT_CHARACTERS
from litwatch.publish.wrapping import WIDTH
from tests.publish.later import CORRECTION, FINAL, RECENT, SAID_BY_EDITOR, SAID_BY_MODEL, TOLD, UPDATE, all_filled
from tests.publish.nasty import NASTY, any_text
from tests.publish.sample import ALSO, COHORT, DELIVERY, ISSUE, PROTOCOL, PUBLICATION, QUIET, READER, REVIEW

MAILING = Mailing(
    publication=PUBLICATION,
    sender="digest@litwatch.example",
    sender_name="litwatch",
    reply_to="editor@litwatch.example",
    unsubscribe_address="leave@litwatch.example",
    unsubscribe_url=lambda person: f"https://litwatch.example/u/{person.seed}",
    token=lambda person: person.seed,
)
HEADERS = [
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "List-Archive",
    "Auto-Submitted",
    "Precedence",
    "Feedback-ID",
    "MIME-Version",
    "Content-Type",
]


def built(issue: Issue = ISSUE, delivery: Delivery = DELIVERY, mailing: Mailing = MAILING) -> bytes:
    return issue_message(issue, delivery, mailing)


def opened(message: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(message, policy=email.policy.default)
    assert not parsed.defects
    leaves = [part.get_content_type() for part in parsed.walk() if not part.is_multipart()]
    assert leaves[:2] == ["text/plain", "text/html"]
    assert set(leaves[2:]) <= {"image/png"}
    return parsed


def part(message: bytes, kind: str) -> str:
    body = opened(message).get_body((kind,))
    assert isinstance(body, EmailMessage)
    return str(body.get_content()).replace("\r\n", "\n")


PLAIN = replace(DELIVERY, subscriber=replace(READER, format=MailFormat.TEXT))


def part_of_plain(message: bytes) -> str:
    """The text of a mail that is nothing else, without the line end that a part of several lacks."""
    parsed = email.message_from_bytes(message, policy=email.policy.default)
    assert parsed.get_content_type() == "text/plain"
    return str(parsed.get_content()).replace("\r\n", "\n").removesuffix("\n")


def following(*topics: str) -> Delivery:
    return replace(DELIVERY, subscriber=replace(READER, topics=topics))


def raw_names(message: bytes) -> list[str]:
    """The header names as they stand in the bytes, read without any mail library."""
    head = message.split(b"\r\n\r\n", 1)[0]
    return [line.split(b":", 1)[0].decode() for line in head.split(b"\r\n") if line[:1] not in (b" ", b"\t")]


def test_the_headers_are_exactly_these() -> None:
    head = built().split(b"\r\n\r\n", 1)[0].decode("ascii").split("\r\n")
    assert head == [
        "From: litwatch <digest@litwatch.example>",
        "To: reader@example.org",
        "Reply-To: editor@litwatch.example",
        "Subject: litwatch: Exercise and inflammation, 2026-W03",
        "Date: Fri, 16 Jan 2026 07:00:03 +0000",
        "Message-ID: <2026-W03.7.8f14e45f@litwatch.example>",
        "List-Id: <issues.litwatch.example>",
        "List-Unsubscribe: <https://litwatch.example/u/q3VfX1s0bE9rZ2hTd2VldA>,"
        " <mailto:leave@litwatch.example?subject=unsubscribe%20q3VfX1s0bE9rZ2hTd2VldA>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "List-Archive: <https://litwatch.example/>",
        "Auto-Submitted: auto-generated",
        "Precedence: list",
        "Feedback-ID: 2026-W03:issue:litwatchexample",
        "MIME-Version: 1.0",
        'Content-Type: multipart/alternative; boundary="=_b8001fbf291cc94d9e15a2aeced5bf0e"',
    ]
    assert raw_names(built()) == HEADERS


@pytest.mark.parametrize(
    ("changes", "absent", "text"),
    [
        ({"reply_to": None}, {"Reply-To"}, "Unsubscribe: https://litwatch.example/u/"),
        ({"unsubscribe_url": None}, {"List-Unsubscribe-Post"}, "Unsubscribe: mailto:leave@litwatch.example?subject="),
        (
            {"unsubscribe_url": lambda person: f"http://litwatch.example/u/{person.seed}"},
            {"List-Unsubscribe-Post"},
            "Unsubscribe: http://litwatch.example/u/",
        ),
        (
            {"unsubscribe_url": None, "unsubscribe_address": None},
            {"List-Unsubscribe", "List-Unsubscribe-Post"},
            "To stop, answer it with the word “unsubscribe”.",
        ),
    ],
)
def test_headers_of_what_is_not_configured_are_absent(changes: dict[str, Any], absent: set[str], text: str) -> None:
    message = built(mailing=replace(MAILING, **changes))
    assert raw_names(message) == [name for name in HEADERS if name not in absent]
    assert text in part(message, "plain")


def test_every_attempt_is_the_same_bytes() -> None:
    again = replace(DELIVERY, attempts=4, reply="451 later")
    assert built(delivery=again) == built()
    assert built(delivery=replace(DELIVERY, date=DELIVERY.date + timedelta(seconds=1))) != built()


def test_who_reads_the_same_is_told_the_same_with_their_own_links() -> None:
    other = replace(READER, id=8, address="o'brien+news@example.net", seed="AnotherSeedOfAnother0")
    mine, theirs = built(), built(delivery=replace(DELIVERY, subscriber=other))
    for kind in ("plain", "html"):
        swapped = part(theirs, kind).replace(other.seed, READER.seed)
        assert swapped.replace("o&#39;", "o'").replace(other.address, READER.address) == part(mine, kind)
    assert READER.seed.encode() not in theirs


def test_what_was_rendered_before_is_never_taken_for_something_else() -> None:
    changed = replace(ISSUE, summary="Something else.")
    elsewhere = replace(MAILING, publication=replace(PUBLICATION, title="Elsewhere"))
    first = built()
    assert "Something else." in part(built(changed), "html")
    assert "Elsewhere · " in part(built(mailing=elsewhere), "plain")
    assert "<html" not in part_of_plain(built(delivery=PLAIN))
    rated = replace(DELIVERY, subscriber=replace(READER, min_stars=5))
    assert "Nothing was picked with 5 stars or more this week." in part(built(delivery=rated), "plain")
    assert "Welcome to litwatch." in part(built(delivery=replace(DELIVERY, kind=DeliveryKind.WELCOME)), "plain")
    assert built() == first == built(mailing=replace(MAILING))


@pytest.mark.parametrize("text", NASTY)
def test_nasty_text_writes_no_header_and_no_bad_line(text: str) -> None:
    holds(text)


@settings(max_examples=25, deadline=None)
@given(any_text)
def test_any_text_writes_no_header_and_no_bad_line(text: str) -> None:
    holds(text)


def holds(text: str) -> None:
    message = built(all_filled(text).issues[0])
    assert raw_names(message) == HEADERS
    parsed = opened(message)
    assert parsed.keys() == HEADERS
    assert len(str(parsed["Subject"])) <= SUBJECT_CHARACTERS
    assert message.isascii()
    assert b"\0" not in message
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", message)
    lines = message.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    head = len(message.split(b"\r\n\r\n", 1)[0].split(b"\r\n"))
    assert max(map(len, lines[head:])) <= 78
    assert len(part(message, "html").encode()) <= MAX_HTML_BYTES
    document = html.document_fromstring(part(message, "html"))
    assert not document.xpath("//script|//img[not(starts-with(@src, 'cid:'))]|//@onmouseover")
    # A character that is a blank of ours must not put the reader's address or link where a record has it.
    assert part(message, "plain").count(READER.address) == part(message, "html").count(READER.address) == 1
    assert part(message, "plain").count(READER.seed) == part(message, "html").count(READER.seed) == 2
    plain = built(all_filled(text).issues[0], PLAIN)
    assert raw_names(plain) == [*HEADERS, "Content-Transfer-Encoding"]
    assert part_of_plain(plain) == part(message, "plain")


def test_the_text_part_has_everything_that_the_html_part_has() -> None:
    message = built(RECENT)
    text = " ".join(part(message, "plain").split())
    page = " ".join(html.document_fromstring(part(message, "html")).text_content().split())
    told = ["The editor, A. Editor, has read and approved this issue.", "A week of walking.", "And of <b>lifting</b>."]
    told += [
        f"[A language model: {SAID_BY_MODEL} Sleep did not move.]",
        "The editor’s words (A. Editor)",
        SAID_BY_EDITOR,
    ]
    told += [
        "★★★☆☆ 3 of 5: meta-analysis: 4; 1,204 people: +2; trials disagree: −1",
        "2 of 5, set by the editor (B. Editor): cohort study: 3",
    ]
    told += [
        TOLD.why,
        "It adds: the plan of the study",
        "Corrections",
        "Updates to earlier notes",
    ]
    told += ["pain: agrees (better → better)", "sleep: conflicts (no clear change → better, women)"]
    told += [sentence.text for notice in RECENT.notices for sentence in notice.sentences]
    told += ["Walking groups revisited.", "Later A."]
    for nugget in RECENT.nuggets:
        rows = (*nugget.better, *nugget.unchanged, *nugget.worse, *nugget.other)
        told += [nugget.headline, nugget.meta, *nugget.citation.authors]
        told += [sentence.text for paragraph in nugget.paragraphs for sentence in paragraph.sentences]
        told += [nugget.takeaway.text] if nugget.takeaway else []
        told += [value for row in rows for value in (row.name, row.numbers, row.quote)]
    for value in told:
        assert value.casefold() in text.casefold()
        assert value in page
    links = html.document_fromstring(part(message, "html")).xpath("//a/@href")
    for link in links:
        assert link in text or link.endswith("method.html#stars")


def test_one_study_is_not_advice_stands_once_in_each_part() -> None:
    for kind in ("plain", "html"):
        whole = " ".join(part(built(RECENT), kind).split())
        assert whole.count("One study is not advice: it is no reason to start or stop") == 1


@pytest.mark.parametrize(
    ("signature", "told"),
    [
        (Signature.AUTO, "no editor has read this issue"),
        (Signature.EDITOR, "An editor has read and approved this issue."),
        (Signature.UNSIGNED, "was published without having been read by one"),
    ],
)
def test_who_answers_for_the_issue_is_told(signature: Signature, told: str) -> None:
    message = built(replace(ISSUE, signature=signature))
    for kind in ("plain", "html"):
        assert told in " ".join(part(message, kind).split())


def test_the_subject_of_a_quiet_week_names_its_corrections() -> None:
    message = built(replace(QUIET, notices=(CORRECTION, UPDATE)))
    assert (
        opened(message)["Subject"] == "litwatch: 2026-W03, 0 new studies; corrections: 1; updates to earlier notes: 1"
    )


def test_a_mail_with_nothing_but_news_of_earlier_notes_says_so() -> None:
    message = built(replace(QUIET, notices=(UPDATE,)))
    for kind in ("plain", "html"):
        assert "Nothing was picked this week. What was learned about earlier notes is below." in " ".join(
            part(message, kind).split()
        )


def test_a_citation_that_was_final_already_is_never_news() -> None:
    message = built(replace(ISSUE, notices=(FINAL,)))
    for kind in ("plain", "html"):
        assert FINAL.text not in " ".join(part(message, kind).split())
        assert "Corrections" not in part(message, kind)


def test_so_many_notices_that_the_mail_grows_too_long_are_told_in_a_line_each() -> None:
    long = replace(UPDATE, sentences=(Sentence("Take care with this one. " * 40, Provenance.DERIVED),))
    page = part(built(replace(ISSUE, notices=(long,) * 100)), "html")
    assert len(page.encode()) <= MAX_HTML_BYTES
    assert page.count("Update: <a") == 100


def test_the_text_part_is_aligned_and_wrapped() -> None:
    text = part(built(), "plain")
    assert (
        "Better (3)\n"
        "  + pain                    SMD −0.41 (95% CI −0.66 to −0.16)\n"
        "  + 6-minute walk distance  WMD 31.2 m (95% CI 14.0 to 48.4)\n"
        "      (at 12 weeks)\n"
        "      “Walking groups lowered pain (SMD −0.41, 95% CI −0.66 to −0.16) and\n"
        "      improved the 6-minute walk.”\n"
        "  + fatigue                 p=0.03\n"
        "      (before and after, no comparison group; women)\n"
        "      “Fatigue fell in women (p = 0.03).”\n"
    ) in text
    assert max(len(line) for line in text.splitlines() if "https://" not in line) <= WIDTH


def test_a_long_name_gets_a_line_of_its_own() -> None:
    long = replace(REVIEW.better[0], name="the patient's own global impression of change on a seven-point scale")
    text = part(built(replace(ISSUE, nuggets=(replace(REVIEW, better=(long,)),))), "plain")
    assert (
        "  + the patient's own global impression of change on a seven-point scale\n"
        "      SMD −0.41 (95% CI −0.66 to −0.16)\n"
    ) in text


def test_leaving_is_in_the_first_screen() -> None:
    assert "https://litwatch.example/u/" in "\n".join(part(built(), "plain").splitlines()[:8])
    document = html.document_fromstring(part(built(), "html"))
    assert document.xpath("//body//a")[1].get("href") == "https://litwatch.example/u/q3VfX1s0bE9rZ2hTd2VldA"


def test_a_long_issue_is_shortened_and_points_to_the_web() -> None:
    wordy = replace(REVIEW, paragraphs=(Paragraph(Part.LIMITS, (Sentence("Take care. " * 900, Provenance.DERIVED),)),))
    issue = replace(ISSUE, nuggets=tuple(replace(wordy, slug=f"pmid-{n}", headline=f"Study {n}") for n in range(30)))
    page = part(built(issue), "html")
    assert 60_000 < len(page.encode()) <= MAX_HTML_BYTES
    shown = len(html.document_fromstring(page).xpath("//article"))
    assert f"{30 - shown} more on the web" in page
    assert 'href="https://litwatch.example/notes/pmid-29.html"' in page
    assert "Study 29" in part(built(issue), "plain")


def test_a_long_list_is_shortened_before_any_nugget() -> None:
    issue = replace(ISSUE, also=tuple(replace(ALSO[0], title=f"Study {n} {'x' * 200}") for n in range(400)))
    page = part(built(issue), "html")
    assert len(html.document_fromstring(page).xpath("//article")) == 3
    assert "390 more on the web" in page


def test_news_that_is_too_much_is_named_as_far_as_there_is_room() -> None:
    issue = replace(ISSUE, notices=tuple(replace(UPDATE, guid=f"n{n}") for n in range(600)))
    page = part(built(issue), "html")
    assert 80_000 < len(page.encode()) <= MAX_HTML_BYTES
    named = page.count("<li>Update: ")
    assert named > 100
    assert f'href="https://litwatch.example/issues/2026-W03.html#updates">{600 - named} more on the web</a>' in page


def test_a_long_mail_is_shortened_as_little_as_need_be() -> None:
    """The largest of all sizes that fits, found without trying each."""
    wordy = replace(REVIEW, paragraphs=(Paragraph(Part.LIMITS, (Sentence("Take care. " * 900, Provenance.DERIVED),)),))
    notes = [replace(wordy, slug=f"pmid-{n}", headline=f"Study {n}") for n in range(12)]
    sizes, told = [], []
    for number in range(1, 13):
        page = part(built(replace(ISSUE, guid=f"{number}", nuggets=tuple(notes[:number]))), "html")
        sizes.append(len(page.encode()))
        told.append(len(html.document_fromstring(page).xpath("//article")))
    most = max(told)
    assert told == [*range(1, most + 1), *[most] * (12 - most)]
    assert max(sizes) <= MAX_HTML_BYTES


def test_a_person_with_topics_gets_these_only() -> None:
    message = built(delivery=following("inflammation-pain"))
    text = part(message, "plain")
    assert PROTOCOL.headline in text
    assert REVIEW.headline not in text
    assert COHORT.headline not in part(message, "html")
    assert "on your topics (Inflammation and chronic pain): 1 of the issue's 3 nuggets." in " ".join(text.split())
    assert opened(message)["Subject"] == "litwatch: Cold baths for sore keyboards: protocol of a trial"


def test_selection_keeps_order_and_receipt() -> None:
    part_of = select(ISSUE, ("exercise-pain",))
    assert part_of.nuggets == (REVIEW, COHORT)
    assert [mention.pmid for mention in part_of.also] == ["99000011"]
    assert [poll.topic for poll in part_of.receipt.polls] == ["exercise-pain"]
    assert part_of.receipt.considered == 137
    assert select(ISSUE, ()) is ISSUE


@pytest.mark.parametrize(
    ("issue", "delivery", "told"),
    [
        (QUIET, DELIVERY, "Nothing was picked this week."),
        (ISSUE, following("sleep"), "Nothing was picked on your topics (sleep) this week."),
    ],
)
def test_a_quiet_week_says_so_with_counts(issue: Issue, delivery: Delivery, told: str) -> None:
    message = built(issue, delivery)
    for kind in ("plain", "html"):
        assert told in part(message, kind)
        assert "137 new articles considered" in part(message, kind)
    assert opened(message)["Subject"] == "litwatch: 2026-W03, 0 new studies"


BAD_ADDRESSES = (
    "",
    "no-at",
    "a b@example.org",
    "a@b@c",
    "ü@example.org",
    "a@example.org\r\nBcc: x@y",
    "=?utf-8?q?x?=@a.b",
    "a" * 65 + "@b.c",
)


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_a_bad_address_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(DeliveryError) as caught:
        built(delivery=replace(DELIVERY, subscriber=replace(READER, address=address)))
    assert caught.value.permanent
    assert str(caught.value) == "the address cannot stand in a mail header"


@pytest.mark.parametrize("value", ["", "plain", "a@b\r\nBcc: x@y", "<a@b>>", "=?a?q?b?=@c"])
def test_a_bad_message_id_is_refused(value: str) -> None:
    with pytest.raises(DeliveryError):
        built(delivery=replace(DELIVERY, message_id=value))


def test_a_bad_unsubscribe_address_is_refused() -> None:
    with pytest.raises(DeliveryError):
        built(mailing=replace(MAILING, unsubscribe_url=lambda _: "https://litwatch.example/u/ü"))


@pytest.mark.parametrize("name", ["Zoë's “digest”", 'lit "watch", Inc.', "=?UTF-8?Q?=0A?=Bcc: x@y", "a\r\nBcc: x@y"])
def test_the_senders_name_is_quoted_or_encoded(name: str) -> None:
    message = built(mailing=replace(MAILING, sender_name=name))
    assert raw_names(message) == HEADERS
    sender = opened(message)["From"].addresses[0]
    assert sender.addr_spec == "digest@litwatch.example"
    assert sender.display_name == headers.header_text(name)


@pytest.mark.parametrize(
    "name",
    [
        "Praxis für Schmerz und Bewegung, Zürich/Genève",
        "Ассоциация реабилитации и лечения хронической боли",
        "慢性疼痛と運動に関する研究の週刊ダイジェスト編集部からのお知らせです",
    ],
)
def test_a_senders_long_name_is_encoded_in_words_of_the_length_that_is_allowed(name: str) -> None:
    message = built(mailing=replace(MAILING, sender_name=name))
    head = message.split(b"\r\n\r\n", 1)[0].decode()
    assert max(map(len, re.findall(r"=\?\S*\?=", head))) <= 75
    assert max(len(line) for line in head.split("\r\n") if "=?" in line) <= 76
    # Not by the newer parser, which takes the space between two encoded words of a name for text (RFC 2047, 6.2).
    sender = str(make_header(decode_header(str(email.message_from_bytes(message)["From"]))))
    assert sender == f"{name} <digest@litwatch.example>"


def test_a_long_subject_in_other_letters_is_folded_as_the_standard_wants() -> None:
    message = built(replace(ISSUE, nuggets=(replace(REVIEW, headline="Übungen für Gelenke " * 3),)))
    head = message.split(b"\r\n\r\n", 1)[0].split(b"\r\n")
    assert max(len(line) for line in head if b"=?utf-8" in line) <= 76
    assert opened(message)["Subject"] == "litwatch: Übungen für Gelenke Übungen für Gelenke Übungen für Gelenke"


RETRACTION = Notice(
    guid="tag:litwatch.example,2026:notice/99000001/retraction/retraction",
    kind=NoticeKind.RETRACTION,
    pmid=REVIEW.pmid,
    slug=REVIEW.slug,
    headline=REVIEW.headline,
    made=DELIVERY.date,
    sentences=(
        Sentence("This paper has been retracted.", Provenance.DERIVED),
        Sentence("PubMed’s remark: “a <b>wrong</b> dose”.", Provenance.EXTRACTED),
    ),
    citation=replace(REVIEW.citation, pmid="99000901", title="Retraction: walking groups."),
)


def test_the_mail_of_a_notice_has_the_same_headers_and_both_parts() -> None:
    mail = opened(notice_message(RETRACTION, DELIVERY, MAILING))
    assert list(mail.keys()) == HEADERS
    assert mail["Subject"] == "Retracted: a study in the issue of 2026-W03"
    assert len(mail["Subject"]) <= SUBJECT_CHARACTERS
    assert mail["Message-ID"] == f"<{DELIVERY.message_id}>"
    for kind in ("plain", "html"):
        part = mail.get_body((kind,))
        assert part is not None
        text = part.get_content()
        assert ("<b>wrong</b>" in text) == (kind == "plain"), "markup in a record is text"
        for words in (
            "Retraction: walking groups.",
            "notes/pmid-99000001.html",
            f"https://litwatch.example/u/{READER.seed}",
        ):
            assert words in text
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert all(len(line) <= WIDTH or "://" in line for line in plain.get_content().splitlines())


@settings(max_examples=60)
@given(headline=any_text, text=any_text)
def test_any_notice_makes_a_whole_mail(headline: str, text: str) -> None:
    notice = replace(RETRACTION, headline=headline, sentences=(Sentence(text, Provenance.EDITOR),))
    message = notice_message(notice, DELIVERY, MAILING)
    assert max(map(len, message.split(b"\r\n"))) <= 998
    assert b"\n" not in message.replace(b"\r\n", b"")
    opened(message)
