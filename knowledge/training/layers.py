"""The part of the encoder that is trained: its last layers, on the stored output of those below.

The lower layers stay as they are, so each text goes through them once: on two cores that makes training several times faster, and what the
encoder knows of words and languages is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

#: How many of the last layers are trained.
TRAINED = 4

#: Texts are cut here for training: people's messages are hardly ever longer.
_TOKENS = 56
_CHUNK = 32

#: The output of the lower layers for one text, shape (tokens, dimensions), 16-bit.
States = torch.Tensor


class LastLayers(torch.nn.Module):
    """The last layers and the mean over tokens: states of the lower layers in, unit vectors out."""

    def __init__(self, model: SentenceTransformer) -> None:
        super().__init__()
        transformer: Any = model[0]
        self._bert: Any = transformer.auto_model
        self._tokenizer: Any = model.tokenizer
        self.layers = self._bert.encoder.layer[-TRAINED:]
        for parameter in self._bert.parameters():
            parameter.requires_grad = False
        for parameter in self.layers.parameters():
            parameter.requires_grad = True

    def states(self, texts: Sequence[str]) -> list[States]:
        """What the lower layers make of each text."""
        lower = self._bert.encoder.layer[:-TRAINED]
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        found: list[States] = [torch.empty(0)] * len(texts)
        with torch.inference_mode():
            for start in range(0, len(order), _CHUNK):
                rows = order[start : start + _CHUNK]
                encoded = self._tokenizer([texts[i] for i in rows], padding=True, truncation=True, max_length=_TOKENS, return_tensors="pt")
                mask = encoded["attention_mask"]
                hidden = self._bert.embeddings(input_ids=encoded["input_ids"])
                for layer in lower:
                    hidden = layer(hidden, attention_mask=_attended(mask))
                for i, row, length in zip(rows, hidden.half(), mask.sum(dim=1).tolist(), strict=True):
                    found[i] = row[:length].clone()
        return found

    def forward(self, states: Sequence[States]) -> torch.Tensor:
        """The vectors of texts, shape (len(states), dimensions); texts of like length are worked on together."""
        order = sorted(range(len(states)), key=lambda i: len(states[i]))
        vectors = []
        for start in range(0, len(order), _CHUNK):
            chunk = [states[i] for i in order[start : start + _CHUNK]]
            hidden = torch.nn.utils.rnn.pad_sequence(chunk, batch_first=True).float()
            mask = torch.tensor([[1] * len(s) + [0] * (hidden.shape[1] - len(s)) for s in chunk])
            for layer in self.layers:
                hidden = layer(hidden, attention_mask=_attended(mask))
            weights = mask.unsqueeze(-1).float()
            vectors.append((hidden * weights).sum(dim=1) / weights.sum(dim=1))
        inverse = torch.empty(len(order), dtype=torch.long)
        inverse[order] = torch.arange(len(order))
        return torch.nn.functional.normalize(torch.cat(vectors)[inverse], dim=1)

    def trained(self) -> dict[str, torch.Tensor]:
        """The trained weights by their names in the whole model, 16-bit."""
        first = len(self._bert.encoder.layer) - TRAINED
        return {f"encoder.layer.{first + i}.{name}": value.half().contiguous() for i, name, value in _named(self.layers)}


def _named(layers: Iterable[torch.nn.Module]) -> Iterable[tuple[int, str, torch.Tensor]]:
    for i, layer in enumerate(layers):
        for name, value in layer.state_dict().items():
            yield i, name, value


def _attended(mask: torch.Tensor) -> torch.Tensor:
    """The mask as attention takes it: (texts, 1, 1, tokens), true where there is text."""
    return mask[:, None, None, :].bool()
