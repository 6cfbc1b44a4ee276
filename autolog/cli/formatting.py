"""How numbers, times and sizes are written for people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_UNITS = ((86400, "d"), (3600, "h"), (60, "min"))
_DAYS_SHOWN_AS_DISTANCE = 30
_KIB = 1024


def number(value: float, digits: int = 6) -> str:
    """A metric's value, to so many significant digits."""
    return f"{value:.{digits}g}"


def distance(moment: datetime, now: datetime | None = None) -> str:
    """How long ago something was; the date itself where that is long ago.

    Args:
        moment: When it was, with its time zone.
        now: When it is asked, if not now.
    """
    passed = (now or datetime.now(UTC)) - moment
    if passed > timedelta(days=_DAYS_SHOWN_AS_DISTANCE):
        return f"{moment.astimezone():%Y-%m-%d}"
    seconds = passed.total_seconds()
    for length, unit in _UNITS:
        if seconds >= length:
            return f"{int(seconds // length)} {unit} ago"
    return "just now"


def duration(length: timedelta) -> str:
    """How long something took."""
    seconds = length.total_seconds()
    if seconds < 1:
        return f"{round(seconds * 1000)} ms"
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.1f} s"
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"


def moment(time: datetime) -> str:
    """A time, on the reader's own clock."""
    return f"{time.astimezone():%Y-%m-%d %H:%M:%S}"


def size(count: float) -> str:
    """A number of bytes."""
    if count < _KIB:
        return f"{count:.0f} B"
    for unit in ("KiB", "MiB", "GiB"):
        count /= _KIB
        if count < _KIB:
            return f"{count:.1f} {unit}"
    return f"{count / _KIB:.1f} TiB"


def counted(count: int, noun: str) -> str:
    """A number of things, in words: `1 run`, `2 runs`."""
    if count == 1:
        return f"1 {noun}"
    return f"{count} {noun}es" if noun.endswith("s") else f"{count} {noun}s"
