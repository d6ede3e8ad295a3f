package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const (
	inn      = "7700000009" // the lab's organisation
	login    = "kassa"
	size     = "1366x768"
	cashier  = "Иванова Анна"
	wholeRun = 8 * time.Minute // a demonstration that takes longer hangs
)

func main() {
	programs := flag.String("programs", "build", "folder of lab, localmodule and till")
	out := flag.String("out", "build/demo", "folder for pictures and slips; emptied first")
	virtual := flag.Bool("virtual", false, "perform the demonstration under a virtual display even where there is a real one")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := show(ctx, *programs, *out, *virtual)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

// show starts the world, then either opens the till for a person or performs.
func show(ctx context.Context, programs, out string, virtual bool) (err error) {
	if err := os.RemoveAll(out); err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	s := &stage{programs: programs, out: out, shop: filepath.Join(out, "shop")}
	defer func() { s.strike() }()
	if err := s.build(ctx); err != nil {
		return err
	}
	if os.Getenv("DISPLAY") != "" && !virtual {
		return s.open(ctx)
	}
	fmt.Println("No display here: the till is shown on a virtual one, pictures go to", out)
	ctx, cancel := context.WithTimeout(ctx, wholeRun)
	defer cancel()
	if err := s.perform(ctx); err != nil {
		if s.hand != nil {
			err = errors.Join(err, s.hand.picture(context.WithoutCancel(ctx), "FAILED"))
		}
		for _, p := range s.running {
			err = errors.Join(err, os.WriteFile(filepath.Join(out, p.name+".log"), []byte(p.said()), 0o644))
		}
		return err
	}
	fmt.Println("Done. Look at the pictures and slips in", out)
	return nil
}

// stage is everything that stands around the till.
type stage struct {
	programs, out, shop string
	running             []*process

	ends struct {
		Central        string `json:"central"`
		CentralControl string `json:"central_control"`
		PrinterControl string `json:"printer_control"`
		ScannerControl string `json:"scanner_control"`
		PrinterJournal string `json:"printer_journal"`
	}
	moduleDir string
	pin       string
	hand      *hand
	till      *process
	made      int
}

func (s *stage) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(s.programs, name), args...)
	cmd.Cancel = func() error { return nil } // strike ends them, in order
	return cmd
}

// build starts lab and module, bound to each other.
func (s *stage) build(ctx context.Context) error {
	fmt.Println("Starting the emulated world: central system, fiscal printer, scanner, local module")
	moduleAddress, err := freeAddress()
	if err != nil {
		return err
	}
	password := fmt.Sprintf("demo-%d", time.Now().UnixNano())
	lab, ready, err := startUntil(s.command(ctx, "lab", "all", "--dir", s.shop,
		"--module", "http://"+moduleAddress, "--login", login, "--password", password), "lab", "ready ")
	if err != nil {
		return err
	}
	s.running = append(s.running, lab)
	body, err := os.ReadFile(filepath.Join(s.shop, "endpoints.json"))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, &s.ends); err != nil {
		return fmt.Errorf("endpoints.json: %w", err)
	}
	pin, err := os.ReadFile(filepath.Join(s.shop, "pin"))
	if err != nil {
		return err
	}
	s.pin = strings.TrimSpace(string(pin))
	s.moduleDir = filepath.Join(s.out, "module")
	module := filepath.Join(s.programs, "localmodule")
	if _, err := run(ctx, module, "init", "--data", s.moduleDir, "--inn", inn, "--token", "demo", "--login", login, "--password", password,
		"--upstream", s.ends.Central, "--allow-basic", "--trust", filepath.Join(s.shop, "central", "feed-root.json")); err != nil {
		return err
	}
	serve, _, err := startUntil(s.command(ctx, "localmodule", "serve", "--data", s.moduleDir, "--listen", moduleAddress), "localmodule", "listening on ")
	if err != nil {
		return err
	}
	s.running = append(s.running, serve)
	if _, err := run(ctx, module, "sync", "--data", s.moduleDir); err != nil {
		return err
	}
	fmt.Println("Ready:", strings.TrimSpace(ready))
	return nil
}

// freeAddress is a port of this computer that nobody uses: lab writes it into the settings before the module starts.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// strike ends the programs, the last started first.
func (s *stage) strike() {
	for i := len(s.running) - 1; i >= 0; i-- {
		s.running[i].stop()
	}
}

// open shows the till to a person and waits until the window is closed.
func (s *stage) open(ctx context.Context) error {
	fmt.Printf("Вход: «%s», ПИН %s. Коды для сканера: %s\n", cashier, s.pin, filepath.Join(s.shop, "shop.csv"))
	plain, err := s.barcode("")
	if err != nil {
		return err
	}
	allowed, _, err := s.code(ctx, "")
	if err != nil {
		return err
	}
	blocked, _, err := s.code(ctx, `,"isBlocked":true,"ogvs":["RPN"]`)
	if err != nil {
		return err
	}
	fmt.Println("Отсканировать (обычный, маркированный, заблокированный):")
	for _, code := range []string{plain, allowed, blocked} {
		fmt.Printf("  printf '%s' | curl --data-binary @- %s/lab/scan\n", strings.ReplaceAll(code, "\x1d", `\035`), s.ends.ScannerControl)
	}
	till, err := startProcess(s.command(ctx, "till", "--config", filepath.Join(s.shop, "till.yaml")), "till", func(string) {})
	if err != nil {
		return err
	}
	s.running = append(s.running, till)
	select {
	case <-till.ended:
	case <-ctx.Done():
	}
	return nil
}

// perform is the demonstration.
func (s *stage) perform(ctx context.Context) error {
	display, name, err := virtualDisplay(context.WithoutCancel(ctx), size)
	if err != nil {
		return err
	}
	s.running = append(s.running, display)
	s.hand = newHand(name, s.out)
	if err := s.hand.tool(ctx, "setxkbmap", twoLayouts...); err != nil {
		return err
	}
	cmd := s.command(ctx, "till", "--config", filepath.Join(s.shop, "till.yaml"), "--size", size, "--probe")
	cmd.Env = append(os.Environ(), "DISPLAY="+name, "LC_ALL=ru_RU.UTF-8")
	if s.till, err = startProcess(cmd, "till", s.hand.read); err != nil {
		return err
	}
	s.running = append(s.running, s.till)
	for _, act := range []struct {
		title string
		do    func(context.Context) error
	}{
		{"login by PIN, opening of the shift", s.begin},
		{"a plain and a marked item, checked online, cash with change", s.sellOnline},
		{"a blocked code is refused", s.refuseOnline},
		{"the centre is cut off: the module answers", s.sellOffline},
		{"a code on the module's list is refused without the centre", s.refuseOffline},
		{"a keyboard scanner under the Russian layout", s.russianLayout},
		{"the shift is closed", s.end},
	} {
		fmt.Println(" -", act.title)
		if err := act.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", act.title, err)
		}
		if err := s.healthy(); err != nil {
			return fmt.Errorf("%s: %w", act.title, err)
		}
	}
	return s.documents()
}

// healthy tells that the window runs and has not complained.
func (s *stage) healthy() error {
	select {
	case <-s.till.ended:
		return fmt.Errorf("the till ended:\n%s", s.till.said())
	default:
	}
	s.hand.mu.Lock()
	defer s.hand.mu.Unlock()
	if len(s.hand.strange) > 0 {
		return fmt.Errorf("the window complains: %s", strings.Join(s.hand.strange, "\n"))
	}
	return nil
}

// steps runs one after the other until one fails.
func steps(list ...func() error) error {
	for _, f := range list {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

func (s *stage) press(ctx context.Context, name string) func() error {
	return func() error { return s.hand.press(ctx, name) }
}

func (s *stage) picture(ctx context.Context, name string) func() error {
	return func() error { return s.hand.picture(ctx, name) }
}

func (s *stage) until(ctx context.Context, what string, fits func(seen) bool) func() error {
	return func() error { return s.hand.until(ctx, what, func(h *hand) bool { return fits(h.state) }) }
}

func (s *stage) begin(ctx context.Context) error {
	enter := []func() error{
		s.until(ctx, "the login", func(n seen) bool { return n.Step == "login" }),
		s.picture(ctx, "login"),
		s.press(ctx, "person-"+cashier),
	}
	for _, digit := range s.pin {
		enter = append(enter, s.press(ctx, "digit-"+string(digit)))
	}
	return steps(append(enter,
		s.press(ctx, "login"),
		s.until(ctx, "the shift screen", func(n seen) bool { return n.Step == "shift" }),
		s.picture(ctx, "shift"),
		s.press(ctx, "shift-open"),
		s.until(ctx, "the sale screen", func(n seen) bool { return n.Step == "sale" }),
		s.picture(ctx, "sale-empty"),
	)...)
}

// code makes a marking code of the n-th water of the shop, which the centre allows, and gives КМ and КИ.
func (s *stage) code(ctx context.Context, members string) (km, ki string, err error) {
	barcode, err := s.barcode("water")
	if err != nil {
		return "", "", err
	}
	s.made++
	ki = fmt.Sprintf("010%s215aB%010d", barcode, s.made)
	fact := fmt.Sprintf(`[{"cis":%q,"found":true,"valid":true,"verified":true,"realizable":true,"utilised":true,"isOwner":true,
		"sold":false,"isBlocked":false,"groupIds":[13]%s}]`, ki, members)
	_, err = call(ctx, http.MethodPut, s.ends.CentralControl+"/lab/codes", fact)
	return ki + "\x1d93Zz9Q", ki, err
}

// barcode is the first one of a marking group in the sample shop; "" is a plain item.
func (s *stage) barcode(group string) (string, error) {
	body, err := os.ReadFile(filepath.Join(s.shop, "shop.csv"))
	if err != nil {
		return "", err
	}
	for _, row := range strings.Split(string(body), "\n")[1:] {
		if f := strings.Split(row, ";"); len(f) == 5 && f[4] == group {
			return f[0], nil
		}
	}
	return "", fmt.Errorf("the sample shop has no goods of group %q", group)
}

// scan sends a code through the serial scanner.
func (s *stage) scan(ctx context.Context, code string) func() error {
	return func() error {
		_, err := call(ctx, http.MethodPost, s.ends.ScannerControl+"/lab/scan", code)
		return err
	}
}

// kept counts the lines that are sold.
func kept(n seen) int {
	count := 0
	for _, l := range n.Lines {
		if !l.Removed {
			count++
		}
	}
	return count
}

func lastFrom(n seen, source string) bool {
	return len(n.Lines) > 0 && n.Lines[len(n.Lines)-1].Source == source && n.Lines[len(n.Lines)-1].Mark == "allowed"
}

func (s *stage) sellOnline(ctx context.Context) error {
	plain, err := s.barcode("")
	if err != nil {
		return err
	}
	km, _, err := s.code(ctx, "")
	if err != nil {
		return err
	}
	return steps(
		func() error { return s.hand.wedge(ctx, plain) },
		s.until(ctx, "the plain line", func(n seen) bool { return kept(n) == 1 }),
		s.scan(ctx, km),
		s.until(ctx, "the marked line, allowed online", func(n seen) bool { return kept(n) == 2 && lastFrom(n, "online") }),
		s.picture(ctx, "sale-marked-online"),
		s.press(ctx, "pay"),
		func() error {
			return s.hand.until(ctx, "the payment screen", func(h *hand) bool { _, ok := h.targets["cash-exact"]; return ok })
		},
		s.picture(ctx, "payment"),
		s.press(ctx, "cash-sum-2"),
		s.until(ctx, "the receipt's end, with change", func(n seen) bool { return n.Last != nil && n.Last.Kind == "sale" && kept(n) == 0 && n.Change > 0 }),
		s.picture(ctx, "change"),
		s.slip(ctx, "sale-online"),
	)
}

func (s *stage) refuseOnline(ctx context.Context) error {
	km, _, err := s.code(ctx, `,"isBlocked":true,"ogvs":["RPN"]`)
	if err != nil {
		return err
	}
	return steps(
		s.scan(ctx, km),
		s.until(ctx, "the refusal", func(n seen) bool { return n.Stop == "M-00" && n.Reason == "blocked" }),
		s.picture(ctx, "refused-online"),
		s.press(ctx, "stop-main"),
		s.until(ctx, "the refusal closed", func(n seen) bool { return n.Stop == "" && kept(n) == 0 }),
	)
}

func (s *stage) sellOffline(ctx context.Context) error {
	km, _, err := s.code(ctx, "")
	if err != nil {
		return err
	}
	return steps(
		func() error { return s.publishBlocked(ctx) },
		func() error {
			_, err := call(ctx, http.MethodPost, s.ends.CentralControl+"/lab/faults", `{"blackhole":true,"on":"all"}`)
			return err
		},
		s.scan(ctx, km),
		s.until(ctx, "the line being checked", func(n seen) bool { return len(n.Lines) > 0 && n.Lines[len(n.Lines)-1].Mark == "checking" }),
		s.picture(ctx, "checking"),
		s.until(ctx, "the marked line, allowed by the module", func(n seen) bool { return lastFrom(n, "module") }),
		s.picture(ctx, "sale-marked-offline"),
		s.press(ctx, "pay"),
		s.press(ctx, "card"),
		s.picture(ctx, "card"),
		s.press(ctx, "card-done"),
		s.until(ctx, "the receipt's end", func(n seen) bool { return n.Last != nil && n.Last.Document >= 3 && kept(n) == 0 }),
		s.slip(ctx, "sale-offline"),
	)
}

const blockedSerial = "5zBLOCKED0001"

// publishBlocked puts a code on the module's list while the centre can still be reached.
func (s *stage) publishBlocked(ctx context.Context) error {
	barcode, err := s.barcode("water")
	if err != nil {
		return err
	}
	if _, err := call(ctx, http.MethodPost, s.ends.CentralControl+"/lab/feed", fmt.Sprintf(`{"add":["010%s21%s"]}`, barcode, blockedSerial)); err != nil {
		return err
	}
	_, err = run(ctx, filepath.Join(s.programs, "localmodule"), "sync", "--data", s.moduleDir)
	return err
}

func (s *stage) refuseOffline(ctx context.Context) error {
	barcode, err := s.barcode("water")
	if err != nil {
		return err
	}
	return steps(
		s.scan(ctx, "010"+barcode+"21"+blockedSerial+"\x1d93Zz9Q"),
		s.until(ctx, "the refusal by the module", func(n seen) bool { return n.Stop == "M-00" && n.Reason == "blocked" }),
		s.picture(ctx, "refused-offline"),
		s.press(ctx, "stop-main"),
		s.until(ctx, "the refusal closed", func(n seen) bool { return n.Stop == "" }),
	)
}

// russianLayout scans a marked item with a scanner that is a keyboard, while the keyboard is Russian.
func (s *stage) russianLayout(ctx context.Context) error {
	if _, err := call(ctx, http.MethodPost, s.ends.CentralControl+"/lab/faults", `{}`); err != nil {
		return err
	}
	km, _, err := s.code(ctx, "")
	if err != nil {
		return err
	}
	return steps(
		func() error { return s.hand.otherLayout(ctx) },
		func() error { return s.hand.wedgeByKeys(ctx, km) },
		func() error { return s.hand.otherLayout(ctx) },
		s.until(ctx, "the marked line", func(n seen) bool {
			return kept(n) == 1 && n.Lines[len(n.Lines)-1].Mark == "allowed"
		}),
		s.picture(ctx, "russian-layout"),
		s.press(ctx, "pay"),
		s.press(ctx, "cash-exact"),
		s.until(ctx, "the receipt's end", func(n seen) bool { return n.Last != nil && n.Last.Document >= 4 && kept(n) == 0 }),
	)
}

func (s *stage) end(ctx context.Context) error {
	return steps(
		s.press(ctx, "more"),
		s.press(ctx, "shift-close"),
		s.picture(ctx, "shift-close"),
		s.press(ctx, "shift-close"),
		s.until(ctx, "the closed shift", func(n seen) bool { return n.Step == "shift" }),
		s.picture(ctx, "shift-closed"),
		s.slip(ctx, "shift-closed"),
	)
}

// slip saves the printer's last paper.
func (s *stage) slip(ctx context.Context, name string) func() error {
	return func() error {
		body, err := call(ctx, http.MethodGet, s.ends.PrinterControl+"/lab/state", "")
		if err != nil {
			return err
		}
		var state struct {
			Slip []string `json:"slip"`
		}
		if err := json.Unmarshal(body, &state); err != nil {
			return fmt.Errorf("printer's state: %w", err)
		}
		text := strings.Join(state.Slip, "\n") + "\n"
		if !strings.Contains(text, "НЕ ЯВЛЯЕТСЯ ЧЕКОМ") {
			return fmt.Errorf("the slip does not say that it is none:\n%s", text)
		}
		return os.WriteFile(filepath.Join(s.out, "slip-"+name+".txt"), []byte(text), 0o644)
	}
}

// documents checks what the printer has formed: three sales, each marked line with its code and tag 1265.
func (s *stage) documents() error {
	body, err := os.ReadFile(s.ends.PrinterJournal)
	if err != nil {
		return err
	}
	var sales, marked int
	for _, line := range strings.Split(strings.TrimSpace(string(body)), "\n") {
		var d struct {
			Type  string `json:"type"`
			Total int64  `json:"total_kopecks"`
			Lines []struct{ KM, Tag1265 string }
		}
		if err := json.Unmarshal([]byte(line), &d); err != nil {
			return fmt.Errorf("printer's journal: %w", err)
		}
		if d.Type != "sale" {
			continue
		}
		sales++
		for _, l := range d.Lines {
			if l.KM == "" {
				continue
			}
			marked++
			if !strings.HasPrefix(l.Tag1265, "UUID=") || strings.Contains(l.Tag1265, "&Inst=") != (marked == 2) {
				return fmt.Errorf("sale %d: tag 1265 is %q", sales, l.Tag1265)
			}
		}
	}
	if sales != 3 || marked != 3 {
		return fmt.Errorf("the printer has %d sales with %d marked lines, expected 3 and 3", sales, marked)
	}
	return nil
}
