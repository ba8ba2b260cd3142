"""Named evidence for what prose may state, and the score that it adds up to."""
