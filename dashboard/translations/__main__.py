"""Maintainers' tool: bring the .po files up to date with the code and say what still lacks words."""

from __future__ import annotations

import sys

from dashboard.translations.messages import HEADERS, extract, problems, update


def main() -> int:
    """Update every language; return 1 where something is missing, so that it can be asked in a script."""
    template = extract()
    wrong = [problem for language in HEADERS for problem in problems(language, update(language), template)]
    for problem in wrong:
        print(problem)
    print(f"{sum(1 for message in template if message.id)} messages, {len(wrong)} problems")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
