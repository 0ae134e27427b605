"""Ways to every page of the shop and to each of its states, for tests that look at all of them."""

from collections.abc import Awaitable, Callable, Mapping

from playwright.async_api import Page, expect

from tests.browser.shopping import (
    DECLINED,
    ENDING_MS,
    add_to_cart,
    buy,
    come_to_review,
    expect_confirmed,
    fill_address,
    place_button,
    standing,
)

SKU = "KIT-MUG-01"
Way = Callable[[Page], Awaitable[object]]


async def home(page: Page) -> None:
    await page.goto("/")
    await expect(page.get_by_role("link", name="Stoneware mug").first).to_be_visible()


async def nothing_found(page: Page) -> None:
    await page.goto("/?q=zzz")
    await expect(page.get_by_text("Nothing found for")).to_be_visible()


async def one_product(page: Page) -> None:
    await page.goto(f"/products/{SKU}")
    await expect(page.get_by_role("button", name="Add to cart")).to_be_enabled()


async def put_in_cart(page: Page) -> None:
    await add_to_cart(page, SKU)


async def no_such_product(page: Page) -> None:
    await page.goto("/products/NOWHERE")
    await expect(page.get_by_role("heading", level=1)).to_have_text("We could not find this product")


async def empty_cart(page: Page) -> None:
    await page.goto("/cart")
    await expect(page.get_by_text("Your cart is empty")).to_be_visible()


async def filled_cart(page: Page) -> None:
    await add_to_cart(page, SKU)
    await page.goto("/cart")
    await expect(page.get_by_role("link", name="Check out")).to_be_visible()


async def address(page: Page) -> None:
    await add_to_cart(page, SKU)
    await page.goto("/checkout")
    await expect(page.get_by_label("Full name")).to_be_visible()


async def address_with_errors(page: Page) -> None:
    await address(page)
    await page.get_by_role("button", name="Continue to payment").click()
    await expect(page.get_by_label("Full name")).to_be_focused()


async def payment(page: Page) -> None:
    await address(page)
    await fill_address(page)
    await expect(page.get_by_role("radio").first).to_be_visible()


async def review(page: Page) -> None:
    await come_to_review(page, SKU)
    await expect(place_button(page)).to_be_enabled()


async def no_answer(page: Page) -> None:
    await review(page)
    await page.route("**/api/backend/order/orders", lambda route: route.abort(), times=1)
    await place_button(page).click()
    await expect(page.get_by_role("alert").filter(has_text="No answer came")).to_be_visible()


async def confirmed_order(page: Page) -> None:
    await buy(page, SKU)
    await expect_confirmed(page)


async def declined_order(page: Page) -> None:
    await buy(page, SKU, DECLINED)
    await expect(standing(page)).to_contain_text("Nothing more will happen.", timeout=ENDING_MS)


async def cancel_dialog(page: Page) -> None:
    await confirmed_order(page)
    await page.get_by_role("button", name="Cancel order").click()
    await expect(page.get_by_role("alertdialog")).to_be_visible()


async def no_orders(page: Page) -> None:
    await page.goto("/account/orders")
    await expect(page.get_by_text("You have not ordered anything yet")).to_be_visible()


async def some_orders(page: Page) -> None:
    await buy(page, SKU)
    await page.goto("/account/orders")
    await expect(page.get_by_role("main").get_by_role("listitem")).to_have_count(1)


async def no_such_order(page: Page) -> None:
    await page.goto("/orders/00000000-0000-7000-8000-000000000000")
    await expect(page.get_by_role("heading", level=1)).to_have_text("We could not find this order")


async def account_menu(page: Page) -> None:
    await home(page)
    await page.get_by_role("button", name="Account of").click()
    await expect(page.get_by_role("menuitem", name="Sign out")).to_be_visible()


async def preferences_menu(page: Page) -> None:
    await home(page)
    await page.get_by_role("button", name="Currency and theme").click()
    await expect(page.get_by_role("menuitemradio", name="Dark")).to_be_visible()


async def sign_in_page(page: Page) -> None:
    await page.goto("/sign-in")
    await expect(page.get_by_role("button", name="Sign in as a shopper")).to_be_visible()


async def nowhere(page: Page) -> None:
    await page.goto("/nowhere")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Page not found")


# Each from a fresh browser, signed in as a shopper who has ordered nothing.
WAYS: Mapping[str, Way] = {
    "catalogue": home,
    "nothing found": nothing_found,
    "product": one_product,
    "product in the cart": put_in_cart,
    "no such product": no_such_product,
    "empty cart": empty_cart,
    "filled cart": filled_cart,
    "address": address,
    "address with errors": address_with_errors,
    "payment": payment,
    "review": review,
    "no answer": no_answer,
    "confirmed order": confirmed_order,
    "declined order": declined_order,
    "cancel dialog": cancel_dialog,
    "no orders": no_orders,
    "orders": some_orders,
    "no such order": no_such_order,
    "account menu": account_menu,
    "preferences menu": preferences_menu,
    "sign-in": sign_in_page,
    "nowhere": nowhere,
}
# Refusals that the states above are made of, as Chromium logs them.
PART_OF_IT = r"status of 404|ERR_FAILED"
