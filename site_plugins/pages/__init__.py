"""What a page is: HTML, charts, wording."""
