"""Writes into README.md what only the code knows: what is recorded, and what the example prints.

Run `make document` after either has changed; tests/test_docs.py compares.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from autolog.installed import distribution_of
from autolog.registry import discover

README = Path(__file__).parent.parent / "README.md"
TABLE = "<!-- recorded: written by `make document` -->\n", "<!-- /recorded -->"
EXAMPLE = "<!-- example: written by `make document` -->\n", "<!-- /example -->"


def table() -> str:
    """What each of autolog's own integrations records, as a Markdown table."""
    lines = ["| library | versions | | recorded |", "| --- | --- | --- | --- |"]
    for library, available in sorted(discover().items()):
        distribution = distribution_of(Path(available.plugin.folder).name)
        if distribution is not None and distribution[0] == "autolog-ml":
            for place, (kind, text) in enumerate(available.records):
                name, versions = (library, available.requirement) if place == 0 else ("", "")
                lines.append(f"| {name} | {versions} | {kind} | {text} |")
    return "\n".join(lines) + "\n"


def example(readme: str) -> str:
    """The first block of code in the README, as a script."""
    blocks: list[str] = re.findall(r"```python\n(.*?)```", readme, flags=re.DOTALL)
    return blocks[0]


def printed(script: str) -> str:
    """What the example and `autolog runs` after it print, in an empty folder named `demo`."""
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / "demo"
        folder.mkdir()
        (folder / "example.py").write_text(script, encoding="utf-8")
        said = _output([sys.executable, "example.py"], folder)
        listed = _output([sys.executable, "-m", "autolog", "runs"], folder)
    said = said.replace(str(folder), ".")
    lines = ["```console", "$ python example.py", said, "$ autolog runs", listed, "```"]
    return "\n".join(line.rstrip() for line in "\n".join(lines).splitlines()) + "\n"


def documented(readme: str) -> str:
    """The README with the table and the output of today."""
    for (begin, end), content in ((TABLE, table()), (EXAMPLE, printed(example(readme)))):
        before, _, rest = readme.partition(begin)
        readme = f"{before}{begin}\n{content}\n{end}{rest.partition(end)[2]}"
    return readme


def _output(command: list[str], folder: Path) -> str:
    environment = {**os.environ, "COLUMNS": "100"}
    for name in [name for name in environment if name.startswith("AUTOLOG")]:
        del environment[name]
    finished = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
        timeout=300,
    )
    return finished.stdout.rstrip()


if __name__ == "__main__":
    README.write_text(documented(README.read_text(encoding="utf-8")), encoding="utf-8")
