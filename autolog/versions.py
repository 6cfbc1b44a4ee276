"""Which versions an extra admits; the plain cases without `packaging`, which takes 9 ms to import.

Requirements are written as PEP 508 says, versions and specifiers as PEP 440.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_PLAIN_REQUIREMENT = re.compile(
    r"""[\w.-]+(?:\[[^\]]*\])?\s*(?P<versions>[^;@()\[\]]*);"""
    r"""\s*extra\s*==\s*['"](?P<extra>[^'"]+)['"]"""
)


def versions_of_extra(requirements: Iterable[str], extra: str) -> str:
    """The versions of the first requirement of an extra, such as `>=1.5`; empty for any.

    Args:
        requirements: The requirements of a distribution, as its metadata has them.
        extra: The extra's name, or that of a module.
    """
    extra = extra.replace("_", "-")  # as metadata has it
    for line in requirements:
        if "extra" not in line:
            continue
        plain = _PLAIN_REQUIREMENT.fullmatch(line)
        if plain is None:
            from packaging.requirements import Requirement

            requirement = Requirement(line)
            if requirement.marker is not None and requirement.marker.evaluate({"extra": extra}):
                return str(requirement.specifier)
        elif plain["extra"] == extra:
            return plain["versions"].replace(" ", "")
    return ""


def admits(specifier: str, version: str) -> bool:
    """Whether a version is among those of a specifier; pre-releases count as any other.

    Args:
        specifier: Such as `>=1.5` or `>=2,<3`; empty for any version.
        version: Such as `1.9.1`; one that cannot be read is not among them.
    """
    if not specifier:
        return True
    minimum = specifier.removeprefix(">=")
    if minimum != specifier and _is_release(minimum) and _is_release(version):
        return _numbers(minimum) <= _numbers(version)
    from packaging.specifiers import SpecifierSet
    from packaging.version import InvalidVersion

    try:
        return SpecifierSet(specifier).contains(version, prereleases=True)
    except InvalidVersion:
        return False


def _is_release(version: str) -> bool:
    return all(map(str.isdecimal, version.split(".")))


def _numbers(release: str) -> tuple[int, ...]:
    """The numbers of a release without trailing zeros: 1.5.0 is 1.5."""
    numbers = [int(number) for number in release.split(".")]
    while len(numbers) > 1 and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)
