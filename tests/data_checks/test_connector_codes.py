"""
Whatever reason or rule a connector writes must have words in three languages:
an unknown one would stop a whole country at the end.
"""

import re
from importlib.resources import files

from geodata.vocabulary.codes import codelist

CODE = re.compile(r'"((?:invalid|missing|duplicate|unknown|part|same)_[a-z_]+)"')


def test_every_reason_and_rule_of_the_connectors_is_in_a_code_list():
    known = {*codelist("rejection_reasons"), *codelist("link_rules")}
    written = {
        code: entry.name
        for folder in (files("etl.sources"), files("etl.sources.formats"))
        for entry in folder.iterdir()
        if entry.name.endswith(".py")
        for code in CODE.findall(entry.read_text(encoding="utf-8"))
    }
    assert {"invalid_shape", "part_of_municipality", "same_site_twice", "unknown_municipality"} <= set(
        written
    )
    assert {code: name for code, name in written.items() if code not in known} == {}
