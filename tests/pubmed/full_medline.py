"""A MEDLINE text record that has everything, and the article that it is."""

from __future__ import annotations

from datetime import date

from litwatch.domain.article import (
    Article,
    Author,
    Correction,
    Grant,
    HistoryDate,
    Journal,
    MeshHeading,
    MeshQualifier,
    OtherAbstract,
    PartialDate,
    RegistryId,
    Section,
)

FULL = """PMID- 99000042
OWN - NLM
STAT- MEDLINE
DCOM- 20240506
LR  - 20240607
IS  - 1234-5678 (Electronic)
IS  - 1234-5670 (Linking)
VI  - 12
IP  - 3
DP  - 2024 Apr 1
TI  - [Exercise in rheuma with a title so long that the exporter has to break it over
      two lines].
PG  - 101-9
LID - S1234-5678(24)00001-2 [pii]
LID - 10.9999/INV.2024.42 [doi]
AB  - BACKGROUND: Pain is common. RESULTS: CRP fell (P<0.05). TRIAL REGISTRATION:
      ISRCTN 12345678.
CI  - (c) 2024 The Invented Society.
FAU - Muster, Eva Maria
AU  - Muster EM
AUID- ORCID: 0000-0002-1825-0097
AD  - Institute A, Nowhere, and so far from everywhere that its address needs a second
      line.
AD  - Institute B, Nowhere.
FAU - Sample, John 3rd
AU  - Sample J 3rd
CN  - MOVE Study
      Group
LA  - ger
LA  - eng
SI  - ClinicalTrials.gov/NCT01234567
SI  - GENBANK/AF012345
GR  - R01 XX000001/XX/NIXX NIH HHS/United States
GR  - MC_UU_1/5/MRC_/Medical Research Council/United Kingdom
GR  - 12/Invented Trust/Germany
PT  - Journal Article
PT  - Randomized Controlled Trial
TT  - Bewegung bei Rheuma.
DEP - 20240228
PL  - Germany
TA  - J Inv Trials
JT  - Journal of Invented Trials & Reviews
JID - 999000111
RN  - 9007-41-4 (C-Reactive Protein)
RN  - EC 3.4.- (Peptide (Hydrolases))
OAB - Publisher: Schmerz ist haeufig.
OABL- ger
RIN - J Inv Trials. 2025;13:1. PMID: 99000043
UOF - medRxiv. 2023
MH  - *Exercise Therapy
MH  - Arthritis, Rheumatoid/*therapy/blood and a qualifier that needs more than one
      line
OTO - NOTNLM
OT  - pain
OT  - *walking
COIS- The authors declare
      none.
PMC - PMC9900042
EDAT- 2024/03/02 06:00
MHDA- 2024/05/07 06:00
CRDT- 2024/02/29 23:09
PHST- 2023/02/30 00:00 [received]
PHST- 2024/03/01 06:00 [pubmed]
AID - 10.9999/second [doi]
PST - ppublish
SO  - J Inv Trials. 2024 Apr 1;12(3):101-9.
"""

EXPECTED = Article(
    pmid="99000042",
    title="Exercise in rheuma with a title so long that the exporter has to break it over two lines.",
    sections=(
        Section("BACKGROUND", "Pain is common.", "BACKGROUND"),
        Section("RESULTS", "CRP fell (P<0.05).", "RESULTS"),
        Section("TRIAL REGISTRATION", "ISRCTN 12345678.", "METHODS"),
    ),
    vernacular_title="Bewegung bei Rheuma.",
    copyright="(c) 2024 The Invented Society.",
    other_abstracts=(OtherAbstract("Publisher", "ger", (Section(None, "Schmerz ist haeufig."),)),),
    doi="10.9999/INV.2024.42",
    pmc="PMC9900042",
    pii="S1234-5678(24)00001-2",
    journal=Journal(
        title="Journal of Invented Trials & Reviews",
        abbreviation="J Inv Trials",
        medline_ta="J Inv Trials",
        issn="1234-5678",
        issn_linking="1234-5670",
        nlm_id="999000111",
        country="Germany",
        volume="12",
        issue="3",
        pages="101-9",
    ),
    published=PartialDate(2024, 4, 1, "2024 Apr 1"),
    electronic=PartialDate(2024, 2, 28, "20240228"),
    completed=date(2024, 5, 6),
    revised=date(2024, 6, 7),
    history=(
        HistoryDate("pubmed", date(2024, 3, 1)),
        HistoryDate("medline", date(2024, 5, 7)),
        HistoryDate("entrez", date(2024, 2, 29)),
    ),
    authors=(
        Author(
            "Muster",
            "Eva Maria",
            "EM",
            orcid="0000-0002-1825-0097",
            affiliations=(
                "Institute A, Nowhere, and so far from everywhere that its address needs a second line.",
                "Institute B, Nowhere.",
            ),
        ),
        Author("Sample", "John", "J", "3rd"),
        Author(collective="MOVE Study Group"),
    ),
    publication_types=("Journal Article", "Randomized Controlled Trial"),
    mesh=(
        MeshHeading("Exercise Therapy", None, True),
        MeshHeading(
            "Arthritis, Rheumatoid",
            None,
            False,
            (
                MeshQualifier("therapy", None, True),
                MeshQualifier("blood and a qualifier that needs more than one line"),
            ),
        ),
    ),
    keywords=("pain", "walking"),
    substances=("C-Reactive Protein", "Peptide (Hydrolases)"),
    registry_ids=(RegistryId("ClinicalTrials.gov", "NCT01234567"), RegistryId("ISRCTN", "ISRCTN12345678", "text")),
    grants=(
        Grant("R01 XX000001", "NIXX NIH HHS", "United States"),
        Grant("MC_UU_1/5", "Medical Research Council", "United Kingdom"),
        Grant("12", "Invented Trust", "Germany"),
    ),
    conflict_of_interest="The authors declare none.",
    corrections=(
        Correction("RetractionIn", "99000043", "J Inv Trials. 2025;13:1"),
        Correction("UpdateOf", None, "medRxiv. 2023"),
    ),
    publication_status="ppublish",
    medline_status="MEDLINE",
    languages=("ger", "eng"),
)
