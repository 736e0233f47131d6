"""Scenario files: read, merged, checked, and handed on as frozen records.

| module | what it does |
|---|---|
| `schema`, `network_schema`, `laws`, `fields`, `countries` | what a file may say |
| `load` | from a path to a `Design` |
| `layers`, `overrides` | `extends`, `network`, `alternatives`, `--set` |
| `variants` | sweeps, and every setting of a desk, as alternatives of their own |
| `yaml_events`, `tables`, `files`, `tree` | YAML and CSV text to one tree with places |
| `faults`, `references`, `shapes` | what is wrong, in words |
| `resolved`, `jsonschema` | the merged file with origins; completion for editors |
| `shipped` | where the scenario files of the package are |
"""

from __future__ import annotations

from sim.scenario.load import Design, Places, design_from_text, load_design, load_scenario
from sim.scenario.schema import Scenario

__all__ = ["Design", "Places", "Scenario", "design_from_text", "load_design", "load_scenario"]
