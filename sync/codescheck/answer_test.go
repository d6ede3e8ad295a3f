package codescheck_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
	"kassa/app/money"
	"kassa/sync/codescheck"
)

const online = `{"code":0,"description":"ok","codes":[{"cis":"0104600000000015215AbC!d993Zz9Q","valid":true,
 "printView":"0104600000000015215AbC!d9","gtin":"04600000000015","groupIds":[15],"verified":true,"found":true,
 "realizable":true,"utilised":true,"isBlocked":false,"ogvs":["RAR"],"expireDate":"2027-03-01T00:00:00.000Z","mrp":20500,"smp":15300.0,
 "productionDate":"2026-03-01T00:00:00.000Z","isOwner":true,"errorCode":0,"message":"m","isTracking":false,"sold":false,
 "packageType":"GROUP","packageQuantity":10,"parent":"p","producerInn":"7700000009","grayZone":false,"isGreyGtin":true}],
 "reqId":"5d0c1c0e-0a4e-4a55-9a0b-6f0f7c1d2e3f","reqTimestamp":1795300000123}`

// offline is what a gateway of version 1 says from its module: flags it cannot know are false, numbers of 64
// bits are text (marking-check §3.1, §7).
const offline = `{"code":0,"codes":[{"cis":"0104600000000015215AbC!d9","found":false,"valid":false,"printView":"0104600000000015215AbC!d9",
 "gtin":"04600000000015","groupIds":[],"verified":false,"realizable":false,"utilised":false,"isBlocked":true,"isGreyGtin":true,"ogvs":[]}],
 "reqId":"9b7e0c52-0000-4000-8000-000000000001","reqTimestamp":"1795300002000","isCheckedOffline":true,
 "version":"a1b2c3d4-0000-4111-8222-333344445555","inst":"0f1e2d3c-4b5a-4678-9abc-def012345678"}`

func read(body string, asked int) ([]marking.OnlineAnswer, error) {
	var a codescheck.Answer
	if err := json.Unmarshal([]byte(body), &a); err != nil {
		return nil, err
	}
	return a.Read(asked)
}

func TestEveryMemberBecomesAFact(t *testing.T) {
	yes, no := true, false
	mrp, smp := money.Kopecks(20500), money.Kopecks(15300)
	got, err := read(online, 1)
	require.NoError(t, err)
	want := marking.OnlineAnswer{
		ReqID: "5d0c1c0e-0a4e-4a55-9a0b-6f0f7c1d2e3f", ReqTimestamp: 1795300000123,
		Found: &yes, Valid: &yes, Verified: &yes, Realizable: &yes, Utilised: &yes, Blocked: &no, Owner: &yes, Tracking: &no, Sold: &no, GreyZone: &no,
		Groups: []marking.ProductGroup{marking.Beer}, Authorities: []string{"RAR"}, ExpireDate: "2027-03-01T00:00:00.000Z",
		MRP: &mrp, SMP: &smp, PackageQuantity: 10, PackageType: "GROUP", Parent: "p", Message: "m",
	}
	require.Equal(t, []marking.OnlineAnswer{want}, got)

	asText := online
	for _, number := range []string{"1795300000123", `"errorCode":0`, "20500", `"packageQuantity":10`, "[15]", `"code":0`} {
		value := number[strings.IndexAny(number, "0123456789"):]
		value = strings.TrimSuffix(value, "]")
		asText = strings.Replace(asText, number, strings.Replace(number, value, `"`+value+`"`, 1), 1)
	}
	require.Contains(t, asText, `"groupIds":["15"]`)
	require.Contains(t, asText, `"reqTimestamp":"1795300000123"`)
	got, err = read(asText, 1)
	require.NoError(t, err)
	require.Equal(t, []marking.OnlineAnswer{want}, got, "numbers as text say the same")
}

func TestAnAnswerOfAModuleIsMarkedOffline(t *testing.T) {
	yes, no := true, false
	got, err := read(offline, 1)
	require.NoError(t, err)
	require.Equal(t, []marking.OnlineAnswer{{
		ReqID: "9b7e0c52-0000-4000-8000-000000000001", ReqTimestamp: 1795300002000, Offline: true,
		Inst: "0f1e2d3c-4b5a-4678-9abc-def012345678", Version: "a1b2c3d4-0000-4111-8222-333344445555",
		Found: &no, Valid: &no, Verified: &no, Realizable: &no, Utilised: &no, Blocked: &yes, GreyGTIN: &yes, Authorities: []string{},
	}}, got)
}

func TestCodesAreMatchedByPosition(t *testing.T) {
	got, err := read(`{"codes":[{"found":true},{"found":false,"errorCode":10}],"reqId":"5d0c1c0e","reqTimestamp":1}`, 2)
	require.NoError(t, err)
	require.True(t, *got[0].Found)
	require.Equal(t, 10, got[1].ErrorCode)
}

func TestAbsentIsNotFalse(t *testing.T) {
	got, err := read(`{"codes":[{"found":true,"mrp":null,"groupIds":null,"errorCode":null,"packageQuantity":null}],"reqId":"5d0c1c0e","reqTimestamp":1}`, 1)
	require.NoError(t, err)
	a := got[0]
	for _, p := range []*bool{a.Valid, a.Verified, a.Realizable, a.Utilised, a.Blocked, a.Owner, a.Tracking, a.Sold, a.GreyZone, a.GreyGTIN} {
		require.Nil(t, p)
	}
	require.Nil(t, a.MRP)
	require.Nil(t, a.SMP)
}

func TestAnAnswerThatSaysNothingIsNoAnswer(t *testing.T) {
	for _, c := range []struct{ name, body, old, new string }{
		{"codes are absent", online, `"codes"`, `"kodes"`},
		{"a code that is null", online, online, `{"codes":[null],"reqId":"a","reqTimestamp":1}`},
		{"two codes", online, `"codes":[`, `"codes":[{"found":true},`},
		{"found is absent", online, `"found":true,`, ``},
		{"found is a text", online, `"found":true`, `"found":"true"`},
		{"found is a number", online, `"found":true`, `"found":1`},
		{"no reqId", online, `"reqId"`, `"id"`},
		{"a reqId that would change the tag", online, `5d0c1c0e-0a4e`, `5d0c&Time=1`},
		{"a reqId without end", online, `5d0c1c0e`, strings.Repeat("5", 100)},
		{"no time", online, `1795300000123`, `0`},
		{"a time that is a word", online, `1795300000123`, `"now"`},
		{"a time that is an empty text", online, `1795300000123`, `""`},
		{"a time with an exponent", online, `1795300000123`, `1e12`},
		{"a time beyond 64 bits", online, `1795300000123`, `"9223372036854775808"`},
		{"a price with parts of a kopeck", online, `20500`, `100.5`},
		{"a price as text with parts of a kopeck", online, `20500`, `"100.5"`},
		{"a negative price", online, `20500`, `-1`},
		{"a price beyond money", online, `20500`, `9223372036854775808`},
		{"a negative number of packs", online, `"packageQuantity":10`, `"packageQuantity":"-1"`},
		{"a group that there cannot be", online, `[15]`, `[65536]`},
		{"an error inside", online, `"code":0`, `"code":"401"`},
		{"offline without isBlocked", offline, `"isBlocked":true,`, ``},
		{"offline without the instance", offline, `"inst"`, `"x"`},
		{"offline with a version that would change the tag", offline, `a1b2c3d4`, `a&Inst=1`},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := strings.Replace(c.body, c.old, c.new, 1)
			require.NotEqual(t, c.body, body)
			_, err := read(body, 1)
			require.Error(t, err)
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add(online)
	f.Add(offline)
	f.Add(`{"code":5000,"description":"x"}`)
	f.Add(`{"codes":[{"found":true,"mrp":20500.0,"smp":"1","ogvs":["RAR"]}],"reqId":"0","reqTimestamp":"1"}`)
	f.Fuzz(func(t *testing.T, body string) {
		got, err := read(body, 1)
		if err != nil {
			return
		}
		require.Len(t, got, 1)
		a := got[0]
		require.True(t, a.Answered())
		require.Positive(t, a.ReqTimestamp)
		require.NotEmpty(t, a.ReqID)
		require.NotContains(t, a.ReqID+a.Inst+a.Version, "&")
		require.True(t, a.MRP == nil || *a.MRP >= 0)
		require.True(t, a.SMP == nil || *a.SMP >= 0)
		if a.Offline {
			require.NotNil(t, a.Blocked)
			require.NotEmpty(t, a.Inst)
			require.NotEmpty(t, a.Version)
		} else {
			require.NotNil(t, a.Found)
		}
	})
}
