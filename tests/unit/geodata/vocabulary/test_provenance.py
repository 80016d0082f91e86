"""Origins of the snapshot: complete, in three languages, one for each file."""

from geodata.vocabulary.codes import codelist
from geodata.vocabulary.provenance import checksum, data_folder, origins


def test_every_file_of_the_snapshot_has_an_origin_in_three_languages():
    named = {origin.file_name for origin in origins().values()}
    files = {path.name for path in data_folder().iterdir() if path.suffix in {".csv", ".geojson"}}
    assert files <= named
    for origin in origins().values():
        assert set(origin.title) == set(origin.state_note) == {"cs", "pl", "en"}
        assert all([origin.publisher, origin.licence, origin.citation, *origin.title.values()])


def test_a_checksum_is_that_of_the_bytes(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"")
    assert checksum(tmp_path / "a.csv") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_line_ends_of_a_checkout_do_not_change_a_folders_checksum(tmp_path):
    for folder, content in (("unix", b"a: 1\n"), ("windows", b"a: 1\r\n"), ("other", b"a: 2\n")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.yaml").write_bytes(content)
    assert checksum(tmp_path / "unix") == checksum(tmp_path / "windows") != checksum(tmp_path / "other")


def test_codes_that_etl_writes_exist():
    wanted = {
        "rejection_reasons": {"missing_name"},
        "link_rules": {"reviewed", "exact_registration_id", "same_provider_kind_place", "same_provider_kind",
                       "further_site", "same_site_twice"},
        "evidences": {"register", "page", "register_and_page"},
        "served_area_states": {"declared", "described", "unknown"},
        "location_qualities": {"coordinates", "address_point", "municipality", "district", "unknown"},
        "target_groups": {"seniors", "dementia"},
    }  # fmt: skip
    for name, codes in wanted.items():
        assert codes <= set(codelist(name)), name
