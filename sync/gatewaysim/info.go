package gatewaysim

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Validity of the module's token, and how long its status is waited for.
const (
	tokenLife      = 24 * time.Hour
	statusPatience = time.Second
)

// info answers who the gateway is and how its module is. Source: marking-check §7.
func (g *Gateway) info(v version) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		info := map[string]any{
			"tspiotId": g.id, "kktSerial": g.o.Printer, "fnSerial": g.o.Drive, "kktInn": g.o.INN,
			"codesCheckTimeout": answerLimit.Milliseconds(),
		}
		if g.o.Module != "" {
			info["lm"] = g.moduleInfo(r.Context(), v)
		}
		if v.wrapped {
			info["codesCheckTimeout"] = asText(info["codesCheckTimeout"])
		}
		writeJSON(w, http.StatusOK, info)
	}
}

// moduleInfo asks the module's status.
func (g *Gateway) moduleInfo(ctx context.Context, v version) map[string]any {
	ctx, cancel := context.WithTimeout(ctx, statusPatience)
	defer cancel()
	version, status, lastSync := g.moduleStatus(ctx)
	lm := map[string]any{
		"version": version, "status": status, "lastSync": lastSync, "token": g.moduleToken,
		"expDate": g.o.Now().Add(tokenLife).UTC().Format(time.RFC3339), "login": g.o.Login, "pass": g.o.Password,
	}
	if u, err := url.Parse(g.o.Module); err == nil {
		lm["ip"] = u.Hostname()
		lm["port"], _ = strconv.Atoi(u.Port()) // 0 without a port
	}
	if v.wrapped {
		lm["lastSync"] = asText(lastSync)
	}
	return lm
}

// moduleStatus is the module's own word; failure when it does not answer.
func (g *Gateway) moduleStatus(ctx context.Context) (version, status string, lastSync int64) {
	const failure = "failure"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, g.o.Module+"/api/v2/status", nil)
	if err != nil {
		return "", failure, 0
	}
	resp, err := g.http.Do(req)
	if err != nil {
		return "", failure, 0
	}
	defer resp.Body.Close()
	var s struct {
		Version  string `json:"version"`
		Status   string `json:"status"`
		LastSync int64  `json:"lastSync"`
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxBody)).Decode(&s); err != nil || resp.StatusCode != http.StatusOK {
		return "", failure, 0
	}
	return s.Version, s.Status, s.LastSync
}
