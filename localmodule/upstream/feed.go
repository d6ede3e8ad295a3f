package upstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"kassa/app/feed"
	"kassa/localmodule/cache"
)

// Errors of a feed besides those of app/feed.
var (
	ErrStepsOnly = errors.New("the newest version is offered as steps only")
	ErrTooLarge  = errors.New("too large")
	ErrObject    = errors.New("the object differs from its name")
)

// StatusError is an HTTP answer other than the wanted one.
type StatusError struct {
	Path   string
	Status int
}

func (e *StatusError) Error() string { return fmt.Sprintf("%s answered %d", e.Path, e.Status) }

// smallPatience bounds a request for keys or a head, all in all.
const smallPatience = 30 * time.Second

// FeedSettings of NewFeed.
type FeedSettings struct {
	URL   string       // base address: http or https, the feed is under /feed/v1/
	Cache *cache.Cache // its owner's token is sent as X-API-KEY, to this address only
	Log   *slog.Logger
	// Stall ends a download that brings no byte for so long; 0: one minute.
	Stall time.Duration
}

// Feed is the centre's signed feed. One Sync at a time.
type Feed struct {
	base   string
	cache  *cache.Cache
	client *http.Client
	stall  time.Duration
	log    *slog.Logger
}

// NewFeed makes no contact yet.
func NewFeed(set FeedSettings) (*Feed, error) {
	if err := CheckURL(set.URL); err != nil {
		return nil, err
	}
	if set.Stall == 0 {
		set.Stall = time.Minute
	}
	return &Feed{
		base: strings.TrimRight(set.URL, "/"), cache: set.Cache, stall: set.Stall, log: set.Log,
		client: &http.Client{
			// A transport of our own, so that its connections are closed with us. No compression: objects do
			// not shrink, and their sizes are signed.
			Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, MaxIdleConns: 2, IdleConnTimeout: time.Minute,
				TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: smallPatience, DisableCompression: true},
			// The token must not travel to an address that nobody typed.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

// CheckURL tells whether an address can be that of a feed.
func CheckURL(address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("address of the upstream: %w", err)
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("address of the upstream %q: want http://host or https://host", u.Redacted())
	}
	return nil
}

// Sync brings all lists to the newest version in one switch. See Upstream.
func (f *Feed) Sync(ctx context.Context, full bool, progress func(Progress)) (Result, error) {
	if progress == nil {
		progress = func(Progress) {}
	}
	if err := f.cache.SyncStarted(ctx); err != nil {
		return Result{}, err
	}
	result, err := f.sync(ctx, full, progress)
	if err != nil {
		err = fmt.Errorf("sync: %w", err)
		// It is noted even when the caller has given up.
		return Result{}, errors.Join(err, f.cache.SyncFailed(context.WithoutCancel(ctx), err.Error()))
	}
	return result, nil
}

func (f *Feed) sync(ctx context.Context, full bool, progress func(Progress)) (result Result, err error) {
	trust, err := f.Pin(ctx)
	if err != nil {
		return Result{}, err
	}
	var steps []cache.Step
	defer func() {
		if err == nil {
			return
		}
		for _, s := range steps {
			if s.Base != nil {
				err = errors.Join(err, f.cache.Discard(s.Base))
			}
		}
	}()
	for _, list := range cache.Lists() {
		var head feed.Head
		if head, trust, err = f.head(ctx, list, trust); err != nil {
			return Result{}, err
		}
		step := cache.Step{Head: head}
		if full || !f.has(head) {
			if step.Base, err = f.load(ctx, head, progress); err != nil {
				return Result{}, fmt.Errorf("load %s %d/%d: %w", list, head.Epoch, head.Seq, err)
			}
			result.Bytes += head.Snapshot.Bytes
		}
		steps = append(steps, step)
		result.Lists = append(result.Lists, ListResult{list, head.Epoch, head.Seq, head.State.Count, step.Base != nil})
		pace := time.Duration(head.NextAfterSeconds) * time.Second
		if result.NextAfter == 0 || pace < result.NextAfter {
			result.NextAfter = pace
		}
	}
	toApply := steps
	steps = nil // Apply owns the built files, whatever it returns
	if err := f.cache.Apply(ctx, toApply); err != nil {
		return Result{}, err
	}
	if err := f.removeParts(""); err != nil {
		f.log.Warn("the new version serves, an old download stays", "error", err)
	}
	return result, nil
}

// has tells whether the set that a head describes is the one that serves.
func (f *Feed) has(head feed.Head) bool {
	have, loaded := f.cache.Head(head.List)
	return loaded && have.Epoch == head.Epoch && have.Seq == head.Seq && have.State == head.State
}

// Pin gives the trusted keys; at the first contact without pinned root keys it takes those of the feed.
// The fingerprint in the log and in the result's Root is for a person to compare.
func (f *Feed) Pin(ctx context.Context) (cache.Trust, error) {
	trust, found, err := f.cache.Trust(ctx)
	if err != nil || found && trust.Keys.Version > 0 {
		return trust, err
	}
	if found {
		return f.newKeys(ctx, trust)
	}
	signed, err := f.signedKeys(ctx)
	if err != nil {
		return cache.Trust{}, err
	}
	keys, err := feed.PinKeys(signed, f.cache.Now())
	if err != nil {
		return cache.Trust{}, fmt.Errorf("first keys: %w", err)
	}
	trust = cache.Trust{Root: keys.Trust(""), Keys: keys}
	if err := f.cache.Pin(ctx, trust); err != nil {
		return cache.Trust{}, err
	}
	f.log.Warn("pinned the root keys of the first contact", "fingerprint", trust.Root.Fingerprint())
	return trust, nil
}

// newKeys fetches keys.json and takes it when the trusted root keys have signed it.
func (f *Feed) newKeys(ctx context.Context, trust cache.Trust) (cache.Trust, error) {
	signed, err := f.signedKeys(ctx)
	if err != nil {
		return cache.Trust{}, err
	}
	keys, err := feed.VerifyKeys(signed, trust.Root, f.cache.Now())
	if err != nil {
		return cache.Trust{}, err
	}
	next := cache.Trust{Root: keys.Trust(trust.Root.Feed), Keys: keys}
	if err := f.cache.Rotate(ctx, next); err != nil {
		return cache.Trust{}, err
	}
	f.log.Info("took new keys", "version", keys.Version, "fingerprint", next.Root.Fingerprint())
	return next, nil
}

func (f *Feed) signedKeys(ctx context.Context) (feed.SignedKeys, error) {
	var signed feed.SignedKeys
	return signed, f.getJSON(ctx, "/feed/v1/keys", &signed)
}

// head fetches and verifies the head of a list. Keys that it needs and that are not known yet are fetched
// once; the trust that the head was verified with is returned with it.
func (f *Feed) head(ctx context.Context, list feed.List, trust cache.Trust) (feed.Head, cache.Trust, error) {
	var signed feed.Signed
	if err := f.getJSON(ctx, "/feed/v1/"+string(list)+"/head", &signed); err != nil {
		return feed.Head{}, trust, err
	}
	believed := feed.Trusted{Feed: trust.Root.Feed, List: list}
	if applied, _ := f.cache.Head(list); !applied.Issued.IsZero() {
		believed = applied.Trusted()
	}
	head, err := feed.VerifyHead(signed, trust.Keys, f.cache.Now(), believed)
	if errors.Is(err, feed.ErrKeysOutdated) || errors.Is(err, feed.ErrUnknownKey) || errors.Is(err, feed.ErrKeysExpired) {
		fresh, keysErr := f.newKeys(ctx, trust)
		if keysErr != nil {
			return feed.Head{}, trust, errors.Join(err, keysErr)
		}
		trust = fresh
		head, err = feed.VerifyHead(signed, trust.Keys, f.cache.Now(), believed)
	}
	if err != nil {
		return feed.Head{}, trust, err
	}
	if trust.Root.Feed == "" {
		// From the first head on, heads of other feeds under the same root keys are refused.
		trust.Root.Feed = head.Feed
		if err := f.cache.Rotate(ctx, trust); err != nil {
			return feed.Head{}, trust, err
		}
	}
	return head, trust, nil
}

// getJSON reads a small answer.
func (f *Feed) getJSON(ctx context.Context, path string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, smallPatience)
	defer cancel()
	resp, err := f.get(ctx, path, nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return &StatusError{path, resp.StatusCode}
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, feed.MaxHeadBytes+1))
	if err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	if len(data) > feed.MaxHeadBytes {
		return fmt.Errorf("read %s: over %d bytes: %w", path, feed.MaxHeadBytes, ErrTooLarge)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("read %s: %w: %w", path, feed.ErrFormat, err)
	}
	return nil
}

func (f *Feed) get(ctx context.Context, path string, header http.Header) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, f.base+path, nil)
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", path, err)
	}
	if header != nil {
		req.Header = header
	}
	if owner, owned := f.cache.Owner(); owned {
		req.Header.Set("X-API-KEY", owner.Token)
	}
	resp, err := f.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask the upstream: %w", err)
	}
	return resp, nil
}

// Close drops the idle connections.
func (f *Feed) Close() { f.client.CloseIdleConnections() }
