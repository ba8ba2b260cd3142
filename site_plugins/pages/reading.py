"""How much of a thread was read, in words: the reason why a page does not make a claim."""

from ca_incidents.schema.model import Incident


def unread(record: Incident) -> str | None:
    """Return what was not read of a thread, as the end of a sentence; None where all of it was read."""
    texts = record.report.texts if record.report else None
    count, read = len(record.bugzilla.comments), texts.read if texts else 0
    if not count:
        return "its comments are not known"
    if not read:
        return "its only comment has not been read" if count == 1 else f"none of the {count} comments has been read"
    if read < count:
        also = ", and not to the end" if texts and texts.cut else ""
        return f"only {read} of the {count} comments {'has' if read == 1 else 'have'} been read{also}"
    return "its comments have not been read to the end" if texts and texts.cut else None
