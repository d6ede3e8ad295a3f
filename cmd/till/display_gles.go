//go:build !ci && (gles || arm || arm64)

package main

import "github.com/go-gl/glfw/v3.3/glfw"

// hints ask for the OpenGL ES that Fyne asks for in this build.
func hints() {
	glfw.WindowHint(glfw.ClientAPI, glfw.OpenGLESAPI)
	glfw.WindowHint(glfw.ContextVersionMajor, 2)
	glfw.WindowHint(glfw.ContextVersionMinor, 0)
}
