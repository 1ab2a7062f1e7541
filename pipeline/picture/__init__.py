"""Pixels in, pixels out: nothing here delivers files or talks to a network during a run.

A change that gives other pixels or bytes for the same original and settings also raises the step's
number in ``pipeline/plan/fingerprint.py``.
"""
