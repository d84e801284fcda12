"""How fast PubMed XML is parsed, every field taken, beside other readers, and how much memory that needs.

    python benchmarks/parse_speed.py [FILE…] [--runs 5]

Each reader runs as a whole process over all files (start-up, imports and decompression included), in turn, `--runs` times;
the medians and their ratios are printed. Readers: litwatch; the same field readers behind lxml's iterparse ("iterparse");
`Bio.Entrez.read`; `pubmed_parser`. Biopython gets the document with the newest DTD that it ships named in its head, and with
the few spellings made new that this DTD no longer has; that work is not in its time. Memory is the peak of a process that
reads one file ten times as long as all of them together, above that of a bare interpreter.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

CORPUS = Path(__file__).resolve().parent.parent.parent / "shared" / "corpus"
READERS = ("litwatch", "iterparse", "Bio.Entrez", "pubmed_parser")


def read_litwatch(path: Path) -> int:
    from litwatch.domain.article import Record
    from litwatch.pubmed.parse import open_records

    return sum(isinstance(item, Record) for item in open_records(path))


def read_iterparse(path: Path) -> int:
    from lxml import etree

    from litwatch.pubmed.parse_article import read_article
    from litwatch.pubmed.parse_book import read_book

    count = 0
    with gzip.open(path) as stream:
        tags = ("PubmedArticle", "PubmedBookArticle")
        for _, element in etree.iterparse(
            stream, tag=tags, resolve_entities=False, load_dtd=False, remove_comments=True, remove_pis=True
        ):
            (read_article if element.tag == tags[0] else read_book)(element)  # type: ignore[arg-type]
            count += 1
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]  # type: ignore[union-attr]
    return count


def read_biopython(path: Path) -> int:
    from Bio import Entrez

    Entrez.local_cache = os.environ["LITWATCH_BENCHMARK_CACHE"]  # type: ignore[assignment]
    with gzip.open(path.with_suffix(".bio")) as stream:
        found = Entrez.read(stream, validate=False)  # type: ignore[no-untyped-call]
    return len(found["PubmedArticle"]) + len(found["PubmedBookArticle"])


def read_pubmed_parser(path: Path) -> int:
    import pubmed_parser

    return sum(
        1 for _ in pubmed_parser.parse_medline_xml(str(path), nlm_category=True, author_list=True, reference_list=False)
    )


FUNCTIONS: dict[str, Callable[[Path], int]] = dict(
    zip(READERS, (read_litwatch, read_iterparse, read_biopython, read_pubmed_parser), strict=True)
)


def child(reader: str, paths: list[Path]) -> None:
    """Read `paths` with one reader and print {records, peak memory in kB}; or do what else is to be done elsewhere.

    A process's peak counts what its parent had when it was made, so the parent must stay small.
    """
    import resource

    if reader == "prepare":
        for path in paths:
            for_biopython(path)
        ten_fold(paths, paths[0].with_name("ten.xml.gz"))
    count = sum(FUNCTIONS[reader](path) for path in paths) if reader in FUNCTIONS else 0
    print(json.dumps({"records": count, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))


def run(reader: str, paths: list[Path], cache: Path) -> tuple[float, dict[str, int]]:
    """(seconds of the whole process, what it printed)."""
    command = [sys.executable, __file__, "--child", reader, *map(str, paths)]
    began = time.perf_counter()
    environment = {**os.environ, "LITWATCH_BENCHMARK_CACHE": str(cache)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # as installed: every reader's modules are compiled already
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment)
    return time.perf_counter() - began, json.loads(done.stdout)


def for_biopython(path: Path) -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from tests.pubmed.oracle import HEAD, modernised

    from litwatch.pubmed.records import split

    with path.open("rb") as stream:
        body = b"".join(modernised(chunk.raw) for chunk in split(stream))
    with gzip.open(path.with_suffix(".bio"), "wb") as out:
        out.write(HEAD + body + b"</PubmedArticleSet>")


def ten_fold(paths: list[Path], target: Path) -> None:
    with gzip.open(target, "wb", compresslevel=1) as out:
        for _ in range(10):
            for path in paths:
                with gzip.open(path) as stream:
                    out.write(stream.read())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, default=[CORPUS / "medline.xml.gz", CORPUS / "trials.xml.gz"])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--child", choices=[*READERS, "nothing", "prepare"])
    options = parser.parse_args()
    if options.child:
        child(options.child, options.files)
        return
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / path.name for path in options.files]
        for source, path in zip(options.files, paths, strict=True):
            shutil.copyfile(source, path)
        run("prepare", paths, Path(folder))
        times: dict[str, list[float]] = {reader: [] for reader in READERS}
        counts: dict[str, int] = {}
        for _ in range(options.runs):
            for reader in READERS:
                seconds, printed = run(reader, paths, Path(folder) / "cache")
                times[reader].append(seconds)
                counts[reader] = printed["records"]
        medians = {reader: statistics.median(found) for reader, found in times.items()}
        for reader, median in medians.items():
            rate, ratio = counts[reader] / median, median / medians["litwatch"]
            print(
                f"{reader:14} {counts[reader]:6} records {median:7.2f} s {rate:7.0f} records/s   litwatch is {ratio:4.1f} times as fast"
            )
        bare = run("nothing", [], Path(folder))[1]["peak"]
        seconds, printed = run("litwatch", [Path(folder) / "ten.xml.gz"], Path(folder))
        print(
            f"ten-fold file: {printed['records']} records, {(printed['peak'] - bare) / 1024:.0f} MB above the interpreter, {seconds:.1f} s"
        )


if __name__ == "__main__":
    main()
