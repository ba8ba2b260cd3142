"""How much of a bug's thread a program read: what every claim about the thread depends on."""

from dataclasses import dataclass

from ca_incidents.schema.model import Incident, Texts


@dataclass(frozen=True, slots=True)
class Reading:
    """Numbers of comments: listed on the bug, read to the end, read in part, and hidden in gaps of the numbering."""

    listed: int
    complete: int
    shortened: int
    hidden: int

    @property
    def whole(self) -> bool:
        """Whether the whole thread was read: every comment to its end, and none is hidden."""
        return self.listed > 0 and self.complete >= self.listed and not self.hidden

    def __str__(self) -> str:
        """Say how much was read, as the end of a sentence."""
        if not self.hidden:
            return self._read
        are = "is" if self.hidden == 1 else "are"
        joined = ", but" if self.complete >= self.listed else ", and"
        return f"{self._read}{joined} {self.hidden} more {are} not public"

    @property
    def _read(self) -> str:
        if not self.listed:
            return "its comments are not known"
        if self.listed == 1:
            cut = "was cut off by the source" if self.shortened else "has not been read"
            return f"the only comment {'has been read' if self.complete else cut}"
        if self.complete >= self.listed:
            return f"all {self.listed} comments have been read"
        if not self.complete + self.shortened:
            return f"none of the {self.listed} comments has been read"
        have = "has" if (self.complete or self.shortened) == 1 else "have"
        if not self.complete:
            return f"only the beginning of {self.shortened} of the {self.listed} comments {have} been read"
        part = f" and {self.shortened} in part" if self.shortened else ""
        return f"only {self.complete} of the {self.listed} comments {have} been read to the end{part}"


def reading_of(record: Incident) -> Reading:
    """Return how much of a record's thread its report was read from.

    A record that does not list which comments were read counts as read to the end only where it says that as many
    texts were read as there are comments, and none was cut off.
    """
    comments = record.bugzilla.comments
    texts = (record.report.texts if record.report else None) or Texts(read=0)
    numbers = {comment.number for comment in comments}
    hidden = max(numbers, default=-1) + 1 - len(numbers)
    if texts.complete or texts.shortened:
        complete, shortened = len(numbers & set(texts.complete)), len(numbers & set(texts.shortened))
    elif texts.cut:
        complete, shortened = 0, min(texts.read, len(numbers))
    else:
        complete, shortened = min(texts.read, len(numbers)), 0
    return Reading(listed=len(numbers), complete=complete, shortened=shortened, hidden=hidden)
