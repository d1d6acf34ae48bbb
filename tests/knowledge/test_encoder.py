from __future__ import annotations

import subprocess

import numpy as np

from api.settings import ROOT
from knowledge.encoder import load_encoder


def test_vectors_have_length_one_and_do_not_depend_on_the_batch(settings) -> None:
    encoder = load_encoder(settings.encoder_folder)
    texts = ["How do I register with a family doctor?", "a", "Kur deklaruoti gyvenamąją vietą, jei nuomojuosi butą?"]
    vectors = encoder.encode(texts, "query")
    assert vectors.shape == (3, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    alone = np.concatenate([encoder.encode([text], "query") for text in texts])
    assert np.array_equal(vectors, alone)


def test_a_question_is_nearest_to_its_translation(settings) -> None:
    encoder = load_encoder(settings.encoder_folder)
    question = encoder.encode(["Де записатися до сімейного лікаря?"], "query")[0]
    passages = encoder.encode(["Registering with a family doctor", "Renting a flat", "Language courses", "Kindergarten places"], "passage")
    assert int((passages @ question).argmax()) == 0


def test_rasas_environment_shares_the_encoder(settings) -> None:
    call = f"load_encoder({str(settings.encoder_folder)!r}).encode(['labas'], 'query').shape"
    code = f"from knowledge.encoder import load_encoder; print({call})"
    done = subprocess.run([ROOT / ".venv-rasa/bin/python", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "(1, 384)"


def test_the_serving_path_does_not_import_torch() -> None:
    code = "import sys, api.server, api.app, api.ask; sys.exit('torch' in sys.modules)"
    assert subprocess.run([ROOT / ".venv/bin/python", "-c", code], cwd=ROOT, check=False).returncode == 0
