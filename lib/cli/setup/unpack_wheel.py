"""Takes what the native binding needs out of downloaded wheels.

usage: unpack_wheel.py FOLDER_WITH_WHEELS TARGET NAME=SHA256

From TensorFlow's wheel: libtensorflow_cc, libtensorflow_framework and the C headers. From the nvidia-* wheels: every shared
library, all into one folder, because TensorFlow looks for them beside itself.
"""
import hashlib
import pathlib
import re
import shutil
import sys
import zipfile

wheels, target = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
project, expected = sys.argv[3].split("=")
TENSORFLOW = re.compile(
    r"tensorflow/(libtensorflow_(?:cc|framework)\.so\.2"
    r"|include/(?:tensorflow/c/|tensorflow/core/platform/ctstring|(?:tensorflow/)?(?:tsl|xla)/.*(?:ctstring|/c/|tsl_status)).*\.h)$"
)
CUDA = re.compile(r"nvidia/[^/]+/(?:lib|nvvm/libdevice)/([^/]+\.so[.0-9]*|libdevice[^/]*)$")

for wheel in sorted(wheels.glob("*.whl")):
    if wheel.name.startswith(f"{project}-") and hashlib.sha256(wheel.read_bytes()).hexdigest() != expected:
        sys.exit(f"{wheel.name} is not the file that was expected (its SHA-256 differs)")
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if match := TENSORFLOW.match(name) or CUDA.match(name):
                file = target / match[1]
                file.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(name) as source, file.open("wb") as sink:
                    shutil.copyfileobj(source, sink, 1 << 20)
if not (target / "libtensorflow_cc.so.2").exists():
    sys.exit("the wheel holds no libtensorflow_cc.so.2")
