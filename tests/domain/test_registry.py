"""Registrations as printed, and as litwatch writes them."""

from __future__ import annotations

import pytest

from litwatch.domain.article import RegistryId
from litwatch.domain.registry import find_registrations, normal_number, registered, registrations


@pytest.mark.parametrize(
    ("printed", "bank", "number"),
    [
        ("NCT01234567", "ClinicalTrials.gov", "NCT01234567"),
        ("NCT 01234567", "ClinicalTrials.gov", "NCT01234567"),
        ("NCT: 01234567", "ClinicalTrials.gov", "NCT01234567"),
        ("NCT#01234567", "ClinicalTrials.gov", "NCT01234567"),
        ("ISRCTN12345678", "ISRCTN", "ISRCTN12345678"),
        ("ISRCTN 12345678", "ISRCTN", "ISRCTN12345678"),
        ("ACTRN12610000123456", "ANZCTR", "ACTRN12610000123456"),
        ("ACTRN12610000123456p", "ANZCTR", "ACTRN12610000123456P"),
        ("CRD42020123456", "PROSPERO", "CRD42020123456"),
        ("CRD 42020123456", "PROSPERO", "CRD42020123456"),
        ("CRD420251234567", "PROSPERO", "CRD420251234567"),
        ("ChiCTR2000012345", "ChiCTR", "CHICTR2000012345"),
        ("ChiCTR-TRC-08000001", "ChiCTR", "CHICTR-TRC-08000001"),
        ("ChiCTR-IOR-15006000", "ChiCTR", "CHICTR-IOR-15006000"),
        ("CHICTR TRC 08000001", "ChiCTR", "CHICTR-TRC-08000001"),
        ("DRKS00001234", "DRKS", "DRKS00001234"),
        ("DRKS-ID: DRKS00001234", "DRKS", "DRKS00001234"),
        ("UMIN000001234", "UMIN CTR", "UMIN000001234"),
        ("JPRN-UMIN000001234", "JPRN", "JPRN-UMIN000001234"),
        ("jRCTs031180001", "jRCT", "JRCTS031180001"),
        ("JapicCTI-123456", "JapicCTI", "JAPICCTI123456"),
        ("NTR1234", "NTR", "NTR1234"),
        ("NL-OMON12345", "NTR", "NLOMON12345"),
        ("IRCT201101011234N5", "IRCT", "IRCT201101011234N5"),
        ("CTRI/2010/091/000001", "CTRI", "CTRI/2010/091/000001"),
        ("KCT0001234", "CRiS", "KCT0001234"),
        ("PACTR201001000123456", "PACTR", "PACTR201001000123456"),
        ("TCTR20200101001", "TCTR", "TCTR20200101001"),
        ("RBR-6fmyw7", "ReBEC", "RBR-6FMYW7"),
        ("RBR 6fmyw7", "ReBEC", "RBR-6FMYW7"),
        ("RPCEC00000123", "RPCEC", "RPCEC00000123"),
        ("SLCTR/2010/001", "SLCTR", "SLCTR/2010/001"),
        ("EudraCT 2004-000446-20", "EudraCT", "2004-000446-20"),
        ("EudraCT number: 2004-000446-20", "EudraCT", "2004-000446-20"),
        ("EudraCT No. 2004-000446-20", "EudraCT", "2004-000446-20"),
        ("EU CT 2022-500123-45-00", "EU CTIS", "2022-500123-45-00"),
    ],
)
def test_registrations_in_running_text(printed: str, bank: str, number: str) -> None:
    text = f"The trial was registered ({printed}), late."
    [(found_bank, found, start, end)] = find_registrations(text)
    assert (found_bank, found) == (bank, number)
    assert printed.endswith(text[start:end])
    assert normal_number(number) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "NCT0123456",  # too short
        "NCT012345678",  # too long
        "XNCT01234567",
        "NCT is short for National Clinical Trial 12345678 of us",
        "the function of 12345678 cells, CRD and DRKS",
        "in the CONTROL group NTR",
        "CT 12345678 and an RCT 2020",
        "2004-000446-20",  # a EudraCT number needs its name
    ],
)
def test_what_is_no_registration(text: str) -> None:
    assert list(find_registrations(text)) == []


def test_each_is_named_once_and_in_the_order_of_the_text() -> None:
    found = registrations("NCT01234567", "see ISRCTN12345678 and NCT 01234567;", "CRD42020123456")
    assert found == (
        RegistryId("ClinicalTrials.gov", "NCT01234567", "text"),
        RegistryId("ISRCTN", "ISRCTN12345678", "text"),
        RegistryId("PROSPERO", "CRD42020123456", "text"),
    )


def test_a_number_does_not_run_on_into_the_next_text() -> None:
    assert registrations("see NCT", "01234567") == ()


@pytest.mark.parametrize(
    ("bank", "printed", "entry"),
    [
        ("ClinicalTrials.gov", "nct 01234567", RegistryId("ClinicalTrials.gov", "NCT01234567")),
        ("EudraCT", "2004-000446-20", RegistryId("EudraCT", "2004-000446-20")),
        ("ISRCTN", "unreadable 12", RegistryId("ISRCTN", "UNREADABLE12")),
        ("", "NCT01234567", RegistryId("ClinicalTrials.gov", "NCT01234567")),
        ("GENBANK", "AF012345", None),
        ("figshare", "10.9999/m9.figshare.1", None),
        ("ClinicalTrials.gov", " ", None),
    ],
)
def test_entries_of_data_bank_lists(bank: str, printed: str, entry: RegistryId | None) -> None:
    assert registered(bank, printed) == entry
