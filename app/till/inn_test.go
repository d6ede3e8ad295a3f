package till

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestINNIsTakenByItsCheckDigits(t *testing.T) {
	for inn, want := range map[string]bool{
		"7700000009": true, "7707083893": true, "500100732259": true, "7830002293": true,
		"7700000008": false, "500100732258": false, "500100732249": false,
		"": false, "770000000": false, "77000000090": false, "77OOOOOOO9": false, "７７00000009": false, "-700000009": false,
	} {
		require.Equal(t, want, ValidINN(inn), inn)
	}
}
