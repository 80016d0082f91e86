"""
What the tests in a browser do on every page: wait until it stands, look into its maps, choose from its lists.
"""

SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"
MAPS = "iframe[title*=folium]"
PAINTED = "html[data-dosah-painted]"
FILLS = (
    "Object.fromEntries([...document.querySelectorAll('path[role=link]')]"
    ".map(path => [path.dataset.code, path.getAttribute('fill')]))"
)


def settled(page):
    """Wait until the page has answered everything."""
    page.wait_for_selector(SETTLED)


def painted(frame):
    """Wait until the map in a frame is painted, and return the frame."""
    frame.wait_for_selector(PAINTED, state="attached")
    return frame


def map_frame(page, position=0):
    """The frame of a map of the page, once it is painted."""
    return painted(page.locator(MAPS).nth(position).element_handle().content_frame())


def painted_maps(page):
    """The frames of the maps that the page holds by now, once each is painted."""
    return [painted(handle.content_frame()) for handle in page.locator(MAPS).element_handles()]


def deck(page):
    """The frame with the slides, once a slide is shown."""
    frame = page.locator(".dosah-deck iframe").element_handle().content_frame()
    frame.wait_for_selector("section.slide.is-shown")
    return frame


def fills(frame):
    """Fill of every member's outline by code; members are the ones that can be reached by keyboard."""
    return frame.evaluate(FILLS)


def stamp(frame):
    """When the map was painted last, in its own words: changes whenever it is painted anew."""
    return frame.evaluate("document.documentElement.dataset.dosahPainted")


def painted_anew(frame, before):
    """Wait until the map is painted once more after the moment `before`."""
    frame.wait_for_function("before => document.documentElement.dataset.dosahPainted !== before", arg=before)


def choose(page, label, option):
    """Choose from a list of the page by mouse."""
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option).click()
