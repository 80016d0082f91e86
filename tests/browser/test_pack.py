"""The meeting pack as a speaker opens it: from a stick, without a network, by keyboard, in Chromium."""

import re
from pathlib import Path

import pytest

from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.pack import make
from geodata.stories import parse_story, story_for

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
AREA = "frydlantsko-beskydy"
OWN_STORY = Path(__file__).resolve().parents[1] / "data" / "own-story.yaml"
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="module")
def facts(published):
    return AreaFacts(published, AREA)


@pytest.fixture(scope="module")
def pack_file(facts, tmp_path_factory):
    path = tmp_path_factory.mktemp("stick") / "schůzka v Bašce.html"
    path.write_text(make.build(facts, story_for(AREA), "cs"), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def own_file(facts, tmp_path_factory):
    """A pack of a reader's own story with every kind of view."""
    story = parse_story(OWN_STORY.read_text(encoding="utf-8"), OWN_STORY.name)
    path = tmp_path_factory.mktemp("stick") / "own.html"
    path.write_text(make.build(facts, story, "cs"), encoding="utf-8")
    return path


@pytest.fixture
def opened(chromium, pack_file):
    """Open the pack offline; at the end nothing but the file itself was asked for, and nothing went wrong."""
    asked, trouble, contexts, files = [], [], [], []

    def open_(width=1920, height=1080, part="", file=pack_file, **options):
        files.append(file.as_uri())
        context = chromium.new_context(viewport={"width": width, "height": height}, offline=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("requestfailed", lambda request: trouble.append(f"failed: {request.url}"))
        page.on(
            "console",
            lambda message: trouble.append(message.text) if message.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: trouble.append(f"script: {error}"))
        page.goto(file.as_uri() + part)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert trouble == []
    assert {url.split("#")[0] for url in asked} == set(files)
    assert len(asked) == len(contexts)


# Resolves when everything that moves has come to rest.
STILL = """async () => {
    for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
    await Promise.allSettled(document.getAnimations().map(motion => motion.finished));
}"""


def shown(page):
    return page.evaluate("document.querySelector('main > section.is-shown').id")


def fills(page):
    return page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('#pack-map path[role=link]')]"
        ".map(p => [p.dataset.code, p.getAttribute('fill')]))"
    )


def test_the_story_steps_by_keyboard_and_clicker(opened):
    page = opened()
    count = len(story_for(AREA).steps)
    assert shown(page) == "slide-1"
    visited = []
    for key in ["ArrowRight", "PageDown", "Space", *["PageDown"] * count]:
        page.keyboard.press(key)
        page.wait_for_timeout(30)
        visited.append(shown(page))
    assert visited[: count - 1] == [f"slide-{number}" for number in range(2, count + 1)]
    assert visited[-1] == f"slide-{count}"
    page.keyboard.press("PageUp")
    page.wait_for_function(f"() => document.querySelector('.is-shown').id === 'slide-{count - 1}'")
    page.keyboard.press("Home")
    page.wait_for_function("() => document.querySelector('.is-shown').id === 'slide-1'")
    notes = page.locator("#slide-1 .notes")
    assert not notes.is_visible()
    page.keyboard.press("n")
    assert notes.is_visible()
    # A name on the live map says that it is seen: only what is around it can hide it.
    style = "getComputedStyle(document.querySelector('main'))"
    black = f"{style}.visibility === 'hidden' && {style}.opacity === '0'"
    for key in ("b", "."):
        page.keyboard.press(key)
        assert page.evaluate(black)
        # The first key after a pause brings the picture back and goes no step on.
        page.keyboard.press("PageDown")
        assert not page.evaluate(black)
        assert shown(page) == "slide-1"


def test_the_time_runs_from_the_first_step_and_can_start_again(opened):
    page = opened()
    timer = page.locator("#timer")
    page.wait_for_timeout(1200)
    assert not timer.is_visible()
    page.keyboard.press("PageDown")
    assert timer.is_visible()
    page.wait_for_function("() => document.querySelector('#timer').textContent === '0:02'")
    page.keyboard.press("r")
    page.wait_for_function("() => document.querySelector('#timer').textContent === '0:00'")


def test_the_speaker_has_a_window_with_notes_the_next_slide_and_the_time(opened):
    page = opened()
    with page.context.expect_page() as opened_page:
        page.keyboard.press("p")
    speaker = opened_page.value
    story = story_for(AREA)

    def words(name):
        return speaker.locator(f"#{name}").inner_text()

    assert words("place") == f"1 / {len(story.steps)}"
    assert words("said") == story.steps[0].notes["cs"]
    assert words("following") == story.steps[1].sentence["cs"]
    speaker.keyboard.press("PageDown")
    page.wait_for_function("() => document.querySelector('.is-shown').id === 'slide-2'")
    assert words("now") == story.steps[1].sentence["cs"]
    page.keyboard.press("End")
    page.wait_for_function(f"() => document.querySelector('.is-shown').id === 'slide-{len(story.steps)}'")
    assert words("following") == "Konec"
    assert re.fullmatch(r"\d:\d\d", words("time"))


def test_a_finger_swipes_from_slide_to_slide(opened):
    page = opened(390, 844, has_touch=True)
    swipe = """([from, to]) => {
        const place = document.querySelector('.slide.is-shown h1, .slide.is-shown h2');
        const touch = (x) => new Touch({ identifier: 1, target: place, clientX: x, clientY: 200 });
        const moved = (kind, touches, changedTouches) =>
            place.dispatchEvent(new TouchEvent(kind, { bubbles: true, touches, changedTouches }));
        moved('touchstart', [touch(from)], [touch(from)]);
        moved('touchend', [], [touch(to)]);
    }"""
    page.evaluate(swipe, [300, 100])
    page.wait_for_function("() => document.querySelector('.is-shown').id === 'slide-2'")
    page.evaluate(swipe, [100, 120])
    page.evaluate(swipe, [100, 300])
    page.wait_for_function("() => document.querySelector('.is-shown').id === 'slide-1'")


def test_a_village_is_looked_at_among_its_neighbours_and_the_map_comes_back(opened, facts, own_file):
    page = opened(part="#slide-2", file=own_file)
    page.wait_for_selector("#pack-map path[role=link]", state="attached")
    wide = "document.querySelector(`#pack-map path[data-code='598542']`).getBoundingClientRect().width"
    page.wait_for_function(f"() => {wide} > document.querySelector('#pack-map').clientWidth * 0.3")
    near = page.evaluate(wide)
    page.keyboard.press("PageDown")
    page.wait_for_function(f"() => {wide} < {near} * 0.8")
    names = page.locator("#layers option").all_inner_texts()
    assert names[:2] == ["Scénář", "Dnes"]
    then = fills(page)
    page.locator("#layers").select_option(index=1)
    page.wait_for_function(
        "before => JSON.stringify(before) !== JSON.stringify(Object.fromEntries("
        "[...document.querySelectorAll('#pack-map path[role=link]')]"
        ".map(p => [p.dataset.code, p.getAttribute('fill')])))",
        arg=then,
    )
    changed = {code for code, fill in fills(page).items() if fill != then[code]}
    assert changed
    assert changed <= set(facts.members)


def test_who_wants_no_motion_gets_none(opened, own_file):
    page = opened(part="#slide-2", file=own_file, reduced_motion="reduce")
    page.wait_for_selector("#pack-map path[role=link]", state="attached")
    page.keyboard.press("PageDown")
    page.wait_for_function("() => document.querySelector('.is-shown').id === 'slide-3'")
    still = (
        "[...document.querySelectorAll('.is-shown h2, .is-shown .words')]"
        ".every(one => getComputedStyle(one).animationName === 'none')"
    )
    assert page.evaluate(still)
    assert not page.evaluate("document.querySelector('#pack-map').classList.contains('leaflet-zoom-anim')")


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1280, 720)])
def test_a_hall_reads_every_slide_and_nothing_is_cut(opened, own_file, pack_file, width, height):
    """Sentences are at least a fortieth of the height of the screen; nothing lies below the edge."""
    for file, count in ((pack_file, len(story_for(AREA).steps)), (own_file, 11)):
        page = opened(width, height, file=file)
        for number in range(1, count + 1):
            page.evaluate(f"location.hash = 'slide-{number}'")
            page.wait_for_function(f"() => document.querySelector('.is-shown').id === 'slide-{number}'")
            page.wait_for_timeout(60)
            sizes = page.evaluate(
                "[...document.querySelectorAll('.is-shown :is("
                "h1, h2, .big, .huge, .bars td, .card strong, .tile span, .points li)')]"
                ".filter(one => one.offsetParent).map(one => parseFloat(getComputedStyle(one).fontSize))"
            )
            assert min(sizes) >= height / 48, (file.name, number, min(sizes))
            cut = page.evaluate(
                "[...document.querySelectorAll('.is-shown :is(.words, .fit)')]"
                ".filter(one => one.offsetParent)"
                ".map(one => one.scrollHeight - one.clientHeight)"
            )
            assert all(more <= 2 for more in cut), (file.name, number, cut)


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: run tools/develop.py setup")
def test_axe_finds_nothing_on_any_slide(opened, own_file, pack_file):
    # The whole page is judged with the first slide, with each further one only what is shown. What is hidden
    # is taken out meanwhile: axe reads every element of the document before it judges a part of it.
    judge = """async isWhole => {
        const hidden = isWhole ? [] : [...document.querySelectorAll('main > section:not(.is-shown)')];
        const away = hidden.map(section => ({section, mark: document.createComment('')}));
        away.forEach(({section, mark}) => section.replaceWith(mark));
        const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];
        const result = await axe.run(isWhole ? document : document.querySelector('.is-shown'),
            {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']});
        away.forEach(({section, mark}) => mark.replaceWith(section));
        return result.violations.flatMap(rule =>
            rule.nodes.map(node => [rule.id, node.html.slice(0, 200), node.failureSummary]));
    }"""
    for file in (pack_file, own_file):
        page = opened(1400, 900, file=file)
        page.evaluate(AXE.read_text("utf-8"))
        for number in range(1, page.evaluate("document.querySelectorAll('.slide').length") + 1):
            page.evaluate(f"location.hash = 'slide-{number}'")
            page.wait_for_function(f"() => document.querySelector('.is-shown').id === 'slide-{number}'")
            page.evaluate(STILL)
            assert page.evaluate(judge, number == 1) == [], (file.name, number)


def test_one_map_changes_its_classes_from_slide_to_slide_and_by_choice(opened, facts):
    page = opened(part="#slide-5")
    page.wait_for_selector("html[data-dosah-painted], #pack-map path[role=link]", state="attached")
    page.wait_for_function(
        f"() => document.querySelectorAll('#pack-map path[role=link]').length === {len(facts.members)}"
    )
    beds = fills(page)
    assert set(beds) == set(facts.members)
    page.evaluate("document.querySelector('#pack-map').dataset.mark = 'the same'")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('.is-shown').id === 'slide-6'")
    assert page.evaluate("document.querySelector('.is-shown #pack-map').dataset.mark") == "the same"
    home = fills(page)
    differs = {
        code
        for code in beds
        if facts.gap("residential_seniors", code).gap_class != facts.gap("home_care", code).gap_class
    }
    assert differs
    assert all(beds[code] != home[code] for code in differs)
    page.locator("#layers").select_option(index=0)
    assert fills(page) == beds


def test_pointing_at_a_village_tells_its_figures_and_a_click_opens_its_page(opened):
    page = opened(part="#slide-5")
    page.wait_for_selector("#pack-map path[role=link]", state="attached")
    # Focus brings the outline to the front, which may cost it the focus once:
    # ask until its words stand there.
    page.wait_for_function(
        """code => {
            const path = document.querySelector(`#pack-map path[data-code="${code}"]`);
            if (document.activeElement !== path) path.focus();
            const told = document.querySelector(".leaflet-tooltip-pane").innerText;
            return told.includes("Frýdlant nad Ostravicí");
        }""",
        arg="598143",
    )
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('.is-shown').id === 'village-598143'")
    assert page.locator("#village-598143 h2").inner_text() == "Frýdlant nad Ostravicí"
    page.keyboard.press("Escape")
    page.wait_for_function("() => document.querySelector('.is-shown').id === 'slide-5'")


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1024, 768), (390, 844)])
def test_nothing_is_wider_than_the_screen(opened, facts, width, height):
    page = opened(width, height)
    ids = page.evaluate("[...document.querySelectorAll('main > section')].map(section => section.id)")
    wanted = [
        name for name in ids if name.startswith("slide") or name in ("tables", "sources", "village-598143")
    ]
    for name in wanted:
        page.evaluate(f"location.hash = '{name}'")
        page.wait_for_function(f"() => document.querySelector('.is-shown').id === '{name}'")
        too_wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert too_wide <= 0, (name, too_wide)


def test_in_print_every_slide_is_there_with_a_map_that_needs_no_script(opened):
    page = opened()
    page.emulate_media(media="print")
    assert page.locator("#slide-1").is_visible()
    assert page.locator("#slide-5 .print-only svg").first.is_visible()
    assert page.locator("#slide-5 .notes").is_visible()
    assert not page.locator(".bar").is_visible()
    assert page.locator("#sources").is_visible()
    assert not page.locator("#village-598143").is_visible()
    drawn = page.locator("#slide-5 .print-only svg path[data-code='598143']").first
    assert re.fullmatch(r"#[0-9a-f]{6}|url\(#fill-.+\)", drawn.get_attribute("fill"))


def test_in_print_an_open_village_stands_alone(opened):
    page = opened(part="#village-598143")
    page.emulate_media(media="print")
    assert page.locator("#village-598143").is_visible()
    assert page.locator("main > section:visible").count() == 1
