"""Evaluate runs, describe them in a model card with pictures, and upload them to the Hugging Face Hub."""
