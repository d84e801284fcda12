"""The web: pages, feeds, forms and the JSON API over HTTP. One of the ways in, beside `cli` and `daemon`."""
