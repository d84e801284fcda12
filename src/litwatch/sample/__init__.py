"""The sample corpus that ships with litwatch: fictional records for the demo (README.md beside this file)."""
