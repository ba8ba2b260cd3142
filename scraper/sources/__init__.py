"""From the bytes of a source to bugs: REST, dumps, saved pages."""
