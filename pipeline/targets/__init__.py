"""What each platform demands, as tables: which files, how large, drawn how. No pixels, nothing on disk.

A target is one module: a function from a ``Brief`` and its options to the files of the set, made of three
verbs (``output.py``): draw a picture, bundle several sizes in one file, write a text.
"""
