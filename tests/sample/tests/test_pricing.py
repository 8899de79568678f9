from orchard.pricing import total


def test_an_empty_basket_costs_nothing():
    assert total({}) == 0


def test_a_basket_adds_up():
    assert total({"apple": 2, "plum": 4}) == 140
