"""Registrations of trials and reviews: how each registry writes its numbers, and finding them in running text.

The forms are those of the registries of the WHO's International Clinical Trials Registry Platform (primary
registries, https://www.who.int/tools/clinical-trials-registry-platform/network/primary-registries), of
ClinicalTrials.gov and of PROSPERO. Printed numbers carry stray spaces, hyphens and colons; the normalised form has
none, except where the hyphen belongs to the number (EudraCT "2004-000446-20", "RBR-6FMYW7", "JPRN-UMIN000001234").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from litwatch.domain.article import RegistryId

# One form per registry: (group, bank, first letter, the rest in any case). The numbers' lengths are the registries'
# own.
_FORMS: tuple[tuple[str, str, str, str], ...] = (
    ("nct", "ClinicalTrials.gov", "N", r"CT[\s:#-]{0,3}\d{8}"),
    ("ntr", "NTR", "N", r"TR[\s:#-]{0,3}\d{3,5}|L[\s:#-]{0,2}OMON\d{4,5}"),
    ("isrctn", "ISRCTN", "I", r"SRCTN[\s:#-]{0,3}\d{8}"),
    ("irct", "IRCT", "I", r"RCT[\s:#-]{0,3}\d{8,14}N\d{1,3}"),
    ("actrn", "ANZCTR", "A", r"CTRN[\s:#-]{0,3}\d{14}p?"),
    ("prospero", "PROSPERO", "C", r"RD[\s:#-]{0,3}42\d{9,12}"),
    ("chictr", "ChiCTR", "C", r"hiCTR(?:[\s-]{0,2}[A-Z]{2,4}[\s-]{0,2})?[\s:#-]{0,3}\d{8,10}"),
    ("ctri", "CTRI", "C", r"TRI[\s:#-]{0,3}/?\d{4}/\d{2,3}/\d{6}"),
    ("drks", "DRKS", "D", r"RKS[\s:#-]{0,3}\d{8}"),
    ("umin", "UMIN CTR", "U", r"MIN[\s:#-]{0,3}\d{9}"),
    (
        "jprn",
        "JPRN",
        "J",
        r"PRN[\s:-]{0,2}(?:UMIN[\s:#-]{0,3}\d{9}|jRCTs?[\s:#-]{0,3}\d{9,10}|JapicCTI[\s:#-]{0,3}\d{6})",
    ),
    ("japic", "JapicCTI", "J", r"apicCTI[\s:#-]{0,3}\d{6}"),
    ("jrct", "jRCT", "j", r"RCTs?[\s:#-]{0,3}\d{9,10}"),
    ("kct", "CRiS", "K", r"CT[\s:#-]{0,3}\d{7}"),
    ("pactr", "PACTR", "P", r"ACTR[\s:#-]{0,3}\d{15,16}"),
    ("tctr", "TCTR", "T", r"CTR[\s:#-]{0,3}\d{11}"),
    ("rbr", "ReBEC", "R", r"BR[\s-]{1,2}[0-9a-z]{6,8}"),
    ("rpcec", "RPCEC", "R", r"PCEC[\s:#-]{0,3}\d{8}"),
    ("slctr", "SLCTR", "S", r"LCTR[\s:#-]{0,3}/\d{4}/\d{3}"),
    ("eudract", "EudraCT", "E", r"udraCT[\s:#-]{0,3}(?:(?:number|no\.?|nr\.?)[\s:#]{0,3})?\d{4}-\d{6}-\d{2}"),
    ("euct", "EU CTIS", "2", r"0(?:2[2-9]|3\d)-5\d{5}-\d{2}-\d{2}"),
)
_BANKS = {name: bank for name, bank, _, _ in _FORMS}
# Every alternative begins with a literal character, so that the engine skips quickly to where one may begin.
_FIND = re.compile("|".join(f"{first}(?P<{name}>(?i:{rest})(?![0-9A-Za-z]))" for name, _, first, rest in _FORMS))
# A text with none of these has no registration, and most abstracts are done with this test. "CT" stands in most of the
# names. Its rarest capital is looked for before the hint: one letter is found many times as quickly as two.
_HINTS = (
    ("C", "CT"),
    ("D", "CRD"),
    ("K", "DRKS"),
    ("U", "UMIN"),
    ("R", "NTR"),
    ("O", "OMON"),
    ("B", "RBR"),
    ("P", "RPCEC"),
)
# The registries among NLM's data banks (https://www.nlm.nih.gov/bsd/medline_databank_source.html); the others hold
# data sets.
_REGISTRIES = frozenset(_BANKS.values()) | {
    "JMACCT",
    "JMA IIA",
    "REBEC",
    "REPEC",
    "UMIN",
    "UMIN-CTR",
    "KCT",
    "ANZCTR",
    "NTR",
}
_REGISTRY_NAMES = frozenset(name.casefold() for name in _REGISTRIES)
_FILL = re.compile(r"[\s:#]+")


def find_registrations(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Every registration in `text`: (bank, normalised number, start, end), in the order of the text."""
    for letter, hint in _HINTS:
        if letter in text and hint in text:
            break
    else:
        return
    for match in _FIND.finditer(text):
        start = match.start()
        if start == 0 or not text[start - 1].isalnum():
            name = match.lastgroup or ""
            yield _BANKS[name], _normal(name, match.group()), start, match.end()


def registrations(*texts: str) -> tuple[RegistryId, ...]:
    """The registrations that `texts` name, each once, as `RegistryId`s of source "text"."""
    found: dict[str, RegistryId] = {}
    for bank, number, _, _ in find_registrations(" | ".join(texts)):
        found.setdefault(number, RegistryId(bank, number, "text"))
    return tuple(found.values())


def registered(bank: str, printed: str) -> RegistryId | None:
    """An entry of a data bank list as a registration; None if the bank holds data sets (GENBANK, PDB, Dryad, …)."""
    number = normal_number(printed)
    known = next(find_registrations(number), None)
    if not number or (known is None and bank.casefold() not in _REGISTRY_NAMES):
        return None
    return RegistryId(bank or (known[0] if known else ""), number)


def normal_number(number: str) -> str:
    """A number as a data bank list gives it, in the normalised form: known registries by their form, others upper
    case.
    """
    known = next(find_registrations(number.upper()), None)
    if known is not None:
        return known[1]
    return _FILL.sub("", number).upper()


def _normal(name: str, printed: str) -> str:
    text = _FILL.sub("", printed).upper()
    if name == "eudract":
        return re.sub(r"^EUDRACT-?(?:NUMBER|NO\.?|NR\.?)?", "", text)
    if name == "euct":
        return text
    if name == "rbr":
        return "RBR-" + text.removeprefix("RBR").lstrip("-")
    if name == "chictr":
        return re.sub(r"CTR-?([A-Z]{2,4})?-?(\d)", _chictr, text, count=1)
    if name == "jprn":
        return "JPRN-" + text.removeprefix("JPRN").replace("-", "")
    return text.replace("-", "")


def _chictr(match: re.Match[str]) -> str:
    # The old form has a code of the study's type between hyphens, ChiCTR-TRC-08000001; the new one has not.
    return f"CTR-{match[1]}-{match[2]}" if match[1] else f"CTR{match[2]}"
