package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"

	"kassa/app/config"
	"kassa/app/logs"
	"kassa/app/sale"
	"kassa/app/texts"
	"kassa/app/ui"
	"kassa/app/ui/theme"
	"kassa/cmd/internal/cli"
	"kassa/cmd/internal/wire"
)

const appID = "ru.kassa.till"

var _ ui.Till = (*wire.Till)(nil)

// run shows the till until its window is closed or ctx ends.
func run(ctx context.Context, o options, stderr io.Writer) (err error) {
	if err := canDraw(); err != nil {
		return &cli.Failure{What: texts.NoOpenGLWhat + " (" + err.Error() + ")", Do: texts.NoOpenGLDo}
	}
	settings, err := config.Load(o.config)
	if err != nil {
		return withAdvice(err)
	}
	log, closer := logs.Open(filepath.Join(settings.Path(settings.Data), "logs"), "till.log", slog.LevelInfo)
	defer func() { err = errors.Join(err, closer.Close()) }()
	till, err := wire.Open(ctx, o.config, log)
	if errors.Is(err, wire.ErrTaken) {
		return &cli.Failure{What: texts.TakenWhat, Do: texts.TakenDo}
	}
	if err != nil {
		return withAdvice(err)
	}
	defer func() { err = errors.Join(err, till.Close()) }()
	return show(ctx, o, settings.Screen, till, log, stderr)
}

// withAdvice tells what to do about settings that are wrong.
func withAdvice(err error) error {
	var wrong *config.Error
	if errors.As(err, &wrong) {
		return &cli.Failure{What: wrong.Error(), Do: wrong.Do}
	}
	return err
}

// look is the theme that the settings ask for.
func look(s config.Screen) theme.Theme {
	t := theme.Theme{Dark: s.Theme == "dark", TextScale: float32(s.TextPercent) / 100}
	if s.UnitsPerMM > 0 {
		t.Scale = s.UnitsPerMM * theme.UnitMM
	}
	return t
}

// show opens the window until it is closed, the till has ended or ctx has.
func show(ctx context.Context, o options, s config.Screen, till *wire.Till, log *slog.Logger, stderr io.Writer) error {
	a := app.NewWithID(appID)
	a.Settings().SetTheme(look(s))
	w := a.NewWindow(texts.WindowTitle)
	w.SetMaster()
	w.SetPadded(false)

	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var work sync.WaitGroup
	// Whatever posts to the window has ended before it closes: Fyne drops what is posted later.
	leave := sync.OnceFunc(func() {
		go func() {
			stop()
			work.Wait()
			fyne.Do(a.Quit)
		}()
	})
	settings := ui.Options{Till: till, Now: time.Now, Log: log}
	var p *probe
	if o.probe {
		p = newProbe(stderr)
		settings.Drawn = func(s sale.Snapshot) { p.snapshot(s) }
	}
	u := ui.New(settings)
	w.SetContent(u.Content())
	u.Attach(w.Canvas())
	w.Resize(o.size)
	w.SetFullScreen(o.fullscreen)

	w.SetCloseIntercept(leave)
	a.Lifecycle().SetOnExitedForeground(u.Away)
	a.Lifecycle().SetOnStarted(func() {
		w.RequestFocus()
		if p != nil {
			p.window()
			work.Go(func() { p.watch(serving, u, w.Canvas()) })
		}
		work.Go(func() {
			if err := u.Serve(serving); serving.Err() == nil {
				log.Error("window", "error", err)
			}
		})
		go func() {
			select {
			case <-till.Ended():
			case <-ctx.Done():
			case <-serving.Done():
			}
			leave()
		}()
	})
	w.ShowAndRun()
	select {
	case <-till.Ended():
		return till.Err()
	default:
		return nil
	}
}
