package wire

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"kassa/app/config"
	"kassa/app/sale"
	"kassa/app/store"
	"kassa/device"
	"kassa/localmodule/client"
	"kassa/sync/trueapi"
)

// Every adapter fits its port by structure alone; these lines make the compiler say so.
var (
	_ sale.Journal = (*store.Store)(nil)
	_ sale.Catalog = (*store.Store)(nil)
	_ sale.Staff   = (*store.Store)(nil)
	_ sale.Printer = (device.FiscalPrinter)(nil)
	_ sale.Online  = centre{}
	_ sale.Prober  = centre{}
	_ sale.Module  = module{}
)

// centre is the central system as the engine sees it.
type centre struct{ *trueapi.Client }

// Probe asks whether the site is there.
func (c centre) Probe(ctx context.Context) sale.OnlineState {
	h, err := c.Client.Health(ctx)
	s := sale.OnlineState{Emergency: h.Emergency}
	var failed *trueapi.Error
	if errors.As(err, &failed) {
		s.Fault, s.Detail = failed.Fault, failed.Error()
	}
	return s
}

// module is the local module as the engine sees it.
type module struct{ *client.Client }

// State tells whether it may be used.
func (m module) State(ctx context.Context) sale.ModuleState {
	s := m.Client.State(ctx)
	return sale.ModuleState{Fault: s.Fault, Detail: s.Detail, INN: s.INN, DataAt: s.DataAt}
}

// OnlineAt asks one site with a key.
func OnlineAt(url string, token func() string, log *slog.Logger) sale.Online {
	return centre{trueapi.New(trueapi.Settings{URL: url, Token: token, Now: time.Now}, log.With("component", "trueapi"))}
}

// ModuleAt asks one module.
func ModuleAt(url, login, password string, log *slog.Logger) sale.Module {
	return module{client.New(client.Settings{URL: url, Login: login, Password: password, Now: time.Now}, log.With("component", "module"))}
}

// Online is the settings' central system, nil when none is set. The key is read anew for each call, so
// that `tillctl token set` works beside a running till.
func Online(c *config.Config, log *slog.Logger) sale.Online {
	o := c.Marking.Online
	if o.URL == "" {
		return nil
	}
	return OnlineAt(o.URL, func() string {
		token, err := c.Secret(o.TokenFile)
		if err != nil {
			log.Error("key of the central system", "error", err)
		}
		return token
	}, log)
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
