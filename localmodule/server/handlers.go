package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"kassa/app/feed"
	"kassa/localmodule/api"
	"kassa/localmodule/cache"

	"github.com/google/uuid"
)

// getStatus needs no login, so the last error stays out: it names folders and addresses.
func (s *Server) getStatus(w http.ResponseWriter, _ *http.Request) {
	st := s.Status()
	st.LastError = ""
	writeJSON(w, http.StatusOK, st)
}

func (s *Server) getReady(w http.ResponseWriter, _ *http.Request) {
	name, _ := s.state()
	if name != api.StatusReady {
		plain(w, http.StatusServiceUnavailable, name)
		return
	}
	plain(w, http.StatusOK, name)
}

// whenReady answers checks in any other state with 400 and the state's code. Source: guide v17 §2.6.3.
func (s *Server) whenReady(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch name, _ := s.state(); name {
		case api.StatusReady:
			next(w, r)
		case api.StatusSyncError:
			writeJSON(w, http.StatusBadRequest, api.Error{ErrorCode: api.ErrorStale, Message: "the data are older than 72 h: " + name})
		default:
			writeJSON(w, http.StatusBadRequest, api.Error{ErrorCode: api.ErrorNotReady, Message: "not ready: " + name})
		}
	}
}

// postInit takes a new token and may wipe the sold base; a sync follows. The owner itself is set up by the
// command on this computer only.
func (s *Server) postInit(w http.ResponseWriter, r *http.Request) {
	req, err := api.ReadInit(r.Body)
	if err == nil && req.EnableGreyList {
		err = &api.RequestError{Status: http.StatusBadRequest, Message: "the grey list is not offered"}
	}
	if err != nil {
		refuse(w, err)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), soldPatience)
	defer cancel()
	err = s.cache.SetToken(ctx, req.Token)
	switch {
	case errors.Is(err, cache.ErrToken):
		refuse(w, &api.RequestError{Status: http.StatusBadRequest, Message: "member \"token\" is missing or unfit"})
		return
	case errors.Is(err, cache.ErrNoOwner):
		writeJSON(w, http.StatusBadRequest, api.Error{ErrorCode: api.ErrorNotReady, Message: "not ready: " + api.StatusNotConfigured})
		return
	}
	if err == nil && req.ClearSold {
		_, err = s.cache.ForgetSold(ctx, true)
	}
	if err != nil {
		s.broken(ctx, w, err)
		return
	}
	if s.sync != nil {
		s.sync.Kick()
	}
	writeJSON(w, http.StatusOK, struct{}{})
}

func (s *Server) postOutCheck(w http.ResponseWriter, r *http.Request) {
	asked, err := api.ReadOutCheck(r.Body)
	if err != nil {
		refuse(w, err)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), checkPatience)
	defer cancel()
	answer, err := s.outCheck(ctx, asked)
	if err != nil {
		s.broken(ctx, w, err)
		return
	}
	writeJSON(w, http.StatusOK, answer)
}

// outCheck looks up every code in one version of the data.
func (s *Server) outCheck(ctx context.Context, asked []api.Asked) (api.OutCheckAnswer, error) {
	view, err := s.cache.View()
	if err != nil {
		return api.OutCheckAnswer{}, err
	}
	defer view.Close()
	owner, _ := s.cache.Owner()
	common := api.Result{Description: "ok", ReqTimestamp: s.cache.Now().UnixMilli(), Inst: owner.Inst, Version: view.Version(),
		DataTimestamp: milli(view.DataAt())}
	answer := api.OutCheckAnswer{Results: make([]api.Result, 0, len(asked))}
	for _, a := range asked {
		result := common
		result.ReqID = uuid.NewString()
		gtin, serial, err := splitCIS(a.CIS)
		if err != nil {
			result.Code, result.Description = http.StatusBadRequest, "cis is no code: 01+GTIN+21+serial, or the first 21 characters of a tobacco pack"
			answer.Results = append(answer.Results, result)
			continue
		}
		facts, err := view.Look(ctx, gtin, serial)
		if err != nil {
			return api.OutCheckAnswer{}, err
		}
		code := api.CodeFacts{CIS: a.CIS, GTIN: facts.GTIN, IsBlocked: facts.Blocked, Sold: facts.Sold}
		if a.PG == nicotine {
			code.MRP = &api.Price{} // null: no minimum price is known here
		}
		result.Codes = []api.CodeFacts{code}
		answer.Results = append(answer.Results, result)
	}
	return answer, nil
}

// nicotine is the only product group (pg) that changes an answer. Source: guide v17 §2.6.3.
const nicotine = 16

// splitCIS takes a КИ apart. Clients are told to cut a code at its first GS; one that did not is understood all the same.
func splitCIS(cis string) (gtin, serial string, err error) {
	ki, _, _ := strings.Cut(cis, "\x1d")
	return feed.ParseKI(ki)
}

func (s *Server) postSell(w http.ResponseWriter, r *http.Request) {
	s.change(w, r, http.StatusCreated, func(ctx context.Context, items []cache.Item) ([]bool, error) {
		if err := s.cache.Sell(ctx, items); err != nil {
			return nil, err
		}
		all := make([]bool, len(items)) // a second sale of a code is a success too: the till may repeat itself
		for i := range all {
			all[i] = true
		}
		return all, nil
	})
}

func (s *Server) postReturn(w http.ResponseWriter, r *http.Request) {
	s.change(w, r, http.StatusOK, s.cache.Return)
}

// change reads a list of КИ, does the work for those that are one and answers for each in the order asked.
func (s *Server) change(w http.ResponseWriter, r *http.Request, good int, work func(context.Context, []cache.Item) ([]bool, error)) {
	list, err := api.ReadCISList(r.Body)
	if err != nil {
		refuse(w, err)
		return
	}
	answer := api.SoldAnswer{Results: make([]api.SoldResult, len(list))}
	var items []cache.Item
	var places []int
	for i, cis := range list {
		answer.Results[i].CIS = cis
		if gtin, serial, err := splitCIS(cis); err == nil {
			items, places = append(items, cache.Item{GTIN: gtin, Serial: serial}), append(places, i)
		}
	}
	ctx, cancel := context.WithTimeout(r.Context(), soldPatience)
	defer cancel()
	done, err := work(ctx, items)
	if err != nil {
		s.broken(ctx, w, err)
		return
	}
	for i, place := range places {
		answer.Results[place].Success = done[i]
	}
	writeJSON(w, good, answer)
}

// broken answers for a fault of ours. A look-up that does not work ends the state ready until a probe works
// again; a caller who has gone or the end of a request's time is no such fault.
func (s *Server) broken(ctx context.Context, w http.ResponseWriter, err error) {
	switch {
	case ctx.Err() != nil:
		s.log.Warn("request was not answered in time", "error", err)
		w.Header().Set("Retry-After", "1")
		writeJSON(w, http.StatusServiceUnavailable, api.Error{Message: "not answered in time"})
	case errors.Is(err, cache.ErrNotLoaded): // dropped between the look at the state and the look-up
		writeJSON(w, http.StatusBadRequest, api.Error{ErrorCode: api.ErrorNotReady, Message: "not ready: " + api.StatusInitialization})
	default:
		s.log.Error("request failed", "error", err)
		s.health.set(err)
		writeJSON(w, http.StatusInternalServerError, api.Error{Message: "the module's data cannot be used"})
	}
}

// refuse answers a request that is wrong.
func refuse(w http.ResponseWriter, err error) {
	status := http.StatusBadRequest
	var wrong *api.RequestError
	if errors.As(err, &wrong) {
		status = wrong.Status
	}
	writeJSON(w, status, api.Error{Message: err.Error()})
}

// writeJSON answers. <, > and & stay as they are: they stand in codes.
func writeJSON(w http.ResponseWriter, status int, v any) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		// Our own types always marshal.
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // a caller who has gone is no fault of ours
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text+"\n")
}
