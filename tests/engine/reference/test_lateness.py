"""Open orders by age: the oldest are settled first, the latest are taken back first."""

from sim.engine.reference.lateness import Book


def open_orders(book: Book) -> list[tuple[int, int]]:
    return [(order.second, order.quantity) for order in book.orders]


def book() -> Book:
    """5 at the start, 10 in second 100, 20 in second 200."""
    orders = Book(5)
    orders.add(100, 10)
    orders.add(200, 20)
    return orders


def test_what_comes_settles_the_oldest_orders() -> None:
    orders = book()

    orders.settle(3)
    orders.settle(12)

    assert open_orders(orders) == [(100, 3), (200, 20)]


def test_what_is_revoked_comes_off_the_latest_orders() -> None:
    orders = book()

    orders.take_back(24)

    assert open_orders(orders) == [(0, 5), (100, 6)]


def test_more_than_is_open_settles_everything() -> None:
    orders = book()

    orders.settle(99)

    assert open_orders(orders) == []
    assert open_orders(Book(0)) == []
