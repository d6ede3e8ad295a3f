package config

import (
	"fmt"
	"io"
	"os"
	"time"

	"kassa/app/marking"
)

// Marking is how marked goods are checked.
type Marking struct {
	// Paths are the ways to the central system, in the order in which they are asked: gateway, trueapi.
	// None: the gateway when one is set, else trueapi. The local module is asked beside them, always.
	Paths   []marking.Path `yaml:"paths,omitempty"`
	Online  Online         `yaml:"online,omitempty"`
	Gateway Gateway        `yaml:"gateway,omitempty"`
	Offline Offline        `yaml:"offline,omitempty"`
	Budget  time.Duration  `yaml:"budget,omitempty"` // 100 ms to 1.5 s, the law's number; 0: 1.5 s

	// NoAnswer: what to do when nobody can tell: forbid (default) or allow; NoAnswerIn has another word for
	// some product groups, by their names: {milk: allow}.
	NoAnswer           string            `yaml:"no_answer,omitempty"`
	NoAnswerIn         map[string]string `yaml:"no_answer_in,omitempty"`
	RefuseForeignOwner bool              `yaml:"refuse_foreign_owner,omitempty"`

	// RulesFile replaces the built-in table of forbidden sales (tillctl rules show writes it out).
	RulesFile string    `yaml:"rules_file,omitempty"`
	Emergency Emergency `yaml:"emergency,omitempty"`
	// EvidenceDays is how long the book of checks is kept; 0: three years.
	EvidenceDays int      `yaml:"evidence_days,omitempty"`
	PreCheck     PreCheck `yaml:"precheck,omitempty"`
}

// Online is path A, True API.
type Online struct {
	// URL is the one site that is asked, without discovery. Entry is the host that lists the sites; it is used
	// when URL is empty. Both empty: path A is not used.
	URL       string `yaml:"url,omitempty"`
	Entry     string `yaml:"entry,omitempty"` // https://cdn.crpt.ru
	TokenFile string `yaml:"token_file,omitempty"`
	// TokenUntil is the last day of the key, YYYY-MM-DD, when it is known: the till warns before it.
	TokenUntil string `yaml:"token_until,omitempty"`
}

// Gateway is path C, ТС ПИоТ / ЕСМ.
type Gateway struct {
	URL string `yaml:"url,omitempty"` // https://127.0.0.1:51401
	// API is the version of its protocol, 1 to 3; 0: found out.
	API int `yaml:"api,omitempty"`
	// Fingerprint is the SHA-256 of its certificate in hex, for one that signs itself (tillctl gateway trust).
	Fingerprint string `yaml:"fingerprint,omitempty"`
	// ClientID and TokenFile are the members id and token of client_info; without ClientID it is made of the
	// organisation and the till's name.
	ClientID  string `yaml:"client_id,omitempty"`
	TokenFile string `yaml:"token_file,omitempty"`
}

// Offline check through the shop's local module, path B. It must be switched on here, and the module bound.
type Offline struct {
	Enabled      bool   `yaml:"enabled"`
	URL          string `yaml:"url,omitempty"`
	Login        string `yaml:"login,omitempty"`
	PasswordFile string `yaml:"password_file,omitempty"`
}

// Emergency of ГИС МТ (HTTP 203).
type Emergency struct {
	// Probe is how often the centre is asked whether it is over; 0: 5 minutes.
	Probe time.Duration `yaml:"probe,omitempty"`
}

// PreCheck is the check of the stock in the background.
type PreCheck struct {
	Off bool `yaml:"off,omitempty"`
	// Batch is how many codes one request has (0: 50), Every the pause between requests (0: 10 s), Again when
	// a code is asked about once more (0: 24 h).
	Batch int           `yaml:"batch,omitempty"`
	Every time.Duration `yaml:"every,omitempty"`
	Again time.Duration `yaml:"again,omitempty"`
}

// Label is one kind of in-store barcode. The digits are: prefix, item, value, check digit.
type Label struct {
	Prefix      string `yaml:"prefix"`
	ItemDigits  int    `yaml:"item_digits"`
	InnerCheck  bool   `yaml:"inner_check,omitempty"` // a check digit stands before the value
	ValueDigits int    `yaml:"value_digits"`
	Kind        string `yaml:"kind"` // grams, kopecks, pieces
	// Multiplier of the value, 0: 1; 100 with grams reads tenths of a kilogram.
	Multiplier int `yaml:"multiplier,omitempty"`
}

// Rules is the table of forbidden sales that the settings name, or the built-in one.
func (c *Config) Rules() (*marking.Rules, error) {
	if c.Marking.RulesFile == "" {
		return marking.DefaultRules(), nil
	}
	rules, err := ReadRules(c.Path(c.Marking.RulesFile))
	if err != nil {
		return nil, &Error{
			File: c.name(), What: "marking.rules_file: " + oneLine(err.Error()), Err: err,
			Do: "correct that file (tillctl rules check), or leave the key out: the built-in table is used then",
		}
	}
	return rules, nil
}

// Parser reads scans with the shop's own labels.
func (c *Config) Parser() (marking.Parser, error) {
	var p marking.Parser
	for i, l := range c.Labels {
		label := marking.Label{Prefix: l.Prefix, ItemDigits: l.ItemDigits, InnerCheck: l.InnerCheck, ValueDigits: l.ValueDigits,
			Kind: marking.LabelKind(l.Kind), Multiplier: l.Multiplier}
		if err := label.Check(); err != nil {
			return p, &Error{File: c.name(), What: fmt.Sprintf("labels, the %d. one: %v", i+1, err), Do: "correct the label, or leave labels out for the usual ones", Err: err}
		}
		p.Labels = append(p.Labels, label)
	}
	return p, nil
}

// ReadRules reads a table of forbidden sales.
func ReadRules(file string) (*marking.Rules, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("read rules: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, marking.MaxRulesSize+1))
	if err != nil {
		return nil, fmt.Errorf("read rules: %w", err)
	}
	rules, err := marking.ParseRules(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return rules, nil
}
