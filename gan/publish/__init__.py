"""What is published with a run: measurements, the model card, pictures, the Hub."""
