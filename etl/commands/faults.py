"""What is said of a fault that nobody foresaw."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

FAULTS = {
    "cs": "V programu nastala chyba, se kterou nepočítal ({what}). "
    "Poslední zveřejněná data zůstala, jak byla, pokud příkaz výše nenapsal něco jiného. "
    "Nahlaste prosím tuto větu; podrobnosti ukáže týž příkaz s volbou --debug.",
    "pl": "W programie wystąpił błąd, którego nie przewidziano ({what}). "
    "Ostatnio opublikowane dane pozostały bez zmian, chyba że polecenie napisało wyżej coś innego. "
    "Proszę zgłosić to zdanie; szczegóły pokaże to samo polecenie z opcją --debug.",
    "en": "The program met a fault that it was not made for ({what}). "
    "The data published last are as they were, unless the command said otherwise above. "
    "Please report this sentence; the same command with --debug shows the details.",
}
"""What is said of an unforeseen exception, by language."""


def fault_sentence(error: BaseException, arguments: Sequence[str]) -> str:
    """
    Say an unforeseen exception in one sentence: what kind, and where in the program; nothing of a file
    that was read.

    The language is that of `--language` among the arguments, else English.
    """
    import traceback

    own = [frame for frame in traceback.extract_tb(error.__traceback__) if _own_name(frame.filename)]
    place = f", {_own_name(own[-1].filename)}:{own[-1].lineno}" if own else ""
    words = [*arguments, ""]
    asked = next((words[number + 1] for number, word in enumerate(arguments) if word == "--language"), "en")
    asked = next((word.partition("=")[2] for word in arguments if word.startswith("--language=")), asked)
    return FAULTS.get(asked, FAULTS["en"]).format(what=f"{type(error).__name__}{place}")


def _own_name(file: str) -> str:
    """Return a file of the project without the machine's folders; "" for what is not of the project."""
    parts = Path(file).parts
    if "site-packages" in parts:
        parts = parts[parts.index("site-packages") + 1 :]
    start = next(
        (number for number, part in enumerate(parts) if part in ("geodata", "etl", "dashboard")), None
    )
    return "" if start is None else "/".join(parts[start:])
