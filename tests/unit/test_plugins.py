"""Plugins are found in the metadata of what is installed, as `importlib.metadata` finds them."""

from __future__ import annotations

import importlib.metadata
import sys

import pytest

from autolog.plugins import INTEGRATIONS, SINKS, installed, plugins_in


@pytest.mark.parametrize("group", [INTEGRATIONS, SINKS])
def test_all_plugins_of_a_group_are_found(group):
    known = {(one.name, one.value) for one in importlib.metadata.entry_points(group=group)}

    assert {(plugin.name, plugin.target) for plugin in installed(group)} == known


def test_entry_points_of_every_distribution_are_read_as_python_reads_them():
    for distribution in importlib.metadata.distributions():
        found = plugins_in(distribution.read_text("entry_points.txt") or "", "")

        assert {(one.group, one.name, one.module, one.attribute) for one in found} == {
            (one.group, one.name, one.module, one.attr or "") for one in distribution.entry_points
        }


def test_comments_extras_and_blanks_count_for_nothing():
    text = """
        # the plugins of "toy" = some
        [autolog.sinks]

        toy= autolog_toy.sink : open_sink [extra]
        [console_scripts]
        toy =autolog_toy
    """

    assert [(one.group, one.name, one.target) for one in plugins_in(text, "")] == [
        ("autolog.sinks", "toy", "autolog_toy.sink:open_sink"),
        ("console_scripts", "toy", "autolog_toy:"),
    ]


def test_a_plugin_gives_what_it_leads_to():
    text = "[group]\nattribute = sys:flags.dev_mode\nmodule = sys"

    assert [plugin.load() for plugin in plugins_in(text, "")] == [sys.flags.dev_mode, sys]
