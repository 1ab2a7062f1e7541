"""Platform sets drawn: from tables of outputs and a few drawings to the bytes of files."""
