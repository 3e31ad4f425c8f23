"""Takes what the native binding needs out of downloaded wheels.

usage: unpack_wheel.py FOLDER_WITH_WHEELS TARGET [NAME=SHA256 ...]

From TensorFlow's wheel: libtensorflow_cc, libtensorflow_framework and the C headers. From the nvidia-* wheels: every shared
library, all into one folder, because TensorFlow looks for them beside itself.
"""
import hashlib
import os
import pathlib
import re
import shutil
import sys
import zipfile

wheels, target = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
expected = dict(item.split("=", 1) for item in sys.argv[3:])
TENSORFLOW = re.compile(
    r"tensorflow/(libtensorflow_(?:cc|framework)\.so\.2"
    r"|include/(?:tensorflow/c/|tensorflow/core/platform/ctstring|(?:tensorflow/)?(?:tsl|xla)/.*(?:ctstring|/c/|tsl_status)).*\.h)$"
)
CUDA = re.compile(r"nvidia/[^/]+/(?:lib|nvvm/libdevice)/([^/]+\.so[.0-9]*|libdevice[^/]*)$")


def sha256(file: pathlib.Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def place(name: str) -> pathlib.Path | None:
    if match := TENSORFLOW.match(name):
        return target / match[1]
    if match := CUDA.match(name):
        return target / match[1]
    return None


for wheel in sorted(wheels.glob("*.whl")):
    project = wheel.name.split("-")[0]
    if project in expected and sha256(wheel) != expected[project]:
        sys.exit(f"{wheel.name} is not the file that was expected (its SHA-256 differs)")
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            file = place(entry.filename)
            if file is None or entry.is_dir():
                continue
            os.makedirs(file.parent, exist_ok=True)
            with archive.open(entry) as source, file.open("wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
if not (target / "libtensorflow_cc.so.2").exists():
    sys.exit("the wheel holds no libtensorflow_cc.so.2")
