package keys_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/ui/keys"
)

func TestKeysMeanWhatTheReferenceSays(t *testing.T) {
	for name, want := range map[string]keys.Action{
		"F1": keys.Search, "F2": keys.Quantity, "F3": keys.Discount, "F5": keys.Suspend, "F6": keys.Suspended,
		"F8": keys.Remove, "F9": keys.Pay, "Return": keys.Enter, "KP_Enter": keys.Enter, "Escape": keys.Back,
		"F4": keys.None, "F7": keys.None, "F12": keys.None,
	} {
		require.Equal(t, want, keys.Named(name).Action, name)
	}
	for r, want := range map[rune]keys.Action{'+': keys.Pay, '/': keys.Cash, '*': keys.Card, '7': keys.None} {
		require.Equal(t, keys.Press{Rune: r, Action: want}, keys.Typed(r), string(r))
	}
}

func TestEveryCapNamesAKeyThatDoesIt(t *testing.T) {
	pad := map[string]rune{"Num /": '/', "Num *": '*'}
	for a := keys.Search; a <= keys.Down; a++ {
		cap := keys.Cap(a)
		switch {
		case cap == "":
			continue
		case pad[cap] != 0:
			require.Equal(t, a, keys.Typed(pad[cap]).Action, cap)
		case cap == "Enter":
			require.Equal(t, a, keys.Named("Return").Action)
		case cap == "Esc":
			require.Equal(t, a, keys.Named("Escape").Action)
		default:
			require.Equal(t, a, keys.Named(cap).Action, cap)
		}
	}
}

func TestThePointOfTheNumericBlockIsAComma(t *testing.T) {
	require.True(t, keys.Typed('.').IsComma())
	require.True(t, keys.Typed(',').IsComma())
	require.False(t, keys.Typed('5').IsComma())
	require.True(t, keys.Typed('5').IsDigit())
	require.False(t, keys.Typed('а').IsDigit())
}
