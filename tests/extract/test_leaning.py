"""The model of leanings weighs the same features alike, in whatever order they come."""

from __future__ import annotations

import random

from litwatch.extract.leaning import model


def test_the_order_of_features_decides_nothing() -> None:
    keys = sorted(model().weights)
    for seed in range(50):
        some = random.Random(seed).sample(keys, 60)
        assert model().lean(some) == model().lean(some[::-1])
