"""Proximity: all the words, in any order, with at most N other words between one and the next."""

from __future__ import annotations

from litwatch.pubmed.query.fold import EDGE


def near_in(slot: str, words: tuple[str, ...], distance: int) -> bool:
    """Whether one entry of `slot` holds all of `words` so that each is at most `distance` words from the next.

    The words that count are chosen from all occurrences; "next" is meant in the order of the text.
    """
    if not all(f" {word} " in slot for word in words):
        return False
    return any(_near(entry.split(), words, distance) for entry in slot.split(EDGE))


def _near(text: list[str], words: tuple[str, ...], distance: int) -> bool:
    bits = {word: 1 << number for number, word in enumerate(words)}
    complete = (1 << len(words)) - 1
    # For each occurrence so far: the sets of words that a chain ending there can hold.
    chains: list[tuple[int, set[int]]] = []
    for at, token in enumerate(text):
        bit = bits.get(token)
        if bit is None:
            continue
        held = {bit}
        for earlier, sets in reversed(chains):
            if at - earlier - 1 > distance:
                break
            held.update(known | bit for known in sets if not known & bit)
        if complete in held:
            return True
        chains.append((at, held))
    return False
