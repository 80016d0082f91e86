import re

import pytest

from dashboard.map import joined
from dashboard.map import scripts as map_scripts


def written(folder, **codes):
    for name, code in codes.items():
        (folder / f"{name}.js").write_text(code, encoding="utf-8")
    return folder


def test_what_is_imported_stands_before_who_imports_it_and_once(tmp_path):
    folder = written(
        tmp_path,
        entry='import { one } from "./a.js";\nimport * as all from "./b.js";\nwindow.x = one + all.two;\n',
        a='import { two as second } from "./b.js";\nexport const one = second - 1;\n',
        b="export async function load() {}\nexport function* each() {}\nexport const two = 2;\n",
    )
    script = joined.join(folder, "entry.js")
    assert re.findall(r'^modules\["(.+?)"\] = ', script, re.MULTILINE) == ["b.js", "a.js", "entry.js"]
    assert 'const { two: second } = modules["b.js"];' in script
    assert 'const all = modules["b.js"];' in script
    assert "return { load, each, two };" in script
    assert not re.search(r"^(import|export)\b", script, re.MULTILINE)


def test_names_over_several_lines_are_taken_too(tmp_path):
    folder = written(
        tmp_path,
        entry='import {\n  one,\n  two as other,\n} from "./a.js";\n',
        a="export const one = 1;\nexport const two = 2;\n",
    )
    assert 'const { one, two: other } = modules["a.js"];' in joined.join(folder, "entry.js")


@pytest.mark.parametrize(
    "code",
    [
        "export let state = 1;\n",
        "export default function () {}\n",
        "export { one };\n",
        'import "./a.js";\n',
        'import one from "./a.js";\n',
        'import { one } from "leaflet";\n',
        "export class A {}\n",
    ],
)
def test_a_form_that_would_be_read_wrongly_is_refused(tmp_path, code):
    with pytest.raises(joined.ScriptError, match=r"entry\.js: this form is not joined"):
        joined.join(written(tmp_path, entry=code, a=""), "entry.js")


def test_modules_in_a_circle_are_refused(tmp_path):
    folder = written(tmp_path, a='import { b } from "./b.js";\n', b='import { a } from "./a.js";\n')
    with pytest.raises(joined.ScriptError, match=r"a\.js → b\.js → a\.js"):
        joined.join(folder, "a.js")


@pytest.mark.parametrize("name", map_scripts.JOINED)
def test_an_address_tells_the_content(name):
    assert joined.address(name) == f"{name}?v={joined.version(name)}"
    assert re.fullmatch(r"[0-9a-f]{16}", joined.version(name))
