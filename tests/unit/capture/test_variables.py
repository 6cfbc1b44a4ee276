"""The variables of functions are read without holding what they refer to."""

from __future__ import annotations

import gc
import sys
import weakref

from autolog.capture.variables import variables_of


class Thing:
    """Something that can be held weakly."""


def test_the_variables_of_a_function_are_told():
    def look():
        name = "value"
        return dict(variables_of(sys._getframe())), name

    assert look()[0]["name"] == "value"


def test_nothing_is_held_after_the_look():
    def look():
        thing = Thing()
        reference = weakref.ref(thing)
        variables_of(sys._getframe())
        del thing
        gc.collect()
        return reference()

    assert look() is None


def test_a_function_that_asks_for_its_variables_keeps_its_own_answer():
    def look():
        mine = locals()
        later = 1
        variables_of(sys._getframe())
        return mine, later

    assert "later" not in look()[0]


def test_the_variables_of_a_module_are_told():
    names = {}
    exec("import sys\nvalue = 1\nfound = read(sys._getframe())", {"read": variables_of}, names)

    assert ("value", 1) in names["found"]
