"""What all tables share: the revision, the names of constraints."""

from __future__ import annotations

from sqlalchemy import MetaData

HEAD = "0004"
"""The revision that this program works with. Revisions are numbered with four digits, in order."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
