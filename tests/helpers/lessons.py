"""The lessons that come with the page."""

import json

from gan.ui.web_files import WEB

LESSONS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (WEB / "lessons").glob("*.json")}
TOUR = LESSONS["tour"]


def set_by(step, answered):
    """What a step sets of the page's state, before or after its question is answered. None: the usual value."""
    return step["state"] | ({} if answered else step.get("before", {}))
