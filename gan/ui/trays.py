"""The worked example of vector arithmetic on the page. Nothing here imports torch.

Sevens that lean to the right, minus sevens that lean to the left, plus an upright one. In the last epoch of these runs
the result is a one that leans to the right: by 22 degrees (dcgan) and 29 degrees (mlp).
"""

EXAMPLES = {  # model -> the name of the run, as in /catalogue, and the seeds of each tray
    "mlp": {
        "run": "4b63e21d04b2",
        "plus": [13, 156, 216, 227, 246, 298],
        "minus": [93, 150, 154, 181, 268, 283],
        "base": [117],
    },
    "dcgan": {
        "run": "92d68e738c89",
        "plus": [36, 134, 136, 173, 206, 297],
        "minus": [72, 116, 154, 189, 191, 244],
        "base": [7],
    },
}
