"""Spiders by access pattern, never one per site."""
