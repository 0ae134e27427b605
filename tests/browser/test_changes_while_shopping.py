"""What others do to stock and prices while somebody shops: told before anything is ordered."""

import re
from secrets import token_hex

from playwright.async_api import Page, expect

from ops.stack.site import Site
from tests.browser.shopping import (
    ENDING_MS,
    SLOW,
    add_to_cart,
    buy,
    come_to_review,
    dollars,
    expect_confirmed,
    expect_once,
    place_button,
    place_order,
    product,
    standing,
    step,
)
from tests.browser.watch import Watch
from tests.e2e.shop import Shop, client_of, shown
from tests.e2e.waiting import NotYet, until

# The pages ask for prices and stock every five seconds.
NOTICED_MS = 30_000
CATALOGUE_QUESTIONS = re.compile(r"/api/products\?")


async def leave(shop: Shop, sku: str, pieces: int) -> None:
    """Counts the product again, until there are so many left to buy."""
    on_hand, reserved = await shop.stock(sku)
    await shop.adjust(sku, pieces - (on_hand - reserved))


async def buy_elsewhere(site: Site, shop: Shop, sku: str) -> None:
    """Another customer's order for one piece, which gets it."""
    async with client_of(site, "order", role="customer", subject=f"other-{token_hex(4)}") as other:
        body = {"items": [{"sku": sku, "quantity": 1}], "currency": "USD", "payment_method": "pm_card_visa"}
        answer = await other.post("/orders", json=body)
    assert answer.status_code == 201, answer.text
    await shop.reaches(answer.json()["id"], status="CONFIRMED")


async def price_of(shop: Shop, sku: str) -> int:
    """In US cents, as it is just now."""
    return (await shown(shop.inventory, f"/products/{sku}"))["prices"]["USD"]


async def set_price(shop: Shop, sku: str, price: int) -> None:
    """Changes the price in dollars; returns once orders are placed at it."""
    answer = await shop.inventory.patch(
        f"/products/{sku}", json={"prices": product(sku).prices | {"USD": price}}
    )
    assert answer.status_code == 200, answer.text
    wrong_price = {"sku": sku, "quantity": 1, "expected_unit_price": 0}

    async def look() -> None:
        refused = await shop.orders.post("/orders", json=shop.order_input(wrong_price))
        if f"costs {price} USD" not in refused.text:
            raise NotYet(refused.text)

    await until(f"{sku} costs {price}", look, within=20)


async def test_checkout_is_refused_when_somebody_else_buys_the_last_piece_in_the_cart(
    shopper: Page, site: Site, shop: Shop
) -> None:
    sku = "HOM-VASE-01"
    await leave(shop, sku, 1)
    await add_to_cart(shopper, sku)
    await shopper.get_by_role("link", name="Go to cart").click()
    await expect(shopper.get_by_role("link", name="Check out")).to_be_visible()

    await buy_elsewhere(site, shop, sku)
    await expect(shopper.get_by_text("Out of stock. Remove it to continue")).to_be_visible(timeout=NOTICED_MS)
    await expect(shopper.get_by_role("button", name="Check out")).to_be_disabled()
    await shopper.get_by_role("button", name=f"Remove {product(sku).name}").click()
    await expect(shopper.get_by_text("Your cart is empty")).to_be_visible()


async def test_order_fails_uncharged_when_the_last_piece_goes_before_it_is_placed(
    shopper: Page, site: Site, shop: Shop, watch: Watch
) -> None:
    watch.expect("ERR_FAILED")
    sku = "HOM-CLOCK-01"
    await leave(shop, sku, 1)
    await come_to_review(shopper, sku)
    # The page cannot know: it asks, and gets no answer.
    await shopper.route(CATALOGUE_QUESTIONS, lambda route: route.abort())
    await buy_elsewhere(site, shop, sku)
    await place_order(shopper)
    await expect(standing(shopper)).to_contain_text("Nothing more will happen.", timeout=ENDING_MS)
    await expect(standing(shopper)).to_contain_text("Your order failed.")
    await expect(standing(shopper)).to_contain_text("You were not charged.")
    await expect_once(shopper, "Not enough in stock", "Order failed")
    await expect(step(shopper, "Order failed")).to_contain_text(product(sku).name)


async def test_old_and_new_price_are_shown_when_it_changes_in_the_cart(shopper: Page, shop: Shop) -> None:
    sku = "BOO-ATLAS-01"
    old = await price_of(shop, sku)
    await add_to_cart(shopper, sku)
    await shopper.get_by_role("link", name="Go to cart").click()
    await expect(shopper.get_by_role("link", name="Check out")).to_be_visible()

    await set_price(shop, sku, old + 250)
    line = shopper.get_by_role("main").get_by_role("listitem")
    await expect(line).to_contain_text(f"Was {dollars(old)}", timeout=NOTICED_MS)
    await expect(line).to_contain_text(f"now {dollars(old + 250)}")
    await expect(shopper.get_by_text("Prices have changed since you added these items.")).to_be_visible()


async def test_shopper_is_asked_again_when_the_price_changes_at_the_last_step(
    shopper: Page, shop: Shop, watch: Watch
) -> None:
    watch.expect("ERR_FAILED")
    watch.expect("status of 409")
    sku = "BOO-BIRDS-01"
    old = await price_of(shop, sku)
    await come_to_review(shopper, sku)
    await expect(place_button(shopper)).to_contain_text(dollars(old))
    # The page does not know yet: it is the order service that objects.
    await shopper.route(CATALOGUE_QUESTIONS, lambda route: route.abort())
    await set_price(shop, sku, old + 300)
    await place_button(shopper).click()
    notice = shopper.get_by_role("alert").filter(has_text="A price has changed")
    await expect(notice).to_contain_text(dollars(old))
    await expect(notice).to_contain_text(dollars(old + 300))
    await expect(place_button(shopper)).to_be_disabled()

    await shopper.unroute_all()
    await notice.get_by_role("button", name="Accept the new price").click()
    await expect(place_button(shopper)).to_contain_text(dollars(old + 300))
    order_id = await place_order(shopper)
    await expect_confirmed(shopper)
    assert (await shop.order(order_id))["total"] == old + 300


async def test_money_is_told_right_when_an_order_is_cancelled_while_it_is_charged(
    shopper: Page, shop: Shop
) -> None:
    order_id = await buy(shopper, "KIT-MUG-01", SLOW)
    await expect(step(shopper, "Charge started")).to_be_visible(timeout=ENDING_MS)
    await shopper.get_by_role("button", name="Cancel order").click()
    dialog = shopper.get_by_role("alertdialog")
    await expect(dialog).to_contain_text("Your card is being charged right now.")
    await dialog.get_by_role("button", name="Cancel order").click()
    await expect(standing(shopper)).to_contain_text("Still under way:")
    await expect(standing(shopper)).to_contain_text("Nothing more will happen.", timeout=ENDING_MS)

    order = await shop.ended(order_id)
    assert order["status"] == "CANCELLED"
    price = dollars(product("KIT-MUG-01").prices["USD"])
    paid = (await shop.payment(order_id))["status"] == "REFUNDED"
    money = f"{price} was refunded to your card." if paid else "You were not charged."
    await expect(standing(shopper)).to_contain_text("Your order is cancelled.")
    await expect(standing(shopper)).to_contain_text(money)
    await expect_once(shopper, "Order cancelled", "Items returned to stock")
