package centralsim

import (
	"net/http"
	"sync"
)

// maxHosts is the longest list of sites.
const maxHosts = 1000

// hostBox holds the list of sites that cdn/info tells. Like faults it is of this run only, and what stands in
// it is the lab's affair: a list of nonsense is a thing to try.
type hostBox struct {
	mu   sync.Mutex // guards: all below
	urls []string
	set  bool // false: the central system itself is the one site
}

func (b *hostBox) list() (urls []string, set bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.urls, b.set
}

// putHosts is PUT /lab/hosts: the list from now on; null is the central system itself again.
func (c *Central) putHosts(w http.ResponseWriter, r *http.Request) {
	var urls *[]string
	err := readJSON(w, r, maxCheck, &urls)
	if err != nil || urls != nil && len(*urls) > maxHosts {
		refuse(w, http.StatusBadRequest, "body is not an array of addresses")
		return
	}
	c.hosts.mu.Lock()
	defer c.hosts.mu.Unlock()
	c.hosts.urls, c.hosts.set = nil, urls != nil
	if urls != nil {
		c.hosts.urls = *urls
	}
	writeJSON(w, http.StatusOK, map[string]int{"hosts": len(c.hosts.urls)})
}
