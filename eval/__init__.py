"""Questions with known answers → figures, from the side: nothing imports this package."""
