// Command till is the window of the till: it joins the engine and the screens and shows them.
//
// Till --probe is for programs that press and look from outside (make gui-test): one JSON object a line on
// stderr says that the window is there, what each drawn snapshot holds, and where the keys are.
package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"github.com/spf13/cobra"

	"kassa/cmd/internal/cli"
)

func main() {
	// Fyne's own words follow the system's language, and its scale the environment: both are ours to choose,
	// before a window exists.
	setenv("LC_ALL", "ru_RU.UTF-8", false)
	setenv("FYNE_SCALE", "1", true)
	cli.Main(newRoot())
}

// setenv sets a variable of the environment; keep leaves one that is set already.
func setenv(name, value string, keep bool) {
	if keep && os.Getenv(name) != "" {
		return
	}
	if err := os.Setenv(name, value); err != nil {
		panic(err) // only a name that is no name can fail
	}
}

// options are the flags of the command line.
type options struct {
	config     string
	fullscreen bool
	size       fyne.Size
	probe      bool
}

func newRoot() *cobra.Command {
	var o options
	var size string
	root := &cobra.Command{
		Use:   "till",
		Short: "The window of the till",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var err error
			if o.size, err = parseSize(size); err != nil {
				return cli.Usage("--size: %w", err)
			}
			return run(cmd.Context(), o, cmd.ErrOrStderr())
		},
	}
	root.Flags().StringVar(&o.config, "config", "till.yaml", "settings of the till")
	root.Flags().BoolVar(&o.fullscreen, "fullscreen", false, "fill the screen")
	root.Flags().StringVar(&size, "size", "1024x768", "size of the window in pixels of a screen of 120 DPI; at least 1024x720")
	root.Flags().BoolVar(&o.probe, "probe", false, "say on stderr, as JSON lines, what is drawn and where the keys are")
	if err := root.Flags().MarkHidden("probe"); err != nil {
		panic(err) // the flag stands one line above
	}
	return root
}

// Smallest and largest window that is taken.
const (
	leastWidth, leastHeight = 860, 540
	mostSide                = 10000
)

func parseSize(s string) (fyne.Size, error) {
	w, h, ok := strings.Cut(s, "x")
	width, errW := strconv.Atoi(w)
	height, errH := strconv.Atoi(h)
	if !ok || errW != nil || errH != nil || width < leastWidth || height < leastHeight || width > mostSide || height > mostSide {
		return fyne.Size{}, fmt.Errorf("%q is no size like 1024x768", s)
	}
	return fyne.NewSize(float32(width), float32(height)), nil
}
