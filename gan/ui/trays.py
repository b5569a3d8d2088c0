"""The worked example of vector arithmetic on the page. Nothing here imports torch.

Sevens that lean to the right, minus sevens that lean to the left, plus an upright one. In the last epoch of these runs
the result is a one that leans to the right: by 22 degrees (dcgan) and 36 degrees (mlp).
"""

EXAMPLES = {  # model -> the name of the run, as in /catalogue, and the seeds of each tray
    "mlp": {
        "run": "98047661441c",
        "plus": [38, 253, 266, 275, 338, 364],
        "minus": [214, 334, 349, 350, 352, 383],
        "base": [112],
    },
    "dcgan": {
        "run": "92d68e738c89",
        "plus": [36, 134, 136, 173, 206, 297],
        "minus": [72, 116, 154, 189, 191, 244],
        "base": [7],
    },
}
