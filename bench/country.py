"""
The whole country from official files to a published dataset, beside the plain read of the same files.

Both run in processes of their own, so that time and peak memory are their own: the plain
read opens the outlines (pyogrio), the age workbooks (calamine), the register (json) and the hierarchy (csv),
and does nothing with them. The register is synthetic, of the true size (tests/make_register.py);
the rest is real and named by DOSAH_RAW. Goals: 1.5 times the time of the plain read, 2 GiB.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROUNDS = 3
ROOT = Path(__file__).resolve().parents[1]

PLAIN = """
import csv, json, sys
import pyogrio, python_calamine
outlines, small, large, register, hierarchy = sys.argv[1:]
pyogrio.raw.read(outlines)
for path in (small, large):
    python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
with open(register, encoding="utf-8") as stream:
    json.load(stream)
with open(hierarchy, encoding="utf-8") as stream:
    list(csv.DictReader(stream))
"""

OURS = """
import json, sys
from pathlib import Path
from etl.publish.build import build
outlines, small, large, register, hierarchy, target = sys.argv[1:]
report = build(
    Path(target),
    {
        "vector_file": Path(outlines),
        "cz_csu_population": Path(f"{small},{large}"),
        "cz_mpsv_rpss": Path(register),
        "cz_csu_hierarchy": Path(hierarchy),
    },
    country="CZ",
    data_date="2026-09-04",
)
account = report.tables["accounting"]
print(json.dumps({
    "steps": dict(report.seconds),
    "rows": {name: len(frame) for name, frame in report.tables.items()},
    "open": int((account["rows_read"] - account["rows_loaded"] - account["rows_merged"]
                 - account["rows_rejected"]).abs().sum()),
}))
"""

CHILD = """
import json, os, resource, subprocess, sys, time
started = time.perf_counter()
done = subprocess.run([sys.executable, "-c", *sys.argv[1:]], stdout=subprocess.PIPE, text=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"wall_s": time.perf_counter() - started, "cpu_s": used.ru_utime + used.ru_stime,
                  "peak_mib": used.ru_maxrss / 1024, "code": done.returncode, "said": done.stdout}))
"""


def measured(script: str, *arguments: str) -> dict:
    """Run a script in a process of its own; wall and processor time in seconds, peak memory in MiB."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, script, *arguments],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    result = json.loads(done.stdout)
    if result["code"]:
        raise SystemExit("the measured program failed; see above")
    return result


def median(runs: list[dict], what: str) -> float:
    return statistics.median(run[what] for run in runs)


def raw_folder() -> Path | None:
    """Return the folder of large real inputs; None where DOSAH_RAW names none."""
    named = os.environ.get("DOSAH_RAW")
    return Path(named) if named and Path(named).is_dir() else None


def input_files(raw: Path, folder: Path) -> list[str]:
    """
    Return outlines, both workbooks of ages,
    a register of the true size (written into `folder`) and the hierarchy.
    """
    register, hierarchy = folder / "rpss.json", raw / "cz_obce_hierarchy_2018.csv"
    maker = ROOT / "tests" / "make_register.py"
    subprocess.run(
        [sys.executable, str(maker), str(register), "--municipalities", str(hierarchy)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    names = ("cz_obce_topojson.json", "2020_vek_do_999.xlsx", "2020_vek_nad_1000.xlsx")
    return [*(str(raw / name) for name in names), str(register), str(hierarchy)]


def build_country(folder: Path) -> Path | None:
    """Build the dataset of the whole country for another benchmark; None where its inputs are not there."""
    raw = raw_folder()
    if raw is None:
        return None
    target = folder / "cz.gpkg"
    subprocess.run(
        [sys.executable, "-c", OURS, *input_files(raw, folder), str(target)],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return target


def main() -> None:
    raw = raw_folder()
    if raw is None:
        print("  the variable DOSAH_RAW names no folder of large real inputs: nothing was measured")
        return
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "cz.gpkg"
        files = input_files(raw, Path(folder))
        plain, ours = [], []
        for _ in range(ROUNDS):
            plain.append(measured(PLAIN, *files))
            target.unlink(missing_ok=True)
            ours.append(measured(OURS, *files, str(target)))
        size = target.stat().st_size
        report = json.loads(ours[-1]["said"])
        print(
            f"whole country: {report['rows']['municipality']} municipalities, "
            f"{report['rows']['service']} services, {report['rows']['site']} sites, "
            f"{report['rows']['population']} rows of ages; dataset {size / 1e6:.1f} MB"
        )
        print(
            f"  medians of {ROUNDS} rounds, a fresh process each  {'wall s':>8} {'CPU s':>8} {'peak MiB':>9}"
        )
        for name, runs in (("plain read of the same files", plain), ("`dosah build --country CZ`", ours)):
            print(
                f"  {name:<46} {median(runs, 'wall_s'):8.2f} {median(runs, 'cpu_s'):8.2f} "
                f"{median(runs, 'peak_mib'):9.0f}"
            )
        wall = median(ours, "wall_s") / median(plain, "wall_s")
        cpu = median(ours, "cpu_s") / median(plain, "cpu_s")
        print(f"  {'times the plain read (goal 1.5)':<46} {wall:8.2f} {cpu:8.2f}")
        for step, seconds in report["steps"].items():
            print(f"    {step:<44} {seconds:8.2f}")
        print(f"  rows that are not accounted for: {report['open']}")
        assert report["open"] == 0
        assert median(ours, "peak_mib") < 2048, "more than 2 GiB"


if __name__ == "__main__":
    main()
