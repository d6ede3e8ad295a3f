//go:build !ci

package main

import (
	"fmt"

	"github.com/go-gl/glfw/v3.3/glfw"
)

// canDraw tries to make an invisible window, as Fyne will make ours: Fyne ends the process when it cannot,
// without a word that a shop could use. It runs on the main goroutine, which package glfw has bound to its thread.
func canDraw() (err error) {
	// Package glfw reports a missing display as a panic of the first call after Init.
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("%v", reason)
		}
	}()
	if err := glfw.Init(); err != nil {
		return err
	}
	hints()
	glfw.WindowHint(glfw.Visible, glfw.False)
	w, err := glfw.CreateWindow(64, 64, "", nil, nil)
	if err != nil {
		return err
	}
	w.Destroy()
	glfw.DefaultWindowHints()
	return nil
}
