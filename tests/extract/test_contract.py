from __future__ import annotations

import pytest

from litwatch.extract.contract import RecordError, article_from_json, findings
from litwatch.extract.study import EXTRACTOR, read_study

EFFECT = {"measure": "SMD", "value": -0.47, "ci": [-0.74, -0.21], "ci_level": 95, "p": "0.01", "i2": None}
RECORD = {
    "id": "a-1",
    "title": "Exercise: a randomised trial",
    "abstract": [
        {"label": "RESULTS", "text": "Exercise reduced pain (SMD -0.47, 95% CI -0.74 to -0.21; P = 0.01)."},
        {"label": "REGISTRATION", "text": "NCT 01234567"},
    ],
    "year": 2024,
}


def test_findings_have_the_fields_of_the_contract() -> None:
    assert findings(read_study(article_from_json(RECORD))) == {
        "id": "a-1",
        "design": "randomized_trial",
        "n_participants": None,
        "n_studies": None,
        "registry_ids": ["NCT01234567"],
        "stance": "favours",
        "population": None,
        "conditions": [],
        "intervention": None,
        "comparator": None,
        "exercise": None,
        "harms": {"report": "silent", "evidence": None},
        "conclusion_check": [],
        "extractor": EXTRACTOR,
        "outcomes": [
            {
                "name": "pain",
                "aliases": [],
                "direction": "improved",
                "change": "decreased",
                "comparison": "between",
                "effect": {
                    "measure": "SMD",
                    "value": -0.47,
                    "ci": [-0.74, -0.21],
                    "ci_level": 95,
                    "p": "0.01",
                    "i2": None,
                },
                "timepoint": None,
                "subgroup": None,
                "primary": False,
                "evidence": {"section": 0, "start": 0, "end": 67, "text": RECORD["abstract"][0]["text"]},  # type: ignore[index]
                "concept": "pain",
                "domain": "symptom",
            }
        ],
    }


def test_who_and_what_come_with_their_slices() -> None:
    title = "Effects of supervised yoga versus rest on sleep in adults with gout: a randomised trial"
    text = "Yoga was practised twice a week for 8 weeks at moderate intensity, 45 min per session."
    harms = "No adverse events occurred."
    sections = [{"label": "METHODS", "text": text}, {"label": "RESULTS", "text": harms}]
    found = findings(read_study(article_from_json({"id": "1", "title": title, "abstract": sections})))

    def slice_of(section: int, words: str) -> dict[str, object]:
        start = (title if section < 0 else sections[section]["text"]).index(words)
        return {"section": section, "start": start, "end": start + len(words), "text": words}

    assert found["population"] == slice_of(-1, "adults with gout")
    assert found["conditions"] == [slice_of(-1, "gout")]
    assert found["intervention"] == slice_of(-1, "supervised yoga")
    assert found["comparator"] == slice_of(-1, "rest")
    assert found["exercise"] == {
        "types": [{"name": "yoga", "evidence": slice_of(-1, "yoga")}],
        "frequency": {"low": 2.0, "high": 2.0, "unit": "per_week", "evidence": slice_of(0, "twice a week")},
        "session": {"low": 45.0, "high": 45.0, "unit": "minutes", "evidence": slice_of(0, "45 min per session")},
        "length": {"low": 8.0, "high": 8.0, "unit": "weeks", "evidence": slice_of(0, "for 8 weeks")},
        "intensity": slice_of(0, "at moderate intensity"),
        "supervision": {"kind": "supervised", "evidence": [slice_of(-1, "supervised")]},
    }
    assert found["harms"] == {"report": "told", "evidence": slice_of(1, harms)}


def test_a_number_is_an_id_and_title_and_abstract_may_be_absent() -> None:
    article = article_from_json({"id": 7})
    assert (article.pmid, article.title, article.sections) == ("7", "", ())


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ([], "a record must be an object, not a list"),
        ({}, "id must be a string or a number, not null"),
        ({"id": ""}, "id must be a string or a number, not an empty string"),
        ({"id": True}, "id must be a string or a number, not true or false"),
        ({"id": "1", "title": 3}, "title must be a string, not a number"),
        ({"id": "1", "abstract": "text"}, "abstract must be a list of {label, text}, not a string"),
        ({"id": "1", "abstract": ["x"]}, "abstract[0] must be an object, not a string"),
        (
            {"id": "1", "abstract": [{"label": 1, "text": ""}]},
            "abstract[0].label must be a string or null, not a number",
        ),
        ({"id": "1", "abstract": [{"label": "A"}]}, "abstract[0].text must be a string, not null"),
    ],
)
def test_what_is_no_article_is_refused_with_its_field(record: object, message: str) -> None:
    with pytest.raises(RecordError) as caught:
        article_from_json(record)
    assert str(caught.value) == message
