"""Declarative asset pipeline: YAML recipes in, every picture an app ships out."""

__version__ = "0.1.0"
