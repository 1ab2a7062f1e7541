"""Rules about a folder as a whole: sets whose files only make sense together. Each takes a ``Tree``."""
