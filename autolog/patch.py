"""What an integration declares: the functions to patch, and the hooks around their calls."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, Literal

import msgspec

from autolog.capture.model.flavor import Flavor  # noqa: TC001 - msgspec reads the annotations
from autolog.patching.call import Call
from autolog.recording.run import Run
from autolog.watching import Watch  # noqa: TC001 - msgspec reads the annotations

HookSteps = Generator[None, Any, None]
"""What a hook is made of: work before its `yield`, and after it with the call's result."""

Hook = Callable[[Call, Run], HookSteps]
"""A generator function: runs up to its one `yield` before the user's function is called."""

Finish = Callable[[Any, Run, dict[str, Any]], None]
"""Completes the run of an object: takes the object (`None` if it is gone), and what its calls have
noted in `Call.memory`."""

Later = str
"""A function as `module:function`, imported with the first call that needs it: what is patched
everywhere and called seldom need not be imported with its library."""

RunOfFile = Callable[[str], str | None]
"""Gives the id of the run that has noted a file, or one beside it, by its absolute path."""

Continued = Callable[[Call, RunOfFile], Run | str | None]
"""Gives the run of an earlier call, or the id of an earlier run, that a call goes on with; `None`
where there is none."""

Resumed = Callable[[Run], Run | None]
"""Gives a run of an earlier call as it is to be recorded into now, obeying the user's options;
`None` where it is not the session's."""

ObservingHook = Callable[[Call, Resumed], HookSteps]
"""A generator function as `Hook`, for calls that have no run of their own."""


class Patch(msgspec.Struct, frozen=True):
    """A function to patch, and what to record around its calls.

    Attributes:
        target: Where it is: `module:function`, `module:Class.method`, or `module:Class.method+`
            for the class with all its subclasses.
        hook: The generator function that describes a call, or `module:function`.
        run: `managed`: the outermost call uses or opens a run. `attached`: the hook runs only
            inside a recorded call of the same integration, with its run. `child`: inside a
            recorded call it opens a child of that call's run; elsewhere it is managed. `none`:
            the outermost call has no run; the hook may resume that of an earlier call. `aside`: the
            same, with what is nested in the call recorded as if it were not patched. `object`:
            the outermost calls on one object share a run; it ends when the object is gone, when
            the user's run around it does, when a managed call is made on the object, or when one
            of its calls raises.
        when: Decides by the call whether it is to be recorded. A call that is not stays silent
            with everything that is nested in it; one without a run passes as if it were not
            patched.
        named_after: The parameter whose argument's class is what a run of the call is called; by
            default that is the class whose method is called, or the function.
        continues: Says which run a managed call goes on with, instead of one of its own. A run that
            is known by its id is ended with the call.
        finish: Completes a run of kind `object` before it ends, unless a call has raised.
    """

    target: str
    hook: Hook | ObservingHook | Later
    run: Literal["managed", "attached", "child", "none", "aside", "object"] = "managed"
    when: Callable[[Call], bool] | None = None
    finish: Finish | Later | None = None
    named_after: str | None = None
    continues: Continued | Later | None = None


class Integration(msgspec.Struct, frozen=True):
    """The plugin for one library: a value, found by its entry point.

    Attributes:
        patches: What to patch.
        options: The frozen `msgspec.Struct` of the options that only this integration
            understands; it also stands as `Options` in a module `options` of the same package,
            which imports nothing of the library.
        flavors: Write the library's models, and read them back.
        watch: Called when the integration is activated, to have trainings seen that are no calls.
    """

    patches: tuple[Patch, ...]
    options: type | None = None
    flavors: tuple[Flavor, ...] = ()
    watch: Callable[[Watch], None] | None = None
