"""A model that makes things up, against the real gate: not one of its sentences is published, whatever it invents."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from litwatch.compose.checks import faults, sentence_faults
from litwatch.compose.nugget import compose_nugget
from litwatch.compose.phrasing import Phrasing, phrase, prompt
from litwatch.domain.article import Article
from litwatch.domain.digest import Nugget
from litwatch.domain.prose import Part, Sentence
from litwatch.domain.study import Study
from tests.compose.noted import answer, by_model, offer, paper, texts
from tests.compose.papers import AUTHORITY, spine

PAPERS: list[tuple[Article, Study]] = [paper("99000101"), paper("99000102"), paper("99000105"), spine()]
NOTES: list[tuple[Nugget, Article, Study]] = [
    (compose_nugget(article, study, ("pain",), authority=AUTHORITY), article, study) for article, study in PAPERS
]
ENUMERATIONS = (Part.BETTER, Part.UNCHANGED, Part.WORSE)
ADVICE = (
    "You should take up Nordic walking.",
    "Ask your doctor.",
    "Start walking today.",
    "It is recommended for everyone.",
    "Stop your medicines.",
    "Readers may start with it.",
)
INVENTED = ("sleep", "mood", "body weight", "strength", "fatigue scores", "IL-6", "quality of life", "mortality")
CLAIMS = ("was better", "improved", "got worse", "did not change", "was unchanged", "fell", "rose", "was lower")
BRAGGING = (
    "significantly,large,dramatic,hugely,clinically,proven,safely,always,completely,cured,because,therefore,"
    "surprisingly,only,mostly,nearly,all,never,not,no,without,twice,half"
)
OPPOSITES = {
    "better": ("worse", "unchanged", "no better"),
    "Better": ("Worse", "No better", "No clear difference"),
    "Improved": ("Worse", "Not improved", "Unchanged"),
    "worse": ("better", "unchanged", "no worse"),
    "Worse": ("Better", "No worse", "Improved"),
    "No clear difference": ("Better", "A clear difference", "Worse", "A difference"),
    "No clear change": ("Improved", "A change", "A clear change"),
    "no clear change": ("better", "a clear change", "a benefit"),
    "Not clearly different": ("Clearly different", "Better", "Different"),
    "without a clear direction": ("with a clear benefit", "better", "as improved"),
    "than in the comparison": ("in the comparison", "than with the treatment", "without the comparison"),
    "against the comparison": ("in the comparison", "without the treatment", "for the comparison"),
    "from the comparison": ("within the comparison", "before the treatment"),
}
"""Words of the writer → words that make what is said untrue, or another comparison than was made."""


def slots(nugget: Nugget) -> dict[str, tuple[Part, Sentence]]:
    """Every sentence of a note as question and answer name it."""
    numbered = [(paragraph.part, sentence) for paragraph in nugget.paragraphs for sentence in paragraph.sentences]
    found = {f"s{number}": pair for number, pair in enumerate(numbered, start=1)}
    return found | ({"takeaway": (Part.TAKEAWAY, nugget.takeaway)} if nugget.takeaway else {})


def said(nugget: Nugget, article: Article, study: Study, name: str, text: str) -> Phrasing:
    """The note after a model that says `text` in place of that sentence."""
    rows = list(slots(nugget)[name][1].rows)
    return phrase(nugget, article, study, answer(offer(name, rows, text)), gate=sentence_faults, check=faults)


@st.composite
def hallucinations(draw: st.DrawFn) -> tuple[tuple[Nugget, Article, Study], str, str]:
    """A note, one of its sentences, and what a model makes of it that is not so."""
    note = draw(st.sampled_from(NOTES))
    nugget, _, study = note
    name, (_, sentence) = draw(st.sampled_from(sorted(slots(nugget).items())))
    text = sentence.text
    kinds = ["number", "add", "advice", "invented", "brag", "foreign"]
    kinds += ["flip"] * 4 if any(word in text for word in OPPOSITES) else []
    kinds += ["drop"] * 2 if sentence.rows else []
    match draw(st.sampled_from(kinds)):
        case "number":
            text = change_number(draw, text)
        case "add":
            text = f"{text[:-1]} in {draw(st.integers(1, 9999))} people."
        case "advice":
            advice = draw(st.sampled_from(ADVICE))
            text = draw(st.sampled_from((advice, f"{text} {advice}", f"{text[:-1]}, so {advice.lower()}")))
        case "invented":
            claim = f"{draw(st.sampled_from(INVENTED))} {draw(st.sampled_from(CLAIMS))}"
            text = draw(
                st.sampled_from((f"{claim.capitalize()}.", f"{text[:-1]}; {claim}.", f"{text[:-1]} and {claim}."))
            )
        case "brag":
            text = insert(draw, text, draw(st.sampled_from(BRAGGING.split(","))))
        case "foreign":
            other = draw(st.sampled_from(study.outcomes))
            text = f"{text[:-1]}; {other.name} {draw(st.sampled_from(CLAIMS))}."
        case "flip":
            word = draw(st.sampled_from([word for word in OPPOSITES if word in text]))
            text = text.replace(word, draw(st.sampled_from(OPPOSITES[word])), 1)
        case "drop":
            text = drop(text, study.outcomes[draw(st.sampled_from(sentence.rows))].name)
    return note, name, text


def change_number(draw: st.DrawFn, text: str) -> str:
    digits = [match.start() for match in re.finditer(r"\d", text)]
    if not digits:
        return f"{text[:-1]} ({draw(st.integers(2, 999))})."
    place = draw(st.sampled_from(digits))
    return (
        text[:place]
        + draw(st.sampled_from([digit for digit in "0123456789" if digit != text[place]]))
        + text[place + 1 :]
    )


def insert(draw: st.DrawFn, text: str, word: str) -> str:
    words = text.split(" ")
    words.insert(draw(st.integers(1, len(words) - 1)), word)
    return " ".join(words)


def drop(text: str, name: str) -> str:
    """The text without that outcome and what stands in brackets behind it."""
    told = re.compile(rf"(, |; | and )?\b{re.escape(name)}\b( \(([^()]|\([^()]*\))*\))?", re.IGNORECASE)
    return told.sub("", text, count=1)


@settings(max_examples=1500, deadline=None)
@given(hallucinations())
def test_nothing_made_up_is_published(made_up: tuple[tuple[Nugget, Article, Study], str, str]) -> None:
    note, name, text = made_up
    result = said(*note, name, text)
    if text != slots(note[0])[name][1].text:
        assert result.nugget == note[0], text


VOCABULARY = (
    "better worse improved unchanged change difference clear no not neither without than in the comparison control "
    "group treatment before after against from with and but all most pain CRP dizziness stiffness was were of for "
    "Nordic walking trial people 120 adults lower higher linked results outcome reported direction also, only; :"
)


@settings(max_examples=1500, deadline=None)
@given(
    st.sampled_from(["s1", "s2", "s5", "s6", "s7", "takeaway"]),
    st.lists(st.sampled_from(VOCABULARY.split()), max_size=9),
)
def test_words_thrown_together_keep_the_ledger(name: str, words: list[str]) -> None:
    """Whatever is published tells the rows of its sentence, in the paragraph of their direction, with their numbers."""
    nugget, article, study = NOTES[0]
    text = f"{' '.join(words).capitalize()}."
    result = said(nugget, article, study, name, text)
    assert faults(result.nugget, article, study) == ()
    _, sentence = slots(nugget)[name]
    if text in by_model(result.nugget):
        assert all(study.outcomes[row].name.casefold() in text.casefold() for row in sentence.rows)


def turned(text: str) -> str:
    """An enumeration with its rows first."""
    introduction, _, rows = text.partition(": ")
    return f"For {rows.removesuffix('.')} it was: {introduction.lower()}."


def test_what_is_so_is_published() -> None:
    """The tests above could pass with a gate that lets nothing through."""
    nugget, article, study = NOTES[0]
    told = {name: sentence.text for name, (part, sentence) in slots(nugget).items() if part in ENUMERATIONS}
    honest = {name: turned(text) for name, text in told.items() if ": " in text}
    assert len(honest) >= 3
    for name, text in honest.items():
        result = said(nugget, article, study, name, text)
        assert by_model(result.nugget) == [text], (text, result.refused, result.failed)


def test_every_note_has_sentences_to_ask_about() -> None:
    for nugget, article, study in NOTES:
        assert prompt(nugget, article, study) is not None
        assert faults(nugget, article, study) == ()
        assert len(texts(nugget)) > 5


WALKING, REVIEW = NOTES[0], NOTES[3]
AIM = slots(REVIEW[0])["s2"][1].text
AIM_QUOTED = AIM[AIM.index("“") :]
REFUSED: list[tuple[tuple[Nugget, Article, Study], str, str]] = [
    # A quotation is not put to another use, and nothing is denied in it or around it.
    (REVIEW, "s2", f"The result, in the authors’ words: {AIM_QUOTED}"),
    (REVIEW, "s2", f"The results of the study: {AIM_QUOTED}"),
    (REVIEW, "s2", f"In the authors’ words: {AIM_QUOTED}"),
    (REVIEW, "s2", f"Not the aim, in the authors’ words: {AIM_QUOTED}"),
    (REVIEW, "s2", AIM.replace("what exercise does", "what exercise does not")),
    (REVIEW, "s2", AIM.replace("“", "").replace("”", "")),
    # What was done is not told as what came out.
    (WALKING, "s3", "Results for 12 weeks."),
    (WALKING, "s3", "No change for 12 weeks."),
    (WALKING, "s2", "It did tested not Nordic walking."),
    (WALKING, "s1", "This was no randomised trial of 120 adults."),
    # A true sentence of another note, and of another row.
    (WALKING, "s1", slots(REVIEW[0])["s1"][1].text),
    (WALKING, "s6", slots(REVIEW[0])["s6"][1].text),
    (WALKING, "s6", slots(WALKING[0])["s5"][1].text),
    (WALKING, "s5", slots(WALKING[0])["s7"][1].text),
    (REVIEW, "s5", slots(REVIEW[0])["s4"][1].text),
    # Digits that only look like digits, and letters that only look like letters.
    (WALKING, "s1", "In this randomised trial, \uff11\uff12\uff10 adults took part."),
    (WALKING, "s1", "In this randomised trial, 12\u041e adults took part."),
    (WALKING, "s1", "In this randomised trial, 12O adults took part."),
    (WALKING, "s1", "In this randomised trial, 120\u00b2 adults took part."),
    (WALKING, "s1", "In this randomised trial, \U0001d7cf20 adults took part."),
    (WALKING, "s1", "In this randomised trial, -120 adults took part."),
    (WALKING, "s6", "\u0421RP (p=0.45) did not clearly change."),
    # Mark-up and addresses.
    (WALKING, "s6", "<b>CRP</b> (p=0.45) did not clearly change."),
    (WALKING, "s6", "**CRP (p=0.45)** did not clearly change."),
    (WALKING, "s6", "CRP (p=0.45) did not [clearly](x.example) change."),
    (WALKING, "s6", "CRP (p=0.45) did not clearly change, as www.example.com told."),
    (WALKING, "s6", "&lt;i&gt;CRP (p=0.45) did not clearly change."),
    # Characters that are drawn over others, or that nobody sees.
    (WALKING, "s6", "CRP (p=0.45) did n\u0336o\u0336t\u0336 clearly change."),
    (WALKING, "s6", "CRP (p=0.45) did\u034f not clearly change."),
    (WALKING, "s6", "CRP (p=0.45) did not\u3164 clearly change."),
]


def test_attacks_that_look_true_are_refused() -> None:
    for note, name, text in REFUSED:
        result = said(*note, name, text)
        assert (result.nugget, bool(result.refused or result.failed)) == (note[0], True), text


def test_invisible_characters_do_not_reach_a_reader() -> None:
    """They are taken out first: what is left is a sentence like any other, or the old one."""
    nugget = WALKING[0]
    old = slots(nugget)["s6"][1].text
    for hidden in ("\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\U000e0041"):
        assert said(*WALKING, "s6", old.replace("0.45", f"0.{hidden}45")).nugget == nugget, repr(hidden)
        result = said(*WALKING, "s6", f"CRP (p=0.45) did{hidden} not clearly change.")
        assert by_model(result.nugget) in ([], ["CRP (p=0.45) did not clearly change."]), repr(hidden)


def test_a_true_sentence_under_another_rows_name_is_refused() -> None:
    nugget, article, study = WALKING
    better, null = (slots(nugget)[name][1] for name in ("s5", "s6"))
    for name, rows, text in (
        ("s6", better.rows, better.text),
        ("s6", null.rows, better.text),
        ("s5", (0, 1), better.text),
    ):
        told = answer(offer(name, list(rows), text))
        assert phrase(nugget, article, study, told, gate=sentence_faults, check=faults).nugget == nugget
