"""Values that are worked out once for each key."""

from __future__ import annotations

from litwatch.extract.kept import Kept


def test_each_value_is_made_once_up_to_a_number_of_keys() -> None:
    made: list[str] = []

    def length(word: str) -> int:
        made.append(word)
        return len(word)

    kept = Kept(length, most=2)
    assert list(map(kept.__getitem__, ("pain", "gait", "pain", "sleep", "sleep"))) == [4, 4, 4, 5, 5]
    assert made == ["pain", "gait", "sleep", "sleep"]
