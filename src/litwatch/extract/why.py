"""Why a row came out as it did: the steps that the stages leave with what they tell, and the reasons why names told nothing.

A step is made where a verdict is made, of the values that made it; to explain a row (explanation.py) is to print its steps.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from litwatch.domain.study import Direction
from litwatch.extract.arms import Subject
from litwatch.extract.clauses import Clause
from litwatch.extract.leaning import Leaning
from litwatch.extract.lexicon import Polarity
from litwatch.extract.scopes import Scope
from litwatch.extract.verdicts import Reading, Verdict


class Stage(StrEnum):
    """What gave a verdict, or looked at it and let it stand; the value is how it is told."""

    GOVERNED = "governed by a verdict word"
    DENIED = "governed by a verdict word whose change is denied after it"
    COUNTED = "governed by a verdict word that counts people"
    LEANING = "ungoverned, by the model of leanings"
    DENIED_NAME = "ungoverned: the change named after it is denied"
    SIGN = "ungoverned, by the model of leanings, but no word tells the way, at most the estimate's sign"
    NEAREST = "ungoverned, by the model of leanings and the nearest word of better or worse"
    UNSURE = "ungoverned, by a tested estimate alone, as the model of leanings is not sure"
    VALUES = "the values of two arms"
    HARM = "adverse events, which a clause only has to name"
    LEFT_OUT = "elliptic: left out of the verdict of the clause before"
    ELSEWHERE = "elliptic: the clause tells the outcomes of the one before at another place"
    EXCEPTED = "elliptic: where the clause says that it does not hold"
    MEMBER = "a member of the class in brackets, by a statistic of its own"
    MEMBER_GOOD = "a member of the class in brackets, by its own good direction"
    CONFLICT = "mixed: the clause tells conflicting results"
    LEVEL = "no difference: the clause tells that the change did not differ between groups"
    BOUT = "only reported: a test itself brings the change about"
    STATISTIC_OUT = "its statistic left out: a significant test beside no difference belongs to something else"
    KEPT = "kept by the trained decision"
    DECIDED = "by the trained decision"
    LISTED = "no difference, as the list that it goes on tells none"
    TEST = "a test shows no difference"
    TAKEN_BACK = "taken back by a clause after it"
    LEVELLED = "no difference between groups, by a clause after it"
    COMPLETED = "with the test that the clause after it prints"


class Refusal(StrEnum):
    """Why the grammar refuses a name; the value is how it is told."""

    PEOPLE = "tells who was studied or what was adjusted for"
    FAVOURED = "is an arm that is favoured"
    VAGUE = "is too vague a word"
    PART = "is part of the name of something else"
    FOREIGN = "is no outcome by its words, but people, a time, a treatment or the like"
    OCCASION = "is the occasion on which something was measured"
    EXPOSURE = "is the exposure of an association"
    DOES = "is what changed another outcome"
    MEANS = "is by or after what something was done"
    COMPARED = "is a side of a comparison"
    NO_RESULT = "stands with a verdict that is no result: an exposure, a purpose, an arm, the control group's change"
    HYPOTHETICAL = "stands in a clause that tells a belief or a question"
    METHOD = "stands in a clause that only tells methods"
    CONTROL = "is told of the control group"


class Governed(NamedTuple):
    """A verdict word over its outcomes, and how the clause was read."""

    scope: Scope
    reading: Reading
    listed: Polarity | None = None
    """The good direction taken from the other members of its list, where the name tells none itself."""


class Leaned(NamedTuple):
    """What the model of leanings answered, and by which good direction and test it was asked."""

    leaning: Leaning
    good: Polarity | None
    significant: bool | None
    whose: Subject


class Compared(NamedTuple):
    """Two values of two arms and their verdict; `whose` is the first."""

    verdict: Verdict
    first: float
    second: float
    whose: Subject


class Weighed(NamedTuple):
    """What the trained decision answered, and of how many findings of the clause the case was one."""

    among: int
    likely: list[float]
    """How likely each of `cases.DIRECTIONS` is; what is missing to 1 is how likely the name is no result."""
    direction: Direction
    """The likeliest one; `reported` where better and worse are too close."""
    enough: float
    """How likely a result must be to be kept."""
    whose: Subject | None = None
    """Of whom a name is told that only the decision reads."""
    listed: bool = False
    """Whether the name is taken for a result only because it goes on a list that tells no difference."""

    @property
    def result(self) -> float:
        """How likely the name is a result."""
        return sum(self.likely)


class Step(NamedTuple):
    """A stage, the verdict after it, and the values that made it."""

    stage: Stage
    verdict: Verdict
    values: Governed | Leaned | Compared | Weighed | Clause | None = None
