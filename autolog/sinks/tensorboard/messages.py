"""The messages that TensorBoard reads: events, summaries, and what its HPARAMS tab is made of.

They are those of TensorFlow's `event.proto` and `summary.proto`, and of TensorBoard's
`hparams/plugin_data.proto`.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from autolog.sinks.tensorboard.wire import content, double, single, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NOTE_FIELD = 50_000
"""The field of an event, unknown to all readers, in which our own note stands."""

_FILE_VERSION = "brain.Event:2"
_SECOND = 10**9
_DT_FLOAT, _DT_STRING = 1, 7
_RGBA = 4
_START_TAG = "_hparams_/session_start_info"
_END_TAG = "_hparams_/session_end_info"
_DATA_CLASS_TENSOR = 2


class SessionStatus(IntEnum):
    """How a trial of the HPARAMS tab has ended."""

    SUCCESS = 1
    FAILURE = 2


def file_start(time_ns: int) -> bytes:
    """The event that each file begins with."""
    return double(1, time_ns / _SECOND) + content(3, _FILE_VERSION)


def event(time_ns: int, step: int, values: Iterable[bytes], note: bytes) -> bytes:
    """An event.

    Args:
        time_ns: When it happened.
        step: The step that it belongs to.
        values: Values of its summary.
        note: What we note in it.
    """
    summary = b"".join([content(1, value) for value in values])
    return b"".join(
        (
            double(1, time_ns / _SECOND),
            whole(2, step),
            content(5, summary) if summary else b"",
            content(NOTE_FIELD, note),
        )
    )


def scalar(tag: str, value: float) -> bytes:
    """A value of a curve, which is a number of 32 bits as all that TensorBoard shows."""
    return content(1, tag) + single(2, value)


def text(tag: str, markdown: str) -> bytes:
    """A value that is shown as text."""
    shape = content(2, whole(1, 1))
    tensor = whole(1, _DT_STRING) + content(2, shape) + content(8, markdown)
    return content(1, tag) + content(9, _metadata("text", b"")) + content(8, tensor)


def image(tag: str, png: bytes, width: int, height: int) -> bytes:
    """A picture."""
    picture = whole(1, height) + whole(2, width) + whole(3, _RGBA) + content(4, png)
    return content(1, tag) + content(4, picture)


def session_start(params: Mapping[str, str | float | bool], time_ns: int) -> bytes:
    """The params of a trial."""
    entries = [
        content(1, content(1, name) + content(2, _value(param))) for name, param in params.items()
    ]
    return _hparams(_START_TAG, content(3, b"".join(entries) + double(5, time_ns / _SECOND)))


def session_end(status: SessionStatus, time_ns: int) -> bytes:
    """The end of a trial."""
    return _hparams(_END_TAG, content(4, whole(1, status) + double(2, time_ns / _SECOND)))


def _value(param: str | float | bool) -> bytes:
    """A `google.protobuf.Value`."""
    if isinstance(param, bool):
        return whole(4, param)
    if isinstance(param, str):
        return content(3, param)
    return double(2, param)


def _hparams(tag: str, plugin_data: bytes) -> bytes:
    nothing = whole(1, _DT_FLOAT) + content(2, content(2, whole(1, 0)))
    return content(1, tag) + content(9, _metadata("hparams", plugin_data)) + content(8, nothing)


def _metadata(plugin: str, plugin_data: bytes) -> bytes:
    of_plugin = content(1, plugin) + (content(2, plugin_data) if plugin_data else b"")
    return content(1, of_plugin) + whole(4, _DATA_CLASS_TENSOR)
