package main

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/stretchr/testify/require"

	"kassa/app/config"
	"kassa/app/marking"
	"kassa/app/sale"
	"kassa/app/till"
	"kassa/app/ui/theme"
	"kassa/cmd/internal/cli"
)

func TestTheSizeOfTheWindow(t *testing.T) {
	for text, want := range map[string]fyne.Size{"1024x768": fyne.NewSize(1024, 768), "1920x1080": fyne.NewSize(1920, 1080)} {
		got, err := parseSize(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got)
	}
	for _, text := range []string{"", "1024", "1024x", "x768", "1024x768x2", "-1024x768", "100x100", "99999x99999", "a x b", "1024х768"} {
		_, err := parseSize(text)
		require.Error(t, err, text)
	}
}

func TestWrongUsageIsToldFromAFailure(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		want int
	}{
		{"an unknown flag", []string{"--colour", "red"}, 2},
		{"a size that is none", []string{"--size", "big"}, 2},
		{"an argument", []string{"now"}, 2},
		{"settings that are not there", []string{"--config", "no-such-file.yaml"}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			var stderr bytes.Buffer
			require.Equal(t, c.want, cli.Run(context.Background(), newRoot(), c.args, &stderr))
			require.Regexp(t, "^error: .+ - .+\n$", stderr.String())
		})
	}
}

func TestTheLookFollowsTheSettings(t *testing.T) {
	require.Equal(t, theme.Theme{}, look(config.Screen{}))
	require.Equal(t, theme.Theme{Dark: true, TextScale: 1.25, Scale: 1.5}, look(config.Screen{Theme: "dark", TextPercent: 125, UnitsPerMM: 6}))
}

func TestTheProbeSaysWhatASnapshotHolds(t *testing.T) {
	var out bytes.Buffer
	newProbe(&out).snapshot(sale.Snapshot{
		Seq: 7, Step: sale.StepSale, Selected: 2, Cashier: &till.Person{Name: "Иванова Анна"},
		Receipt: &till.Receipt{Lines: []till.Line{
			{No: 1, Name: "Хлеб", Price: 52_00, Quantity: 2000, Removed: true},
			{No: 2, Name: "Вода", Price: 45_00, Quantity: 1000, MarkState: till.MarkAllowed, Verdict: marking.Verdict{Source: marking.SourceModule}},
		}, Payments: []till.Payment{{Kind: till.Cash, Kopecks: 20_00}}},
		Stop:   &sale.Stop{Code: till.MarkForbidden, Verdict: &marking.Verdict{Reason: marking.ReasonBlocked}},
		Notice: sale.Notice{Code: sale.NoticeUnchecked},
		Last:   &sale.LastDocument{Kind: "sale", Number: 118, Total: 97_00, Fiscal: till.Fiscal{Document: 5, Sign: 9}},
	})
	require.JSONEq(t, `{"probe":"snapshot","seq":7,"step":"sale","cashier":"Иванова Анна","lines":[
		{"no":1,"name":"Хлеб","millis":2000,"sum_kopecks":0,"mark":"none","source":"","selected":false,"removed":true},
		{"no":2,"name":"Вода","millis":1000,"sum_kopecks":4500,"mark":"allowed","source":"module","selected":true,"removed":false}],
		"total_kopecks":4500,"due_kopecks":2500,"change_kopecks":0,"stop":"M-00","reason":"blocked","notice":"unchecked","suspended":0,
		"last_document":{"kind":"sale","number":118,"fiscal_document":5,"fiscal_sign":9,"total_kopecks":9700}}`, out.String())
}

func TestEveryStepAndEveryStateOfAMarkHasANameForTheProbe(t *testing.T) {
	for s := sale.StepStarting; s <= sale.StepUnknown; s++ {
		require.NotEmpty(t, probed(sale.Snapshot{Step: s}).Step, s)
	}
	for m := till.MarkNone; m <= till.MarkRefused; m++ {
		require.NotEmpty(t, markNames[m], m)
	}
}

func TestAProbeWithoutAReceiptHasEmptyLinesAndTheLastChange(t *testing.T) {
	body, err := json.Marshal(probed(sale.Snapshot{Step: sale.StepSale, At: time.Time{}, Last: &sale.LastDocument{Change: 403_00}}))
	require.NoError(t, err)
	require.Contains(t, string(body), `"lines":[]`)
	require.Contains(t, string(body), `"change_kopecks":40300`)
}
