"""A shop in Go, tested by go test."""

from __future__ import annotations

from benchmarks.failing.shape import README, Suite

GO = Suite(
    "go",
    ("go",),
    "actions/setup-go",
    ("go vet ./...", "go test -v -timeout 3s ./..."),
    README
    | {
        "go.mod": "module example.com/app\n\ngo 1.19\n",
        "money/money.go": """\
package money

import "math"

// Rounded rounds to cents.
func Rounded(amount float64) float64 {
	return math.Round(amount*100) / 100
}
""",
        "cart/cart.go": """\
package cart

import "example.com/app/money"

// Total sums prices, less a discount in percent.
func Total(prices []float64, discount float64) float64 {
	subtotal := 0.0
	for _, price := range prices {
		subtotal += price
	}
	return money.Rounded(subtotal - subtotal*discount/100)
}
""",
        "cart/cart_test.go": """\
package cart

import "testing"

func TestTotalAddsPrices(t *testing.T) {
	if got := Total([]float64{1.25, 2.5}, 0); got != 3.75 {
		t.Errorf("Total = %v, want 3.75", got)
	}
}

func TestDiscountIsTakenOff(t *testing.T) {
	if got := Total([]float64{10, 10}, 15); got != 17 {
		t.Errorf("Total = %v, want 17", got)
	}
}
""",
        "stock/stock.go": """\
package stock

import "fmt"

// Stock counts items by name.
type Stock map[string]int

// Take removes some of an item.
func (s Stock) Take(name string, count int) error {
	left := s[name] - count
	if left < 0 {
		return fmt.Errorf("only %d of %s left", s[name], name)
	}
	s[name] = left
	return nil
}
""",
        "stock/stock_test.go": """\
package stock

import "testing"

func TestTakeLeavesTheRest(t *testing.T) {
	s := Stock{"pen": 5}
	if err := s.Take("pen", 2); err != nil || s["pen"] != 3 {
		t.Fatalf("left %d, %v; want 3", s["pen"], err)
	}
}
""",
        "labels/labels.go": """\
package labels

import "strings"

// Slug makes a name fit for an address.
func Slug(name string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), " ", "-")
}
""",
        "labels/labels_test.go": """\
package labels

import "testing"

func TestSlug(t *testing.T) {
	if got := Slug(" Red Pen "); got != "red-pen" {
		t.Errorf("Slug = %q, want %q", got, "red-pen")
	}
}
""",
        "session/session.go": """\
package session

import (
	"os"
	"time"
)

// Open waits for a session and says how long that took.
func Open() time.Duration {
	if os.Getenv("DRIFT") != "" {
		return 1207 * time.Millisecond
	}
	return 3 * time.Millisecond
}
""",
        "session/session_test.go": """\
package session

import (
	"testing"
	"time"
)

func TestOpensInTime(t *testing.T) {
	if took := Open(); took > time.Second {
		t.Fatalf("session opened after %s, want at most 1s", took)
	}
}
""",
    },
    {
        "bug": {"cart/cart.go": ("subtotal*discount/100", "subtotal*discount")},
        "build": {"money/money.go": ("func Rounded(", "func Round(")},
        "indirect": {"money/money.go": ("amount*100) / 100", "amount*10) / 10")},
        "old": {"labels/labels.go": ('" ", "-")', '" ", "_")')},
        "slow": {
            "stock/stock.go": (
                "	left := s[name] - count\n",
                "	left := s[name]\n"
                "	for left != s[name]-count {\n"
                "		left -= 3\n"
                "		if left < -1<<40 {\n"
                "			left = s[name]\n"
                "		}\n"
                "	}\n",
            )
        },
        "panic": {
            "stock/stock.go": (
                "	s[name] = left\n",
                "	counts := []int{}\n	s[name] = left + counts[count]\n",
            )
        },
        "feature": {
            "money/money.go": (
                "// Rounded",
                '// Currency is the only one.\nconst Currency = "EUR"\n\n// Rounded',
            )
        },
    },
)

SUITES = (GO,)
