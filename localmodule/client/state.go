package client

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"kassa/app/marking"
	"kassa/localmodule/api"
)

// State is the module's own word about itself.
type State struct {
	Fault  marking.Fault // none: ready
	Detail string        // for the log
	INN    string        // of its owner, empty when it does not tell
	DataAt time.Time     // when its data were issued; of an official module, when it last synced. Zero: not known
}

// State asks the module how it is, in the version it speaks, and finds out which one that is. It needs no
// login there, so FaultNone does not vouch for ours.
func (c *Client) State(ctx context.Context) State {
	var s State
	var version string
	var err error
	for _, path := range c.statusPaths() {
		s, version, err = c.status(ctx, path)
		if err == nil {
			c.learn(path, version)
			return s
		}
		if !notThere(err) {
			break
		}
	}
	c.lookAgain()
	return State{Fault: faultOf(err), Detail: err.Error()}
}

// status asks for the status in one version; version is that of the module's program.
func (c *Client) status(ctx context.Context, path string) (s State, version string, err error) {
	q := question{method: http.MethodGet, path: path, good: http.StatusOK}
	if path == api.PathStatusV1 {
		var st api.StatusV1
		if _, err := c.ask(ctx, q, &st); err != nil {
			return State{}, "", err
		}
		s = stateOf(st.Status, st.INN)
		if st.LastSync.N > 0 {
			s.DataAt = time.UnixMilli(st.LastSync.N).UTC()
		}
		if s.Fault == marking.FaultNone && st.RequiresDownload {
			// What it means beside «ready» is not documented; the cautious reading.
			s.Fault, s.Detail = marking.FaultNotReady, "ready, but requires a download"
		}
		return s, st.Version, nil
	}
	var st api.Status
	if _, err := c.ask(ctx, q, &st); err != nil {
		return State{}, "", err
	}
	s = stateOf(st.Status, st.INN)
	switch {
	case st.DataAt != nil && *st.DataAt > 0:
		s.DataAt = time.UnixMilli(*st.DataAt).UTC()
	case st.DataAt == nil && st.LastSync > 0:
		s.DataAt = time.UnixMilli(st.LastSync).UTC()
	}
	return s, st.Version, nil
}

// stateOf reads the one word of a status.
func stateOf(status, inn string) State {
	s := State{INN: inn}
	switch status {
	case api.StatusReady:
	case api.StatusSyncError:
		s.Fault, s.Detail = marking.FaultStale, status
	case api.StatusNotConfigured, api.StatusInitialization, api.StatusFailure:
		s.Fault, s.Detail = marking.FaultNotReady, status
	default:
		s.Fault, s.Detail = marking.FaultGarbage, fmt.Sprintf("status %.40q", status)
	}
	return s
}
