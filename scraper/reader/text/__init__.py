"""Plain text: lines, sentences, dates, numbers."""
