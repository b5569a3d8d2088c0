"""Valid inputs of each endpoint, over the `checkpoints` fixture."""

VALID = {
    "generate": ["mlp", 2, 7, 4],
    "truncated": ["mlp", 2, 7, 4, 0.5],
    "interpolate": ["dcgan", 1, 7, 8, 3, "slerp"],
    "plane": ["mlp", 2, [7, 8, 9, 10]],
    "progression": ["mlp", 7, 2],
    "pictures": ["interpolate", ["dcgan", 1, 7, 8, 3, "slerp"]],
    "predictions": ["progression", ["mlp", 7, 2]],
    "animation": ["gif", "progression", ["mlp", 7, 2], 280],
    "vectors": ["interpolate", ["mlp", 2, 7, 8, 3, "slerp"]],
    "catalogue": [],
}
FILMS = ["generate", "truncated", "interpolate", "plane", "progression"]  # endpoints that answer with a film
