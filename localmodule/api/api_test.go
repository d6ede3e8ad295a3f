package api_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"kassa/localmodule/api"

	"github.com/stretchr/testify/require"
)

func TestAPriceIsAbsentNullOrAWholeNumber(t *testing.T) {
	for name, tc := range map[string]struct {
		facts api.CodeFacts
		want  string
	}{
		"not asked for": {api.CodeFacts{}, ``},
		"none is known": {api.CodeFacts{MRP: &api.Price{}}, `,"mrp":null`},
		"a known price": {api.CodeFacts{MRP: &api.Price{Kopecks: 20500, Known: true}, SMP: &api.Price{Kopecks: 0, Known: true}}, `,"mrp":20500,"smp":0`},
		"the largest":   {api.CodeFacts{SMP: &api.Price{Kopecks: 1<<63 - 1, Known: true}}, `,"smp":9223372036854775807`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := json.Marshal(tc.facts)
			require.NoError(t, err)
			require.Equal(t, `{"cis":"","gtin":"","isBlocked":false,"isGreyGtin":false,"sold":false`+tc.want+`}`, string(got))
			var back api.CodeFacts
			require.NoError(t, json.Unmarshal(got, &back))
			if tc.facts.MRP != nil && !tc.facts.MRP.Known {
				tc.facts.MRP = nil // null and absent are the same to a reader
			}
			require.Equal(t, tc.facts, back)
		})
	}
	for _, wrong := range []string{`1.5`, `"1"`, `1e3`, `9223372036854775808`, `{}`, `true`} {
		require.Error(t, json.Unmarshal([]byte(wrong), &api.Price{}), wrong)
	}
}

func TestAStatusOfVersion1WithNumbersThatAreUnknown(t *testing.T) {
	var st api.StatusV1
	require.NoError(t, json.Unmarshal([]byte(`{"version":"1.5.2-600","status":"ready","lastSync":"unknown","lastUpdate":1795300000000,"requiresDownload":true,
		"replicationStatus":{"blocked_cis":{"localDocCount":785214,"serverDocCount":"unknown","timeLag":null},"cis":{"timeLag":1.5,"localDocCount":{},"serverDocCount":"12"}},"new":[]}`), &st))
	require.Equal(t, api.StatusV1{Version: "1.5.2-600", Status: "ready", LastUpdate: api.Count{N: 1795300000000, Known: true}, RequiresDownload: true,
		ReplicationStatus: map[string]api.Replication{"blocked_cis": {LocalDocCount: api.Count{N: 785214, Known: true}}, "cis": {ServerDocCount: api.Count{N: 12, Known: true}}}}, st)
	for want, count := range map[string]api.Count{`"unknown"`: {}, `0`: {Known: true}, `-7`: {N: -7, Known: true}} {
		got, err := json.Marshal(count)
		require.NoError(t, err)
		require.Equal(t, want, string(got))
	}
}

func FuzzRequests(f *testing.F) {
	for _, seed := range []string{`{"cis_list":[{"cis":"0104600000000015215AbC","pg":16}]}`, `{"cis_list":["0104600000000015215AbC"]}`,
		`{"token":"t","clearSold":true,"enableGreyList":false}`, `{"cis_list":[]}`, `[]`, `null`, ``, `{"cis_list":{}}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		asked, err1 := api.ReadOutCheck(strings.NewReader(body))
		list, err2 := api.ReadCISList(strings.NewReader(body))
		_, err3 := api.ReadInit(strings.NewReader(body))
		for _, err := range []error{err1, err2, err3} {
			var wrong *api.RequestError
			if err != nil {
				require.True(t, errors.As(err, &wrong))
				require.Contains(t, []int{400, 413}, wrong.Status)
				require.NotEmpty(t, wrong.Message)
			}
		}
		if err1 == nil {
			require.NotEmpty(t, asked)
			require.LessOrEqual(t, len(asked), api.MaxCodes)
		}
		if err2 == nil {
			require.NotEmpty(t, list)
			require.LessOrEqual(t, len(list), api.MaxCodes)
			require.Error(t, err1, "strings and objects are not mixed up")
		}
	})
}
