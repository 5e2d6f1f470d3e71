# SPDX-License-Identifier: Apache-2.0
"""Writes the models of this folder, and beside each what Keras itself predicts with it.

    pip install tensorflow-cpu==2.15.1
    python fixtures.py

Each NAME.h5 has a NAME.json: inputs and predictions, arrays as {shape, type, data}, data being the
little-endian bytes in base64. Weights are drawn (biases and statistics, too, which Keras would begin
with zeros and ones), those of the tutorials' networks trained for a moment on drawn data.
"""

import base64
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers as L

FOLDER = os.path.dirname(os.path.abspath(__file__))
ONLY = sys.argv[1:]


def array(values):
    values = np.ascontiguousarray(values)
    return {
        "shape": list(values.shape),
        "type": str(values.dtype),
        "data": base64.b64encode(values.astype(values.dtype.newbyteorder("<")).tobytes()).decode(),
    }


def beside(name, **parts):
    with open(os.path.join(FOLDER, name + ".json"), "w") as out:
        json.dump({k: array(v) if isinstance(v, np.ndarray) else v for k, v in parts.items()}, out)
        out.write("\n")


def draw(model, random):
    """Weights of the size that Keras draws, and no two alike."""
    weights = []
    for variable in model.weights:
        shape = tuple(variable.shape)
        name = variable.name
        if "variance" in name:
            value = random.uniform(0.5, 2.0, shape)
        elif "gamma" in name:
            value = random.uniform(0.5, 1.5, shape)
        elif "mean" in name or "beta" in name or "bias" in name:
            value = random.normal(0, 0.2, shape)
        elif "embeddings" in name:
            value = random.normal(0, 1, shape)
        else:
            fan = np.prod(shape[:-1]) if len(shape) > 1 else 1
            value = random.normal(0, 1.2 / np.sqrt(max(fan, 1)), shape)
        weights.append(value.astype("float32"))
    model.set_weights(weights)


def images(random, count, height, width, channels):
    return random.integers(0, 256, (count, height, width, channels)).astype("uint8")


def steps(random, *shape):
    return random.normal(0, 1, shape).astype("float32")


def ids(random, count, length, vocabulary, padding=None):
    values = random.integers(1, vocabulary, (count, length)).astype("int32")
    if padding:
        for row in range(count):
            zeros = row * (length // (count + 1))
            if padding == "pre":
                values[row, :zeros] = 0
            elif zeros:
                values[row, length - zeros :] = 0
    return values


def write(name, model, inputs, train=None, loss=None, divide=True, **save):
    if ONLY and name not in ONLY:
        return
    seed = sum(map(ord, name))
    random = np.random.default_rng(seed)
    tf.random.set_seed(seed)
    inputs = inputs(random)
    taken = inputs / np.float32(255) if inputs.dtype == np.uint8 and divide else inputs
    taken = taken.astype("float32") if inputs.dtype != np.int32 else taken
    draw(model, random)
    if loss:
        model.compile(optimizer=keras.optimizers.SGD(0.05), loss=loss, metrics=["accuracy"])
    if train:
        x, y = train(random)
        model.fit(x, y, epochs=1, batch_size=16, verbose=0)
    model.save(os.path.join(FOLDER, name + ".h5"), save_format="h5", **({"include_optimizer": bool(loss)} | save))
    predictions = model.predict(taken, verbose=0).astype("float32")
    beside(name, inputs=inputs, predictions=predictions)
    print(name, model.count_params(), os.path.getsize(os.path.join(FOLDER, name + ".h5")), predictions[0][:4])


# The tutorials' networks.

# keras.io, "Simple MNIST convnet", as it is there.
write(
    "mnist-cnn",
    keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            L.Conv2D(32, kernel_size=(3, 3), activation="relu"),
            L.MaxPooling2D(pool_size=(2, 2)),
            L.Conv2D(64, kernel_size=(3, 3), activation="relu"),
            L.MaxPooling2D(pool_size=(2, 2)),
            L.Flatten(),
            L.Dropout(0.5),
            L.Dense(10, activation="softmax"),
        ]
    ),
    lambda r: images(r, 4, 28, 28, 1),
    train=lambda r: (steps(r, 64, 28, 28, 1), np.eye(10)[r.integers(0, 10, 64)]),
    loss="categorical_crossentropy",
    include_optimizer=False,
)

# tensorflow.org, "Convolutional Neural Network (CNN)", with half of its filters and units; its last layer gives logits.
write(
    "cifar10-cnn",
    keras.Sequential(
        [
            L.Conv2D(16, (3, 3), activation="relu", input_shape=(32, 32, 3)),
            L.MaxPooling2D((2, 2)),
            L.Conv2D(32, (3, 3), activation="relu"),
            L.MaxPooling2D((2, 2)),
            L.Conv2D(32, (3, 3), activation="relu"),
            L.Flatten(),
            L.Dense(32, activation="relu"),
            L.Dense(10),
        ]
    ),
    lambda r: images(r, 4, 32, 32, 3),
    train=lambda r: (steps(r, 32, 32, 32, 3), r.integers(0, 10, 32)),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)

# The guide to the Sequential model, "Stacked LSTM for sequence classification", as it is there.
write(
    "stacked-lstm",
    keras.Sequential(
        [
            L.LSTM(32, return_sequences=True, input_shape=(8, 16)),
            L.LSTM(32, return_sequences=True),
            L.LSTM(32),
            L.Dense(10, activation="softmax"),
        ]
    ),
    lambda r: steps(r, 5, 8, 16),
    train=lambda r: (steps(r, 64, 8, 16), np.eye(10)[r.integers(0, 10, 64)]),
    loss="categorical_crossentropy",
)

# One kind of layer after another.

IMAGE = (8, 9, 3)


def image_net(name, *body, head=L.Dense, scale=True, **more):
    write(
        name,
        keras.Sequential([keras.Input(shape=IMAGE), *body, L.Dense(3, activation="softmax")]),
        lambda r: images(r, 3, *IMAGE),
        **more,
    )


image_net("conv2d-same-strides", L.Conv2D(5, (3, 2), strides=(2, 2), padding="same", activation="elu"), L.Flatten())
image_net("conv2d-dilation", L.Conv2D(5, 3, dilation_rate=2, use_bias=False, activation="tanh"), L.Flatten())
image_net("depthwise-conv2d", L.DepthwiseConv2D(3, depth_multiplier=2, padding="same", activation="relu"), L.Flatten())
image_net(
    "separable-conv2d",
    L.SeparableConv2D(6, 3, depth_multiplier=2, activation="relu"),
    L.SeparableConv2D(4, 3, padding="same", use_bias=False),
    L.GlobalAveragePooling2D(),
)
image_net(
    "pooling2d",
    L.Conv2D(4, 3, padding="same"),
    L.AveragePooling2D((2, 3), strides=(2, 1)),
    L.MaxPooling2D(2, padding="same"),
    L.GlobalMaxPooling2D(),
)
image_net("average-pooling2d-same", L.AveragePooling2D(3, strides=2, padding="same"), L.Flatten())
image_net("batch-normalization", L.Conv2D(6, 3, use_bias=False), L.BatchNormalization(epsilon=0.002), L.Activation("relu"), L.Flatten(), L.Dense(5), L.BatchNormalization(momentum=0.9), L.ReLU())
image_net("batch-normalization-no-scale", L.Conv2D(6, 3), L.BatchNormalization(scale=False), L.Activation("relu"), L.Flatten())
image_net("batch-normalization-no-center", L.Conv2D(6, 3), L.BatchNormalization(center=False), L.BatchNormalization(center=False, scale=False), L.Activation("relu"), L.Flatten())
image_net(
    "flatten-then-others",
    L.Conv2D(4, 3, activation="relu"),
    L.Flatten(),
    L.BatchNormalization(),
    L.Dropout(0.25),
    L.Activation("sigmoid"),
    L.Dense(6, activation="relu", name="first"),
)
image_net("padding-cropping-upsampling", L.ZeroPadding2D(((1, 2), (0, 3))), L.Conv2D(4, 3), L.Cropping2D(((1, 0), (2, 1))), L.UpSampling2D((2, 1)), L.MaxPooling2D(2), L.Flatten())
image_net("flatten-first", L.Flatten(), L.Dense(7, activation="relu"))
image_net("rescaling", L.Rescaling(1.0 / 127.5, offset=-1), L.Conv2D(4, 3, activation="relu"), L.GlobalMaxPooling2D(), divide=False)
image_net(
    "activations",
    L.Conv2D(4, 3, activation="swish"),
    L.LeakyReLU(alpha=0.2),
    L.Flatten(),
    L.Dense(6, activation="selu"),
    L.Dense(6, activation="softplus"),
    L.Dense(6, activation="softsign"),
    L.Dense(6, activation="hard_sigmoid"),
    L.ReLU(max_value=6),
    L.ELU(alpha=0.5),
)
write(
    "dense",
    keras.Sequential([L.Dense(6, activation="tanh", input_dim=5), L.Dropout(0.3), L.Dense(4, use_bias=False), L.Activation("softmax")]),
    lambda r: steps(r, 4, 5),
)
write(
    "regression",
    keras.Sequential([L.Dense(8, activation="relu", input_shape=(13,)), L.Dense(1)]),
    lambda r: steps(r, 4, 13),
    loss="mae",
)


# A network of branches: a residual block, and a concatenation of two ways.
def residual(channels_first=False):
    inputs = keras.Input(shape=(8, 8, 3), name="picture")
    x = L.Conv2D(6, 3, padding="same", name="stem")(inputs)
    y = L.BatchNormalization(name="norm")(x)
    y = L.Activation("relu", name="relu")(y)
    y = L.Conv2D(6, 3, padding="same", name="conv")(y)
    x = L.Add(name="sum")([x, y])
    left = L.MaxPooling2D(2, name="pool")(x)
    right = L.Conv2D(4, 3, strides=2, padding="same", activation="relu", name="stride")(x)
    both = L.Concatenate(name="both")([left, right])
    flat = L.Flatten(name="flat")(both)
    a = L.Dense(5, activation="relu", name="a")(flat)
    b = L.Dense(5, activation="tanh", name="b")(flat)
    joined = L.Concatenate(name="joined")([L.Multiply(name="product")([a, b]), L.Maximum(name="larger")([a, b]), L.Subtract(name="less")([a, b]), L.Average(name="mean")([a, b])])
    return keras.Model(inputs, L.Dense(4, activation="softmax", name="classes")(joined), name="residual")


write("residual", residual(), lambda r: images(r, 3, 8, 8, 3))

# Sequences of numbers.
write(
    "time-distributed",
    keras.Sequential([L.TimeDistributed(L.Dense(6, activation="relu"), input_shape=(None, 4)), L.Dense(5, activation="tanh"), L.LSTM(4, use_bias=False), L.Dense(3, activation="softmax")]),
    lambda r: steps(r, 4, 7, 4),
)
write("simple-rnn", keras.Sequential([L.SimpleRNN(6, return_sequences=True, input_shape=(None, 4)), L.SimpleRNN(5, activation="relu"), L.Dense(3, activation="softmax")]), lambda r: steps(r, 4, 7, 4))
write("lstm-hard-sigmoid", keras.Sequential([L.LSTM(6, recurrent_activation="hard_sigmoid", input_shape=(None, 4)), L.Dense(3, activation="softmax")]), lambda r: steps(r, 4, 7, 4))
write(
    "bidirectional",
    keras.Sequential(
        [
            L.Bidirectional(L.LSTM(5, return_sequences=True), input_shape=(None, 4)),
            L.Bidirectional(L.LSTM(4)),
            L.Dense(3, activation="softmax"),
        ]
    ),
    lambda r: steps(r, 4, 7, 4),
)
write(
    "bidirectional-sum",
    keras.Sequential(
        [
            L.Bidirectional(L.SimpleRNN(5, return_sequences=True), merge_mode="sum", input_shape=(None, 4)),
            L.Bidirectional(L.SimpleRNN(4), merge_mode="ave"),
            L.Dense(3, activation="softmax"),
        ]
    ),
    lambda r: steps(r, 4, 7, 4),
)
write(
    "conv1d",
    keras.Sequential(
        [
            L.Conv1D(6, 3, activation="relu", input_shape=(None, 4)),
            L.Conv1D(5, 2, padding="causal", activation="relu"),
            L.MaxPooling1D(2),
            L.Conv1D(5, 3, padding="same"),
            L.AveragePooling1D(2),
            L.GlobalMaxPooling1D(),
            L.Dense(3, activation="softmax"),
        ]
    ),
    lambda r: steps(r, 4, 15, 4),
)

# Texts. IMDB's networks, small.
write(
    "imdb-lstm",
    keras.Sequential([L.Embedding(50, 8), L.LSTM(6), L.Dense(1, activation="sigmoid")]),
    lambda r: ids(r, 4, 12, 50, "pre"),
    loss="binary_crossentropy",
)
write(
    "embedding-lstm",
    keras.Sequential([L.Embedding(50, 8, input_length=12), L.SpatialDropout1D(0.2), L.LSTM(6), L.Dense(3, activation="softmax")]),
    lambda r: ids(r, 4, 12, 50, "post"),
)
write(
    "embedding-masked",
    keras.Sequential([L.Embedding(50, 8, mask_zero=True), L.Bidirectional(L.LSTM(6, return_sequences=True)), L.LSTM(5), L.Dense(3, activation="softmax")]),
    lambda r: (lambda v: (v.__setitem__((2, 1), 0), v)[1])(ids(r, 4, 12, 50, "post")),
)
write(
    "embedding-average",
    keras.Sequential([L.Embedding(50, 8, mask_zero=True), L.GlobalAveragePooling1D(), L.Dense(3, activation="softmax")]),
    lambda r: ids(r, 4, 12, 50, "pre"),
)
write(
    "embedding-conv1d",
    keras.Sequential([L.Embedding(50, 8, mask_zero=True), L.Conv1D(6, 3, activation="relu"), L.GlobalMaxPooling1D(), L.Dense(6, activation="relu"), L.Dense(3, activation="softmax")]),
    lambda r: ids(r, 4, 12, 50, "pre"),
)

# Two files: the architecture and the weights; and weights without an architecture.
if not ONLY or "architecture" in ONLY:
    model = residual()
    random = np.random.default_rng(7)
    draw(model, random)
    with open(os.path.join(FOLDER, "architecture.model.json"), "w") as out:
        out.write(model.to_json(indent=1) + "\n")
    model.save_weights(os.path.join(FOLDER, "architecture-weights.h5"))
    # Another layout, by the name that it asks for.
    model.save_weights(os.path.join(FOLDER, "architecture.weights.h5"))
    inputs = images(random, 3, 8, 8, 3)
    beside("architecture", inputs=inputs, predictions=model.predict(inputs / np.float32(255), verbose=0))

# Names in several attributes, as Keras writes them where one would hold more than 64 kB.
if not ONLY or "chunked" in ONLY:
    import h5py
    import shutil

    shutil.copy(os.path.join(FOLDER, "dense.h5"), os.path.join(FOLDER, "chunked.h5"))
    shutil.copy(os.path.join(FOLDER, "dense.json"), os.path.join(FOLDER, "chunked.json"))
    with h5py.File(os.path.join(FOLDER, "chunked.h5"), "a") as file:
        weights = file["model_weights"]
        groups = [weights] + [weights[name] for name in weights if "weight_names" in weights[name].attrs]
        for group in groups:
            attribute = "layer_names" if group is weights else "weight_names"
            names = [name.encode() for name in group.attrs[attribute]]
            del group.attrs[attribute]
            for number, name in enumerate(names):
                group.attrs["%s%d" % (attribute, number)] = np.array([name])

# What cannot be imported.
if not ONLY or "unknown" in ONLY:
    inputs = keras.Input(shape=(8, 8, 3))
    x = L.Conv2DTranspose(4, 3, name="grow")(inputs)
    x = L.GaussianNoise(0.1, name="noise")(x)
    x = L.Conv2D(4, 3, groups=2, name="grouped")(x)
    x = L.Lambda(lambda v: v * 2, name="twice")(x)
    x = L.Dense(3, activation="softmax", name="classes")(L.Flatten(name="flat")(x))
    keras.Model(inputs, x).save(os.path.join(FOLDER, "unknown.h5"), save_format="h5", include_optimizer=False)
