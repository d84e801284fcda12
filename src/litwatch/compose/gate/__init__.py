"""Reading a note's sentences from the outside, and comparing each with the ledger (litwatch.compose.checks calls it)."""
