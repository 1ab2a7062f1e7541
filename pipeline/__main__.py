"""``python -m pipeline``: the command where no script is installed."""

from pipeline.cli.main import main

if __name__ == "__main__":
    main()
