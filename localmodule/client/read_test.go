package client

import (
	"encoding/json"
	"testing"

	"kassa/localmodule/api"

	"github.com/stretchr/testify/require"
)

func FuzzAnswersOfVersion1(f *testing.F) {
	const ki = "0104600000000015215AbC!d9"
	f.Add([]byte(`{"code":0,"description":"ok","reqId":"9b7e0c52-0000-4000-8000-000000000001","reqTimestamp":1795300002000,
		"inst":"0f1e2d3c-4b5a-4678-9abc-def012345678","version":"a1b2c3d4-0000-4111-8222-333344445555",
		"codes":[{"cis":"0104600000000015215AbC!d9","gtin":"04600000000015","isBlocked":true,"isGreyGtin":false,"mrp":null,"smp":15300}]}`))
	f.Add([]byte(`{"ver":"a1b2c3d4-0000-4111-8222-333344445555","codes":[null]}`))
	f.Add([]byte(`{"version":"1.5.2-600","status":"ready","lastSync":"unknown","replicationStatus":{"cis":{"timeLag":"unknown"}}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var answer api.OutCheckAnswerV1
		if json.Unmarshal(body, &answer) == nil {
			a, err := readV1(answer, ki)
			if err == nil {
				for _, id := range []string{a.ReqID, a.Inst, a.Version} {
					require.Len(t, id, 36)
				}
				require.Positive(t, a.ReqTimestamp)
				require.True(t, a.MRP == nil || *a.MRP >= 0)
				require.True(t, a.SMP == nil || *a.SMP >= 0)
			} else {
				require.NotZero(t, faultOf(err))
			}
		}
		var status api.StatusV1
		if json.Unmarshal(body, &status) == nil {
			for _, r := range status.ReplicationStatus {
				require.True(t, r.TimeLag.Known || r.TimeLag.N == 0, "an unknown number is none")
			}
		}
	})
}
