"""The published tables: vocabularies, CA registry, deadlines, policy documents."""
