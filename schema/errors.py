"""The base class of all errors that a command reports as one message and an exit status."""


class CaIncidentsError(Exception):
    """An error that the user can act on; the text says what is wrong and where."""

    exit_status = 2
