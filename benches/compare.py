#!/usr/bin/env python3
"""Makes a large capture and runs finwhale and its peers on it, in one loop: CPU, wall, memory, what each says.

`make bench-large` calls it; SIZE=1G, MIX=handshake, SEED=7, RUNS=5 and CAPTURE=my.pcap may be given there. Peers that are
not installed are left out, and named. Nothing but Python's own library is needed.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

ROOT = Path(__file__).resolve().parent.parent
RELEASE = ROOT / "target/release"

# Between these lines README.md has the table.
BEGIN = "<!-- make bench-large README=1 writes this table -->"
END = "<!-- end of the table -->"

# What takes longer than this is run once only.
SLOW_SECONDS = 60

# What a support engineer asks tshark for: alerts, errors of DNS, HTTP and Kerberos, resets.
FAILURES = (
    "tls.alert_message || dns.flags.rcode > 0 || http.response.code >= 400"
    " || kerberos.error_code || tcp.flags.reset == 1"
)
FIELDS = (
    "frame.number ip.src ip.dst tcp.stream tls.alert_message.desc dns.qry.name"
    " dns.flags.rcode http.response.code kerberos.error_code tcp.flags.reset"
).split()


@dataclass
class Program:
    """A command and what its output says about failures; `{}` in it stands for a folder of its own."""

    name: str
    package: str
    command: list[str]
    says: Callable[[Path], str]
    runs: list[tuple[float, float, float]] = field(default_factory=list)
    says_now: str = ""

    def median(self, column: int) -> float:
        return statistics.median(run[column] for run in self.runs)


def lines(path: Path) -> int:
    with open(path, "rb") as file:
        return sum(1 for _ in file)


def first_line(path: Path) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.readline().strip()


def programs(finwhale: str, capture: Path) -> list[Program]:
    """What is run, in this order."""
    file = str(capture)
    out = "output"
    quiet = [finwhale, "--no-progress"]
    threads = [["-j", "1"], ["-j", "2"]]
    ours = [
        Program(
            " ".join(["finwhale", *jobs]), "", [*quiet, *jobs, file],
            lambda folder: f"who failed, why, what to change: {report(folder / out, file)}",
        )
        for jobs in threads
    ]
    tshark = ["tshark", "-n", "-r", file, "-Y", FAILURES, "-T", "fields"]
    return [
        Program("cat", "coreutils", ["cat", file], lambda _: "nothing; the pace of reading"),
        *ours,
        Program(
            "tcpdump", "tcpdump", ["tcpdump", "-n", "-r", file, "tcp[tcpflags] & tcp-rst != 0"],
            lambda folder: f"{lines(folder / out):,} resets, nothing of why",
        ),
        Program(
            "ndpiReader", "libndpi-bin", ["ndpiReader", "-i", file],
            lambda _: "which protocols there are, no failure",
        ),
        Program(
            "suricata", "suricata, on Debian 12 from bookworm-backports",
            ["suricata", "-r", file, "-l", "{}", "-k", "none", "-S", "/dev/null", "--runmode", "single"],
            lambda folder: f"{lines(folder / 'eve.json'):,} log records to search",
        ),
        Program(
            "tshark", "tshark", [*tshark, *(word for name in FIELDS for word in ("-e", name))],
            lambda folder: f"{lines(folder / out):,} packets with an error code or a reset, no cause",
        ),
    ]


def report(path: Path, file: str) -> str:
    return first_line(path).removesuffix(f" in {file}")


def run(program: Program) -> None:
    """Runs it once; its output goes to files, which are read afterwards."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = [word.replace("{}", name) for word in program.command]
        with open(folder / "output", "wb") as out:
            start = time.perf_counter()
            # Opened by hand, for wait4 to say what it used.
            child = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, cwd=name)
            _, status, used = os.wait4(child.pid, 0)
            wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        program.runs.append((used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024))
        failed = child.returncode < 0 or child.returncode > 1
        try:
            program.says_now = f"FAILED: {child.returncode}" if failed else program.says(folder)
        except OSError as error:
            program.says_now = f"no output: {error.strerror}"


def measure(chosen: list[Program], runs: int) -> None:
    """One loop over all, so that a busy moment of the machine hits no single one."""
    for number in range(1, runs + 1):
        for program in chosen:
            if program.runs and program.runs[0][1] > SLOW_SECONDS:
                continue
            tell(f"run {number} of {runs}: {program.name} … ", end="")
            run(program)
            tell(f"{program.runs[-1][1]:.1f} s")


def table(capture: Path, chosen: list[Program]) -> str:
    size = capture.stat().st_size
    base, own = chosen[0].median(0), chosen[1].median(0)
    rows = [
        f"{capture.name}: {size / 1e6:,.0f} MB{contents(capture)}; page cache warm, medians",
        "",
        "| program | CPU s | wall s | MiB | MB/s | CPU x cat | CPU x finwhale | what it says |",
        "|---|--:|--:|--:|--:|--:|--:|---|",
    ]
    for program in chosen:
        cpu, wall = program.median(0), program.median(1)
        once = " (one run)" if len(program.runs) < len(chosen[0].runs) else ""
        rows.append(
            f"| {program.name}{once} | {cpu:.2f} | {wall:.2f} | {memory(program)} | {size / 1e6 / wall:,.0f} "
            f"| {cpu / base:.1f} | {cpu / own:.2f} | {program.says_now} |"
        )
    return "\n".join(rows)


def write_readme(text: str) -> None:
    """Puts the table in the place of the one that is there."""
    path = ROOT / "README.md"
    before, rest = path.read_text().split(BEGIN)
    _, after = rest.split(END)
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")


def memory(program: Program) -> str:
    """Peak memory in MiB; a child is charged with what this script held when it began, so less cannot be seen."""
    own, peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, program.median(2)
    return f"< {own:.0f}" if peak < own + 1 else f"{peak:,.0f}"


def contents(capture: Path) -> str:
    """What the truth beside a generated capture says of its size."""
    try:
        truth = json.loads(capture.with_suffix(".truth.json").read_text())
    except OSError:
        return ""
    return f", {truth['packets']:,} packets, {truth['flows']:,} conversations, {truth['failing_flows']:,} of them failing"


def made(options: argparse.Namespace) -> Path:
    """The capture that was asked for, made unless it lies there from before."""
    options.folder.mkdir(parents=True, exist_ok=True)
    capture = options.folder / f"{options.mix}-{options.size}-{options.seed}.pcap"
    if capture.with_suffix(".truth.json").exists():
        tell(f"{capture} is there from before")
        return capture
    free, needed = shutil.disk_usage(options.folder).free, bytes_of(options.size)
    tell(f"{options.folder} has {free / 1e9:.1f} GB free; {capture.name} takes {needed / 1e9:.1f} GB")
    # A tenth more: peers write logs.
    if free < needed * 1.1:
        sys.exit("Too little: give a smaller SIZE, or another FOLDER.")
    arguments = ["--mix", options.mix, "--size", options.size, "--seed", str(options.seed)]
    subprocess.run([RELEASE / "examples/generate", *arguments, "--out", capture], check=True)
    return capture


def bytes_of(size: str) -> int:
    shift = {"K": 10, "M": 20, "G": 30}.get(size[-1])
    return int(size[:-1]) << shift if shift else int(size)


def tell(text: str, end: str = "\n") -> None:
    print(text, end=end, file=sys.stderr, flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mix", default="office", help="office, handshake or bulk")
    parser.add_argument("--size", default="4G")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=ROOT / "target/bench")
    parser.add_argument("--capture", type=Path, help="this capture, rather than one that is made")
    parser.add_argument("--readme", action="store_true", help="puts the table into README.md")
    parser.add_argument("--finwhale", default=str(RELEASE / "finwhale"))
    return parser.parse_args()


def main() -> None:
    options = arguments()
    capture = (options.capture or made(options)).resolve()
    known = programs(options.finwhale, capture)
    chosen = [program for program in known if shutil.which(program.command[0])]
    for program in known:
        if program not in chosen:
            tell(f"{program.name} is not installed and is left out: apt-get install {program.package}")
    tell("reading the capture once, so that it is in memory for all")
    subprocess.run(["cat", capture], stdout=subprocess.DEVNULL, check=True)
    measure(chosen, options.runs)
    text = table(capture, chosen)
    print(f"\n{text}")
    if options.readme:
        write_readme(text)


if __name__ == "__main__":
    main()
