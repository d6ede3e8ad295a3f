package staff

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAPINIsFourToSixDigitsNotAllTheSame(t *testing.T) {
	for pin, fits := range map[string]bool{
		"4827": true, "482715": true, "0001": true,
		"": false, "482": false, "4827150": false, "48a7": false, "1111": false, "000000": false, "４８２７": false, "48 7": false,
	} {
		_, err := HashPIN(pin)
		if fits {
			require.NoError(t, err, pin)
		} else {
			require.ErrorIs(t, err, ErrWeakPIN, pin)
		}
	}
}

func TestOnlyTheRightPINFitsItsHash(t *testing.T) {
	hash, err := HashPIN("4827")
	require.NoError(t, err)
	require.NotContains(t, hash, "4827")
	require.True(t, IsHash(hash))
	require.True(t, VerifyPIN(hash, "4827"))
	other, err := HashPIN("4827")
	require.NoError(t, err)
	require.NotEqual(t, hash, other, "each hash has its own salt")
	for _, wrong := range []string{"", "4828", "48270", "4827\x00", "48271234567890"} {
		require.False(t, VerifyPIN(hash, wrong), "%q", wrong)
	}
}

func TestADamagedHashFitsNothing(t *testing.T) {
	for _, hash := range []string{
		"", "4827", "pbkdf2-sha256$x$AAAA$AAAA", "pbkdf2-sha256$0$AAAA$AAAA", "pbkdf2-sha256$1$AAAA$AAAA", "pbkdf2-sha256$1$!$AAAA",
		"pbkdf2-sha256$999999999999$AAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "md5$1$AAAA$AAAA",
	} {
		require.False(t, VerifySecret(hash, "4827"), hash)
	}
}

func TestWrongPINsHoldTheTillLongerEachTime(t *testing.T) {
	for wrong, pause := range map[int]time.Duration{
		0: 0, 4: 0, 5: 30 * time.Second, 6: time.Minute, 7: 2 * time.Minute, 9: 8 * time.Minute, 10: 15 * time.Minute, 1000: 15 * time.Minute,
	} {
		require.Equal(t, pause, Pause(wrong), "%d wrong", wrong)
	}
}
