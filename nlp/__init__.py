"""The archive → documents → references → counts → pictures and report."""
