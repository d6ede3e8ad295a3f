package trueapi_test

import (
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
	"kassa/sync/trueapi"
)

func TestTheCentreIsAskedForItsEarlierAnswersOnceAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		central := n.hosts["entry"]
		c := trueapi.New(trueapi.Settings{URL: entry, Token: func() string { return token }, Now: time.Now, Dial: n.dial}, slog.New(slog.DiscardHandler))
		defer c.CloseIdle()
		central.control("PUT", "/lab/codes", `[{"cis":"`+ki+`","sold":true}]`)
		given := c.Check(t.Context(), marking.Query{Code: code(t)})
		require.True(t, given.Answered(), given.Detail)
		keys := []trueapi.HistoryKey{{ReqID: "0", ReqTimestamp: 1}, {ReqID: given.ReqID, ReqTimestamp: given.ReqTimestamp}}

		central.control("PUT", "/lab/history", `{"takes_ms":90000}`)
		start := time.Now()
		answers, err := c.History(t.Context(), keys)
		require.NoError(t, err)
		require.Equal(t, 2*time.Minute, time.Since(start))
		require.Len(t, answers, 2)
		require.Equal(t, trueapi.HistoryAnswer{HistoryKey: keys[0]}, answers[0])
		require.True(t, answers[1].Found)
		require.Equal(t, keys[1], answers[1].HistoryKey)
		require.Len(t, answers[1].Codes, 1)
		require.Equal(t, "04600000000015", answers[1].Codes[0].GTIN)
		require.True(t, *answers[1].Codes[0].Sold)
		require.Equal(t, given.ReqID, answers[1].Codes[0].ReqID)

		_, err = c.History(t.Context(), keys)
		require.Equal(t, marking.FaultBusy, fault(t, err), "a minute has not passed")
		time.Sleep(time.Minute)
		_, err = c.History(t.Context(), keys)
		require.NoError(t, err)
	})
}

func TestAHistoryThatCannotBeHadIsAnError(t *testing.T) {
	for _, c := range []struct {
		name, faults string
		keys         int
		want         marking.Fault
	}{
		{"nothing is asked", `{}`, 0, marking.FaultBadRequest},
		{"too much is asked", `{}`, trueapi.MaxHistory + 1, marking.FaultBadRequest},
		{"a refused key", `{"status":401,"on":"all"}`, 1, marking.FaultUnauthorised},
		{"a path that was switched off", `{"status":410,"on":"all"}`, 1, marking.FaultGone},
		{"silence", `{"blackhole":true,"on":"all"}`, 1, marking.FaultTimeout},
		{"nonsense", `{"garbage":true,"on":"all"}`, 1, marking.FaultGarbage},
		{"200 where 202 is due", `{"status":200,"on":"all"}`, 1, marking.FaultGarbage},
		{"an emergency", `{"status":203,"on":"all"}`, 1, marking.FaultServer},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newNetwork(t)
				n.hosts["entry"].faults(c.faults)
				client := trueapi.New(trueapi.Settings{URL: entry, Token: func() string { return token }, Now: time.Now, Dial: n.dial}, slog.New(slog.DiscardHandler))
				_, err := client.History(t.Context(), make([]trueapi.HistoryKey, c.keys))
				require.Equal(t, c.want, fault(t, err))
			})
		})
	}
}
