"""GANs that learn to draw digits: the networks, the training loop, and the page that shows them."""
