"""The results as other programs read them, and what they are, told beside them."""
