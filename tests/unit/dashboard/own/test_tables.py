"""What the page of own tables says of a check, of a preview, and of one correction."""

import csv
import io

import pytest

from dashboard.method import correction as own_form
from dashboard.method import facts
from dashboard.own import preview as own_preview
from dashboard.own import tables as own_view
from dashboard.own import words, worker
from geodata.dataset.dataset import Dataset
from geodata.guarded.child import ChildLimits
from geodata.method.analysis import Settings, analyse
from geodata.method.summary import summarise

AREA = "frydlantsko-beskydy"


def changed(world, **tables):
    return Dataset(world.path, {**world.tables, **tables}, "changed")


def with_capacity(world, service_id, number):
    table = world["capacity"].copy()
    table.loc[table["service_id"] == service_id, "capacity_number"] = number
    return changed(world, capacity=table)


def test_nothing_that_is_the_same_is_a_change(small_world):
    found = own_preview.compare(small_world, changed(small_world))
    assert found.gaps == ()
    assert all(before == after for before, after in found.counts.values())


def test_only_groups_of_changed_services_are_computed_again(small_world):
    after = with_capacity(small_world, "s-home", 1.0)
    assert own_preview.groups_touched(small_world, after) == ["home_care"]
    found = own_preview.compare(small_world, after)
    (gap,) = found.gaps
    assert (gap.area_id, gap.group_id, gap.unit) == (AREA, "home_care", "klient")
    members = ["100001", "100002", "100003"]
    for world, missing in ((small_world, gap.missing_before), (after, gap.missing_after)):
        expected = summarise(analyse(world, "home_care", "CZ", AREA, Settings()), members).missing_places
        assert missing == pytest.approx(expected)
    assert gap.missing_after > gap.missing_before
    for code, (before, now) in gap.classes.items():
        assert code in members
        assert before != now


@pytest.mark.parametrize(
    ("before", "after", "is_same"),
    [
        (12.1, 12.3, True),  # 12 and 12
        (5.04, 5.06, False),  # 5.0 and 5.1
        (5.06, 5.1, True),
        (None, None, True),
        (None, 0.0, False),
    ],
)
def test_a_change_is_what_reads_differently(before, after, is_same):
    assert own_preview.reads_the_same(before, after) == is_same


def test_rows_are_counted_before_and_after(small_world):
    fewer = changed(small_world, site=small_world["site"].iloc[1:].reset_index(drop=True))
    before, after = own_preview.compare(small_world, fewer).counts["site"]
    assert (before, after) == (10, 9)


def test_an_area_that_is_new_has_nothing_before(small_world):
    area = small_world["area"]
    both = changed(
        small_world,
        area=area.iloc[[0, 0]].assign(area_id=[AREA, "nova"]).reset_index(drop=True),
        area_membership=small_world["area_membership"].assign(area_id="nova"),
        capacity=with_capacity(small_world, "s-home", 1.0)["capacity"],
    )
    gaps = {gap.area_id: gap for gap in own_preview.compare(small_world, both).gaps}
    assert gaps["nova"].missing_before is None
    assert gaps["nova"].missing_after is not None


HOSTILE = '<img src=x onerror=alert(1)>"&=1+1'


@pytest.mark.parametrize("language", ["cs", "pl", "en"])
def test_what_others_wrote_is_shown_as_it_stands_and_never_as_html(small_world, in_language, language):
    in_language(language)
    preview = own_preview.compare(small_world, with_capacity(small_world, "s-home", 1.0))
    names = dict.fromkeys(preview.municipality_names, HOSTILE)
    preview = own_preview.Preview(
        preview.counts, preview.gaps, names, dict.fromkeys(preview.area_names, HOSTILE)
    )
    change = {
        "kind": "capacity_changed",
        "record_id": HOSTILE,
        "name": HOSTILE,
        "before": 3.0,
        "form": "ter",
        "unit": "klient",
    }
    correction = {
        "record_id": HOSTILE,
        "state": "applied",
        "replaced_text": HOSTILE,
        "new_text": HOSTILE,
        "correction_date": "2026-10-05",
        "office": HOSTILE,
    }
    shown = "".join(
        [
            own_view.problems_table([{"where": HOSTILE, "value": HOSTILE, "message": HOSTILE}]),
            own_view.found_table([{"kind": HOSTILE, "sheet": HOSTILE, "rows": 3}]),
            own_view.changes_table(
                [change, {"kind": HOSTILE, "record_id": "x", "name": HOSTILE}], is_linked=True
            ),
            own_view.gaps_table(preview),
            own_view.counts_table(preview),
            own_view.corrections_table([correction], {}),
            own_view.rejected_table(
                [{"row_number": 2, "record_id": HOSTILE, "reason": "unknown_service", "detail": HOSTILE}]
            ),
        ]
    )
    assert "<img" not in shown
    assert "&lt;img" in shown


def test_a_table_of_thousands_of_problems_is_shown_in_part():
    problems = [{"where": f"cell A{row}", "value": "", "message": "x"} for row in range(1000)]
    assert own_view.problems_table(problems).count("<tr>") == own_view.MOST_SHOWN + 1


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        ({"kind": "service_added", "name": "x"}, None, None),
        ({"kind": "capacity_changed", "name": "x", "after": 3.5}, "unknown", "3.5"),
        (
            {"kind": "capacity_basis", "name": "x", "before": "doubtful", "after": "per_year"},
            "doubtful",
            "per year",
        ),
        (
            {"kind": "service_ended", "name": "x", "before": "existing", "after": "2026-10-05"},
            "existing",
            "5 October 2026",
        ),
        ({"kind": "site_opened", "name": "x", "after": "Baška"}, None, "Baška"),
    ],
)
def test_changes_are_told_in_words(in_language, change, before, after):
    in_language("en")
    shown = [words.change_value(change, side) for side in ("before", "after")]
    assert [None if word is None else word.replace("\N{NO-BREAK SPACE}", " ") for word in shown] == [
        before,
        after,
    ]


@pytest.mark.parametrize("language", ["cs", "pl", "en"])
def test_every_kind_error_and_reason_has_words(in_language, language):
    in_language(language)
    assert set(words.kind_labels()) == set(worker.KINDS)
    assert len({words.kind_about(kind) for kind in worker.KINDS}) == len(worker.KINDS)
    errors = {
        words.error_sentence(error, {})
        for error in ("table", "loss", "busy", "too_long", "too_large", "changed_meanwhile", "other")
    }
    assert len(errors) == 7
    assert words.error_sentence("never heard of", {}) in errors
    reasons = {
        words.not_remembered_sentence(reason) for reason in ("no_record", "other_dataset", "missing_file")
    }
    assert len(reasons) == 3
    assert (
        len(
            {words.access_sentence(reason) for reason in ("not_local", "not_logged_in", "not_on_list", "off")}
        )
        == 4
    )
    assert set(words.table_labels()) == set(own_preview.COUNTED)


# -- one correction ------------------------------------------------------------------------------------------


def row_of(raw):
    (row,) = csv.DictReader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";")
    return row


@pytest.mark.parametrize(
    ("answer", "number", "field", "new", "old"),
    [
        ("per_year", None, "capacity.basis", "per_year", ""),
        ("at_one_time", 5.0, "capacity.basis", "at_one_time", ""),
        ("other", 35.0, "capacity.capacity_number", "35", "710"),
        ("other", None, "capacity.capacity_number", "unknown", "710"),
        ("unknown", None, "capacity.capacity_number", "unknown", "710"),
    ],
)
def test_an_answer_becomes_a_correction(small_world, answer, number, field, new, old):  # noqa: PLR0917  # one row of the table above
    (one,) = facts.doubtful(small_world)
    raw = own_form.correction(
        one, answer, number, day="2026-10-05", office="Úřad; x", reason="=1+1\n", source="s"
    )
    row = row_of(raw)
    assert (row["record_id"], row["form"], row["unit"]) == ("s-doubt", "ter", "klient")
    assert (row["field"], row["new_value"], row["old_value"]) == (field, new, old)
    assert row["office"] == "Úřad; x"


def test_an_address_names_only_what_is_doubtful_still(small_world):
    (one,) = found = facts.doubtful(small_world)
    assert own_form.asked_for({"record": "s-doubt", "form": "ter", "unit": "klient"}, found) == one
    for wrong in ({}, {"record": "s-doubt"}, {"record": "<script>", "form": "ter", "unit": "klient"}):
        assert own_form.asked_for(wrong, found) is None
    assert "record=s-doubt" in own_form.correction_address(one)


# -- the worker ----------------------------------------------------------------------------------------------


@pytest.fixture
def allowed(monkeypatch):
    monkeypatch.setattr(worker.access, "current", lambda: worker.access.Access(True, "local"))


def test_what_is_too_large_is_not_even_looked_at(monkeypatch, allowed):
    monkeypatch.setattr(worker.child, "run", lambda *_a, **_k: pytest.fail("a command was started"))
    assert worker.check(b"x" * (worker.MOST_BYTES + 1), "cs").error == "too_large"


def test_one_at_a_time(monkeypatch, allowed):
    monkeypatch.setattr(worker.child, "run", lambda *_a, **_k: pytest.fail("a command was started"))
    with worker._AT_WORK:
        assert worker._alone(lambda _folder: pytest.fail("at work"), wait_s=0.01).error == "busy"


def test_a_command_that_takes_too_long_is_stopped_and_nothing_of_it_is_logged(
    monkeypatch, allowed, caplog, tmp_path
):
    monkeypatch.setattr(worker, "CHECK", ChildLimits(seconds=0.001))
    assert worker.check("tajné;jméno\n".encode(), "cs").error == "too_long"
    assert "tajné" not in caplog.text
    assert "table" in caplog.text


@pytest.mark.parametrize("written", [b"", b"no json", b"[]", b'{"ok": false}'])
def test_a_command_that_says_nothing_is_an_error(monkeypatch, allowed, written):
    monkeypatch.setattr(worker, "_run", lambda *_: written)
    assert worker.check(b"a;b", "cs").error == "other"


def test_file_names_are_made_here_and_gone_afterwards(monkeypatch, allowed, dataset_path):
    monkeypatch.setenv("DOSAH_DATASET", str(dataset_path))
    seen = []
    monkeypatch.setattr(
        worker,
        "_run",
        lambda arguments, folder, _s: seen.append((arguments, folder)) or b'{"ok": true, "tables": []}',
    )
    for raw, name in ((b"PK\x03\x04", "table.xlsx"), (b"a;b", "table.csv")):
        worker.check(raw, "pl")
        arguments, folder = seen.pop()
        assert str(folder / name) in arguments
        assert not folder.exists()


def test_the_origin_of_an_own_table_speaks_the_reader_s_language(in_language):
    from dashboard.phrases.labels import origin_text

    in_language("en")
    title = origin_text("user_needs_own_needs_1", "title", "Vlastní tabulka: own-needs-1.xlsx, Potřeby")
    assert title == "Own table: own-needs-1.xlsx, Potřeby"
    assert (
        origin_text("user_needs_x", "licence", "podle zdrojů uvedených v řádcích")
        == "as the sources named in its rows say"
    )
    assert origin_text("user_needs_x", "title", "Rejestr <b>") == "Rejestr <b>"
