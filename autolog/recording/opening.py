"""Which run a training goes into: the one that the user has opened around it, or one of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autolog.config.settings import Settings
    from autolog.recording.recording_session import RecordingSession
    from autolog.recording.run import Run


def run_of_training(
    session: RecordingSession, settings: Settings, library: str, name: str, enclosing: Run | None
) -> tuple[Run | None, bool]:
    """Uses or opens the run of a training that no other recorded call is around.

    Args:
        session: Opens runs.
        settings: The options in force for the library.
        library: The integration's name.
        name: What the run is called, if the user has said nothing.
        enclosing: The run that the user has opened around the training.

    Returns:
        The run, `None` where the user wants none; and whether it was opened for the training, and
        ends with it.
    """
    if enclosing is not None:
        if settings.exclusive and enclosing.is_of_user:
            return None, False
        if enclosing.claim():
            return enclosing, False
    return session.start_run(settings.run_name or name, library, enclosing), True
