"""A shop in Rust, tested by cargo."""

from __future__ import annotations

from benchmarks.failing.shape import README, Suite

CARGO = Suite(
    "cargo",
    ("cargo",),
    "actions/checkout",
    ("cargo test --locked --offline",),
    README
    | {
        "Cargo.toml": '[package]\nname = "app"\nversion = "1.0.0"\nedition = "2021"\n\n'
        '[dependencies]\nlabels = { path = "labels" }\n',
        "Cargo.lock": """\
# Generated.
version = 3

[[package]]
name = "app"
version = "1.0.0"
dependencies = [
 "labels",
]

[[package]]
name = "labels"
version = "1.0.0"
""",
        "labels/Cargo.toml": '[package]\nname = "labels"\nversion = "1.0.0"\n'
        'edition = "2021"\n',
        "labels/src/lib.rs": """\
pub fn slug(name: &str) -> String {
    name.trim().to_lowercase().replace(' ', "-")
}
""",
        "src/lib.rs": """\
pub mod cart;
pub mod money;
pub mod session;
pub mod stock;
""",
        "src/money.rs": """\
pub fn rounded(amount: f64) -> f64 {
    (amount * 100.0).round() / 100.0
}
""",
        "src/cart.rs": """\
use crate::money::rounded;

pub fn total(prices: &[f64], discount: f64) -> f64 {
    let subtotal: f64 = prices.iter().sum();
    rounded(subtotal - subtotal * discount / 100.0)
}
""",
        "src/stock.rs": """\
use std::collections::HashMap;

#[derive(Default)]
pub struct Stock {
    items: HashMap<String, usize>,
}

impl Stock {
    pub fn put(&mut self, name: &str, count: usize) {
        *self.items.entry(name.to_string()).or_default() += count;
    }

    pub fn take(&mut self, name: &str, count: usize) -> Option<usize> {
        let item = self.items.get_mut(name)?;
        *item = item.checked_sub(count)?;
        Some(*item)
    }
}
""",
        "src/session.rs": """\
use std::time::Duration;

pub fn opened() -> Duration {
    match std::env::var("DRIFT") {
        Ok(_) => Duration::from_millis(1207),
        Err(_) => Duration::from_millis(3),
    }
}
""",
        "tests/cart.rs": """\
use app::cart::total;

#[test]
fn adds_prices() {
    assert_eq!(total(&[1.25, 2.5], 0.0), 3.75);
}

#[test]
fn takes_a_discount_off() {
    assert_eq!(total(&[10.0, 10.0], 15.0), 17.0);
}
""",
        "tests/labels.rs": """\
#[test]
fn makes_a_slug() {
    assert_eq!(labels::slug(" Red Pen "), "red-pen");
}
""",
        "tests/session.rs": """\
use app::session::opened;
use std::time::Duration;

#[test]
fn opens_in_time() {
    let took = opened();
    assert!(took < Duration::from_secs(1), "session opened after {took:?}");
}
""",
        "tests/stock.rs": """\
use app::stock::Stock;

#[test]
fn leaves_the_rest() {
    let mut stock = Stock::default();
    stock.put("pen", 5);
    assert_eq!(stock.take("pen", 2), Some(3));
}
""",
    },
    {
        "bug": {"src/cart.rs": ("subtotal * discount / 100.0", "subtotal * discount")},
        "build": {"src/stock.rs": ("-> Option<usize> {", "-> usize {")},
        "indirect": {
            "src/money.rs": ("100.0).round() / 100.0", "10.0).round() / 10.0")
        },
        "old": {"labels/src/lib.rs": ("replace(' ', \"-\")", "replace(' ', \"_\")")},
        "panic": {
            "src/stock.rs": (
                "item.checked_sub(count)?",
                'item.checked_sub(count * 3).expect("count is checked by the caller")',
            )
        },
        "lock": {
            "Cargo.lock": ('"labels"\nversion = "1.0.0"', '"labels"\nversion = "1.1.0"')
        },
        "feature": {
            "src/money.rs": (
                "pub fn rounded",
                'pub const CURRENCY: &str = "EUR";\n\npub fn rounded',
            )
        },
    },
)

SUITES = (CARGO,)
