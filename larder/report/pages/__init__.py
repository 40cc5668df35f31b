"""The site's pages, a folder each: `page.py` lists its sections, the files beside it make them."""
