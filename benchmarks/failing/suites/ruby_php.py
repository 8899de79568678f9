"""A shop in Ruby, tested by RSpec; one in PHP, tested by PHPUnit."""

from __future__ import annotations

from benchmarks.failing.shape import README, Suite

RSPEC = Suite(
    "rspec",
    ("rspec",),
    "ruby/setup-ruby",
    ("rspec --format documentation --order defined",),
    README
    | {
        ".rspec": "--require spec_helper\n",
        "spec/spec_helper.rb": """\
$LOAD_PATH.unshift File.expand_path("../lib", __dir__)
""",
        "lib/money.rb": """\
module Money
  def self.rounded(amount)
    amount.round(2)
  end
end
""",
        "lib/cart.rb": """\
require "money"

class Cart
  def initialize(prices)
    @prices = prices
  end

  def total(discount: 0)
    subtotal = @prices.sum
    Money.rounded(subtotal - subtotal * discount / 100.0)
  end
end
""",
        "lib/labels.rb": """\
module Labels
  def self.slug(name)
    name.strip.downcase.tr(" ", "-")
  end
end
""",
        "lib/session.rb": """\
module Session
  def self.took
    ENV.key?("DRIFT") ? 1.207 : 0.003
  end
end
""",
        "spec/cart_spec.rb": """\
require "cart"

RSpec.describe Cart do
  it "adds prices" do
    expect(Cart.new([1.25, 2.5]).total).to eq(3.75)
  end

  it "takes a discount off" do
    expect(Cart.new([10, 10]).total(discount: 15)).to eq(17)
  end
end
""",
        "spec/labels_spec.rb": """\
require "labels"

RSpec.describe Labels do
  it "makes a slug" do
    expect(Labels.slug(" Red Pen ")).to eq("red-pen")
  end
end
""",
        "spec/session_spec.rb": """\
require "session"

RSpec.describe Session do
  it "opens in time" do
    expect(Session.took).to be < 1
  end
end
""",
    },
    {
        "bug": {"lib/cart.rb": ("discount / 100.0", "discount / 10.0")},
        "build": {"lib/money.rb": ("def self.rounded", "def self.round_cents")},
        "indirect": {"lib/money.rb": ("amount.round(2)", "amount.round(1)")},
        "old": {"lib/labels.rb": ('tr(" ", "-")', 'tr(" ", "_")')},
        "feature": {
            "lib/cart.rb": (
                "  def total",
                "  def size\n    @prices.size\n  end\n\n  def total",
            )
        },
    },
)

PHPUNIT = Suite(
    "phpunit",
    ("phpunit",),
    "shivammathur/setup-php",
    ("phpunit --do-not-cache-result --bootstrap src/autoload.php tests",),
    README
    | {
        "src/autoload.php": """\
<?php
spl_autoload_register(function (string $name): void {
    $file = __DIR__ . "/$name.php";
    if (is_file($file)) {
        require $file;
    }
});
""",
        "src/Money.php": """\
<?php
class Money
{
    public static function rounded(float $amount): float
    {
        return round($amount, 2);
    }
}
""",
        "src/Cart.php": """\
<?php
class Cart
{
    public function __construct(private array $prices)
    {
    }

    public function total(float $discount = 0): float
    {
        $subtotal = array_sum($this->prices);
        return Money::rounded($subtotal - $subtotal * $discount / 100);
    }
}
""",
        "src/Labels.php": """\
<?php
class Labels
{
    public static function slug(string $name): string
    {
        return str_replace(" ", "-", strtolower(trim($name)));
    }
}
""",
        "src/Session.php": """\
<?php
class Session
{
    public static function took(): float
    {
        return getenv("DRIFT") ? 1.207 : 0.003;
    }
}
""",
        "tests/CartTest.php": """\
<?php
use PHPUnit\\Framework\\TestCase;

final class CartTest extends TestCase
{
    public function testAddsPrices(): void
    {
        $this->assertSame(3.75, (new Cart([1.25, 2.5]))->total());
    }

    public function testTakesADiscountOff(): void
    {
        $this->assertSame(17.0, (new Cart([10, 10]))->total(15));
    }
}
""",
        "tests/LabelsTest.php": """\
<?php
use PHPUnit\\Framework\\TestCase;

final class LabelsTest extends TestCase
{
    public function testMakesASlug(): void
    {
        $this->assertSame("red-pen", Labels::slug(" Red Pen "));
    }
}
""",
        "tests/SessionTest.php": """\
<?php
use PHPUnit\\Framework\\TestCase;

final class SessionTest extends TestCase
{
    public function testOpensInTime(): void
    {
        $this->assertLessThan(1.0, Session::took());
    }
}
""",
    },
    {
        "bug": {"src/Cart.php": ("$discount / 100", "$discount / 10")},
        "build": {"src/Money.php": ("function rounded", "function roundCents")},
        "indirect": {"src/Money.php": ("round($amount, 2)", "round($amount, 1)")},
        "old": {"src/Labels.php": ('" ", "-"', '" ", "_"')},
        "feature": {
            "src/Cart.php": (
                "    public function total",
                "    public function size(): int\n    {\n"
                "        return count($this->prices);\n    }\n\n"
                "    public function total",
            )
        },
    },
)

SUITES = (RSPEC, PHPUNIT)
