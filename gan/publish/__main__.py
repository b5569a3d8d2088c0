"""Publish checkpoints: `python -m gan.publish card` and `python -m gan.publish push USER/NAME`."""

from gan.interrupt import one_line_at_ctrl_c

PROGRAM = "python -m gan.publish"

with one_line_at_ctrl_c(PROGRAM):
    import argparse
    import sys
    from collections.abc import Sequence
    from pathlib import Path

    from gan.arguments import CHECKPOINTS, Parser, add_source_flags, check_source
    from gan.console import prepare_output, say
    from gan.errors import UserError
    from gan.publish.card import make_card
    from gan.publish.hub import push
    from gan.training import configure_torch


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The flags. A wrong flag ends the program with one line and exit code 2."""
    parser = Parser(PROGRAM, description="Publish a folder of checkpoints.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    text = "Evaluate every run, and write the model card and its pictures."
    card = commands.add_parser("card", help=text, description=text)
    card.add_argument("--out", type=Path, metavar="DIR", help="folder of the runs (default for MNIST: checkpoints)")
    add_source_flags(card)
    card.add_argument("--baseline", type=Path, metavar="DIR", help="another folder of runs, to compare with")

    text = "Upload the runs and their model card to the Hugging Face Hub."
    upload = commands.add_parser("push", help=text, description=text)
    upload.add_argument("repository", metavar="USER/NAME", help="a model repository; created if it does not exist")
    upload.add_argument(
        "--out", type=Path, default=CHECKPOINTS, metavar="DIR", help="folder of the runs (default: checkpoints)"
    )

    args = parser.parse_args(argv)
    if args.command == "card":
        args.data, args.out = check_source(card, args)
        if args.baseline and not args.baseline.is_dir():
            card.error(f"--baseline: there is no folder {args.baseline}. Name a folder of runs")
    return args


def main(argv: Sequence[str]) -> int:
    """Run a command; return the exit code."""
    args = parse(argv)
    prepare_output()
    try:
        if args.command == "card":
            configure_torch()
            card, left_out = make_card(args.out, args.data, args.baseline)
            if left_out:
                say(f"left out, because the images are too few or too alike: {', '.join(left_out)}", sys.stderr)
            say(str(card))
        else:
            say(f"Uploading {args.out} to {args.repository}", sys.stderr)
            say(push(args.out, args.repository))
    except UserError as error:
        say(f"{PROGRAM} {args.command}: {error}", sys.stderr)
        return 1
    except KeyboardInterrupt:
        say("\nstopped", sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
