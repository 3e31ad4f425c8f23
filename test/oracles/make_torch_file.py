"""Writes tiny.pth in torch's format before version 1.6, tiny_zip.pth in that since, and tiny.pth.json with what they hold. Needs no torch.

usage: make_torch_file.py [FOLDER]

Laid out as torch/serialization.py (`_legacy_save`, `_save`) and torch/_utils.py (`_rebuild_tensor_v2`, `_rebuild_parameter`) do; the kernels lie in
memory as TensorFlow wants them, as in efficientnet-lite0-57934424.pth. The archive begins each file on a boundary of 64 bytes, and its kernel is a parameter.
"""
import io
import json
import math
import pathlib
import pickle
import random
import struct
import sys
import types
import zipfile
from collections import OrderedDict

folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)
numbers = random.Random(0)


def module(name, **members):
    made = sys.modules[name] = types.ModuleType(name)
    for key, value in members.items():
        value.__module__, value.__qualname__ = name, key
        setattr(made, key, value)


def rebuild(*_):
    raise NotImplementedError


FloatStorage, LongStorage = type("FloatStorage", (), {}), type("LongStorage", (), {})
module("torch", FloatStorage=FloatStorage, LongStorage=LongStorage)
def rebuild_parameter(*_):
    raise NotImplementedError


module("torch._utils", _rebuild_tensor_v2=rebuild, _rebuild_parameter=rebuild_parameter)


class Storage:
    def __init__(self, kind, values):
        self.kind, self.values, self.key = kind, values, str(94000000 + numbers.randrange(10**6))


class Tensor:
    def __init__(self, storage, shape, strides, offset=0):
        self.storage, self.shape, self.strides, self.offset = storage, shape, strides, offset

    def __reduce__(self):
        return rebuild, (self.storage, self.offset, self.shape, self.strides, False, OrderedDict())

    def values(self):
        """In the order of the axes, the last one fastest."""
        places = [self.offset]
        for size, stride in zip(self.shape, self.strides):
            places = [place + i * stride for place in places for i in range(size)]
        return [self.storage.values[place] for place in places]


class Parameter:
    def __init__(self, tensor):
        self.tensor = tensor

    def __reduce__(self):
        return rebuild_parameter, (self.tensor, True, OrderedDict())


class Pickler(pickle.Pickler):
    def persistent_id(self, value):
        if not isinstance(value, Storage):
            return None
        storages[value.key] = value
        return ("storage", value.kind, value.key, "cpu", len(value.values), None)


def floats(count):
    return Storage(FloatStorage, [numbers.randrange(-1024, 1024) / 64 for _ in range(count)])


def plain(*shape):
    strides = [math.prod(shape[i + 1 :]) for i in range(len(shape))]
    return Tensor(floats(math.prod(shape)), shape, tuple(strides))


def kernel(outputs, inputs, height, width):
    """Height, width, inputs, outputs in memory."""
    strides = (1, outputs, width * inputs * outputs, inputs * outputs)
    return Tensor(floats(outputs * inputs * height * width), (outputs, inputs, height, width), strides)


storages = {}
shared = floats(10)
state = OrderedDict(
    [
        ("conv.weight", kernel(4, 3, 2, 3)),
        ("bn.weight", Tensor(shared, (4,), (2,), 1)),
        ("bn.bias", Tensor(shared, (4,), (1,), 6)),
        ("bn.num_batches_tracked", Tensor(Storage(LongStorage, [12345678901]), (), ())),
        ("fc.weight", plain(2, 5)),
        ("scale", plain()),
    ]
)
state._metadata = OrderedDict([("", {"version": 1})])

with (folder / "tiny.pth").open("wb") as file:
    for value in (0x1950A86A20F9469CFC6C, 1001, {"protocol_version": 1001, "little_endian": True, "type_sizes": {"int": 4}}):
        pickle.dump(value, file, protocol=2)
    Pickler(file, protocol=2).dump(state)
    pickle.dump(sorted(storages), file, protocol=2)
    for _, storage in sorted(storages.items()):
        code = "f" if storage.kind is FloatStorage else "q"
        file.write(struct.pack(f"<q{len(storage.values)}{code}", len(storage.values), *storage.values))



def packed(storage):
    return struct.pack(f"<{len(storage.values)}{'f' if storage.kind is FloatStorage else 'q'}", *storage.values)


for i, storage in enumerate(storages.values()):
    storage.key = str(i)
in_zip = list(storages.values())
pickled = io.BytesIO()
Pickler(pickled, protocol=2).dump(OrderedDict((name, Parameter(value) if name == "conv.weight" else value) for name, value in state.items()))
members = [("data.pkl", pickled.getvalue()), ("byteorder", b"little"), *((f"data/{s.key}", packed(s)) for s in in_zip), ("version", b"3\n")]
with (folder / "tiny_zip.pth").open("wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
    for name, content in members:
        info = zipfile.ZipInfo(f"tiny/{name}")
        room = -(file.tell() + 30 + len(info.filename) + 4) % 64
        info.extra = struct.pack("<HH", 0x4246, room) + b"Z" * room
        archive.writestr(info, content)

expected = {name: {"shape": tensor.shape, "values": tensor.values()} for name, tensor in state.items() if "num" not in name}
(folder / "tiny.pth.json").write_text(json.dumps(expected) + "\n")
