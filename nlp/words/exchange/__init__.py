"""Corpora in the formats of other tools: IRaMuTeQ, TXM, R, Matrix Market."""
