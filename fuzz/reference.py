"""Reads files as NumPy does, for `npm run fuzz`: a line of JSON for each line of JSON that says which file.

Nothing that a file names is called: objects are not allowed, and pickles may name only what makes an array.
"""

import hashlib
import json
import pickle
import resource
import sys
import warnings

import numpy as np

warnings.simplefilter("ignore")
# What a file promises is not to fill the memory.
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))

KNOWN = {
    ("numpy.core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy.core.numeric", "_frombuffer"),
    ("numpy._core.numeric", "_frombuffer"),
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
    ("_codecs", "encode"),
}


class Unpickler(pickle.Unpickler):
    def find_class(self, module, name):
        if (module, name) not in KNOWN:
            raise pickle.UnpicklingError(f"{module}.{name}")
        return super().find_class(module, name)


def described(array):
    if array.dtype.kind not in "biuf":
        raise ValueError(str(array.dtype))
    # An empty array may have sides that no array of doubles has.
    values = np.ascontiguousarray(array, dtype=np.float64) if array.size > 0 else np.empty(0)
    values = np.where(np.isnan(values), np.nan, values)
    return {"shape": list(array.shape), "digest": hashlib.sha256(values.tobytes()).hexdigest()}


def text(key):
    return key.decode("latin1") if isinstance(key, bytes) else str(key)


def read(kind, path):
    if kind == "npy":
        with open(path, "rb") as file:
            array = np.lib.format.read_array(file, allow_pickle=False)
            if file.read(1):
                raise ValueError("bytes after the array")
        return {"": described(array)}
    if kind == "npz":
        found = {}
        with np.load(path, allow_pickle=False) as archive:
            for name in archive.files:
                # What is no array of numbers is left alone on either side.
                try:
                    found[name] = described(archive[name])
                except Exception:
                    pass
        return found
    with open(path, "rb") as file:
        content = Unpickler(file, encoding="bytes").load()
    found = {}
    for key, value in content.items():
        if isinstance(value, np.ndarray):
            found[text(key)] = described(value)
        elif text(key) in ("labels", "fine_labels"):
            found[text(key)] = described(np.array(value))
    return found


for line in sys.stdin:
    asked = json.loads(line)
    try:
        answer = {"arrays": read(asked["kind"], asked["path"])}
    except MemoryError:
        answer = {"beyond": True}
    except BaseException as error:  # Whatever it is, it was not read.
        answer = {"refused": f"{type(error).__name__}: {error}"[:300]}
    print(json.dumps(answer), flush=True)
