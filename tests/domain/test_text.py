from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litwatch.domain.text import clean_text, xml_chars


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  two\n words ", "two words"),
        ("thin\u2009and\u00a0no-break\u202fspace", "thin and no-break space"),
        ("soft\u00adhyphen and zero\u200bwidth", "softhyphen and zerowidth"),
        ("bell\x07 nul\x00 ffff\uffff", "bell nul ffff"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("β−0.5 ± 3", "β−0.5 ± 3"),
        ("", ""),
    ],
)
def test_clean_text(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_clean_text_is_idempotent_and_legal(raw: str) -> None:
    clean = clean_text(raw)
    assert clean_text(clean) == clean
    assert xml_chars(clean) == clean
    clean.encode("utf-8")
