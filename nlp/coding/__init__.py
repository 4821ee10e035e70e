"""Documents → references → decisions on calls and councils."""
