package centralsim

import (
	"net/http"

	"kassa/sync/faultsim"
)

// newFaults is what may go wrong on demand: codes/check, another method of path A, or everything.
func newFaults() *faultsim.Box {
	method := func(name, path string) faultsim.Method {
		return faultsim.Method{Name: name, Is: func(p string) bool { return p == path }}
	}
	return faultsim.New(refuseFault, method("check", checkPath), method("info", infoPath), method("health", healthPath))
}

func refuseFault(w http.ResponseWriter, status, code int) {
	writeJSON(w, status, map[string]any{"code": code, "description": "fault of the lab"})
}
