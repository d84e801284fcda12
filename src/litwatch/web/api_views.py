"""Stored values → the models of the JSON API."""

from __future__ import annotations

from collections.abc import Sequence

from litwatch.compose.questions import conditions, exercises
from litwatch.domain import digest, notice
from litwatch.domain.links import pubmed_url
from litwatch.domain.rows import LedgerRow
from litwatch.publish.publication import Publication, issue_path, note_path
from litwatch.service import catalogue
from litwatch.web import api_models as models


def article(paper: catalogue.Paper, publication: Publication) -> models.Article:
    return models.Article(
        pmid=paper.place.pmid,
        citation=_citation(paper.citation),
        topics=list(paper.topics),
        publication_types=list(paper.article.publication_types),
        languages=list(paper.article.languages),
        retracted=paper.retracted,
        shown=_shown(paper, publication),
        read=paper.study is not None,
        first_seen=paper.place.first_seen,
        changed=paper.changed,
        pubmed=pubmed_url(paper.place.pmid),
    )


def study(paper: catalogue.Paper, publication: Publication) -> models.Study:
    return models.Study.model_validate(_study(paper, publication))


def study_with_outcomes(
    paper: catalogue.Paper, rows: Sequence[LedgerRow], publication: Publication
) -> models.StudyWithOutcomes:
    return models.StudyWithOutcomes.model_validate(_study(paper, publication) | {"outcomes": list(rows)})


def nugget(note: catalogue.Note, publication: Publication) -> models.Nugget:
    told = note.nugget
    lines = {name: [_line(each) for each in getattr(told, name)] for name in ("better", "unchanged", "worse", "other")}
    return models.Nugget(
        **_head(told, publication).model_dump(),
        **lines,
        week=str(note.issue.week),
        published=note.issue.published,
        topics=list(told.topics),
        amended=[_amended(each) for each in told.amended],
        siblings=[models.Sibling.model_validate(each) for each in told.siblings],
        paragraphs=[models.Paragraph.model_validate(each) for each in told.paragraphs],
        takeaway=models.Sentence.model_validate(told.takeaway) if told.takeaway else None,
        rating=models.Rating.model_validate(told.rating) if told.rating else None,
        why=told.why,
        citation=_citation(note.citation),
        notices=[_notice(each) for each in note.notices],
    )


def issue_head(issue: digest.Issue, publication: Publication) -> models.IssueHead:
    return models.IssueHead(
        week=str(issue.week),
        guid=issue.guid,
        address=publication.url(issue_path(issue.week)),
        title=issue.title,
        summary=issue.summary,
        published=issue.published,
        signature=issue.signature,
        editor=issue.editor,
        nuggets=[_head(each, publication) for each in issue.nuggets],
    )


def issue(told: catalogue.ToldIssue, publication: Publication) -> models.Issue:
    value = told.issue
    return models.Issue(
        **issue_head(value, publication).model_dump(),
        foreword=value.foreword,
        also=[_mention(each, told.of_lines.get(each.pmid, ())) for each in value.lines],
        notices=[_notice(each) for each in value.notices],
        considered=value.receipt.considered,
        excluded=[models.Excluded(reason=reason, papers=number) for reason, number in value.receipt.excluded],
    )


def _study(paper: catalogue.Paper, publication: Publication) -> dict[str, object]:
    read = paper.study
    assert read is not None
    same = (
        *("pmid", "design", "stance", "counts", "registry_ids", "population", "conditions", "intervention"),
        *("comparator", "exercise", "harms", "aim", "conclusion", "conclusion_check", "extractor"),
    )
    return {name: getattr(read, name) for name in same} | {
        "citation": _citation(paper.citation),
        "condition_names": sorted(conditions(read)),
        "exercise_names": sorted(exercises(read)),
        "retracted": paper.retracted,
        "shown": _shown(paper, publication),
        "read_at": paper.read_at,
    }


def _head(told: digest.Nugget, publication: Publication) -> models.NoteHead:
    return models.NoteHead(
        pmid=told.pmid,
        slug=told.slug,
        guid=told.guid,
        address=publication.url(note_path(told.slug)),
        headline=told.headline,
        meta=told.meta,
    )


def _citation(value: object) -> models.Citation:
    return models.Citation.model_validate(value)


def _line(value: digest.LedgerLine) -> models.Line:
    return models.Line.model_validate(value)


def _amended(value: digest.AmendedRow) -> models.AmendedRow:
    row = value.row
    return models.AmendedRow(
        outcome=row.name,
        timepoint=row.timepoint,
        subgroup=row.subgroup,
        read_as=row.direction,
        direction=value.direction,
        why=value.why,
        by=value.by,
        evidence=models.Evidence.model_validate(row.evidence),
    )


def _mention(value: digest.Mention | digest.Sibling, notices: Sequence[notice.Notice]) -> models.Mention:
    said = [_notice(each) for each in notices]
    return models.Mention(pmid=value.pmid, title=value.title, meta=value.meta, notices=said)


def _notice(value: notice.Notice) -> models.Notice:
    return models.Notice.model_validate(value)


def _shown(paper: catalogue.Paper, publication: Publication) -> models.Shown | None:
    shown = paper.shown
    if shown is None:
        return None
    address = publication.url(note_path(shown.slug)) if shown.slug else None
    return models.Shown(week=str(shown.week), fate=shown.fate.value, note=address)
