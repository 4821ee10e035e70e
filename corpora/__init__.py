"""Data in: sources, codebooks, reference figures, the sample web, gold.

Campaigns land beside them, in ``corpora/<campaign>/`` of the working directory.
"""

from pathlib import Path

BUNDLED = Path(__file__).resolve().parent
"""The folder of the data that the project ships."""
