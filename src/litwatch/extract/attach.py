"""Which statistic belongs to which outcome of a clause."""

from __future__ import annotations

from litwatch.extract.clauses import Clause
from litwatch.extract.items import Item
from litwatch.extract.numbers import Statistic
from litwatch.extract.scopes import Scope


def statistic_of(clause: Clause, scope: Scope, index: int, everything: list[Item]) -> Statistic | None:
    """The statistic printed for an outcome: the one between it and the next outcome."""
    item = scope.items[index]
    end = clause.ends[item.last - 1]
    later = [clause.starts[other.first] for other in everything if other.first >= item.last]
    limit = min(later, default=len(clause.text))
    own = [statistic for statistic in clause.statistics if end <= statistic.start < limit]
    if own and (not _shared(clause, scope, index, own[0]) or _for_all(clause, own[0])):
        return own[0]
    final = clause.ends[scope.items[-1].last - 1]
    closing = [statistic for statistic in clause.statistics if final <= statistic.start]
    if len(closing) == len(scope.items) > 1 and _respective(clause):
        return closing[index]
    if closing and _for_all(clause, closing[0]):
        return closing[0]
    if len(scope.items) == 1 and not own:
        begin = clause.starts[scope.cue.start]
        ahead = [s for s in clause.statistics if begin <= s.start <= clause.starts[item.first]]
        return ahead[0] if scope.after and len(ahead) == 1 else None
    return None


def _respective(clause: Clause) -> bool:
    return "respectively" in clause.text or any("respectively" in aside.text for aside in clause.asides)


def _shared(clause: Clause, scope: Scope, index: int, statistic: Statistic) -> bool:
    """Whether a statistic after the last of several outcomes may belong to the whole list."""
    if len(scope.items) < 2 or index < len(scope.items) - 1:
        return False
    first = clause.starts[scope.items[0].first]
    return not any(first <= other.start < statistic.start for other in clause.statistics)


def _for_all(clause: Clause, statistic: Statistic) -> bool:
    """Whether the aside of a statistic says that it holds for all: "(all P < 0.05)", "(both, p = …)"."""
    for aside in clause.asides:
        if aside.start <= statistic.start < aside.end:
            before = aside.text[: statistic.start - aside.start].lower()
            return any(word in before.split() or word in aside.text.lower() for word in ("all", "both", "for all"))
    return False
