package typed_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/money"
	"kassa/app/ui/typed"
)

func TestNumber(t *testing.T) {
	for _, c := range []struct {
		name, keys, want string
		whole, fraction  int
	}{
		{"digits follow each other", "125", "125", 6, 2},
		{"a comma alone gets its zero", ",5", "0,5", 6, 2},
		{"a second comma is refused", "1,2,3", "1,23", 6, 2},
		{"digits after the comma end at the limit", "1,234", "1,23", 6, 2},
		{"digits before the comma end at the limit", "1234567", "123456", 6, 2},
		{"a leading zero gives way", "007", "7", 6, 2},
		{"no comma where there are no fractions", "5,5", "55", 3, 0},
		{"letters are refused", "1а2", "12", 6, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := typed.NewNumber(c.whole, c.fraction)
			for _, r := range c.keys {
				n.Add(r)
			}
			require.Equal(t, c.want, n.Text())
		})
	}
}

func TestNumberReadsAsMoneyQuantityAndPercent(t *testing.T) {
	n := typed.NewNumber(6, 3)
	_, ok := n.Kopecks()
	require.False(t, ok, "nothing was typed")
	for _, r := range "12," {
		n.Add(r)
	}
	sum, ok := n.Kopecks()
	require.True(t, ok, "a comma that nothing follows is no fault")
	require.Equal(t, money.Kopecks(1200), sum)
	n.Add('5')
	quantity, ok := n.Millis()
	require.True(t, ok)
	require.Equal(t, money.Millis(12500), quantity)
	percent, ok := n.Percent()
	require.True(t, ok)
	require.Equal(t, money.HundredthsOfPercent(1250), percent)
	n.Erase()
	n.Erase()
	require.Equal(t, "12", n.Text())
	n.Clear()
	require.True(t, n.Empty())
	n.Erase()
	require.True(t, n.Empty())
}

func TestPIN(t *testing.T) {
	var p typed.PIN
	for _, r := range "12а345678" {
		p.Add(r)
	}
	require.Equal(t, typed.MostPIN, p.Len(), "letters and digits over the limit are refused")
	p.Erase()
	require.Equal(t, 5, p.Len())
	require.NotContains(t, fmt.Sprintf("%v %s", &p, &p), "1")
	require.Equal(t, "12345", p.Take())
	require.Zero(t, p.Len(), "taking it forgets it")
	p.Erase()
	require.Zero(t, p.Len())
}

func TestLikelySums(t *testing.T) {
	for due, want := range map[money.Kopecks][]money.Kopecks{
		511_50:  {550_00, 600_00, 1000_00, 5000_00},
		45_00:   {50_00, 100_00, 500_00, 1000_00},
		100_00:  {150_00, 200_00, 500_00, 1000_00},
		4900_00: {4950_00, 5000_00, 6000_00, 7000_00},
		5000_00: {5050_00, 5100_00, 5500_00, 6000_00},
		1:       {50_00, 100_00, 500_00, 1000_00},
	} {
		got := typed.LikelySums(due)
		require.Equal(t, want, got, "due %s", due)
		for _, s := range got {
			require.Greater(t, s, due)
		}
	}
}
