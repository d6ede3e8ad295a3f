package upstream

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"kassa/app/feed"
	"kassa/localmodule/cache"
)

const (
	partPrefix = "part-"
	// maxObject is twice what the largest list may take in the segment format.
	maxObject  = 2 << 30
	bytesAKey  = 18 // of a base with its filter on the disk (engine.md §2.1, §2.3)
	chunkBytes = 256 << 10
)

// load downloads the snapshot of a head and builds a base from it.
func (f *Feed) load(ctx context.Context, head feed.Head, progress func(Progress)) (*cache.Built, error) {
	if head.Snapshot.Seq != head.Seq || head.Snapshot.State != head.State {
		return nil, fmt.Errorf("snapshot of version %d: %w", head.Snapshot.Seq, ErrStepsOnly)
	}
	object := head.Snapshot.Object
	if object.Bytes > maxObject || head.State.Count > feed.MaxEntries {
		return nil, fmt.Errorf("%d bytes, %d entries: %w", object.Bytes, head.State.Count, ErrTooLarge)
	}
	if err := f.cache.Room(object.Bytes + head.State.Count*bytesAKey); err != nil {
		return nil, err
	}
	if err := f.removeParts(object.Name); err != nil {
		return nil, err
	}
	part, err := f.download(ctx, object, func(done int64) {
		progress(Progress{PhaseDownload, head.List, done, object.Bytes})
	})
	if err != nil {
		return nil, err
	}
	defer part.Close()
	blocks, err := segment(part, head, progress)
	if err != nil {
		return nil, err
	}
	return f.cache.Build(ctx, head, blocks)
}

// download gives the verified file of an object, open at its beginning. What an earlier, broken download
// has brought is kept and only the rest asked for.
func (f *Feed) download(ctx context.Context, object feed.Object, progress func(int64)) (_ *os.File, err error) {
	path := filepath.Join(f.cache.Dir(), partPrefix+object.Name)
	part, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open part: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, part.Close())
		}
	}()
	have, err := part.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, fmt.Errorf("open part: %w", err)
	}
	if have < object.Bytes {
		if err := f.fetch(ctx, part, have, object, progress); err != nil {
			return nil, err
		}
	}
	if err := checkObject(part, object); err != nil {
		// It is of no use to resume from: the next attempt starts at its beginning.
		return nil, errors.Join(err, part.Truncate(0))
	}
	_, err = part.Seek(0, io.SeekStart)
	return part, err
}

// fetch appends the missing end of an object to its part.
func (f *Feed) fetch(ctx context.Context, part *os.File, have int64, object feed.Object, progress func(int64)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stalled := time.AfterFunc(f.stall, func() { cancel(fmt.Errorf("no byte for %v: %w", f.stall, os.ErrDeadlineExceeded)) })
	defer stalled.Stop()

	header := http.Header{}
	if have > 0 {
		header.Set("Range", fmt.Sprintf("bytes=%d-", have))
		header.Set("If-Range", `"`+object.Name+`"`)
	}
	path := "/feed/v1/objects/" + object.Name
	resp, err := f.get(ctx, path, header)
	if err != nil {
		return because(ctx, err)
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode == http.StatusPartialContent && resumesAt(resp.Header.Get("Content-Range"), have):
	case resp.StatusCode == http.StatusOK:
		// The server gives the whole: start again.
		have = 0
		if err := part.Truncate(0); err != nil {
			return fmt.Errorf("restart part: %w", err)
		}
	case resp.StatusCode == http.StatusPartialContent, resp.StatusCode == http.StatusRequestedRangeNotSatisfiable:
		return errors.Join(&StatusError{path, resp.StatusCode}, part.Truncate(0))
	default:
		return &StatusError{path, resp.StatusCode}
	}
	if _, err := part.Seek(have, io.SeekStart); err != nil {
		return fmt.Errorf("resume part: %w", err)
	}
	chunk := make([]byte, chunkBytes)
	for {
		n, err := resp.Body.Read(chunk)
		stalled.Reset(f.stall)
		if have += int64(n); have > object.Bytes {
			return errors.Join(fmt.Errorf("object over %d bytes: %w", object.Bytes, ErrTooLarge), part.Truncate(0))
		}
		if _, err := part.Write(chunk[:n]); err != nil {
			return fmt.Errorf("write part: %w", err)
		}
		progress(have)
		if errors.Is(err, io.EOF) {
			return nil // too short a file is found by its sum
		}
		if err != nil {
			return because(ctx, fmt.Errorf("read object: %w", err))
		}
	}
}

// because prefers our own reason for giving up over the transport's «context canceled».
func because(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil && ctx.Err() != nil && !errors.Is(err, cause) {
		return fmt.Errorf("read object: %w", cause)
	}
	return err
}

// resumesAt tells whether Content-Range begins where our part ends (RFC 9110 §14.4).
func resumesAt(contentRange string, at int64) bool {
	rest, isBytes := strings.CutPrefix(contentRange, "bytes ")
	first, _, isRange := strings.Cut(rest, "-")
	n, err := strconv.ParseInt(first, 10, 64)
	return isBytes && isRange && err == nil && n == at
}

// checkObject compares a whole file with its name, which is its SHA-256.
func checkObject(part *os.File, object feed.Object) error {
	if _, err := part.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("check object: %w", err)
	}
	sum := sha256.New()
	n, err := io.Copy(sum, io.LimitReader(part, object.Bytes+1))
	if err != nil {
		return fmt.Errorf("check object: %w", err)
	}
	if n != object.Bytes || hex.EncodeToString(sum.Sum(nil)) != object.Name {
		return fmt.Errorf("%d bytes, want %d: %w", n, object.Bytes, ErrObject)
	}
	return nil
}

// segment reads a snapshot of the version that a head names, block by block.
func segment(r io.Reader, head feed.Head, progress func(Progress)) (iter.Seq2[[]feed.Entry, error], error) {
	s, err := feed.NewSegmentReader(r)
	if err != nil {
		return nil, err
	}
	want := feed.SegmentHeader{List: head.List, Epoch: head.Epoch, To: head.Seq}
	if s.Header() != want {
		return nil, fmt.Errorf("segment is %+v, want %+v: %w", s.Header(), want, feed.ErrWrongFeed)
	}
	return func(yield func([]feed.Entry, error) bool) {
		var done int64
		for {
			op, entries, err := s.Next()
			switch {
			case errors.Is(err, io.EOF):
				return
			case err != nil:
				yield(nil, err)
				return
			case op != feed.Addition:
				yield(nil, fmt.Errorf("snapshot with removals: %w", feed.ErrDamaged))
				return
			}
			if !yield(entries, nil) {
				return
			}
			done += int64(len(entries))
			progress(Progress{PhaseBuild, head.List, done, head.State.Count})
		}
	}, nil
}

// removeParts deletes downloads that nobody will resume: all but the one of this object.
func (f *Feed) removeParts(except string) error {
	entries, err := os.ReadDir(f.cache.Dir())
	if err != nil {
		return fmt.Errorf("remove old parts: %w", err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), partPrefix) || e.Name() == partPrefix+except {
			continue
		}
		if err := os.Remove(filepath.Join(f.cache.Dir(), e.Name())); err != nil {
			return fmt.Errorf("remove old parts: %w", err)
		}
	}
	return nil
}
