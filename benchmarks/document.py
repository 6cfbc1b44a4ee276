"""Writes into the benchmarks' README.md what the results say, so that both cannot disagree.

    python -m benchmarks.document [RESULTS]

takes the newest results that are kept, or those of a file.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.comparison import added, amount, bare_of, by_subject, compared, is_reached
from benchmarks.results_file import results_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmarks.result import Result

HERE = Path(__file__).parent
README = HERE / "README.md"
RESULTS = HERE / "results"
BEGIN = "<!-- results: written by `make bench-document` -->\n"
END = "<!-- /results -->"


def documented(readme: str, document: Mapping[str, Any], charts: str) -> str:
    """The README with the results.

    Args:
        readme: The README.
        document: What the results file holds.
        charts: The folder of the charts, as the README links it.
    """
    before, _, rest = readme.partition(BEGIN)
    content = "\n".join(_sections(document, charts))
    return f"{before}{BEGIN}\n{content}\n{END}{rest.partition(END)[2]}"


def newest() -> Path:
    """The newest of the results that are kept.

    Raises:
        FileNotFoundError: There are none.
    """
    found = [path for path in RESULTS.glob("*.json") if not path.stem.endswith("-quick")]
    if not found:
        raise FileNotFoundError("There are no results yet: `make bench` writes them.")
    return max(found, key=lambda path: path.stat().st_mtime)


def better_peers(results: Sequence[Result]) -> list[str]:
    """One line for each subject in which a peer is better than autolog, or a goal is missed."""
    lines = []
    for subject, contenders in by_subject(results).items():
        ours = [one for one in contenders if one.role == "autolog" and one.median is not None]
        theirs = [one for one in contenders if one.role == "peer" and one.median is not None]
        if ours and theirs:
            best = _best(ours)
            ahead = [peer for peer in theirs if _is_better(peer, best)]
            lines += [
                f"{subject}: {peer.contender} is better, with {amount(peer.median)} {peer.unit} "
                f"beside {amount(best.median)}{f' ({peer.note})' if peer.note else ''}"
                for peer in ahead
            ]
        bare = bare_of(contenders)
        lines += [_missed(subject, one, bare) for one in ours if is_reached(one, bare) is False]
    return lines


def _missed(subject: str, result: Result, bare: float | None) -> str:
    value, what = result.median, "takes"
    if result.goal_of == "added":
        value, what = added(result, bare), "adds"
    elif result.goal_of == "rate":
        what = "reaches"
    return (
        f"{subject}: {result.contender} misses its goal of {amount(result.goal)} {result.unit}: it "
        f"{what} {amount(value)}"
    )


def _best(results: Sequence[Result]) -> Result:
    best = results[0]
    for result in results[1:]:
        if _is_better(result, best):
            best = result
    return best


def _is_better(one: Result, other: Result) -> bool:
    if one.median is None or other.median is None:
        return False
    return one.median > other.median if one.more_is_better else one.median < other.median


def _sections(document: Mapping[str, Any], charts: str) -> Iterator[str]:
    machine = document["machine"]
    yield (
        f"Measured on {document['date']}, at commit `{document['commit']}`, with Python "
        f"{machine['python']} on {machine['cores']} cores ({machine['processor']}, "
        f"{machine['memory GiB']} GiB, {machine['system']})"
        f"{'' if document['scale'] == 'full' else ', a little of everything only'}."
    )
    versions = (f"{name} {version}" for name, version in document["versions"].items())
    yield f"Versions: {', '.join(versions)}.\n"
    yield "### How each is used\n"
    yield "| contender | configuration |\n| --- | --- |"
    for name, configuration in document["configurations"].items():
        yield f"| {name} | {configuration} |"
    answers = [(answer, results_of(answer)) for answer in document["answers"]]
    yield "\n### Where autolog is not the best, or misses its goal\n"
    behind = {answer["title"]: better_peers(results) for answer, results in answers}
    for title, lines in behind.items():
        if lines:
            yield f"{title}\n"
            yield "\n".join(f"- {line}." for line in lines) + "\n"
    if not any(behind.values()):
        yield "Nowhere in these results."
    for answer, results in answers:
        yield from _section(answer, results, charts)


def _section(answer: Mapping[str, Any], results: Sequence[Result], charts: str) -> Iterator[str]:
    question = answer["question"]
    yield f"\n### {answer['title']}\n"
    yield f"{answer['method']}\n"
    yield (
        f"To measure it again: `make bench QUESTIONS={question}`. "
        f"It took {answer['seconds']:.0f} s, in which other machines had {answer['stolen']:.0%} of "
        "the processors.\n"
    )
    yield f"![{answer['title']}]({charts}/{question}.svg)\n"
    yield "| | contender | median | quartiles | n | x bare | added | goal | |"
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |"
    for subject, rows in compared(results).items():
        for place, row in enumerate(rows):
            shown = subject if place == 0 else ""
            name = f"**{row.contender}**" if row.role == "autolog" else row.contender
            cells = shown, name, row.median, row.quartiles, row.measurements, row.ratio, row.added
            yield f"| {' | '.join(cells)} | {row.goal} | {row.note} |"


def main(path: Path) -> None:
    """Writes the README.

    Args:
        path: The file of results.
    """
    document = json.loads(path.read_text(encoding="utf-8"))
    charts = path.with_suffix("").absolute().relative_to(HERE).as_posix()
    text = documented(README.read_text(encoding="utf-8"), document, charts)
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else newest())
