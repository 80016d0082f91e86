"""Templates of documents: they lay out, every word and figure comes in as data."""
