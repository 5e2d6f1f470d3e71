# SPDX-License-Identifier: Apache-2.0
"""Writes the models of this folder that Keras 1 and Keras 2.2 wrote, with their predictions, as fixtures.py does.

    pip install "numpy==1.23.5" "scipy==1.9.3" "Theano==1.0.5" "keras==1.2.2" h5py pyyaml six "setuptools<60"
    python fixtures_theano.py        # Python 3.11, a C++ compiler

and once more with keras==2.2.4, keras-applications==1.0.6 and keras-preprocessing==1.0.5 instead.
"""

import base64
import collections
import collections.abc
import inspect
import json
import os

# What Keras 1.2.2 and Theano 1.0.5 expect of an older Python and NumPy.
for name in ("Iterable", "Callable", "Mapping"):
    setattr(collections, name, getattr(collections.abc, name))
Spec = collections.namedtuple("ArgSpec", "args varargs keywords defaults")
inspect.getargspec = lambda function: Spec(*inspect.getfullargspec(function)[:4])
import numpy as np
import numpy.distutils.__config__
import numpy.distutils.system_info

numpy.distutils.__config__.blas_opt_info = {}
os.environ["KERAS_BACKEND"] = "theano"
os.environ["THEANO_FLAGS"] = "device=cpu,floatX=float32,blas.ldflags="

import theano.ifelse
from keras.layers import LSTM, Activation, BatchNormalization, Bidirectional
from keras.layers import Convolution1D, Convolution2D, Dense, Dropout, Embedding, Flatten
from keras.layers import GlobalMaxPooling1D, Input, MaxPooling1D, MaxPooling2D, SimpleRNN
from keras.models import Model, Sequential
import keras

FOLDER = os.path.dirname(os.path.abspath(__file__))


def array(values):
    values = np.ascontiguousarray(values)
    data = base64.b64encode(values.tobytes()).decode()
    return {"shape": list(values.shape), "type": str(values.dtype), "data": data}


def draw(name, shape, random):
    if "running_std" in name or "variance" in name:
        drawn = random.uniform(0.5, 2.0, shape)
    elif "gamma" in name:
        drawn = random.uniform(0.5, 1.5, shape)
    elif len(shape) == 1:
        drawn = random.normal(0, 0.2, shape)
    else:
        drawn = random.normal(0, 1.5 / np.sqrt(np.prod(shape) / max(shape[-1], 1)), shape)
    return drawn.astype("float32")


def write(name, model, inputs, channels_first=False):
    random = np.random.RandomState(sum(map(ord, name)))
    inputs = inputs(random)
    for layer in model.layers:
        layer.set_weights([draw(symbol.name, value.shape, random) for symbol, value in zip(layer.weights, layer.get_weights())])
    model.save(os.path.join(FOLDER, name + ".h5"))
    taken = inputs / np.float32(255) if inputs.dtype == np.uint8 else inputs
    if channels_first:
        taken = taken.transpose(0, 3, 1, 2)
    predictions = model.predict(taken).astype("float32")
    with open(os.path.join(FOLDER, name + ".json"), "w") as out:
        json.dump({"inputs": array(inputs), "predictions": array(predictions)}, out)
        out.write("\n")
    print(name, os.path.getsize(os.path.join(FOLDER, name + ".h5")), predictions[0])


def images(random):
    return random.randint(0, 256, (3, 9, 8, 3)).astype("uint8")


if keras.__version__.startswith("2"):
    write(
        "keras22-cnn",
        Sequential(
            [
                Convolution2D(4, (3, 2), input_shape=(9, 8, 3), activation="relu"),
                MaxPooling2D(2),
                Convolution2D(5, 3, padding="same", use_bias=False),
                BatchNormalization(),
                Activation("relu"),
                Flatten(),
                Dense(3, activation="softmax"),
            ]
        ),
        images,
    )
    write(
        "keras22-lstm",
        Sequential(
            [
                LSTM(5, return_sequences=True, input_shape=(7, 4), unroll=True),
                Bidirectional(LSTM(3, unroll=True)),
                Dense(3, activation="softmax"),
            ]
        ),
        lambda random: random.normal(0, 1, (4, 7, 4)).astype("float32"),
    )
    raise SystemExit

for order, shape in ("tf", (9, 8, 3)), ("th", (3, 9, 8)):
    write(
        "keras1-cnn-" + order,
        Sequential(
            [
                Convolution2D(4, 3, 2, input_shape=shape, dim_ordering=order, activation="relu"),
                MaxPooling2D((2, 2), dim_ordering=order),
                Convolution2D(5, 3, 1, border_mode="same", subsample=(2, 1), dim_ordering=order, bias=False),
                BatchNormalization(axis=3 if order == "tf" else 1),
                Activation("relu"),
                Dropout(0.25),
                Flatten(),
                Dense(6, activation="tanh"),
                Dense(3),
                Activation("softmax"),
            ]
        ),
        images,
        channels_first=order == "th",
    )

write(
    "keras1-lstm",
    Sequential(
        [
            LSTM(5, return_sequences=True, input_shape=(7, 4), unroll=True),
            LSTM(4, return_sequences=True, consume_less="gpu", unroll=True),
            Bidirectional(LSTM(3, return_sequences=True, unroll=True)),
            SimpleRNN(4, unroll=True),
            Dense(3, activation="softmax"),
        ]
    ),
    lambda random: random.normal(0, 1, (4, 7, 4)).astype("float32"),
)

write(
    "keras1-text",
    Sequential(
        [
            Embedding(30, 6, input_length=12),
            Convolution1D(5, 3, activation="relu"),
            MaxPooling1D(2),
            GlobalMaxPooling1D(),
            Dense(3, activation="softmax"),
        ]
    ),
    lambda random: random.randint(0, 30, (4, 12)).astype("int32"),
)

from keras.layers import merge

row = Input(shape=(5,), name="row")
left = Dense(4, activation="relu", name="left")(row)
right = Dense(4, activation="sigmoid", name="right")(row)
joined = merge([merge([left, right], mode="sum", name="sum"), merge([left, right], mode="mul", name="product")], mode="concat", name="joined")
write(
    "keras1-merge",
    Model(row, Dense(3, activation="softmax", name="classes")(joined)),
    lambda random: random.normal(0, 1, (4, 5)).astype("float32"),
)
