import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import DosahError, InputFileError, UnknownCodeError
from geodata.vocabulary import codes

LISTS = [codes.codelist(name) for name in codes.CODELISTS]


@pytest.mark.parametrize("name", codes.CODELISTS)
def test_every_list_names_itself_and_has_text_in_three_languages(name):
    content = codes._read(name)
    assert content["name"] == name
    assert set(content) == {"name", "codes"}
    for entry in codes.codelist(name).values():
        for part in (entry.label, entry.description):
            assert set(part) == {"cs", "pl", "en"}
            assert all(text == text.strip() and text for text in part.values())


@pytest.mark.parametrize("name", codes.CODELISTS)
@pytest.mark.parametrize("language", codes.LANGUAGES)
def test_no_two_codes_of_a_list_read_the_same(name, language):
    labels = [entry.label[language].casefold() for entry in codes.codelist(name).values()]
    assert sorted(set(labels)) == sorted(labels)


def test_every_codelist_that_the_data_dictionary_names_exists():
    from geodata.dataset.fields import TABLES

    named = {field.codelist for table in TABLES for field in table.fields if field.codelist}
    assert named <= set(codes.CODELISTS)


def test_czech_kinds_are_the_34_of_the_law_with_what_is_known_of_their_codes():
    kinds = [kind for code, kind in codes.codelist("service_types").items() if code.startswith("cz-")]
    assert len(kinds) == 34
    assert all(kind.code == f"cz-{kind.attributes['paragraph']}" for kind in kinds)
    certainty = [kind.attributes["open_data_code_certainty"] for kind in kinds]
    assert {word: certainty.count(word) for word in set(certainty)} == {
        "seen": 21,
        "derived": 12,
        "unknown": 1,
    }
    numbers = [
        kind.attributes["open_data_code"]
        for kind in kinds
        if kind.attributes["open_data_code_certainty"] != "unknown"
    ]
    assert len(set(numbers)) == 33
    assert None not in numbers
    assert codes.codelist("service_types")["cz-70a"].attributes["open_data_code"] is None


def test_protected_kinds_are_exactly_those_of_the_design():
    protected = {
        code for code, kind in codes.codelist("service_types").items() if kind.attributes["address_protected"]
    }
    assert protected == {"cz-57", "cz-60a", "pl-SOW"}


def test_polish_kinds_point_at_czech_kinds_that_exist():
    kinds = codes.codelist("service_types")
    polish = [kind for kind in kinds.values() if kind.code.startswith("pl-")]
    assert {part for kind in polish for part in kind.attributes["czech_analogue"]} <= set(kinds)
    reference = {kind.attributes["reference_code"] for kind in polish}
    assert reference - {None} == {
        *(
            "PS",
            "POR",
            "INT",
            "SCH",
            "UO",
            "SUO",
            "US",
            "DDP",
            "SDS",
            "KS",
            "RDP",
            "MT / MW",
            "DPS-A..G",
            "PCO",
        ),
        *("WK", "AOON", "PWD", "AR", "PZ / POW", "SOW", "WTZ / ZAZ", "CIS / KIS", "CUS"),
    }


def test_labels_are_found_and_never_fall_back():
    assert codes.label("service_types", "cz-40", "cs") == "Pečovatelská služba"
    assert codes.label("service_types", "pl-UO", "pl") == "Usługi opiekuńcze"
    assert codes.label("capacity_units", "luzka", "en") == "beds"
    with pytest.raises(UnknownCodeError, match="cz-999"):
        codes.label("service_types", "cz-999", "cs")
    with pytest.raises(UnknownCodeError, match="'de'"):
        codes.label("service_types", "cz-40", "de")
    with pytest.raises(UnknownCodeError, match="colours"):
        codes.codelist("colours")


def test_lists_cannot_be_changed_by_whoever_reads_them():
    units = codes.codelist("capacity_units")
    with pytest.raises(TypeError):
        units["new"] = units["luzka"]
    with pytest.raises(TypeError):
        units["luzka"].label["cs"] = "postele"
    with pytest.raises(TypeError):
        units["luzka"].attributes["plural_forms"]["cs"] = ()


def test_units_have_the_plural_forms_of_each_language():
    for code, unit in codes.codelist("capacity_units").items():
        forms = unit.attributes["plural_forms"]
        if code == "unknown":
            assert forms is None
        else:
            assert {language: len(part) for language, part in forms.items()} == {"cs": 3, "pl": 3, "en": 2}
    assert tuple(codes.codelist("capacity_units")["place"].attributes["plural_forms"]["pl"]) == (
        "miejsce",
        "miejsca",
        "miejsc",
    )


def test_gap_classes_have_a_sentence_for_a_mayor_and_an_order_of_their_own():
    classes = codes.codelist("gap_classes")
    assert list(classes) == ["no_need", "at_or_above", "below", "far_below", "none_within_reach", "unknown"]
    assert [part.attributes["reading_order"] for part in classes.values()] == list(range(6))
    for part in classes.values():
        assert set(part.attributes["sentence"]) == {"cs", "pl", "en"}
        assert all(text.endswith(".") for text in part.attributes["sentence"].values())


def test_broken_lists_tell_every_problem_at_once():
    entries = yaml.safe_load(
        """
        - code: one
          label: {cs: jedna, pl: jeden, en: one}
          description: {cs: jedna, pl: jeden, en: one}
        - code: one
          label: {cs: jedna, pl: " "}
          description: {cs: a, pl: b, en: c, de: d}
        - code: 3
        """
    )
    with pytest.raises(InputFileError) as caught:
        codes._checked("numbers.yaml", entries, "code")
    assert caught.value.file == "numbers.yaml"
    assert caught.value.problems == (
        "code one stands there twice",
        "one has no label in pl",
        "one has no label in en",
        "one has a description in an unknown language: de",
        "entry 3 has no code as text (quote it in YAML)",
    )
    with pytest.raises(DosahError, match="no entries"):
        codes._checked("numbers.yaml", [], "code")


def test_first_group_is_residential_care_of_seniors():
    groups = list(codes.service_groups().values())
    assert groups[0].group_id == "residential_seniors"
    assert groups[0].scopes["CZ"] == codes.GroupScope(("cz-49", "cz-50"), "pob", "luzka", True)
    assert groups[0].target_population == (codes.AgeWeight(80, None, 1.0),)
    home_care = codes.service_groups()["home_care"]
    assert home_care.scopes["CZ"] == codes.GroupScope(("cz-39", "cz-40"), "ter", "klient", True)
    assert home_care.target_population == (codes.AgeWeight(65, None, 1.0),)


@pytest.mark.parametrize("group", codes.service_groups().values(), ids=lambda group: group.group_id)
def test_groups_count_people_who_exist_and_kinds_that_exist(group):
    kinds = codes.codelist("service_types")
    last = -1
    for part in group.target_population:
        assert last < part.age_from < 110
        assert part.age_to is None or part.age_from <= part.age_to
        assert 0 < part.weight <= 1
        last = 200 if part.age_to is None else part.age_to
    assert set(group.population_reason) == set(codes.LANGUAGES)
    assert group.scopes
    for country, scope in group.scopes.items():
        assert scope.unit != "unknown"
        assert scope.form != "unknown"
        assert len(set(scope.service_type_codes)) == len(scope.service_type_codes)
        assert all(kinds[code].attributes["country"] == country for code in scope.service_type_codes)


def test_no_two_groups_count_the_same_capacity():
    for country in ("CZ", "PL"):
        counted = [
            (code, scope.form, scope.unit)
            for group in codes.service_groups().values()
            if (scope := group.scopes.get(country))
            for code in scope.service_type_codes
        ]
        assert sorted(set(counted)) == sorted(counted)


def test_register_is_called_complete_only_for_seniors_in_the_czech_republic():
    complete = {
        group.group_id for group in codes.service_groups().values() if group.is_register_complete_in("CZ")
    }
    assert complete == {
        "residential_seniors",
        "home_care",
        "respite_residential",
        "respite_field",
        "day_care",
        "emergency_alarm",
        "activation_seniors",
    }
    assert not any(group.is_register_complete_in("PL") for group in codes.service_groups().values())
    assert not codes.service_groups()["home_care"].is_register_complete
    assert codes.service_groups()["emergency_alarm"].is_register_complete


def test_a_group_with_an_unknown_or_foreign_kind_is_refused():
    entry = {"service_type_codes": ["cz-40", "pl-UO", "cz-0"], "form": "ter", "unit": "people"}
    with pytest.raises(InputFileError) as caught:
        codes._scope("CZ", entry, for_seniors=True)
    assert caught.value.problems == (
        "unknown kind of service cz-0",
        "pl-UO is of another country than CZ",
        "unknown unit people",
    )


def test_published_norms_are_the_two_that_were_found():
    assert {name: norm.value_per_1000 for name, norm in codes.norms().items()} == pytest.approx(
        {"oecd_ltc_beds_2021": 46.0, "malopolska_dps": 55.6}
    )
    assert codes.norms()["oecd_ltc_beds_2021"].age_weights == (codes.AgeWeight(65, None, 1.0),)
    assert codes.norms()["malopolska_dps"].countries == ("PL",)
    assert codes.norms()["malopolska_dps"].year is None


def test_kinds_on_pages_lead_to_kinds_of_the_same_country_or_of_both():
    kinds = codes.codelist("service_types")
    for (country, name), code in codes.page_types().items():
        assert kinds[code].attributes["country"] in {country, None}, name
    assert set(codes.page_type_exceptions().values()) <= set(kinds)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("senioři s Alzheimerovou chorobou a jinými demencemi", ("seniors", "dementia")),
        ("osoby s chronickým duševním onemocněním", ("mental_illness",)),
        ("osoby s mentálním postižením a PAS", ("intellectual_disability", "autism")),
        (
            "senioři se sníženou soběstačností, závislí na pomoci druhé osoby",
            ("seniors", "reduced_self_sufficiency"),
        ),
        ("osoby s poalkoholovou demencí", ("dementia", "addiction")),
        ("opiekunowie osób zależnych", ("carers",)),
        ("kobiety w kryzysie bezdomności", ("homeless",)),
        ("osoby z niepełnosprawnością", ("disability",)),
        ("dorośli z niepełnosprawnością intelektualną", ("intellectual_disability",)),
        ("senioři;nemocní", ("seniors", "chronic_illness")),
        ("nevyléčitelně nemocní v terminálním stadiu", ("palliative",)),
        ("pasažéři s kompasem", ()),
        ("", ()),
        (None, ()),
    ],
)
def test_target_groups_are_read_by_the_beginnings_of_words(text, expected):
    assert codes.infer_target_groups(text) == expected


@given(st.lists(st.sampled_from(["senioři", "osoby bez přístřeší", "pěstounské rodiny", "pozůstalí"])))
def test_parts_of_a_text_are_read_one_by_one(parts):
    together = set(codes.infer_target_groups(";".join(parts)))
    apart = {code for part in parts for code in codes.infer_target_groups(part)}
    assert together == apart


@given(st.text())
def test_any_text_gives_known_groups_in_the_order_of_the_list(text):
    order = list(codes.codelist("target_groups"))
    groups = codes.infer_target_groups(text)
    assert list(groups) == [code for code in order if code in groups]


def test_only_seen_target_groups_carry_an_official_code():
    official = {
        code: entry.attributes["open_data_code"]
        for code, entry in codes.codelist("target_groups").items()
        if entry.attributes["certainty"] == "seen"
    }
    assert official == {"seniors": "24", "carers": "26", "palliative": "27", "dementia": "30"}
    assert all(
        entry.attributes["open_data_code"] is None
        for entry in codes.codelist("target_groups").values()
        if entry.attributes["certainty"] == "own_grouping"
    )
