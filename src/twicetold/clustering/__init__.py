"""Do two articles report one event? Neighbours, pair features, model, linkage. Pure."""
