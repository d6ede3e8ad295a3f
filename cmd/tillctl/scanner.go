package main

import (
	"os"
	"strings"
)

// scannerPresent looks whether the device of a serial address is there; it is not opened, since the till
// may be reading from it.
func scannerPresent(address string) error {
	path, ok := strings.CutPrefix(address, "serial:")
	if !ok {
		return nil
	}
	path, _, _ = strings.Cut(path, "?")
	if strings.HasPrefix(path, "COM") {
		return nil // Windows names no file
	}
	_, err := os.Stat(path)
	return err
}
