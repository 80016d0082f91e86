"""
The page "Own tables" with the real command behind it: who may not gets templates only,
who may goes all the way.
"""

import functools

import pytest

from dashboard.own import access, worker
from dashboard.own.access import Access
from geodata.dataset.dataset import read_dataset
from tests.integration.reader import button, words_of

PAGE = "app_pages/own_tables.py"
HEAD = "municipality\tservice_group\tabout_people\tfinding_state\tspeaker\tparticipants\tfinding_date\tsource"
ROW = "598011\thome_care\tseniors\ttoo_little\tcitizens\t9\t2026-10-01\tzápis <b>x</b>"
TITLES = {"cs": "Vlastní tabulky", "pl": "Własne tabele", "en": "Own tables"}


@pytest.fixture
def office(copy_published, tmp_path):
    copy_published(tmp_path)
    return tmp_path


@pytest.fixture
def open_page(open_page, office):
    return functools.partial(open_page, PAGE, dataset=office / "dosah.gpkg")


@pytest.fixture
def allowed(monkeypatch):
    monkeypatch.setattr(access, "current", lambda: Access(True, "local"))


def pasted(app, content):
    """Choose to paste, paste, and have it checked."""
    way = app.get("button_group")
    next(choice for choice in way if "paste" in choice.options or len(choice.options) == 2).set_value("paste")
    app.run()
    app.text_area[0].set_value(content)
    return button(app, "Check these rows").click().run()


@pytest.mark.parametrize(
    ("reason", "language"),
    [("not_local", "cs"), ("not_logged_in", "pl"), ("not_on_list", "en"), ("off", "cs"), ("no_login", "pl")],
)
def test_who_may_not_is_told_why_and_gets_templates_only(open_page, monkeypatch, reason, language):
    monkeypatch.setattr(access, "current", lambda: Access(False, reason))
    monkeypatch.setattr(worker.child, "run", lambda *_a, **_k: pytest.fail("a command was started"))
    app = open_page(lang=language)
    assert not app.exception
    assert not app.error
    assert app.title[0].value == TITLES[language]
    assert len(app.info) == 1
    assert len(app.get("download_button")) == 1
    assert not app.get("file_uploader")
    assert not app.text_area


def test_a_session_of_which_nothing_is_known_may_not(open_page, monkeypatch):
    # Nobody said where the server listens: other machines may come in.
    assert "no login is set up yet" in open_page(lang="en").info[0].value
    monkeypatch.setenv("DOSAH_OWN_TABLES", "local")
    assert "only at the machine" in open_page(lang="en").info[0].value


def test_buttons_of_a_page_that_was_open_before_do_nothing_after(open_page, allowed, monkeypatch):
    app = pasted(open_page(lang="en"), f"{HEAD}\n{ROW}")
    assert "The table is in order." in words_of(app)
    monkeypatch.setattr(access, "current", lambda: Access(False, "off"))
    monkeypatch.setattr(worker.child, "run", lambda *_a, **_k: pytest.fail("a command was started"))
    button(app, "Show what would change").click().run()
    assert "switched off" in app.info[0].value


def test_wrong_rows_are_told_cell_by_cell_in_the_reader_s_language(open_page, allowed, office):
    app = pasted(
        open_page(lang="en"), f"{HEAD}\n{ROW.replace('598011', 'Lhotka')}\n{ROW.replace('too_little', '<i>')}"
    )
    shown = words_of(app)
    assert "2 problems." in shown
    assert "cell A2" in shown
    assert "&lt;i&gt;" in shown
    assert "Show what would change" not in [one.label for one in app.button]
    assert not (office / "tables").exists()


def test_a_table_goes_all_the_way_and_back(open_page, allowed, office):
    before = (office / "dosah.gpkg").read_bytes()
    app = pasted(open_page(lang="en"), f"{HEAD}\n{ROW}")
    button(app, "Show what would change").click().run()
    shown = words_of(app)
    assert "Findings of focus groups" in shown
    assert "No gap changes by it." in shown
    assert (office / "dosah.gpkg").read_bytes() == before
    button(app, "Publish this table").click().run()
    assert "is published as" in words_of(app), words_of(app)
    assert [path.name for path in (office / "tables").iterdir()] == ["own-findings-1.csv"]
    assert len(read_dataset(office / "dosah.gpkg")["finding"]) == 1
    button(app, "Show what would go with it").click().run()
    button(app, "Withdraw this table").click().run()
    assert "is withdrawn" in words_of(app)
    assert not list((office / "tables").iterdir())
    assert read_dataset(office / "dosah.gpkg")["finding"].empty


def test_a_thousand_rows_from_excel_are_taken(open_page, allowed):
    rows = [ROW.replace("zápis", f"zápis {number}") for number in range(1000)]
    app = pasted(open_page(lang="en"), "\n".join((HEAD, *rows)))
    assert "1,000" in words_of(app)


def test_where_the_build_is_not_known_the_checked_table_is_handed_over(open_page, allowed, office):
    (office / "dosah.build.json").unlink()
    app = pasted(open_page(lang="en"), f"{HEAD}\n{ROW}")
    assert "can be checked here, but not published" in app.info[0].value
    assert "Download the checked table" in [shown.proto.label for shown in app.get("download_button")]
    assert "Show what would change" not in [shown.label for shown in app.button]


def test_a_doubtful_capacity_is_corrected_by_a_form(open_page, allowed, office):
    from dashboard.method import facts

    capacity = facts.doubtful(read_dataset(office / "dosah.gpkg"))[0]
    app = open_page(
        lang="en", kind="corrections", record=capacity.service_id, form=capacity.form, unit=capacity.unit
    )
    assert capacity.name in words_of(app)
    app.text_input[0].set_value("Městský úřad")
    app.text_input[1].set_value("roční číslo")
    button(app, "Check this correction").click().run()
    button(app, "Show what would change").click().run()
    shown = words_of(app)
    assert "applied" in shown
    button(app, "Publish this table").click().run()
    keys = {
        (row.service_id, row.form, row.unit) for row in facts.doubtful(read_dataset(office / "dosah.gpkg"))
    }
    assert (capacity.service_id, capacity.form, capacity.unit) not in keys


@pytest.mark.parametrize(
    "address", [{"kind": "<script>"}, {"record": "x", "form": "y", "unit": "z"}, {"kind": "needs"}]
)
def test_an_address_that_does_not_fit_shows_the_usual_page(open_page, allowed, address):
    app = open_page(lang="en", **address)
    assert not app.exception
    assert app.query_params["kind"] in (["needs"], ["services"], "needs", "services")


def test_the_kind_is_chosen_twice_and_kept_in_the_address(open_page, allowed):
    app = open_page(lang="pl", kind="needs")
    for kind in ("funding", "findings"):
        app.selectbox[0].select(kind).run()
        assert app.selectbox[0].value == kind
        asked = app.query_params["kind"]
        assert (asked if isinstance(asked, str) else asked[0]) == kind
