"""From the catalogue to an order's end, as shoppers go."""

import json
from secrets import token_hex

from playwright.async_api import Page, Route, expect

from tests.browser.conftest import NewContext
from tests.browser.keyboard import press_on, tab_to, type_into
from tests.browser.shopping import (
    ADDRESS,
    DECLINED,
    ENDING_MS,
    VISA,
    buy,
    choose_card,
    come_to_review,
    dollars,
    expect_confirmed,
    expect_once,
    order_opened,
    place_button,
    place_order,
    product,
    standing,
    step,
    story,
)
from tests.browser.signing_in import sign_in
from tests.browser.watch import Watch
from tests.e2e.shop import Shop, shown

WHOLE_STORY = ("Order placed", "Items held for you", "Card charged", "Order confirmed")


async def customer_of(page: Page) -> str:
    answer = await page.context.request.get("/api/session")
    return json.loads(await answer.text())["session"]["subject"]


async def orders_of(page: Page, shop: Shop) -> list[str]:
    found = await shown(shop.orders, f"/orders?customer_id={await customer_of(page)}")
    return [order["id"] for order in found["items"]]


async def test_story_is_told_to_its_end_without_a_reload_when_an_order_is_placed(
    shopper: Page, shop: Shop
) -> None:
    await come_to_review(shopper, "KIT-MUG-01")
    await shopper.evaluate("window.loadedOnce = true")
    order_id = await place_order(shopper)
    await expect_confirmed(shopper)
    await expect_once(shopper, *WHOLE_STORY)
    assert await shopper.evaluate("window.loadedOnce")
    assert (await shop.order(order_id))["status"] == "CONFIRMED"

    told = await story(shopper)
    await shopper.reload()
    await expect_confirmed(shopper)
    assert await story(shopper) == told


async def test_order_is_confirmed_with_another_card_when_the_first_one_is_declined(
    shopper: Page, shop: Shop
) -> None:
    sku = "HOM-LAMP-01"
    before = await shop.stock(sku)
    declined = await buy(shopper, sku, DECLINED)
    await expect(standing(shopper)).to_contain_text("Nothing more will happen.", timeout=ENDING_MS)
    await expect(standing(shopper)).to_contain_text("Your order failed.")
    await expect(standing(shopper)).to_contain_text("You were not charged.")
    await expect_once(shopper, "Payment declined", "Order failed", "Items returned to stock")
    await expect(step(shopper, "Payment declined")).to_contain_text("Nothing was charged.")
    await shop.ended(declined)
    assert await shop.stock(sku) == before

    await shopper.get_by_role("button", name="Pay with another card").click()
    await expect(shopper.get_by_role("radio").first).to_be_visible()
    await expect(shopper.get_by_role("radio", checked=True)).to_have_count(0)
    await choose_card(shopper, VISA)
    confirmed = await place_order(shopper)
    await expect_confirmed(shopper)
    assert confirmed != declined
    assert (await shop.order(confirmed))["status"] == "CONFIRMED"
    assert (await shop.order(declined))["status"] == "FAILED"


async def test_one_order_is_placed_when_the_button_is_pressed_twice(shopper: Page, shop: Shop) -> None:
    await come_to_review(shopper, "KIT-MUG-01")
    await place_button(shopper).dblclick()
    order_id = await order_opened(shopper)
    await expect_confirmed(shopper)
    assert await orders_of(shopper, shop) == [order_id]


async def test_one_order_is_placed_when_its_answer_is_lost(shopper: Page, shop: Shop, watch: Watch) -> None:
    watch.expect("ERR_FAILED")
    await come_to_review(shopper, "KIT-MUG-01")

    async def lose_the_answer(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await shopper.route("**/api/backend/order/orders", lose_the_answer, times=1)
    await place_button(shopper).click()
    await expect(shopper.get_by_role("alert").filter(has_text="No answer came")).to_be_visible()
    [placed] = await orders_of(shopper, shop)

    # The page that asks again need not be the one that was asked first.
    await shopper.reload()
    await shopper.get_by_role("button", name="Try again").click()
    assert await order_opened(shopper) == placed
    assert await orders_of(shopper, shop) == [placed]


async def test_nobody_pays_for_another_when_somebody_else_signs_in_in_another_tab(
    shopper: Page, shop: Shop, watch: Watch
) -> None:
    watch.expect("401")
    customer = await customer_of(shopper)
    await come_to_review(shopper, "KIT-MUG-01")
    await sign_in(shopper.context, "shopper", f"other-{token_hex(4)}")
    await place_button(shopper).click()
    await expect(shopper.get_by_role("alert").filter(has_text="You are no longer signed in")).to_be_visible()
    assert await orders_of(shopper, shop) == []
    found = await shown(shop.orders, f"/orders?customer_id={customer}")
    assert found["items"] == []


async def test_order_is_confirmed_when_everything_is_done_by_keyboard(page: Page) -> None:
    sold = product("HOM-LAMP-01")
    await page.goto("/")
    await type_into(page, page.get_by_role("searchbox"), sold.name)
    await press_on(page, page.get_by_role("link", name=sold.name))
    await expect(page.get_by_role("heading", level=1)).to_have_text(sold.name)
    await expect(page.get_by_role("button", name="Add to cart")).to_be_enabled()
    await press_on(page, page.get_by_role("button", name="Add to cart"))
    await press_on(page, page.get_by_role("link", name="Go to cart"))
    await press_on(page, page.get_by_role("link", name="Check out"))
    await type_into(page, page.get_by_label("Name"), "by-keyboard")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Where should it go?")).to_be_visible()
    for label, value in ADDRESS.items():
        await type_into(page, page.get_by_label(label), value)
    await type_into(page, page.get_by_label("Country"), "Germany")
    await press_on(page, page.get_by_role("button", name="Continue to payment"))
    await tab_to(page, page.get_by_role("radio").first)
    await page.keyboard.press("Space")
    await press_on(page, page.get_by_role("button", name="Continue to review"))
    await press_on(page, place_button(page))
    await order_opened(page)
    await expect_confirmed(page)


async def test_cart_is_kept_when_the_checkout_asks_for_signing_in(page: Page) -> None:
    await page.goto("/products/KIT-MUG-01")
    await page.get_by_role("button", name="Add to cart").click()
    await page.get_by_role("link", name="Go to cart").click()
    await page.get_by_role("link", name="Check out").click()
    await page.get_by_label("Name").fill("comes-back")
    await page.get_by_role("button", name="Sign in as a shopper").click()
    await expect(page.get_by_role("heading", name="Where should it go?")).to_be_visible()
    await expect(page.get_by_role("link", name="Cart, 1 item")).to_be_visible()
    await expect(page.get_by_text(product("KIT-MUG-01").name)).to_be_visible()
    await expect(page.get_by_text(dollars(product("KIT-MUG-01").prices["USD"])).first).to_be_visible()


async def test_order_is_not_found_when_it_is_somebody_elses(
    shopper: Page, new_context: NewContext, watch: Watch
) -> None:
    order_id = await buy(shopper, "KIT-MUG-01")
    watch.expect("status of 404")
    stranger = await (await new_context()).new_page()
    await stranger.goto("/sign-in?return_to=%2Forders%2F" + order_id)
    await stranger.get_by_label("Name").fill("stranger")
    await stranger.get_by_role("button", name="Sign in as a shopper").click()
    await expect(stranger.get_by_role("heading", level=1)).to_have_text("We could not find this order")
