from __future__ import annotations

from pictures import u2netp

__all__ = ["u2netp"]
