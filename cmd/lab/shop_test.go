package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
	"kassa/app/till"
)

func TestTheSampleShopSellsByOneScan(t *testing.T) {
	items := itemsOf(simpleGoods, 0)
	require.GreaterOrEqual(t, len(items), 200)
	seen := map[string]bool{}
	for _, i := range items {
		require.Zero(t, i.MinAge, i.Name)
		require.Zero(t, i.MinPrice, i.Name)
		require.Equal(t, till.Piece, i.Measure, i.Name)
		require.True(t, i.VAT.Known(), i.Name)
		require.Positive(t, i.Price, i.Name)
		require.Len(t, i.Barcodes, 1, i.Name)
		require.False(t, seen[i.Barcodes[0]], "%s: barcode twice", i.Name)
		seen[i.Barcodes[0]] = true
		scan, err := marking.Parse([]byte(i.Barcodes[0]))
		require.NoError(t, err)
		require.Equal(t, marking.KindGTIN, scan.Kind, "%s: %s", i.Name, i.Barcodes[0])
	}
	for _, i := range itemsOf(ruledGoods, len(items)) {
		require.True(t, i.NoPieces || i.MinAge > 0, "%s has no rule", i.Name)
	}
}

func TestTheShopFileHasTheContractsColumns(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, writeShop(&out, itemsOf(simpleGoods, 0), false))
	lines := strings.Split(out.String(), "\n")
	require.Equal(t, "barcode;name;price_kopecks;vat;marking_group", lines[0])
	require.Regexp(t, `^\d{13};Молоко .*;\d+;10;milk$`, lines[1])
}
