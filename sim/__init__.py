"""Magnet Runway: how long plants can run when magnet export licences are slow or refused."""

__version__ = "0.1.0"
