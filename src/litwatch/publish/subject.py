"""A mail's subject: what is new in one line, and nothing that a filter takes for an advertisement.

Research is written in words that advertisements use too: a filter that weighs words puts an honest digest with
"erectile" or the name of a drug in its subject among the spam, and then nobody reads it. A headline with such words,
or too long to stand there whole, stays in the mail, and the subject tells topic, design, size and verdict instead, which
are the program's own words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from litwatch.domain.calendar import Week
from litwatch.domain.digest import Issue
from litwatch.domain.notice import Notice
from litwatch.publish import phrases, telling
from litwatch.publish.headers import header_text
from litwatch.publish.publication import Publication

CHARACTERS = 78
"""Longest subject (RFC 5322, 2.1.1: a line should have no more)."""

# Common stems of international nonproprietary names end a drug's name (WHO, "The use of stems in the selection of
# INN"); the others are the classes and uses that spam rules name (SpamAssassin's 20_drugs.cf and 20_body_tests.cf).
_DRUG = re.compile(
    r"\b[a-z]{2,}(?:afil|mab|tinib|statin|coxib|pril|sartan|olol|azepam|azolam|oxetine|gabalin|gabapentin|triptan|"
    r"glutide|gliptin|gliflozin|formin|oxacin|mycin|cillin|prazole|barbital|caine|fentanil|fentanyl|codone|morphone|"
    r"profen|fenac|oxicam|setron|ketamine|tramadol|adol|tripty?line?|faxine|pramine|asone|solone|parib|lukast|vir)s?\b"
    r"|\b(?:drugs?|pills?|opioids?|opiates?|morphine|methadone|aspirin|paracetamol|cannabi\w*|hormones?|steroids?|"
    r"testosterone|diet\w*|weight[ -]loss|obes\w*|fat|slim\w*|sex\w*|erectile|erections?|impoten\w*|libido|peni\w*|"
    r"vagin\w*|free|cheap|cures?|miracles?|breakthroughs?|guarante\w*|amazing)\b"
    r"|[!$€£]|100\s?%",
    re.IGNORECASE,
)
_SHOUTED = 0.6
"""As many of a headline's letters in capitals are a shout, and no abbreviations any more."""


def subject(issue: Issue, publication: Publication) -> str:
    """The best nugget after the publication's name, in at most CHARACTERS; of a quiet week, how quiet it was."""
    if not issue.nuggets:
        news = [f"{part.heading.lower()}: {len(part.notices)}" for part in telling.news(issue)]
        new = phrases.counted(len(issue.also), "new study", "new studies")
        return header_text(f"{publication.title}: {'; '.join((f'{issue.week}, {new}', *news))}", CHARACTERS)
    best, week = issue.nuggets[0], str(issue.week)
    plain = next((topic for topic in map(publication.topic, best.topics) if is_neutral(topic)), "New studies")
    texts = (best.headline, f"{plain}: {best.meta}", f"{week}: {best.meta}", f"{plain}, {week}", week)
    return _first_fitting([f"{publication.title}: {text}" for text in texts if is_neutral(text)])


def notice_subject(notice: Notice, week: Week) -> str:
    """What happened to the study, told in the issue of `week`, in at most CHARACTERS."""
    kind = phrases.NOTICES[notice.kind]
    headlines = [notice.headline] if is_neutral(notice.headline) else []
    return _first_fitting([f"{kind}: {text}" for text in (*headlines, f"a study in the issue of {week}")])


def _first_fitting(texts: Sequence[str]) -> str:
    """What is cut off could be what did not improve: a text stands whole or not at all. Only the last one is cut."""
    fitting = (text for text in texts if header_text(text, CHARACTERS) == header_text(text))
    return header_text(next(fitting, texts[-1]), CHARACTERS)


def is_neutral(text: str) -> bool:
    """Whether `text` names no drug and shouts, promises and sells nothing."""
    letters = [letter for letter in text if letter.isalpha()]
    capitals = sum(letter.isupper() for letter in letters)
    shouted = len(letters) > 12 and capitals > _SHOUTED * len(letters)
    return not (shouted or _DRUG.search(text))
