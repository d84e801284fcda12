"""litwatch: watch PubMed, read every abstract into an outcome ledger, publish honest nuggets."""

__version__ = "0.1.0"
