"""Prompted judgement: what an intervention did to an outcome, against a comparator, as an abstract tells it.

Every sentence, the title too, is seen by the prompt (`view`). One linear model tells how likely each holds the answer,
another which answer it gives; the answers are summed by that likelihood, so that no single sentence has to be chosen.
An answer is always given: where the outcome is not found named, the sentences that come closest decide.
The models (data/judgement.txt.gz) are trained by training/judgement.py.
"""

from __future__ import annotations

import gzip
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from litwatch.domain.article import Article
from litwatch.domain.study import Change, Evidence
from litwatch.extract.prompted import answer_features, choice_features
from litwatch.extract.prompts import Context, prompt_in
from litwatch.extract.sentences import Role, Sentence, sentences
from litwatch.extract.view import View, view
from litwatch.extract.words import plain

CHANGES = (Change.INCREASED, Change.DECREASED, Change.NO_DIFFERENCE)
EVENNESS = 0.7
"""Likelihoods are raised to this power, so that second-best sentences have more of a say (chosen on held-back folds)."""
_MOST_SENTENCES = 60
Answer = tuple[float, float, float]
"""The probability of each of CHANGES."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What happened to the outcome with the intervention against the comparator."""

    change: Change
    confidence: float
    """The model's probability of `change`; 0 where there was nothing to read."""
    evidence: Evidence | None
    """The sentence that speaks most for it."""


@dataclass(frozen=True, slots=True)
class Model:
    """`choice`: weights of choice features. `answer`: by feature, the real part speaks for up, the imaginary for down."""

    choice: dict[str, float]
    answer: dict[str, complex]


def judge(article: Article, intervention: str, comparator: str, outcome: str) -> Judgement:
    """What `intervention` did to `outcome` against `comparator`. Total: any texts give an answer."""
    seen = views(article, intervention, comparator, outcome)
    if not seen:
        return Judgement(Change.NO_DIFFERENCE, 0.0, None)
    weights = likelihoods(seen, model())
    answers = [answer(each, model()) for each in seen]
    totals = [
        sum(weight * each[at] for weight, each in zip(weights, answers, strict=True)) for at in range(len(CHANGES))
    ]
    best = totals.index(max(totals))
    support = [weight * each[best] for weight, each in zip(weights, answers, strict=True)]
    sentence = seen[support.index(max(support))].sentence
    evidence = Evidence(sentence.section, sentence.start, sentence.end, sentence.text)
    return Judgement(CHANGES[best], min(1.0, totals[best]), evidence)


def views(article: Article, intervention: str, comparator: str, outcome: str) -> list[View]:
    """The title and each sentence of an abstract, as the prompt sees them."""
    parts = list(sentences(article.sections))[:_MOST_SENTENCES]
    if article.title.strip():
        signs = plain(article.title)
        parts.insert(0, Sentence(-1, 0, len(signs), article.title, signs, Role.OTHER))
    prompt = prompt_in(Context.of([part.plain for part in parts]), intervention, comparator, outcome)
    return [view(part, prompt) for part in parts]


def likelihoods(seen: Sequence[View], by: Model) -> list[float]:
    """For each sentence how likely it holds the answer; they sum to 1."""
    get = by.choice.get
    scores = [
        sum(get(key, 0.0) * value for key, value in choice_features(each, seen).items()) * EVENNESS for each in seen
    ]
    top = max(scores)
    raised = [math.exp(score - top) for score in scores]
    total = sum(raised)
    return [each / total for each in raised]


def answer(seen: View, by: Model) -> Answer:
    """What a sentence says, if it is the one that holds the answer."""
    get = by.answer.get
    score = sum([get(key, 0j) for key in answer_features(seen)], get("", 0j))
    top = max(score.real, score.imag, 0.0)
    up, down, same = math.exp(score.real - top), math.exp(score.imag - top), math.exp(-top)
    total = up + down + same
    return up / total, down / total, same / total


@cache
def model() -> Model:
    """The shipped model. A line holds a feature and one number (choice) or two (answer), in hundredths, tabs between."""
    choice: dict[str, float] = {}
    answers: dict[str, complex] = {}
    path = files("litwatch.extract") / "data" / "judgement.txt.gz"
    with path.open("rb") as packed, gzip.open(packed, "rt", encoding="utf-8", newline="\n") as lines:
        for line in lines:
            key, *numbers = line.rstrip("\n").split("\t")
            if len(numbers) == 1:
                choice[key] = int(numbers[0]) / 100
            else:
                answers[key] = complex(int(numbers[0]) / 100, int(numbers[1]) / 100)
    return Model(choice, answers)
