"""A world of two plants that runs in a millisecond, and ways to hold results against each other."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from sim.experiment import manifest
from sim.scenario import Design, design_from_text

TEXT = """
schema_version: 1
name: two_plants
title: Two plants and one maker
start: 2025-04-04
horizon: 120 d
seed: 7
items:
  magnet: {kind: magnet, controlled: true}
  car: {kind: product}
sites:
  Baotou: {kind: magnet_maker, country: CN, makes: magnet, output_per_day: 1 t}
  Leipzig:
    {kind: plant, country: DE, sector: auto, makes: car, output_per_day: 20,
     bill: {magnet: {per_unit: 1 kg, cover: {law: uniform, low: 14 d, high: 40 d}}}}
  Toledo:
    {kind: plant, country: US, sector: auto, makes: car, output_per_day: 20,
     bill: {magnet: {per_unit: 1 kg, cover: {law: uniform, low: 14 d, high: 40 d}}}}
lanes:
  to Leipzig: {supplier: Baotou, customer: Leipzig, transit: 30 d, dispatch_every: 7 d}
  to Toledo: {supplier: Baotou, customer: Toledo, transit: 30 d, dispatch_every: 7 d}
gates:
  April rule: {desk: ministry, leaves: [CN], from: 0 d}
desks:
  ministry: {setting: queue, officers: 2}
policy:
  slow: {from: 0 d, mean_review_time: 45 d}
alternatives:
  licences: {}
  "no one's gate": {gates: null}
"""
LICENCES = "licences"
FREE = "no one's gate"


def design(text: str = TEXT, *overrides: str) -> Design:
    return design_from_text(text, overrides=overrides)


def digests(folder: Path) -> dict[str, str]:
    """Return the checksum of every file, of the manifest without what differs between runs."""
    found = {}
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        content = path.read_bytes()
        if path.name == manifest.MANIFEST:
            text = json.loads(content)
            del text["made"]
            content = json.dumps(text).encode()
        found[path.relative_to(folder).as_posix()] = hashlib.sha256(content).hexdigest()
    return found


def rewrite_manifest(folder: Path, change: object) -> None:
    """Change the manifest and give it a digest that fits."""
    path = folder / manifest.MANIFEST
    text = json.loads(path.read_text(encoding="utf-8"))
    change(text)  # type: ignore[operator]
    text["digest"] = manifest._digest(text)
    path.write_text(json.dumps(text), encoding="utf-8")
