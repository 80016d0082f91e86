"""What a reader is told where the dataset cannot be read: what is the matter, who can mend it, and how."""

from __future__ import annotations

from dashboard.text import _
from geodata.errors import DatasetError


def unreadable(error: DatasetError) -> str:
    """Return the sentences for a dataset that cannot be read, in the current language."""
    if error.reason == "folder":
        return _(
            "The data cannot be read: what was named is a folder, not a file. "
            "Whoever runs Dosah names the file in that folder (the variable DOSAH_DATASET or the option "
            "`--dataset`); then reload this page."
        )
    if error.reason == "empty":
        return _(
            "The data cannot be read: their file is empty. If it is being copied just now, "
            "reload this page in a minute; otherwise whoever runs Dosah copies it again or makes the data "
            "anew with the command `dosah build`."
        )
    if error.reason == "version":
        return _(
            "The data cannot be read: another version of Dosah made them. "
            "Whoever runs Dosah makes them anew with the command `dosah build`; then reload this page."
        )
    if error.reason == "in_use":
        return _(
            "The data cannot be read: another program has them open and keeps changes of its own. "
            "Whoever runs Dosah closes them there; then reload this page."
        )
    return _(
        "The data cannot be read just now. Reload this page in a minute. If it stays so, "
        "whoever runs Dosah makes them anew with the command `dosah build`."
    )
