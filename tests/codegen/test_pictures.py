from pipeline.codegen.pictures import Picture, pictures_of


def listed(file, purpose, px=10, **more):
    name = file.rsplit(".", 1)[1]
    return {"file": file, "purpose": purpose, "width": px, "height": px, "format": name} | {
        "dominant_color": "#112233",
        **more,
    }


def test_the_full_size_result_is_the_cut_out_where_there_is_one():
    files = [
        listed("coin.png", "original", 64),
        listed("coin-nobg.png", "cutout", 60, dominant_color="#445566"),
        listed("coin-nobg.webp", "full", 60),
    ]
    (coin,) = pictures_of({"coin": {"files": files}})
    assert coin.original == Picture("coin.png", 64, 64)
    assert coin.full == {
        "png": Picture("coin-nobg.png", 60, 60),
        "webp": Picture("coin-nobg.webp", 60, 60),
    }
    assert coin.color == "#445566"


def test_an_icon_is_found_by_its_label_and_format():
    files = [
        listed("coin.png", "original"),
        listed("coin@2x.png", "icon", 48, label="@2x"),
        listed("coin@2x.webp", "icon", 48, label="@2x"),
    ]
    (coin,) = pictures_of({"coin": {"files": files}})
    assert coin.icons == {
        "@2x": {"png": Picture("coin@2x.png", 48, 48), "webp": Picture("coin@2x.webp", 48, 48)}
    }


def test_assets_come_by_name_and_platform_sets_are_left_to_their_platforms():
    files = [listed("a.png", "original"), listed("a/ios/x.png", "set", label="ios")]
    found = list(pictures_of({"b": {"files": files}, "a": {"files": files}, "none": {"files": []}}))
    assert [one.name for one in found] == ["a", "b"]
    assert list(found[0].full) == ["png"]
    assert found[0].icons == {}
