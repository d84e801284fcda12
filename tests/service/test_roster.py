"""The operator's list: in and out as CSV, all or nothing, and forgetting somebody altogether."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text

from litwatch.domain.subscriber import Choices, DeliveryKind, MailFormat, SubscriberStatus
from litwatch.errors import InputError, LitwatchError, UsageError
from litwatch.service.roster import COLUMNS, Imported, Roster
from litwatch.store import consents, outbox, signups, subscribers
from litwatch.store.database import Database
from litwatch.store.schema import metadata
from tests.service.post import Clock
from tests.store.statements import statements

SOURCE = "our old list, confirmed by mail"


class Office:
    def __init__(self, database: Database, now: datetime) -> None:
        self.database = database
        self.clock = Clock(now)
        self._numbers = 0
        self.roster = Roster(
            database,
            self.clock,
            topics=("pain", "sleep"),
            new_seed=self._seed,
            address_hash=lambda address: f"#{address}",
        )

    def _seed(self) -> str:
        self._numbers += 1
        return f"{self._numbers:022d}"

    def read(self, table: str, **more: bool) -> Counter[Imported]:
        return self.roster.import_(io.StringIO(table, newline=""), name="people.csv", source=SOURCE, **more)

    def export(self, *, active_only: bool = False) -> str:
        written = io.StringIO(newline="")
        self.roster.export(written, active_only=active_only)
        return written.getvalue()

    def everything(self) -> str:
        """All that the database holds, as one text."""
        with self.database.read() as tx:
            return repr([tx.execute(select(table)).all() for table in metadata.sorted_tables])


@pytest.fixture
def office(database: Database, now: datetime) -> Office:
    return Office(database, now)


def test_an_import_adds_who_is_new_and_says_what_became_of_the_others(office: Office) -> None:
    office.roster.add("here@example.org")
    office.roster.add("left@example.org")
    office.roster.remove("left@example.org")
    with office.database.write() as tx:
        tx.execute(
            text(
                "INSERT INTO suppression (address, kind, reason, made) "
                "VALUES ('gone@example.org', 'hard', '5.1.1', '2025-01-01 00:00:00')"
            )
        )
    table = (
        "name,address,topics,min_stars,format,status\r\n"
        '"Ann, the first",Ann@BÜCHER.example,pain sleep,3,text,active\r\n'
        ",here@example.org,,,,\r\n"
        ",left@example.org,,,,\r\n"
        ",gone@example.org,,,,\r\n"
        ",past@example.org,,,,unsubscribed\r\n"
        ",bob@example.org,,,,\r\n"
        ",bob@EXAMPLE.org,sleep,,,\r\n"
    )
    expected = {
        Imported.NEW: 2,
        Imported.ACTIVE: 1,
        Imported.LEFT: 1,
        Imported.SUPPRESSED: 1,
        Imported.INACTIVE: 1,
    }
    before = office.everything()
    assert office.read(table, dry_run=True) == expected
    assert office.everything() == before
    assert office.read(table) == expected
    people = {person.address: person for person in office.roster.listing()}
    assert set(people) == {"here@example.org", "Ann@xn--bcher-kva.example", "bob@example.org"}
    ann = people["Ann@xn--bcher-kva.example"]
    assert (ann.topics, ann.min_stars, ann.format) == (("pain", "sleep"), 3, MailFormat.TEXT)
    assert people["bob@example.org"].topics == ("sleep",)
    with office.database.read() as tx:
        (record,) = consents.history(tx, ann.id)
    assert (record.what, record.how, record.text) == ("imported", "import", SOURCE)
    assert office.read(table)[Imported.NEW] == 0, "a second time adds nobody"


@pytest.mark.parametrize(
    ("table", "where", "what"),
    [
        ("", "line 0", 'the first line has to name the columns, one of them "address"'),
        ("email\r\na@example.org\r\n", "line 1", 'one of them "address"'),
        ("address;topics\r\na@example.org;pain\r\n", "line 1", "with commas between them"),
        ("address,topics,Topics\r\na@example.org,pain,sleep\r\n", "line 1", "two columns are named topics"),
        ("address,topics\r\na@example.org,pain,sleep\r\n", "line 2", "more cells than columns"),
        ("address\r\na@example.org\r\nno address\r\n", "line 3", "not an email address"),
        ("address\r\n=cmd|x@example.org\r\n", "line 2", "not an email address"),
        ("address,topics\r\na@example.org,none\r\n", "line 2", "no such topic: none"),
        ("address,min_stars\r\na@example.org,6\r\n", "line 2", "min_stars: from 1 to 5, not '6'"),
        ("address,format\r\na@example.org,pdf\r\n", "line 2", "format: html or text, not 'pdf'"),
        ("address,status\r\na@example.org,enabled\r\n", "line 2", "not 'enabled'"),
        ('address\r\n"a@example.org\r\n', "line 2", "unexpected end of data"),
        ('address\r\n"a"b@example.org\r\n', "line 2", "expected after"),
    ],
)
def test_a_wrong_line_is_named_and_nobody_is_added(office: Office, table: str, where: str, what: str) -> None:
    before = office.everything()
    with pytest.raises(InputError) as caught:
        office.read(table)
    assert f"people.csv, {where}: " in str(caught.value)
    assert what in str(caught.value)
    assert "example.org" not in str(caught.value), "a log of this must not tell who it was"
    assert office.everything() == before


def test_columns_are_known_however_a_spreadsheet_writes_their_names(office: Office) -> None:
    assert office.read("Name, Address ,Min_Stars\r\nAnn,ann@example.org,4\r\n,bob@example.org\r\n") == {Imported.NEW: 2}
    assert [person.min_stars for person in office.roster.listing()] == [4, 1]


def test_thousands_are_taken_in_and_handed_out_in_a_few_statements(office: Office) -> None:
    """On SQLite nobody else writes meanwhile: one statement for each would keep mail and forms waiting for a minute."""
    lines = [f"reader{number}@example.org,{'sleep' if number % 2 else ''}" for number in range(10_000)]
    with statements(office.database) as seen:
        assert office.read("\n".join(["address,topics", *lines])) == {Imported.NEW: 10_000}
    assert len(seen) < 100
    people = office.roster.listing()
    assert {(person.address, person.topics) for person in people[:2]} == {
        ("reader0@example.org", ()),
        ("reader1@example.org", ("sleep",)),
    }
    assert len({person.seed for person in people}) == 10_000
    with statements(office.database) as seen:
        exported = office.export()
    assert len(seen) < 10
    assert exported.count(SOURCE) == 10_000


def test_who_was_asked_is_subscribed_by_an_import_and_keeps_their_links(office: Office) -> None:
    with office.database.write() as tx:
        asked = subscribers.ask(tx, "ann@example.org", Choices(), seed="the first", now=office.clock.now)
    assert office.read("address,topics\r\nann@example.org,pain\r\n") == {Imported.NEW: 1}
    (person,) = office.roster.listing()
    assert asked and (person.id, person.seed, person.topics) == (asked.id, "the first", ("pain",))


def test_what_is_exported_can_be_imported(office: Office, sqlite_database: Database) -> None:
    office.read(
        "address,topics,min_stars,format\r\nann@example.org,pain,4,text\r\nbob@example.org,,,\r\ncy@example.org,,,\r\n"
    )
    office.roster.remove("cy@example.org")
    rows = list(csv.DictReader(io.StringIO(office.export(), newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert [row["status"] for row in rows] == ["active", "active", "unsubscribed"]
    assert rows[0]["since"] == "2025-03-21T12:00:00+00:00"
    assert [line["what"] for line in json.loads(rows[2]["consent"])] == ["imported", "left"]
    assert len(office.export(active_only=True).splitlines()) == 3
    assert "0000000000" not in office.export(), "nobody's links can be made from it"
    exported, before = office.export(), office.roster.listing()
    with sqlite_database.write() as tx:  # on SQLite it is the same one
        for table in reversed(metadata.sorted_tables):
            tx.execute(table.delete())
    other = Office(sqlite_database, office.clock.now)
    assert other.read(exported) == {Imported.NEW: 2, Imported.INACTIVE: 1}
    assert [(p.address, p.choices) for p in other.roster.listing()] == [(p.address, p.choices) for p in before]
    with other.database.read() as tx:
        record = consents.history(tx, other.roster.listing()[0].id)[0].text
    assert record.startswith(f"{SOURCE}\n[") and SOURCE in record.partition("\n")[2], "the older record goes along"


def test_who_is_erased_leaves_no_trace(office: Office) -> None:
    before = office.everything()
    person = office.roster.add("ann@example.org", topics=("pain",))
    assert person
    with office.database.write() as tx:
        outbox.enqueue_single(tx, person.id, DeliveryKind.WELCOME, "<1@x.example>", None, office.clock.now)
        mail = outbox.claim(tx, now=office.clock.now, lease=timedelta(hours=1))
        assert mail
        outbox.sent(tx, mail.id, reply="250 ok <ann@example.org>", now=office.clock.now)
        signups.take(
            tx,
            "ann@example.org",
            person.choices,
            agreed_to="",
            address_hash="#ann@example.org",
            network_hash="n",
            now=office.clock.now,
        )
        tx.execute(
            text(
                "INSERT INTO bounce (source, subscriber_id, delivery_id, kind, status, text, at) "
                "VALUES ('s', :person, NULL, 'soft', '4.2.2', 'ann@example.org is full', '2025-01-01 00:00:00'), "
                "('t', NULL, :mail, 'soft', '4.2.2', 'ann@example.org is full', '2025-01-01 00:00:00')"
            ),
            {"person": person.id, "mail": mail.id},
        )
        tx.execute(
            text(
                "INSERT INTO suppression (address, kind, reason, made, lifted) "
                "VALUES ('ann@example.org', 'hard', 'ann@example.org', '2025-01-01 00:00:00', '2025-01-02 00:00:00')"
            )
        )
    assert "ann@example.org" in office.everything()
    erased = office.roster.erase("ann@EXAMPLE.org")
    assert (erased.found, erased.suppressed) == (True, False)
    assert office.everything() == before
    again = office.roster.erase("ann@example.org")
    assert (again.found, again.suppressed) == (False, False)


def test_who_is_erased_is_not_legible_in_the_file_either(sqlite_database: Database, now: datetime) -> None:
    """Not in the free space of its pages, and not in the write-ahead log of a daemon that runs on."""
    office = Office(sqlite_database, now)
    for number in range(50):
        office.roster.add(f"reader{number}@example.org")
    assert sqlite_database.path
    files = [sqlite_database.path, sqlite_database.path.with_name(f"{sqlite_database.path.name}-wal")]
    assert b"reader7@" in b"".join(path.read_bytes() for path in files)
    assert office.roster.erase("reader7@example.org").found
    assert b"reader8@" in files[0].read_bytes()
    assert b"reader7@" not in b"".join(path.read_bytes() for path in files)


def test_a_suppression_in_force_outlives_its_person(office: Office) -> None:
    office.roster.add("ann@example.org")
    with office.database.write() as tx:
        tx.execute(
            text(
                "INSERT INTO suppression (address, kind, reason, made) "
                "VALUES ('ann@example.org', 'complaint', 'abuse', '2025-01-01 00:00:00')"
            )
        )
    erased = office.roster.erase("ann@example.org")
    assert (erased.found, erased.suppressed) == (True, True)
    assert office.roster.listing(active_only=False) == []
    with office.database.read() as tx:
        assert subscribers.is_suppressed(tx, "ann@example.org")


def test_nobody_is_erased_while_a_mail_to_them_is_on_the_wire(office: Office) -> None:
    person = office.roster.add("ann@example.org")
    assert person
    with office.database.write() as tx:
        outbox.enqueue_single(tx, person.id, DeliveryKind.WELCOME, "<1@x.example>", None, office.clock.now)
        assert outbox.claim(tx, now=office.clock.now, lease=timedelta(hours=1))
    before = office.everything()
    with pytest.raises(UsageError, match="nothing was erased"):
        office.roster.erase("ann@example.org")
    assert office.everything() == before


def test_what_the_operator_does_goes_on_record(office: Office) -> None:
    person = office.roster.add("ann@example.org")
    assert person
    assert office.roster.add("ann@example.org") is None
    assert office.roster.remove("ann@example.org") is True
    assert office.roster.remove("ann@example.org") is False
    with office.database.read() as tx:
        told = [(line.what.value, line.how) for line in consents.history(tx, person.id)]
    assert told == [("added", "command line"), ("left", "command line")]
    with pytest.raises(LitwatchError, match="no such topic: x"):
        office.roster.add("bob@example.org", topics=("x",))
    assert [p.status for p in office.roster.listing(active_only=False)] == [SubscriberStatus.UNSUBSCRIBED]
