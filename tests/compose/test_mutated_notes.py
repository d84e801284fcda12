"""Notes on fictional studies of every shape: the honest ones pass, and of those with one lie in them none does."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

from litwatch.compose.checks import faults
from litwatch.compose.nugget import compose_nugget
from litwatch.compose.prose import Told
from litwatch.domain.article import Article, Record
from litwatch.domain.digest import Length, Nugget
from litwatch.domain.study import Study
from litwatch.extract.study import read_study
from litwatch.pubmed.parse import open_records
from tests.compose.fictional import MIDS, paper
from tests.compose.mutating import MUTATIONS
from tests.compose.papers import AUTHORITY

LONG = 5000
"""From so many mutations on it is the long campaign."""


def note(article: Article, study: Study) -> Nugget:
    length = Length.FEATURE if int(study.pmid) % 5 == 0 else Length.NOTE
    return compose_nugget(article, study, ("exercise",), authority=AUTHORITY, length=length, told=Told(mids=MIDS))


def test_honest_notes_pass_and_every_lie_is_caught(mutations: int) -> None:
    tried: Counter[str] = Counter()
    seed = 0
    while tried.total() < mutations:
        article, study = paper(seed)
        honest = note(article, study)
        assert faults(honest, article, study, MIDS) == (), seed
        for kind in Random(seed).sample(MUTATIONS, 4):
            mutant = kind(Random(seed), honest, study)
            if mutant is None:
                continue
            assert mutant != honest, (seed, kind.__name__)
            assert faults(mutant, article, study, MIDS), (seed, kind.__name__, difference(honest, mutant))
            tried[kind.__name__] += 1
        seed += 1
    assert set(tried) == {kind.__name__ for kind in MUTATIONS}


def test_every_note_on_a_real_record_passes(shared: Path, mutations: int) -> None:
    """In the long campaign the whole corpus, else a record out of twenty."""
    step = 1 if mutations >= LONG else 20
    refused: dict[str, tuple[str, ...]] = {}
    for name in ("trials.xml.gz", "medline.xml.gz"):
        for number, record in enumerate(open_records(shared / "corpus" / name)):
            if number % step == 0 and isinstance(record, Record) and record.article.sections:
                study = read_study(record.article)
                wrong = faults(note(record.article, study), record.article, study, MIDS)
                refused |= {study.pmid: wrong} if wrong else {}
    assert refused == {}


def difference(honest: Nugget, mutant: Nugget) -> list[object]:
    """What the mutant says that the honest note does not."""
    said = [sentence for part in honest.paragraphs for sentence in part.sentences]
    told = [sentence for part in mutant.paragraphs for sentence in part.sentences]
    return [*(sentence for sentence in [*told, mutant.takeaway] if sentence not in [*said, honest.takeaway])]
