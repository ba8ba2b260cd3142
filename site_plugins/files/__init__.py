"""What the site offers next to its pages: downloads, feeds, data for scripts."""
