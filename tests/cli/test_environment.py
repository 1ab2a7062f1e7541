from __future__ import annotations

import pytest

from pipeline.cli.environment import read_environment, strength
from pipeline.errors import UsageError

KEY = "kie-0123456789abcdef"


def test_nothing_is_set(tmp_path):
    found = read_environment(tmp_path, {})
    assert (found.key, found.api_base_url, found.upload_base_url) == (None, None, None)
    assert found.masked_key == ""


@pytest.mark.parametrize("name", ["KIE_AI_API_KEY", "KIE_API_KEY"])
def test_the_key_goes_by_two_names(tmp_path, name):
    assert read_environment(tmp_path, {name: KEY}).key == KEY


def test_environment_beats_env_local_beats_env(tree):
    root = tree({".env": "KIE_API_KEY=from-env\n", ".env.local": "KIE_API_KEY=from-local\n"})
    assert read_environment(root, {"KIE_API_KEY": "real"}).key == "real"
    found = read_environment(root, {})
    assert (found.key, found.key_origin) == ("from-local", "KIE_API_KEY in .env.local")
    (root / ".env.local").unlink()
    assert read_environment(root, {}).key == "from-env"


def test_a_nearer_place_wins_whatever_the_name(tree):
    root = tree({".env": "KIE_AI_API_KEY=from-env\n"})
    assert read_environment(root, {"KIE_API_KEY": "real"}).key == "real"


def test_an_empty_value_counts_as_unset(tree):
    root = tree(
        {".env": "KIE_API_KEY=from-env\nKIE_API_BASE_URL=http://env\n", ".env.local": "KIE_API_KEY=\n"}
    )
    found = read_environment(root, {"KIE_API_KEY": "  ", "KIE_API_BASE_URL": ""})
    assert (found.key, found.api_base_url) == ("from-env", "http://env")


def test_urls(tmp_path):
    found = read_environment(tmp_path, {"KIE_API_BASE_URL": "http://a", "KIE_UPLOAD_BASE_URL": "http://u"})
    assert (found.api_base_url, found.upload_base_url) == ("http://a", "http://u")


def test_values_are_taken_as_they_are_written(tree):
    root = tree({".env": "OTHER=x\nKIE_API_KEY='a${OTHER}$b'\n"})
    assert read_environment(root, {}).key == "a${OTHER}$b"


def test_no_representation_shows_the_key(tmp_path):
    found = read_environment(tmp_path, {"KIE_API_KEY": KEY})
    assert KEY not in repr(found) + str(found)
    assert found.masked_key == "****cdef"


def test_the_webhook_key_is_read_and_kept_as_secret(tree, context):
    root = tree({".env.local": f"KIE_WEBHOOK_KEY={KEY}\n"})
    found = context.environment(root)
    assert found.webhook_key == KEY
    assert KEY not in repr(found)
    assert KEY in context.secrets


def test_of_a_short_key_nothing_is_shown(tmp_path):
    assert read_environment(tmp_path, {"KIE_API_KEY": "sandbox"}).masked_key == "****"


def test_a_file_that_is_no_text_is_the_users_mistake(tree):
    root = tree({".env": b"\xff\xfe\x00KIE"})
    with pytest.raises(UsageError, match=r"\.env cannot be read"):
        read_environment(root, {})


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("KIE_API_KEY kie-0123456789abcdef\n", 1),
        ("# remark\n\nA=1\nKIE_API_KEY='kie-0123456789abcdef\n", 4),
        ("A=1\n\n\n= kie-0123456789abcdef\n", 4),
    ],
)
def test_a_malformed_line_is_named_and_not_shown(tree, caplog, capfd, text, line):
    root = tree({".env.local": text})
    with pytest.raises(UsageError, match=rf"^\.env\.local:{line}: this is not NAME=value") as caught:
        read_environment(root, {})
    assert KEY not in str(caught.value)
    assert (caplog.records, capfd.readouterr()) == ([], ("", ""))


def test_exports_remarks_and_a_byte_order_mark_are_read(tree):
    root = tree({".env": f"\ufeff# keys\nexport KIE_API_KEY={KEY} # mine\nBARE\n"})
    assert read_environment(root, {}).key == KEY


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("X in the environment", 3),
        ("X in .env.local", 2),
        ("X in .env", 1),
        ("x in pipeline.yaml", 0),
        ("", 0),
    ],
)
def test_how_strong_a_source_is(origin, expected):
    assert strength(origin) == expected


def test_where_the_addresses_were_found(tmp_path):
    (tmp_path / ".env").write_text("KIE_UPLOAD_BASE_URL=https://a.example\n")
    found = read_environment(tmp_path, {"KIE_API_BASE_URL": "https://b.example"})
    assert found.api_origin == "KIE_API_BASE_URL in the environment"
    assert found.upload_origin == "KIE_UPLOAD_BASE_URL in .env"


def test_each_provider_has_variables_of_its_own(tree):
    root = tree({".env.local": "OPENAI_API_KEY=sk-0123456789abcdef\nOPENAI_BASE_URL=http://own\n"})
    found = read_environment(root, {"KIE_API_KEY": KEY, "KIE_API_BASE_URL": "http://k"})
    other, kie = found.access("openai"), found.access("kie")
    assert (other.key_origin, other.base_url) == ("OPENAI_API_KEY in .env.local", "http://own")
    assert (other.base_url_origin, other.masked_key) == ("OPENAI_BASE_URL in .env.local", "****cdef")
    assert (kie.key, kie.base_url, kie.base_url_name) == (KEY, "http://k", "KIE_API_BASE_URL")
    assert found.secrets == (KEY, None, "sk-0123456789abcdef")
    assert "sk-0" not in repr(found) + repr(other)
