"""Pictures of known alpha, painted as a generator paints them, and scores of what was cut out of them."""
