"""The optional step between composing and publishing: a language model rephrases, the gate decides.

Whatever goes wrong, every note keeps the words that it had. No question is asked inside a database transaction; every
answer is kept, so that composing again gives the same text and costs nothing.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Protocol

import structlog

from litwatch.compose.checks import faults, sentence_faults
from litwatch.compose.phrasing import Check, Gate, Phrasing, Prompt, firsts, phrase, prompt
from litwatch.config import Writer
from litwatch.domain.article import Article
from litwatch.domain.calendar import Clock
from litwatch.domain.digest import Issue, Nugget
from litwatch.domain.study import Study
from litwatch.errors import Stopped, WriterError
from litwatch.service.differences import minimal_differences
from litwatch.stopping import go_on
from litwatch.store import model_answers
from litwatch.store.database import Database
from litwatch.writer.client import Completion, ModelClient

BYTES_A_TOKEN = 3
"""For a count before the server's: English has some four bytes to a token, numbers and names fewer."""
SHORTEST_ANSWER = 200
"""Tokens. Where fewer are left for the answer it is not worth a question."""
DAY = timedelta(days=1)

Materials = Mapping[str, tuple[Article, Study]]
"""PMID → the record and the reading that a note was made from."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Caps:
    """What an issue may cost. Tokens are those of question and answer together."""

    tokens_per_note: int
    tokens_per_day: int
    """In any 24 hours."""
    seconds_per_answer: float
    seconds_per_issue: float


@dataclass(frozen=True, slots=True)
class Tally:
    """What the model did for an issue. Sentences: `asked` for, `phrased` by the model, `refused` by the gate."""

    notes: int = 0
    """Notes with a sentence of the model's."""
    asked: int = 0
    phrased: int = 0
    refused: int = 0
    tokens: int = 0
    """Paid for now; what was answered before costs nothing."""
    failed: tuple[str, ...] = ()
    """Why notes kept all their words, a reason for each: no answer, an unreadable one, a cap, the whole note refused."""


@dataclass(frozen=True, slots=True)
class Polished:
    """The issue as it may be published, and how that came about."""

    issue: Issue
    tally: Tally


Polish = Callable[[Issue, Materials], Polished]


class Model(Protocol):
    """A language model that can be asked."""

    @property
    def model(self) -> str:
        """Its name: another model's answers are others."""

    def complete(self, system: str, user: str, *, max_tokens: int, seconds: float) -> Completion:
        """WriterError if there is no answer."""

    def close(self) -> None: ...


class _NotAskedError(Exception):
    """A cap forbids the question."""


@dataclass(frozen=True)
class Polisher:
    """Everything that polishing takes beside the issue. `gate` and `check` are those of compose.checks."""

    model: Model
    database: Database
    caps: Caps
    gate: Gate
    check: Check
    clock: Clock
    monotonic: Callable[[], float] = time.monotonic

    def __call__(self, issue: Issue, materials: Materials) -> Polished:
        """`issue` with the model's words in its notes where they may stand; `materials` has every note's paper."""
        return _Session(self, self.monotonic() + self.caps.seconds_per_issue).polish(issue, materials)

    def close(self) -> None:
        self.model.close()


def polisher_for(
    writer: Writer,
    database: Database,
    *,
    clock: Clock,
    sleep: Callable[[float], None],
    check: Callable[[], None] = go_on,
) -> Polisher:
    """The model of the settings, wired to the gate; `writer.kind` is not "none"."""
    client = ModelClient(
        base_url=writer.base_url or "",
        model=writer.model,
        key=writer.key.get_secret_value() if writer.key else None,
        sleep=sleep,
        check=check,
    )
    caps = Caps(
        tokens_per_note=writer.max_tokens_per_note,
        tokens_per_day=writer.max_tokens_per_day,
        seconds_per_answer=writer.timeout,
        seconds_per_issue=writer.max_seconds_per_issue,
    )
    mids = minimal_differences()
    gate, whole = partial(sentence_faults, differences=mids), partial(faults, differences=mids)
    return Polisher(client, database, caps, gate=gate, check=whole, clock=clock)


@dataclass
class _Session:
    """One issue's polishing. After a refusal that would meet every question (a wrong model) no more are asked."""

    wiring: Polisher
    deadline: float
    hopeless: str = ""
    tokens: int = 0
    phrasings: list[Phrasing] = field(default_factory=list)

    def polish(self, issue: Issue, materials: Materials) -> Polished:
        nuggets = list(issue.nuggets)
        for place, nugget in enumerate(nuggets):
            question = prompt(nugget, *materials[nugget.pmid])
            if question is None:
                continue
            others = frozenset[str]().union(*(firsts(other) for other in nuggets if other is not nugget))
            phrasing = self._phrase(nugget, question, *materials[nugget.pmid], taken=others)
            nuggets[place] = phrasing.nugget
            self.phrasings.append(phrasing)
            _tell(phrasing)
        tally = self._tally()
        log.info("language model", model=self.wiring.model.model, **_figures(tally))
        return Polished(replace(issue, nuggets=tuple(nuggets)), tally)

    def _phrase(
        self, nugget: Nugget, question: Prompt, article: Article, study: Study, *, taken: frozenset[str]
    ) -> Phrasing:
        wiring = self.wiring
        try:
            answer = self._answer(question)
        except _NotAskedError as error:
            return Phrasing(nugget, 0, failed=f"not asked: {error}")
        except WriterError as error:
            self.hopeless = "" if error.passing else str(error)
            return Phrasing(nugget, 0, failed=str(error))
        try:
            return phrase(nugget, article, study, answer, gate=wiring.gate, check=wiring.check, taken=taken)
        except Exception as error:
            # The checks are not meant to fail on any text. Should they, the answer is kept: it would fail every time.
            return Phrasing(nugget, 0, failed=f"the answer cannot be checked: {type(error).__name__}")

    def _answer(self, question: Prompt) -> str:
        """What the model said to this question before, or says now. _NotAskedError, WriterError."""
        wiring, caps = self.wiring, self.wiring.caps
        key = _key(wiring.model.model, question)
        now = wiring.clock()
        with wiring.database.read() as tx:
            known = model_answers.get(tx, key)
            spent = model_answers.spent(tx, since=now - DAY)
        if known is not None:
            return known
        asking = _estimate(question.system + question.user)
        room = caps.tokens_per_note - asking
        seconds = min(caps.seconds_per_answer, self.deadline - wiring.monotonic())
        self._may_ask(room, caps.tokens_per_day - spent - caps.tokens_per_note, seconds)
        try:
            completion = wiring.model.complete(question.system, question.user, max_tokens=room, seconds=seconds)
        except (WriterError, Stopped) as error:
            if isinstance(error, Stopped) or error.spent:
                self.tokens += caps.tokens_per_note
                with wiring.database.write() as tx:
                    model_answers.charge(tx, key, tokens=caps.tokens_per_note, made=now)
            raise
        tokens = completion.tokens or asking + _estimate(completion.text)
        self.tokens += tokens
        with wiring.database.write() as tx:
            return model_answers.put(tx, key, completion.text, tokens=tokens, made=now)

    def _may_ask(self, room: int, left: int, seconds: float) -> None:
        if self.hopeless:
            raise _NotAskedError(self.hopeless)
        if room < SHORTEST_ANSWER:
            raise _NotAskedError("the note is too long for writer.max_tokens_per_note")
        if left < 0:
            raise _NotAskedError("writer.max_tokens_per_day is used up")
        if seconds <= 0:
            raise _NotAskedError("writer.max_seconds_per_issue is used up")

    def _tally(self) -> Tally:
        return Tally(
            notes=sum(phrasing.phrased > 0 for phrasing in self.phrasings),
            asked=sum(phrasing.asked for phrasing in self.phrasings),
            phrased=sum(phrasing.phrased for phrasing in self.phrasings),
            refused=sum(len(phrasing.refused) for phrasing in self.phrasings),
            tokens=self.tokens,
            failed=tuple(phrasing.failed for phrasing in self.phrasings if phrasing.failed),
        )


def _key(model: str, question: Prompt) -> str:
    """The question's identity: the model and every word that it is shown."""
    return hashlib.sha256(json.dumps([model, question.system, question.user]).encode()).hexdigest()


def _estimate(text: str) -> int:
    return -(-len(text.encode("utf-8", "replace")) // BYTES_A_TOKEN)


def _tell(phrasing: Phrasing) -> None:
    pmid = phrasing.nugget.pmid
    if phrasing.failed:
        log.warning("note keeps its words", pmid=pmid, reason=phrasing.failed)
    for reason in phrasing.refused:
        log.info("sentence refused", pmid=pmid, reason=reason)


def _figures(tally: Tally) -> dict[str, int]:
    return {
        "notes": tally.notes,
        "asked": tally.asked,
        "phrased": tally.phrased,
        "refused": tally.refused,
        "tokens": tally.tokens,
        "failed": len(tally.failed),
    }
