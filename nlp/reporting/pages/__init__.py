"""What each page of the report shows."""
