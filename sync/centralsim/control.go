package centralsim

import (
	"errors"
	"fmt"
	"math"
	"net/http"

	"kassa/app/feed"
	"kassa/app/marking"
	"kassa/app/money"
)

// errInput is a request to the control API that is wrong.
var errInput = errors.New("wrong input")

// maxControl is the largest body of the control API: millions of codes.
const maxControl = 256 << 20

// feedChange is the body of POST /lab/feed.
type feedChange struct {
	Add     []string `json:"add"`      // КИ
	Remove  []string `json:"remove"`   // КИ
	AddGTIN []string `json:"add_gtin"` // 14 digits
	AddGrey []string `json:"add_grey"` // 14 digits
	Prices  []struct {
		GTIN    string               `json:"gtin"`
		Group   marking.ProductGroup `json:"pg"`
		Kopecks money.Kopecks        `json:"kopecks"`
	} `json:"prices"`
}

// Control is the API of whoever runs the lab (design/contracts.md).
func (c *Central) Control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /lab/codes", c.putCodes)
	mux.HandleFunc("POST /lab/faults", c.faults.Control)
	mux.HandleFunc("PUT /lab/history", c.putHistory)
	mux.HandleFunc("PUT /lab/hosts", c.putHosts)
	mux.HandleFunc("POST /lab/feed", c.publish)
	mux.HandleFunc("GET /lab/requests", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, c.requests.list())
	})
	return mux
}

func (c *Central) putCodes(w http.ResponseWriter, r *http.Request) {
	var list []facts
	if err := readJSON(w, r, maxControl, &list); err != nil {
		refuse(w, http.StatusBadRequest, "body is not an array of facts: "+err.Error())
		return
	}
	n, err := c.facts.put(list)
	if err != nil {
		c.refuseInput(w, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]int{"codes": n})
}

func (c *Central) publish(w http.ResponseWriter, r *http.Request) {
	var body feedChange
	if err := readJSON(w, r, maxControl, &body); err != nil {
		refuse(w, http.StatusBadRequest, "body is not a change of the feed: "+err.Error())
		return
	}
	changes, err := body.changes()
	if err != nil {
		c.refuseInput(w, err)
		return
	}
	seq, err := c.lists.publish(changes)
	if err != nil {
		c.refuseInput(w, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]int64{"seq": seq})
}

// refuseInput tells the caller's mistake from our own failure.
func (c *Central) refuseInput(w http.ResponseWriter, err error) {
	if errors.Is(err, errInput) {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	c.log.Error("control request cannot be done", "error", err)
	refuse(w, http.StatusInternalServerError, err.Error())
}

// changes turns the words of the API into canonical texts; the whole body is right or nothing is done.
func (b feedChange) changes() (map[feed.List]change, error) {
	codes := change{add: map[string]uint32{}}
	for i, ki := range b.Add {
		gtin, serial, err := feed.ParseKI(ki)
		if err != nil {
			return nil, fmt.Errorf("add, element %d: %w: %w", i, errInput, err)
		}
		codes.add[feed.Canonical(gtin, serial)] = feed.ReasonBlocked
	}
	for i, ki := range b.Remove {
		gtin, serial, err := feed.ParseKI(ki)
		if err != nil {
			return nil, fmt.Errorf("remove, element %d: %w: %w", i, errInput, err)
		}
		codes.remove = append(codes.remove, feed.Canonical(gtin, serial))
	}
	blocked, err := products("add_gtin", b.AddGTIN)
	if err != nil {
		return nil, err
	}
	grey, err := products("add_grey", b.AddGrey)
	if err != nil {
		return nil, err
	}
	prices := change{add: map[string]uint32{}}
	for i, p := range b.Prices {
		if !isGTIN(p.GTIN) || p.Group == 0 || p.Kopecks <= 0 || p.Kopecks > math.MaxUint32 {
			return nil, fmt.Errorf("prices, element %d: gtin of 14 digits, pg and kopecks are needed: %w", i, errInput)
		}
		prices.add[feed.CanonicalPrice(p.GTIN, p.Group)] = uint32(p.Kopecks)
	}
	return map[feed.List]change{feed.BlockedCIS: codes, feed.BlockedGTIN: blocked, feed.GreyGTIN: grey, feed.MinPrice: prices}, nil
}

func products(member string, gtins []string) (change, error) {
	c := change{add: map[string]uint32{}}
	for i, gtin := range gtins {
		if !isGTIN(gtin) {
			return change{}, fmt.Errorf("%s, element %d: 14 digits are needed: %w", member, i, errInput)
		}
		c.add[feed.CanonicalGTIN(gtin)] = feed.ReasonBlocked
	}
	return c, nil
}

func isGTIN(s string) bool {
	if len(s) != 14 {
		return false
	}
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return true
}
