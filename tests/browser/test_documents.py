"""
The page of documents in Chromium: a file is ordered by keyboard, waited for, downloaded;
a wrong template is told in words.
"""

import io
import re
import zipfile

import pytest

from tests.browser.screen import settled

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

WORDS = {
    "cs": ("Připravit", "Stáhnout", "Opravný list jedné obce (Excel)"),
    "pl": ("Przygotuj", "Pobierz", "Arkusz poprawek jednej gminy (Excel)"),
    "en": ("Prepare", "Download", "Correction slip of one municipality (Excel)"),
}
# Long enough for a machine that does other things too.
PATIENCE_MS = 120_000


def row(page, kind):
    return page.locator(f".st-key-dosah-offer-{kind}")


@pytest.mark.parametrize(("language", "width"), [("cs", 390), ("pl", 1400), ("en", 1920)])
def test_a_file_is_ordered_by_keyboard_and_downloaded(dashboard, open_page, language, width):
    page = open_page(f"{dashboard}documents?area=mikolow&lang={language}", width=width)
    order, download, title = WORDS[language]
    button = row(page, "slip").get_by_role("button", name=f"{order}: {title}", exact=True)
    button.focus()
    page.keyboard.press("Enter")
    named = re.compile(rf"^{download} \(.+\): {re.escape(title)}$")
    ready = row(page, "slip").get_by_role("button", name=named)
    ready.wait_for(timeout=PATIENCE_MS)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    with page.expect_download(timeout=PATIENCE_MS) as waited:
        ready.click()
    assert waited.value.suggested_filename == f"2408021-corrections-{language}.xlsx"
    assert zipfile.is_zipfile(waited.value.path())
    # The others were not made.
    assert row(page, "pack").get_by_role("button", name=order).count() == 1


def test_a_wrong_template_is_told_in_words_and_a_right_one_is_taken(dashboard, open_page):
    import docx

    page = open_page(f"{dashboard}documents?area=mikolow&lang=cs")
    report = row(page, "report")
    report.get_by_text("Použít vlastní šablonu").click()
    chooser = page.locator("input[type=file]")
    chooser.set_input_files({"name": "š.docx", "mimeType": "x", "buffer": b"no"})
    report.get_by_text("Kapitola se zapíše do „š.docx“.").wait_for()
    settled(page)
    report.get_by_role("button", name="Připravit").click()
    report.get_by_text("nelze použít").wait_for(timeout=PATIENCE_MS)
    own, buffer = docx.Document(), io.BytesIO()
    own.add_paragraph("Hlavička úřadu")
    own.save(buffer)
    chooser.set_input_files({"name": "naše.docx", "mimeType": "x", "buffer": buffer.getvalue()})
    report.get_by_text("Kapitola se zapíše do „naše.docx“.").wait_for()
    report.get_by_text("nelze použít").wait_for(state="detached")
    settled(page)
    report.get_by_role("button", name="Připravit").click()
    ready = report.get_by_role("button", name="Stáhnout")
    ready.wait_for(timeout=PATIENCE_MS)
    with page.expect_download(timeout=PATIENCE_MS) as waited:
        ready.click()
    assert docx.Document(waited.value.path()).paragraphs[0].text == "Hlavička úřadu"
