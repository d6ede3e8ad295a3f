package server

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"kassa/localmodule/api"
	"kassa/localmodule/cache"

	"golang.org/x/time/rate"
)

// Limits for one address. Wrong passwords cost about 0.2 s of processor time each, hence their own limit.
const (
	requestsASecond = 2000 // engine.md §5.2
	requestsAtOnce  = 5000
	wrongEvery      = 2 * time.Second
	wrongAtOnce     = 5
	maxVisitors     = 1024 // addresses remembered
)

// gate knows the one login of this module.
type gate struct {
	cache      *cache.Cache
	allowBasic bool
	key        []byte        // of this process, for known
	slow       chan struct{} // one token: one password is worked out at a time

	mu    sync.Mutex // guards known
	known []byte     // HMAC of the last good login with the stored hash: spares the 0.2 s for every request
}

func newGate(c *cache.Cache, allowBasic bool) *gate {
	g := &gate{cache: c, allowBasic: allowBasic, key: make([]byte, 32), slow: make(chan struct{}, 1)}
	rand.Read(g.key)
	return g
}

// open tells whether plain HTTP may carry a login.
func (g *gate) open() bool {
	owner, _ := g.cache.Owner()
	return g.allowBasic || owner.AllowBasic
}

// remembers tells whether this login was found right before. Constant time.
func (g *gate) remembers(login, password string) bool {
	mac := g.mac(login, password)
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.known != nil && hmac.Equal(mac, g.known)
}

// proves works out whether a login is right. It takes about 0.2 s; false also when the context ends.
func (g *gate) proves(ctx context.Context, login, password string) bool {
	select {
	case g.slow <- struct{}{}:
	case <-ctx.Done():
		return false
	}
	defer func() { <-g.slow }()
	if g.remembers(login, password) { // another request of the same till was first
		return true
	}
	owner, owned := g.cache.Owner()
	// Both are always compared, so that the time does not tell which one is wrong.
	right := cache.PasswordIs(owner.Password, password)
	if !owner.LoginIs(login) || !right || !owned {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.known = g.mac(login, password)
	return true
}

func (g *gate) mac(login, password string) []byte {
	owner, _ := g.cache.Owner()
	m := hmac.New(sha256.New, g.key)
	for _, part := range []string{owner.Password, login, password} {
		_ = binary.Write(m, binary.BigEndian, uint64(len(part))) // a hash never fails
		m.Write([]byte(part))
	}
	return m.Sum(nil)
}

// guard lets a request through that has the login, within the limits of its address and of the whole service.
func (s *Server) guard(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		owner, owned := s.cache.Owner()
		now := s.cache.Now()
		who := s.visitors.of(r.RemoteAddr, now)
		if !owner.Test && !who.requests.AllowN(now, 1) {
			busy(w, http.StatusTooManyRequests, "too many requests from this address")
			return
		}
		if !owned {
			// Nobody has a login yet, and there is nothing to guard.
			writeJSON(w, http.StatusBadRequest, api.Error{ErrorCode: api.ErrorNotReady, Message: "not ready: " + api.StatusNotConfigured})
			return
		}
		if r.TLS == nil && !s.gate.open() {
			unauthorised(w, "login over plain HTTP is switched off here")
			return
		}
		login, password, given := r.BasicAuth()
		if !given {
			unauthorised(w, "login is missing")
			return
		}
		if !s.gate.remembers(login, password) {
			if !owner.Test && !who.wrong.AllowN(now, 1) {
				busy(w, http.StatusTooManyRequests, "too many wrong logins from this address")
				return
			}
			if !s.gate.proves(r.Context(), login, password) {
				s.log.Warn("wrong login", "from", r.RemoteAddr)
				unauthorised(w, "login or password is wrong")
				return
			}
		}
		select {
		case s.inFlight <- struct{}{}:
			defer func() { <-s.inFlight }()
			next(w, r)
		default:
			busy(w, http.StatusServiceUnavailable, "too many requests at once")
		}
	}
}

func unauthorised(w http.ResponseWriter, why string) {
	w.Header().Set("WWW-Authenticate", `Basic realm="localmodule", charset="UTF-8"`)
	writeJSON(w, http.StatusUnauthorized, api.Error{Message: why})
}

func busy(w http.ResponseWriter, status int, why string) {
	w.Header().Set("Retry-After", "1")
	writeJSON(w, status, api.Error{Message: why})
}

// visitors keeps the limits of addresses.
type visitors struct {
	mu sync.Mutex // guards by
	by map[netip.Addr]*visitor
}

type visitor struct {
	requests, wrong *rate.Limiter
	seen            time.Time
}

func newVisitors() *visitors { return &visitors{by: map[netip.Addr]*visitor{}} }

// of gives the limits of the address of a connection ("host:port"); what cannot be read shares one entry.
func (v *visitors) of(remote string, now time.Time) *visitor {
	at, _ := netip.ParseAddrPort(remote)
	addr := at.Addr().Unmap()
	v.mu.Lock()
	defer v.mu.Unlock()
	who := v.by[addr]
	if who == nil {
		if len(v.by) >= maxVisitors {
			v.forgetOldest()
		}
		who = &visitor{requests: rate.NewLimiter(requestsASecond, requestsAtOnce), wrong: rate.NewLimiter(rate.Every(wrongEvery), wrongAtOnce)}
		v.by[addr] = who
	}
	who.seen = now
	return who
}

// forgetOldest makes room for one more. The caller has mu.
func (v *visitors) forgetOldest() {
	var oldest netip.Addr
	var at time.Time
	for addr, who := range v.by {
		if at.IsZero() || who.seen.Before(at) {
			oldest, at = addr, who.seen
		}
	}
	delete(v.by, oldest)
}
