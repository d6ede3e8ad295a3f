package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/renameio/v2/maybe"
	"go.yaml.in/yaml/v3"
)

// Version of the file's form.
const Version = 1

// Config is till.yaml.
type Config struct {
	Version      int          `yaml:"version"`
	Till         Till         `yaml:"till"`
	Organisation Organisation `yaml:"organisation"`
	Data         string       `yaml:"data"` // folder of till.db and catalog.db
	ActAs        ActAs        `yaml:"act_as,omitempty"`
	Printer      Printer      `yaml:"printer,omitempty"`
	Scanners     []Scanner    `yaml:"scanners,omitempty"`
	Marking      Marking      `yaml:"marking"`
	// Labels are the shop's barcodes with weight, price or count inside, by their prefix; none: the usual ones.
	Labels []Label `yaml:"labels,omitempty"`
	Screen Screen  `yaml:"screen,omitempty"`
	// Emulated is written by lab: nothing here is a real device.
	Emulated bool `yaml:"emulated,omitempty"`

	file string
}

// Till is what distinguishes one till of the shop from another.
type Till struct {
	Name string `yaml:"name"`
	// TimeZone is tag 1011, 1 (Kaliningrad) to 11 (Kamchatka); 0: not given.
	TimeZone int `yaml:"time_zone,omitempty"`
}

// Organisation that sells.
type Organisation struct {
	Name string `yaml:"name"`
	INN  string `yaml:"inn"`
	// TaxSystem: osn, usn-income, usn-income-outcome, esn, patent.
	TaxSystem string `yaml:"tax_system"`
}

// ActAs is who acts when a program without a screen uses the till.
type ActAs struct {
	Name    string `yaml:"name,omitempty"`
	PINFile string `yaml:"pin_file,omitempty"`
}

// Printer is the fiscal printer.
type Printer struct {
	Kind    string `yaml:"kind,omitempty"`    // shtrih
	Address string `yaml:"address,omitempty"` // tcp:host:port, serial:/dev/ttyS0?baud=115200
	// Passwords of the printer's tables; the maker's defaults are 1 and 30.
	OperatorPassword int `yaml:"operator_password,omitempty"`
	AdminPassword    int `yaml:"admin_password,omitempty"`
	// Time-outs; zero: the maker's.
	ENQ        time.Duration `yaml:"enq_timeout,omitempty"`
	Byte       time.Duration `yaml:"byte_timeout,omitempty"`
	Answer     time.Duration `yaml:"answer_timeout,omitempty"`
	AfterClose time.Duration `yaml:"pause_after_receipt,omitempty"`
	// NoPause says that the device needs no pause after a receipt (a simulator).
	NoPause bool `yaml:"no_pause,omitempty"`
}

// Scanner on a port.
type Scanner struct {
	Name    string `yaml:"name"`
	Address string `yaml:"address"`
	Prefix  string `yaml:"prefix,omitempty"`
	Suffix  string `yaml:"suffix,omitempty"` // cr, lf, crlf, none
}

// Screen of the window.
type Screen struct {
	Theme string `yaml:"theme,omitempty"` // light (default), dark
	// UnitsPerMM is set by the wizard's calibration: Fyne units in a millimetre of glass; 0: by the monitor.
	UnitsPerMM  float32 `yaml:"units_per_mm,omitempty"`
	TextPercent int     `yaml:"text_percent,omitempty"` // 100 (default) or 125
}

// maxFile is the largest till.yaml that is read.
const maxFile = 1 << 20

// maxSecret is the largest file of a secret.
const maxSecret = 64 << 10

// Load reads a file. What is wrong with it is an [Error] that names the line or the key.
func Load(file string) (*Config, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, inFile(opening(err), file)
	}
	defer f.Close()
	body, err := io.ReadAll(io.LimitReader(f, maxFile))
	if err != nil {
		return nil, inFile(opening(err), file)
	}
	c, err := parse(body)
	if err != nil {
		return nil, inFile(err, filepath.Base(file))
	}
	c.file, err = filepath.Abs(file)
	return c, err
}

func parse(body []byte) (*Config, error) {
	var c Config
	d := yaml.NewDecoder(bytes.NewReader(body))
	d.KnownFields(true)
	if err := d.Decode(&c); err != nil {
		return nil, unread(err)
	}
	return &c, c.check()
}

// Path makes a name of the file absolute.
func (c *Config) Path(name string) string {
	if name == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(filepath.Dir(c.file), name)
}

// Secret reads a file that holds one secret; empty name: empty secret. A file that others may read is refused.
func (c *Config) Secret(name string) (string, error) {
	if name == "" {
		return "", nil
	}
	path := c.Path(name)
	refused := func(do, what string, args ...any) error {
		e := wrong(do, "secret file "+filepath.Base(path)+" "+what, args...)
		e.File = c.name()
		return e
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", &Error{File: c.name(), What: "secret file " + filepath.Base(path) + " is missing", Do: "put it there, mode 0600 (a key of the centre: tillctl token set)", Err: err}
	case err != nil:
		return "", fmt.Errorf("read secret: %w", err)
	}
	if open := info.Mode().Perm() & 0o077; open != 0 && os.PathSeparator == '/' {
		return "", refused("chmod 600 it", "is readable by others")
	}
	if info.Size() > maxSecret {
		return "", refused("write only the secret into it", "is larger than %d KB", maxSecret>>10)
	}
	body, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read secret: %w", err)
	}
	return strings.TrimSpace(string(body)), nil
}

// WriteSecret puts a secret into a file of mode 0600, all or nothing.
func WriteSecret(path, secret string) error {
	if err := maybe.WriteFile(path, []byte(secret+"\n"), 0o600); err != nil {
		return fmt.Errorf("write secret: %w", err)
	}
	return nil
}

// Save writes the file, all or nothing, mode 0600.
func (c *Config) Save(file string) error {
	body, err := yaml.Marshal(c)
	if err != nil {
		return fmt.Errorf("write settings: %w", err)
	}
	if err := maybe.WriteFile(file, body, 0o600); err != nil {
		return fmt.Errorf("write settings: %w", err)
	}
	c.file, err = filepath.Abs(file)
	return err
}

// File is where the settings came from.
func (c *Config) File() string { return c.file }

// name is the settings' file without its folder, empty for settings that are in no file yet.
func (c *Config) name() string {
	if c.file == "" {
		return ""
	}
	return filepath.Base(c.file)
}
