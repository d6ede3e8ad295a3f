package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

const startPatience = 60 * time.Second

// process is a program that runs until the demonstration ends.
type process struct {
	name  string
	cmd   *exec.Cmd
	ended chan struct{}

	mu  sync.Mutex // guards: log
	log bytes.Buffer
}

// startProcess starts a program; each line of its output goes to online.
func startProcess(cmd *exec.Cmd, name string, online func(line string)) (*process, error) {
	p := &process{name: name, cmd: cmd, ended: make(chan struct{})}
	out, in := io.Pipe()
	cmd.Stdout, cmd.Stderr = in, in
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		lines := bufio.NewScanner(out)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			p.mu.Lock()
			p.log.WriteString(lines.Text() + "\n")
			p.mu.Unlock()
			online(lines.Text())
		}
	}()
	go func() {
		_ = cmd.Wait() // how it ended is told by its log
		_ = in.Close()
		<-read
		close(p.ended)
	}()
	return p, nil
}

// said is everything the program has printed.
func (p *process) said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

// stop ends the program: politely, after some seconds not.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(10 * time.Second):
		_ = p.cmd.Process.Kill()
		<-p.ended
	}
}

// startUntil starts a program and waits for the line that begins with ready; it gives the rest of the line.
func startUntil(cmd *exec.Cmd, name, ready string) (*process, string, error) {
	found := make(chan string, 1)
	p, err := startProcess(cmd, name, func(line string) {
		if rest, ok := strings.CutPrefix(line, ready); ok {
			select {
			case found <- rest:
			default:
			}
		}
	})
	if err != nil {
		return nil, "", err
	}
	select {
	case rest := <-found:
		return p, rest, nil
	case <-p.ended:
		err = errors.New("it ended")
	case <-time.After(startPatience):
		p.stop()
		err = errors.New("it was not ready in time")
	}
	return nil, "", fmt.Errorf("start %s: %w:\n%s", name, err, p.said())
}

// run runs a program to its end.
func run(ctx context.Context, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, errOut.String())
	}
	return out.String(), nil
}

// call calls a control API of the lab.
func call(ctx context.Context, method, url, body string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode >= 300 {
		return nil, fmt.Errorf("%s %s: %s: %s", method, url, answer.Status, said)
	}
	return said, nil
}

// virtualDisplay starts an X server without a screen and gives its name.
func virtualDisplay(ctx context.Context, size string) (*process, string, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, "", err
	}
	defer r.Close()
	cmd := exec.CommandContext(ctx, "Xvfb", "-displayfd", "3", "-screen", "0", size+"x24", "-nolisten", "tcp")
	cmd.ExtraFiles = []*os.File{w}
	p, err := startProcess(cmd, "Xvfb", func(string) {})
	w.Close()
	if err != nil {
		return nil, "", fmt.Errorf("%w (make deps installs it)", err)
	}
	number, err := bufio.NewReader(r).ReadString('\n') // the server chooses a free number and says it when it is ready
	if err != nil {
		p.stop()
		return nil, "", fmt.Errorf("virtual display: %w:\n%s", err, p.said())
	}
	return p, ":" + strings.TrimSpace(number), nil
}
