"""Archive → documents."""
