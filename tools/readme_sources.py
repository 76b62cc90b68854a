"""Write the README's table of sources from data/sources.toml, so that the two never differ."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from geo.sources.catalogue import read_attributions, read_catalogue  # noqa: E402

README = ROOT / "README.md"
START, END = "<!-- sources: written by tools/readme_sources.py -->", "<!-- end of sources -->"


def sources_text() -> str:
    """Give the table of sources and the sentences that publishers ask for, in Markdown."""
    rows = ["| source | publisher | vintage | licence |", "| --- | --- | --- | --- |"]
    rows += [f"| [{source.title}]({source.address}) | {source.publisher} | {source.vintage} | {source.licence} |"
             for source in read_catalogue().values()]
    return "\n".join([START, "", *rows, "", *(f"{sentence}  " for sentence in read_attributions().values()), "", END])


def with_sources(readme: str) -> str:
    """Return a README with its table of sources written anew."""
    pattern = re.compile(re.escape(START) + ".*?" + re.escape(END), re.DOTALL)
    return pattern.sub(lambda _: sources_text(), readme)


if __name__ == "__main__":
    README.write_text(with_sources(README.read_text(encoding="utf-8")), encoding="utf-8")
