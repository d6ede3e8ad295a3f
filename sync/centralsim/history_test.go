package centralsim_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTheHistoryOfAnswersIsGivenBack(t *testing.T) {
	w := newWorld(t)
	const history = "/api/v4/true-api/codes/check/history/"
	create := func(body string) (int, map[string]any) {
		status, data := send(t, http.MethodPost, w.url+history+"create", body, "X-API-KEY", "k", "Content-Type", "application/json")
		return status, object(t, data)
	}
	receive := func(id any) (int, map[string]any) {
		status, data := send(t, http.MethodGet, fmt.Sprint(w.url+history+"receive?queryId=", id), "", "X-API-KEY", "k")
		return status, object(t, data)
	}
	answer := w.check(km)
	at := int64(answer["reqTimestamp"].(float64))
	w.lab(http.MethodPut, "/lab/history", `{"takes_ms":90000}`)
	status, made := create(fmt.Sprintf(`{"requests":[{"reqId":"%s","reqTimestamp":%d},{"reqId":"%s","reqTimestamp":1},{"reqId":"x","reqTimestamp":%d}]}`,
		answer["reqId"], at, answer["reqId"], at))
	require.Equal(t, 202, status)

	status, got := receive(made["queryId"])
	require.Equal(t, 200, status)
	require.Equal(t, "IN_PROGRESS", got["queryStatus"])
	w.now = w.now.Add(59 * time.Second)
	status, _ = receive(made["queryId"])
	require.Equal(t, 429, status)
	status, _ = create(`{"requests":[{"reqId":"x","reqTimestamp":1}]}`)
	require.Equal(t, 429, status)

	w.now = w.now.Add(31 * time.Second)
	status, got = receive(made["queryId"])
	require.Equal(t, 200, status)
	require.Equal(t, "DONE", got["queryStatus"])
	result := got["result"].([]any)
	require.Len(t, result, 3)
	first := result[0].(map[string]any)
	require.Equal(t, "FOUND", first["searchStatus"])
	delete(first, "searchStatus")
	require.Equal(t, answer, first)
	require.Equal(t, "NOT_FOUND", result[1].(map[string]any)["searchStatus"], "another time")
	require.Equal(t, "NOT_FOUND", result[2].(map[string]any)["searchStatus"])

	w.now = w.now.Add(time.Minute)
	status, _ = receive("unknown")
	require.Equal(t, 404, status)
	for _, body := range []string{`{}`, `[]`, ``, `{"requests":[` + strings.Repeat(`{"reqId":"x"},`, 100) + `{"reqId":"x"}]}`} {
		status, _ = create(body)
		require.Equal(t, 400, status, "%.30s", body)
	}
}
