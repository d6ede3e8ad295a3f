package centralsim

import (
	"net/http"
	"os"
	"path/filepath"
	"time"

	"kassa/app/feed"
)

// serveKeys is GET /feed/v1/keys.
func (c *Central) serveKeys(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(c.lists.keys.answer) // a client that is gone is no error of ours
}

// serveHead is GET /feed/v1/{list}/head.
func (c *Central) serveHead(list feed.List) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		head, err := c.lists.head(list)
		if err != nil {
			c.log.Error("feed head cannot be signed", "list", list, "error", err)
			refuse(w, http.StatusInternalServerError, "head cannot be signed")
			return
		}
		w.Header().Set("Cache-Control", "no-cache")
		writeJSON(w, http.StatusOK, head)
	}
}

// serveObject is GET /feed/v1/objects/{sha256}: it never changes, so it may be cached for ever and read in
// parts.
func (c *Central) serveObject(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	if !feed.IsObjectName(name) {
		refuse(w, http.StatusNotFound, "no such object")
		return
	}
	f, err := os.Open(filepath.Join(c.lists.objects, name))
	if err != nil {
		refuse(w, http.StatusNotFound, "no such object")
		return
	}
	defer f.Close()
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("ETag", `"`+name+`"`)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeContent(w, r, "", time.Time{}, f)
}
