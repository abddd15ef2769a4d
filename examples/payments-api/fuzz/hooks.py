"""What schemathesis does here besides: it steers requests to where they have effects, sends each one
that had an effect again, and writes down which keys were answered with a success.

A schema can't say which accounts there are, nor which version a stock has. Left alone, nearly all
generated payments are from nobody to nobody. So requests that are right by the schema are changed
before they are sent, half of the time, into others that are right by the schema.
"""

import itertools
import os
import re
import uuid
from concurrent.futures import ThreadPoolExecutor

import requests
import schemathesis
from schemathesis import GenerationMode

# The operations' names in the records, by method and path.
OPERATIONS = {
    ("POST", "/accounts"): "accounts.open",
    ("POST", "/payments"): "payments.pay",
    ("POST", "/stock/{sku}/adjustments"): "stock.adjust",
    ("POST", "/stock/messages"): "stock.message",
}
KEY = re.compile(r'[!#-+\--:<-~]{1,255}|"[!#-\[\]-~]{1,255}"')
SUCCESSES = os.environ["PAYMENTS_API_SUCCESSES"]

turn = itertools.count()
sender = requests.Session()
pool = ThreadPoolExecutor(2)


def operation_of(case):
    return OPERATIONS.get((case.method.upper(), case.path))


def key_of(case, request):
    """The key under which the service knows the request."""
    if case.path == "/stock/messages":
        return case.body["id"]
    return request.headers["Idempotency-Key"].strip('"')


@schemathesis.hook
def before_call(ctx, case, **kwargs):
    if case.meta is None or case.meta.generation.mode != GenerationMode.POSITIVE:
        return
    number = next(turn)
    if number % 2 == 0:
        return
    headers = case.headers or {}
    # A new key is a request that isn't refused for its key; others keep theirs, and some are.
    if KEY.fullmatch(str(headers.get("Idempotency-Key", ""))):
        headers["Idempotency-Key"] = str(uuid.uuid4())
    path = case.path_parameters or {}
    if "sku" in path:
        path["sku"] = f"SKU-{number % 6}"
    if "id" in path:
        path["id"] = 1 + number % 8
    body = case.body if isinstance(case.body, dict) else {}
    if case.path == "/payments" and {"from", "to"} <= body.keys():
        body["from"], body["to"] = 1 + number % 5, 6 + number % 3
    if case.path == "/stock/messages" and "sku" in body:
        body["id"], body["sku"] = str(uuid.uuid4()), f"SKU-{number % 6}"
    if "If-Match" in headers:
        tag = sender.get(url_of(case), timeout=10).headers.get("ETag")
        headers["If-Match"] = tag or headers["If-Match"]


def url_of(case):
    return case.operation.base_url.rstrip("/") + case.path.format(**case.path_parameters)


@schemathesis.hook
def after_call(ctx, case, response):
    operation = operation_of(case)
    if operation and response.status_code in (200, 201):
        with open(SUCCESSES, "a") as file:
            file.write(f"{operation}\t{key_of(case, response.request)}\n")


def again(request):
    return sender.send(request.copy(), timeout=30)


def told(response):
    """What a replay has to say again."""
    headers = {name: response.headers.get(name) for name in ("content-type", "location", "etag")}
    return response.status_code, headers, response.content


def first_value(response, name):
    values = response.headers.get(name.lower()) or []
    return values[0] if values else None


@schemathesis.check
def no_double_effect(ctx, response, case):
    """A request that was answered for good is answered so again, and does nothing."""
    if operation_of(case) is None:
        return
    success = response.status_code in (200, 201)
    refused = response.status_code in (402, 409) and b"urn:payments-api:" in response.content
    if not (success or refused):
        return
    headers = {name: first_value(response, name) for name in ("content-type", "location", "etag")}
    first = response.status_code, headers, response.content
    for copy in pool.map(again, [response.request, response.request]):
        assert told(copy) == first, f"a copy was answered with {told(copy)} instead of {first}"
        replayed = copy.headers.get("Idempotent-Replayed")
        assert not success or replayed == "true", "a copy was not a replay"


@schemathesis.check
def no_lost_update(ctx, response, case):
    """A change under If-Match that comes again finds that it was made, or that others were."""
    if case.method.upper() not in ("PUT", "PATCH") or response.status_code != 200:
        return
    if "*" in response.request.headers.get("If-Match", "*"):
        return
    copy = again(response.request)
    assert copy.status_code == 412 or copy.content == response.content, "it was changed twice"
