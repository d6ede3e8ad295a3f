package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// seen is what the window says it has drawn (till --probe).
type seen struct {
	Probe string `json:"probe"` // window, snapshot, targets
	Seq   uint64 `json:"seq"`
	Step  string `json:"step"`
	Lines []struct {
		Name    string `json:"name"`
		Mark    string `json:"mark"`
		Source  string `json:"source"`
		Removed bool   `json:"removed"`
	} `json:"lines"`
	Total  int64  `json:"total_kopecks"`
	Due    int64  `json:"due_kopecks"`
	Change int64  `json:"change_kopecks"`
	Stop   string `json:"stop"`
	Reason string `json:"reason"`
	Last   *struct {
		Kind     string `json:"kind"`
		Document uint32 `json:"fiscal_document"`
	} `json:"last_document"`
	Targets map[string]struct{ X, Y, W, H int } `json:"targets"`
}

// hand presses, types and looks.
type hand struct {
	display string
	out     string

	mu       sync.Mutex // guards: all below
	changed  chan struct{}
	state    seen
	targets  map[string]struct{ X, Y, W, H int }
	strange  []string // lines that must not be there
	pictures int
}

func newHand(display, out string) *hand {
	return &hand{display: display, out: out, changed: make(chan struct{})}
}

// read takes a line of the window's stderr.
func (h *hand) read(line string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if strings.Contains(line, "Fyne call thread") || strings.Contains(line, "Fyne error") || strings.Contains(line, "panic:") {
		h.strange = append(h.strange, line)
	}
	var s seen
	if !strings.HasPrefix(line, "{") || json.Unmarshal([]byte(line), &s) != nil {
		return
	}
	switch s.Probe {
	case "snapshot":
		h.state = s
	case "targets":
		h.targets = s.Targets
	default:
		return
	}
	close(h.changed)
	h.changed = make(chan struct{})
}

// until waits for what the window shows.
func (h *hand) until(ctx context.Context, what string, fits func(*hand) bool) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	for {
		h.mu.Lock()
		ok, changed, state := fits(h), h.changed, h.state
		h.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			have, err := json.Marshal(state)
			if err != nil {
				return err
			}
			return fmt.Errorf("waited for %s, the window shows %s", what, have)
		}
	}
}

func (h *hand) xdotool(ctx context.Context, args ...string) error {
	return h.tool(ctx, "xdotool", args...)
}

func (h *hand) tool(ctx context.Context, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), "DISPLAY="+h.display)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, out)
	}
	return nil
}

// press clicks the middle of a named key.
func (h *hand) press(ctx context.Context, name string) error {
	if err := h.until(ctx, "the key "+name, func(h *hand) bool { _, ok := h.targets[name]; return ok }); err != nil {
		return err
	}
	h.mu.Lock()
	t := h.targets[name]
	h.mu.Unlock()
	return h.xdotool(ctx, "mousemove", strconv.Itoa(t.X+t.W/2), strconv.Itoa(t.Y+t.H/2), "click", "1")
}

// key presses keys of the keyboard.
func (h *hand) key(ctx context.Context, names ...string) error {
	return h.xdotool(ctx, append([]string{"key"}, names...)...)
}

// otherLayout goes to the other of the two layouts, as a person does: by a key.
func (h *hand) otherLayout(ctx context.Context) error { return h.key(ctx, menuKey) }

// The keyboard has two layouts, and the Menu key goes from one to the other.
const menuKey = "135"

var twoLayouts = []string{"us,ru", "-option", "grp:menu_toggle"}

// wedge scans like a scanner that is a keyboard: the characters fast, GS as Ctrl+], Enter at the end.
func (h *hand) wedge(ctx context.Context, code string) error {
	for i, part := range strings.Split(code, "\x1d") {
		if i > 0 {
			if err := h.xdotool(ctx, "key", "--delay", "1", "ctrl+bracketright"); err != nil {
				return err
			}
		}
		if err := h.xdotool(ctx, "type", "--delay", "2", part); err != nil {
			return err
		}
	}
	return h.key(ctx, "Return")
}

// picture saves what the screen shows. The pointer is put aside first.
func (h *hand) picture(ctx context.Context, name string) error {
	h.mu.Lock()
	h.pictures++
	file := filepath.Join(h.out, fmt.Sprintf("%02d-%s.png", h.pictures, name))
	h.mu.Unlock()
	if err := h.xdotool(ctx, "mousemove", "2", "2"); err != nil {
		return err
	}
	// The window paints 60 times a second; a snapshot counts as drawn when it has been handed to the painter.
	select {
	case <-time.After(150 * time.Millisecond):
	case <-ctx.Done():
		return ctx.Err()
	}
	return h.tool(ctx, "import", "-window", "root", file)
}

// wedgeByKeys scans by key codes, as a scanner does: what the keys mean is the keyboard layout's affair.
func (h *hand) wedgeByKeys(ctx context.Context, code string) error {
	args := []string{"key", "--delay", "2"}
	for _, c := range code {
		name, ok := keyCodes[c]
		if !ok {
			return fmt.Errorf("no key for %q", c)
		}
		args = append(args, name)
	}
	return h.xdotool(ctx, append(args, "36")...)
}

// keyCodes are the X11 codes (evdev + 8) of the US keys.
var keyCodes = func() map[rune]string {
	keys := map[rune]string{'\x1d': "ctrl+35"}
	for first, row := range map[int]string{10: "1234567890-=", 24: "qwertyuiop[]", 38: "asdfghjkl;'", 52: "zxcvbnm,./"} {
		for i, c := range []rune(row) {
			keys[c] = strconv.Itoa(first + i)
			if c >= 'a' && c <= 'z' {
				keys[c-'a'+'A'] = "shift+" + strconv.Itoa(first+i)
			}
		}
	}
	return keys
}()
