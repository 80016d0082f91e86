"""
Names of people where only organisations belong: a table is published, so whoever wrote it is asked
to look again.

A name cannot be told from the name of an organisation for certain
("Jana Nováková" may be a registered provider), so this is a word of caution and never a refusal.
Titles and forms of address are what gives a person away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from etl.usertables.read import UserTable

# Columns that name somebody or hold free text; web pages and e-mails of organisations are left alone.
COLUMNS = ("provider_name", "office", "service_name", "source", "note", "reason", "network_name")
TITLES = (
    r"Ing|Mgr|Bc|BcA|MUDr|JUDr|PhDr|PaedDr|RNDr|ThDr|MVDr|doc|prof|DiS|Dipl"  # cs
    r"|mgr|inż|dr|hab|lic|ks"  # pl
)
_PERSON = re.compile(
    rf"(?:^|[\s,(;])(?:(?:{TITLES})\.?\s|(?:pan|paní|pani|Pan|Paní|Pani|Mr|Mrs|Ms)\.?\s)"
    r"\s*(?:[A-ZÁ-Ž][\w'-]+\s?){1,3}"
    r"|[A-ZÁ-Ž][\w'-]+\s[A-ZÁ-Ž][\w'-]+,\s(?:DiS|Ph\.?\s?D|CSc|MBA)\b"
)


def likely_people(table: UserTable) -> Iterator[tuple[int, str]]:
    """
    Yield row number and column where a table seems to name a person; the text itself
    is not repeated anywhere.
    """
    for row in table.rows:
        for column in COLUMNS:
            value = row.get(column)
            if isinstance(value, str) and _PERSON.search(value):
                yield int(row["row_number"]), column
