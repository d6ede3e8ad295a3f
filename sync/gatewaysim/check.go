package gatewaysim

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

const (
	maxBody  = 1 << 20 // bytes of a request
	maxCodes = 100
	// Statuses of the gateway (marking-check §7).
	statusEmergency = http.StatusNonAuthoritativeInfo
	statusDriveBusy = 407
	statusNobody    = 514
)

// asked is one code of a request.
type asked struct {
	km string
	pg int // product group, 0 when not told
}

// check answers codes/check.
func (g *Gateway) check(v version) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		codes, err := readCheck(http.MaxBytesReader(w, r.Body, maxBody), v)
		if err != nil {
			refuse(w, http.StatusBadRequest, err.Error())
			return
		}
		if !g.drive.TryLock() {
			refuse(w, statusDriveBusy, "Работа с маркированными товарами временно заблокирована")
			return
		}
		defer g.drive.Unlock()
		ctx, cancel := context.WithTimeout(r.Context(), answerLimit)
		defer cancel()
		list := make([]element, 0, len(codes))
		for _, code := range codes {
			e, status := g.ask(ctx, code)
			switch {
			case status == statusEmergency:
				refuse(w, status, "Аварийная ситуация ГИС МТ")
				return
			case status != http.StatusOK:
				refuse(w, status, "Нет ответа от ГИС МТ и ЛМ ЧЗ")
				return
			}
			list = append(list, e)
		}
		writeJSON(w, http.StatusOK, v.answer(list))
	}
}

// readCheck reads a request of the version.
func readCheck(body io.Reader, v version) ([]asked, error) {
	var req struct {
		Codes  []json.RawMessage `json:"codes"`
		Client struct {
			Name string `json:"name"`
			ID   string `json:"id"`
		} `json:"client_info"`
	}
	d := json.NewDecoder(body)
	if err := d.Decode(&req); err != nil {
		return nil, errors.New("body is not the JSON of this method")
	}
	switch {
	case len(req.Codes) == 0 || len(req.Codes) > maxCodes:
		return nil, fmt.Errorf("codes: 1 to %d", maxCodes)
	case req.Client.Name == "" || req.Client.ID == "":
		return nil, errors.New("client_info: name and id are needed")
	}
	codes := make([]asked, len(req.Codes))
	for i, raw := range req.Codes {
		var err error
		if codes[i], err = v.readCode(raw); err != nil {
			return nil, fmt.Errorf("codes[%d]: %w", i, err)
		}
	}
	return codes, nil
}

// readCode reads one element of codes: base64 of the КМ with GS.
func (v version) readCode(raw json.RawMessage) (asked, error) {
	var object struct {
		CIS string `json:"cis"`
		PG  int    `json:"pg"`
	}
	var into any = &object.CIS
	if v.objects {
		into = &object
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return asked{}, errors.New("not of this version's form")
	}
	km, err := base64.StdEncoding.DecodeString(object.CIS)
	if err != nil || len(km) == 0 {
		return asked{}, errors.New("not in base64")
	}
	return asked{km: string(km), pg: object.PG}, nil
}

// answer puts elements into the version's form.
func (v version) answer(list []element) map[string]any {
	if !v.wrapped {
		return map[string]any{"codesResponse": list}
	}
	for _, e := range list {
		e["reqTimestamp"] = asText(e["reqTimestamp"])
		for _, code := range e.codes() {
			delete(code, "isGreyGtin") // its gRPC knows no such member
		}
	}
	return map[string]any{"codesResponse": map[string]any{"codesResponse": list}}
}

// asText writes a number of 64 bits as JSON of gRPC does.
func asText(number any) any {
	switch n := number.(type) {
	case json.Number:
		return n.String()
	case int64:
		return strconv.FormatInt(n, 10)
	}
	return number
}
