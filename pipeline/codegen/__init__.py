"""Constants for code, so that an app refers to its pictures by names a compiler checks.

Pure: from the entries of ``manifest.json`` to the text of one source file a language.
"""
