"""How the site is written: shells of the theme's pages, preview, search index, security policy."""
