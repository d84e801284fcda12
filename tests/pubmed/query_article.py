"""An invented record with something in every field that a query can search."""

from __future__ import annotations

from datetime import date

from litwatch.domain.article import (
    Article,
    Author,
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

ARTICLE = Article(
    pmid="99000001",
    title="Walking and low-back pain in older adults: the STRIDE trial",
    sections=(
        Section("BACKGROUND", "Crohn's disease, TNF-α and IL-1β were measured by Müller."),
        Section("RESULTS", "Pain at rest fell after vigorous daily exercise. Vaccination schedules did not change."),
    ),
    vernacular_title="Gehen bei Kreuzschmerz",
    other_abstracts=(OtherAbstract("Publisher", "spa", (Section(None, "El ejercicio alivia el dolor."),)),),
    doi="10.9999/litwatch.2024.001",
    pmc="PMC9900001",
    journal=Journal(
        title="The journal of imagined pain : official journal of nobody",
        abbreviation="J Imag Pain",
        issn="9999-0001",
        volume="12",
        issue="3",
        pages="113-123",
        country="Norway",
        nlm_id="990001",
    ),
    published=PartialDate(2024, 5),
    electronic=PartialDate(2024, 3, 15),
    completed=date(2024, 8, 1),
    revised=date(2024, 9, 9),
    history=(
        HistoryDate("pubmed", date(2024, 3, 18)),
        HistoryDate("entrez", date(2024, 3, 17)),
        HistoryDate("medline", date(2024, 8, 2)),
    ),
    authors=(
        Author("Berg", "Anna Marie", "AM", orcid="0000-0002-1825-0097", affiliations=("Institute of Walking, Oslo",)),
        Author("O'Brien", "James", "J", suffix="Jr"),
        Author(collective="STRIDE Study Group"),
    ),
    publication_types=("Journal Article", "Randomized Controlled Trial"),
    mesh=(
        MeshHeading("Humans"),
        MeshHeading("Low Back Pain", qualifiers=(MeshQualifier("rehabilitation", major=True),)),
        MeshHeading("Resistance Training", major=True, qualifiers=(MeshQualifier("methods"),)),
    ),
    keywords=("Nordic poles", "pacing"),
    substances=("C-Reactive Protein",),
    registry_ids=(RegistryId("ClinicalTrials.gov", "NCT09900001"),),
    grants=(Grant("R01-99", "Fictional Council", "Norway"),),
    conflict_of_interest="None declared",
    medline_status="In-Data-Review",
    languages=("eng", "nor"),
)
