"""The storefront's pictures: one for each demo product, all of them small, plain drawings."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ops.stack.catalogue import DemoProduct, products

FRONTEND = Path(__file__).parents[3] / "frontend"
PUBLIC = FRONTEND / "public"
PICTURES = sorted([*(PUBLIC / "images").rglob("*.svg"), FRONTEND / "src/app/icon.svg"])
SHAPES = {"svg", "g", "defs", "use", "path", "rect", "circle", "ellipse", "clipPath", "mask", "pattern"}
PAINTS = {"linearGradient", "radialGradient", "stop"}
SVG = "{http://www.w3.org/2000/svg}"

each_picture = pytest.mark.parametrize("picture", PICTURES, ids=[picture.stem for picture in PICTURES])


@pytest.mark.parametrize("product", list(products()), ids=lambda product: product.sku)
def test_picture_is_there_when_the_catalogue_names_it(product: DemoProduct) -> None:
    assert (PUBLIC / product.image.lstrip("/")).is_file()


def test_picture_stands_in_when_a_product_has_none_of_its_own() -> None:
    of_categories = {f"any-{product.category.lower()}" for product in products()}
    assert {"any", *of_categories} <= {picture.stem for picture in PICTURES}


def test_no_picture_is_left_over_when_its_product_is_gone() -> None:
    named = {Path(product.image).stem for product in products()}
    drawn = {path.stem for path in (PUBLIC / "images/products").iterdir() if not path.stem.startswith("any")}
    assert drawn == named


@each_picture
def test_picture_is_light_when_it_is_sent(picture: Path) -> None:
    assert picture.stat().st_size < 4096


@each_picture
def test_picture_only_draws_when_it_is_opened(picture: Path) -> None:
    root = ElementTree.parse(picture).getroot()
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= SHAPES | PAINTS
    attributes = [attribute for element in root.iter() for attribute in element.attrib.items()]
    assert not [name for name, _ in attributes if name.startswith("on") or name in {"style", "class"}]

    links = [value for name, value in attributes if name.endswith("href")]
    links += [found for _, value in attributes for found in re.findall(r"url\((.*?)\)", value)]
    ids = [value for name, value in attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert {f"#{one}" for one in ids} == set(links)
