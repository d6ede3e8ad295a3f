package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/google/renameio/v2/maybe"
	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"kassa/app/config"
	"kassa/app/staff"
	"kassa/app/store"
	"kassa/app/till"
	"kassa/cmd/internal/cli"
	"kassa/device/devicesim"
	"kassa/sync/centralsim"
)

// allOptions are the flags of `lab all`.
type allOptions struct {
	dir, module, login, password, inn string
	tills                             int
}

func allCommand() *cobra.Command {
	var o allOptions
	cmd := &cobra.Command{
		Use:   "all",
		Short: "A whole world for a till: central system, fiscal printer, scanner, sample shop, settings",
		Long: "Starts the central system, a fiscal printer (TCP and pty) and a scanner for each till on free ports of this computer, makes a sample\n" +
			"shop, and writes DIR/till.yaml, DIR/endpoints.json, DIR/shop.csv. Prints `ready DIR/till.yaml`, then the files with\n" +
			"the PINs of its people: DIR/pin of those who sell, DIR/pin-manager of «Товаровед», who may see codes whole. Started\n" +
			"again on the same folder it keeps its data and addresses.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !till.ValidINN(o.inn) {
				return cli.Usage("--inn %q is no ИНН: its check digit is wrong", o.inn)
			}
			if o.tills < 1 || o.tills > 32 {
				return cli.Usage("--tills %d: 1 to 32", o.tills)
			}
			return runAll(cmd.Context(), o, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.dir, "dir", "", "folder of this world; made if it is not there")
	f.StringVar(&o.module, "module", "", "address of a local module to bind the tills to")
	f.StringVar(&o.login, "login", "", "login for the module")
	f.StringVar(&o.password, "password", "", "password for the module")
	f.StringVar(&o.inn, "inn", devicesim.DefaultINN, "ИНН of the organisation, the fiscal drives and the module")
	f.IntVar(&o.tills, "tills", 1, "number of tills; the second has DIR/till2/till.yaml, and so on")
	cobra.CheckErr(cmd.MarkFlagRequired("dir"))
	return cmd
}

// endpoints are the addresses of a world: of the centre, and of one till's devices.
type endpoints struct {
	Central        string `json:"central"`
	CentralControl string `json:"central_control"`
	PrinterControl string `json:"printer_control"`
	PrinterTCP     string `json:"printer_tcp"`
	PrinterPTY     string `json:"printer_pty"`
	PrinterJournal string `json:"printer_journal"`
	ScannerPTY     string `json:"scanner_pty"`
	ScannerControl string `json:"scanner_control"`
}

// world is everything that `lab all` runs.
type world struct {
	o       allOptions
	log     *slog.Logger
	servers map[net.Listener]http.Handler
	serve   []func(context.Context) error // printers and scanners
	closers []func() error
}

func runAll(ctx context.Context, o allOptions, out, errOut io.Writer) (err error) {
	w := &world{o: o, log: slog.New(slog.NewTextHandler(errOut, &slog.HandlerOptions{Level: slog.LevelWarn})), servers: map[net.Listener]http.Handler{}}
	defer func() {
		for _, c := range w.closers {
			err = errors.Join(err, c())
		}
	}()
	if err := os.MkdirAll(o.dir, 0o700); err != nil {
		return &cli.Failure{What: err.Error(), Do: "choose another folder with --dir"}
	}
	central, centralControl, err := w.central()
	if err != nil {
		return err
	}
	for n := 1; n <= o.tills; n++ {
		if err := w.till(ctx, n, central, centralControl); err != nil {
			return fmt.Errorf("till %d: %w", n, err)
		}
	}
	fmt.Fprintf(out, "ready %s\n", filepath.Join(o.dir, "till.yaml"))
	if err := w.sayPINs(out); err != nil {
		return err
	}
	return w.run(ctx)
}

// run serves everything until ctx ends or a part fails.
func (w *world) run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var running sync.WaitGroup
	for _, serve := range append(w.serve, func(ctx context.Context) error { return serveAll(ctx, w.servers) }) {
		running.Go(func() {
			if err := serve(ctx); err != nil {
				cancel(err)
			}
		})
	}
	running.Wait()
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

func (w *world) central() (url, control string, err error) {
	central, err := centralsim.New(centralsim.Options{Dir: filepath.Join(w.o.dir, "central"), Now: time.Now, Log: w.log})
	if err != nil {
		return "", "", &cli.Failure{What: err.Error(), Do: "choose another folder with --dir"}
	}
	old := w.endpoints(w.o.dir)
	if url, err = w.listen(old.Central, central.Handler()); err != nil {
		return "", "", err
	}
	control, err = w.listen(old.CentralControl, central.Control())
	return url, control, err
}

// endpoints of a former run, zero when there was none.
func (w *world) endpoints(dir string) endpoints {
	var e endpoints
	if body, err := os.ReadFile(filepath.Join(dir, "endpoints.json")); err == nil {
		if err := json.Unmarshal(body, &e); err != nil {
			w.log.Warn("endpoints of the former run are lost", "error", err)
		}
	}
	return e
}

// listen serves HTTP on the address of the former run, or on a free port of this computer.
func (w *world) listen(former string, h http.Handler) (url string, err error) {
	l, err := listenTCP(trimScheme(former))
	if err != nil {
		return "", err
	}
	w.servers[l] = h
	return "http://" + l.Addr().String(), nil
}

func trimScheme(url string) string {
	const scheme = "http://"
	if len(url) > len(scheme) && url[:len(scheme)] == scheme {
		return url[len(scheme):]
	}
	return url
}

func listenTCP(former string) (net.Listener, error) {
	if former == "" {
		former = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", former)
	if err != nil {
		return nil, &cli.Failure{What: err.Error(), Do: "end the program that uses the address, or use another folder"}
	}
	return l, nil
}

// till starts the devices of one till and writes its files.
func (w *world) till(ctx context.Context, n int, central, centralControl string) error {
	dir, drive, serial := w.o.dir, devicesim.DefaultDrive, devicesim.DefaultSerial
	if n > 1 {
		dir = filepath.Join(w.o.dir, fmt.Sprintf("till%d", n))
		drive, serial = fmt.Sprintf("9999%012d", n), fmt.Sprintf("%014d", n)
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	old := w.endpoints(dir)
	e := endpoints{
		Central: central, CentralControl: centralControl,
		PrinterPTY: filepath.Join(abs, "printer"), ScannerPTY: filepath.Join(abs, "scanner"), PrinterJournal: filepath.Join(abs, "printer.jsonl"),
	}
	if err := w.printer(&e, old, drive, serial); err != nil {
		return err
	}
	if err := w.scanner(&e, old); err != nil {
		return err
	}
	if err := w.writeTill(ctx, dir, n, e); err != nil {
		return err
	}
	body, err := json.MarshalIndent(e, "", "  ")
	if err != nil {
		return err
	}
	return maybe.WriteFile(filepath.Join(dir, "endpoints.json"), append(body, '\n'), 0o600)
}

// printer is one simulated ШТРИХ on TCP and on a pty at once: one memory.
func (w *world) printer(e *endpoints, old endpoints, drive, serial string) error {
	printer, err := devicesim.NewShtrih(devicesim.ShtrihOptions{
		Journal: e.PrinterJournal, Drive: drive, Serial: serial, INN: w.o.inn, CashCore: true, Log: w.log,
	})
	if err != nil {
		return &cli.Failure{What: err.Error(), Do: "use another folder with --dir"}
	}
	w.closers = append(w.closers, printer.Close)
	tcp, err := listenTCP(old.PrinterTCP)
	if err != nil {
		return err
	}
	e.PrinterTCP = tcp.Addr().String()
	port, err := devicesim.OpenPTY(e.PrinterPTY)
	if err != nil {
		return err
	}
	w.serve = append(w.serve,
		func(ctx context.Context) error { return printer.Serve(ctx, tcp) },
		func(ctx context.Context) error { return printer.ServePort(ctx, port) })
	e.PrinterControl, err = w.listen(old.PrinterControl, printer.Control())
	return err
}

// writeTill makes the till's settings, people and goods. An existing database is kept.
func (w *world) writeTill(ctx context.Context, dir string, n int, e endpoints) (err error) {
	c := config.Config{
		Version: config.Version, Data: "data", Emulated: true,
		Till:         config.Till{Name: fmt.Sprintf("Касса %d", n), TimeZone: 2},
		Organisation: config.Organisation{Name: "ООО «Учебный магазин»", INN: w.o.inn, TaxSystem: "osn"},
		ActAs:        config.ActAs{Name: senior, PINFile: sellersPIN},
		Printer: config.Printer{
			Kind: "shtrih", Address: "tcp:" + e.PrinterTCP,
			ENQ: 200 * time.Millisecond, Answer: time.Second, NoPause: true,
		},
		Scanners: []config.Scanner{{Name: "сканер", Address: "serial:" + e.ScannerPTY + "?baud=115200", Suffix: "cr"}},
		Marking:  config.Marking{Online: config.Online{Entry: e.Central, TokenFile: "token"}, NoAnswer: "forbid"},
	}
	if w.o.module != "" {
		c.Marking.Offline = config.Offline{Enabled: true, URL: w.o.module, Login: w.o.login, PasswordFile: "module-password"}
		if err := config.WriteSecret(filepath.Join(dir, "module-password"), w.o.password); err != nil {
			return err
		}
	}
	if err := w.data(ctx, dir); err != nil {
		return err
	}
	return c.Save(filepath.Join(dir, "till.yaml"))
}

// The lab's people. PINs are made for each folder and stand in files beside the settings, mode 0600: the manager's, who
// may see codes whole, is not that of those who sell.
const (
	senior  = "старший"
	cashier = "Иванова Анна"
	manager = "Товаровед"

	sellersPIN = "pin"
	managerPIN = "pin-manager"
)

// sayPINs tells where the PINs are.
func (w *world) sayPINs(out io.Writer) error {
	who := []struct{ names, file string }{{senior + ", " + cashier, sellersPIN}, {manager, managerPIN}}
	for _, p := range who {
		file := filepath.Join(w.o.dir, p.file)
		if _, err := os.Stat(file); err != nil {
			continue // a folder made before there was such a person
		}
		if _, err := fmt.Fprintf(out, "PIN of %s: %s\n", p.names, file); err != nil {
			return err
		}
	}
	return nil
}

// data fills a new data folder; a finished one (with its pin file) is left as it is.
func (w *world) data(ctx context.Context, dir string) (err error) {
	pinFile := filepath.Join(dir, sellersPIN)
	if _, err := os.Stat(pinFile); err == nil {
		return nil
	}
	simple := itemsOf(simpleGoods, 0)
	ruled := itemsOf(ruledGoods, len(simple))
	for name, f := range map[string]struct {
		items []till.Item
		rules bool
	}{"shop.csv": {simple, false}, "shop-more.csv": {ruled, true}} {
		if err := writeShopFile(filepath.Join(dir, name), f.items, f.rules); err != nil {
			return err
		}
	}
	data := filepath.Join(dir, "data")
	if err := os.RemoveAll(data); err != nil { // of a run that was killed here
		return err
	}
	db, err := store.Open(ctx, data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.PutItems(ctx, append(simple, ruled...)); err != nil {
		return err
	}
	if err := config.WriteSecret(filepath.Join(dir, "token"), "lab-"+uuid.NewString()); err != nil {
		return err
	}
	sellers, err := newPIN()
	if err != nil {
		return err
	}
	boss, err := newPIN()
	if err != nil {
		return err
	}
	for _, p := range []struct {
		id, name string
		role     staff.Role
		pin      string
	}{
		{"lab-senior", senior, staff.Senior, sellers}, {"lab-cashier", cashier, staff.Cashier, sellers},
		{"lab-manager", manager, staff.Manager, boss},
	} {
		if err := db.AddPerson(ctx, till.Person{ID: p.id, Name: p.name, Role: p.role}, p.pin); err != nil {
			return err
		}
	}
	if err := config.WriteSecret(filepath.Join(dir, managerPIN), boss); err != nil {
		return err
	}
	return config.WriteSecret(pinFile, sellers) // last: it says that the folder is finished
}

func writeShopFile(path string, items []till.Item, rules bool) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return writeShop(f, items, rules)
}

// newPIN makes four random digits that staff.HashPIN takes.
func newPIN() (string, error) {
	for {
		n, err := rand.Int(rand.Reader, big.NewInt(10_000))
		if err != nil {
			return "", fmt.Errorf("make a PIN: %w", err)
		}
		if pin := fmt.Sprintf("%04d", n); n.Int64()%1111 != 0 {
			return pin, nil
		}
	}
}
