"""One spelling for what PubMed holds to be the same word: case, diacritics, Greek letters, punctuation.

PubMed's translations show its rules: "Alzheimer's" is searched as `alzheimer s`, "TNF-α" as `tnf alpha`, "Müller" as
`muller`. Hence every character that is neither letter nor digit separates words, and nothing is stemmed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

EDGE = "|"
"""Stands between the entries (or sections) of a slot, so that no phrase reaches across."""
_BREAK = "\x1f"  # becomes EDGE; no text of a record holds it, since control characters are dropped when it is read

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_ASCII = {code: " " for code in range(128) if not chr(code).isalnum()}
_RECORD_TABLE = _ASCII | {ord(_BREAK): EDGE}
_QUERY_TABLE = _ASCII | {ord("*"): "*"}

# fmt: off
_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta",
    "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "ο": "omicron",
    "π": "pi", "ρ": "rho", "σ": "sigma", "ς": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi",
    "ψ": "psi", "ω": "omega",
}
# fmt: on
# Letters that Unicode does not decompose, and signs that it decomposes into letters although they are none.
_SPECIAL = _GREEK | {
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ł": "l",
    "ħ": "h",
    "ı": "i",
}
_SIGNS = str.maketrans(dict.fromkeys("™®©℠", " "))


@lru_cache(maxsize=4096)
def _plain_character(character: str) -> str:
    if unicodedata.combining(character):
        return ""
    return _SPECIAL.get(character, character if character.isalnum() else " ")


def _plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.translate(_SIGNS)).lower()
    # Lower-casing can leave characters that decompose once more, so the second pass makes folding idempotent.
    return _NOT_ASCII.sub(lambda match: _plain_character(match[0]), unicodedata.normalize("NFKD", decomposed))


def fold(text: str) -> str:
    """The words of a query term, one space between them. A `*` stays."""
    return " ".join(_plain(text).translate(_QUERY_TABLE).split())


def fold_entries(entries: Iterable[str]) -> str:
    """The entries of a record's slot as `| first entry | second entry |`, folded as `fold` does."""
    return f"{EDGE} {' '.join(_plain(f' {_BREAK} '.join(entries)).translate(_RECORD_TABLE).split())} {EDGE}"
