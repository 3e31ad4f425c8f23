"""Starts the report's kernel as JupyterLab does, runs what is given on standard input and writes what came back as JSON.

usage: probe.py ANSWER_FILE < REQUEST. A file, because the kernel shares this process's standard output.

The request: {"cwd": folder, "cells": [code, ...], "complete": [code, cursor], "inspect": [code, cursor]}. The completion and the inspection are
asked for after the cells. A cell that prints INTERRUPT is interrupted.
"""
import json
import sys
import time

from jupyter_client.manager import start_new_kernel

request = json.load(sys.stdin)
manager, client = start_new_kernel(kernel_name="tslab", cwd=request["cwd"], startup_timeout=120)


def execute(code):
    streams = {"stdout": "", "stderr": ""}
    displays = []
    messages = 0

    def collect(message):
        nonlocal messages
        kind, content = message["header"]["msg_type"], message["content"]
        messages += kind != "status"
        if kind == "stream":
            streams[content["name"]] += content["text"]
            if content["text"] == "INTERRUPT\n":
                manager.interrupt_kernel()
        elif kind in ("display_data", "update_display_data"):
            displays.append(content["data"])

    reply = client.execute_interactive(code, output_hook=collect, timeout=180)
    if reply["content"]["status"] != "ok":
        time.sleep(0.2)  # for 50 ms after a failure the kernel aborts what comes, as if it had been queued with it
    return {"status": reply["content"]["status"], "displays": displays, "messages": messages, **streams}


def reply_to(message_id):
    while True:
        reply = client.get_shell_msg(timeout=60)
        if reply["parent_header"].get("msg_id") == message_id:
            return reply["content"]


try:
    answer = {"cells": [execute(code) for code in request["cells"]]}
    if "complete" in request:
        answer["complete"] = reply_to(client.complete(*request["complete"]))["matches"]
    if "inspect" in request:
        answer["inspect"] = reply_to(client.inspect(*request["inspect"]))["data"].get("text/plain", "")
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        json.dump(answer, file)
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
