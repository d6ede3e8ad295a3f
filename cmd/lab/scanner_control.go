package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"kassa/device/devicesim"
)

const (
	maxScanBody  = 8 << 10
	scanPatience = 10 * time.Second
)

// scanner is a simulated scanner on a pty, with a control API: POST /lab/scan sends the body, raw bytes, as one code.
func (w *world) scanner(e *endpoints, old endpoints) error {
	scanner, err := devicesim.NewScanner(e.ScannerPTY, devicesim.ScannerOptions{Suffix: []byte("\r")})
	if err != nil {
		return err
	}
	w.serve = append(w.serve, scanner.Serve)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /lab/scan", func(rw http.ResponseWriter, r *http.Request) {
		code, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, maxScanBody))
		if err == nil {
			ctx, cancel := context.WithTimeout(r.Context(), scanPatience)
			defer cancel()
			err = scanner.Send(ctx, code)
		}
		if err != nil {
			http.Error(rw, fmt.Sprintf("scan: %v", err), http.StatusBadGateway)
			return
		}
		rw.WriteHeader(http.StatusNoContent)
	})
	e.ScannerControl, err = w.listen(old.ScannerControl, mux)
	return err
}
