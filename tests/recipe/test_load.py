from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import RecipeError
from pipeline.recipe.load import MAX_BYTES, MAX_DEPTH, parse, plain_value, read


def said(text: str) -> str:
    with pytest.raises(RecipeError) as caught:
        parse(text, "r.yaml")
    return str(caught.value)


class TestScalars:
    @pytest.mark.parametrize(
        "text", ["1:1", "16:9", "yes", "on", "2026-11-22", "007", "1_000", "0x1F", "#EC", ".", "1e999", "-"]
    )
    def test_stay_text_where_yaml_1_1_would_guess(self, text):
        assert plain_value(text) == text

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("5", 5),
            ("-5", -5),
            ("0.5", 0.5),
            (".5", 0.5),
            ("1e3", 1000.0),
            ("true", True),
            ("FALSE", False),
            ("~", None),
        ],
    )
    def test_mean_what_they_say(self, text, value):
        assert plain_value(text) == value

    def test_quoted_and_tagged_ones_are_text(self):
        text = "a: '5'\nb: \"true\"\nc: !!str 5"
        assert parse(text, "r").data == {"a": "5", "b": "true", "c": "5"}

    def test_keys_are_text_as_written(self):
        assert parse("24: a\non: b\nnull: c", "r").data == {"24": "a", "on": "b", "null": "c"}

    @given(st.integers(-(10**17), 10**17))
    def test_whole_numbers_survive(self, number):
        assert plain_value(str(number)) == number


class TestPlaces:
    def test_name_line_and_column_of_keys_and_values(self):
        document = parse("a: 1\nlist:\n  - {name: x}\n", "r.yaml")
        assert str(document.location(("list", 0, "name"))) == "r.yaml:3:12"
        assert str(document.location(("list", 0, "name"), key=True)) == "r.yaml:3:6"

    def test_fall_back_to_what_encloses_them(self):
        document = parse("a: {b: 1}", "r.yaml")
        assert document.location(("a", "missing", 0)) == document.location(("a",))

    def test_point_at_text_within_a_value(self):
        document = parse("a:\n  - one\n  - two three\n", "r.yaml")
        assert str(document.problem("!", ("a",), find="three")).startswith("r.yaml:3:9: error: !\n")
        assert document.problem("!", ("a",), find="four").location == document.location(("a",))

    def test_follow_an_alias_to_where_it_was_written(self):
        document = parse("a: &x {b: 1}\nc: *x", "r.yaml")
        assert document.location(("c", "b")).line == 1

    def test_survive_a_rename(self):
        document = parse("x: {old: {deep: 1}, z: 2}", "r.yaml")
        document.rename(("x",), "old", "new")
        assert document.data == {"x": {"new": {"deep": 1}, "z": 2}}
        assert document.location(("x", "new", "deep")).column == 17

    def test_leave_out_a_line_too_long_to_show(self):
        document = parse("a: " + "x " * 200 + "\nb: {" + " " * 200 + "c: 1}", "r.yaml")
        assert document.problem("!", ("a",)).line_text.endswith("…")
        assert document.problem("!", ("b", "c")).line_text == ""

    def test_show_one_column_for_every_character(self):
        document = parse("a: ['\t\u202e', b]", "r.yaml")
        problem = document.problem("!", ("a", 1))
        assert problem.line_text[problem.location.column - 1] == "b"
        assert problem.line_text.isprintable()


class TestMerging:
    def test_own_keys_win(self):
        assert parse("d: &d {a: 1, b: 1}\nx: {<<: *d, b: 2}", "r").data["x"] == {"a": 1, "b": 2}

    def test_earlier_sources_win(self):
        text = "p: &p {a: 1}\nq: &q {a: 2, b: 2}\nx: {<<: [*p, *q]}"
        assert parse(text, "r").data["x"] == {"a": 1, "b": 2}

    def test_wants_mappings(self):
        assert "<< needs a mapping" in said("x: {<<: 5}")


class TestRefuses:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", "r.yaml:1:1: error: the file is empty"),
            ("# nothing but a remark\n", "r.yaml:1:1: error: the file is empty"),
            ("~", "r.yaml:1:1: error: the file is empty"),
            ("- a", "r.yaml:1:1: error: the file must be a mapping of keys, not a list"),
            ("just text", "r.yaml:1:1: error: the file must be a mapping of keys, not a single value"),
            ("a: 1\n---\nb: 2", "r.yaml:2:1: error: a second document begins here"),
            ("a:\n\tb: 1", "r.yaml:2:1: error: a tab in the indentation"),
            (
                "a: !!python/object/apply:os.system [ls]",
                "r.yaml:1:4: error: the tag !!python/object/apply:os.system",
            ),
            ("a: !!int 5", "r.yaml:1:4: error: the tag !!int"),
            (
                "a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> x",
                "r.yaml:2:1: error: an unresolved merge conflict",
            ),
            ("a: 1\n>>>>>>> x", "r.yaml:2:1: error: an unresolved merge conflict"),
            ("a: *b", "r.yaml:1:4: error: *b refers to nothing above it"),
            ("a: &a [*a]", "r.yaml:1:8: error: *a refers to nothing above it"),
            ("a: {{ b }}", "r.yaml:1:5: error: a key must be text"),
            ("a: @2x", "r.yaml:1:4: error: this character cannot begin a value"),
            ("a: b: c", "r.yaml:1:5: error: a colon where no key can stand"),
            ("a: 'x", "a quote is opened and never closed"),
            ("a: x\x07", "r.yaml:1:5: error: the control character U+0007"),
            ("a: \ud800", "r.yaml:1:1: error: text that UTF-8 cannot hold"),
            ("a: \uffff", "r.yaml:1:1: error: not YAML: "),
            ("%YAML 9.9\n---\na: 1", "r.yaml:1:1: error: not YAML: "),
        ],
    )
    def test_what_is_no_recipe(self, text, expected):
        assert expected in said(text)

    def test_every_key_written_twice(self):
        text = said("a: 1\nb: {c: 1, c: 2}\na: 2\n")
        assert 'r.yaml:2:11: error: "c" is written twice, first in line 2' in text
        assert 'r.yaml:3:1: error: "a" is written twice, first in line 1' in text

    @pytest.mark.parametrize(
        "text",
        [
            "[" * 200_000,
            "a: " + "{a: " * 5000,
            "a: &a [x, x]\n"
            + "\n".join(f"b{n}: &b{n} [*b{n - 1}]" for n in range(1, 3000)).replace("*b0", "*a"),
            "a: &a0 {x: 1}\n" + "\n".join(f"m{n}: &a{n} {{<<: *a{n - 1}}}" for n in range(1, 3000)),
        ],
    )
    def test_endless_nesting(self, text):
        started = time.process_time()
        assert f"{MAX_DEPTH} levels deep" in said(text)
        assert time.process_time() - started < 10

    @pytest.mark.parametrize(
        "text",
        [
            "a: &a [1,1,1,1,1,1,1,1,1]\n"
            + "\n".join(
                f"{b}: &{b} [{','.join(['*' + a] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
            ),
            "a: &a {x: 1}\n"
            + "\n".join(
                f"{b}: &{b} {{<<: [{','.join(['*' + a] * 9)}]}}"
                for a, b in zip("abcdefgh", "bcdefghi", strict=True)
            ),
        ],
    )
    def test_alias_bombs(self, text):
        started = time.process_time()
        assert "aliases expand to more than 50,000 values" in said(text)
        assert time.process_time() - started < 10


class TestFiles:
    def refused(self, tmp_path, content: bytes) -> str:
        path = tmp_path / "r.yaml"
        path.write_bytes(content)
        with pytest.raises(RecipeError) as caught:
            read(path, "r.yaml")
        return str(caught.value)

    def test_ten_megabytes_are_refused_unparsed(self, tmp_path):
        started = time.process_time()
        assert "r.yaml:1:1: error: is larger than 1,000 kB" in self.refused(
            tmp_path, b"a: 1\n" * (2 * MAX_BYTES)
        )
        assert time.process_time() - started < 10

    def test_a_byte_order_mark_is_no_mistake(self, tmp_path):
        (tmp_path / "r.yaml").write_bytes(b"\xef\xbb\xbfa: 1\n")
        assert read(tmp_path / "r.yaml").data == {"a": 1}

    def test_utf_16_is_named(self, tmp_path):
        assert "is UTF-16" in self.refused(tmp_path, "a: 1".encode("utf-16"))

    def test_bytes_that_are_not_utf_8_are_placed(self, tmp_path):
        assert "r.yaml:2:5: error: the byte 0xFC is not UTF-8" in self.refused(
            tmp_path, "a: 1\nb: zü".encode("latin-1")
        )

    def test_windows_line_ends_do_not_matter(self, tmp_path):
        (tmp_path / "r.yaml").write_bytes(b"a: 1\r\nb: 2\r\n")
        document = read(tmp_path / "r.yaml")
        assert document.data == {"a": 1, "b": 2}
        assert document.location(("b",)).line == 2

    def test_what_is_no_file_is_said(self, tmp_path):
        with pytest.raises(RecipeError, match="no such file"):
            read(tmp_path / "none.yaml")
        with pytest.raises(RecipeError, match="no such file"):
            read(tmp_path)
        with pytest.raises(RecipeError, match="cannot be read"):
            read(tmp_path / ("x" * 300))


def outcome(text: str) -> tuple[object, ...]:
    """The data and marks of a text, or its problems: whatever happens, one of the two."""
    try:
        document = parse(text, "r.yaml")
    except RecipeError as error:
        return tuple(error.problems)
    return document.data, document.marks


@given(st.binary(max_size=300))
def test_any_bytes_are_data_or_a_recipe_error(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(content)
    with contextlib.suppress(RecipeError):
        assert isinstance(read(path).data, dict)


@given(st.text(alphabet=st.sampled_from("a:-[]{}&*!|>'\"%@` \n\t#,<?1"), max_size=60))
def test_any_yaml_like_text_is_data_or_problems_and_always_the_same(text):
    assert outcome(text)
    assert outcome(text) == outcome(text)
