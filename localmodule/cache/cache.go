package cache

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"kassa/app/feed"

	"github.com/gofrs/flock"
	"github.com/google/uuid"
)

// Errors that callers act on.
var (
	ErrInUse       = errors.New("the folder is in use by another process")
	ErrForeign     = errors.New("the folder belongs to another legal entity")
	ErrTestFolder  = errors.New("the folder holds made-up test data")
	ErrNoOwner     = errors.New("the folder was not initialised")
	ErrNotLoaded   = errors.New("the lists are not loaded")
	ErrOtherTrust  = errors.New("other root keys are pinned")
	ErrInitialised = errors.New("the folder was initialised for real")
	ErrNoRoom      = errors.New("not enough room on the disk")
)

// Lists are the lists that this module keeps.
func Lists() []feed.List { return []feed.List{feed.BlockedCIS, feed.BlockedGTIN} }

// Settings of Open.
type Settings struct {
	Now func() time.Time // the computer's clock
	Log *slog.Logger
}

// Cache owns a data folder. Safe for use by many goroutines.
type Cache struct {
	dir     string
	log     *slog.Logger
	lock    *flock.Flock
	clock   *clock
	control *control
	sold    *sold
	current atomic.Pointer[generation] // nil after Close only

	changes chan struct{} // holds at most one notice that was not taken yet

	switching sync.Mutex // one Apply or Drop at a time; taken before mu

	mu    sync.Mutex // guards what follows: copies of control.db, so that reading them costs no query
	owner Owner
	owned bool
	sync  SyncState
	heads map[feed.List]feed.Head // the last applied one of each list, also of a list that was lost since
}

// Exists tells whether a folder was ever opened.
func Exists(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, controlFile))
	return err == nil
}

// Open takes the folder, makes it when it is not there, removes what a killed run left and opens the
// active bases. A list whose base cannot be opened is not loaded, and the next sync loads it anew.
// ErrInUse when another process has the folder.
func Open(ctx context.Context, dir string, set Settings) (_ *Cache, err error) {
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, fmt.Errorf("open data folder: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open data folder: %w", err)
	}
	c := &Cache{dir: dir, log: set.Log, control: &control{}, heads: map[feed.List]feed.Head{}, changes: make(chan struct{}, 1)}
	c.lock = flock.New(filepath.Join(dir, lockName), flock.SetPermissions(0o600))
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("open data folder: %w", err), c.Close())
		}
	}()
	taken, err := c.lock.TryLock()
	if err != nil {
		return nil, err
	}
	if !taken {
		return nil, ErrInUse
	}
	if err := c.load(ctx, set.Now); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *Cache) load(ctx context.Context, now func() time.Time) error {
	// Made before SQLite would make them readable to others; this must not happen to an open database,
	// whose locks the close would drop (engine.md §2.5).
	for _, name := range []string{controlFile, localFile} {
		f, err := os.OpenFile(filepath.Join(c.dir, name), os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	var err error
	if c.control.db, err = openDurable(ctx, filepath.Join(c.dir, controlFile), "control"); err != nil {
		return fmt.Errorf("open control.db: %w", err)
	}
	if c.owner, c.owned, err = c.control.owner(ctx); err != nil {
		return err
	}
	var floor time.Time
	if c.sync, floor, err = c.control.syncState(ctx); err != nil {
		return err
	}
	if c.sold, err = openSold(ctx, c.dir); err != nil {
		return err
	}
	rows, err := c.control.lists(ctx)
	if err != nil {
		return err
	}
	inUse := map[string]bool{}
	for _, r := range rows {
		inUse[r.file] = true
	}
	if err := sweep(c.dir, inUse); err != nil {
		return err
	}
	lists := map[feed.List]loaded{}
	for _, list := range Lists() {
		r, have := rows[list]
		if !have {
			continue
		}
		c.heads[list] = r.head
		if r.head.Issued.After(floor) {
			floor = r.head.Issued
		}
		if r.file == "" {
			continue
		}
		b, err := openBase(ctx, c.dir, r.file, r.head, r.bytes, c.log)
		if err != nil {
			// The row stays: what ails the disk may pass, and the file must not be swept meanwhile.
			c.log.Error("a list cannot be opened and has to be loaded again", "list", list, "error", err)
			continue
		}
		lists[list] = loaded{r.head, b}
	}
	c.clock = newClock(now, floor)
	c.current.Store(newGeneration(lists))
	return nil
}

// Close lets everything go. Views that are still open keep their bases until they are closed.
func (c *Cache) Close() error {
	var errs []error
	if g := c.current.Swap(nil); g != nil {
		g.letGo()
	}
	if c.sold != nil {
		errs = append(errs, c.sold.close())
	}
	if c.control.db != nil {
		errs = append(errs, c.control.db.Close())
	}
	// The lock goes last.
	return errors.Join(append(errs, c.lock.Unlock())...)
}

// reserve is kept free for the till's own files beside ours.
const reserve = 256 << 20

// Room tells whether the disk has room for so many bytes more and a reserve. ErrNoRoom when it has not.
func (c *Cache) Room(bytes int64) error {
	free, err := freeBytes(c.dir)
	if err != nil {
		return fmt.Errorf("look for room in %s: %w", c.dir, err)
	}
	if free-reserve < bytes {
		return fmt.Errorf("%s: %d MiB free, %d MiB needed: %w", c.dir, free>>20, (bytes+reserve)>>20, ErrNoRoom)
	}
	return nil
}

// Dir is the folder's absolute path.
func (c *Cache) Dir() string { return c.dir }

// Now is trusted time: the computer's clock, but never before what a verified head has said.
func (c *Cache) Now() time.Time { return c.clock.Now() }

// Changes gives a notice after other data have come into force; several changes may share one.
func (c *Cache) Changes() <-chan struct{} { return c.changes }

// KeepTime stores how far trusted time has come; call it about once a minute.
func (c *Cache) KeepTime(ctx context.Context) error {
	return c.control.setFloor(ctx, c.clock.raise(time.Time{}))
}

// Owner says who the folder belongs to; false before Init.
func (c *Cache) Owner() (Owner, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.owner, c.owned
}

// Init gives the folder to an owner, or changes login, token and upstream of the same one. Inst is made
// here. ErrForeign for another ИНН than before; ErrTestFolder for a folder of `fill`, ErrInitialised for
// the reverse; ErrINN, ErrLogin, ErrPassword, ErrToken for what cannot be taken.
func (c *Cache) Init(ctx context.Context, o Owner) error {
	if err := o.Check(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	o.Inst = uuid.NewString()
	if c.owned {
		switch {
		case c.owner.Test && !o.Test:
			return ErrTestFolder
		case !c.owner.Test && o.Test:
			return ErrInitialised
		case c.owner.INN != o.INN:
			return fmt.Errorf("ИНН %s: %w", c.owner.INN, ErrForeign)
		}
		o.Inst = c.owner.Inst
	}
	if err := c.control.setOwner(ctx, o); err != nil {
		return err
	}
	c.owner, c.owned = o, true
	return nil
}

// SetToken changes the owner's token. ErrNoOwner before Init.
func (c *Cache) SetToken(ctx context.Context, token string) error {
	if err := CheckToken(token); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.owned {
		return ErrNoOwner
	}
	o := c.owner
	o.Token = token
	if err := c.control.setOwner(ctx, o); err != nil {
		return err
	}
	c.owner = o
	return nil
}

// Trust says whose heads are believed; false while nothing is pinned.
func (c *Cache) Trust(ctx context.Context) (Trust, bool, error) { return c.control.trust(ctx) }

// Pin takes root keys where none are. ErrOtherTrust when others are there: only keys signed by those may
// replace them, through Rotate.
func (c *Cache) Pin(ctx context.Context, t Trust) error {
	have, found, err := c.control.trust(ctx)
	if err != nil {
		return err
	}
	if found {
		if have.Root.Fingerprint() != t.Root.Fingerprint() {
			return fmt.Errorf("fingerprint %s: %w", have.Root.Fingerprint(), ErrOtherTrust)
		}
		return nil
	}
	return c.control.setTrust(ctx, t)
}

// Rotate stores keys that the caller has verified against the trusted root keys.
func (c *Cache) Rotate(ctx context.Context, t Trust) error { return c.control.setTrust(ctx, t) }
