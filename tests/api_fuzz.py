"""Schemathesis against a real hub: no server error, and no answer that its own description does not allow.

usage: api_fuzz.py SCHEMATHESIS [EXAMPLES_PER_OPERATION]

Runs once as a kiosk, once as a clerk at an open counter, once as the manager and once as nobody, since each of them
reaches other code; as a display it asks what only displays are told. Streams are left out: they never end. A run that tried too little is a failure, not a pass. Prints
`N passed, N failed`, one for each role.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.request
import uuid

# Fewer cases than this in one role mean that something stopped the run. A display has one question of its own.
CASES_MIN = 300
OF_A_DISPLAY, CASES_OF_A_DISPLAY_MIN = "/api/v1/display$", 3

CHECKS = ",".join([
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
])


def main() -> int:
    schemathesis = sys.argv[1]
    examples = sys.argv[2] if len(sys.argv) > 2 else "15"
    hub = pathlib.Path(os.environ["NAVBAT_BIN"]) / "hub"
    with tempfile.TemporaryDirectory(prefix="navbat-fuzz-") as folder:
        command = [hub, "demo", "--json", "--data", folder, "--listen", "127.0.0.1:0"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            facts = json.loads(process.stdout.readline())
            url = facts["url"].rstrip("/")
            verdicts = {role: fuzz((schemathesis, examples), url, role, token) for role, token in tokens(url, facts).items()}
            alive = process.poll() is None
        finally:
            process.kill()
            process.wait()
    for role, good in verdicts.items():
        print(f"{'ok  ' if good else 'FAIL'} as {role}")
    print("ok   the hub lived" if alive else "FAIL the hub died")
    good = sum(verdicts.values()) + alive
    bad = len(verdicts) + 1 - good
    print(f"{good} passed, {bad} failed")
    return 1 if bad else 0


def tokens(url: str, facts: dict) -> dict:
    clerk = facts["clerks"][0]
    at_counter = sign_in(url, clerk)
    post(f"{url}/api/v1/counters/{clerk['counter']}/open", {"command_id": command_id()}, at_counter)
    manager = sign_in(url, facts["manager"])
    display = facts["display_token"]
    return {"kiosk": facts["device_token"], "clerk": at_counter, "manager": manager, "display": display, "nobody": None}


def sign_in(url: str, person: dict) -> str:
    return post(f"{url}/api/v1/sessions", {"name": person["name"], "pin": person["pin"]}, None)["token"]


def post(url: str, body: dict, token: str | None) -> dict:
    headers = {"content-type": "application/json"}
    if token:
        headers["authorization"] = f"Bearer {token}"
    request = urllib.request.Request(url, json.dumps(body).encode(), headers, method="POST")
    with urllib.request.urlopen(request, timeout=20) as reply:
        return json.loads(reply.read() or b"null")


def command_id() -> str:
    bits = uuid.uuid4().int
    return str(uuid.UUID(int=bits & ~(0xF << 76) | 0x7 << 76))


def fuzz(tool: tuple[str, str], url: str, role: str, token: str | None) -> bool:
    schemathesis, examples = tool
    command = [
        schemathesis, "run", f"{url}/api/openapi.json", "--url", url, "--checks", CHECKS, "--seed", "1", "--no-color",
        "--phases", "examples,coverage,fuzzing", "--max-examples", examples,
        "--request-timeout", "10", "--exclude-path-regex", "stream", "--continue-on-failure",
        "--suppress-health-check", "all", "--warnings", "off",
    ]
    if token:
        command += ["-H", f"Authorization: Bearer {token}"]
    wanted = CASES_MIN
    if role == "display":
        command += ["--include-path-regex", OF_A_DISPLAY]
        wanted = CASES_OF_A_DISPLAY_MIN
    print(f"--- as {role}", flush=True)
    with tempfile.TemporaryDirectory() as away:
        run = subprocess.run(command, cwd=away, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    print(run.stdout, flush=True)
    cases = re.search(r"(\d+) generated", run.stdout)
    tried = int(cases.group(1)) if cases else 0
    print(f"{tried} cases, at least {wanted} wanted", flush=True)
    return run.returncode == 0 and tried >= wanted


if __name__ == "__main__":
    sys.exit(main())
