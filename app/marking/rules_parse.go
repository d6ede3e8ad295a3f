package marking

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Limits of a file of rules. The built-in one is far below all of them.
const (
	MaxRulesSize  = 256 << 10
	maxRules      = 200
	maxConditions = 16
	maxAfterDays  = 30
	maxRuleText   = 200 // characters of a title and of a source
)

// rulesFile is the form of the file.
type rulesFile struct {
	Version   string            `json:"version"`
	Date      string            `json:"date"`
	Source    string            `json:"source"`
	Note      json.RawMessage   `json:"note"`
	Emergency json.RawMessage   `json:"emergency"`
	Offline   json.RawMessage   `json:"offline_check"`
	Rules     []json.RawMessage `json:"rules"`
}

type emergencyFile struct {
	AfterDays *int            `json:"after_days"`
	Source    string          `json:"source"`
	Note      json.RawMessage `json:"note"`
}

type offlineFile struct {
	From   string          `json:"from"`
	Groups json.RawMessage `json:"groups"` // name: day or "never"
	Source string          `json:"source"`
	Note   json.RawMessage `json:"note"`
}

type ruleFile struct {
	ID        string          `json:"id"`
	Title     string          `json:"title"`
	Source    string          `json:"source"`
	Note      json.RawMessage `json:"note"`
	Reason    Reason          `json:"reason"`
	Groups    json.RawMessage `json:"groups"`
	From      string          `json:"from"`
	Until     string          `json:"until"`
	When      []string        `json:"when"`
	Unless    json.RawMessage `json:"unless"`
	Answers   []string        `json:"answers"`
	Always    bool            `json:"always"`
	Emergency []string        `json:"emergency"`
	Verdict   string          `json:"verdict"`
	Advice    bool            `json:"advice"`
}

type exceptionFile struct {
	Groups json.RawMessage `json:"groups"`
	When   []string        `json:"when"`
}

// ruleReasons are the reasons that a rule may have, with the condition whose value their sentence tells; 0: none.
var ruleReasons = map[Reason]conditionKind{
	ReasonStructure: 0, ReasonNotFound: 0, ReasonNotApplied: 0, ReasonBadCheck: 0, ReasonBlocked: 0, ReasonPermitVoid: 0,
	ReasonVetVoid: 0, ReasonSold: 0, ReasonSoldHere: 0, ReasonNotInTrade: 0, ReasonForeignOwner: 0, ReasonOnlineOnly: 0,
	ReasonExpired: onExpiry, ReasonPriceNotMRP: onPriceMRP, ReasonPriceBelowSM: onPriceSMP, ReasonPriceBelowMP: onPriceBelow,
}

// allowedConditions is the vocabulary in short, for errors.
var allowedConditions = "FACT is [not] true|false, where FACT is " + strings.Join(factNames[:], ", ") +
	`; "ogvs has A", where A is ` + strings.Join(authorities, ", ") +
	`; "check part is missing", "setting refuse_foreign_owner is on", "now >= expireDate", "price != mrp in code", "price < smp x packs", "price < mrp"`

// ParseRules reads a file of rules. The form is that of rules.json, whose notes explain it. An error names the
// rule and its member in one line, and says what is allowed.
func ParseRules(text []byte) (*Rules, error) {
	if len(text) > MaxRulesSize {
		return nil, fmt.Errorf("the file has %d bytes, at most %d are allowed", len(text), MaxRulesSize)
	}
	var f rulesFile
	if err := decode(text, &f); err != nil {
		return nil, err
	}
	r := &Rules{version: f.Version, date: f.Date, text: bytes.Clone(text)}
	if !isName(f.Version, ".") {
		return nil, fmt.Errorf("version %q: 1 to 40 of a-z, 0-9, dot and hyphen", f.Version)
	}
	if !bytes.Equal(text, builtInText) {
		sum := sha256.Sum256(text)
		r.version += "-" + hex.EncodeToString(sum[:4])
	}
	if _, err := parseDay("date", f.Date); err != nil {
		return nil, err
	}
	if err := r.setEmergency(f.Emergency); err != nil {
		return nil, fmt.Errorf("emergency: %w", err)
	}
	if err := r.setOffline(f.Offline); err != nil {
		return nil, fmt.Errorf("offline_check: %w", err)
	}
	if len(f.Rules) == 0 || len(f.Rules) > maxRules {
		return nil, fmt.Errorf("rules: there are %d, 1 to %d are allowed", len(f.Rules), maxRules)
	}
	ids := map[string]bool{}
	for i, raw := range f.Rules {
		row, id, err := parseRule(raw)
		if err == nil && ids[id] {
			err = errors.New("id: there is another rule of this id")
		}
		if err != nil {
			return nil, fmt.Errorf("rule %d (%q): %w", i+1, id, err)
		}
		ids[id] = true
		r.rows = append(r.rows, row)
	}
	return r, nil
}

func (r *Rules) setEmergency(raw json.RawMessage) error {
	var f emergencyFile
	if err := decode(raw, &f); err != nil {
		return err
	}
	if f.AfterDays == nil || *f.AfterDays < 0 || *f.AfterDays > maxAfterDays {
		return fmt.Errorf("after_days: 0 to %d", maxAfterDays)
	}
	r.after = time.Duration(*f.AfterDays) * 24 * time.Hour
	return nil
}

func (r *Rules) setOffline(raw json.RawMessage) error {
	var f offlineFile
	if err := decode(raw, &f); err != nil {
		return err
	}
	var err error
	if r.offlineFrom, err = parseDay("from", f.From); err != nil {
		return err
	}
	if f.Groups == nil {
		return nil
	}
	var days map[string]string
	if err := decode(f.Groups, &days); err != nil {
		return fmt.Errorf("groups: %w", err)
	}
	r.offlineIn = make(map[ProductGroup]day, len(days))
	for _, name := range slices.Sorted(maps.Keys(days)) {
		g, err := parseRuleGroup(name)
		if err != nil {
			return err
		}
		from, err := parseDay("groups."+name, days[name])
		switch {
		case days[name] == "never":
			from = never
		case err != nil:
			return fmt.Errorf(`%w, or "never"`, err)
		}
		r.offlineIn[g] = from
	}
	return nil
}

// parseRule reads one rule; the id is given with an error too.
func parseRule(raw json.RawMessage) (row, string, error) {
	var f ruleFile
	if err := decode(raw, &f); err != nil {
		return row{}, f.ID, err
	}
	r := row{
		Rule:   Rule{ID: f.ID, Title: f.Title, Source: f.Source, Reason: f.Reason, From: f.From, Until: f.Until},
		always: f.Always, advice: f.Advice,
	}
	steps := []func(*row, *ruleFile) error{checkTexts, setGroups, setDays, setAnswers, setConditions, setException, setEffect}
	for _, step := range steps {
		if err := step(&r, &f); err != nil {
			return row{}, f.ID, err
		}
	}
	return r, f.ID, nil
}

func checkTexts(_ *row, f *ruleFile) error {
	if !isName(f.ID, "") {
		return errors.New("id: 1 to 40 of a-z, 0-9 and hyphen")
	}
	if !isLine(f.Title) || !isLine(f.Source) {
		return fmt.Errorf("title and source: one line each, 1 to %d characters", maxRuleText)
	}
	return nil
}

func setGroups(r *row, f *ruleFile) (err error) {
	r.Groups, err = parseGroups(f.Groups)
	return err
}

func setDays(r *row, f *ruleFile) (err error) {
	if f.From != "" {
		if r.from, err = parseDay("from", f.From); err != nil {
			return err
		}
	}
	if f.Until != "" {
		if r.until, err = parseDay("until", f.Until); err != nil {
			return err
		}
		if r.until < r.from {
			return fmt.Errorf("until %s: it is before from", f.Until)
		}
	}
	return nil
}

func setAnswers(r *row, f *ruleFile) error {
	for _, word := range f.Answers {
		a, ok := map[string]answers{"online": byOnline, "offline": byOffline, "own": byOwn}[word]
		if !ok {
			return fmt.Errorf("answers %q: online, offline, own", word)
		}
		r.answers |= a
	}
	if r.answers == 0 {
		return errors.New("answers: at least one of online, offline, own")
	}
	return nil
}

func setConditions(r *row, f *ruleFile) (err error) {
	if r.when, err = parseConditions(f.When, r.answers); err != nil {
		return err
	}
	// Absent forbids nothing, and a setting alone does not either.
	if !slices.ContainsFunc(r.when, func(c condition) bool { return !c.not && c.kind != onSetting }) {
		return errors.New("when: at least one condition that looks at something present, not only «is not»")
	}
	return nil
}

func setException(r *row, f *ruleFile) (err error) {
	if f.Unless == nil {
		return nil
	}
	var e exceptionFile
	if err := decode(f.Unless, &e); err != nil {
		return fmt.Errorf("unless: %w", err)
	}
	if r.exceptIn, err = parseGroups(e.Groups); err != nil {
		return fmt.Errorf("unless: %w", err)
	}
	if r.except, err = parseConditions(e.When, r.answers); err != nil {
		return fmt.Errorf("unless: %w", err)
	}
	return nil
}

// setEffect: what the row does when it holds, and when else it is looked at.
func setEffect(r *row, f *ruleFile) error {
	var ok bool
	if r.told, ok = ruleReasons[f.Reason]; !ok {
		return fmt.Errorf("reason %q: %s", f.Reason, listed(ruleReasons))
	}
	if r.told != 0 && !slices.ContainsFunc(r.when, func(c condition) bool { return c.kind == r.told }) {
		return fmt.Errorf("reason %q: its sentence needs a condition of that kind in when", f.Reason)
	}
	for _, phase := range f.Emergency {
		switch phase {
		case "on":
			r.on = true
		case "after":
			r.after = true
		default:
			return fmt.Errorf("emergency %q: on, after", phase)
		}
	}
	switch f.Verdict {
	case "", "forbid":
		r.verdict = Forbid
	case "unchecked":
		r.verdict = Unchecked
	default:
		return fmt.Errorf("verdict %q: forbid, unchecked", f.Verdict)
	}
	special := r.always || r.on || r.after
	switch {
	case r.on && r.answers&byOwn == 0:
		return errors.New(`emergency "on": nobody is asked then; the rule must have "own" among its answers`)
	case r.always && (r.on || r.after):
		return errors.New("emergency: a rule that holds always needs none")
	case r.verdict == Unchecked && (special || r.advice):
		return errors.New(`verdict "unchecked": not together with always, emergency or advice`)
	case r.advice && r.answers&byOnline == 0:
		return errors.New(`advice: the stock is checked online; the rule must have "online" among its answers`)
	case r.advice && slices.ContainsFunc(r.when, func(c condition) bool { return c.kind.looksAtSale() }):
		return errors.New("advice: the stock is judged by the answer alone, without code, price and setting")
	}
	return nil
}

func parseConditions(texts []string, in answers) ([]condition, error) {
	if len(texts) == 0 || len(texts) > maxConditions {
		return nil, fmt.Errorf("when: there are %d conditions, 1 to %d are allowed", len(texts), maxConditions)
	}
	list := make([]condition, len(texts))
	for i, text := range texts {
		c, ok := vocabulary[text]
		if !ok {
			return nil, fmt.Errorf("when %q: allowed are %s", text, allowedConditions)
		}
		if in&^c.in != 0 {
			return nil, fmt.Errorf("when %q: not every one of the rule's answers can tell it", text)
		}
		list[i] = c
	}
	return list, nil
}

// parseGroups reads "all" (nil) or a list of names.
func parseGroups(raw json.RawMessage) ([]ProductGroup, error) {
	if string(raw) == `"all"` {
		return nil, nil
	}
	var names []string
	if err := json.Unmarshal(raw, &names); err != nil || len(names) == 0 {
		return nil, errors.New(`groups: "all", or a list of product groups`)
	}
	groups := make([]ProductGroup, len(names))
	for i, name := range names {
		g, err := parseRuleGroup(name)
		if err != nil {
			return nil, err
		}
		if slices.Contains(groups[:i], g) {
			return nil, fmt.Errorf("groups: %q is there twice", name)
		}
		groups[i] = g
	}
	return groups, nil
}

// parseRuleGroup: a name, or the number of a group that has none yet: the state adds groups every year.
func parseRuleGroup(name string) (ProductGroup, error) {
	if g, ok := ParseGroup(name); ok && g != 0 {
		return g, nil
	}
	if n, err := strconv.ParseUint(name, 10, 10); err == nil && n > 0 && groupNames[ProductGroup(n)] == "" {
		return ProductGroup(n), nil
	}
	return 0, fmt.Errorf("groups %q: %s, or the number of a group without a name", name, listed(groupsByName()))
}

func groupsByName() map[string]ProductGroup {
	m := make(map[string]ProductGroup, len(groupNames))
	for g, name := range groupNames {
		m[name] = g
	}
	return m
}

func parseDay(member, s string) (day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("%s %q: a day as YYYY-MM-DD", member, s)
	}
	return localDay(t), nil
}

// isName: small Latin letters, digits, hyphen and what else is named.
func isName(s, also string) bool {
	return s != "" && len(s) <= 40 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-"+also) == ""
}

// isLine: text for a screen.
func isLine(s string) bool {
	return s != "" && utf8.RuneCountInString(s) <= maxRuleText && !strings.ContainsFunc(s, unicode.IsControl)
}

func listed[K ~string, V any](m map[K]V) string {
	var b strings.Builder
	for i, k := range slices.Sorted(maps.Keys(m)) {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(k))
	}
	return b.String()
}

// decode reads one JSON object strictly: no unknown member, none twice, nothing behind it.
func decode(raw []byte, into any) error {
	if len(raw) == 0 {
		return errors.New("it is missing")
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return explain(err, raw, into)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something stands behind the end of the JSON object")
	}
	return noneTwice(raw)
}

// noneTwice refuses a member that an object has twice: the decoder takes the last one silently. What it is
// given was decoded already, so that reading it once more cannot fail.
func noneTwice(raw []byte) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	if start, _ := d.Token(); start != json.Delim('{') { // null
		return errors.New("a JSON object is wanted")
	}
	seen := map[string]bool{}
	for d.More() {
		name, _ := d.Token()
		key := strings.ToLower(fmt.Sprint(name)) // the decoder does not mind the case
		if seen[key] {
			return fmt.Errorf("member %q is there twice", name)
		}
		seen[key] = true
		var value json.RawMessage
		_ = d.Decode(&value)
	}
	return nil
}

// explain says what is wrong in the file's own words.
func explain(err error, raw []byte, into any) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("line %d: %w", 1+bytes.Count(raw[:min(int(syntax.Offset), len(raw))], []byte("\n")), err)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return errors.New("the JSON object does not end")
	case errors.As(err, &kind):
		member := kind.Field
		if member != "" {
			member += ": "
		}
		return fmt.Errorf("%s%s is wanted, not %s", member, kindWords[kind.Type.Kind()], kind.Value)
	}
	// What is left is DisallowUnknownFields, which has no type of its own.
	name := strings.TrimPrefix(err.Error(), "json: unknown field ")
	return fmt.Errorf("unknown member %s: allowed are %s", name, strings.Join(members(into), ", "))
}

var kindWords = map[reflect.Kind]string{
	reflect.String: "a text", reflect.Bool: "true or false", reflect.Int: "a whole number", reflect.Slice: "a list",
	reflect.Map: "a JSON object", reflect.Struct: "a JSON object",
}

// members are the names that an object of the file may have.
func members(into any) []string {
	t := reflect.TypeOf(into).Elem()
	names := make([]string, t.NumField())
	for i := range names {
		names[i] = t.Field(i).Tag.Get("json")
	}
	return names
}
