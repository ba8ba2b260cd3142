"""One file per fact that a report states."""
