"""What recorded models have predicted, found again among the arguments of a metric."""

from __future__ import annotations

import itertools
import weakref
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from autolog.capture.kinds import is_array, is_instance
from autolog_sklearn.post_training.samples import (
    Sample,
    SampledArguments,
    has_rows,
    sample_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from autolog_sklearn.post_training.evaluation import Evaluation

_MOST_ALIVE = 10_000
_MOST_RECENT = 64
_MOST_OUTPUTS = 16
_LONGEST_CHAIN = 8
_MOST_WORK = 1000
"""Steps that finding out whether two arrays share an element may take."""

_NEVER_PREDICTED = frozenset({"labels_true", "sample_weight", "y_true"})
"""Parameters of metrics whose values come last, and are not looked at for equality: a good model's
predictions are equal to the truth."""


class Prediction(msgspec.Struct, eq=False):
    """What a recorded model said of a data set.

    Attributes:
        evaluation: What is known of the model.
        data_set: The name of what it was asked about.
        result: Leads to what it said as long as somebody uses it.
        memory: Where that begins and ends, if it is an array.
        sample: A few rows of it, if some could be taken.
        found: When it was last found again, as a number that rises; 0 if it never was.
    """

    evaluation: Evaluation
    data_set: str
    result: Callable[[], Any]
    memory: tuple[int, int]
    sample: Sample | None
    found: int = 0


class Predictions:
    """The predictions of recorded models, held weakly.

    All that are in use are known by identity, also through views of them; the newest are also known
    by the memory that an array shares with them, or by a sample of their rows.
    """

    def __init__(self) -> None:
        self._alive: dict[int, Prediction] = {}
        self._recent: deque[Prediction] = deque(maxlen=_MOST_RECENT)
        self._findings = itertools.count(1)

    def __bool__(self) -> bool:
        return bool(self._alive or self._recent)

    def forget(self) -> None:
        """Forgets all predictions."""
        self._alive.clear()
        self._recent.clear()

    def remember(
        self, result: Any, evaluation: Evaluation, data_set: str, classes: Any = None
    ) -> None:
        """Remembers what a model said.

        Args:
            result: An array, a series, a sparse matrix, or a list or tuple of these.
            evaluation: What is known of the model.
            data_set: The name of what it was asked about.
            classes: What the columns stand for, if there is one for each class.
        """
        for output in _outputs(result):
            known = self._held([output])
            if known is None or (known.evaluation, known.data_set) != (evaluation, data_set):
                self._remember(output, evaluation, data_set, sample_of(output, classes))

    def _remember(
        self, output: Any, evaluation: Evaluation, data_set: str, sample: Sample | None
    ) -> None:
        memory = _bounds(_array_of(output))
        try:
            reference = weakref.ref(output, partial(_forget, self._alive, id(output)))
        except TypeError:  # a list, which is known by its sample alone
            self._recent.append(Prediction(evaluation, data_set, _gone, memory, sample))
            return
        prediction = Prediction(evaluation, data_set, reference, memory, sample)
        self._recent.append(prediction)
        if len(self._alive) < _MOST_ALIVE:
            self._alive[id(output)] = prediction

    def find(self, arguments: Sequence[tuple[str, Any]]) -> Prediction | None:
        """The prediction that is among the arguments of a metric, or that one was made from.

        One that is itself there counts most, then one whose memory an argument shares, then one
        that an argument equals in a sample of its rows. If it equals those of several models, the
        one counts that nothing was computed of yet, as in a loop over models; if that is true of
        several, nobody can say which is meant, and it is none.

        Args:
            arguments: What the metric is given, with the names of its parameters.
        """
        data = [(name, value) for name, value in arguments if _may_be_predicted(value)]
        data.sort(key=lambda argument: argument[0] in _NEVER_PREDICTED)
        arrays = [array for _, value in data if (array := _array_of(value)) is not None]
        prediction = (
            self._held([value for _, value in data])
            or self._held(base for array in arrays for base in _chain(array))
            or self._sharing(arrays)
            or self._equal([value for name, value in data if name not in _NEVER_PREDICTED])
        )
        if prediction is not None:
            prediction.found = next(self._findings)
        return prediction

    def _held(self, values: Iterable[object]) -> Prediction | None:
        for value in values:
            prediction = self._alive.get(id(value))
            if prediction is not None and prediction.result() is value:
                return prediction
        return None

    def _sharing(self, arrays: Sequence[Any]) -> Prediction | None:
        for array in arrays:
            begin, end = _bounds(array)
            for prediction in reversed(tuple(self._recent)):
                low, high = prediction.memory
                if begin < high and low < end and _share(array, _array_of(prediction.result())):
                    return prediction
        return None

    def _equal(self, values: Sequence[Any]) -> Prediction | None:
        arguments = SampledArguments(filter(has_rows, values))
        alike = [
            prediction
            for prediction in reversed(tuple(self._recent))
            if prediction.sample is not None and arguments.are_from(prediction.sample)
        ]
        return _most_likely([one for one in alike if one.result() is not None] or alike)


def _most_likely(candidates: Sequence[Prediction]) -> Prediction | None:
    """Of predictions that are equal, from the newest to the oldest, the one that is meant."""
    by_model: dict[int, Prediction] = {}
    for one in candidates:
        known = by_model.setdefault(id(one.evaluation), one)
        if one.found > known.found:
            by_model[id(one.evaluation)] = one
    models = list(by_model.values())
    unused = [one for one in models if not one.found]
    if len(models) == 1 or not unused:
        return max(models, key=lambda one: one.found, default=None)
    return unused[0] if len(unused) == 1 else None


def _outputs(result: Any) -> Iterator[Any]:
    """The result; or each of several, as of a model with several outputs."""
    several = isinstance(result, list | tuple) and result and not np.isscalar(result[0])
    for output in result[:_MOST_OUTPUTS] if several else (result,):
        if _may_be_predicted(output):
            yield output


def _may_be_predicted(value: object) -> bool:
    if isinstance(value, str | bytes | dict | set | frozenset):
        return False
    return hasattr(value, "__len__") or hasattr(value, "shape")


def _array_of(value: object) -> Any:
    """The array that a value is, or that a series of plain numbers stores; else `None`."""
    if is_array(value):
        return value
    series: Any = value if is_instance(value, "pandas", "Series") else None
    if series is not None and isinstance(series.dtype, np.dtype):
        return series.to_numpy()
    return None


def _chain(array: Any) -> Iterator[object]:
    """What the array is a view of, from one to the next."""
    for _ in range(_LONGEST_CHAIN):
        array = getattr(array, "base", None)
        if array is None:
            return
        yield array


def _bounds(array: Any) -> tuple[int, int]:
    """Where the memory of an array begins and ends; the same place where it has none."""
    if array is None or not array.size:
        return 0, 0
    begin = end = array.__array_interface__["data"][0]
    for length, stride in zip(array.shape, array.strides, strict=True):
        begin += min(0, stride) * (length - 1)
        end += max(0, stride) * (length - 1)
    return begin, end + array.itemsize


def _share(one: Any, other: Any) -> bool:
    if other is None:
        return False
    try:
        # NumPy takes any number, and its stubs only two.
        return bool(np.shares_memory(one, other, max_work=_MOST_WORK))  # type: ignore[arg-type]
    except RuntimeError:  # NumPy's TooHardError, whose place depends on its version
        return False


def _forget(alive: dict[int, Prediction], key: int, reference: object) -> None:
    prediction = alive.get(key)
    if prediction is not None and prediction.result is reference:
        del alive[key]


def _gone() -> None:
    """Stands for the reference to what cannot be held weakly."""
