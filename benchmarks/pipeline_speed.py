"""Poll → parse → read → store: records a second through a local E-utilities server, with pacing off, into SQLite.

    python benchmarks/pipeline_speed.py [--runs 3] [--workers 2] [--profile] [CORPUS ...]

The server runs in a process of its own. Each run starts from an empty database and polls one topic that finds every
record of the corpus. Printed: records and seconds of each run, and the median rate. Aim: 800 records/s on two cores.
"""

from __future__ import annotations

import argparse
import cProfile
import logging
import multiprocessing
import os
import pstats
import statistics
import tempfile
import time
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import structlog

from litwatch.extract.study import read_study
from litwatch.pubmed.client import Client
from litwatch.pubmed.pace import Pace
from litwatch.pubmed.server import Corpus, EUtilsServer
from litwatch.service.poll import poll
from litwatch.store import articles, migrate
from litwatch.store.database import Database

ARRIVED = date(2025, 3, 1)
NOW = datetime(2025, 3, 21, 12, 0, tzinfo=UTC)
EVERYTHING = '"0001"[dp] : "3000"[dp]'
DEFAULT = Path(__file__).resolve().parent.parent.parent / "shared" / "corpus"


def serve(paths: list[Path], pipe: Connection) -> None:
    """Serve the corpus until told to stop; its records all arrive within a month."""
    corpus = Corpus.load(paths)
    days = {pmid: ARRIVED + timedelta(days=place % 20) for place, pmid in enumerate(corpus.pmids)}
    corpus = Corpus.load(paths, arrivals=days)
    with EUtilsServer(corpus, clock=lambda: NOW) as server:
        corpus.search(EVERYTHING, today=NOW.date())
        pipe.send((server.base_url, len(corpus)))
        pipe.recv()


def run(base_url: str, folder: Path, workers: int) -> tuple[int, float, float]:
    """One first poll into a new database: (records stored, seconds, seconds of CPU without the server's)."""
    database = Database(f"sqlite:///{folder / 'pipeline.db'}")
    migrate.upgrade(database, now=NOW)
    with Client(base_url=base_url, tool="benchmark", email="benchmark@example.org", pace=Pace(None)) as client:
        started, cpu = time.perf_counter(), sum(os.times()[:4])
        (receipt,) = poll(
            {"all": EVERYTHING},
            client=client,
            database=database,
            read_study=read_study,
            clock=lambda: NOW,
            workers=workers,
        )
        seconds, cpu = time.perf_counter() - started, sum(os.times()[:4]) - cpu
    if receipt.failed:
        raise SystemExit(f"the poll failed: {receipt.failed}")
    with database.read() as tx:
        stored = len(articles.all_pmids(tx))
    database.close()
    return stored, seconds, cpu


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="*", type=Path, default=sorted(DEFAULT.glob("*.xml.gz")))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2, help="processes that read (default 2)")
    parser.add_argument("--profile", action="store_true", help="print where the time goes instead")
    options = parser.parse_args()
    if not options.corpus:
        raise SystemExit(f"no corpus: name PubMed XML files (none in {DEFAULT})")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(options.corpus, theirs), daemon=True)
    server.start()
    base_url, size = ours.recv()
    print(f"{size} records in the corpus")
    rates = []
    for _ in range(1 if options.profile else options.runs):
        with (
            tempfile.TemporaryDirectory() as folder,
            cProfile.Profile() if options.profile else nullcontext() as profile,
        ):
            stored, seconds, cpu = run(base_url, Path(folder), options.workers)
        rates.append(stored / seconds)
        print(f"{stored} records in {seconds:.2f} s ({cpu:.1f} s of CPU): {stored / seconds:,.0f} records/s")
        if profile is not None:
            pstats.Stats(profile).sort_stats("cumulative").print_stats(45)
    print(f"median: {statistics.median(rates):,.0f} records/s")
    ours.send("stop")
    server.join(10)


if __name__ == "__main__":
    main()
