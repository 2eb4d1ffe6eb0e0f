"""`python -m twicetold`, and the command `twicetold`."""

import sys


def main() -> None:
    """Run the command line; Ctrl-C during the imports is no error of ours either."""
    try:
        from .cli import cli

        cli(prog_name="twicetold")
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:  # of the help: stdout is closed or full
        sys.exit(f"output: {error.strerror or error}")


if __name__ == "__main__":
    main()
