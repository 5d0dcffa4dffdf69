#!/usr/bin/env python3
"""Counts the instructions that finwhale takes for 64 MB of each mix, and compares them with benches/instructions.tsv.

Times differ from run to run, instructions hardly (0.02 %): so a change that makes the program slower is seen on any machine.
They hold for one compiler: with another one, or without valgrind, nothing is counted. `make instructions` calls this,
`make instructions RENEW=1` writes the file anew.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KNOWN = ROOT / "benches/instructions.tsv"
FINWHALE = ROOT / "target/release/finwhale"
# Speed is no matter here, and tests have built this one already; the bytes are the same.
GENERATE = ROOT / "target/debug/examples/generate"

MIXES = ("office", "handshake", "bulk")
SIZE = "64M"
TOLERANCE = 0.05

HEADER = f"""\
# Instructions of `finwhale -j 1` for {SIZE} of each mix (seed 1), report included, counted by callgrind; packets of the mix.
# Made by `make instructions RENEW=1`. A difference of more than 5 % fails the checks: find out why, or renew.
"""


def output(*command: str | Path) -> str:
    return subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True).stdout


def known() -> tuple[str, dict[str, tuple[int, int]]]:
    """The compiler, and instructions and packets of each mix, as they stand in the file."""
    rows = [line.split("\t") for line in KNOWN.read_text().splitlines() if not line.startswith("#")]
    compiler = next(row[1] for row in rows if row[0] == "compiler")
    return compiler, {row[0]: (int(row[1]), int(row[2])) for row in rows if row[0] in MIXES}


def count(mix: str, folder: Path) -> tuple[int, int]:
    """Instructions for a mix, and its packets."""
    capture = folder / f"{mix}.pcap"
    made = output(GENERATE, "--mix", mix, "--size", SIZE, "--seed", "1", "--out", capture)
    packets = int(re.search(r"(\d+) packets", made)[1])
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    command += [FINWHALE, "--no-progress", "-j", "1", capture]
    run = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    collected = re.search(r"Collected : (\d+)", run.stderr)
    # 1: errors were found in the capture.
    if run.returncode > 1 or not collected:
        sys.exit(f"{mix}: cannot be counted:\n{run.stderr}")
    capture.unlink()
    return int(collected[1]), packets


def differs(mix: str, now: tuple[int, int], then: tuple[int, int]) -> bool:
    """Says how a mix compares; true when the difference is more than is tolerated."""
    change = now[0] / then[0] - 1
    print(f"{mix:10} {now[0]:>15,} instructions, {now[0] / now[1]:,.0f} a packet: {change:+.1%}")
    if now[1] != then[1]:
        print(f"{'':10} another capture than then: captures/ or the generator has changed")
    if change > TOLERANCE:
        print(f"{'':10} SLOWER than benches/instructions.tsv says")
    elif change < -TOLERANCE:
        print(f"{'':10} faster than benches/instructions.tsv says: it wants renewing (make instructions RENEW=1)")
    return abs(change) > TOLERANCE


def main() -> int:
    renew = "--renew" in sys.argv[1:]
    compiler = output("rustc", "-V").strip()
    if not shutil.which("valgrind"):
        print("not counted: valgrind is not installed (apt-get install valgrind)")
        return 1 if renew else 0
    if not renew and known()[0] != compiler:
        print(f"not counted: the counts hold for {known()[0]}, this is {compiler}")
        return 0
    for arguments in (["--release", "--bin", "finwhale"], ["--example", "generate"]):
        subprocess.run(["cargo", "build", *arguments], check=True, cwd=ROOT)
    with tempfile.TemporaryDirectory(dir=ROOT / "target") as name:
        counts = {mix: count(mix, Path(name)) for mix in MIXES}
    if renew:
        rows = [("compiler", compiler), *((mix, *counts[mix]) for mix in MIXES)]
        KNOWN.write_text(HEADER + "".join("\t".join(map(str, row)) + "\n" for row in rows))
        print(KNOWN.read_text(), end="")
        return 0
    # All are said, even if the first one differs.
    return int(any([differs(mix, counts[mix], known()[1][mix]) for mix in MIXES]))


if __name__ == "__main__":
    sys.exit(main())
