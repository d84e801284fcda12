"""How a note begins: which paper this is, who was studied, what they did and against what.

Everything here is a slice of the record with words around it that hold for any of its kind. `basis` names the slices.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from litwatch.compose.facts import dose
from litwatch.compose.people import told_counts
from litwatch.compose.quotation import quote_words
from litwatch.compose.size import REVIEWS, is_stated, people_counted, planned_only, pooled
from litwatch.compose.telling import Wording
from litwatch.compose.words import DESIGNS, count, in_words, quoted
from litwatch.domain.article import Article
from litwatch.domain.prose import Provenance, Sentence
from litwatch.domain.study import Design, Evidence, Study

AIM_WORDS = 25
"""At most so many words of the authors' aim are quoted."""
PHRASE_WORDS = 20
"""A longer slice is no phrase for the middle of a sentence."""

_TRIALS = frozenset({Design.RANDOMIZED_TRIAL, Design.NONRANDOMIZED_TRIAL})
# "Twelve weeks of walking" is counted, "a twelve-week programme" is one.
_COUNTED = re.compile(
    r"(?:\d[\d.,]*|an?|the|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty"
    r"|seventy|eighty|ninety|all|each|some|our|these|those)(?![\w-])",
    re.IGNORECASE,
)
# One of a kind needs its article: "an educational intervention", but "walking", "usual care", "advice and exercise".
# "Exercise and education programme" is one, too, but "walking and diet" are two.
_ONE_OF_A_KIND = re.compile(
    r"(?:(?:(?!(?:and|an?|the|of|in|to) )[\w-]+ ){0,5}(?:supplement|diet|device|app|system|technique|method|service|dose"
    r"|wait(?:ing)?[- ]list(?: control)?|(?:attention|education|non-?(?:exercise|intervention)) control)"
    r"|(?:(?!(?:an?|the|of|in|to) )[\w-]+ ){0,6}(?:intervention|program(?:me)?|regimen|protocol|package|course|approach"
    r"|strategy|class|workshop))(?:\Z| (?:of|for|with|in|to|based|using|plus)\b)",
    re.IGNORECASE,
)
# Without one of these a quotation is no aim, but what everybody knew before.
_AIMS = re.compile(
    r"\b(?:aim\w*|objective\w*|purpose\w*|goal\w*|whether|hypothes\w+|sought|intend\w*|designed|conducted|undertaken"
    r"|performed|(?:we|this|the) (?:\w+ ){0,3}(?:reports?|describes?|presents?|looked|asked?|tested|studied)"
    r"|investigat\w+|examin\w+|evaluat\w+|assess\w*|compar\w+|determin\w+|explor\w+)\b"
    r"|(?:\A\W*|\b(?:is|was|are|were|order|attempt(?:s|ed)?|tried|wanted|wished|need(?:ed)?|study|trial|review) )to [a-z]{3,}",
    re.IGNORECASE,
)
_STATEMENT = re.compile(r"(?<!who )(?<!that )(?<!which )\b(?:was|were|is|are|has|had|have|will)\b", re.IGNORECASE)
_GROUPS = re.compile(r"(?:[\w-]+ ){0,4}(?:group|controls|patients|subjects|participants)\Z", re.IGNORECASE)


def lead(article: Article, study: Study, wording: Wording, *, used: Collection[str], aim: bool) -> tuple[Sentence, ...]:
    """The first paragraph. `used` are the issue's sentences so far, one of which it must not begin with.

    `aim`: whether the authors' own question is quoted.
    """
    return (
        opening(article, study, wording, used),
        *told_counts(article, study),
        *(_question(study) if aim else ()),
        *_tested(study, wording),
        *_compared(study, wording),
    )


def opening(article: Article, study: Study, wording: Wording, used: Collection[str]) -> Sentence:
    """Design, number of people and who they were, in a sentence that the issue does not have yet."""
    phrasings = list(_openings(article, study, wording))
    first = phrasings.index(wording.pick("opening", phrasings))
    turned = phrasings[first:] + phrasings[:first]
    authors = [author.last or author.collective for author in article.authors]
    signed = [
        f"{turned[0].removesuffix('.')} ({name})." for name in [*filter(None, authors[:1]), f"PMID {article.pmid}"]
    ]
    text = next(phrase for phrase in [*turned, *signed] if phrase not in used)
    return Sentence(text, Provenance.EXTRACTED, basis="design, n_participants, n_studies, population, citation")


def _openings(article: Article, study: Study, wording: Wording) -> Iterator[str]:
    kind = _kind(article, study)
    who = _phrase(study.population, wording)
    condition = _phrase(study.conditions[0], wording) if study.conditions else ""
    people, stages = people_counted(article, study), told_counts(article, study)
    if study.design in REVIEWS:
        yield from _reviews(article, study, kind, who)
    elif study.design is Design.PROTOCOL or planned_only(study):
        yield f"This {kind} is about {who}." if who else f"This is {_a(kind)}."
    elif who:
        is_counted = _COUNTED.match(who) or who[0].isdigit()  # no "30 12-year-old children"
        number = f"{people:,} " if people and not stages and not is_counted else ""
        yield f"This {kind} looked at {number}{who}."
        yield (
            f"This {kind} followed {number}{who}."
            if study.design is Design.COHORT
            else f"This {kind} took in {number}{who}."
        )
    elif people and not stages:
        about = f" about {condition}" if condition else ""
        yield f"This {kind}{about} had {count(people, 'participant')}."
        yield f"In this {kind}{about}, {count(people, 'person', 'people')} took part."
    elif condition:
        yield f"This {kind} is about {condition}."
    else:
        journal, year = article.journal.abbreviation or article.journal.title, article.published.year
        yield (
            f"This {kind} appeared in {journal}" + (f" in {year}." if year else ".")
            if journal
            else f"This is {_a(kind)}."
        )


def _kind(article: Article, study: Study) -> str:
    """The design as it is called within a sentence."""
    if study.design is Design.OTHER:
        return "study" if people_counted(article, study) or study.population else "paper"
    several = study.design is Design.CASE_REPORT and (people_counted(article, study) or 0) > 1
    return "case series" if several else DESIGNS[study.design].partition(",")[0].lower()


def _reviews(article: Article, study: Study, kind: str, who: str) -> Iterator[str]:
    people = people_counted(article, study)
    studies = study.n_studies if study.n_studies is not None and is_stated(article, study.n_studies) else None
    found = pooled(article, studies) if studies is not None else ""
    about = f" in {who}" if who and not _COUNTED.match(who) else ""
    if found:
        in_all = f": {count(people, 'person', 'people')} in all" if people else ""
        yield f"This {kind} brings together {found}{about}{in_all}."
        yield f"This {kind} pools {found}{about}{in_all}."
    elif people:
        yield f"This {kind} counts {count(people, 'person', 'people')} in all{about}."
    else:
        yield f"This {kind} is about {who}." if who else f"This is {_a(kind)}."


def _question(study: Study) -> Iterator[Sentence]:
    aim = study.aim
    if aim and aim.section >= 0 and len(aim.text.split()) > 3 and _AIMS.search(aim.text):
        quotation = quote_words(aim.text, AIM_WORDS)
        yield Sentence(f"The aim, in the authors’ words: {quoted(quotation)}", Provenance.EXTRACTED, basis="aim")


def _tested(study: Study, wording: Wording) -> Iterator[Sentence]:
    tested = _phrase(study.intervention, wording)
    if tested:
        verb = (
            wording.pick("tested", ("It tested", "What it tested was")) if study.design in _TRIALS else "It looked at"
        )
        yield Sentence(f"{verb} {_with_article(tested)}.", Provenance.EXTRACTED, basis="intervention")
    card = study.exercise
    if card is None:
        return
    if not tested and card.types:
        kinds = in_words(kind.name for kind in card.types)
        yield Sentence(f"The exercise was {kinds}.", Provenance.EXTRACTED, basis="exercise.types")
    # A dose of something that has no name here would be a dose of nothing.
    told = dose(card, study.intervention) if tested or card.types else ""
    if told:
        yield Sentence(told, Provenance.EXTRACTED, basis="exercise")


def _compared(study: Study, wording: Wording) -> Iterator[Sentence]:
    against = _phrase(study.comparator, wording)
    if against:
        verb = wording.pick("compared", ("The comparison was", "It was compared with"))
        yield Sentence(f"{verb} {_with_article(against)}.", Provenance.EXTRACTED, basis="comparator")


def _phrase(evidence: Evidence | None, wording: Wording) -> str:
    """The slice as part of a sentence; "" if it is none: too long, a sentence itself, half a pair of brackets."""
    if evidence is None or len(evidence.text.split()) > PHRASE_WORDS:
        return ""
    text = evidence.text.strip(" .,;:")
    whole = text.count("(") == text.count(")") and text.count("[") == text.count("]")
    return wording.phrase(text, evidence) if whole and not _STATEMENT.search(text) else ""


def _with_article(phrase: str) -> str:
    if _COUNTED.match(phrase):
        return phrase
    if _GROUPS.match(phrase):
        return f"the {phrase}"
    if _ONE_OF_A_KIND.match(phrase):
        return _a(phrase)
    return phrase


def _a(noun: str) -> str:
    return ("an " if noun[0] in "aeiouAEIO" else "a ") + noun
