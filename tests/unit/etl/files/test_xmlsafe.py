"""XML that would read other files or fill the memory never reaches GDAL."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.files.xmlsafe import check_xml
from geodata.errors import InputFileError

LAUGHS = '<!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "&l;&l;&l;&l;">]><a>&m;</a>'
EXTERNAL = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
REMOTE = '<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><a/>'


@pytest.mark.parametrize("text", [LAUGHS, EXTERNAL, REMOTE, f'<?xml version="1.0"?>\n<!-- x -->{EXTERNAL}'])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_types_and_entities_are_refused(text: str, encoding: str, tmp_path: Path) -> None:
    (tmp_path / "a.kml").write_bytes(text.encode(encoding))
    with pytest.raises(InputFileError, match="document type"):
        check_xml(tmp_path / "a.kml")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<a>",
        "<a></b>",
        "<a/><b/>",
        "no xml",
        "<a>&nbsp;</a>",
        '<?xml version="1.0" encoding="x-none"?><a/>',
    ],
)
def test_broken_or_cut_off_files_are_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(text, encoding="utf-8")
    with pytest.raises(InputFileError, match="cut off"):
        check_xml(tmp_path / "a.xml")


def test_endless_nesting_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("<a>" * 1000 + "</a>" * 1000, encoding="utf-8")
    with pytest.raises(InputFileError, match="deeper"):
        check_xml(tmp_path / "a.xml")


def test_another_root_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text('<OGRVRTDataSource xmlns="x"/>', encoding="utf-8")
    with pytest.raises(InputFileError, match="<kml>"):
        check_xml(tmp_path / "a.xml", roots=("kml",))


def test_a_harmless_file_tells_its_root(tmp_path: Path) -> None:
    (tmp_path / "a.kml").write_text(
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document/></kml>', encoding="utf-8"
    )
    assert check_xml(tmp_path / "a.kml", roots=("kml",)) == "kml"
