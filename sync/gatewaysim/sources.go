package gatewaysim

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// How long the gateway waits. Source: marking-check §7.
const (
	centralLimit = 1500 * time.Millisecond // cdnCodesCheckTimeout
	answerLimit  = 1800 * time.Millisecond // then 514
)

// element of codesResponse; the members of its source are passed on as they are.
type element map[string]any

// codes are the facts in it.
func (e element) codes() []map[string]any {
	list, _ := e["codes"].([]any)
	var codes []map[string]any
	for _, c := range list {
		if code, ok := c.(map[string]any); ok {
			codes = append(codes, code)
		}
	}
	return codes
}

// said is what one source came to; status is http.StatusOK when element is to be passed on.
type said struct {
	element element
	status  int
}

// ask asks centre and module about one code at the same time.
func (g *Gateway) ask(ctx context.Context, code asked) (element, int) {
	ctx, cancel := context.WithCancel(ctx)
	centre, module := make(chan said, 1), make(chan said, 1) // each source answers once
	var asking sync.WaitGroup
	defer asking.Wait()
	defer cancel()
	asking.Go(func() {
		ctx, cancel := context.WithTimeout(ctx, centralLimit)
		defer cancel()
		centre <- g.askCentral(ctx, code)
	})
	asking.Go(func() { module <- g.askModule(ctx, code) })
	if s := <-centre; s.status == http.StatusOK || s.status == statusEmergency {
		return s.element, s.status
	}
	s := <-module
	return s.element, s.status
}

// askCentral asks codes/check. Source: guide v17 §1.5 (marking-check §2.6).
func (g *Gateway) askCentral(ctx context.Context, code asked) said {
	if g.o.Central == "" {
		return said{status: statusNobody}
	}
	body := map[string]any{"codes": []string{code.km}, "fiscalDriveNumber": g.o.Drive}
	e, status, err := g.post(ctx, g.o.Central+"/api/v4/true-api/codes/check", body, func(r *http.Request) {
		r.Header.Set("X-API-KEY", g.o.Token)
	})
	if status == statusEmergency {
		return said{status: statusEmergency}
	}
	if err != nil || !isZero(e["code"]) {
		g.o.Log.Warn("no answer of the centre", "status", status, "error", err)
		return said{status: statusNobody}
	}
	e["isCheckedOffline"] = false
	return said{e, http.StatusOK}
}

// askModule asks outCheck. Source: guide v17 §2.6.3 (marking-check §4.4).
func (g *Gateway) askModule(ctx context.Context, code asked) said {
	if g.o.Module == "" {
		return said{status: statusNobody}
	}
	one := map[string]any{"cis": kiOf(code.km)}
	if code.pg != 0 {
		one["pg"] = code.pg
	}
	answer, status, err := g.post(ctx, g.o.Module+"/api/v2/cis/outCheck", map[string]any{"cis_list": []any{one}}, func(r *http.Request) {
		r.SetBasicAuth(g.o.Login, g.o.Password)
		r.Header.Set("X-ClientId", g.o.Drive)
	})
	if err != nil {
		g.o.Log.Warn("no answer of the module", "status", status, "error", err)
		return said{status: statusNobody}
	}
	results, _ := answer["results"].([]any)
	if len(results) != 1 {
		return said{status: statusNobody}
	}
	result, ok := results[0].(map[string]any)
	if !ok || !isZero(result["code"]) {
		return said{status: statusNobody}
	}
	return said{offline(result), http.StatusOK}
}

// offline makes an element of a module's answer. What a module cannot know is told as false, as observed
// (marking-check §3.1).
func offline(result map[string]any) element {
	e := element{"isCheckedOffline": true}
	for _, member := range []string{"code", "description", "codes", "reqId", "reqTimestamp", "inst", "version"} {
		e[member] = result[member]
	}
	for _, code := range e.codes() {
		for _, flag := range []string{"found", "valid", "verified", "realizable", "utilised"} {
			code[flag] = false
		}
		code["printView"], code["groupIds"], code["ogvs"] = code["cis"], []int{}, []string{}
	}
	return e
}

// post sends JSON and reads the answer; an error is everything but HTTP 200 with an object.
func (g *Gateway) post(ctx context.Context, url string, body any, sign func(*http.Request)) (answer element, status int, err error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(body); err != nil {
		return nil, 0, fmt.Errorf("write question: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, &b)
	if err != nil {
		return nil, 0, fmt.Errorf("make question: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	sign(req)
	resp, err := g.http.Do(req)
	if err != nil {
		return nil, 0, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, resp.StatusCode, errors.New(resp.Status)
	}
	d := json.NewDecoder(io.LimitReader(resp.Body, maxBody))
	d.UseNumber() // numbers are passed on as they came
	if err := d.Decode(&answer); err != nil || answer == nil {
		return nil, resp.StatusCode, fmt.Errorf("read answer: %w", err)
	}
	return answer, resp.StatusCode, nil
}

func isZero(code any) bool {
	n, ok := code.(json.Number)
	return ok && n == "0"
}

// kiOf cuts a КМ at its first GS; the pack of tobacco, 29 characters without one, at the 21st
// (marking-check §3.4).
func kiOf(km string) string {
	ki, _, hasGS := strings.Cut(km, "\x1d")
	if !hasGS && len(km) == 29 {
		return km[:21]
	}
	return ki
}
