"""Which links of a council's site are worth its budget, and in what order.

A link's score is a sum of named parts (``scoring``), so that every fetch can be explained.
"""
