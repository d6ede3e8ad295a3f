package assets

import (
	"embed"
	"fmt"
)

//go:embed icons/*.svg
var files embed.FS

// Icon is the SVG text of an icon by its file name without the ending.
func Icon(name string) ([]byte, error) {
	svg, err := files.ReadFile("icons/" + name + ".svg")
	if err != nil {
		return nil, fmt.Errorf("icon %q: %w", name, err)
	}
	return svg, nil
}
