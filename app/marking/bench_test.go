package marking_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
)

func BenchmarkParse(b *testing.B) {
	for _, c := range []struct{ name, scan string }{
		{"milk", milk},
		{"clothes", clothes},
		{"tobacco pack", pack},
		{"EAN-13", "4612345678903"},
		{"milk in the Russian layout", "ъв20104612345678903215фиСвж\x1d93фИ7я"},
		{"milk with <GS>", "0104612345678903215abCd;<GS>93aB7z"},
		{"clothes without GS", "0104612345678903215abCdEfGhIjKl91EE1192S0FTU0EgREVNTyBDSEVDSyBDT0RFIDAwMDAwMcacVtk="},
		{"worst for lost GS", "010461234567890321" + strings.Repeat("10240", 48)},
		{"worst of 4 KB", "]C1" + strings.Repeat("10~\x1d99x", marking.MaxScan/8)},
	} {
		b.Run(c.name, func(b *testing.B) {
			raw := []byte(c.scan)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := marking.Parse(raw); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDecide(b *testing.B) {
	s, err := marking.Parse([]byte(milk))
	require.NoError(b, err)
	q := marking.Query{Code: s.Code, Group: marking.Milk, Price: 8990, At: noon}
	online, module := goodOnline(), goodModule()
	b.ReportAllocs()
	for b.Loop() {
		if v := marking.Decide(q, online, module, marking.Policy{}); v.Decision != marking.Allow {
			b.Fatal(v)
		}
	}
}
