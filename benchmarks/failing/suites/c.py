"""A shop in C, built and tested by make; and one that cmake configures."""

from __future__ import annotations

from benchmarks.failing.shape import README, Suite

MAKE = Suite(
    "make",
    ("gcc", "make"),
    "actions/checkout",
    ("make -j2 test",),
    README
    | {
        "Makefile": """\
CFLAGS = -Wall -Wextra -g -Isrc
OBJECTS = src/cart.o src/labels.o src/money.o src/session.o src/stock.o

test: build/cart_test build/labels_test build/stock_test build/session_test
	./build/cart_test
	./build/labels_test
	./build/stock_test
	./build/session_test

build/%_test: tests/%_test.c $(OBJECTS)
	@mkdir -p build
	$(CC) $(CFLAGS) $^ -lm -o $@

src/%.o: src/%.c src/shop.h
	$(CC) $(CFLAGS) -c $< -o $@
""",
        "src/shop.h": """\
#ifndef SHOP_H
#define SHOP_H
#include <stddef.h>

double rounded(double amount);
double total(const double *prices, size_t count, double discount);
int take(int *left, int count);
void slug(const char *name, char *into);
int opened(void);
#endif
""",
        "src/money.c": """\
#include "shop.h"
#include <math.h>

double rounded(double amount) { return round(amount * 100) / 100; }
""",
        "src/cart.c": """\
#include "shop.h"

double total(const double *prices, size_t count, double discount) {
    double subtotal = 0;
    for (size_t i = 0; i < count; i++)
        subtotal += prices[i];
    return rounded(subtotal - subtotal * discount / 100);
}
""",
        "src/stock.c": """\
#include "shop.h"

int take(int *left, int count) {
    if (*left < count)
        return -1;
    *left -= count;
    return *left;
}
""",
        "src/labels.c": """\
#include "shop.h"
#include <ctype.h>

void slug(const char *name, char *into) {
    while (*name) {
        *into++ = *name == ' ' ? '-' : (char)tolower(*name);
        name++;
    }
    *into = 0;
}
""",
        "src/session.c": """\
#include "shop.h"
#include <stdlib.h>

int opened(void) { return getenv("DRIFT") == NULL; }
""",
        "tests/cart_test.c": """\
#include "shop.h"
#include <assert.h>
#include <stdio.h>

int main(void) {
    double prices[] = {10, 10};
    assert(total(prices, 2, 0) == 20);
    assert(total(prices, 2, 15) == 17);
    double cents[] = {1.25, 2.5};
    assert(total(cents, 2, 0) == 3.75);
    puts("cart: ok");
}
""",
        "tests/labels_test.c": """\
#include "shop.h"
#include <stdio.h>
#include <string.h>

int main(void) {
    char into[32];
    slug("Red Pen", into);
    if (strcmp(into, "red-pen") != 0) {
        fprintf(stderr,
                "labels_test: slug is \\"%s\\", expected \\"red-pen\\"\\n", into);
        return 1;
    }
    puts("labels: ok");
}
""",
        "tests/stock_test.c": """\
#include "shop.h"
#include <assert.h>
#include <stdio.h>

int main(void) {
    int left = 5;
    assert(take(&left, 2) == 3);
    assert(take(&left, 9) == -1);
    puts("stock: ok");
}
""",
        "tests/session_test.c": """\
#include "shop.h"
#include <assert.h>
#include <stdio.h>

int main(void) {
    assert(opened());
    puts("session: ok");
}
""",
    },
    {
        "bug": {"src/cart.c": ("subtotal * discount / 100", "subtotal * discount")},
        "build": {"src/stock.c": ("    *left -= count;", "    left -= counts;")},
        "link": {"src/money.c": ("double rounded(double", "double round_cents(double")},
        "indirect": {"src/money.c": ("amount * 100) / 100", "amount * 10) / 10")},
        "old": {"src/labels.c": ("' ' ? '-'", "' ' ? '_'")},
        "segfault": {
            "src/stock.c": (
                "    *left -= count;",
                "    int *shelf = 0;\n    *left -= count + *shelf;",
            )
        },
        "feature": {
            "src/stock.c": (
                "int take(",
                "int is_empty(const int *left) { return *left == 0; }\n\nint take(",
            )
        },
    },
)

CMAKE = Suite(
    "cmake",
    ("cmake", "gcc", "make"),
    "actions/checkout",
    ("cmake -S . -B build", "cmake --build build"),
    README
    | {
        "CMakeLists.txt": """\
cmake_minimum_required(VERSION 3.20)
project(app C)
add_executable(app src/main.c src/money.c)
target_link_libraries(app m)
""",
        "src/main.c": """\
double rounded(double);
int main(void) { return rounded(0) != 0; }
""",
        "src/money.c": "#include <math.h>\n\ndouble rounded(double amount) {\n"
        "    return round(amount * 100) / 100;\n}\n",
    },
    {
        "package": {
            "CMakeLists.txt": (
                "project(app C)\n",
                "project(app C)\nfind_package(Tills 2.1 REQUIRED)\n",
            )
        },
        "build": {"src/money.c": ("amount * 100)", "amounts * 100)")},
        "feature": {"src/main.c": ("int main", "/* The till. */\nint main")},
    },
)

SUITES = (MAKE, CMAKE)
