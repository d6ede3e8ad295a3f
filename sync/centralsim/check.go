package centralsim

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/google/uuid"
)

const (
	checkPath  = "/api/v4/true-api/codes/check"
	infoPath   = "/api/v4/true-api/cdn/info"
	healthPath = "/api/v4/true-api/cdn/health/check"
	maxCheck   = 1 << 20 // bytes of a request
	// badToken is the one key that is refused.
	badToken = "bad-token"
)

// authorised applies the header rules of guide §8: JSON in UTF-8, no header twice, a key.
func authorised(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for name, values := range r.Header {
			if len(values) > 1 {
				refuse(w, http.StatusBadRequest, "header "+name+" is sent twice")
				return
			}
		}
		if !utf8JSON(r) {
			refuse(w, http.StatusBadRequest, "Content-Type must be application/json in UTF-8")
			return
		}
		if key := r.Header.Get("X-API-KEY"); key == "" || key == badToken {
			refuse(w, http.StatusUnauthorized, "unknown token")
			return
		}
		next(w, r)
	}
}

// utf8JSON judges the type of the content. GET has none and may leave it out.
func utf8JSON(r *http.Request) bool {
	content := r.Header.Get("Content-Type")
	if content == "" {
		return r.Method == http.MethodGet
	}
	kind, params, err := mime.ParseMediaType(content)
	charset, named := params["charset"]
	return err == nil && kind == "application/json" && (!named || strings.EqualFold(charset, "utf-8"))
}

// refuse answers with the members that every error has.
func refuse(w http.ResponseWriter, status int, description string) {
	writeJSON(w, status, map[string]any{"code": status, "description": description})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.WriteHeader(status)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	// A client that is gone is no error of ours, and nothing else can fail here.
	_ = e.Encode(v)
}

// info lists the sites of PUT /lab/hosts, or the one there is: the address under which it was asked.
// Source: guide §1.2.
func (c *Central) info(w http.ResponseWriter, r *http.Request) {
	urls, set := c.hosts.list()
	if !set {
		scheme := "http://"
		if r.TLS != nil {
			scheme = "https://"
		}
		urls = []string{scheme + r.Host}
	}
	hosts := make([]map[string]string, len(urls))
	for i, url := range urls {
		hosts[i] = map[string]string{"host": url}
	}
	writeJSON(w, http.StatusOK, map[string]any{"code": 0, "description": "ok", "hosts": hosts})
}

// health answers as guide §1.3 says.
func (c *Central) health(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{"code": 0, "description": "ok", "avgTimeMs": 1})
}

// check answers codes/check. Source: guide §1.5 (marking-check §2.6).
func (c *Central) check(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		Codes             []string `json:"codes"`
		FiscalDriveNumber *string  `json:"fiscalDriveNumber"`
		TimeZone          *int     `json:"timeZone"`
	}
	if err := readJSON(w, r, maxCheck, &ask); err != nil {
		refuse(w, http.StatusBadRequest, "body is not the JSON of this method")
		return
	}
	noteCodes(r, ask.Codes)
	switch {
	case len(ask.Codes) == 0:
		refuse(w, http.StatusBadRequest, "codes are missing")
		return
	case ask.FiscalDriveNumber != nil && !isDrive(*ask.FiscalDriveNumber):
		refuse(w, http.StatusBadRequest, "fiscalDriveNumber must have 16 digits")
		return
	case ask.TimeZone != nil && (*ask.TimeZone < 1 || *ask.TimeZone > 11):
		refuse(w, http.StatusBadRequest, "timeZone must be 1 to 11")
		return
	}
	codes := make([]map[string]any, len(ask.Codes))
	for i, km := range ask.Codes {
		codes[i] = c.facts.answerFor(km)
	}
	answer := map[string]any{
		"code": 0, "description": "ok", "codes": codes,
		"reqId": uuid.NewString(), "reqTimestamp": c.now().UnixMilli(),
	}
	c.history.keep(answer)
	writeJSON(w, http.StatusOK, answer)
}

func isDrive(number string) bool {
	return len(number) == 16 && strings.Trim(number, "0123456789") == ""
}

// readJSON reads one JSON value of at most limit bytes and nothing after it.
func readJSON(w http.ResponseWriter, r *http.Request, limit int64, v any) error {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, limit))
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one JSON value")
	}
	return nil
}
