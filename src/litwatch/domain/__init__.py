"""The words of litwatch as frozen values. No I/O, no third-party library."""
