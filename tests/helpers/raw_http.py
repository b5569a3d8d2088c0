"""Raw HTTP requests to app.py."""

import json
from contextlib import closing
from http.client import HTTPConnection

JSON = {"content-type": "application/json"}
RUN = "/gradio_api/run/generate"
QUESTION = {"data": ["mlp", 2, 7, 4]}  # a valid body for RUN


def request(address, method, path, body=None, headers=JSON):
    """The status, headers and body of an answer. Header names are in lower case. The path is sent unchanged."""
    with closing(HTTPConnection(address.removeprefix("http://"), timeout=300)) as connection:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()


def post(address, name, values):
    """The status and the JSON of an endpoint's answer. NaN and inf are sent as they are."""
    status, _, body = request(address, "POST", f"/gradio_api/run/{name}", json.dumps({"data": values}))
    return status, json.loads(body)


def key_of(body):
    """The key of the message in the body of an error."""
    return json.loads(body)["error"]["key"]
