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
        """Say what was not read, as the end of a sentence."""
        if not self.listed:
            return "its comments are not known"
        thread = "the only comment" if self.listed == 1 else f"the {self.listed} comments"
        if not self.complete + self.shortened:
            return f"none of {thread} has been read" if self.listed > 1 else f"{thread} has not been read"
        said = [f"{self.complete} of {thread} {'has' if self.complete == 1 else 'have'} been read to the end"]
        if self.shortened:
            said.append(f"{self.shortened} {'was' if self.shortened == 1 else 'were'} cut off by the source")
        if self.hidden:
            said.append(f"{self.hidden} {'is' if self.hidden == 1 else 'are'} not public")
        return ", ".join(said)


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
