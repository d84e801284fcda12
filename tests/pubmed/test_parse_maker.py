"""Values from a maker are those of the frozen class, in every respect."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from litwatch.domain.article import Article, Author, Journal
from litwatch.pubmed.parse_maker import maker


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    row: int = 3
    tags: list[str] = field(default_factory=list)


def test_a_made_value_is_an_instance_of_the_frozen_class() -> None:
    made = maker(Author)("Smith", "Jane", initials="J")
    assert type(made) is Author
    assert made == Author("Smith", "Jane", "J")
    assert hash(made) == hash(Author("Smith", "Jane", "J"))
    assert repr(made) == repr(Author("Smith", "Jane", "J"))
    assert made.name == "Smith J"


def test_a_made_value_cannot_be_changed() -> None:
    made = maker(Author)("Smith")
    with pytest.raises(FrozenInstanceError):
        made.last = "Jones"  # type: ignore[misc]
    assert made.last == "Smith"


def test_defaults_are_those_of_the_class() -> None:
    new = maker(Place)
    assert new("x") == Place("x", 3, [])
    assert new("x").tags is not new("x").tags
    assert maker(Article)("1", "A title.") == Article("1", "A title.", journal=Journal())


@pytest.mark.parametrize("arguments", [{}, {"name": "x", "colour": "red"}])
def test_arguments_are_checked_as_by_the_class(arguments: dict[str, str]) -> None:
    with pytest.raises(TypeError, match="argument"):
        maker(Place)(**arguments)  # type: ignore[arg-type]


def test_a_made_value_is_copied_and_pickled_as_any_other() -> None:
    made = maker(Journal)(title="Pain", volume="7")
    assert replace(made, volume="8") == Journal(title="Pain", volume="8")
    assert pickle.loads(pickle.dumps(made)) == made
