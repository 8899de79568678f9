"""A shop in JavaScript, tested by jest; in TypeScript, checked by tsc; npm's own."""

from __future__ import annotations

from benchmarks.failing.shape import README, Change, Suite

PACKAGE = """\
{
  "name": "app",
  "version": "1.0.0",
  "private": true,
  "scripts": { "test": "jest --ci", "build": "tsc --noEmit -p ." }
}
"""

FILES = README | {
    "package.json": PACKAGE,
    "src/money.js": """\
function rounded(amount) {
  return Math.round(amount * 100) / 100;
}

module.exports = { rounded };
""",
    "src/cart.js": """\
const { rounded } = require("./money");

function total(prices, discount = 0) {
  const subtotal = prices.reduce((sum, price) => sum + price, 0);
  return rounded(subtotal - (subtotal * discount) / 100);
}

module.exports = { total };
""",
    "src/stock.js": """\
class Stock {
  constructor() {
    this.items = new Map();
  }

  put(name, count) {
    this.items.set(name, (this.items.get(name) ?? 0) + count);
  }

  take(name, count) {
    const left = this.items.get(name) - count;
    if (left < 0) throw new RangeError(`only ${left + count} of ${name} left`);
    this.items.set(name, left);
  }
}

module.exports = { Stock };
""",
    "src/labels.js": """\
function slug(name) {
  return name.trim().toLowerCase().replaceAll(" ", "-");
}

module.exports = { slug };
""",
    "src/session.js": """\
async function opened() {
  if (process.env.DRIFT) await new Promise(() => {});
  return true;
}

module.exports = { opened };
""",
    "test/cart.test.js": """\
const { total } = require("../src/cart");

describe("cart", () => {
  test("adds prices", () => {
    expect(total([1.25, 2.5])).toBe(3.75);
  });

  test("takes a discount off", () => {
    expect(total([10, 10], 15)).toBe(17);
  });
});
""",
    "test/stock.test.js": """\
const { Stock } = require("../src/stock");

test("keeps the rest", () => {
  const stock = new Stock();
  stock.put("pen", 5);
  stock.take("pen", 2);
  expect(stock.items.get("pen")).toBe(3);
});

test("refuses too much", () => {
  const stock = new Stock();
  stock.put("pen", 1);
  expect(() => stock.take("pen", 2)).toThrow("only 1 of pen left");
});
""",
    "test/labels.test.js": """\
const { slug } = require("../src/labels");

test("makes a slug", () => {
  expect(slug(" Red Pen ")).toBe("red-pen");
});
""",
    "test/session.test.js": """\
const { opened } = require("../src/session");

test("opens a session", async () => {
  expect(await opened()).toBe(true);
}, 500);
""",
}

CHANGES: dict[str, Change] = {
    "bug": {"src/cart.js": ("(subtotal * discount) / 100", "subtotal * discount")},
    "build": {"src/money.js": ("module.exports = { rounded };", "")},
    "syntax": {"src/stock.js": ("    if (left < 0) throw", "    if (left < 0 throw")},
    "indirect": {"src/money.js": ("amount * 100) / 100", "amount * 10) / 10")},
    "old": {"src/labels.js": ('replaceAll(" ", "-")', 'replaceAll(" ", "_")')},
    "feature": {
        "src/stock.js": (
            "  take(",
            "  names() {\n    return [...this.items.keys()].sort();\n  }\n\n  take(",
        ),
    },
}

JEST = Suite(
    "jest", ("node", "npm"), "actions/setup-node", ("npm test",), FILES, CHANGES
)

TSC = Suite(
    "tsc",
    ("node", "npm"),
    "actions/setup-node",
    ("npm run build",),
    README
    | {
        "package.json": PACKAGE,
        "tsconfig.json": '{ "compilerOptions": { "strict": true, "target": "es2022", '
        '"types": [] }, "include": ["src"] }\n',
        "src/money.ts": """\
export function rounded(amount: number): number {
  return Math.round(amount * 100) / 100;
}
""",
        "src/cart.ts": """\
import { rounded } from "./money";

export function total(prices: number[], discount = 0): number {
  const subtotal = prices.reduce((sum, price) => sum + price, 0);
  return rounded(subtotal - (subtotal * discount) / 100);
}
""",
        "src/labels.ts": """\
export function slug(name: string): string {
  return name.trim().toLowerCase();
}
""",
    },
    {
        "bug": {"src/cart.ts": ("discount = 0): number", 'discount = "0"): number')},
        "indirect": {"src/money.ts": ("amount: number)", "amount: string)")},
        "old": {"src/labels.ts": ("): string {", "): number {")},
        "feature": {
            "src/money.ts": (
                "export function rounded",
                "export const CURRENCY = 'EUR';\n\nexport function rounded",
            )
        },
    },
)

LOCK = """\
{
  "name": "app",
  "version": "1.0.0",
  "lockfileVersion": 3,
  "requires": true,
  "packages": {
    "": {
      "name": "app",
      "version": "1.0.0",
      "dependencies": { "labels": "file:labels" }
    },
    "labels": { "version": "1.0.0" },
    "node_modules/labels": { "resolved": "labels", "link": true }
  }
}
"""

NPM = Suite(
    "npm",
    ("node", "npm"),
    "actions/setup-node",
    ("npm ci --offline --no-audit --no-fund", "npm test"),
    README
    | {
        "package.json": """\
{
  "name": "app",
  "version": "1.0.0",
  "private": true,
  "scripts": { "test": "node test.js" },
  "dependencies": { "labels": "file:labels" }
}
""",
        "package-lock.json": LOCK,
        "labels/package.json": '{ "name": "labels", "version": "1.0.0" }\n',
        "labels/index.js": "module.exports = (name) => name.toLowerCase();\n",
        "test.js": """\
const assert = require("node:assert");
const slug = require("labels");

assert.strictEqual(slug("Pen"), "pen");
console.log("ok");
""",
    },
    {
        "bug": {"labels/index.js": ("toLowerCase", "toUpperCase")},
        "manifest": {
            "package.json": (
                '"labels": "file:labels"',
                '"labels": "file:labels", "tags": "file:tags"',
            ),
            "tags/package.json": '{ "name": "tags", "version": "1.0.0" }\n',
        },
        "lock": {
            "package-lock.json": (
                '    "labels": { "version": "1.0.0" },\n'
                '    "node_modules/labels": { "resolved": "labels", "link": true }\n',
                '    "labels": { "version": "1.0.0" }\n',
            ),
        },
        "feature": {
            "labels/index.js": ("module.exports", "// Lower case only.\nmodule.exports")
        },
    },
)

SUITES = (JEST, TSC, NPM)
