"""A week's papers → the issue, and what became of each paper.

Pure: the order of the input, the clock and the hash seed make no difference to the output.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from litwatch.compose.amending import amend
from litwatch.compose.checks import faults
from litwatch.compose.corrections import pointed
from litwatch.compose.nugget import compose_nugget, meta, plain_title, said
from litwatch.compose.prose import Told
from litwatch.compose.rank import (
    NO_ABSTRACT,
    NOT_IN_PEOPLE,
    Candidate,
    Place,
    Ranked,
    Verdict,
    is_retracted,
    judge,
    ranking,
    standing,
)
from litwatch.compose.rating import rate
from litwatch.compose.score import FEATURED
from litwatch.compose.size import size
from litwatch.compose.stories import TOLD_BEFORE, EarlierNote, Stories, asked, stories
from litwatch.compose.words import DESIGNS, clip, count
from litwatch.domain.article import Article, Correction
from litwatch.domain.calendar import Week
from litwatch.domain.difference import MinimalDifference
from litwatch.domain.digest import AmendedRow, Issue, Length, Mention, Nugget, Receipt
from litwatch.domain.notice import Notice, NoticeKind
from litwatch.domain.run import PollReceipt, RecheckReceipt
from litwatch.domain.study import Study

TITLE_CHARACTERS = 90
"""Longest part of a headline in the issue's title, which is a mail's subject too."""

NOT_BEST = "not among the best of the week"
FAILED_CHECKS = "its note did not pass the checks"

_GRAVEST_FIRST = (
    *(NoticeKind.RETRACTION, NoticeKind.CONCERN, NoticeKind.CORRECTION, NoticeKind.ERRATUM, NoticeKind.UPDATE),
    NoticeKind.FINAL,
)

Fates = dict[str, tuple[Place, str]]
"""PMID → (nugget, mention or excluded; the reason in words)."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator has decided about issues."""

    authority: str
    """RFC 4151 naming authority, a domain and a date: "litwatch.example,2026"."""
    nuggets_per_issue: int = 7
    max_age_days: int = 400
    mids: Mapping[str, MinimalDifference] = field(default_factory=dict)
    """Concept → the smallest difference that people notice."""


def compose_issue(
    week: Week,
    candidates: Sequence[Candidate],
    *,
    published: datetime,
    rules: Rules,
    polls: Sequence[PollReceipt] = (),
    rechecks: Sequence[RecheckReceipt] = (),
    notices: Sequence[Notice] = (),
    told_dois: Iterable[str] = (),
    earlier: Sequence[EarlierNote] = (),
    unreadable: Mapping[str, str] | None = None,
) -> tuple[Issue, Fates]:
    """The issue of `week`, and the fate of every candidate.

    `notices`: what is to be told about earlier notes. `told_dois`: papers of earlier issues. `earlier`: the nuggets of
    earlier issues, oldest first. `unreadable`: PMID → why the stored record could not be parsed.
    """
    told = stories(candidates, _judge_all(candidates, published, rules, told_dois), earlier)
    featurable = [lead for lead in told.leads if told.verdicts[lead.article.pmid].place == "nugget"]
    nuggets, chosen, order = _feature(ranking(featurable, asked(earlier)), told, rules)
    verdicts = {**told.verdicts, **chosen}
    verdicts |= {pmid: Verdict("excluded", "cannot be read", why) for pmid, why in (unreadable or {}).items()}
    also = _also_new(told, verdicts, order)
    receipt = _receipt(verdicts, polls, rechecks)
    issue = Issue(
        week=week,
        guid=issue_guid(rules.authority, week),
        title=_title(nuggets, also, receipt),
        summary=_summary(nuggets, also, receipt, notices),
        published=published,
        nuggets=nuggets,
        also=also,
        receipt=receipt,
        notices=tuple(
            sorted(notices, key=lambda notice: (_GRAVEST_FIRST.index(notice.kind), notice.made, notice.guid))
        ),
    )
    return issue, {pmid: (verdicts[pmid].place, str(verdicts[pmid])) for pmid in sorted(verdicts)}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A note that an editor wants told: about which listed paper, beside which others, with which rows amended."""

    mention: Mention
    beside: Sequence[Nugget]
    length: Length
    amended: tuple[AmendedRow, ...] = ()


def feature(candidate: Candidate, wanted: Wanted, rules: Rules) -> Nugget | tuple[str, ...]:
    """The note that an editor wants told, or what stands against it, in words."""
    article, study, rows = candidate.article, candidate.study, wanted.amended
    if study is None:
        return ("it could not be read",)
    if not article.abstract.strip():
        return (f"it has {NO_ABSTRACT}",)
    if is_retracted(article):
        return ("it was retracted",)
    told = Told(frozenset().union(*map(said, wanted.beside)), rules.mids)
    now = amend(study, rows)
    if study.outcomes and not now.outcomes:
        return ("no row would be left in its ledger",)
    nugget = compose_nugget(article, now, candidate.topics, authority=rules.authority, length=wanted.length, told=told)
    nugget = replace(
        nugget,
        meta=nugget.meta + _left_out(rows),
        rating=rate(article, now),
        why="Picked by the editor.",
        siblings=wanted.mention.siblings,
        amended=rows,
    )
    return faults(nugget, article, study, rules.mids) or nugget


def _left_out(rows: Sequence[AmendedRow]) -> str:
    """What the line of facts says of rows that the editor has left out: its counts would hide them."""
    number = sum(each.direction is None for each in rows)
    return f", {number} left out by the editor" if number else ""


def retell(issue: Issue) -> Issue:
    """`issue` with title, summary and counts of the notes and mentions that it has now."""
    shown = issue.receipt.nuggets + issue.receipt.mentioned
    receipt = replace(issue.receipt, nuggets=len(issue.nuggets), mentioned=shown - len(issue.nuggets))
    title = _title(issue.nuggets, issue.also, receipt)
    summary = _summary(issue.nuggets, issue.also, receipt, issue.notices)
    return replace(issue, title=title, summary=summary, receipt=receipt)


def issue_guid(authority: str, week: Week) -> str:
    """The permanent `tag:` URI of a week's issue."""
    return f"tag:{authority}:issue/{week}"


def _judge_all(
    candidates: Sequence[Candidate], published: datetime, rules: Rules, told_dois: Iterable[str]
) -> dict[str, Verdict]:
    told = frozenset(doi.lower() for doi in told_dois)
    return {
        candidate.article.pmid: judge(candidate, today=published.date(), max_age_days=rules.max_age_days, told=told)
        for candidate in _with_notices(candidates)
    }


def _with_notices(candidates: Sequence[Candidate]) -> Iterator[Candidate]:
    """Each paper with the links that its own record will have: a journal's notice may be among the candidates earlier."""
    links: dict[str, list[Correction]] = {}
    for candidate in candidates:
        for pmid, event in pointed(candidate.article):
            links.setdefault(pmid, []).append(event.link)
    for candidate in candidates:
        article = candidate.article
        corrections = (*article.corrections, *links.get(article.pmid, ()))
        yield replace(candidate, article=replace(article, corrections=corrections))


def _feature(
    ranked: Sequence[Ranked], told: Stories, rules: Rules
) -> tuple[tuple[Nugget, ...], dict[str, Verdict], dict[str, int]]:
    """The best papers' notes, as many as the rules allow, the verdict on every ranked paper, and each one's place.

    Whoever is best beside what was chosen before comes next. A note that does not pass the gate makes room for it. The
    first one is the issue's feature; none begins or ends with words that an earlier one has used.
    """
    nuggets: list[Nugget] = []
    used: frozenset[str] = frozenset()
    chosen: list[Ranked] = []
    verdicts: dict[str, Verdict] = {}
    left = {paper.pmid: paper for paper in ranked}
    while left and len(nuggets) < rules.nuggets_per_issue:
        best = standing(left.values(), chosen)[0]
        length = Length.NOTE if nuggets else Length.FEATURE
        nugget, wrong = _note(best, told, rules, length, Told(used, rules.mids))
        if nugget is None:
            verdicts[best.pmid] = Verdict("mention", FAILED_CHECKS, "; ".join(wrong))
        else:
            nuggets.append(nugget)
            used |= said(nugget)
            chosen.append(best)
            verdicts[best.pmid] = Verdict("nugget", "featured", str(best.score))
        del left[best.pmid]
    for paper in standing(left.values(), chosen):
        verdicts[paper.pmid] = Verdict("mention", NOT_BEST, str(paper.score))
    return tuple(nuggets), verdicts, {pmid: place for place, pmid in enumerate(verdicts)}


def _note(
    paper: Ranked, stories: Stories, rules: Rules, length: Length, told: Told
) -> tuple[Nugget | None, tuple[str, ...]]:
    """The note, or None and what is wrong with it. `told` holds what the issue has said before."""
    article, study, topics = paper.candidate.article, paper.candidate.study, paper.candidate.topics
    if study is None:
        return None, ("could not be read",)
    nugget = replace(
        compose_nugget(article, study, topics, authority=rules.authority, length=length, told=told),
        rating=rate(article, study),
        why=f"Picked with {paper.score}.",
        siblings=stories.siblings.get(paper.pmid, ()),
    )
    wrong = faults(nugget, article, study, told.mids)
    return (None, wrong) if wrong else (nugget, ())


def _also_new(told: Stories, verdicts: Mapping[str, Verdict], order: Mapping[str, int]) -> tuple[Mention, ...]:
    """Everything listed in one line: first what could have been featured, best first, then the rest, newest first."""
    listed = [lead for lead in told.leads if verdicts[lead.article.pmid].place == "mention"]
    listed.sort(key=lambda candidate: candidate.article.pmid, reverse=True)
    listed.sort(key=lambda candidate: order.get(candidate.article.pmid, len(order)))
    return tuple(_mention(candidate, verdicts[candidate.article.pmid], told) for candidate in listed)


def _mention(candidate: Candidate, verdict: Verdict, told: Stories) -> Mention:
    article = candidate.article
    return Mention(
        pmid=article.pmid,
        title=plain_title(article),
        meta=_label(article, candidate.study, verdict),
        topics=tuple(sorted(candidate.topics)),
        doi=article.doi,
        siblings=told.siblings.get(article.pmid, ()),
        earlier=told.earlier.get(article.pmid, ""),
    )


def _label(article: Article, study: Study | None, verdict: Verdict) -> str:
    """What a listed paper is, in a few words. What the gate refused or nobody could read is not repeated in numbers."""
    if study is None or verdict.reason in (NO_ABSTRACT, FAILED_CHECKS):
        return verdict.reason
    if verdict.reason == NOT_BEST:
        return meta(article, study)
    if study.design not in FEATURED and verdict.reason != TOLD_BEFORE:
        return size(article, study)
    label = DESIGNS[study.design] if verdict.reason == NOT_IN_PEOPLE else size(article, study)
    return f"{label}: {verdict.reason}"


def _receipt(
    verdicts: Mapping[str, Verdict], polls: Sequence[PollReceipt], rechecks: Sequence[RecheckReceipt]
) -> Receipt:
    places = Counter(verdict.place for verdict in verdicts.values())
    reasons = Counter(verdict.reason for verdict in verdicts.values() if verdict.place == "excluded")
    return Receipt(
        polls=tuple(sorted(polls, key=lambda poll: (poll.started, poll.topic))),
        considered=len(verdicts),
        nuggets=places["nugget"],
        mentioned=places["mention"],
        excluded=tuple(sorted(reasons.items(), key=lambda item: (-item[1], item[0]))),
        rechecks=tuple(sorted(rechecks, key=lambda check: check.started)),
    )


def _title(nuggets: Sequence[Nugget], also: Sequence[Mention], receipt: Receipt) -> str:
    if not nuggets:
        return _quiet_title(also, receipt)
    title = clip(nuggets[0].headline, TITLE_CHARACTERS)
    return f"{title} (and {len(nuggets) - 1} more)" if len(nuggets) > 1 else title


def _quiet_title(also: Sequence[Mention], receipt: Receipt) -> str:
    """What a reader may conclude: of what PubMed did not answer nobody knows whether it was quiet."""
    topics = {poll.topic for poll in receipt.polls}
    silent = topics - {poll.topic for poll in receipt.polls if poll.failed is None}
    if silent == topics and not receipt.considered:
        return "No news: PubMed could not be searched" if topics else "No news: PubMed was not searched"
    title = "A quiet week: nothing to feature" if also else "A quiet week: nothing new"
    return f"{title}, but {len(silent):,} of {count(len(topics), 'topic')} not searched" if silent else title


def _summary(nuggets: Sequence[Nugget], also: Sequence[Mention], receipt: Receipt, notices: Sequence[Notice]) -> str:
    """One line: what the issue holds; in a quiet week what was searched."""
    considered = count(receipt.considered, "new paper")
    earlier = f" {count(len(notices), 'notice')} on earlier papers." if notices else ""
    if nuggets:
        told = count(len(nuggets), "study told outcome by outcome", "studies told outcome by outcome")
        return f"{told}, {len(also):,} more in a line each, out of {considered}.{earlier}"
    listed = f", {len(also):,} of them listed below" if also else ""
    return f"{_searched(receipt.polls)}; {considered} came in{listed}.{earlier}"


def _searched(polls: Sequence[PollReceipt]) -> str:
    """How often PubMed was asked, and how often in vain: "nothing found" and "no answer" are different facts."""
    if not polls:
        return "PubMed was not asked"
    failed = sum(poll.failed is not None for poll in polls)
    asked = f"PubMed was asked {count(len(polls), 'time')} about {count(len({poll.topic for poll in polls}), 'topic')}"
    if failed == len(polls):
        return f"{asked}, without success; the same days will be searched again"
    return f"{asked}, {failed:,} of them without success" if failed else asked
