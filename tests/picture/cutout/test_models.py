from __future__ import annotations

import inspect

import pytest

from pipeline.errors import ProcessError
from pipeline.picture.cutout.models import MODELS, RELEASES, find


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_file_and_digest_are_those_rembg_pins(model):
    from rembg.sessions import sessions

    session = sessions[model.name]
    source = inspect.getsource(session.download_models)
    assert session.is_local()
    assert f'"{RELEASES}{model.release}"' in source
    assert f'"{model.digest}"' in source
    assert 'fname = f"{cls.name(' in source  # file name on this machine


def test_the_default_comes_first():
    assert next(iter(MODELS)) == "u2netp"


def test_an_unknown_model_names_the_known_ones():
    with pytest.raises(ProcessError, match="No such cut-out model: u2net_cloth_seg") as caught:
        find("u2net_cloth_seg")
    assert "isnet-general-use" in caught.value.hint
