"""Word clouds and charts."""
