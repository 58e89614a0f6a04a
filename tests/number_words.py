#!/usr/bin/env python3
"""Numbers as words, against three libraries that others wrote: uztextnorm (uz and its ordinals), kaalin (kaa), num2words (ru, en).

    number_words.py PROGRAM      PROGRAM is the built `voice`; ends with "N passed, N failed", one for each kind of number
"""
import subprocess
import sys

from kaalin.number import to_word
from num2words import num2words
from uztextnorm import UzbekTextNormalizer

ORDINAL_MAX = 999  # beyond it a round hundred differs: "ming yuzinchi", and no counter has such a number
uzbek = UzbekTextNormalizer()


def plain(words):
    """Without hyphens and commas, and with the typewriter's apostrophe that uztextnorm writes."""
    return " ".join(words.replace("ʻ", "'").replace("-", " ").replace(",", "").split())


def ordinal(n):
    return uzbek(f"{n}-oyna").removesuffix(" oyna")


PEERS = {
    "uz": (1, lambda n: uzbek(str(n))),
    "kaa": (2, to_word),
    "ru": (3, lambda n: num2words(n, lang="ru")),
    "en": (4, lambda n: num2words(n, lang="en")),
    "uz ordinals": (5, lambda n: ordinal(n) if n <= ORDINAL_MAX else None),
    "ru feminine": (7, lambda n: num2words(n, lang="ru", gender="f")),
}


def main():
    listed = subprocess.run([sys.argv[1], "numbers"], check=True, capture_output=True, encoding="utf-8").stdout
    rows = [line.split("\t") for line in listed.splitlines()]
    failed = 0
    if [row[0] for row in rows] != [str(n) for n in range(10_000)]:
        print("the program does not list 0 to 9999")
        rows, failed = [], len(PEERS)
    for name, (column, peer) in PEERS.items() if rows else []:
        asked = [(row[0], plain(row[column]), peer(int(row[0]))) for row in rows]
        wrong = [(n, ours, theirs) for n, ours, theirs in asked if theirs is not None and ours != plain(theirs)]
        compared = sum(theirs is not None for _, _, theirs in asked)
        print(f"{name}: {compared} numbers, {len(wrong)} differ")
        for n, ours, theirs in wrong[:5]:
            print(f"  {n}: {ours!r}, the other says {theirs!r}")
        failed += bool(wrong) or compared < 1_000
    print(f"{len(PEERS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
