"""A GAN that learns to write digits: networks, the loop that trains them, and the page that shows them."""
