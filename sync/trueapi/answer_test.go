package trueapi

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
)

const guideAnswer = `{"code":0,"description":"ok","codes":[{"cis":"0104600000000015215AbC!d993Zz9Q","valid":true,
 "printView":"0104600000000015215AbC!d9","gtin":"04600000000015","groupIds":[15],"verified":true,"found":true,
 "realizable":true,"utilised":true,"isBlocked":false,"expireDate":"2027-03-01T00:00:00.000Z",
 "productionDate":"2026-03-01T00:00:00.000Z","isOwner":true,"errorCode":0,"isTracking":false,"sold":false,
 "packageType":"UNIT","producerInn":"7700000009","grayZone":false}],
 "reqId":"5d0c1c0e-0a4e-4a55-9a0b-6f0f7c1d2e3f","reqTimestamp":1795300000123}`

const guideCode = "0104600000000015215AbC!d9\x1d93Zz9Q"

func TestAnAnswerThatSaysNothingIsNoAnswer(t *testing.T) {
	for _, c := range []struct {
		name, old, new string
	}{
		{"an empty body", guideAnswer, ""},
		{"half of it", guideAnswer, guideAnswer[:200]},
		{"null", guideAnswer, "null"},
		{"an array", guideAnswer, "[]"},
		{"two answers", guideAnswer, guideAnswer + guideAnswer},
		{"codes are absent", `"codes"`, `"kodes"`},
		{"a code that is null", guideAnswer, `{"codes":[null],"reqId":"a","reqTimestamp":1}`},
		{"two codes", `"codes":[`, `"codes":[{"found":true},`},
		{"found is absent", `"found":true,`, ``},
		{"found is a text", `"found":true`, `"found":"true"`},
		{"found is null", `"found":true`, `"found":null`},
		{"no reqId", `"reqId"`, `"id"`},
		{"a reqId that would change the tag", `5d0c1c0e-0a4e`, `5d0c&Time=1`},
		{"a reqId without end", `5d0c1c0e`, strings.Repeat("5", 100)},
		{"no time", `1795300000123`, `0`},
		{"a price with parts of a kopeck", `"sold":false`, `"sold":false,"mrp":100.5`},
		{"a negative price", `"sold":false`, `"sold":false,"mrp":-1`},
		{"a price beyond money", `"sold":false`, `"sold":false,"smp":9223372036854775808`},
		{"a price with an exponent", `"sold":false`, `"sold":false,"smp":1e400`},
		{"a negative number of packs", `"sold":false`, `"sold":false,"packageQuantity":-1`},
		{"a parent without end", `"sold":false`, `"sold":false,"parent":"` + strings.Repeat("1", marking.MaxScan+1) + `"`},
		{"an answer of a module", `"sold":false`, `"sold":false}],"isCheckedOffline":true,"inst":"1","version":"2","x":[{"isBlocked":false`},
		{"an error inside", `"code":0`, `"code":401`},
		{"an error that is a text", `"code":0`, `"code":"401"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := strings.Replace(guideAnswer, c.old, c.new, 1)
			require.NotEqual(t, guideAnswer, body)
			_, err := decodeCheck([]byte(body), guideCode)
			require.NotNil(t, err)
			require.Equal(t, marking.FaultGarbage, err.Fault, err)
		})
	}
}

func TestAnswersAboutSeveralCodesAreMatchedByPosition(t *testing.T) {
	const other = "0104600000000022215kT7!aZ\x1d93Zz9Q"
	bare := []string{withoutGS(guideCode), withoutGS(other)}
	for _, c := range []struct {
		name, first, second string
		good                bool
	}{
		{"echoes without GS", bare[0], bare[1], true},
		{"no echoes", "", "", true},
		{"echoes in a form of their own", "[01]04600000000015", "x", true},
		{"echoes in another order", bare[1], bare[0], false},
		{"one code twice", bare[0], bare[0], false},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := `{"codes":[{"cis":"` + c.first + `","found":true},{"cis":"` + c.second + `","found":false}],"reqId":"5d0c1c0e","reqTimestamp":1}`
			answers, err := decodeCheck([]byte(body), guideCode, other)
			if !c.good {
				require.NotNil(t, err)
				require.Equal(t, marking.FaultGarbage, err.Fault)
				return
			}
			require.Nil(t, err)
			require.True(t, *answers[0].Found)
			require.False(t, *answers[1].Found)
		})
	}
}

func TestAbsentIsNotFalse(t *testing.T) {
	answers, err := decodeCheck([]byte(`{"codes":[{"found":true,"mrp":null,"groupIds":null}],"reqId":"5d0c1c0e","reqTimestamp":1}`), guideCode)
	require.Nil(t, err)
	a := answers[0]
	require.True(t, *a.Found)
	for _, p := range []*bool{a.Valid, a.Verified, a.Realizable, a.Utilised, a.Blocked, a.Owner, a.Tracking, a.Sold, a.GreyZone} {
		require.Nil(t, p)
	}
	require.Nil(t, a.MRP)
	require.Nil(t, a.SMP)
}

func FuzzDecodeCheck(f *testing.F) {
	f.Add([]byte(guideAnswer))
	f.Add([]byte(`{"code":5000,"description":"x"}`))
	f.Add([]byte(`{"codes":[{"found":true,"mrp":20500.0,"smp":null,"ogvs":["RAR"]}],"reqId":"0","reqTimestamp":1}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		answers, err := decodeCheck(body, guideCode)
		if err != nil {
			require.NotEqual(t, marking.FaultNone, err.Fault)
			require.NotEmpty(t, err.Error())
			return
		}
		require.Len(t, answers, 1)
		a := answers[0]
		require.True(t, a.Answered())
		require.LessOrEqual(t, len(a.Parent), marking.MaxScan)
		require.NotNil(t, a.Found)
		require.Positive(t, a.ReqTimestamp)
		require.NotEmpty(t, a.ReqID)
		require.NotContains(t, a.ReqID, "&")
		for _, sum := range []bool{a.MRP == nil || *a.MRP >= 0, a.SMP == nil || *a.SMP >= 0} {
			require.True(t, sum)
		}
	})
}

func FuzzDecodeHistory(f *testing.F) {
	keys := []HistoryKey{{ReqID: "5d0c1c0e", ReqTimestamp: 1}}
	f.Add([]byte(`{"queryStatus":"IN_PROGRESS"}`))
	f.Add([]byte(`{"queryStatus":"DONE","result":[{"searchStatus":"FOUND","reqId":"5d0c1c0e","reqTimestamp":1,"codes":[{"gtin":"04600000000015","found":true}]}]}`))
	f.Add([]byte(`{"queryStatus":"DONE","result":[{"searchStatus":"FOUND","reqId":"5d0c1c0e","reqTimestamp":1,"codes":[null]}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		answers, done, err := decodeHistory(body, keys)
		if err != nil || !done {
			require.Empty(t, answers)
			return
		}
		require.Len(t, answers, 1)
		require.Equal(t, keys[0], answers[0].HistoryKey)
	})
}
