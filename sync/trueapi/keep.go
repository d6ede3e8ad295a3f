package trueapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"time"

	"github.com/google/renameio/v2/maybe"
)

const (
	// SitesFile is the usual name of the kept list in the till's data folder.
	SitesFile   = "sites.json"
	keptVersion = 1
	maxKept     = 64 << 10 // bytes
)

// keptList is the file: list and ranks as they are kept until the next answer of cdn/info (guide §1.4).
type keptList struct {
	Version int        `json:"version"`
	Entry   string     `json:"entry"` // whose list it is: the key must not go to the sites of another contour
	Asked   time.Time  `json:"asked"`
	Sites   []keptSite `json:"sites"`
}

type keptSite struct {
	URL       string    `json:"url"`
	LatencyUS int64     `json:"latency_us,omitempty"` // of health/check, 0: not measured
	OutUntil  time.Time `json:"out_until,omitzero"`
}

// parseKept reads the file's bytes: all is right or nothing is used.
func parseKept(body []byte, entry *url.URL) (keptList, []*url.URL, error) {
	var k keptList
	if err := json.Unmarshal(body, &k); err != nil {
		return keptList{}, nil, fmt.Errorf("kept list of sites: %w", err)
	}
	switch {
	case k.Version != keptVersion:
		return keptList{}, nil, fmt.Errorf("kept list of sites: version %d", k.Version)
	case k.Entry != entry.String():
		return keptList{}, nil, errors.New("kept list of sites: of another entry")
	case len(k.Sites) == 0 || len(k.Sites) > maxHosts:
		return keptList{}, nil, fmt.Errorf("kept list of sites: %d sites", len(k.Sites))
	}
	raw := make([]string, len(k.Sites))
	for i, s := range k.Sites {
		if s.LatencyUS < 0 || s.LatencyUS > int64(time.Hour/time.Microsecond) {
			return keptList{}, nil, fmt.Errorf("kept list of sites: latency of %d µs", s.LatencyUS)
		}
		raw[i] = s.URL
	}
	urls, bad := parseSites(raw, entry.Scheme == "http")
	if bad != nil {
		return keptList{}, nil, fmt.Errorf("kept list of sites: %w", bad)
	}
	if len(urls) != len(raw) {
		return keptList{}, nil, errors.New("kept list of sites: one site twice")
	}
	return k, urls, nil
}

// load takes the kept list, if there is a good one.
func (s *Sites) load() bool {
	if s.set.File == "" {
		return false
	}
	body, err := readFile(s.set.File)
	if errors.Is(err, fs.ErrNotExist) {
		return false
	}
	var k keptList
	var urls []*url.URL
	if err == nil {
		k, urls, err = parseKept(body, s.entry.site)
	}
	if err != nil {
		s.log.Warn("the kept list of sites is not used", "error", err)
		return false
	}
	s.source, s.asked = SourceKept, k.Asked
	sites := s.sitesAt(urls)
	for i, kept := range k.Sites {
		sites[i].latency = time.Duration(kept.LatencyUS) * time.Microsecond
	}
	s.roster.replace(sites)
	now := s.set.Now()
	for i, kept := range k.Sites {
		// A clock that was set back must not make a block longer than it ever is.
		if left := min(kept.OutUntil.Sub(now), blockFor); left > 0 {
			s.roster.block(sites[i], left)
		}
	}
	s.roster.changed() // nothing yet
	return true
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open kept list of sites: %w", err)
	}
	defer f.Close()
	body, err := io.ReadAll(io.LimitReader(f, maxKept+1))
	if err != nil {
		return nil, fmt.Errorf("read kept list of sites: %w", err)
	}
	if len(body) > maxKept {
		return nil, fmt.Errorf("kept list of sites: over %d bytes", maxKept)
	}
	return body, nil
}

// keep writes list and ranks when they have changed, all or nothing. A disk that fails is told and costs
// nothing: the list can be asked for again.
func (s *Sites) keep() {
	if !s.roster.changed() || s.set.File == "" {
		return
	}
	state := s.State()
	if state.Source == SourceBuiltIn {
		return // it is built in
	}
	k := keptList{Version: keptVersion, Entry: s.entry.site.String(), Asked: state.Asked.UTC().Round(0)}
	for _, site := range state.Sites {
		k.Sites = append(k.Sites, keptSite{URL: site.URL, LatencyUS: site.Latency.Microseconds(), OutUntil: site.Until.UTC().Round(0)})
	}
	body, err := json.MarshalIndent(k, "", " ")
	if err == nil {
		err = maybe.WriteFile(s.set.File, body, 0o600)
	}
	if err != nil {
		s.log.Error("keep the list of sites", "error", err)
	}
}
