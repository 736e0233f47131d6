"""`python3 -m sim`: the command line, from a bare checkout too.

This file and `sim/__init__.py` keep to syntax that old Pythons can read, so that a Python that is
too old is told so in one line and does not end in a SyntaxError.
"""

import sys


def main() -> int:
    """Set up what is missing, then hand over to the command line."""
    if sys.version_info < (3, 11):
        sys.stderr.write(
            "Magnet Runway needs Python 3.11 or newer; this is %d.%d (%s). "
            "Run the same command with a newer one, such as python3.11.\n"
            % (sys.version_info[0], sys.version_info[1], sys.executable)
        )
        return 2
    from sim._bootstrap import ensure_packages

    ensure_packages(sys.argv[1:])
    from sim.app.cli import main as command_line

    return command_line()


if __name__ == "__main__":
    sys.exit(main())
