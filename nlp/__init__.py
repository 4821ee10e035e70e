"""The archive → documents → references → counts → pictures and report."""

import os

# Before NumPy is first imported. The matrices here are small: on two busy cores OpenBLAS's threads
# waited for each other (24 s to learn the kinds of page instead of 2.4 s), and their number may
# change the last digits of a sum, so that another machine would give other bytes.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
