"""Learn which way is good for words that no list holds: `word_polarity.py ABSTRACTS.jsonl.gz OUT.txt [--least N]`.

What people want is written in infinitives: "to reduce mortality", "to enhance recovery". The last word of the phrase after
such a verb is counted for lower or higher; a word is kept where the odds are at least five to one. One line each.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections import Counter
from pathlib import Path

from litwatch.extract.words import plain, stem

_LOWER = "reduce|decrease|lower|alleviate|relieve|prevent|minimi[sz]e|mitigate|avoid|lessen|attenuate|diminish|limit"
_HIGHER = "increase|enhance|promote|maintain|restore|preserve|maximi[sz]e|raise|strengthen|optimi[sz]e|boost|regain|facilitate"
_WISH = re.compile(
    rf"\b(?:to|can|could|may|might|and)\s+(?:significantly |effectively |further )?(?:(?P<lower>{_LOWER})|(?P<higher>{_HIGHER}))\s+"
    r"(?P<phrase>(?:[a-z-]+\s+){0,4}?[a-z-]+)"
    r"(?=\s*(?:[.,;:)]|\b(?:in|of|for|on|by|at|with|from|and|or|among|after|during|following|when|than|to|is|are|was|were|"
    r"without|while|compared|through|via|using|as|that|which|due)\b))"
)
_OF = re.compile(r"^(?:the )?(?:risk|incidence|rate|rates|number|frequency|prevalence|severity|level|levels|amount)$")


def counts(path: Path) -> tuple[Counter[str], Counter[str]]:
    lower: Counter[str] = Counter()
    higher: Counter[str] = Counter()
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            for match in _WISH.finditer(plain(f"{record['title']}. {record['abstract']}").lower()):
                if not _OF.match(match["phrase"]):
                    head = stem(re.split(r"[\s-]", match["phrase"])[-1])
                    (lower if match["lower"] else higher)[head] += 1
    return lower, higher


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("abstracts", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--least", type=int, default=6)
    options = parser.parse_args()
    lower, higher = counts(options.abstracts)
    lines = []
    for word in sorted(set(lower) | set(higher)):
        down, up = lower[word], higher[word]
        if len(word) > 2 and down + up >= options.least and (down + 0.5) / (up + 0.5) >= 5:
            lines.append(f"lower {word}")
        elif len(word) > 2 and down + up >= options.least and (up + 0.5) / (down + 0.5) >= 5:
            lines.append(f"higher {word}")
    options.out.write_text("\n".join(sorted(lines)) + "\n", encoding="utf-8")
    print(len(lines), "words")


if __name__ == "__main__":
    main()
