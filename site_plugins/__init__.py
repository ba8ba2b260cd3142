"""How the dataset is shown: page objects made from records, and the MkDocs plugin that writes them as a site."""
