"""Patches are put on whole families of classes, and come off without a trace."""

from __future__ import annotations

import abc
import gc
import sys
import types
import weakref

import pytest
from hypothesis import given, strategies as st

from autolog.errors import IntegrationError
from autolog.patching.patcher import Patcher
from autolog.patching.target import Target


@pytest.fixture
def library(monkeypatch):
    """A module `toolkit` with a small class hierarchy, new for each test."""
    module = types.ModuleType("toolkit")
    source = """
class Base:
    made = []

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        Base.made.append(cls.__name__)

class Mixin:
    def fit(self):
        return "mixin"

class Tree(Base):
    def fit(self):
        return "tree"

class Booster(Tree):
    def fit(self):
        return "booster+" + super().fit()

class Forest(Mixin, Base):
    pass

class Plain:
    def fit(self):
        return "plain"

def train():
    return "trained"
"""
    exec(compile(source, "toolkit.py", "exec"), module.__dict__)
    monkeypatch.setitem(sys.modules, "toolkit", module)
    return module


class Counting:
    """An interceptor that notes each call and lets it pass."""

    def __init__(self, log, label):
        self.log = log
        self.label = label
        self.is_idle = False

    def passes(self):
        return self.is_idle

    def __call__(self, wrapped, instance, args, kwargs):
        self.log.append(self.label)


def snapshot(module):
    return {
        name: dict(vars(value)) if isinstance(value, type) else value
        for name, value in vars(module).items()
        if not name.startswith("__")
    }


def test_a_family_is_patched_where_classes_define_the_method(library):
    log, patcher = [], Patcher()

    patcher.apply(Target.parse("toolkit:Base.fit+"), Counting(log, "base"))

    assert library.Booster().fit() == "booster+tree"
    assert log == ["base", "base"]
    assert library.Plain().fit() == "plain"
    assert patcher.patched == ("toolkit:Booster.fit", "toolkit:Mixin.fit", "toolkit:Tree.fit")
    patcher.revert()


def test_classes_that_are_defined_later_belong_to_the_family(library):
    log, patcher = [], Patcher()
    patcher.apply(Target.parse("toolkit:Base.fit+"), Counting(log, "base"))

    class Mine(library.Base):
        def fit(self):
            return "mine"

    assert Mine().fit() == "mine"
    assert log == ["base"]
    assert library.Base.made[-1] == "Mine"
    patcher.revert()
    assert Mine().fit() == "mine"
    assert log == ["base"]


def test_an_abstract_method_stays_abstract(library):
    patcher = Patcher()
    patcher.apply(Target.parse("toolkit:Base.fit+"), Counting([], "base"))

    class Abstract(library.Base, abc.ABC):
        @abc.abstractmethod
        def fit(self):
            """Must be given."""

    with pytest.raises(TypeError, match="abstract"):
        Abstract()
    patcher.revert()


@pytest.mark.parametrize("order", [("Base", "Tree"), ("Tree", "Base")])
def test_the_most_derived_family_intercepts_whichever_came_first(library, order):
    log, patcher = [], Patcher()

    for root in order:
        patcher.apply(Target.parse(f"toolkit:{root}.fit+"), Counting(log, root))
    library.Tree().fit()

    assert log == ["Tree"]
    patcher.revert()


def test_an_inherited_method_is_patched_on_the_class_alone(library):
    log, patcher = [], Patcher()

    patcher.apply(Target.parse("toolkit:Forest.fit"), Counting(log, "forest"))
    library.Forest().fit()
    library.Mixin().fit()

    assert log == ["forest"]
    patcher.revert()
    assert "fit" not in vars(library.Forest)


def test_a_method_that_a_mixin_lends_to_the_family_is_intercepted_for_its_members_only(library):
    log, patcher = [], Patcher()

    patcher.apply(Target.parse("toolkit:Base.fit+"), Counting(log, "base"))

    assert library.Forest().fit() == "mixin"
    assert library.Mixin.fit(library.Forest()) == "mixin"
    assert library.Mixin().fit() == "mixin"
    assert log == ["base", "base"]
    patcher.revert()


def test_an_interceptor_that_lets_all_calls_pass_is_given_none(library):
    log, patcher = [], Patcher()
    idle = Counting(log, "idle")
    patcher.apply(Target.parse("toolkit:Base.fit+"), idle)
    patcher.apply(Target.parse("toolkit:Booster.fit"), Counting(log, "busy"))

    idle.is_idle = True

    assert library.Booster().fit() == "booster+tree"
    assert library.Tree.fit(library.Tree()) == "tree"
    assert library.Forest().fit() == "mixin"
    assert log == ["busy"]
    patcher.revert()


def test_a_mixin_is_intercepted_for_the_families_that_do_not_let_its_calls_pass(library):
    log, patcher = [], Patcher()
    idle = Counting(log, "idle")
    idle.is_idle = True

    class Other:
        pass

    class Busy(library.Mixin, Other):
        pass

    library.Other = Other
    patcher.apply(Target.parse("toolkit:Base.fit+"), idle)
    patcher.apply(Target.parse("toolkit:Other.fit+"), Counting(log, "busy"))

    assert library.Forest().fit() == Busy().fit() == "mixin"
    assert log == ["busy"]
    patcher.revert()


def test_a_class_that_is_defined_later_may_take_its_method_from_a_mixin(library):
    log, patcher = [], Patcher()
    patcher.apply(Target.parse("toolkit:Base.fit+"), Counting(log, "base"))

    class Late(library.Plain, library.Base):
        pass

    assert Late().fit() == "plain"
    assert library.Plain().fit() == "plain"
    assert log == ["base"]
    patcher.revert()
    assert type(vars(library.Plain)["fit"]) is types.FunctionType


TARGETS = [
    "toolkit:Base.fit+",
    "toolkit:Tree.fit+",
    "toolkit:Tree.fit",
    "toolkit:Forest.fit",
    "toolkit:Plain.fit",
    "toolkit:train",
]


@given(targets=st.lists(st.sampled_from(TARGETS), max_size=8), rounds=st.integers(1, 3))
def test_revert_restores_the_identical_originals(targets, rounds):
    with pytest.MonkeyPatch.context() as monkeypatch:
        library = globals()["library"].__wrapped__(monkeypatch)
        before = snapshot(library)

        for _ in range(rounds):
            patcher = Patcher()
            for target in targets:
                patcher.apply(Target.parse(target), Counting([], target))
            patcher.revert()

        after = snapshot(library)
        assert after.keys() == before.keys()
        for name, value in before.items():
            if isinstance(value, dict):
                assert after[name].keys() == value.keys()
                assert all(after[name][key] is value[key] for key in value)
            else:
                assert after[name] is value


def test_a_wrapper_that_others_put_around_ours_survives(library):
    log, patcher = [], Patcher()
    patcher.apply(Target.parse("toolkit:train"), Counting(log, "ours"))
    ours = library.train
    library.train = lambda: "theirs+" + ours()
    theirs = library.train

    patcher.revert()

    assert library.train is theirs
    assert library.train() == "theirs+trained"
    assert log == []


def test_a_module_that_is_not_imported_yet_is_patched_afterwards(tmp_path, monkeypatch):
    (tmp_path / "late_toolkit.py").write_text("def train():\n    return 'late'\n")
    monkeypatch.syspath_prepend(tmp_path)
    log, patcher = [], Patcher()

    patcher.apply(Target.parse("late_toolkit:train"), Counting(log, "late"))
    assert "late_toolkit" not in sys.modules
    import late_toolkit

    assert late_toolkit.train() == "late"
    assert log == ["late"]
    patcher.revert()
    monkeypatch.delitem(sys.modules, "late_toolkit")


def test_a_module_that_is_imported_after_revert_stays_as_it_is(tmp_path, monkeypatch):
    (tmp_path / "later_toolkit.py").write_text("def train():\n    return 'later'\n")
    monkeypatch.syspath_prepend(tmp_path)
    patcher = Patcher()
    patcher.apply(Target.parse("later_toolkit:train"), Counting([], "later"))

    patcher.revert()
    import later_toolkit

    assert type(later_toolkit.train) is types.FunctionType
    monkeypatch.delitem(sys.modules, "later_toolkit")


def test_a_target_that_does_not_exist_is_reported_and_leaves_the_rest(library, caplog, monkeypatch):
    monkeypatch.setenv("AUTOLOG_STRICT", "0")
    patcher = Patcher()

    patcher.apply(Target.parse("toolkit:missing"), Counting([], "x"))

    assert "patching toolkit:missing" in caplog.text
    assert patcher.patched == ()


def test_a_patched_class_of_the_user_can_be_collected(library):
    patcher = Patcher()
    patcher.apply(Target.parse("toolkit:Base.fit+"), Counting([], "base"))

    class Mine(library.Base):
        def fit(self):
            return super().__repr__()

    reference = weakref.ref(Mine)
    del Mine
    gc.collect()

    assert reference() is None
    patcher.revert()


@pytest.mark.parametrize(
    "address",
    ["", "train", "a b:c", "module:", "module:function+", "m:C.", "m.:f", "m:*+", "m:C.*"],
)
def test_a_malformed_target_is_refused(address):
    with pytest.raises(IntegrationError, match="is no patch target"):
        Target.parse(address)


@pytest.mark.parametrize("address", ["a.b:c", "a:B.c", "a:B.C.d", "a:B.c+"])
def test_a_target_is_written_as_it_is_read(address):
    assert str(Target.parse(address)) == address
