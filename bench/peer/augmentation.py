"""Augmentation: a randomly turned, moved, sheared, zoomed and mirrored copy of each picture, 96 × 96 bytes in, floats from 0 to 1 out."""
