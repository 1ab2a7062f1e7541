from __future__ import annotations

import pytest

from pipeline.errors import RecipeError
from pipeline.recipe.settings import Deadlines, Limits, Settings, load_settings


def test_without_a_file_everything_is_built_in(tmp_path):
    assert load_settings(tmp_path) == Settings()
    assert Settings().limits == Limits(creates=20, window=10, running=100, max_credits=None)
    assert Settings().deadlines == Deadlines(image=300, video=600)


def test_the_file_says_what_differs(tree):
    root = tree(
        {
            "pipeline.yaml": """
                provider: kie
                brand: brand/primary.yaml
                store: .pipeline/store
                workers: local:2
                limits: {creates: 5, max_credits: 100}
                deadlines: {image: 60}
                api_base_url: http://127.0.0.1:8000
                allow_private_urls: true
            """
        }
    )
    assert load_settings(root) == Settings(
        brand="brand/primary.yaml",
        store=".pipeline/store",
        workers="local:2",
        limits=Limits(creates=5, max_credits=100),
        deadlines=Deadlines(image=60),
        api_base_url="http://127.0.0.1:8000",
        allow_private_urls=True,
    )


def test_an_unset_key_keeps_its_default(tree):
    assert load_settings(tree({"pipeline.yaml": "store:\nbrand: ~"})) == Settings()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("workres: local:2", 'pipeline.yaml:1:1: error: unknown key "workres"\n'),
        ("limits: {crates: 5}", "did you mean creates? allowed: creates, window, running, max_credits"),
        (
            "limits: {creates: 0}",
            "pipeline.yaml:1:19: error: creates must be greater than or equal to 1, not 0",
        ),
        ("provider: kei", 'provider does not take "kei"'),
        ("workers: dask", "write local:N, such as local:2"),
        ("api_base_url: ftp://x", "write https://HOST"),
        ("deadlines: {image: soon}", 'image must be a number, not "soon"'),
        ("deadlines: 60", "deadlines must be a mapping of keys and values, not 60"),
        ("allow_private_urls: yes", 'allow_private_urls must be true or false, not "yes"'),
        ("a: [", "pipeline.yaml:"),
    ],
)
def test_mistakes(tree, text, expected):
    with pytest.raises(RecipeError) as caught:
        load_settings(tree({"pipeline.yaml": text}))
    assert expected in str(caught.value)


class TestFilesThatMeanHarm:
    def test_a_long_row_of_remarks_is_read_as_yaml(self, tree):
        root = tree({"pipeline.yaml": "# x\n" * 20_000})
        with pytest.raises(RecipeError, match="the file is empty"):
            load_settings(root)

    def test_thousands_of_unknown_keys_are_told_in_part(self, tree):
        root = tree({"pipeline.yaml": "".join(f"k{n}: 1\n" for n in range(20_000))})
        with pytest.raises(RecipeError) as caught:
            load_settings(root)
        assert len(caught.value.problems) == 101
        assert "there are more mistakes than these 100" in str(caught.value)

    def test_a_store_among_what_is_not_for_pictures(self, tree):
        with pytest.raises(RecipeError, match="which is not for pictures"):
            load_settings(tree({"pipeline.yaml": "store: .git/store\n"}))
