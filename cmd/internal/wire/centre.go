package wire

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime/debug"
	"slices"
	"time"

	"github.com/google/uuid"

	"kassa/app/config"
	"kassa/app/marking"
	"kassa/app/sale"
	"kassa/localmodule/client"
	"kassa/sync/gateway"
	"kassa/sync/trueapi"
)

// Every path fits the engine's port by structure alone; these lines make the compiler say so.
var (
	_ sale.Online = oneSite{}
	_ sale.Prober = oneSite{}
	_ sale.Online = manySites{}
	_ sale.Prober = manySites{}
	_ sale.Online = throughGateway{}
	_ sale.Prober = throughGateway{}
	_ sale.Module = module{}

	_ sale.Describer = oneSite{}
	_ sale.Describer = manySites{}
	_ sale.Describer = throughGateway{}
)

// oneSite is path A through one site, without discovery.
type oneSite struct{ *trueapi.Client }

// Probe asks whether the site is there.
func (o oneSite) Probe(ctx context.Context) sale.OnlineState {
	h, err := o.Client.Health(ctx)
	s := sale.OnlineState{Emergency: h.Emergency}
	if h.Emergency {
		info, err := o.Client.Info(ctx)
		s.Confirmed = err == nil && info.Emergency
	}
	var failed *trueapi.Error
	if errors.As(err, &failed) {
		s.Fault, s.Detail = failed.Fault, failed.Error()
	}
	return s
}

// manySites is path A as the guide wants it.
type manySites struct {
	*trueapi.Sites
	keyUntil func() time.Time
}

// Probe asks the best sites how they are.
func (m manySites) Probe(ctx context.Context) sale.OnlineState {
	p := m.Sites.Probe(ctx)
	return sale.OnlineState{Fault: p.Fault, Detail: p.Detail, Emergency: p.Emergency, Confirmed: p.Confirmed, KeyUntil: m.keyUntil()}
}

// throughGateway is path C.
type throughGateway struct{ *gateway.Client }

// Probe asks the gateway how it is.
func (g throughGateway) Probe(ctx context.Context) sale.OnlineState {
	info, err := g.Client.Info(ctx)
	s := sale.OnlineState{Emergency: info.Emergency, Confirmed: info.Emergency}
	var failed *gateway.Error
	if errors.As(err, &failed) {
		s.Fault, s.Detail = failed.Fault, failed.Error()
	}
	return s
}

// module is the local module as the engine sees it.
type module struct{ *client.Client }

// Check asks about one code. The age of its data is shown to people: in the shop's own time.
func (m module) Check(ctx context.Context, q marking.Query) marking.ModuleAnswer {
	a := m.Client.Check(ctx, q)
	a.DataAt = local(a.DataAt)
	return a
}

// State tells whether it may be used.
func (m module) State(ctx context.Context) sale.ModuleState {
	s := m.Client.State(ctx)
	return sale.ModuleState{Fault: s.Fault, Detail: s.Detail, INN: s.INN, DataAt: local(s.DataAt)}
}

// local leaves the zero time, «not known», as it is.
func local(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.Local()
}

// OnlineAt asks one site with a key.
func OnlineAt(url string, token func() string, log *slog.Logger) sale.Online {
	return oneSite{trueapi.New(trueapi.Settings{URL: url, Token: token, Now: time.Now}, log.With("component", "trueapi"))}
}

// ModuleAt asks one module.
func ModuleAt(url, login, password string, log *slog.Logger) sale.Module {
	return module{client.New(client.Settings{URL: url, Login: login, Password: password, Now: time.Now}, log.With("component", "module"))}
}

// Module is the settings' local module, nil when none is bound.
func Module(c *config.Config, log *slog.Logger) (sale.Module, error) {
	o := c.Marking.Offline
	if o.URL == "" {
		return nil, nil
	}
	password, err := c.Secret(o.PasswordFile)
	if err != nil {
		return nil, err
	}
	return ModuleAt(o.URL, o.Login, password, log), nil
}

// Centre is the settings' ways to the central system and what runs beside them.
type Centre struct {
	Paths []sale.Online  // in the order in which they are asked
	Sites *trueapi.Sites // nil when path A is not used, or has one site without discovery
}

// OpenCentre makes the paths; it opens no connection. Close it.
func OpenCentre(c *config.Config, log *slog.Logger) (*Centre, error) {
	var centre Centre
	for _, path := range PathsOf(c) {
		switch path {
		case marking.PathGateway:
			if c.Marking.Gateway.URL == "" {
				return nil, errors.New("marking.paths names the gateway, but marking.gateway.url is empty")
			}
			centre.Paths = append(centre.Paths, throughGateway{GatewayOf(c, log)})
		case marking.PathTrueAPI:
			o := c.Marking.Online
			key := SecretOf(c, o.TokenFile, log)
			switch {
			case o.URL != "":
				centre.Paths = append(centre.Paths, OnlineAt(o.URL, key, log))
			case o.Entry != "":
				centre.Sites = SitesOf(c, key, log)
				centre.Paths = append(centre.Paths, manySites{centre.Sites, func() time.Time { return keyUntil(o, key()) }})
			default:
				return nil, errors.New("marking.paths names trueapi, but marking.online has neither entry nor url")
			}
		}
	}
	return &centre, nil
}

// SitesOf is path A of the settings as a pool: of the sites that the entry lists, or of the one site.
func SitesOf(c *config.Config, key func() string, log *slog.Logger) *trueapi.Sites {
	o := c.Marking.Online
	set := trueapi.SitesSettings{Entry: o.Entry, Token: key, Budget: c.Marking.Budget, Now: time.Now}
	if o.URL != "" {
		set.Entry, set.BuiltIn = o.URL, []string{o.URL}
	} else {
		set.File = filepath.Join(c.Path(c.Data), trueapi.SitesFile)
	}
	return trueapi.NewSites(set, log.With("component", "trueapi"))
}

// PathsOf is the order of the settings, or the usual one: the gateway when one is set, else True API.
func PathsOf(c *config.Config) []marking.Path {
	m := c.Marking
	switch {
	case len(m.Paths) > 0:
		return slices.Clone(m.Paths)
	case m.Gateway.URL != "":
		return []marking.Path{marking.PathGateway}
	case m.Online.URL != "" || m.Online.Entry != "":
		return []marking.Path{marking.PathTrueAPI}
	}
	return nil
}

// GatewayOf is the settings' gateway. A till without an id of its own is named by its organisation and name.
func GatewayOf(c *config.Config, log *slog.Logger) *gateway.Client {
	g := c.Marking.Gateway
	id := g.ClientID
	if id == "" {
		id = uuid.NewSHA1(uuid.NameSpaceOID, []byte("kassa/"+c.Organisation.INN+"/"+c.Till.Name)).String()
	}
	return gateway.New(gateway.Settings{
		URL: g.URL, API: g.API, Fingerprint: g.Fingerprint, AllowHTTP: c.Emulated, Now: time.Now,
		Client: gateway.ClientInfo{Name: "Kassa", Version: version(), ID: id, Token: SecretOf(c, g.TokenFile, log)},
	}, log.With("component", "gateway"))
}

// version of this program, as its build knows it.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "devel"
}

// SecretOf reads a secret anew for each call, so that `tillctl token set` works beside a running till.
func SecretOf(c *config.Config, file string, log *slog.Logger) func() string {
	return func() string {
		secret, err := c.Secret(file)
		if err != nil {
			log.Error("key of the central system", "error", err)
		}
		return secret
	}
}

// keyUntil is the end of the key's last day by the settings, which were checked when read, or by the key itself;
// zero when neither tells.
func keyUntil(o config.Online, key string) time.Time {
	day, err := time.ParseInLocation(time.DateOnly, o.TokenUntil, time.Local)
	if err == nil {
		return day.AddDate(0, 0, 1).Add(-time.Second)
	}
	until, _ := trueapi.KeyUntil(key)
	return until
}

// Serve keeps the list of sites until ctx ends.
func (c *Centre) Serve(ctx context.Context) error {
	if c.Sites == nil {
		<-ctx.Done()
		return ctx.Err()
	}
	return c.Sites.Serve(ctx)
}

// Close ends what runs and drops the connections; Serve has ended before.
func (c *Centre) Close() {
	if c.Sites != nil {
		c.Sites.Close()
	}
	for _, p := range c.Paths {
		if idle, ok := p.(interface{ CloseIdle() }); ok {
			idle.CloseIdle()
		}
	}
}

// Policy is what the shop has decided in its settings, and the table of forbidden sales in force.
func Policy(c *config.Config) (marking.Policy, error) {
	p := marking.Policy{NoAnswer: noAnswer(c.Marking.NoAnswer), RefuseForeignOwner: c.Marking.RefuseForeignOwner}
	for name, word := range c.Marking.NoAnswerIn {
		group, ok := marking.ParseGroup(name)
		if !ok {
			return p, fmt.Errorf("marking.no_answer_in: there is no product group %q", name)
		}
		if p.NoAnswerIn == nil {
			p.NoAnswerIn = map[marking.ProductGroup]marking.NoAnswer{}
		}
		p.NoAnswerIn[group] = noAnswer(word)
	}
	var err error
	p.Rules, err = c.Rules()
	return p, err
}

func noAnswer(word string) marking.NoAnswer {
	if word == "allow" {
		return marking.NoAnswerAllow
	}
	return marking.NoAnswerForbid
}
