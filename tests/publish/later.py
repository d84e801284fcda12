"""Fictional values of what stands around a note and of what is learned later. No study in here exists."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from litwatch.domain.citation import Citation, DatedCitation
from litwatch.domain.digest import Issue, Length, Mention, Rating, Reject, Sibling, Signature
from litwatch.domain.notice import Bearing, ComparedRow, Notice, NoticeKind
from litwatch.domain.prose import Paragraph, Part, Provenance, Sentence
from litwatch.domain.study import Comparison, Design, Direction
from litwatch.domain.tally import Counts, Question, TalliedStudy, Tally
from litwatch.publish.archive import Archive
from tests.publish.sample import ALSO, COHORT, ISSUE, PROTOCOL, PUBLISHED, REVIEW, WEEK, filled

SAID_BY_US = "These walking trials took in people with inflamed fictional joints & <i>sore</i> keyboards."
SAID_BY_MODEL = "Knees complained less."
SAID_BY_EDITOR = "I would walk, but I would not expect miracles."
TOLD = replace(
    REVIEW,
    paragraphs=(
        Paragraph(
            Part.LEAD,
            (
                Sentence(SAID_BY_US, Provenance.EXTRACTED),
                Sentence(SAID_BY_MODEL, Provenance.MODEL, (0,)),
                Sentence("Sleep did not move.", Provenance.MODEL, (5,)),
                Sentence("They met twice a week.", Provenance.EXTRACTED),
            ),
        ),
        Paragraph(Part.UNCHANGED, (Sentence("Without a clear change: sleep.", Provenance.DERIVED, (5,)),)),
        Paragraph(Part.EDITOR, (Sentence(SAID_BY_EDITOR, Provenance.EDITOR, basis="A. Editor"),)),
    ),
    takeaway=Sentence("In short: better for pain; no clear change in sleep.", Provenance.DERIVED),
    rating=Rating(3, ("meta-analysis: 4", "1,204 people: +2", "trials disagree: −1")),
    why="Picked with 12 points: a large review (+12).",
    siblings=(
        Sibling(
            "99000021", "Walking groups: the plan of a review", "Protocol", "the plan of the study", doi="10.99999/p"
        ),
    ),
)
SHORT = replace(
    COHORT,
    length=Length.SHORT,
    paragraphs=(Paragraph(Part.LEAD, (Sentence("Nurses who lift were followed.", Provenance.EXTRACTED),)),),
    rating=Rating(2, ("cohort study: 3", "no control of anything: −1"), editor="B. Editor"),
    why="Picked because it fits.",
)
LATER = Citation(
    pmid="99000031",
    title="Walking groups revisited.",
    authors=("Later A",),
    journal="J Fict Rehabil",
    date="2026-06",
    doi="10.99999/fict.2026.06.031",
)
UPDATE = Notice(
    guid="tag:litwatch.example,2026:notice/update/99000001/99000031",
    kind=NoticeKind.UPDATE,
    pmid=REVIEW.pmid,
    slug=REVIEW.slug,
    headline=REVIEW.headline,
    made=PUBLISHED + timedelta(days=150),
    sentences=(
        Sentence("A new meta-analysis (16 trials, n=1,500) is about walking too.", Provenance.DERIVED),
        Sentence("It agrees on pain and conflicts on sleep.", Provenance.DERIVED, (0, 1)),
        Sentence("Neither of the two settles the question.", Provenance.DERIVED),
    ),
    citation=LATER,
    rows=(
        ComparedRow("pain", Bearing.AGREES, Direction.IMPROVED, Direction.IMPROVED),
        ComparedRow("sleep", Bearing.CONFLICTS, Direction.NO_DIFFERENCE, Direction.IMPROVED, after_at="women"),
    ),
)
RETRACTION = Notice(
    guid="tag:litwatch.example,2026:notice/99000001/retraction/99000041",
    kind=NoticeKind.RETRACTION,
    pmid=REVIEW.pmid,
    slug=REVIEW.slug,
    headline=REVIEW.headline,
    made=PUBLISHED + timedelta(days=90),
    sentences=(
        Sentence("This paper has been retracted.", Provenance.DERIVED),
        Sentence("Our note rests on it: please do not rely on what it says.", Provenance.BOILERPLATE),
    ),
)
CORRECTION = Notice(
    guid="tag:litwatch.example,2026:notice/99000002/correction/abc",
    kind=NoticeKind.CORRECTION,
    pmid=COHORT.pmid,
    slug=COHORT.slug,
    headline=COHORT.headline,
    made=PUBLISHED + timedelta(days=10),
    sentences=(Sentence("I was wrong about the shoulders.", Provenance.EDITOR),),
)
LISTED = Notice(
    guid="tag:litwatch.example,2026:notice/99000010/concern/1",
    kind=NoticeKind.CONCERN,
    pmid=ALSO[0].pmid,
    slug="",
    headline="Stretching and CRP",
    made=PUBLISHED + timedelta(days=20),
    sentences=(Sentence("The journal has published an expression of concern.", Provenance.DERIVED),),
)
FINAL = Notice(
    guid="tag:litwatch.example,2026:notice/99000002/final/1",
    kind=NoticeKind.FINAL,
    pmid=COHORT.pmid,
    slug=COHORT.slug,
    headline=COHORT.headline,
    made=PUBLISHED + timedelta(days=30),
    sentences=(Sentence("The paper was ahead of print; the citation is now final.", Provenance.DERIVED),),
)
NOTICES = (UPDATE, RETRACTION, CORRECTION, LISTED, FINAL)
NOW_CITED = replace(COHORT.citation, date="2026-03", volume="7", issue="2", pages="1-9", ahead_of_print=False)
QUESTION = Question("walking", "C-reactive protein", "osteoarthritis")


def tallied(pmid: str, slug: str = "", **changes: object) -> TalliedStudy:
    study = TalliedStudy(
        pmid=pmid,
        title=f"Study {pmid}",
        design=Design.META_ANALYSIS,
        size="Meta-analysis, 14 trials, n=1,204",
        people=1204,
        direction=Direction.NO_DIFFERENCE,
        comparison=Comparison.BETWEEN,
        week=WEEK,
        slug=slug,
    )
    return replace(study, **changes)  # type: ignore[arg-type]


TALLY = Tally(
    question=QUESTION,
    counts=Counts(better=1, unchanged=1),
    by_design=(("Meta-analysis", Counts(unchanged=1)), ("Cohort study", Counts(better=1))),
    by_size=(("1,000 people or more", Counts(better=1, unchanged=1)),),
    studies=(
        tallied(REVIEW.pmid, REVIEW.slug),
        tallied("99000010", design=Design.COHORT, size="Cohort study, n=3,410", direction=Direction.IMPROVED),
    ),
    summary="walking × C-reactive protein in osteoarthritis: 2 studies (1 meta-analysis and 1 cohort study; "
    "1,204 to 3,410 people): 1 better, 1 no clear change",
)
REJECTS = (
    Reject("99000051", "Rats on wheels", "older than 400 days: published 2021", journal="Rat J", year=2021),
    Reject("99000052", "Mice on wheels", "older than 400 days: published 2020", year=2020),
    Reject("99000053", "A letter", "no abstract"),
)
RECENT = replace(
    ISSUE,
    nuggets=(TOLD, SHORT, PROTOCOL),
    also=(replace(ALSO[0], siblings=TOLD.siblings, earlier="pmid-98000001"), ALSO[1]),
    notices=(CORRECTION, UPDATE, RETRACTION),
    signature=Signature.EDITOR,
    foreword="A week of walking.\n\nAnd of <b>lifting</b>.",
    editor="A. Editor",
)
ARCHIVE = Archive(
    issues=(RECENT,),
    notices=NOTICES,
    citations={
        COHORT.pmid: (
            DatedCitation(PUBLISHED, COHORT.citation),
            DatedCitation(datetime(2026, 3, 2, 5, tzinfo=UTC), NOW_CITED),
        )
    },
    rejects={WEEK: REJECTS},
    tallies=(TALLY,),
)


def all_filled(text: str, question: str | None = None) -> Archive:
    """An archive with `text` in every field that comes from outside, from the editor or from a language model.

    `question`: instead of it in the parts of a question, which become a file name.
    """
    base = filled(text)
    said = tuple(Sentence(text, provenance, basis=text) for provenance in Provenance)
    sibling = Sibling("99000021", text, text, text, doi=text)
    issue: Issue = replace(
        base,
        nuggets=tuple(
            replace(
                nugget,
                paragraphs=tuple(Paragraph(part, said) for part in (Part.LEAD, Part.EDITOR)),
                takeaway=said[-1],
                length=length,
                rating=Rating(4, (text, text), editor=text),
                why=text,
                siblings=(sibling,),
            )
            for nugget, length in zip(base.nuggets, (Length.NOTE, Length.SHORT), strict=True)
        ),
        also=(Mention("99000010", text, text, ("exercise-pain",), doi=text, siblings=(sibling,), earlier=text),),
        foreword=f"{text}\n\n{text}",
        notices=tuple(
            replace(
                notice,
                headline=text,
                sentences=said,
                citation=replace(LATER, title=text, journal=text, authors=(text,)),
                rows=(ComparedRow(text, Bearing.REFINES, Direction.MIXED, Direction.REPORTED, text, text),),
            )
            for notice in (UPDATE, RETRACTION)
        ),
    )
    cited = replace(LATER, title=text, authors=(text,), journal=text, pages=text, doi=text)
    asked = Question(*[text if question is None else question] * 3)
    return Archive(
        issues=(issue,),
        notices=(*issue.notices, replace(FINAL, pmid=REVIEW.pmid, slug=REVIEW.slug, sentences=said)),
        citations={
            REVIEW.pmid: (DatedCitation(PUBLISHED, issue.nuggets[0].citation), DatedCitation(UPDATE.made, cited))
        },
        rejects={WEEK: tuple(replace(reject, title=text, reason=text, journal=text) for reject in REJECTS)},
        tallies=(
            replace(
                TALLY,
                question=asked,
                by_design=((text, Counts(better=1)),),
                studies=(tallied(REVIEW.pmid, REVIEW.slug, title=text, size=text),),
                summary=text,
            ),
        ),
    )
