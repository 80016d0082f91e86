"""What a build prints is said in three languages."""

import io
import string
from dataclasses import replace

import pandas as pd
import pytest
from rich.console import Console

from etl.publish.report import BuildReport, _words, print_report

LANGUAGES = ("cs", "pl", "en")
EMPTY = {
    "accounting": pd.DataFrame(
        [{"origin_id": "a", "rows_read": 3, "rows_loaded": 2, "rows_merged": 1, "rows_rejected": 0}]
    ),
    "rejected": pd.DataFrame(columns=["origin_id", "reason"]),
    "linked": pd.DataFrame(columns=["origin_id", "rule"]),
    "correction": pd.DataFrame(
        [
            {"state": "not_found", "record_id": "x-1", "table_name": "service", "field_name": "phone",
             "correction_date": "2026-01-05", "detail": None}
        ]
    ),
}  # fmt: skip
REPORT = BuildReport("d.gpkg", "0" * 64, "2026-01-05", EMPTY, notes=("n",), losses=("l",))


@pytest.mark.parametrize("name", list(_words()))
def test_every_word_is_said_in_three_languages_with_the_same_fields(name):
    texts = _words()[name]
    assert set(texts) == set(LANGUAGES)
    fields = [
        {field for _, field, _, _ in string.Formatter().parse(text) if field} for text in texts.values()
    ]
    assert fields[0] == fields[1] == fields[2]


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "cs",
            (
                "Řádky zdrojů",
                "Odmítnuté řádky: žádné.",
                "Ke kontrole: n",
                "Nepoužitá oprava, ",
                "Data ke dni 2026-01-05",
            ),
        ),
        (
            "pl",
            ("Wiersze źródeł", "Odrzucone wiersze: brak.", "Do sprawdzenia: n", "Niezastosowana poprawka, "),
        ),
        ("en", ("Rows of each source", "Rejected: no row.", "Look at: n", "Correction not applied, ")),
    ],
)
def test_a_report_speaks_the_language_asked_for(language, sentences):
    sink = io.StringIO()
    print_report(replace(REPORT), Console(file=sink, width=160), language)
    for sentence in sentences:
        assert sentence in sink.getvalue()
    if language != "en":
        assert not {"Rejected", "Look at", "Lost", "Served areas"} & set(sink.getvalue().split())
