"""The words that page, feed and both mail parts share, so that they cannot say different things."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from litwatch.domain.calendar import Week, long_date
from litwatch.domain.citation import Citation
from litwatch.domain.digest import Issue, LedgerLine, Nugget, Receipt, Signature
from litwatch.domain.links import links
from litwatch.domain.notice import Notice, NoticeKind
from litwatch.domain.run import PollReceipt
from litwatch.domain.study import Comparison
from litwatch.domain.text import clean_text
from litwatch.publish import subscribing
from litwatch.publish.publication import Publication

ADVICE = (
    "One study is not advice: it is no reason to start or stop a treatment, a medicine or an exercise. "
    "Talk to someone who knows you and your history."
)
SOURCE = (
    "Source of the records: PubMed, National Library of Medicine (NLM). Not affiliated with or endorsed by NLM. "
    "Records change; the current version is the one at PubMed. Abstracts are quoted in short passages and belong "
    "to their authors and publishers."
)

_SIGNATURES = {
    Signature.AUTO: "Made by a program; no editor has read this issue.",
    Signature.EDITOR: "An editor has read and approved this issue.",
    Signature.UNSIGNED: "Unsigned: this issue waited for its editor and was published without having been read by one.",
}
FOREWORD = "From the editor"
AMENDED = "Corrected by the editor in the outcomes of this note"

NOTICES = {
    NoticeKind.RETRACTION: "Retracted",
    NoticeKind.CONCERN: "Expression of concern",
    NoticeKind.ERRATUM: "Corrected by its journal",
    NoticeKind.CORRECTION: "Correction to our note",
    NoticeKind.UPDATE: "Update",
    NoticeKind.FINAL: "Now in its final form",
}
"""What happened, in a word or two; the loudest first."""

COMPARISONS = {
    Comparison.BETWEEN: "",
    Comparison.WITHIN: "before and after, no comparison group",
    Comparison.ASSOCIATION: "association",
}
_SENTENCE_END = re.compile(r"[.?!…]\Z")


@dataclass(frozen=True, slots=True)
class Group:
    """The outcomes of one nugget that went the same way. `key` is a style name, `sign` the text part's bullet."""

    key: str
    label: str
    sign: str
    lines: tuple[LedgerLine, ...]

    @property
    def direction(self) -> str:
        """The way of one row in words, as the line of facts counts it."""
        return "mixed or unclear" if self.key == "other" else self.label.lower()

    def with_quotes_once(self) -> tuple[tuple[LedgerLine, str], ...]:
        """Each line with its quote, but lines in a row that rest on the same one give it once, under the last."""
        following = (*self.lines[1:], None)
        return tuple(
            (line, "" if after and after.quote == line.quote else line.quote)
            for line, after in zip(self.lines, following, strict=True)
        )


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """All polls of one topic, summed up. `found` is of the last poll that completed: windows overlap."""

    topic: str
    days: str
    searches: int
    found: str
    new: int
    problems: str


def signature(issue: Issue) -> str:
    """Who answers for the issue; by name, if an editor has signed it."""
    if issue.signature is Signature.EDITOR and issue.editor:
        return f"The editor, {issue.editor}, has read and approved this issue."
    return _SIGNATURES[issue.signature]


def ledger(nugget: Nugget) -> tuple[Group, ...]:
    """The nugget's outcomes by direction, empty groups left out; what did not improve is never left out."""
    groups = (
        Group("better", "Better", "+", nugget.better),
        Group("unchanged", "No clear change", "=", nugget.unchanged),
        Group("worse", "Worse", "-", nugget.worse),
        Group("other", "Other results", "~", nugget.other),
    )
    return tuple(group for group in groups if group.lines)


def qualifiers(line: LedgerLine) -> str:
    """What limits a result: the kind of comparison (unless between groups), the time point, the subgroup."""
    known = [COMPARISONS[kind] for kind in Comparison if kind == line.comparison]
    parts = (known[0] if known else line.comparison, line.timepoint, line.subgroup)
    return "; ".join(part for part in parts if part)


def effect(line: LedgerLine) -> tuple[str, ...]:
    """The row's numbers by their parts: estimate, interval, and the p-value, which `numbers` leaves out beside an interval.

    "SMD −0.41", "(95% CI −0.66 to −0.16)", "p=0.002".
    """
    estimate, bracket, interval = line.numbers.partition(" (")
    p = line.effect.p if line.effect and line.effect.ci and line.numbers else None
    parts = (estimate, bracket.strip() + interval, _with_sign(p) if p else "")
    return tuple(part for part in parts if part)


def _with_sign(p: str) -> str:
    return f"p{p}" if p[0] in "<>≤≥=~" else f"p={p}"


def sentence(text: str) -> str:
    """`text` with a full stop, unless it ends as a sentence does."""
    return text if _SENTENCE_END.search(text) else text + "."


def source_line(citation: Citation) -> str:
    """Journal, date, volume, issue and pages in NLM's order: "J Pain. 2025-01;26(1):113-123."."""
    line = sentence(citation.journal) if citation.journal else ""
    place = (citation.volume or "") + (f"({citation.issue})" if citation.issue else "")
    where = ";".join(part for part in (citation.date, place) if part)
    where = ":".join(part for part in (where, citation.pages) if part)
    parts = [line, sentence(where) if where else "", "Ahead of print." if citation.ahead_of_print else ""]
    return " ".join(part for part in parts if part)


def citation_links(citation: Citation) -> tuple[tuple[str, str], ...]:
    """(label, address) of publisher, PubMed and PMC, as far as they exist."""
    return links(replace(citation, doi=clean_text(citation.doi or "")))


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """The number with its noun: "1 article", "2 articles", "1,240 articles"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def receipt_summary(receipt: Receipt) -> str:
    """What became of the week's articles, in one or two sentences."""
    text = (
        f"{counted(receipt.considered, 'new article')} considered: {counted(receipt.nuggets, 'nugget')}, "
        f"{receipt.mentioned:,} listed"
    )
    if not receipt.excluded:
        return text + "."
    reasons = ", ".join(f"{reason} ({number:,})" for reason, number in receipt.excluded)
    return f"{text}. Not picked: {reasons}."


def why_sent(publication: Publication) -> str:
    """Why a person gets the mail of an issue."""
    return f"You get this mail because your address is subscribed to {publication.title}. {subscribing.NO_TRACKING}"


def why_told(notice: Notice, week: Week, publication: Publication) -> str:
    """Why a person gets the mail of a notice."""
    return (
        f"You get this mail because the issue of week {week.number}, {week.year}, in which {publication.title} told this "
        f"paper (PMID {notice.pmid}), was sent to you. {subscribing.NO_TRACKING}"
    )


def recheck_summary(receipt: Receipt) -> str:
    """Whether, when and with what result the papers of earlier issues were looked up again, in one or two sentences."""
    complete = [check for check in receipt.rechecks if check.failed is None]
    failed = [check for check in receipt.rechecks if check.failed is not None]
    parts = [
        "" if complete else "Earlier papers were not checked for retractions and corrections since the last issue."
    ]
    if complete:
        last = complete[-1]
        missing = f" {counted(last.missing, 'record')} could not be had." if last.missing else ""
        parts.append(
            f"{counted(last.checked, 'earlier paper')} checked for retractions and corrections on "
            f"{long_date(last.started)}: {counted(sum(check.notices for check in complete), 'notice')}.{missing}"
        )
    if failed:
        when = long_date(failed[-1].started)
        parts.append(f"{counted(len(failed), 'check')} failed, the last on {when}: {sentence(failed[-1].failed or '')}")
    return " ".join(part for part in parts if part)


def receipt_rows(polls: Iterable[PollReceipt], publication: Publication) -> tuple[ReceiptRow, ...]:
    """One row a topic, in the order in which the topics were first polled."""
    by_topic: dict[str, list[PollReceipt]] = {}
    for poll in polls:
        by_topic.setdefault(poll.topic, []).append(poll)
    return tuple(_receipt_row(publication.topic(topic), rows) for topic, rows in by_topic.items())


def receipt_line(row: ReceiptRow) -> str:
    """The row without its topic, for where a table does not fit."""
    searches = counted(row.searches, "search", "searches")
    return f"{row.days}, {searches}: {row.found} found, {row.new:,} new. Problems: {row.problems}."


def queries(polls: Iterable[PollReceipt], publication: Publication) -> tuple[tuple[str, str], ...]:
    """(topic, query) as sent, each once."""
    return tuple(dict.fromkeys((publication.topic(poll.topic), poll.query) for poll in polls))


def _receipt_row(topic: str, polls: Sequence[PollReceipt]) -> ReceiptRow:
    windows = [poll.window for poll in polls if poll.window]
    complete = [poll for poll in polls if poll.failed is None]
    days = f"{min(first for first, _ in windows)} to {max(last for _, last in windows)}" if windows else "none"
    found = f"{complete[-1].found:,}" if complete else "unknown"
    return ReceiptRow(topic, days, len(polls), found, sum(poll.new for poll in polls), _problems(polls))


def _problems(polls: Sequence[PollReceipt]) -> str:
    failures = [poll.failed for poll in polls if poll.failed]
    unreadable, missing = sum(poll.unreadable for poll in polls), polls[-1].missing
    parts = (
        f"{len(failures)} failed, last: {failures[-1]}" if failures else "",
        f"{missing:,} announced but not delivered" if missing else "",
        f"{unreadable:,} unreadable" if unreadable else "",
    )
    return "; ".join(part for part in parts if part) or "none"
