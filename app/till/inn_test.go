package till

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestINNIsTakenByItsCheckDigits(t *testing.T) {
	for inn, want := range map[string]bool{
		"7700000009":   true, // the lab's organisation
		"7700000008":   false,
		"500100732259": true,
		"500100732258": false,
		"":             false,
		"77000000090":  false,
		"77000000o9":   false,
	} {
		require.Equal(t, want, ValidINN(inn), inn)
	}
}
