"""The one base of every error that a command turns into one message and an exit status."""


class CaIncidentsError(Exception):
    """Something that the person at the keyboard can act on; the text says what and where."""

    exit_status = 2
