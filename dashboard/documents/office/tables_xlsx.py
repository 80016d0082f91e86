"""The tables of an area as a workbook: one sheet for each topic, and its sources."""

from __future__ import annotations

from dashboard import text
from dashboard.documents.facts import topics, words
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.work import workbook
from dashboard.documents.work.workbook import Sheet
from dashboard.text import _


def build(facts: AreaFacts, language: str) -> bytes:
    """Write the workbook of an area."""
    with text.speaking(language):
        sheets = [
            Sheet(
                title=topic.sheet,
                headings=topic.headings,
                rows=topic.rows,
                notes=[
                    topic.caption,
                    *topic.notes,
                    *(
                        _("Source: {source}", source=line)
                        for line in words.origin_lines(facts, topic.sources)
                    ),
                ],
            )
            for topic in topics.topics(facts)
        ]
        return workbook.build(_("Social services and gaps: {area}", area=facts.name), language, sheets)
