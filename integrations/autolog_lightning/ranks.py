"""What each process of a distributed training takes of its machine, told on request."""

from __future__ import annotations

from typing import Any

from autolog.capture.torch.usage import Usage
from autolog.integration import guard


class RankUsage:
    """Measures this process from epoch to epoch, and tells the first process of it.

    All processes of the training have to do so at the same place, since they talk to one another.
    """

    def __init__(self) -> None:
        self._usage = Usage()

    def tell(self, trainer: Any) -> dict[str, float]:
        """Brings together what all processes have taken since the last time.

        Args:
            trainer: The trainer.

        Returns:
            Metrics of all processes, such as `rank_1_cpu_percent`.
        """
        names, taken = self._usage.taken(trainer.strategy.root_device)
        every = trainer.strategy.all_gather(taken).reshape(-1, len(names)).tolist()
        return {
            f"rank_{rank}_{name}": value
            for rank, values in enumerate(every)
            for name, value in zip(names, values, strict=True)
        }


class _RankTeller:
    """The callback of a process that records nothing itself."""

    def __init__(self) -> None:
        self._usage = RankUsage()

    def on_train_epoch_end(self, trainer: Any, _module: Any) -> None:
        """Tells the first process, which asks at the same place."""
        with guard("telling what a process takes"):
            self._usage.tell(trainer)


def make_teller(callback: type) -> object:
    """Makes the callback of a process that records nothing itself.

    Args:
        callback: The class of callbacks, of whichever name Lightning was imported by.
    """
    return type("RankTeller", (_RankTeller, callback), {"__doc__": _RankTeller.__doc__})()
