"""How incidents come into being: from what Bugzilla says to records."""
