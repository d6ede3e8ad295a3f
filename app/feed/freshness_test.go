package feed_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/feed"
)

func TestDataAgeToTheMillisecond(t *testing.T) {
	issued := time.Date(2026, 2, 28, 21, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name string
		age  time.Duration
		want feed.Freshness
	}{
		{"just issued is fresh", 0, feed.Fresh},
		{"issued by a clock that is ahead is fresh", -time.Minute, feed.Fresh},
		{"a millisecond before a day is fresh", 24*time.Hour - time.Millisecond, feed.Fresh},
		{"a day is stale", 24 * time.Hour, feed.Stale},
		{"a millisecond before three days is stale", 72*time.Hour - time.Millisecond, feed.Stale},
		{"three days are expired", 72 * time.Hour, feed.Expired},
		{"a year is expired", 365 * 24 * time.Hour, feed.Expired},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, feed.FreshnessOf(issued, issued.Add(c.age)))
		})
	}
	require.Equal(t, feed.Expired, feed.FreshnessOf(time.Time{}, issued), "data that were never issued")
	require.Equal(t, "fresh stale expired", feed.Fresh.String()+" "+feed.Stale.String()+" "+feed.Expired.String())
}
