"""Labels printed inside an abstract."""

from __future__ import annotations

import pytest

from litwatch.domain.labels import category_of, split_labels


def parts(text: str) -> list[tuple[str | None, str]]:
    return [(label, text[start:end]) for label, start, end in split_labels(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "BACKGROUND: Pain hurts. METHODS: We walked. RESULTS: Less pain. CONCLUSIONS: Walk.",
            [("BACKGROUND", "Pain hurts."), ("METHODS", "We walked."), ("RESULTS", "Less pain."), ("CONCLUSIONS", "Walk.")],
        ),
        (
            "STUDY DESIGN: A trial. MATERIALS AND METHODS: Ten people (all women). RESULTS/FINDINGS: None.",
            [("STUDY DESIGN", "A trial."), ("MATERIALS AND METHODS", "Ten people (all women)."), ("RESULTS/FINDINGS", "None.")],
        ),
        ("AIM: To walk. RESULTS: Good. LEVEL OF EVIDENCE: II.", [("AIM", "To walk."), ("RESULTS", "Good."), ("LEVEL OF EVIDENCE", "II.")]),
        ("AIM: To walk. CRP: low. RESULTS: Good.", [("AIM", "To walk. CRP: low."), ("RESULTS", "Good.")]),
        ("METHODS: We walked.", [(None, "METHODS: We walked.")]),
        ("We walked. METHODS: Ten. RESULTS: Good.", [(None, "We walked. METHODS: Ten. RESULTS: Good.")]),
        ("Background: Pain. Methods: We walked.", [(None, "Background: Pain. Methods: We walked.")]),
        ("AVAILABILITY: free. CONTACT: us.", [(None, "AVAILABILITY: free. CONTACT: us.")]),
        ("Pain hurts.", [(None, "Pain hurts.")]),
        ("", [(None, "")]),
        ("AIM:", [(None, "AIM:")]),
    ],
)  # fmt: skip
def test_split_labels(text: str, expected: list[tuple[str | None, str]]) -> None:
    assert parts(text) == expected


@pytest.mark.parametrize(
    ("label", "category"),
    [
        ("Main Results", "RESULTS"),
        ("STUDY DESIGN", "METHODS"),
        ("RESULTS AND CONCLUSION", "CONCLUSIONS"),
        ("PURPOSE", "OBJECTIVE"),
        ("INTRODUCTION", "BACKGROUND"),
        ("FUNDING", None),
    ],
)
def test_categories(label: str, category: str | None) -> None:
    assert category_of(label) == category
