"""The tests that every integration must pass."""

from __future__ import annotations

import pickle
import pkgutil
import sys
from typing import TYPE_CHECKING, Any

from autolog.patching.target import Target
from autolog.patching.wrapper import PatchedFunction
from autolog.registry import discover
from autolog.testing.capturing import record

if TYPE_CHECKING:
    from autolog.events import Event
    from autolog.testing.capturing import CapturedRuns


class IntegrationContract:
    """Subclass it in a test module, and give it a library and a training.

    Attributes:
        library: The integration's name.

    Example:
        >>> class TestToylearn(IntegrationContract):
        ...     library = "toylearn"
        ...
        ...     def train(self):
        ...         return toylearn.Slope().fit([1.0, 2.0], [2.0, 4.0])
    """

    library: str

    def train(self) -> Any:
        """Trains something tiny with the library, by one patched call, and gives its result."""
        raise AssertionError("a contract's train() is to be written by the integration's tests")

    def outcome(self, result: Any) -> object:
        """What of a result must be the same as without autolog, comparable by `==`."""
        return pickle.dumps(result)

    def test_a_training_is_one_finished_run(self) -> None:
        """One call of the library is one run, whatever it calls inside."""
        with record() as runs:
            self.train()

            assert runs.only.status == "FINISHED"
            assert runs.only.tags["autolog.integration"] == self.library
            assert "autolog.error" not in runs.only.tags

    def test_a_training_has_the_outcome_that_it_has_without_autolog(self) -> None:
        """Recording changes nothing of the result."""
        bare = self.outcome(self.train())

        with record():
            recorded = self.outcome(self.train())

        assert recorded == bare

    def test_a_training_survives_the_failure_of_all_recording(self) -> None:
        """Where nothing can be recorded, the outcome is the same."""
        bare = self.outcome(self.train())

        with record(strict=False) as runs:
            runs.session.channel.emit = _refuse
            recorded = self.outcome(self.train())

        assert recorded == bare

    def test_a_training_is_recorded_once_when_recording_is_switched_on_twice(self) -> None:
        """Switching on again patches nothing twice."""
        with record() as runs:
            runs.session.record()
            self.train()

            assert len(runs) == 1

    def test_a_training_is_not_recorded_when_the_library_is_switched_off(self) -> None:
        """`autolog(<library>=False)` records nothing of it."""
        with record(**{self.library: False}) as runs:
            self.train()

            assert list(runs) == []

    def test_the_identical_originals_are_restored(self) -> None:
        """After a recording, every target holds the very object that it held before."""
        self.train()
        before = self._originals()

        with record():
            during = self._originals()
        after = self._originals()

        assert any(during[place] is not before[place] for place in before)
        assert all(after[place] is before[place] for place in before)

    def test_patched_functions_pickle_to_themselves(self) -> None:
        """A patched function travels by reference."""
        self.train()
        with record() as runs:
            found = [pkgutil.resolve_name(place) for place in self._places(runs)]
            # some descriptors make a new function at each look, which never could be pickled
            functions = [one for one in found if type(one) is PatchedFunction]
            for function in functions:
                assert pickle.loads(pickle.dumps(function)) is function  # noqa: S301 - our own

        assert functions

    def _originals(self) -> dict[str, object]:
        integration = discover()[self.library].load()
        targets = [Target.parse(patch.target) for patch in integration.patches]
        return {
            f"{owner.__name__}.{target.attribute}": vars(owner)[target.attribute]
            for target in targets
            if target.module in sys.modules
            for owner in _owners(target)
            if target.attribute in vars(owner)
        }

    def _places(self, runs: CapturedRuns) -> list[str]:
        top = self.library.partition(".")[0]
        return [
            place
            for place in runs.session.patched
            if place.partition(":")[0].partition(".")[0] == top and "<locals>" not in place
        ]


def _owners(target: Target) -> list[Any]:
    owner = target.find_owner(sys.modules[target.module])
    return [owner, *_descendants(owner)] if target.family else [owner]


def _descendants(owner: type) -> list[type]:
    children: list[type] = type.__subclasses__(owner)
    return [one for child in children for one in (child, *_descendants(child))]


def _refuse(event: Event) -> None:
    raise RuntimeError(f"nothing can be recorded, not even {event}")
