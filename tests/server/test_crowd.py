"""Many visitors at once."""

import asyncio

import httpx
import pytest
from helpers.raw_http import QUESTION
from helpers.serving import ask

from gan.ui.answers import MAX_IN_FLIGHT
from gan.ui.render import draw_film

# The largest film, from different seeds.
QUESTIONS = [["dcgan", 1, seed, 8, 120, "slerp"] for seed in range(2 * MAX_IN_FLIGHT)]


@pytest.mark.slow
def test_the_page_and_the_catalogue_answer_while_many_ask_for_the_largest_films(address, checkpoints):
    limits = httpx.Limits(max_connections=None)

    async def crowd():
        async with httpx.AsyncClient(base_url=address, timeout=300, limits=limits) as client:

            def ask_for(values):
                return client.post("/gradio_api/run/interpolate", json={"data": values})

            asked = [asyncio.create_task(ask_for(values)) for values in QUESTIONS]
            await asyncio.wait(asked, timeout=60, return_when=asyncio.FIRST_COMPLETED)
            other = [await client.get("/"), await client.post("/gradio_api/run/catalogue", json={"data": []})]
            assert not all(task.done() for task in asked)
            return other, await asyncio.gather(*asked)

    other, answers = asyncio.run(crowd())
    assert [answer.status_code for answer in other] == [200, 200] and other[1].json()["data"][0]["models"]
    assert {answer.status_code for answer in answers} == {200, 503}
    for answer, (*_, seed, _, _, _) in zip(answers, QUESTIONS, strict=True):
        if answer.status_code == 200:
            assert answer.json()["data"][0]["seeds"] == [seed, 8]
        else:
            assert answer.headers["retry-after"] and answer.json()["error"]
    assert ask(address, "generate", QUESTION["data"]) == draw_film(checkpoints, "generate", QUESTION["data"])
