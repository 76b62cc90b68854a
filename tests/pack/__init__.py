"""Tests of geo/pack."""
